"""Sharpness of faces, for choosing the best frame of a track."""

from __future__ import annotations

import numpy as np

from tinyface_core.types import Floats, RgbImage

_MOST = 64
"""Maximum side in pixels; larger faces are subsampled."""


def sharpness(pixels: RgbImage, boxes: Floats) -> Floats:
    """Sharpness `(N,)` of boxes in a picture: standard deviation of the Laplacian divided by that of the brightness.

    It is at least 0, and depends on blur, but not on contrast.
    """
    return np.array([_of_face(pixels, box) for box in boxes], np.float64)


def _of_face(pixels: RgbImage, box: Floats) -> float:
    height, width = pixels.shape[:2]
    left, top, right, bottom = np.clip(np.round(box), 0, (width, height, width, height)).astype(int).tolist()
    step = max(1, max(right - left, bottom - top) // _MOST)
    face = pixels[top:bottom:step, left:right:step]
    if min(face.shape[:2]) < 3:
        return 0.0
    light = face @ np.array([0.299, 0.587, 0.114])
    middle = light[1:-1, 1:-1]
    detail = 4 * middle - light[:-2, 1:-1] - light[2:, 1:-1] - light[1:-1, :-2] - light[1:-1, 2:]
    return float(detail.std() / (light.std() + 1.0))
