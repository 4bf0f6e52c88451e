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
"""By how much hair, ears and chin extend beyond a face's box, as shares of its sides: left, top, right, bottom."""

_SURE_SIDE, _MOST_TIMES = 45.0, 4.0
"""Side in pixels from which boxes are precise, and the factor of the margin for the smallest faces."""

_DEGREES = {Shape.ELLIPSE: 2, Shape.ROUNDED: 4}
"""Degree of the superellipse; a higher degree is closer to a rectangle."""


def cover(pixels: RgbImage, boxes: Floats, covering: Covering) -> tuple[RgbImage, NDArray[np.bool_]]:
    """A copy of a picture with boxes `(N, 4)` covered, which may extend beyond it; and the mask `(H, W)` of these.

    Raises:
        RegistryError: if there is no such style.
    """
    covered = pixels.copy()
    return covered, cover_over(covered, boxes, covering)


def cover_over(pixels: RgbImage, boxes: Floats, covering: Covering) -> NDArray[np.bool_]:
    """As `cover`, but in place; returns the mask."""
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
    """The boxes `(N, 4)` enlarged by hair and chin, if requested, and then by the margin.

    The error of a box in pixels does not depend on the size of the face, so small faces get a wider margin.
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
    """Mask `(h, w)` of the pixels of a region that are inside the shape."""
    rows, columns = (np.arange(part.start, part.stop) + 0.5 for part in place)
    if shape is Shape.BOX:
        return np.ones((len(rows), len(columns)), bool)
    x, y, w, h = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]
    degree = _DEGREES[shape]
    inside: NDArray[np.bool_] = ((columns - x) / w * 2) ** degree + (((rows - y) / h * 2) ** degree)[:, None] <= 1
    return inside
