"""Files of several pictures: pages of TIFF, frames of animations."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinyface_core.media import pages
from tinyface_core.media.images import MediaError
from tinyface_core.media.pages import Pages, has_pages
from tinyface_core.media.sources import read_frame, read_frames

SHADES = (10, 90, 170, 250)


def written(path: Path, **options: object) -> Path:
    first, *others = (Image.new("RGB", (40 + shade // 10, 32), (shade,) * 3) for shade in SHADES)
    if path.suffix != ".tif":
        first, *others = (one.resize((40, 32)) for one in (first, *others))
    first.save(path, save_all=True, append_images=others, **options)
    return path


@pytest.mark.parametrize("name", ["scan.tif", "move.gif", "move.png", "move.webp", "move.avif", "burst.heic"])
def test_each_page_or_frame_is_read_in_order_and_by_its_number(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, **({"lossless": True} if name.endswith("webp") else {}))
    frames = list(read_frames(path, every=3))  # a step is for videos
    assert [(frame.index, frame.seconds, frame.source) for frame in frames] == [(n, None, str(path)) for n in range(4)]
    for shade, frame in zip(SHADES, frames, strict=True):
        assert abs(float(frame.pixels.mean()) - shade) < 6
    assert np.array_equal(read_frame(path, 2).pixels, frames[2].pixels)


@pytest.mark.parametrize("name", ["one.tif", "one.gif", "one.png", "one.webp", "one.jpg"])
def test_a_file_of_one_picture_stays_a_photo(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    Image.new("RGB", (40, 32), (9, 9, 9)).save(path)
    assert not has_pages(path)
    assert [frame.index for frame in read_frames(path)] == [None]


def test_smaller_copies_in_a_tiff_are_no_pages(tmp_path: Path) -> None:
    tifffile = pytest.importorskip("tifffile")
    path = tmp_path / "pyramid.tif"
    with tifffile.TiffWriter(path) as file:
        for shade in (50, 200):
            file.write(np.full((64, 64, 3), shade, np.uint8), photometric="rgb")
            file.write(np.full((32, 32, 3), shade, np.uint8), photometric="rgb", subfiletype=1)
    assert [frame.pixels.shape[0] for frame in read_frames(path)] == [64, 64]
    assert int(read_frame(path, 1).pixels.mean()) == 200


def test_dark_pages_of_sixteen_bits_are_stretched_each_by_its_own_values(tmp_path: Path) -> None:
    tifffile = pytest.importorskip("tifffile")
    path = tmp_path / "deep.tif"
    with tifffile.TiffWriter(path) as file:
        for top in (1023, 4095):
            ramp = np.linspace(0, top, 64 * 64 * 3).astype(np.uint16).reshape(64, 64, 3)
            file.write(ramp, photometric="rgb")
    assert [int(frame.pixels.max()) for frame in read_frames(path)] == [255, 255]


def test_a_damaged_page_costs_a_sentence_and_the_others_are_read(tmp_path: Path) -> None:
    path = written(tmp_path / "scan.tif", compression="tiff_lzw")
    with Image.open(path) as image:
        image.seek(1)
        offset = image.tag_v2[273][0]
    content = bytearray(path.read_bytes())
    content[offset : offset + 30] = b"\xff" * 30
    path.write_bytes(content)
    frames = list(read_frames(path))
    assert [frame.index for frame in frames] == [0, 2, 3]
    told = [remark for frame in frames for remark in frame.remarks]
    assert told == ["Page 2 of scan.tif is damaged and was passed over."]
    with pytest.raises(MediaError, match=r"^Page 2 of scan\.tif is damaged: choose another one\.$"):
        read_frame(path, 1)
    with pytest.raises(MediaError, match=r"^scan\.tif has pages 1 to 4, not 5\.$"):
        read_frame(path, 4)


def test_a_chain_of_pages_that_never_ends_does(tmp_path: Path) -> None:
    """Two directories, each of which names the other as the next one."""
    path = written(tmp_path / "scan.tif")
    content = bytearray(path.read_bytes())
    first = struct.unpack_from("<I", content, 4)[0]
    count = struct.unpack_from("<H", content, first)[0]
    second = struct.unpack_from("<I", content, first + 2 + 12 * count)[0]
    count = struct.unpack_from("<H", content, second)[0]
    struct.pack_into("<I", content, second + 2 + 12 * count, first)
    path.write_bytes(content)
    assert [frame.index for frame in read_frames(path)] == [0, 1]


def test_no_more_pages_are_read_than_anyone_looks_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "move.gif")
    monkeypatch.setattr(pages, "MOST_PAGES", 2)
    frames = list(Pages(path).frames())
    assert [frame.index for frame in frames] == [0, 1]
    assert frames[0].remarks == ("move.gif has more than 2 pages: the first 2 were read.",)
