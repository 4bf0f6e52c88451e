"""`tinyface export`: from a results file to every format, with thresholds and verdicts kept."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.export.registry import FORMATS
from tinyface_core.project.store import Project
from tinyface_core.results import write_document


@pytest.fixture
def results(small_weights: Path, photo: Path, tmp_path: Path) -> Path:
    """A search of the photo, its best face confirmed and its second rejected."""
    done = CliRunner().invoke(app, ["find", str(photo), "--min-score", "0", "--output", str(tmp_path)])
    assert done.exit_code == 0, done.output
    path = tmp_path / "photo-faces.json"
    values = json.loads(path.read_text())
    faces = values["results"][0]["faces"] = values["results"][0]["faces"][:4]
    assert len(faces) == 4
    for face, score in zip(faces, (0.9, 0.8, 0.7, 0.2), strict=True):
        face["score"] = score
    faces[0] |= {"verdict": "confirmed", "note": "third row"}
    faces[1] |= {"verdict": "rejected"}
    write_document(path, values)
    return path


def export(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["export", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("form", FORMATS.names())
def test_every_format_is_written_where_it_was_asked_for(results: Path, tmp_path: Path, form: str) -> None:
    target = tmp_path / "written"
    said = export(results, "--format", form, "--output", target)
    assert "4 faces of 1 picture" in said and str(target) in said
    assert target.is_dir() == (FORMATS.load(form).suffix == "")
    assert target.stat().st_size > 0 if target.is_file() else any(target.rglob("*.*"))


def test_thresholds_hide_faces_and_verdicts_stay_with_theirs(results: Path, tmp_path: Path) -> None:
    export(results, "--min-score", 0.5, "--output", tmp_path / "faces.csv")
    with (tmp_path / "faces.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["verdict"] for row in rows] == ["confirmed", "rejected", ""]
    assert rows[0]["note"] == "third row"


def test_an_exported_json_can_be_exported_again(results: Path, tmp_path: Path) -> None:
    export(results, "--format", "json", "--output", tmp_path / "again.json")
    first, second = (json.loads(path.read_text()) for path in (results, tmp_path / "again.json"))
    assert first == second


def test_neither_the_results_nor_their_photo_are_written_over(results: Path, photo: Path) -> None:
    for form, target in (("csv", results), ("annotated", photo)):
        before = target.read_bytes()
        done = CliRunner().invoke(app, ["export", str(results), "--format", form, "--output", str(target)])
        assert done.exit_code == 1 and f"{target} is an original, which is never written over" in done.output
        assert target.read_bytes() == before


def test_rejected_faces_are_no_annotations(results: Path, tmp_path: Path) -> None:
    export(results, "--format", "coco", "--output", tmp_path / "coco.json")
    assert len(json.loads((tmp_path / "coco.json").read_text())["annotations"]) == 3


def test_crops_are_enlarged_in_the_ways_named(results: Path, tmp_path: Path) -> None:
    export(
        results, "--format", "crops", "--methods", "nearest,sr-only", "--min-score", 0.85, "--output", tmp_path / "c"
    )
    written = sorted(path.name for path in (tmp_path / "c" / "photo").iterdir())
    assert written == ["face-001_nearest.png", "face-001_original.png", "face-001_sr-only.png"]


def test_a_report_survives_a_picture_that_is_gone(results: Path, photo: Path, tmp_path: Path) -> None:
    photo.unlink()
    export(results, "--format", "html", "--output", tmp_path / "report.html")
    assert "does not exist" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("{", "holds no results"), ('{"format": "x"}', "holds no results"), ("[" * 5000, "holds no")],
)
def test_a_file_of_something_else_is_one_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content)
    done = CliRunner().invoke(app, ["export", str(path)])
    assert done.exit_code == 1 and sentence in done.output and isinstance(done.exception, SystemExit)


def test_a_project_is_not_exported_but_it_is_said_how(tmp_path: Path) -> None:
    case = tmp_path / "case.tinyface"
    Project.create(case).close()
    done = CliRunner().invoke(app, ["export", str(case), "--format", "coco", "--output", str(tmp_path / "x")])
    said = f"{case} is a project: `tinyface query \"{case}\" 'score > 0.4' --format coco` exports it.\n"
    assert (done.exit_code, done.stderr) == (1, said)


def test_an_unknown_format_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["export", str(tmp_path / "gone.json"), "--format", "xml"])
    assert done.exit_code == 1 and "Known: csv, json" in done.output


@pytest.mark.parametrize("form", ["annotated", "crops"])
def test_a_frame_that_is_gone_is_one_sentence(small_weights: Path, clip: Path, tmp_path: Path, form: str) -> None:
    done = CliRunner().invoke(app, ["find", str(clip), "--every", "4", "--min-score", "0", "--output", str(tmp_path)])
    assert done.exit_code == 0, done.output
    found = tmp_path / "clip-faces.json"
    values = json.loads(found.read_text())
    (video,) = values["results"]
    video["frames"][-1]["index"] = 1000
    for frame in video["frames"]:
        frame["faces"] = frame["faces"][:1]  # of many, each of which would be enlarged
    write_document(found, values)
    done = CliRunner().invoke(app, ["export", str(found), "--format", form, "--output", str(tmp_path / "out")])
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
    assert "clip.mp4 has frames 0 to 8, not 1000." in done.output


def test_no_picture_is_made_of_a_frame_through_which_a_face_was_only_followed(
    small_weights: Path, clip: Path, tmp_path: Path
) -> None:
    asked = ["find", str(clip), "--every", "4", "--min-score", "0", "--write", "json", "--output", str(tmp_path)]
    assert CliRunner().invoke(app, asked).exit_code == 0
    found = tmp_path / "clip-faces.json"
    values = json.loads(found.read_text())
    (video,) = values["results"]
    video["every"] = 8
    for frame in video["frames"]:
        frame["faces"] = frame["faces"][:1]
    (face,) = video["frames"][1].pop("faces")
    video["frames"][1]["followed"] = [[0, face["score"], *face["box"]]]
    write_document(found, values)
    for form, frames in (("csv", 3), ("crops", 2), ("annotated", 2)):
        assert f"of {frames} pictures" in export(found, "--format", form, "--output", tmp_path / form)
