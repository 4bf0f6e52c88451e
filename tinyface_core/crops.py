"""Square crops of a picture at one common size, for the networks and for the eye."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from tinyface_core.types import RgbImage


def cut_squares(pixels: RgbImage, rois: Tensor, side: int) -> NDArray[np.uint8]:
    """Crops `(N, side, side, 3)` uint8 of square regions, resized with anti-aliasing.

    Args:
        pixels: RGB uint8 `(H, W, 3)`.
        rois: `(N, 4)` xyxy in pixels; what reaches past the picture repeats its border.
        side: of every crop, in pixels.
    """
    from tinyface_core.opencv import cv2

    crops = np.empty((len(rois), side, side, 3), np.uint8)
    height, width = pixels.shape[:2]
    for number, (x1, y1, x2, y2) in enumerate(rois.tolist()):
        reduction = max(1.0, (x2 - x1) / side)
        # A warp reads single pixels, so a large region is first cut to whole pixels and averaged.
        working = side if reduction < 2 else side * int(reduction)
        scale = working / (x2 - x1)
        left, top = max(0, int(x1) - 2), max(0, int(y1) - 2)
        right, bottom = min(width, int(x2) + 3), min(height, int(y2) + 3)
        if right <= left or bottom <= top:
            crops[number] = 127
            continue
        move = np.array(
            [[scale, 0, (left - x1 + 0.5) * scale - 0.5], [0, scale, (top - y1 + 0.5) * scale - 0.5]]
        )
        part = np.ascontiguousarray(pixels[top:bottom, left:right])
        crop = cv2.warpAffine(
            part, move, (working, working), flags=cv2.INTER_CUBIC if scale >= 1 else cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        crops[number] = crop if working == side else cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
    return crops
