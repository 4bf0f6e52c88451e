"""Training crops of the detector."""

import numpy as np

from tinyface_core.datasets.detection import PADDING, CropRules, batches, cut_crop, epoch_order


def test_the_box_moves_with_the_pixels_whatever_scale_and_mirror() -> None:
    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[100:140, 200:230] = 255
    boxes = np.array([[200, 100, 230, 140]], np.float32)
    rules = CropRules(size=128, face_share=1.0, balanced_share=0.0)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        crop, moved, ignored = cut_crop(pixels, boxes, np.zeros(1, bool), rules, rng)
        assert crop.shape == (128, 128, 3)
        ys, xs = np.nonzero(crop.mean(axis=2) > 127.5)
        if ignored.all() or len(ys) < 50:
            continue
        seen = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1])
        assert np.abs(moved[0] - seen).max() <= 0.9, seed


def test_small_cut_and_invalid_faces_are_ignored() -> None:
    pixels = np.full((64, 64, 3), PADDING, np.uint8)
    boxes = np.array([[10, 10, 13, 13], [20, 20, 40, 40], [30, 30, 50, 50], [56, 20, 96, 60]], np.float32)
    rules = CropRules(size=64, smallest_scale=1.0, largest_scale=1.0, face_share=0.0, flip=False)
    _, moved, ignored = cut_crop(pixels, boxes, np.array([False, False, True, False]), rules, np.random.default_rng(0))
    assert ignored.tolist() == [True, False, True, True]
    assert moved[3].tolist() == [56, 20, 64, 60]


def test_an_epoch_visits_every_picture_once_in_an_order_of_its_own() -> None:
    first, second = epoch_order(10, 0, 7), epoch_order(10, 1, 7)
    assert sorted(i for _, i in first) == list(range(10))
    assert [i for _, i in first] != [i for _, i in second]
    assert first == epoch_order(10, 0, 7)
    assert [len(batch) for batch in batches(first, 4)] == [4, 4]


def test_balanced_crops_show_one_face_at_all_sizes_alike() -> None:
    pixels = np.full((600, 600, 3), PADDING, np.uint8)
    boxes = np.array([[250, 250, 310, 310]], np.float32)
    rules = CropRules(size=320, face_share=1.0, balanced_share=1.0, balanced_sizes=(6.0, 150.0))
    sides = []
    for seed in range(300):
        _, moved, _ = cut_crop(pixels, boxes, np.zeros(1, bool), rules, np.random.default_rng(seed))
        sides.append(float((moved[0, 2:] - moved[0, :2]).max()))
    # Evenly in the logarithm, the middle of 6 and 150 is 30; scales end at 0.3, that is at 18 pixels.
    assert 27 < np.median(sides) < 34
    assert min(sides) >= 17.9 and max(sides) <= 150.1
