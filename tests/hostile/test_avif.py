"""AVIF and HEIC without a colour profile, turned in every way: seen as their owner sees them."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps

from tests.hostile.inputs import picture_bytes
from tinyface_core.media.images import load_image, read_size, thumbnail

COLOUR = np.array([200, 110, 70])
_P3_TO_SRGB = np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]])
_2020_TO_SRGB = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])
"""Of linear light (CSS Color Module Level 4, section 10)."""


def linear(values: np.ndarray) -> np.ndarray:
    shares = values / 255
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def encoded(light: np.ndarray) -> np.ndarray:
    light = light.clip(0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def plain(form: str, path: Path, primaries: int, transfer: int, colour: np.ndarray = COLOUR) -> Path:
    """A picture of one colour, whose file says by numbers what colours mean."""
    pillow_heif.register_heif_opener()
    image = Image.fromarray(np.tile(colour.astype(np.uint8), (32, 32, 1)))
    image.save(path, form, quality=95)
    content = bytearray(path.read_bytes())
    place = content.index(b"colrnclx") + 8
    struct.pack_into(">HH", content, place, primaries, transfer)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("form", ["AVIF", "HEIF"])
@pytest.mark.parametrize(("primaries", "matrix"), [(1, np.eye(3)), (9, _2020_TO_SRGB), (12, _P3_TO_SRGB)])
def test_colours_that_a_file_names_by_numbers_come_out_in_srgb(
    form: str, primaries: int, matrix: np.ndarray, tmp_path: Path
) -> None:
    path = plain(form, tmp_path / f"x.{form.lower()}", primaries, 13)
    expected = encoded(matrix @ linear(COLOUR))
    for pixels in (load_image(path).pixels, thumbnail(path, 16)):
        assert np.abs(pixels[8, 8] - expected).max() < 4
    grey = plain(form, path, primaries, 13, np.array([120, 120, 120]))
    assert np.abs(load_image(grey).pixels[8, 8] - 120.0).max() < 3


@pytest.mark.parametrize(("transfer", "white"), [(16, 0.58), (18, 0.75)])
def test_white_of_paper_is_white_in_hdr(transfer: int, white: float, tmp_path: Path) -> None:
    path = plain("AVIF", tmp_path / "hdr.avif", 9, transfer, np.full(3, round(255 * white)))
    assert load_image(path).pixels[8, 8].min() >= 248
    darker = plain("AVIF", path, 9, transfer, np.full(3, round(255 * white * 0.8)))
    assert 120 < load_image(darker).pixels[8, 8].max() < 225


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_of_avif_is_made_upright(orientation: int, tmp_path: Path) -> None:
    stored = Image.open(written(tmp_path / "stored.png")).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "x.avif", quality=90, exif=exif.tobytes())  # Pillow writes it as AVIF has it
    turned = stored.copy()
    turned.getexif()[0x0112] = orientation
    expected = np.asarray(ImageOps.exif_transpose(turned), np.int64)
    frame = load_image(tmp_path / "x.avif")
    assert (frame.width, frame.height) == read_size(tmp_path / "x.avif") == expected.shape[1::-1]
    assert np.abs(frame.pixels - expected).mean() < 8


def written(path: Path) -> Path:
    """A picture wider than high."""
    path.write_bytes(picture_bytes("PNG"))
    with Image.open(path) as image:
        image.crop((0, 0, 64, 40)).save(path)
    return path
