"""A picture for which memory ran out is told as that, however a library puts it, and never as a damaged one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinyface_core.media.images import load_image, thumbnail
from tinyface_core.media.opening import DoesNotFit
from tinyface_core.media.pages import Pages, has_pages
from tinyface_core.media.sources import read_frames
from tinyface_core.opencv import cv2

ERRORS = [
    MemoryError(),
    ImportError("libx265.so.217: failed to map segment from shared object"),
    RuntimeError("can't allocate read lock"),
    OSError(12, "Cannot allocate memory"),
    OSError("out of memory when reading image file"),
    SystemError("error return without exception set"),
]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A TIFF of three pages."""
    path = tmp_path / "pages.tif"
    first, *others = [Image.new("RGB", (32, 24), colour) for colour in ("red", "green", "blue")]
    first.save(path, save_all=True, append_images=others)
    return path


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_a_photo_is_not_called_damaged_where_memory_ran_out(
    error: Exception, noise_photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def convert(*_: object) -> None:
        raise error

    monkeypatch.setattr("tinyface_core.media.images.to_rgb", convert)
    for read in (load_image, lambda path: thumbnail(path, 8)):
        with pytest.raises(DoesNotFit, match=r"noise.png does not fit into memory: close other programs"):
            read(noise_photo)


def test_a_picture_that_opencv_reads_is_not_called_damaged_where_memory_ran_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise cv2.error("OpenCV(5.0.0) (-4:Insufficient memory) Failed to allocate 192000000 bytes")

    path = tmp_path / "radiance.hdr"
    path.write_bytes(cv2.imencode(".hdr", np.ones((8, 8, 3), np.float32))[1].tobytes())
    monkeypatch.setattr(cv2, "imdecode", no_room)
    with pytest.raises(DoesNotFit):
        load_image(path)


def test_no_page_is_passed_over_as_damaged_where_memory_ran_out(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, seek = Pages(pages), Image.Image.seek

    def second_does_not_fit(image: Image.Image, place: int) -> None:
        if place == 1:
            raise MemoryError
        seek(image, place)

    monkeypatch.setattr("PIL.TiffImagePlugin.TiffImageFile.seek", second_does_not_fit)
    for read in (lambda: list(opened.frames()), lambda: opened.frame(1)):
        with pytest.raises(DoesNotFit):
            read()


def test_a_file_is_not_taken_for_its_first_page_where_memory_ran_out(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("tinyface_core.media.pages._pages_of_tiff", no_room)
    for read in (has_pages, lambda path: next(read_frames(path))):
        with pytest.raises(DoesNotFit):
            read(pages)
