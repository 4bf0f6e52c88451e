"""Measures blur, by which an enlarged copy of a picture shows no more and a reduced one shows as much."""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from tinyface_core.opencv import cv2
from tinyface_core.types import RgbImage

_DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))
_FAR, _NEAR = 4, 2
_ROWS = 4
"""Every so many rows are measured."""


def abruptness_of(picture: RgbImage) -> float:
    """How much of the change over 4 pixels happens within 2 of them, in the direction with the least.

    0.5 for slopes, as in blurred pictures; 1 for sharp edges, for pictures of one colour and for those that are too
    small; more for noise and for fine texture, which changes more over 2 pixels than over 4.
    """
    grey: NDArray[np.uint8] = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if min(grey.shape) <= _FAR:
        return 1.0
    return min(_abruptness(grey, down, right) for down, right in _DIRECTIONS)


def _abruptness(grey: NDArray[np.uint8], down: int, right: int) -> float:
    height, width = grey.shape[0] - _FAR * down, grey.shape[1] - _FAR * abs(right)
    left = _FAR if right < 0 else 0

    def at(step: int) -> NDArray[np.uint8]:
        row, column = step * down, left + step * right
        return grey[row : row + height : _ROWS, column : column + width]

    change = float(cv2.mean(cv2.absdiff(at(0), at(_FAR)))[0])
    near = (cv2.absdiff(at(step), at(step + _NEAR)) for step in range(_FAR - _NEAR + 1))
    greatest = float(cv2.mean(reduce(cv2.max, near))[0])
    return greatest / change if change > 0 else 1.0
