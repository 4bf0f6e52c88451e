"""`tinyface query`: a table, and every form of export."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.core.groups.made_faces import Colours
from tests.core.search.made_scan import save_photo, scanned
from tinyface_core.commands.app import app
from tinyface_core.export.json_file import read
from tinyface_core.groups.grouping import group_faces
from tinyface_core.project.groups import FaceGroups
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.results import read_results
from tinyface_core.types import Detections, Face, FindResult


@pytest.fixture
def case(tmp_path: Path) -> Path:
    case = tmp_path / "case.tinyface"
    for seed in (1, 2):
        save_photo(tmp_path / "photos" / f"{seed}.jpg", seed)
    scanned(case, tmp_path / "photos")
    return case


def run(*arguments: object, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["query", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done


def wanted(case: Path, least: float) -> list[tuple[float, str]]:
    with Project.open(case) as project:
        faces = [face for faces in project.all_faces() for face in faces if face.face.score > least]
    return sorted((round(face.face.score, 4), face.source) for face in faces)


def test_a_table_has_a_row_for_each_face_and_the_count_goes_to_the_error_stream(case: Path) -> None:
    done = run(case, "score > 0.5 and size < 20")
    expected = wanted(case, 0.5)
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["size", "score", "verdict", "box", "picture"]
    assert sorted(row.split(maxsplit=4)[4] for row in rows) == sorted(source for _, source in expected)
    assert all(row.split()[:3:2] == ["12.0", "none"] for row in rows)
    assert done.stderr.strip() == f"{len(expected)} faces of 2 pictures"


def test_groups_are_a_column_where_faces_were_grouped(case: Path) -> None:
    with Project.open(case) as project:
        group_faces(project, Colours(), least=0.0)
        known = FaceGroups(project).numbers()
        faces = [face for of_one in project.all_faces() for face in of_one if known.get(face.id) == 1]
    head, *rows = run(case, "group = 1").stdout.splitlines()
    assert head.split()[3] == "group" and [row.split()[3] for row in rows] == ["1"] * len(faces) and faces
    printed = csv.DictReader(io.StringIO(run(case, "group = 1", "--format", "csv").stdout))
    assert [row["group"] for row in printed] == ["1"] * len(faces)
    (case.parent / "found.json").write_text(run(case, "group = 1", "--format", "json").stdout)
    material = read([case.parent / "found.json"])
    assert [said.group for said in material.statements.values()] == [1] * len(faces)


def test_pictures_without_a_face_that_answer_follow_the_faces(case: Path, tmp_path: Path) -> None:
    with Project.open(case) as project:
        first, second = (picture.source for picture in project.pictures())
        project.remove_faces(project.faces(second))
        count = len(project.faces(first))
    done = run(case, "faces = 0")
    assert (done.stdout, done.stderr) == (
        f"no face  {second}\n",
        "0 faces of 0 pictures, and 1 picture without a face\n",
    )
    done = run(case, f"folder is '{tmp_path}'")
    assert done.stdout.splitlines()[-1] == f"no face  {second}" and len(done.stdout.splitlines()) == 2 + count
    assert "no face" not in run(case, "size > 0").stdout + run(case, "verdict is not confirmed").stdout


def test_who_asks_for_groups_that_there_are_not_is_told_so(case: Path) -> None:
    assert "not grouped yet" in run(case, "grouped is yes").stderr
    assert "grouped" not in run(case, "score > 0.5").stderr


def test_csv_and_json_are_printed_for_other_programs(case: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run(case, "score > 0.5", "--format", "csv").stdout)))
    assert sorted((float(row["score"]), row["source"]) for row in rows) == wanted(case, 0.5)
    (printed := tmp_path / "found.json").write_text(run(case, "score > 0.5", "--format", "json").stdout)
    found = [(round(face.score, 4), result.source) for result in read_results(printed) for face in result.faces]
    assert sorted(found) == wanted(case, 0.5)


def test_the_project_is_not_written_over_by_what_is_asked_of_it(case: Path) -> None:
    before = case.read_bytes()
    told = run(case, "size > 0", "--format", "csv", "--output", case, code=1)
    assert "is an original, which is never written over" in told.output and case.read_bytes() == before


def test_other_forms_are_written_where_they_are_to_go(case: Path, tmp_path: Path) -> None:
    assert "yolo is not printed" in run(case, "score > 0.5", "--format", "yolo", code=1).output
    run(case, "score > 0.5", "--format", "yolo", "--output", tmp_path / "yolo")
    assert any((tmp_path / "yolo").rglob("*.txt"))


def test_what_a_form_leaves_out_is_not_counted(case: Path, tmp_path: Path) -> None:
    clip = str(tmp_path / "photos" / "clip.mp4")
    with Project.open(case) as project:
        project.add_pictures([ProjectPicture(clip, is_video=True)])
        frame = FindResult(clip, 96, 64, Detections.of([], []), 1, 0, index=0, seconds=0.0)
        project.put_result(frame, [ProjectFace(clip, Face((10, 10, 22, 22), 0.9, 0.9), 0, 0.0)])
    faces = len(wanted(case, 0.5))
    assert run(case, "score > 0.5", "--format", "json").stderr == f"{faces} faces of 3 pictures\n"
    done = run(case, "score > 0.5", "--format", "xmp", "--output", tmp_path / "xmp")
    assert done.stderr == f"{faces - 1} faces of 2 pictures\n" and len(list((tmp_path / "xmp").iterdir())) == 2


def test_faces_are_enlarged_where_a_form_shows_them_so_and_a_picture_that_is_gone_is_left_out(
    case: Path, tmp_path: Path
) -> None:
    (tmp_path / "photos" / "2.jpg").unlink()
    written = ("--format", "crops", "--methods", "bicubic", "--output", tmp_path / "crops")
    told = run(case, "score > 0.5", *written, code=1).stderr
    assert "2.jpg does not exist" in told
    kept = [source for _, source in wanted(case, 0.5) if source.endswith("1.jpg")]
    assert len(list((tmp_path / "crops" / "1").glob("*_bicubic.png"))) == len(kept) > 0


def test_a_wrong_question_is_one_sentence_and_nothing_found_is_no_error(case: Path) -> None:
    assert "'big' is no number" in run(case, "size < big", code=1).stderr
    done = run(case, "size > 1000")
    assert (done.stdout, done.stderr.strip()) == ("", "0 faces of 0 pictures")


def test_all_that_can_be_asked_for_is_listed(case: Path) -> None:
    listed = run("--fields").stdout
    assert "size      longer side of the box in pixels; " in listed and "folder  " in listed
