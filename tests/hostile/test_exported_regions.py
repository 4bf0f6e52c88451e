"""Face regions beside and inside photos: one photo or sidecar that cannot be read costs the others nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from tests.hostile.conftest import OneFace
from tests.hostile.inputs import picture_bytes
from tests.hostile.kinds import KINDS
from tinyface_core.commands.app import app
from tinyface_core.media.regions import orientation


def exported(form: str, album: Path, out: Path, *broken: str) -> str:
    """What is said when the faces of an album are written in a form, after some of its photos were damaged."""
    found = out.with_name("found")
    assert CliRunner().invoke(app, ["find", str(album), "--output", str(found)]).exit_code == 0
    for name in broken:
        (album / name).write_bytes(b"no picture")
    results = map(str, sorted(found.glob("*.json")))
    done = CliRunner().invoke(app, ["export", *results, "--format", form, "--output", str(out)])
    assert done.exit_code == 1 and "Traceback" not in done.output
    return done.stderr


@pytest.mark.parametrize("form", ["xmp", "xmp-copies", "xmp-originals"])
def test_a_photo_that_cannot_be_read_is_told_and_the_others_get_their_regions(
    form: str, finder: OneFace, album: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert "a.jpg is not a picture" in exported(form, album, out, "a.jpg")
    written = out.read_text().split() if form == "xmp-originals" else list(map(str, out.iterdir()))
    assert len(written) == 1 and "z.jpg" in written[0]


@pytest.mark.parametrize("form", ["xmp-copies", "xmp-originals"])
def test_a_photo_that_can_hold_no_regions_is_told_and_the_others_get_theirs(
    form: str, finder: OneFace, album: Path, tmp_path: Path
) -> None:
    Image.open(album / "a.jpg").save(album / "b.bmp")
    assert "b.bmp can hold no XMP: export a sidecar of it." in exported(form, album, tmp_path / "out")


@pytest.mark.parametrize("form", ["xmp", "xmp-copies", "xmp-originals"])
def test_only_photos_are_counted_as_only_they_get_regions(
    form: str, finder: OneFace, album: Path, tmp_path: Path
) -> None:
    Image.open(album / "z.jpg").save(album / "pages.tif", save_all=True, append_images=[Image.open(album / "a.jpg")])
    assert CliRunner().invoke(app, ["find", str(album), "--output", str(tmp_path / "found")]).exit_code == 0
    results = map(str, sorted((tmp_path / "found").glob("*.json")))
    done = CliRunner().invoke(app, ["export", *results, "--format", form, "--output", str(tmp_path / "out")])
    assert "2 faces of 2 pictures" in done.stdout, done.output


@pytest.mark.parametrize("there", ["senseless", "a folder", "a pipe"])
def test_a_sidecar_that_is_there_and_cannot_be_read_is_left_and_told(
    there: str, finder: OneFace, album: Path, tmp_path: Path
) -> None:
    sidecar = tmp_path / "out" / "a.jpg.xmp"
    sidecar.parent.mkdir()
    {"senseless": lambda: sidecar.write_text("<x:"), "a folder": sidecar.mkdir, "a pipe": lambda: os.mkfifo(sidecar)}[
        there
    ]()
    assert "a.jpg" in exported("xmp", album, sidecar.parent)
    assert (sidecar.parent / "z.jpg.xmp").stat().st_size > 500
    assert not sidecar.is_file() or sidecar.read_text() == "<x:"


def test_copies_are_never_written_over_originals(finder: OneFace, album: Path) -> None:
    before = (album / "a.jpg").read_bytes()
    assert "holds originals" in exported("xmp-copies", album, album)
    assert (album / "a.jpg").read_bytes() == before


def test_every_kind_of_photo_that_is_searched_can_get_a_sidecar(tmp_path: Path) -> None:
    for kind in KINDS:
        if kind.group == "photos":
            assert orientation(kind.make(tmp_path)) == 1, kind.name
    turned = tmp_path / "turned.tif"
    turned.write_bytes(picture_bytes("TIFF", tiffinfo={0x0112: 6}))
    assert orientation(turned) == 6
