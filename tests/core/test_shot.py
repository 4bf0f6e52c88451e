"""What cameras note of photos, however they write it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ExifTags, Image

from tinyface_core.media.shot import Shot, read_shot


def save(path: Path, taken: str | None, maker: object, model: object, changed: str | None = None) -> Path:
    exif = Image.Exif()
    for tag, value in ((ExifTags.Base.Make, maker), (ExifTags.Base.Model, model), (ExifTags.Base.DateTime, changed)):
        if value is not None:
            exif[tag] = value
    if taken is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    Image.new("RGB", (16, 16)).save(path, exif=exif)
    return path


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
def test_time_and_camera_are_read_from_every_common_format(tmp_path: Path, name: str) -> None:
    path = save(tmp_path / name, "2019:06:01 08:05:09", "NIKON\0", "Z 6")
    assert read_shot(path) == Shot("2019-06-01 08:05:09", "NIKON Z 6")


@pytest.mark.parametrize(
    ("taken", "maker", "model", "changed", "wanted"),
    [
        (None, "Canon", "Canon EOS 5D", "2001:02:03 04:05:06", Shot("2001-02-03 04:05:06", "Canon EOS 5D")),
        ("0000:00:00 00:00:00", None, "Z", None, Shot(None, "Z")),
        ("2019-06-01", "A\nB\x07", None, None, Shot(None, "A B")),
        ("2019:13:01 00:00:00", "x" * 1000, "", None, Shot(None, "x" * 100)),
        (None, None, None, None, Shot()),
    ],
)
def test_what_makes_no_sense_is_left_out(
    tmp_path: Path, taken: str | None, maker: str | None, model: str | None, changed: str | None, wanted: Shot
) -> None:
    assert read_shot(save(tmp_path / "a.jpg", taken, maker, model, changed)) == wanted


def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xe1\x00\x10Exif\0\0MM\0*\xff\xff")
    assert read_shot(tmp_path / "a.jpg") == read_shot(tmp_path / "none.jpg") == Shot()
