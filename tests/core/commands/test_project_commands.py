"""`tinyface project`: what the window does with a project file, from the command line."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from tests.core.groups.made_faces import BLUE, GREEN, RED, add_photo
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
    assert "1 picture\n" in run("new", case, photo)
    assert "exists already" in run("new", case, code=1)
    assert "1 photo searched" in run("find", case, "--device", "cpu")
    assert "0 photos searched" in run("find", case), "what was searched is not searched again"
    with Project.open(case) as project:
        counts = project.counts()
        assert counts.faces > 0 and [result.source for result in project.results()] == [str(photo)]
    shown = run("show", case)
    assert "1 picture, 0 complete, 0 missing" in shown and f"{counts.faces} faces, 0 drawn" in shown


def test_faces_are_grouped_and_groups_forgotten(tmp_path: Path) -> None:
    """By the embedder that comes with the program: two photos of the same two squares, and one of another."""
    case = tmp_path / "case.tinyface"
    with Project.create(case) as project:
        for name, colours in (("1", [RED, BLUE]), ("2", [RED, BLUE]), ("3", [GREEN])):
            add_photo(project, tmp_path / f"{name}.png", colours)
    assert run("group", case).endswith("2 groups of 5 faces, 1 alone\n")
    (tmp_path / "1.png").unlink()
    assert "2 groups of 5 faces" in run("group", case), "what was looked at needs no picture any more"
    assert "no groups" in run("group", case, "--forget")
    assert "1.png" in run("group", case, code=1)
    assert "There is no embedder called nobody" in run("group", case, "--embedder", "nobody", code=1)


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
    assert "No such file or directory" in run("relink", case, tmp_path / "none", code=1)
    assert "renamed.jpg" in run("relink", case, elsewhere)
    assert "0 missing" in run("show", case)


def test_a_project_says_what_its_verdicts_are_enough_for(tmp_path: Path) -> None:
    assert "Pictures: 6. Faces in them: 18." in run("check", make_project(tmp_path))
    assert "does not exist" in run("check", tmp_path / "none.tinyface", code=1)
    Project.create(tmp_path / "new.tinyface").close()
    assert "can be learned yet" in run("check", tmp_path / "new.tinyface"), "which is no fault of the file"
    damaged = tmp_path / "damaged.tinyface"
    damaged.write_bytes(b"no project at all" * 100)
    sentence = run("show", damaged, code=1)
    assert "damaged.tinyface" in sentence and "Traceback" not in sentence


def test_compacting_says_how_large_a_project_is_then(tmp_path: Path) -> None:
    assert "MB smaller, 0.1 MB now" in run("compact", make_project(tmp_path))
