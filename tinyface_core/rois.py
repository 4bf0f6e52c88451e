"""Cuts square regions out of a picture and resizes them, for the second stage and the upscalers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tinyface_core.types import RgbImage

_LARGE, _MOST_REDUCED = 2048, 2


def cut_rois(pixels: RgbImage, rois: NDArray[np.floating[Any]], side: int) -> NDArray[np.uint8]:
    """Regions `(N, 4)` of a picture, resized to `(N, side, side, 3)` by antialiased bicubic interpolation.

    They are xyxy in pixels, not rounded; outside the picture its edge pixels are repeated.
    """
    crops = np.empty((len(rois), side, side, 3), np.uint8)
    for crop, roi in zip(crops, rois, strict=True):
        crop[...] = _cut(pixels, roi, side)
    return crops


def _cut(pixels: RgbImage, roi: NDArray[np.floating[Any]], side: int) -> RgbImage:
    height, width = pixels.shape[:2]
    x1, y1 = float(roi[0]), float(roi[1])
    x2, y2 = max(float(roi[2]), x1 + 1), max(float(roi[3]), y1 + 1)
    # Two more pixels on each side, because interpolation uses them.
    left, top, right, bottom = math.floor(x1) - 2, math.floor(y1) - 2, math.ceil(x2) + 2, math.ceil(y2) + 2
    # In a very large region only every n-th pixel is used, so that memory is bounded.
    step = max(1, math.floor(max(x2 - x1, y2 - y1) / (_MOST_REDUCED * max(side, _LARGE))))
    window = pixels[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    if step > 1 or left < 0 or top < 0 or right > width or bottom > height:
        columns = np.arange(left, right, step).clip(0, width - 1)
        rows = np.arange(top, bottom, step).clip(0, height - 1)
        window = pixels[rows[:, None], columns[None, :]]
    box = ((x1 - left) / step, (y1 - top) / step, (x2 - left) / step, (y2 - top) / step)
    resized = Image.fromarray(np.ascontiguousarray(window)).resize((side, side), Image.Resampling.BICUBIC, box=box)
    return np.asarray(resized)
