"""Covers faces in one picture."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import mean_side
from tinyface_core.redaction.order import Covering, Shape
from tinyface_core.redaction.styles import STYLES
from tinyface_core.types import Floats, RgbImage

_HEAD = np.array([0.15, 0.45, 0.15, 0.15])
"""Shares of a face's box by which hair, ears and chin reach beyond it: left, top, right, bottom."""

_SURE_SIDE, _MOST_TIMES = 45.0, 4.0
"""Side in pixels from which on boxes are precise, and times the margin that the smallest faces get."""

_DEGREES = {Shape.ELLIPSE: 2, Shape.ROUNDED: 4}
"""Of the curve: the higher, the nearer to the box."""


def cover(pixels: RgbImage, boxes: Floats, covering: Covering) -> tuple[RgbImage, NDArray[np.bool_]]:
    """A copy of a picture with faces covered, and which of its pixels are.

    Args:
        pixels: RGB uint8 `(H, W, 3)`.
        boxes: `(N, 4)` xyxy in pixels, which may reach over the picture's edges.
        covering: how.

    Returns:
        RGB uint8 `(H, W, 3)`, and a mask `(H, W)`.

    Raises:
        RegistryError: if there is no such style.
    """
    covered = pixels.copy()
    return covered, cover_over(covered, boxes, covering)


def cover_over(pixels: RgbImage, boxes: Floats, covering: Covering) -> NDArray[np.bool_]:
    """Cover faces in a picture itself, as `cover` does in a copy; gives the mask."""
    paint = STYLES.load(covering.style)(covering.picture)
    mask = np.zeros(pixels.shape[:2], bool)
    for box, wide in zip(boxes, enlarged(boxes, covering), strict=True):
        place = _region(wide, pixels.shape[1], pixels.shape[0])
        region = pixels[place]
        if not region.size:
            continue
        inside = _inside(wide, place, covering.shape)
        side = float(max(box[2] - box[0], box[3] - box[1], 1.0))
        np.copyto(region, paint(region, side), where=inside[..., None])
        mask[place] |= inside
    return mask


def enlarged(boxes: Floats, covering: Covering) -> Floats:
    """The boxes `(N, 4)` with what else is to be covered: hair and chin, then the margin.

    Boxes of small faces are off by the same pixels as others, which is more of their sides: their margin is wider.
    """
    sides = np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    outwards = np.array([-1, -1, 1, 1])
    wide = boxes + outwards * sides * (_HEAD if covering.head else 0)
    times = (_SURE_SIDE / mean_side(boxes)).clip(1, _MOST_TIMES)[:, None]
    wide = wide + outwards * np.tile(wide[:, 2:] - wide[:, :2], 2) * covering.margin * times
    return np.asarray(wide, np.float64)


def _region(box: Floats, width: int, height: int) -> tuple[slice, slice]:
    left, top = max(floor(box[0]), 0), max(floor(box[1]), 0)
    return slice(top, min(max(ceil(box[3]), top), height)), slice(left, min(max(ceil(box[2]), left), width))


def _inside(box: Floats, place: tuple[slice, slice], shape: Shape) -> NDArray[np.bool_]:
    """Which pixels of a region lie in the shape, `(h, w)`."""
    rows, columns = (np.arange(part.start, part.stop) + 0.5 for part in place)
    if shape is Shape.BOX:
        return np.ones((len(rows), len(columns)), bool)
    x, y, w, h = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]
    degree = _DEGREES[shape]
    inside: NDArray[np.bool_] = ((columns - x) / w * 2) ** degree + (((rows - y) / h * 2) ** degree)[:, None] <= 1
    return inside
