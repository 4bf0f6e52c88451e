"""One bad item costs one sentence: the others are searched and saved."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pillow_heif
import pytest
from typer.testing import CliRunner

from tests.hostile.conftest import OneFace
from tests.hostile.inputs import LATIN_1, picture_bytes
from tinyface_core.__main__ import main
from tinyface_core.commands.app import app
from tinyface_core.commands.terminal import lenient_streams
from tinyface_core.media.images import load_image
from tinyface_core.media.opening import MediaError
from tinyface_core.project.records import ProjectFace
from tinyface_core.project.store import Project
from tinyface_core.results import read_results
from tinyface_core.types import Face, Frame, Verdict

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only there names are any bytes")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """The command as it is started from a terminal; its exit code."""
    monkeypatch.setattr(sys, "argv", ["tinyface", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    "form", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF", "JPEG2000", "PPM", "TGA", "HEIF"]
)
def test_a_changed_byte_gives_a_picture_or_a_sentence(form: str, tmp_path: Path) -> None:
    pillow_heif.register_heif_opener()
    whole = picture_bytes(form, side=16)
    path = tmp_path / f"changed.{form.lower()}"
    for place in range(0, len(whole), max(1, len(whole) // 150)):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        path.write_bytes(changed)
        try:
            assert load_image(path).pixels.ndim == 3
        except MediaError as error:
            assert "changed" in str(error) and "\n" not in str(error)


def test_a_missing_or_broken_photo_is_told_twice_and_the_others_are_searched(
    finder: OneFace, album: Path, tmp_path: Path
) -> None:
    (album / "broken.avif").write_bytes(picture_bytes("AVIF")[:200])
    named = [tmp_path / "gone.jpg", album / "a.jpg", album / "broken.avif", album / "z.jpg"]
    for wanted, failed in ((named, 2), ([album], 1)):
        out = tmp_path / f"out{failed}"
        done = CliRunner().invoke(app, ["find", *map(str, wanted), "--output", str(out)])
        assert done.exit_code == 1
        assert {path.name for path in out.glob("*.json")} == {"a-faces.json", "z-faces.json"}
        assert done.stderr.count("broken.avif is ") == 2
        assert f"{failed} of {failed + 2} failed" in done.stderr and "Traceback" not in done.output
    assert "gone.jpg does not exist" in CliRunner().invoke(app, ["find", str(tmp_path / "gone.jpg")]).stderr


def test_a_folder_without_pictures_says_so(finder: OneFace, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = CliRunner().invoke(app, ["find", str(tmp_path / "empty")])
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"There is no photo or video in the folder {tmp_path / 'empty'}: choose another one.\n"


def test_a_defect_met_in_one_photo_keeps_its_traceback_and_the_others_are_searched(
    finder: OneFace, album: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(frame: Frame) -> None:
        if frame.source.endswith("a.jpg"):
            raise ZeroDivisionError("a defect")

    finder.before = trip
    assert run(monkeypatch, "find", album, "--output", tmp_path / "out") == 1
    told = capfd.readouterr().err
    assert "Traceback" in told and "ZeroDivisionError: a defect" in told
    assert [path.name for path in (tmp_path / "out").glob("*.json")] == ["z-faces.json"]


def test_a_project_is_searched_past_an_unreadable_photo(finder: OneFace, album: Path, tmp_path: Path) -> None:
    (album / "b.jpg").write_bytes(b"not a picture")
    file = tmp_path / "case.tinyface"
    assert CliRunner().invoke(app, ["project", "new", str(file), str(album)]).exit_code == 0
    done = CliRunner().invoke(app, ["project", "find", str(file)])
    assert done.exit_code == 1 and "b.jpg is not a picture" in done.stderr
    assert "2 photos searched, 2 faces" in done.stdout


@pytest.mark.parametrize("form", ["annotated", "crops", "csv"])
def test_an_export_goes_past_results_and_pictures_that_cannot_be_read(
    form: str, finder: OneFace, album: Path, tmp_path: Path
) -> None:
    (album / "m.jpg").write_bytes(picture_bytes())
    assert CliRunner().invoke(app, ["find", str(album), "--output", str(tmp_path)]).exit_code == 0
    (album / "m.jpg").unlink()
    (tmp_path / "broken.json").write_text("{")
    files = [str(tmp_path / name) for name in ("gone.json", "broken.json", *(f"{n}-faces.json" for n in "amz"))]
    target = tmp_path / ("out.csv" if form == "csv" else "out")
    command = ["export", *files, "--format", form, "--methods", "bilinear", "--output", str(target)]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 1 and "gone.json" in done.stderr and "broken.json" in done.stderr
    assert ("m.jpg does not exist" in done.stderr) == (form != "csv")
    written = target.read_text("utf-8-sig").splitlines() if form == "csv" else sorted(target.glob("[az]*"))
    assert len(written) == (4 if form == "csv" else 2)


# -- names ---------------------------------------------------------------------------------------------------


@ON_LINUX
def test_a_name_that_is_no_utf8_is_searched_saved_and_searched_again(
    finder: OneFace, album: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (album / LATIN_1).write_bytes(picture_bytes())
    out = tmp_path / "out"
    assert run(monkeypatch, "find", album, "--output", out) == 0
    assert {path.name for path in out.glob("*.json")} == {"a-faces.json", "caf_-faces.json", "z-faces.json"}
    saved = out / "caf_-faces.json"
    assert json.loads(saved.read_text("utf-8"))["results"][0]["source"] == str(album / LATIN_1)
    assert run(monkeypatch, "find", "--repeat", saved, "--output", tmp_path / "again", "--no-sheets") == 0
    capfd.readouterr()


@ON_LINUX
@pytest.mark.parametrize("form", ["csv", "html", "json", "coco", "yolo", "annotated"])
def test_every_export_takes_a_name_that_is_no_utf8(
    form: str, finder: OneFace, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (album / LATIN_1).write_bytes(picture_bytes())
    assert run(monkeypatch, "find", album / LATIN_1, "--output", tmp_path, "--no-sheets") == 0
    target = tmp_path / "written"
    command = ["export", tmp_path / "caf_-faces.json", "--format", form, "--output", target]
    assert run(monkeypatch, *command, "--methods", "bilinear") == 0
    if form == "csv":
        (row,) = csv.DictReader(target.open(encoding="utf-8-sig"))
        assert row["source"] == str(album / "caf\\xe9.jpg")
    elif form == "html":
        assert "caf\\xe9.jpg" in target.read_text("utf-8")
    elif form == "coco":
        assert json.loads(target.read_text("utf-8"))["images"][0]["file_name"] == str(album / LATIN_1)
    elif form == "json":
        assert read_results(target)[0].source == str(album / LATIN_1)
    else:
        assert [path for path in target.rglob("caf_*") if path.is_file()]


@ON_LINUX
def test_a_project_keeps_a_name_that_is_no_utf8(
    finder: OneFace, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = album / LATIN_1
    odd.write_bytes(picture_bytes())
    file = tmp_path / "case.tinyface"
    assert run(monkeypatch, "project", "new", file, album) == 0
    assert run(monkeypatch, "project", "find", file) == 0
    with Project.open(file) as project:
        project.put_faces([ProjectFace(str(odd), Face((1, 2, 3, 4), 1, 1), verdict=Verdict.CONFIRMED, note="\udce9")])
        copy = project.save_as(tmp_path / "elsewhere" / "copy.tinyface")
        moved = album.parent / os.fsdecode(b"moved\xff.jpg")
        odd.rename(moved)
        project.move_pictures({str(odd): str(moved)})
        assert len(project.faces(str(moved))) == 2
    with copy:
        assert {picture.source for picture in copy.pictures()} == {*map(str, album.glob("[az].jpg")), str(odd)}
        assert {face.note for face in copy.faces(str(odd))} == {"", "?"} and copy.check() == []


@ON_LINUX
def test_names_do_not_command_the_terminal(
    finder: OneFace, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, broken = tmp_path / "two\nlines\x1b[2J.jpg", tmp_path / "red\x1b[31m.jpg"
    good.write_bytes(picture_bytes())
    broken.write_bytes(b"no picture")
    assert run(monkeypatch, "find", good, broken, "--output", tmp_path / "out") == 1
    told = capfd.readouterr()
    assert "two\\x0alines\\x1b[2J.jpg: 1 face" in told.out and "red\\x1b[31m.jpg is not a picture" in told.err
    assert "\x1b[2J" not in told.out and "\x1b[31m" not in told.err
    assert (tmp_path / "out" / "two_lines_[2J-faces.json").exists()


def test_the_longest_names_that_a_disk_takes_are_written_shortened(
    finder: OneFace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = [tmp_path / ("b" * 250 + ".jpg"), tmp_path / ("b" * 251 + ".jpg"), tmp_path / ("長" * 80 + ".jpg")]
    for path in long:
        path.write_bytes(picture_bytes())
    out = tmp_path / "out"
    assert run(monkeypatch, "find", *long, "--output", out) == 0
    assert len({read_results(path)[0].source for path in out.glob("*.json")}) == len(list(out.glob("*.jpg"))) == 3


def test_a_message_about_a_file_that_cannot_be_written_names_that_file(
    finder: OneFace, album: Path, tmp_path: Path
) -> None:
    (tmp_path / "out" / "a-faces.jpg").mkdir(parents=True)
    done = CliRunner().invoke(app, ["find", str(album), "--output", str(tmp_path / "out")])
    assert done.exit_code == 1 and "a.jpg" in done.stderr and ".part" not in done.stderr
    assert (tmp_path / "out" / "z-faces.json").exists()


# -- what is printed -----------------------------------------------------------------------------------------

_PRINTING = """
import sys
from tinyface_core.commands.terminal import lenient_streams
with lenient_streams():
    for number in range(10000):
        print(number, "caf\\udce9")
    print("ended", file=sys.stderr)
"""


def test_a_reader_that_goes_away_ends_nothing() -> None:
    process: Any = subprocess.Popen([sys.executable, "-c", _PRINTING], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline() == b"0 caf\\udce9" + os.linesep.encode()
    process.stdout.close()
    assert process.stderr.read().decode().strip() == "ended"
    assert process.wait() == 0


def test_streams_are_as_before_afterwards() -> None:
    before = sys.stdout, sys.stderr
    with lenient_streams():
        pass
    assert (sys.stdout, sys.stderr) == before
