"""Affine maps of pictures and boxes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import centres
from tinyface_core.opencv import cv2
from tinyface_core.types import RgbImage

OUTSIDE = 127
"""Grey level outside a rotated picture."""

Matrix = NDArray[np.float64]


def rotation(degrees: float) -> Matrix:
    """Linear map `(2, 2)` of a counter-clockwise rotation (y points down)."""
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def centred(linear: Matrix, size: tuple[int, int], result: tuple[int, int]) -> Matrix:
    """Affine map `(2, 3)` in pixels of `linear` `(2, 2)` that maps the centre of a picture to that of the result.

    Both sizes are width and height in pixels.
    """
    offset = np.array(result) / 2 - linear @ (np.array(size) / 2)
    return np.column_stack([linear, offset])


def showing_all(linear: Matrix, size: tuple[int, int]) -> tuple[Matrix, tuple[int, int]]:
    """Affine map `(2, 3)` in pixels of `linear` `(2, 2)` to the smallest result that shows all of a picture.

    The size of the picture, and that of the result, which is returned too, are width and height in pixels.
    """
    width, height = (math.ceil(side - 1e-6) for side in np.abs(linear) @ size)
    return centred(linear, size, (width, height)), (width, height)


def warped(picture: RgbImage, affine: Matrix, size: tuple[int, int]) -> RgbImage:
    """Apply an affine map `(2, 3)` to a picture; `size` is width and height of the result in pixels."""
    # In our coordinates the first pixel's centre is at 0.5, in OpenCV's at 0.
    shift = affine[:, :2] @ np.array([0.5, 0.5]) - 0.5
    of_centres = np.column_stack([affine[:, :2], affine[:, 2] + shift])
    return np.asarray(
        cv2.warpAffine(picture, of_centres, size, flags=cv2.INTER_CUBIC, borderValue=(OUTSIDE,) * 3), np.uint8
    )


def moved_boxes(boxes: NDArray[Any], affine: Matrix) -> NDArray[np.float32]:
    """Apply an affine map `(2, 3)` to boxes `(N, 4)`: bounding boxes xyxy of the mapped inscribed ellipses.

    The corners of rectangles would make rotated boxes too large, as faces are closer to ellipses.
    """
    centre = centres(boxes) @ affine[:, :2].T + affine[:, 2]
    half = np.sqrt(((boxes[:, 2:] - boxes[:, :2]) / 2) ** 2 @ (affine[:, :2] ** 2).T)
    return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)
