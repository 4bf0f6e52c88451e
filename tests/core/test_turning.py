"""Pictures turned by hand: what is shown and searched is turned, what is written for other programs is not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from tinyface_core.datasets.corrections import read_corrections
from tinyface_core.export.material import Material
from tinyface_core.export.registry import export
from tinyface_core.media.images import load_image
from tinyface_core.media.sources import read_frame
from tinyface_core.media.turning import as_in_file, turned_box, turned_frame, turned_result
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.project.turning import turn_picture
from tinyface_core.redaction.copies import write_copy
from tinyface_core.redaction.order import Order
from tinyface_core.redaction.searching import search
from tinyface_core.redaction.statements import read_statements
from tinyface_core.results import read_results, write_results
from tinyface_core.types import CancelToken, Detections, Face, Finder, FindResult, Frame, Verdict

WIDTH, HEIGHT = 60, 40
SPOT = (10.0, 5.0, 22.0, 15.0)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A bright spot on a dark ground."""
    pixels = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    pixels[5:15, 10:22] = 230
    Image.fromarray(pixels).save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


class FindsTheSpot(Finder):
    """Where a picture is bright there is a face."""

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        rows, columns = np.nonzero(frame.pixels[:, :, 0] > 128)
        box = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        found = Detections.of([box], [0.9])
        return FindResult(frame.source, frame.width, frame.height, found, 1, 0, turn=frame.turn)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_boxes_turn_with_the_pixels_and_back(photo: Path, turn: int) -> None:
    frame = read_frame(photo, None, turn)
    assert np.array_equal(frame.pixels, np.asarray(Image.open(photo).rotate(-turn, expand=True)))
    found = FindsTheSpot().find(frame)
    assert found.faces[0].box == turned_box(SPOT, WIDTH, HEIGHT, turn)
    assert as_in_file(found) == FindsTheSpot().find(load_image(photo))
    assert turned_result(as_in_file(found), turn) == found
    assert turned_frame(frame, -turn).turn == 0


def test_a_project_turns_what_was_found_drawn_and_changed_and_keeps_what_was_said(tmp_path: Path, photo: Path) -> None:
    source = str(photo)
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(source)])
        result = FindsTheSpot().find(load_image(photo))
        said = ProjectFace(source, result.faces[0], verdict=Verdict.CONFIRMED, note="Ada").with_box((9, 5, 22, 16))
        drawn = ProjectFace(source, Face((0, 0, 5, 5), 1, 1), verdict=Verdict.CONFIRMED, drawn=True)
        project.put_result(result, [said])
        project.put_faces([drawn])
        before = sorted(project.faces(source), key=lambda face: face.id)
        turn_picture(project, source, 90)
        assert (project.pictures()[0].turn, project.results()[0].turn) == (90, 90)
        assert (project.results()[0].width, project.results()[0].height) == (HEIGHT, WIDTH)
        turned = {face.id: face for face in project.faces(source)}
        assert turned[said.id].found == FindsTheSpot().find(read_frame(photo, None, 90)).faces[0].box
        assert (turned[said.id].verdict, turned[said.id].note) == (Verdict.CONFIRMED, "Ada")
        assert turned[drawn.id].face.box == (HEIGHT - 5, 0, HEIGHT, 5)
        turn_picture(project, source, 0)
        assert sorted(project.faces(source), key=lambda face: face.id) == before


def test_what_other_programs_read_beside_the_files_is_not_turned(tmp_path: Path, photo: Path) -> None:
    material = Material([FindsTheSpot().find(read_frame(photo, None, 90))])
    x1, y1, x2, y2 = SPOT
    for name in ("csv", "coco", "yolo", "xmp", "json", "annotated"):
        export(name, material, tmp_path / name)
    assert f"{x1},{y1},{x2},{y2}" in (tmp_path / "csv").read_text("utf-8-sig")
    coco = json.loads((tmp_path / "coco").read_text())
    assert coco["annotations"][0]["bbox"] == [x1, y1, x2 - x1, y2 - y1]
    assert (coco["images"][0]["width"], coco["images"][0]["height"]) == (WIDTH, HEIGHT)
    shares = next((tmp_path / "yolo").rglob("photo.txt")).read_text().split()
    assert [float(part) for part in shares[1:]] == pytest.approx([16 / 60, 10 / 40, 12 / 60, 10 / 40], abs=1e-5)
    xmp = ElementTree.parse(tmp_path / "xmp" / "photo.png.xmp").getroot().iter()
    places = {node.tag.rpartition("}")[2]: node.text for node in xmp if "sType/Area" in node.tag}
    assert (float(places["x"] or 0), float(places["y"] or 0)) == pytest.approx((16 / 60, 10 / 40), abs=1e-5)
    assert read_results(tmp_path / "json") == material.results
    drawn = next((tmp_path / "annotated").glob("*.png"))
    assert Image.open(drawn).height > Image.open(drawn).width


def test_a_redacted_copy_covers_the_face_however_its_picture_was_turned(tmp_path: Path, photo: Path) -> None:
    order = Order()
    found = search(photo, tmp_path / "turned.png", FindsTheSpot(), order, turn=270)
    write_copy(photo, tmp_path / "turned.png", found, [], order)
    copy = np.asarray(Image.open(tmp_path / "turned.png"))
    assert copy.shape[:2] == (WIDTH, HEIGHT) and int(copy.max()) < 230
    # What a project or a file says of the turned picture is meant of the picture in the file.
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(str(photo))])
        plain = FindsTheSpot().find(load_image(photo))
        project.put_result(plain, [ProjectFace(str(photo), plain.faces[0], verdict=Verdict.CONFIRMED)])
        turn_picture(project, str(photo), 270)
    write_results(tmp_path / "found.json", found)
    assert [one.box for one in read_statements(tmp_path / "case.tinyface")(photo)] == [SPOT]


def test_a_turned_picture_is_learned_from_as_it_was_turned(tmp_path: Path, photo: Path) -> None:
    path = tmp_path / "case.tinyface"
    with Project.create(path) as project:
        project.add_pictures([ProjectPicture(str(photo))])
        found = FindsTheSpot().find(load_image(photo))
        project.put_result(found, [replace(ProjectFace(str(photo), found.faces[0]), verdict=Verdict.CONFIRMED)])
        turn_picture(project, str(photo), 90)
    (picture,) = read_corrections(tmp_path / "frames", path)
    assert FindsTheSpot().find(load_image(picture.path)).faces[0].box == pytest.approx(picture.boxes[0].tolist())
