"""Annotations of every kind that are damaged, come from elsewhere, or lead out of their folder."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.io import loadmat, savemat

from tests.core.evaluation.wider_files import Annotated, write_ground_truth
from tests.hostile.test_result_files import ANY_JSON
from tinyface_core.datasets.annotations import AnnotatedPicture, existing
from tinyface_core.datasets.fddb import read_fddb_ellipses
from tinyface_core.datasets.matlab import read_matlab
from tinyface_core.datasets.registry import READERS
from tinyface_core.datasets.wider import read_wider_list
from tinyface_core.evaluation.submission import read_submission
from tinyface_core.evaluation.wider import read_ground_truth
from tinyface_core.types import UserError

WIDER = "0--Parade/a.jpg\n1\n1 2 3 4 0 0 0 0 0 0\n"
COCO: dict[str, Any] = {
    "images": [{"id": 1, "file_name": "a.jpg"}],
    "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4], "category_id": 1}],
    "categories": [{"id": 1, "name": "face"}],
}
COCO_PLACES = [("images",), ("images", 0, "id"), ("images", 0, "file_name"), ("annotations", 0, "bbox")]
VOC = (
    "<annotation><filename>a.jpg</filename><object><name>face</name><bndbox><xmin>{}</xmin><ymin>2</ymin>"
    "<xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>"
)
FDDB = "a\n1\n4 3 0.1 10 10 1\n"
ENTRY = {"wider": "list.txt", "coco": "coco.json", "yolo": "yolo", "voc": "voc", "fddb": "fddb"}


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    Image.new("RGB", (20, 20)).save(folder / "a.jpg")
    return folder


def read(kind: str, images: Path, content: str | bytes) -> list[AnnotatedPicture]:
    """What a reader gives for annotations of such a content, beside the pictures."""
    place = images.parent / ENTRY[kind]
    file = {"yolo": place / "a.txt", "voc": place / "a.xml", "fddb": place / "FDDB-fold-01-ellipseList.txt"}
    path = file.get(kind, place)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return READERS.make(kind, images, place)


GOOD = {
    "wider": WIDER,
    "coco": json.dumps(COCO),
    "yolo": "0 0.5 0.5 0.1 0.1\n",
    "voc": VOC.format(2),
    "fddb": FDDB,
}


@pytest.mark.parametrize("kind", GOOD)
def test_texts_may_begin_with_a_byte_order_mark_and_utf_16_is_named(images: Path, kind: str) -> None:
    (plain,), (marked,) = read(kind, images, GOOD[kind]), read(kind, images, GOOD[kind].encode("utf-8-sig"))
    np.testing.assert_array_equal(plain.boxes, marked.boxes)
    if kind != "voc":  # XML says itself how it is written
        with pytest.raises(UserError, match="UTF-16"):
            read(kind, images, GOOD[kind].encode("utf-16"))
        with pytest.raises(UserError, match="UTF-8"):
            read(kind, images, GOOD[kind].encode() + b"\xe9")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
@pytest.mark.parametrize(
    ("kind", "name"), [("yolo", "a.txt"), ("voc", "a.xml"), ("fddb", "FDDB-fold-01-ellipseList.txt")]
)
def test_a_pipe_in_the_folder_is_not_waited_for(images: Path, kind: str, name: str) -> None:
    (images.parent / kind).mkdir()
    os.mkfifo(images.parent / kind / name)
    with pytest.raises((UserError, FileNotFoundError)):
        READERS.make(kind, images, images.parent / kind)


@pytest.mark.parametrize(
    ("kind", "content", "wanted"),
    [
        ("wider", "a.jpg\n1\n1 2 3 1e9\n", "no picture has room"),
        ("wider", "a.jpg\n1\nnan 2 3 4\n", "no picture has room"),
        ("wider", "a.jpg\n1\n1 2\n", "4 numbers"),
        ("wider", "a.jpg\n3\n1 2 3 4\n", "3 faces are announced, 1 lines follow"),
        ("wider", "a.jpg\n-1\n1 2 3 4\n", "not '-1'"),
        ("wider", "a.jpg\n1000000000000\n1 2 3 4\n", "faces are announced"),
        ("wider", "a.jpg\n2\n1 2 3 4\n1 2 x 4 5\n", "line 1"),
        ("wider", WIDER + "\n../../x.jpg\n0\n0 0 0 0\n", "line 5"),
        ("wider", "a.jpg", "line 1: not a WIDER FACE list (the count of faces has to follow"),
        ("fddb", FDDB + "a\0", "line 4: not of FDDB's form (the count of faces has to follow"),
        ("fddb", "a\n1\n4 3 0.1 10\n", "at line 1: not of FDDB's form ('4 3 0.1 10' is not 5 numbers"),
        ("fddb", "a\0b\n0\n", "no file can be called"),
        ("coco", json.dumps(COCO).replace('"image_id": 1', '"image_id": "' + "7" * 400 + '"'), "picture 77777"),
        ("yolo", "x" * 400 + "\n", "line 1"),
        ("yolo", "0 nan 0.5 0.1 0.1\n", "line 1"),
        ("yolo", "0 0.5 0.5 0.1 1e300\n", "line 1"),
        ("yolo", "0 0.5 0.5 0.1\n", "line 1"),
        ("voc", VOC.format("nan"), "no picture has room"),
        ("voc", VOC.format("-1e9"), "no picture has room"),
        ("voc", VOC.replace("<xmin>{}</xmin>", ""), "no xmin"),
        ("voc", '<?xml version="1.0" encoding="klingon"?><annotation/>', "a.xml"),
        ("voc", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><annotation>&e;</annotation>", "a.xml"),
        ("fddb", "a\n1\n4 3 nan 10 10\n", "no picture has room"),
        ("fddb", "a\n1\n4 3 0 1e9 10\n", "no picture has room"),
        ("fddb", "a\n-1\n", "not '-1'"),
        ("fddb", "a\n9999999999999\n", "faces are announced"),
        ("fddb", "../../../etc/x\n0\n", "lies outside"),
    ],
)
def test_what_makes_no_sense_is_named(images: Path, kind: str, content: str, wanted: str) -> None:
    with pytest.raises(UserError) as caught:
        read(kind, images, content)
    assert wanted in str(caught.value) and "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_texts_that_grow_by_their_entities_are_refused(images: Path) -> None:
    grown = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10 if n else 'ha' * 10}'>" for n in range(12))
    with pytest.raises(UserError, match=r"a\.xml"):
        read("voc", images, f"<!DOCTYPE x [{grown}]><annotation><filename>&e11;</filename></annotation>")


def _with(place: tuple[object, ...], value: object) -> str:
    document: Any = json.loads(json.dumps(COCO))
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (_with(("images", 0, "file_name"), "../outside.jpg"), "lies outside"),
        (_with(("images", 0, "file_name"), "/etc/passwd"), "lies outside"),
        (_with(("images", 0, "file_name"), "a/../../outside.jpg"), "lies outside"),
        (_with(("images", 0, "file_name"), ""), "lies outside"),
        (_with(("images", 0, "file_name"), "x" * 300), "no file can be called 'xxx"),
        (_with(("images", 0, "file_name"), None), "images[0].file_name: expected str, got null"),
        (_with(("annotations", 0, "bbox"), [1, 2, 3]), "annotations[0].bbox"),
        (_with(("annotations", 0, "bbox"), [1, 2, "3", 4]), "annotations[0].bbox"),
        (_with(("annotations", 0, "bbox"), [1, 2, 1e9, 4]), "no picture has room"),
        (_with(("annotations", 0, "bbox"), [1, 2, float("nan"), 4]), "NaN is no number"),
        (_with(("annotations", 0, "image_id"), 5), "picture 5, which is not listed"),
        (_with(("annotations", 0, "image_id"), [1]), "annotations[0].image_id"),
        (_with(("annotations", 0, "iscrowd"), "yes"), "iscrowd"),
        (_with(("categories", 0), 5), "categories[0]"),
        (_with(("annotations",), {}), "annotations"),
        ("[" * 100_000, "nested"),
        ('{"images": ' + "9" * 5000 + "}", "a number in it has 5000 digits."),
        ("", "coco.json"),
    ],
)
def test_a_coco_file_that_makes_no_sense_or_leads_out_of_its_folder_is_named(
    images: Path, content: str, wanted: str
) -> None:
    Image.new("RGB", (9, 9)).save(images.parent / "outside.jpg")
    with pytest.raises(UserError) as caught:
        read("coco", images, content)
    assert wanted in str(caught.value) and "coco.json" in str(caught.value)


def test_a_linked_folder_of_pictures_is_its_folder_still(images: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(images, target_is_directory=True)
    (tmp_path / "coco.json").write_text(json.dumps(COCO))
    (picture,) = READERS.make("coco", tmp_path / "link", tmp_path / "coco.json")
    assert picture.path == tmp_path / "link" / "a.jpg"


def test_empty_lines_in_a_wider_list_do_not_end_it(images: Path) -> None:
    text = "\n\n" + WIDER.replace("\n", "\n\n") + "  \n0--Parade/b.JPG\n\n1\n5 6 7 8 0 0 0 1 0 0\n"
    (images.parent / "list.txt").write_text(text)
    first, second = read_wider_list(images.parent / "list.txt")
    assert (first.name, second.name) == ("0--Parade/a", "0--Parade/b")
    assert second.boxes.tolist() == [[5, 6, 7, 8]] and second.invalid.tolist() == [True]


def test_a_broken_picture_does_not_cost_the_yolo_texts_of_the_others(images: Path) -> None:
    (images / "b.jpg").write_bytes(b"no picture")
    read("yolo", images, GOOD["yolo"])
    (images.parent / "yolo" / "b.txt").write_text(GOOD["yolo"])
    assert [picture.name for picture in READERS.make("yolo", images, images.parent / "yolo")] == ["a", "b"]


# -- MATLAB ------------------------------------------------------------------------------------------------------------


def element(kind: int, data: bytes) -> bytes:
    return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)


def matrix(kind: int, sides: tuple[int, ...], name: str, content: bytes) -> bytes:
    head = element(6, struct.pack("<II", kind, 0)) + element(5, struct.pack(f"<{len(sides)}i", *sides))
    return element(14, head + element(1, name.encode()) + content)


def matlab(path: Path, *elements: bytes) -> Path:
    path.write_bytes(b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + b"".join(elements))
    return path


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    """The official files of two pictures."""
    pictures = {"0--Parade/a": Annotated([[1, 2, 3, 4], [5, 6, 7, 8]], [0, 1]), "1--Hand/b": Annotated([])}
    return write_ground_truth(tmp_path / "truth", pictures)


def test_lists_of_cells_and_numbers_are_read_as_scipy_reads_them(truth: Path, tmp_path: Path) -> None:
    first, second = read_wider_list(truth / "wider_face_val.mat")
    assert first.boxes.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]] and not len(second.boxes)
    numbers = {"a": np.eye(3), "b": np.array([[1, 2]], np.int16), "c": np.array([["x\xe9", np.arange(6.0)]], object)}
    numbers |= {"d": np.arange(6, dtype=np.uint8).reshape(2, 3), "e": np.array(["ab", "cd"]), "f": np.zeros((0, 4))}
    for packed in (False, True):
        savemat(tmp_path / "x.mat", numbers, do_compression=packed)
        found = read_matlab(tmp_path / "x.mat")
        for name, expected in loadmat(tmp_path / "x.mat").items():
            if not name.startswith("__"):
                assert str(found[name].tolist()) == str(expected.tolist()) and found[name].shape == expected.shape


@pytest.mark.parametrize(
    ("elements", "wanted"),
    [
        ([matrix(1, (50_000, 50_000), "event_list", b"")], "claims 2500000000 cells"),
        ([matrix(1, (1, 2), "x", matrix(1, (10**9, 1), "", b"") + matrix(6, (0, 0), "", element(9, b"")))], "claims"),
        ([matrix(6, (2**30, 1), "x", element(9, bytes(80)))], "claims 1073741824"),
        ([matrix(6, (-5, 1), "x", element(9, bytes(80)))], "claims -5"),
        ([matrix(5, (1, 1), "x", b"")], "neither cells nor numbers"),
        ([element(14, b"\x01" * 8)], "not a WIDER FACE list"),
        ([struct.pack("<II", 14, 2**31)], "breaks off"),
        ([struct.pack("<II", 15, 40) + zlib.compress(bytes(range(256)))[:40]], "not a WIDER FACE list"),
    ],
)
def test_a_list_that_claims_more_than_it_holds_is_refused_before_room_is_made(
    tmp_path: Path, elements: list[bytes], wanted: str
) -> None:
    with pytest.raises(UserError) as caught:
        read_wider_list(matlab(tmp_path / "wider_face_val.mat", *elements))
    assert wanted in str(caught.value) and "\n" not in str(caught.value)


def test_a_list_with_any_wrong_byte_leaves_the_process_alive(truth: Path, tmp_path: Path) -> None:
    whole = (truth / "wider_face_val.mat").read_bytes()
    for place in (220, 236, 240, 466, 488, 593, 1104, *range(128, len(whole), 19)):  # scipy ends it at seven
        changed = bytearray(whole)
        changed[place] = (0, 1, 255)[place % 3]
        (tmp_path / "x.mat").write_bytes(changed)
        try:
            read_matlab(tmp_path / "x.mat")
        except ValueError as error:
            assert str(error) and "\n" not in str(error)


def test_lists_that_swell_or_nest_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyface_core.datasets.matlab._LARGEST", 2**20)
    swollen = zlib.compress(bytes(2**20 + 1))
    with pytest.raises(UserError, match="unpacks to more than 1 MB"):
        read_wider_list(matlab(tmp_path / "a.mat", struct.pack("<II", 15, len(swollen)) + swollen))
    nested = matrix(6, (0, 0), "", element(9, b""))
    for _ in range(2000):
        nested = matrix(1, (1, 1), "", nested)
    with pytest.raises(UserError, match="nested too deeply"):
        read_wider_list(matlab(tmp_path / "b.mat", nested))


def test_a_list_of_subsets_that_names_other_faces_is_refused(truth: Path) -> None:
    def rewrite(change: Callable[[np.ndarray], None]) -> None:
        lists = read_matlab(truth / "wider_easy_val.mat")["gt_list"]
        change(lists)
        savemat(truth / "wider_easy_val.mat", {"gt_list": lists})

    def third_face(lists: np.ndarray) -> None:
        lists[0, 0][0, 0] = np.array([[3]])

    rewrite(third_face)
    with pytest.raises(UserError, match=r"wider_easy_val\.mat does not belong to .*face 3 of 2"):
        read_ground_truth(truth)


def test_predictions_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    (tmp_path / "event").mkdir()
    (tmp_path / "event" / "a.txt").write_text("a\n1\n1 2 3 4 nan\n")
    with pytest.raises(UserError, match="no number"):
        read_submission(tmp_path)


# -- anything at all ---------------------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(kind=st.sampled_from(sorted(GOOD)), content=st.text(alphabet='0123456789 .-\nan<>/{}[]":,ei', max_size=80))
def test_any_text_is_read_or_refused_in_a_sentence(tmp_path: Path, kind: str, content: str) -> None:
    images = tmp_path / "images"
    images.mkdir(exist_ok=True)
    Image.new("RGB", (20, 20)).save(images / "a.jpg")
    try:
        pictures = read(kind, images, content)
    except (UserError, FileNotFoundError) as error:
        assert str(error)
    else:
        assert all(np.isfinite(picture.boxes).all() for picture in pictures)


@settings(max_examples=40)
@given(place=st.sampled_from(COCO_PLACES), value=ANY_JSON)
def test_any_value_in_a_coco_file_is_read_or_refused(tmp_path: Path, place: tuple[object, ...], value: object) -> None:
    (tmp_path / "coco.json").write_text(_with(place, value))
    with pytest.raises((UserError, FileNotFoundError)):  # there are no pictures
        existing(READERS.make("coco", tmp_path / "images", tmp_path / "coco.json"))


@settings(max_examples=150)
@given(place=st.integers(0, 10_000), value=st.integers(0, 255))
def test_any_changed_byte_of_a_matlab_list_is_read_or_refused(tmp_path: Path, place: int, value: int) -> None:
    if not (tmp_path / "truth").exists():
        write_ground_truth(tmp_path / "truth", {"0--Parade/a": Annotated([[1, 2, 3, 4]])})
    data = bytearray((tmp_path / "truth" / "wider_face_val.mat").read_bytes())
    data[place % len(data)] = value
    (tmp_path / "x.mat").write_bytes(data)
    try:
        pictures = read_wider_list(tmp_path / "x.mat")
    except UserError as error:
        assert "x.mat" in str(error)
    else:
        assert all(np.isfinite(picture.boxes).all() for picture in pictures)


@settings(max_examples=100)
@given(st.lists(st.tuples(*[st.integers(-50, 50)] * 2, *[st.integers(1, 99)] * 2), max_size=6))
def test_every_wider_list_comes_back_as_it_was_written(tmp_path: Path, boxes: list[tuple[int, ...]]) -> None:
    rows = [" ".join(map(str, (*box, 0, 0, 0, number % 2, 0, 0))) for number, box in enumerate(boxes)]
    text = f"e/a.jpg\n{len(rows)}\n" + "\n".join(rows or ["0 0 0 0 0 0 0 0 0 0"])
    (tmp_path / "list.txt").write_text(text)
    (faces,) = read_wider_list(tmp_path / "list.txt")
    assert [tuple(box) for box in faces.boxes.astype(int).tolist()] == boxes
    assert faces.invalid.tolist() == [number % 2 == 1 for number in range(len(boxes))]


def test_a_fold_that_is_no_fold_is_named(tmp_path: Path) -> None:
    (tmp_path / "FDDB-fold-01-ellipseList.txt").write_text(FDDB.replace("4 3 0.1", "4"))
    with pytest.raises(UserError, match=r"FDDB-fold-01-ellipseList\.txt"):
        read_fddb_ellipses(tmp_path)
