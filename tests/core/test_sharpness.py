"""Of pictures of one face the sharper one is told, whatever its light and size."""

from __future__ import annotations

import numpy as np
import pytest

from tinyface_core.opencv import cv2
from tinyface_core.sharpness import sharpness
from tinyface_core.types import RgbImage

BOX = np.array([[8.0, 8.0, 40.0, 40.0]])


@pytest.fixture
def texture() -> RgbImage:
    noise = np.random.default_rng(0).integers(0, 255, (48, 48, 3), np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.0), np.uint8)


def test_the_more_a_face_is_blurred_the_less_sharp_it_is(texture: RgbImage) -> None:
    blurred = [np.asarray(cv2.GaussianBlur(texture, (0, 0), sigma), np.uint8) for sigma in (0.5, 1.0, 2.0, 4.0)]
    measured = [float(sharpness(pixels, BOX)[0]) for pixels in blurred]
    assert measured == sorted(measured, reverse=True) and measured[0] > 2 * measured[-1]


def test_dim_light_does_not_count_as_blur(texture: RgbImage) -> None:
    assert sharpness(texture // 3, BOX) == pytest.approx(sharpness(texture, BOX), rel=0.15)


def test_a_face_outside_the_picture_has_no_sharpness(texture: RgbImage) -> None:
    assert sharpness(texture, np.array([[60.0, 60.0, 90.0, 90.0], [-5.0, 4.0, 1.0, 30.0]])).tolist() == [0.0, 0.0]
