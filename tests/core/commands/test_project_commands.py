"""`tinyface project`: what the window does with a project file, from the command line."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from tests.core.tiny_world import make_project
from tinyface_core.commands.app import app
from tinyface_core.project.records import ProjectFace
from tinyface_core.project.store import Project
from tinyface_core.types import Face, Verdict


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["project", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_project_is_made_searched_and_shown(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.tinyface"
    assert "1 pictures" in run("new", case, photo)
    assert "exists already" in run("new", case, code=1)
    assert "1 photos searched" in run("find", case, "--device", "cpu")
    assert "0 photos searched" in run("find", case), "what was searched is not searched again"
    with Project.open(case) as project:
        counts = project.counts()
        assert counts.faces > 0 and [result.source for result in project.results()] == [str(photo)]
    shown = run("show", case)
    assert "1 pictures, 0 complete, 0 missing" in shown and f"{counts.faces} faces, 0 drawn" in shown


def test_verdicts_stay_when_photos_are_searched_again(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.tinyface"
    run("new", case, photo)
    drawn = ProjectFace(str(photo), Face((20.0, 20.0, 60.0, 70.0), 1.0, 1.0), verdict=Verdict.CONFIRMED, drawn=True)
    with Project.open(case) as project:
        project.put_faces([drawn])
    run("find", case, "--again", "--device", "cpu")
    with Project.open(case) as project:
        assert any(face.verdict == "face" for face in project.faces(str(photo)))


def test_moved_pictures_are_found_by_what_they_hold(photo: Path, tmp_path: Path) -> None:
    case = tmp_path / "case.tinyface"
    run("new", case, photo)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    photo.rename(elsewhere / "renamed.jpg")
    assert f"missing: {photo}" in run("show", case)
    assert "renamed.jpg" in run("relink", case, elsewhere)
    assert "0 missing" in run("show", case)


def test_a_project_says_what_its_verdicts_are_enough_for(tmp_path: Path) -> None:
    assert "6 pictures with 18 faces" in run("check", make_project(tmp_path))
    assert "does not exist" in run("check", tmp_path / "none.tinyface", code=1)
    damaged = tmp_path / "damaged.tinyface"
    damaged.write_bytes(b"no project at all" * 100)
    sentence = run("show", damaged, code=1)
    assert "damaged.tinyface" in sentence and "Traceback" not in sentence


def test_compacting_says_how_large_a_project_is_then(tmp_path: Path) -> None:
    assert "MB smaller, 0.1 MB now" in run("compact", make_project(tmp_path))
