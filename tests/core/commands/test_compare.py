"""`tinyface compare`: which faces, which ways, what is written, what is said when it cannot be."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from tinyface_core.commands.app import app


def compare(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["compare", *map(str, arguments)])
    assert done.exit_code == 0, done.output
    return done.output


def refused(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["compare", *map(str, arguments)])
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
    assert done.output.count("\n") == 1
    return done.output


def test_given_boxes_are_enlarged_in_the_ways_named(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    boxes = ("--box", "10,10,20,20", "--box", "50,40,70,62")
    said = compare(photo, *boxes, "--methods", "nearest, refined", "--crops", "--output", out)
    assert str(out / "photo-comparison.png") in said
    written = sorted(path.name for path in (out / "photo-crops").iterdir())
    assert written == [f"face-00{n}_{way}.png" for n in (1, 2) for way in ("nearest", "original", "refined")]
    original, nearest = (Image.open(out / "photo-crops" / f"face-001_{way}.png") for way in ("original", "nearest"))
    # 10 pixels and 40 % more, enlarged four times; nearest repeats the pixels that were there.
    assert original.size == (14, 14) and nearest.size == (56, 56)
    assert (np.asarray(nearest)[::4, ::4] == np.asarray(original)).all()
    assert (np.asarray(original) == np.asarray(Image.open(photo))[8:22, 8:22]).all()


def test_many_faces_stand_on_contact_sheets_forty_on_each(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    boxes = [part for n in range(43) for part in ("--box", f"{n},10,{n + 12},22")]
    said = compare(photo, *boxes, "--methods", "nearest,refined", "--contact", "--output", tmp_path).split()
    assert [Path(path).name for path in said] == ["photo-contact-001.png", "photo-contact-002.png"]
    full, rest = (Image.open(path) for path in said)
    assert full.height > 4 * rest.height and "generated, not evidence" in full.info["Description"]


def test_without_boxes_the_photo_is_searched(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    compare(photo, "--min-score", 0, "--methods", "bicubic", "--limit", 3, "--output", tmp_path)
    three = Image.open(tmp_path / "photo-comparison.png").height
    compare(photo, "--min-score", 0, "--methods", "bicubic", "--limit", 1, "--output", tmp_path)
    assert three > Image.open(tmp_path / "photo-comparison.png").height


def test_the_faces_of_an_earlier_search_are_taken_without_a_detector(
    small_weights: Path, photo: Path, tmp_path: Path
) -> None:
    found = CliRunner().invoke(app, ["find", str(photo), "--min-score", "0", "--output", str(tmp_path)])
    assert found.exit_code == 0, found.output
    (small_weights / "d.safetensors").unlink()
    compare(photo, "--results", tmp_path / "photo-faces.json", "--min-score", 0, "--methods", "bicubic", "--crops",
            "--limit", 1, "--output", tmp_path)  # fmt: skip
    faces = json.loads((tmp_path / "photo-faces.json").read_text())["results"][0]["faces"]
    smallest = min(face["size"] for face in faces)
    side = Image.open(tmp_path / "photo-crops" / "face-001_original.png").width
    assert side == pytest.approx(1.4 * smallest, abs=1)


def test_every_way_to_enlarge_is_listed() -> None:
    listed = compare("--list").split()
    assert listed[:6] == ["nearest", "bilinear", "bicubic", "lanczos", "sr-only", "refined"]
    assert ".pth" in " ".join(listed)


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ("1,2,3", "is no box"),
        ("a,b,c,d", "is no box"),
        ("20,20,10,30", "is empty"),
        ("500,0,520,20", "outside of the picture"),
    ],
)
def test_a_wrong_box_is_one_sentence(photo: Path, box: str, sentence: str) -> None:
    assert sentence in refused(photo, "--box", box, "--methods", "bicubic")


def test_an_unknown_way_is_one_sentence_that_names_the_others(photo: Path) -> None:
    assert "lanczos" in refused(photo, "--box", "1,1,9,9", "--methods", "sharper")


def test_results_of_another_picture_are_refused(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    CliRunner().invoke(app, ["find", str(photo), "--output", str(tmp_path)])
    other = tmp_path / "other.png"
    Image.new("RGB", (30, 30)).save(other)
    said = refused(other, "--results", tmp_path / "photo-faces.json", "--methods", "bicubic")
    assert "holds no search of other.png" in said


def test_a_frame_or_page_of_a_photo_is_refused(photo: Path) -> None:
    box = ("--box", "10,10,20,20", "--methods", "nearest")
    assert refused(photo, *box, "--frame", 3) == f"{photo.name} is no video: leave out --frame.\n"
    assert refused(photo, *box, "--page", 3) == f"{photo.name} has no pages: leave out --page.\n"


def test_a_frame_that_is_not_in_the_video_is_one_sentence(clip: Path) -> None:
    said = refused(clip, "--frame", 999, "--box", "1,1,9,9", "--methods", "bicubic")
    assert "clip.mp4 has frames 0 to 8, not 999." in said
