"""Files of several pictures: pages of TIFF, frames of animations."""

from __future__ import annotations

import os
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageFile
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.media import pages
from tinyface_core.media.opening import MediaError
from tinyface_core.media.pages import Pages, has_pages
from tinyface_core.media.sources import read_frame, read_frames
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.scanned import Outcome
from tinyface_core.project.store import Project
from tinyface_core.redaction.copies import suffix_for
from tinyface_core.results import read_results
from tinyface_core.search.scan import ScanOrder, scan
from tinyface_core.types import CancelToken, Detections, Face, Finder, FindResult, Frame, UserError, Verdict

SHADES = (10, 90, 170, 250)


def written(path: Path, **options: object) -> Path:
    path.parent.mkdir(exist_ok=True)
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


def test_an_animation_cut_in_its_first_bytes_is_a_damaged_photo(tmp_path: Path) -> None:
    path = tmp_path / "cut.webp"
    path.write_bytes(b"RIFF\x10\0\0\0WEBPVP8X\n\0")
    assert not has_pages(path)
    with pytest.raises(MediaError, match=r"cut\.webp is"):
        read_frame(path, None)


def test_a_picture_is_not_unpacked_to_count_its_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (20, 20)).save(tmp_path / "a.png")
    unpacked: list[object] = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: unpacked.append(image))
    assert not has_pages(tmp_path / "a.png")
    assert not unpacked


def test_a_tiff_that_another_reader_takes_is_one_photo(tmp_path: Path) -> None:
    path = tmp_path / "float.tif"
    tifffile.imwrite(path, np.linspace(0, 1, 32 * 32 * 3, dtype=np.float32).reshape(32, 32, 3), photometric="rgb")
    assert [frame.index for frame in read_frames(path)] == [None]


def test_smaller_copies_in_a_tiff_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "pyramid.tif"
    with tifffile.TiffWriter(path) as file:
        for shade in (50, 200):
            file.write(np.full((64, 64, 3), shade, np.uint8), photometric="rgb")
            file.write(np.full((32, 32, 3), shade, np.uint8), photometric="rgb", subfiletype=1)
    assert [frame.pixels.shape[0] for frame in read_frames(path)] == [64, 64]
    assert int(read_frame(path, 1).pixels.mean()) == 200


def test_dark_pages_of_sixteen_bits_are_stretched_each_by_its_own_values(tmp_path: Path) -> None:
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


@pytest.mark.parametrize("name", ["scan.tif", "move.gif"])
@pytest.mark.parametrize(("share", "left"), [(0.7, 2), (0.35, 1)])
def test_a_file_that_breaks_off_between_its_pages_says_so(tmp_path: Path, name: str, share: float, left: int) -> None:
    path = tmp_path / name
    noise = np.random.default_rng(0).integers(0, 255, (4, 48, 48, 3), np.uint8)
    first, *others = map(Image.fromarray, noise)
    first.save(path, save_all=True, append_images=others)
    assert not any(frame.remarks for frame in read_frames(path))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    frames = list(read_frames(path))
    assert len(frames) >= left
    assert any("breaks off" in remark or "incomplete" in remark for remark in frames[-1].remarks)


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


class FindsOne(Finder):
    """A face in each page, as wide as the page is bright."""

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        faces = Detections.of([[0, 0, float(frame.pixels.mean()), 10]], [0.9])
        return FindResult(frame.source, frame.width, frame.height, faces, 1, 0, index=frame.index)


def test_a_scan_keeps_the_faces_of_each_page_and_a_new_scan_what_was_said_of_them(tmp_path: Path) -> None:
    path = written(tmp_path / "pictures" / "scan.tif")
    with Project.create(tmp_path / "case.tinyface") as project:
        order = ScanOrder([path.parent])
        assert scan(project, order, FindsOne().find)[Outcome.SEARCHED] == 1
        assert [(face.index, round(face.face.box[2])) for face in project.faces(str(path))] == list(enumerate(SHADES))
        assert project.pictures()[0].has_pages
        project.put_faces([replace(project.faces(str(path))[2], verdict=Verdict.CONFIRMED)])
        os.utime(path, (1, 1))
        path.write_bytes(path.read_bytes() + b"\0")
        scan(project, order, FindsOne().find)
        assert [face.verdict for face in project.faces(str(path))] == ["", "", "face", ""]


def test_what_was_said_of_a_photo_that_turns_out_to_have_pages_is_said_of_the_first(tmp_path: Path) -> None:
    path = written(tmp_path / "scan.tif")
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(str(path))])
        said = ProjectFace(str(path), Face((0, 0, 10, 10), 0.9, 0.9), verdict=Verdict.CONFIRMED)
        project.put_result(replace(FindsOne().find(read_frame(path, 0)), index=None), [said])
        scan(project, ScanOrder([path]), FindsOne().find)
        assert next((face.index, face.verdict) for face in project.faces(str(path))) == (0, Verdict.CONFIRMED)


def test_find_searches_all_pages_and_compare_takes_one(tmp_path: Path, small_weights: Path) -> None:
    path, output = written(tmp_path / "scan.tif"), tmp_path / "output"
    ran = CliRunner().invoke(app, ["find", str(path), "--output", str(output)])
    assert ran.exit_code == 0 and ", page 1: " in ran.output and ", page 4: " in ran.output
    assert [result.index for result in read_results(output / "scan-faces.json")] == [0, 1, 2, 3]
    assert len(list(output.glob("scan-*-faces.jpg"))) == 4
    asked = ["compare", str(path), "--box", "2,2,20,20", "--methods", "bicubic", "--output", str(output)]
    assert CliRunner().invoke(app, [*asked, "--page", "3"]).exit_code == 0
    assert (output / "scan-000002-comparison.png").exists()
    assert CliRunner().invoke(app, [*asked, "--page", "5"]).exit_code != 0


def test_a_redacted_copy_of_one_page_of_many_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="several pages"):
        suffix_for(written(tmp_path / "scan.tif"))
