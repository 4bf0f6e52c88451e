"""Styles of covering by name; none of them preserves more than a few mean colours of a face."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np

from tinyface_core.opencv import cv2
from tinyface_core.registry import Entry, Registry
from tinyface_core.types import RgbImage

Painter = Callable[[RgbImage, float], RgbImage]
"""Returns the replacement of a region, RGB uint8 `(h, w, 3)`, given the side in pixels of the face in it."""

PICTURE = "picture"
"""The style that covers faces with a given picture."""

_SIDES_BY_CELLS = ((16.0, 2), (48.0, 3))
_MOST_CELLS = 4


def cells_across(side: float) -> int:
    """Number of cells per side that remain of a face of this side in pixels; fewer for smaller faces."""
    return next((cells for limit, cells in _SIDES_BY_CELLS if side < limit), _MOST_CELLS)


def _blur(_picture: RgbImage | None) -> Painter:
    def paint(region: RgbImage, side: float) -> RgbImage:
        cell = side / cells_across(side)
        rough = _resized(_reduced(region, cell), region, cv2.INTER_LINEAR)
        # This only hides the grid of cells; the detail is already lost.
        across = 2 * round(cell / 3) + 1
        return np.asarray(cv2.blur(rough, (across, across), borderType=cv2.BORDER_REPLICATE), np.uint8)

    return paint


def _mosaic(_picture: RgbImage | None) -> Painter:
    def paint(region: RgbImage, side: float) -> RgbImage:
        return _resized(_reduced(region, side / cells_across(side)), region, cv2.INTER_NEAREST)

    return paint


def _solid(_picture: RgbImage | None) -> Painter:
    return lambda region, _side: np.zeros_like(region)


def _picture(picture: RgbImage | None) -> Painter:
    if picture is None:
        raise ValueError("There is no picture to lay over faces.")
    return lambda region, _side: _resized(picture, region, cv2.INTER_LINEAR)


def _reduced(region: RgbImage, cell: float) -> RgbImage:
    """The region reduced to the mean colours of cells of about this side in pixels."""
    size = (max(1, ceil(region.shape[1] / cell)), max(1, ceil(region.shape[0] / cell)))
    return np.asarray(cv2.resize(region, size, interpolation=cv2.INTER_AREA), np.uint8)


def _resized(picture: RgbImage, region: RgbImage, method: int) -> RgbImage:
    """The picture in the size of the region."""
    return np.asarray(cv2.resize(picture, region.shape[1::-1], interpolation=method), np.uint8)


STYLES: Registry[Callable[[RgbImage | None], Painter]] = Registry(
    "style of covering",
    "tinyface.coverings",
    (
        Entry("blur", "Blur", lambda: _blur, "Reduced to two to four cells a face, then blurred"),
        Entry("mosaic", "Mosaic", lambda: _mosaic, "Reduced to two to four cells a face"),
        Entry("solid", "Solid", lambda: _solid, "Black: nothing is left"),
        Entry(PICTURE, "Picture", lambda: _picture, "A picture of your choice over every face"),
    ),
)
"""Each entry makes a `Painter` from the given picture, or from None."""
