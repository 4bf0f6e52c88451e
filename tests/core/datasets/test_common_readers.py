"""COCO, YOLO and Pascal VOC: the same two faces in three forms, and what goes wrong with each."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinyface_core.boxes import shorter_side
from tinyface_core.datasets.annotations import existing
from tinyface_core.datasets.registry import READERS
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import Face, UserError, Verdict

BOXES = np.array([[10, 20, 40, 60], [50, 5, 60, 25]], np.float32)


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    Image.new("RGB", (100, 80)).save(folder / "a.jpg")
    return folder


def coco(tmp_path, **changes):
    document = {
        "images": [{"id": 7, "file_name": "a.jpg"}, {"id": 8, "file_name": "elsewhere.jpg"}],
        "categories": [{"id": 1, "name": "face"}],
        "annotations": [
            {"image_id": 7, "category_id": 1, "bbox": [10, 20, 30, 40]},
            {"image_id": 7, "category_id": 1, "bbox": [50, 5, 10, 20], "iscrowd": 1},
            {"image_id": 7, "category_id": 1, "bbox": [50, 5, 0, 20]},
        ],
    }
    path = tmp_path / "coco.json"
    path.write_text(json.dumps(document | changes))
    return path


def yolo(tmp_path, text="0 0.25 0.5 0.3 0.5\n0 0.55 0.1875 0.1 0.25\n"):
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / "a.txt").write_text(text)
    return folder


def voc(tmp_path, filename="a.jpg"):
    folder = tmp_path / "xml"
    folder.mkdir()
    entry = (
        "<object><name>face</name><difficult>{}</difficult><bndbox>"
        "<xmin>{}</xmin><ymin>{}</ymin><xmax>{}</xmax><ymax>{}</ymax></bndbox></object>"
    )
    faces = entry.format(0, 11, 21, 40, 60) + entry.format(1, 51, 6, 60, 25)
    (folder / "a.xml").write_text(f"<annotation><filename>{filename}</filename>{faces}</annotation>")
    return folder


@pytest.mark.parametrize(("kind", "write", "ignored"), [("coco", coco, 1), ("yolo", yolo, 0), ("voc", voc, 1)])
def test_every_form_gives_the_same_boxes(tmp_path, images, kind, write, ignored):
    ((picture,), _) = existing(READERS.make(kind, images, write(tmp_path)))
    np.testing.assert_allclose(picture.boxes, BOXES, atol=1e-4)
    assert picture.boxes.dtype == np.float32
    assert picture.ignored.tolist() == [False, bool(ignored)]
    assert picture.path == images / "a.jpg"


@pytest.mark.parametrize(("kind", "write"), [("coco", coco), ("yolo", yolo), ("voc", voc)])
def test_pictures_that_are_not_there_are_an_error(tmp_path, kind, write):
    (tmp_path / "other").mkdir()
    with pytest.raises(FileNotFoundError):
        existing(READERS.make(kind, tmp_path / "other", write(tmp_path)))


def test_every_form_tells_which_listed_pictures_are_missing(tmp_path, images):
    (yolo(tmp_path) / "elsewhere.txt").write_text("0 0.5 0.5 0.1 0.1\n")
    (tmp_path / "labels" / "classes.txt").write_text("face\n")
    (voc(tmp_path) / "elsewhere.xml").write_text("<annotation><filename>elsewhere.jpg</filename></annotation>")
    (tmp_path / "wider.txt").write_text("a.jpg\n1\n10 20 30 40\nelsewhere.jpg\n1\n10 20 30 40\n")
    (tmp_path / "FDDB-fold-01-ellipseList.txt").write_text("a\n1\n9 9 0 20 20 1\nelsewhere\n1\n9 9 0 20 20 1\n")
    with Project.create(tmp_path / "case.tinyface") as project:
        sources = [str(images / name) for name in ("a.jpg", "elsewhere.jpg")]
        project.add_pictures([ProjectPicture(source) for source in sources])
        face = Face((1, 1, 9, 9), 0.5, 0.5)
        project.put_faces([ProjectFace(source, face, verdict=Verdict.CONFIRMED) for source in sources])
    places = {
        "coco": coco(tmp_path),
        "yolo": tmp_path / "labels",
        "voc": tmp_path / "xml",
        "wider": tmp_path / "wider.txt",
        "fddb": tmp_path,
        "project": tmp_path / "case.tinyface",
    }
    told = {kind: existing(READERS.make(kind, images, place)) for kind, place in places.items()}
    for kind, (pictures, oddities) in told.items():
        assert [picture.path for picture in pictures] == [images / "a.jpg"], kind
        assert [Path(name).stem for name in oddities.missing] == ["elsewhere"], kind


def test_every_form_tells_where_boxes_without_an_area_are_left_out(tmp_path, images):
    (tmp_path / "wider.txt").write_text("a.jpg\n2\n10 20 30 40\n10 20 0 40\n")
    (tmp_path / "FDDB-fold-01-ellipseList.txt").write_text("a\n2\n9 9 0 20 20 1\n0 0 0 20 20 1\n")
    places = {
        "coco": coco(tmp_path),
        "yolo": yolo(tmp_path, "0 0.25 0.5 0.3 0.5\n0 0.55 0.1875 0.1 0\n"),
        "voc": voc(tmp_path),
        "wider": tmp_path / "wider.txt",
        "fddb": tmp_path,
    }
    document = places["voc"] / "a.xml"
    document.write_text(document.read_text().replace("<xmax>60", "<xmax>50"))
    for kind, place in places.items():
        ((picture,), oddities) = existing(READERS.make(kind, images, place))
        assert (shorter_side(picture.boxes) > 0).all() and len(picture.ignored) == len(picture.boxes), kind
        names = " ".join(oddities.sentences)
        assert "Pictures in which boxes have no area and are left out: 1 (a" in names, kind


def test_an_empty_yolo_text_is_a_picture_without_faces(tmp_path, images):
    (picture,) = READERS.make("yolo", images, yolo(tmp_path, ""))
    assert picture.boxes.shape == (0, 4) and picture.ignored.shape == (0,)


def test_a_yolo_line_in_pixels_is_refused_with_its_number(tmp_path, images):
    with pytest.raises(UserError, match=r"a\.txt, line 2"):
        READERS.make("yolo", images, yolo(tmp_path, "0 0.5 0.5 0.1 0.1\n0 25 40 30 40\n"))


def test_a_coco_file_without_images_is_refused(tmp_path, images):
    (tmp_path / "coco.json").write_text("[]")
    with pytest.raises(UserError, match=r"coco\.json"):
        READERS.make("coco", images, tmp_path / "coco.json")


def test_a_voc_file_cannot_point_out_of_the_folder(tmp_path, images):
    Image.new("RGB", (9, 9)).save(tmp_path / "secret.jpg")
    with pytest.raises(FileNotFoundError):
        existing(READERS.make("voc", images, voc(tmp_path, "../secret.jpg")))


def test_broken_xml_is_named(tmp_path, images):
    folder = voc(tmp_path)
    (folder / "b.xml").write_text("<annotation>")
    with pytest.raises(UserError, match=r"b\.xml"):
        READERS.make("voc", images, folder)


def test_an_unknown_form_lists_the_known_ones(tmp_path):
    with pytest.raises(UserError, match="wider, coco, yolo, voc, fddb, project"):
        READERS.make("kitti", tmp_path, tmp_path)


def test_of_several_classes_the_one_of_faces_is_taken_in_every_form(tmp_path, images):
    categories = [{"id": 3, "name": "car"}, {"id": 1, "name": "Face"}]
    car = {"image_id": 7, "category_id": 3, "bbox": [1, 1, 50, 30]}
    face = {"image_id": 7, "category_id": 1, "bbox": [10, 20, 30, 40]}
    places = {
        "coco": coco(tmp_path, categories=categories, annotations=[car, face]),
        "yolo": yolo(tmp_path, "0 0.5 0.5 0.3 0.3\n1 0.25 0.5 0.3 0.5\n"),
        "voc": voc(tmp_path),
    }
    (tmp_path / "classes.txt").write_text("car\nface\n")
    document = places["voc"] / "a.xml"
    document.write_text(document.read_text().replace("face</name><difficult>1", "car</name><difficult>0"))
    for kind, place in places.items():
        ((picture,), _) = existing(READERS.make(kind, images, place))
        np.testing.assert_allclose(picture.boxes, BOXES[:1], atol=1e-4, err_msg=kind)


def test_classes_of_which_none_is_called_face_are_all_taken(tmp_path, images):
    categories = [{"id": 1, "name": "mask"}, {"id": 2, "name": "no mask"}]
    faces = [{"image_id": 7, "category_id": n, "bbox": [10 * n, 20, 30, 40]} for n in (1, 2)]
    places = {
        "coco": coco(tmp_path, categories=categories, annotations=faces),
        "yolo": yolo(tmp_path, "0 0.5 0.5 0.3 0.3\n10 0.25 0.5 0.3 0.5\n2 0.25 0.5 0.3 0.5\n"),
        "voc": voc(tmp_path),
    }
    document = places["voc"] / "a.xml"
    document.write_text(document.read_text().replace("face<", "no mask<", 1).replace("face<", "mask<", 1))
    for kind, place in places.items():
        ((picture,), oddities) = existing(READERS.make(kind, images, place))
        assert len(picture.boxes) == 3 if kind == "yolo" else 2
        count, names = ("3", "0, 2, 10") if kind == "yolo" else ("2", "mask, no mask")
        told = f"None of the {count} classes of boxes is called face, so all of them are taken as faces ({names})"
        assert any(sentence.startswith(told) for sentence in oddities.sentences), kind
    (tmp_path / "classes.txt").write_text("mask\nbus\nno mask\n")
    assert existing(READERS.make("yolo", images, places["yolo"]))[1].classes == ("10", "mask", "no mask")
    (tmp_path / "classes.txt").write_text("face\nbus\nno mask\n")
    ((picture,), oddities) = existing(READERS.make("yolo", images, places["yolo"]))
    assert len(picture.boxes) == 1 and oddities.classes == ()
