"""Several frames of a face make a better enlargement than one, and frames that do not fit do it no harm."""

from __future__ import annotations

import numpy as np
import pytest

from tinyface_core.opencv import cv2
from tinyface_core.types import CropBatch, RgbImage
from tinyface_core.upscalers.provenance import is_generated
from tinyface_core.upscalers.several_frames import MARGIN, MOST, NAME, around, cut, fuse

SIDE, FACTOR = 20, 4


def smooth_noise(seed: int) -> RgbImage:
    noise = np.random.default_rng(seed).normal(0, 1, (200, 200, 3))
    detail = cv2.GaussianBlur(noise, (0, 0), 2.0) + 2 * cv2.GaussianBlur(noise, (0, 0), 8.0)
    return np.asarray((128 + detail * 140).clip(0, 255), np.uint8)


def recorded(scene: RgbImage, shift: tuple[float, float]) -> RgbImage:
    """What a camera sees of the middle of a scene that has moved by so many of its pixels."""
    move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float64)
    moved = cv2.warpAffine(scene, move, scene.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    small = cv2.resize(moved, None, fx=1 / FACTOR, fy=1 / FACTOR, interpolation=cv2.INTER_AREA)
    return cut(np.asarray(small, np.uint8), (25, 25), SIDE, SIDE)


def error(made: RgbImage, scene: RgbImage) -> float:
    low, high = 100 - SIDE * FACTOR // 2, 100 + SIDE * FACTOR // 2
    return float(((made.astype(np.float64) - scene[low:high, low:high]) ** 2).mean())


@pytest.fixture
def scene() -> RgbImage:
    return smooth_noise(1)


@pytest.fixture
def crops(scene: RgbImage) -> CropBatch:
    shifts = [(0.0, 0.0), *np.random.default_rng(0).uniform(-3, 3, (9, 2)).tolist()]
    return np.stack([recorded(scene, (x, y)) for x, y in shifts])


def test_several_frames_come_nearer_to_the_truth_than_the_best_interpolation(scene: RgbImage, crops: CropBatch) -> None:
    fused = fuse(crops, FACTOR)
    one = crops[0, MARGIN:-MARGIN, MARGIN:-MARGIN]
    bicubic = cv2.resize(one, None, fx=FACTOR, fy=FACTOR, interpolation=cv2.INTER_CUBIC)
    assert fused.frames >= 8 and fused.pixels.shape == (SIDE * FACTOR, SIDE * FACTOR, 3)
    assert error(fused.pixels, scene) < 0.5 * error(np.asarray(bicubic), scene)
    assert error(fused.pixels, scene) < 0.7 * error(fuse(crops[:1], FACTOR).pixels, scene)


def test_frames_that_show_something_else_are_left_out(scene: RgbImage, crops: CropBatch) -> None:
    others = np.stack([recorded(smooth_noise(seed), (0, 0)) for seed in (2, 3, 4)])
    fused, good = fuse(np.concatenate([crops, others]), FACTOR), fuse(crops, FACTOR)
    assert fused.frames == good.frames and (fused.pixels == good.pixels).all()
    alone = fuse(np.concatenate([crops[:1], others]), FACTOR)
    assert alone.frames == 1, "one frame is called one frame"


def test_reduced_again_it_is_what_was_recorded(crops: CropBatch) -> None:
    """Nothing is made up: the camera would see the same of it, but for a grey level or two."""
    small = cv2.resize(fuse(crops, FACTOR).pixels, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    off = np.abs(small.astype(np.float64) - crops[0, MARGIN:-MARGIN, MARGIN:-MARGIN])
    assert off.mean() < 2
    assert not is_generated(NAME)


@pytest.mark.parametrize("reduction", [1, 3])
def test_frames_are_cut_at_whole_pixels_and_reduced_by_area(scene: RgbImage, reduction: int) -> None:
    found = cut(scene, (100.3, 99.6), SIDE * reduction, SIDE)
    half = (SIDE // 2 + MARGIN) * reduction
    recorded = scene[100 - half : 100 + half, 100 - half : 100 + half]
    assert (found == cv2.resize(recorded, found.shape[:2], interpolation=cv2.INTER_AREA)).all()


def test_the_frames_next_to_one_are_taken_within_its_track() -> None:
    assert around(10, 8, 100)[:4] == [10, 9, 11, 8] and len(around(10, 8, 100)) == MOST
    assert around(3, 3, 4) == [3, 4]
