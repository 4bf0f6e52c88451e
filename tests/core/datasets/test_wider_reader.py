"""The WIDER FACE reader, on lists and pictures that the tests make themselves."""

from __future__ import annotations

import numpy as np
import pytest

from tests.core.evaluation.wider_files import Annotated, write_ground_truth
from tinyface_core.datasets.annotations import existing
from tinyface_core.datasets.wider import find_wider, read_wider, read_wider_list
from tinyface_core.types import UserError

LIST = """0--Parade/0_Parade_1.jpg
2
10 20 30 40 0 0 0 0 0 0
5 6 7 8 2 0 0 1 0 0
0--Parade/0_Parade_none.JPG
0
0 0 0 0 0 0 0 0 0 0
1--Hand/1_Hand.with_dots.1.jpg
1
1 2 3 0 0 0 0 0 0 0
"""


@pytest.fixture
def text_list(tmp_path):
    path = tmp_path / "wider_face_val_bbx_gt.txt"
    path.write_text(LIST)
    return path


def touch(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def test_the_text_list_gives_corners_and_ignores_invalid_faces(tmp_path, text_list):
    touch(tmp_path / "images" / "0--Parade" / "0_Parade_1.jpg")
    ((picture,), _) = existing(read_wider(tmp_path / "images", text_list))
    assert picture.name == "0--Parade/0_Parade_1"
    # The list counts pixels, whose centres lie half a pixel from their edges.
    np.testing.assert_array_equal(picture.boxes, np.array([[10, 20, 40, 60], [5, 6, 12, 14]], np.float32) + 0.5)
    assert picture.boxes.dtype == np.float32
    assert picture.ignored.tolist() == [False, True]


def test_a_picture_without_faces_is_still_a_picture(tmp_path, text_list):
    touch(tmp_path / "images" / "0_Parade_none.JPG")
    ((picture,), _) = existing(read_wider(tmp_path / "images", text_list))
    assert picture.boxes.shape == (0, 4) and picture.ignored.shape == (0,)


def test_boxes_without_an_area_are_dropped_and_dots_in_names_stay(tmp_path, text_list):
    touch(tmp_path / "images" / "1_Hand.with_dots.1.avif")
    ((picture,), _) = existing(read_wider(tmp_path / "images", text_list))
    assert picture.name == "1--Hand/1_Hand.with_dots.1" and len(picture.boxes) == 0


def test_pictures_without_a_file_are_told_by_name(tmp_path, text_list):
    touch(tmp_path / "images" / "0_Parade_1.jpg")
    pictures, oddities = existing(read_wider(tmp_path / "images", text_list))
    assert len(pictures) == 1 and oddities.missing == ("0--Parade/0_Parade_none", "1--Hand/1_Hand.with_dots.1")
    assert len(read_wider_list(text_list)) == 3


def test_the_matlab_list_says_the_same_as_the_text_list(tmp_path, text_list):
    truth = {
        "0--Parade/0_Parade_1": Annotated([[10, 20, 30, 40], [5, 6, 7, 8]], [0, 1]),
        "0--Parade/0_Parade_none": Annotated([]),
        "1--Hand/1_Hand.with_dots.1": Annotated([[1, 2, 3, 0]]),
    }
    folder = write_ground_truth(tmp_path / "truth", truth)
    for one, other in zip(read_wider_list(folder / "wider_face_val.mat"), read_wider_list(text_list), strict=True):
        assert one.name == other.name
        np.testing.assert_array_equal(one.boxes, other.boxes)
        np.testing.assert_array_equal(one.invalid, other.invalid)


def test_only_takes_names_with_or_without_event_and_suffix(tmp_path, text_list):
    for name in ("0_Parade_1.jpg", "0_Parade_none.jpg"):
        touch(tmp_path / "images" / name)
    for asked in ("0_Parade_none", "0_Parade_none.jpg", "0--Parade/0_Parade_none"):
        (picture,) = read_wider(tmp_path / "images", text_list, only=[asked])
        assert picture.name == "0--Parade/0_Parade_none"


def test_a_name_that_is_not_listed_is_refused(tmp_path, text_list):
    touch(tmp_path / "images" / "0_Parade_1.jpg")
    with pytest.raises(UserError, match="nobody"):
        read_wider(tmp_path / "images", text_list, only=["nobody"])


def test_a_folder_without_a_listed_picture_is_an_error(tmp_path, text_list):
    (tmp_path / "images").mkdir()
    with pytest.raises(FileNotFoundError, match="None of the 3 pictures"):
        existing(read_wider(tmp_path / "images", text_list))


def test_a_broken_text_list_names_the_line(tmp_path, text_list):
    text_list.write_text(LIST.replace("5 6 7 8", "5 six 7 8"))
    with pytest.raises(UserError, match="line 1"):
        read_wider_list(text_list)


def test_a_file_that_is_not_matlab_is_refused(tmp_path):
    (tmp_path / "wider_face_val.mat").write_bytes(b"not matlab at all" * 20)
    with pytest.raises(UserError, match=r"wider_face_val\.mat is not a WIDER FACE list"):
        read_wider_list(tmp_path / "wider_face_val.mat")


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("name", ["wider_face_val.mat", "wider_face_val_bbx_gt.txt"])
def test_the_unpacked_archives_are_found(tmp_path, nested, name):
    images = tmp_path / "WIDER_val" / ("WIDER_val/images" if nested else "images")
    lists = tmp_path / "wider_face_split" / ("wider_face_split" if nested else "")
    images.mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match=r"wider_face_split\.zip"):
        find_wider(tmp_path, "val")
    lists.mkdir(parents=True)
    (lists / name).touch()
    assert find_wider(tmp_path, "val") == (images, lists / name)
    with pytest.raises(FileNotFoundError, match=r"WIDER_train\.zip"):
        find_wider(tmp_path, "train")
