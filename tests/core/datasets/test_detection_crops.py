"""Training crops of the detector."""

from dataclasses import replace

import numpy as np
import pytest

from tinyface_core.datasets import conditions
from tinyface_core.datasets.detection import PADDING, CropRules, batches, cut_crop, epoch_order
from tinyface_core.opencv import cv2
from tinyface_core.search.preprocessing import prepared

NONE = np.zeros((0, 4), np.float32)
PLAIN = CropRules(turned_share=0, squeezed_share=0, grey_share=0, worn_share=0)


def test_the_box_moves_with_the_pixels_whatever_scale_and_mirror() -> None:
    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[100:140, 200:230] = 255
    boxes = np.array([[200, 100, 230, 140]], np.float32)
    rules = replace(PLAIN, size=128, face_share=1.0, balanced_share=0.0)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        crop = cut_crop(pixels, boxes, np.zeros(1, bool), NONE, rules, rng)
        assert crop.pixels.shape == (128, 128, 3)
        ys, xs = np.nonzero(crop.pixels.mean(axis=2) > 127.5)
        if not len(crop.faces) or len(ys) < 50:
            continue
        seen = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
        assert np.abs(crop.faces[0] - seen).max() <= 0.9, seed


def test_small_cut_and_invalid_faces_are_ignored() -> None:
    pixels = np.full((64, 64, 3), PADDING, np.uint8)
    boxes = np.array([[10, 10, 13, 13], [20, 20, 40, 40], [30, 30, 50, 50], [56, 20, 96, 60]], np.float32)
    rules = replace(PLAIN, size=64, smallest_scale=1.0, largest_scale=1.0, face_share=0.0, flip=False)
    crop = cut_crop(pixels, boxes, np.array([False, False, True, False]), NONE, rules, np.random.default_rng(0))
    assert crop.faces.tolist() == [[20, 20, 40, 40]]
    assert crop.ignored.tolist() == [[10, 10, 13, 13], [30, 30, 50, 50]]
    assert crop.parts.tolist() == [[56, 20, 64, 60]]


def test_an_epoch_visits_every_picture_once_in_an_order_of_its_own() -> None:
    first, second = epoch_order(10, 0, 7), epoch_order(10, 1, 7)
    assert sorted(i for _, i in first) == list(range(10))
    assert [i for _, i in first] != [i for _, i in second]
    assert first == epoch_order(10, 0, 7)
    assert [len(batch) for batch in batches(first, 4)] == [4, 4]


def test_balanced_crops_show_one_face_at_all_sizes_alike() -> None:
    pixels = np.full((600, 600, 3), PADDING, np.uint8)
    boxes = np.array([[250, 250, 310, 310]], np.float32)
    rules = replace(PLAIN, size=320, face_share=1.0, balanced_share=1.0, balanced_sizes=(6.0, 150.0))
    sides = []
    for seed in range(300):
        crop = cut_crop(pixels, boxes, np.zeros(1, bool), NONE, rules, np.random.default_rng(seed))
        shown = np.concatenate([crop.faces, crop.parts])
        sides.append(float((shown[0, 2:] - shown[0, :2]).max()))
    # Evenly in the logarithm, the middle of 6 and 150 is 30; scales end at 0.3, that is at 18 pixels.
    assert 27 < np.median(sides) < 34
    assert min(sides) >= 17.9 and max(sides) <= 150.1


@pytest.mark.parametrize(
    "rules", [replace(PLAIN, turned_share=1.0), replace(PLAIN, squeezed_share=1.0)], ids=["turned", "squeezed"]
)
def test_the_box_of_a_turned_or_squeezed_crop_lies_round_the_round_face(rules: CropRules) -> None:
    pixels = np.zeros((600, 600, 3), np.uint8)
    cv2.ellipse(pixels, ((300.0, 300.0), (30.0, 40.0), 0.0), (255, 255, 255), -1)
    boxes = np.array([[285, 280, 316, 321]], np.float32)
    rules = replace(rules, size=160, face_share=1.0, balanced_share=0.0, smallest_scale=1.0)
    seen = 0
    for seed in range(40):
        crop = cut_crop(pixels, boxes, np.zeros(1, bool), NONE, rules, np.random.default_rng(seed))
        if not len(crop.faces) or crop.faces.min() <= 1 or crop.faces.max() >= 159:
            continue
        ys, xs = np.nonzero(crop.pixels.mean(axis=2) > PADDING)
        found = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
        assert np.abs(crop.faces[0] - found).max() <= 2.5, seed
        seen += 1
    assert seen > 10


def test_grey_and_worn_crops_keep_their_boxes_and_are_shown_as_a_search_prepares_them() -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (200, 200, 3), dtype=np.uint8)
    boxes = np.array([[80, 80, 120, 120]], np.float32)
    plain = replace(PLAIN, size=96, face_share=1.0, balanced_share=0.0, smallest_scale=1.0, largest_scale=1.0)
    for seed in range(8):
        before = cut_crop(pixels, boxes, np.zeros(1, bool), NONE, plain, np.random.default_rng(seed))
        grey, worn = (
            cut_crop(pixels, boxes, np.zeros(1, bool), NONE, rules, np.random.default_rng(seed))
            for rules in (replace(plain, grey_share=1.0), replace(plain, worn_share=1.0))
        )
        assert np.array_equal(before.faces, grey.faces) and np.array_equal(before.faces, worn.faces)
        assert np.array_equal(grey.clean, before.pixels) and np.array_equal(worn.clean, before.pixels)
        assert np.array_equal(grey.pixels, prepared(conditions.grey(before.pixels, 1.0)))
        assert not np.array_equal(before.pixels, worn.pixels)
