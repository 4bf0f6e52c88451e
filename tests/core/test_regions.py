"""Face regions in XMP: written beside and into pictures, read by another library, and taken in as verdicts."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pyexiv2
import pytest
from PIL import Image, ImageOps
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.export.material import FaceKey, Material, Statement
from tinyface_core.export.registry import export
from tinyface_core.media.regions import read_regions
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, Face, FindResult, UserError, Verdict

WIDTH, HEIGHT = 48, 32
BOX = (8.0, 4.0, 20.0, 12.0)
"""Where the upright picture is white."""
PEOPLE = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/jpeg"
 xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#">
<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
<rdf:li><rdf:Description mwg-rs:Name="Ada" mwg-rs:Type="Face">
<mwg-rs:Area stArea:x="0.75" stArea:y="0.75" stArea:w="0.25" stArea:h="0.25" stArea:unit="normalized"/>
</rdf:Description></rdf:li>
<rdf:li><rdf:Description mwg-rs:Name="Rex" mwg-rs:Type="Pet">
<mwg-rs:Area stArea:x="0.1" stArea:y="0.1" stArea:w="0.1" stArea:h="0.1" stArea:unit="normalized"/>
</rdf:Description></rdf:li>
</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions></rdf:Description></rdf:RDF></x:xmpmeta>"""


def photo_of(path: Path, orientation: int = 1) -> Path:
    """A black photo with a white place, stored as the orientation says."""
    upright = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    upright[4:12, 8:20] = 255
    stored = next(
        turned
        for method in [None, *Image.Transpose]
        if looks_like(turned := turned_by(Image.fromarray(upright), method, orientation), upright)
    )
    stored.save(path, exif=stored.getexif(), quality=100)
    return path


def turned_by(image: Image.Image, method: Image.Transpose | None, orientation: int) -> Image.Image:
    turned = image.copy() if method is None else image.transpose(method)
    turned.getexif()[0x0112] = orientation
    return turned


def looks_like(image: Image.Image, pixels: np.ndarray) -> bool:
    return np.array_equal(np.asarray(ImageOps.exif_transpose(image)), pixels)


def material_of(*photos: Path) -> Material:
    """A white face that was confirmed, and a refused one elsewhere."""
    faces = Detections.of([BOX, (30, 20, 40, 30)], [0.9, 0.5])
    results = [FindResult(str(photo), WIDTH, HEIGHT, faces, 2, 0) for photo in photos]
    said = {FaceKey(str(photo), None, 0): Statement(Verdict.CONFIRMED, "on the left & happy") for photo in photos}
    refused = {FaceKey(str(photo), None, 1): Statement(Verdict.NOT_A_FACE) for photo in photos}
    return Material(results, said | refused)


def stored_share(photo: Path, x: float, y: float, w: float, h: float) -> float:
    """How white a region of the stored pixels is, in [0, 1]."""
    with Image.open(photo) as image:
        pixels = np.asarray(image.convert("L")) / 255.0
    height, width = pixels.shape
    rows = slice(round((y - h / 2) * height), round((y + h / 2) * height))
    return float(pixels[rows, round((x - w / 2) * width) : round((x + w / 2) * width)].mean())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_regions_lie_on_the_face_as_it_is_stored_however_the_photo_is_turned(tmp_path: Path, orientation: int) -> None:
    photo = photo_of(tmp_path / "photo.jpg", orientation)
    export("xmp-copies", material_of(photo), tmp_path / "copies")
    copy = tmp_path / "copies" / "photo.jpg"
    with pyexiv2.Image(str(copy)) as image:
        known = image.read_xmp()
    first = "Xmp.mwg-rs.Regions/mwg-rs:RegionList[1]/mwg-rs:"
    assert stored_share(copy, *(float(known[f"{first}Area/stArea:{side}"]) for side in "xywh")) > 0.95
    assert known[f"{first}Type"] == "Face" and "confirmed, on the left & happy" in known[f"{first}Description"]
    assert not any("RegionList[2]" in key for key in known), "what was refused is no region"
    with Image.open(copy) as image:
        size = known["Xmp.mwg-rs.Regions/mwg-rs:AppliedToDimensions/stDim:w"]
        assert int(size) == image.width
    [region] = read_regions(copy)
    assert np.allclose(np.array(region.box) * [WIDTH, HEIGHT, WIDTH, HEIGHT], BOX, atol=0.01)


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_copies_keep_their_pixels_and_the_photos_stay_as_they_are(tmp_path: Path, suffix: str) -> None:
    photo = photo_of(tmp_path / f"photo{suffix}")
    before = photo.read_bytes()
    export("xmp-copies", material_of(photo), tmp_path / "copies")
    copy = tmp_path / "copies" / photo.name
    with Image.open(photo) as one, Image.open(copy) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))
    assert photo.read_bytes() == before and len(read_regions(copy)) == 1


def test_a_sidecar_keeps_what_others_wrote_and_is_written_anew_without_doubles(tmp_path: Path) -> None:
    photo = photo_of(tmp_path / "photo.jpg")
    sidecar = tmp_path / "photo.jpg.xmp"
    sidecar.write_text(PEOPLE)
    for _ in range(2):
        export("xmp", material_of(photo), tmp_path)
    root = ElementTree.parse(sidecar).getroot()
    assert "image/jpeg" in ElementTree.tostring(root, "unicode")
    assert [region.name for region in read_regions(photo)] == ["Ada", ""]


def test_of_one_photo_the_sidecar_itself_can_be_named_and_of_several_their_folder(tmp_path: Path) -> None:
    photos = [photo_of(tmp_path / f"{name}.jpg") for name in "ab"]
    export("xmp", material_of(photos[0]), tmp_path / "one.xmp")
    assert (tmp_path / "one.xmp").is_file()
    both = Material([result for photo in photos for result in material_of(photo).results])
    export("xmp", both, tmp_path / "all.xmp")
    assert sorted(path.name for path in (tmp_path / "all.xmp").iterdir()) == ["a.jpg.xmp", "b.jpg.xmp"]


def test_photos_are_changed_only_when_told_so_and_listed(tmp_path: Path) -> None:
    photo = photo_of(tmp_path / "photo.jpg")
    export("xmp-originals", material_of(photo), tmp_path / "changed.txt")
    assert (tmp_path / "changed.txt").read_text() == f"{photo}\n" and len(read_regions(photo)) == 1
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photo.read_bytes()[:200])
    before = broken.read_bytes()
    with pytest.raises(UserError):
        export("xmp-originals", material_of(broken), tmp_path / "changed.txt")
    assert broken.read_bytes() == before


def test_regions_become_verdicts(tmp_path: Path) -> None:
    photo = photo_of(tmp_path / "photo.jpg")
    (tmp_path / "photo.xmp").write_text(PEOPLE)
    case = tmp_path / "case.tinyface"
    found = ProjectFace(str(photo), Face((31, 20, 41, 28), 0.6, 0.6))
    other = ProjectFace(str(photo), Face(BOX, 0.6, 0.6))
    with Project.create(case) as project:
        project.add_pictures([ProjectPicture(str(photo))])
        project.put_result(FindResult(str(photo), WIDTH, HEIGHT, Detections.of([], []), 2, 0), [found, other])
    said = CliRunner().invoke(app, ["project", "regions", str(case)])
    assert "1 face confirmed, 0 added" in said.output, said.output
    with Project.open(case) as project:
        verdicts = {face.id: (face.verdict, face.note) for face in project.faces(str(photo))}
        assert verdicts == {found.id: (Verdict.CONFIRMED, "Ada"), other.id: (Verdict.UNDECIDED, "")}
        project.remove_faces([found])
    assert "0 faces confirmed, 1 added" in CliRunner().invoke(app, ["project", "regions", str(case)]).output
    with Project.open(case) as project:
        [drawn] = [face for face in project.faces(str(photo)) if face.drawn]
        assert np.allclose(drawn.face.box, (30, 20, 42, 28)) and drawn.note == "Ada"


@pytest.mark.parametrize("content", [b"<x", b"\xff\xfe", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&d;</a>"])
def test_xmp_that_makes_no_sense_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    photo = photo_of(tmp_path / "photo.jpg")
    (tmp_path / "photo.jpg.xmp").write_bytes(content)
    with pytest.raises(UserError, match=r"photo\.jpg\.xmp makes no sense"):
        read_regions(photo)
