"""A redacted photo looks like the original but for the faces, and tells nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tinyface_core.media.images import load_image
from tinyface_core.redaction.decisions import decide, subjects
from tinyface_core.redaction.order import Choice, Covering, Shape
from tinyface_core.redaction.photos import suffix_for, write_photo
from tinyface_core.types import Detections, FindResult


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Lies on its side, with a place, a thumbnail and a colour profile."""
    pixels = np.random.default_rng(0).integers(0, 255, (12, 16, 3), dtype=np.uint8).repeat(4, 0).repeat(4, 1)
    image = Image.fromarray(pixels)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    profile = io.BytesIO(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    image.save(tmp_path / "p.jpg", exif=exif, icc_profile=profile.getvalue(), quality=95, comment=b"at home")
    return tmp_path / "p.jpg"


def test_metadata_go_and_the_photo_stays_upright(photo: Path, tmp_path: Path) -> None:
    before = load_image(photo).pixels
    faces = Detections.of([[8, 8, 24, 24]], [0.9])
    decisions = decide(subjects([FindResult(str(photo), 48, 64, faces, 1, 0)]), [], Choice())
    target = tmp_path / f"copy{suffix_for(photo)}"
    write_photo(photo, target, decisions, Covering("solid", Shape.BOX, margin=0))
    with Image.open(target) as copy:
        assert copy.format == "JPEG" and copy.size == (48, 64)
        assert not copy.getexif() and not {"icc_profile", "comment", "exif"} & set(copy.info)
        after = np.asarray(copy).astype(int)
    assert after[10:22, 10:22].max() < 16
    assert np.abs(after[30:] - before[30:]).mean() < 4
    assert b"at home" not in target.read_bytes()


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("a.JPG", ".jpg"),
        ("a.jpeg", ".jpeg"),
        ("a.png", ".png"),
        ("a.gif", ".png"),
        ("a.heic", ".jpg"),
        ("a.cr2", ".jpg"),
    ],
)
def test_the_form_is_that_of_the_photo_where_it_can_be_written(name: str, suffix: str) -> None:
    assert suffix_for(Path(name)) == suffix
