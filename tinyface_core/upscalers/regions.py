"""Enlarges regions, up to whole pictures, in tiles, with bounded memory and progress."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinyface_core.search.tiling import tiles
from tinyface_core.types import CancelToken, CropBatch, Progress, RgbImage, no_progress, stop_if_asked
from tinyface_core.upscalers.registry import Upscaler

_TILE = 192
_HALO = 32
"""Overlap in pixels on each side of a tile, so that most upscalers leave no seams."""


def enlarge_region(
    pixels: RgbImage,
    upscaler: Upscaler,
    factor: int,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> RgbImage:
    """Enlarge a region, RGB uint8 `(H, W, 3)`, to `(H*factor, W*factor, 3)` tile by tile.

    Progress is told before each, with the upscaler's name.
    """

    def tell(done: int, total: int) -> None:
        stop_if_asked(cancel, "The comparison was stopped.")
        progress(upscaler.name, done, total)

    def enlarge(part: CropBatch) -> CropBatch:
        return upscaler.enlarge(part, factor, cancel)

    large: RgbImage = enlarge_in_tiles(pixels[None], enlarge, factor, (_TILE, _HALO), tell)[0]
    return large


def enlarge_in_tiles(
    crops: CropBatch,
    enlarge: Callable[[CropBatch], CropBatch],
    factor: int,
    tile: tuple[int, int],
    tell: Callable[[int, int], None],
) -> CropBatch:
    """Enlarge crops, RGB uint8 `(N, H, W, 3)`, to `(N, H*factor, W*factor, 3)` tile by tile.

    The tiles of all crops at one place are enlarged together.

    `tile` is their maximum side and their overlap on each side, in pixels; `tell(done, total)` precedes each.
    """
    (count, height, width, _), (side, halo) = crops.shape, tile
    made = np.empty((count, height * factor, width * factor, 3), np.uint8)
    parts = list(tiles(width, height, side, 0))
    for done, (x1, y1, x2, y2) in enumerate(parts):
        tell(done, len(parts))
        left, top = max(x1 - halo, 0), max(y1 - halo, 0)
        around = crops[:, top : min(y2 + halo, height), left : min(x2 + halo, width)]
        large = enlarge(np.ascontiguousarray(around))
        rows, columns = ((a * factor, b * factor) for a, b in ((y1 - top, y2 - top), (x1 - left, x2 - left)))
        made[:, y1 * factor : y2 * factor, x1 * factor : x2 * factor] = large[:, slice(*rows), slice(*columns)]
    return made
