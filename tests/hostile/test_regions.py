"""XMP of other programs, and notes that XML cannot hold: taken in where they make sense, and written to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.test_regions import HEIGHT, PEOPLE, WIDTH, photo_of
from tinyface_core.media.regions import Region, read_regions, with_regions
from tinyface_core.project.records import ProjectPicture
from tinyface_core.project.regions import take_regions
from tinyface_core.project.store import Project
from tinyface_core.types import Box, UserError


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return photo_of(tmp_path / "a.jpg")


def taken(photo: Path, xmp: bytes) -> list[tuple[Box, str]]:
    """What a project without faces makes of a photo's sidecar."""
    photo.with_name("a.jpg.xmp").write_bytes(xmp)
    with Project.create(photo.with_name("case.tinyface")) as project:
        project.add_pictures([ProjectPicture(str(photo))])
        take_regions(project, project.pictures()[0])
        return [(face.face.box, face.note) for face in project.faces(str(photo))]


def at(x: float, y: float, w: float, h: float) -> bytes:
    place = 'stArea:x="0.75" stArea:y="0.75" stArea:w="0.25" stArea:h="0.25"'
    assert place in PEOPLE
    return PEOPLE.replace(place, f'stArea:x="{x}" stArea:y="{y}" stArea:w="{w}" stArea:h="{h}"').encode()


def test_regions_are_cut_at_the_picture_and_those_outside_left_out(photo: Path) -> None:
    assert taken(photo, at(0, 0.5, 0.5, 0.5)) == [((0, HEIGHT / 4, WIDTH / 4, HEIGHT * 3 / 4), "Ada")]
    for outside in ((1.9, 1.9, 0.1, 0.1), (-1.5, 0.5, 0.1, 0.1), (0.5, 0.5, 1e-300, 0.5), (0.5, 0.5, 0.01, 0.5)):
        assert taken(photo, at(*outside)) == []


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_xmp_is_read_in_every_coding_that_xml_must_know(photo: Path, coding: str) -> None:
    ((_, name),) = taken(photo, PEOPLE.replace("Ada", "Åda").encode(coding))
    assert name == "Åda"


def test_signs_that_xml_cannot_hold_are_left_out_of_what_is_written(photo: Path) -> None:
    region = Region((0, 0, 0.5, 0.5), "note\x00\x1b[2J\ud800\ufffe <&> ü")
    sidecar = photo.with_name("a.jpg.xmp")
    sidecar.write_bytes(with_regions(b"", [region], (WIDTH, HEIGHT), 1, "a.jpg"))
    assert [one.box for one in read_regions(photo)] == [region.box]
    assert "note[2J &lt;&amp;&gt; ü" in sidecar.read_text("utf-8")


def test_xmp_without_an_end_of_brackets_is_a_sentence(photo: Path) -> None:
    deep = b"<a>" * 50_000 + b"</a>" * 50_000
    with pytest.raises(UserError, match=r"The XMP of a\.jpg is nested too deeply"):
        with_regions(deep, [Region((0, 0, 1, 1))], (WIDTH, HEIGHT), 1, "a.jpg")
