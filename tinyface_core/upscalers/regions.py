"""Enlarges regions up to whole pictures in tiles, with bounded memory and progress."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinyface_core.search.tiling import tiles
from tinyface_core.types import CancelToken, CropBatch, Progress, RgbImage, stop_if_asked
from tinyface_core.upscalers.registry import Upscaler

_TILE = 192
_HALO = 32
"""Pixels round a tile that are enlarged with it, so that most ways to enlarge leave no seam."""


def enlarge_region(
    pixels: RgbImage,
    upscaler: Upscaler,
    factor: int,
    cancel: CancelToken | None = None,
    progress: Progress | None = None,
) -> RgbImage:
    """A region enlarged by one upscaler.

    Args:
        pixels: RGB uint8 `(H, W, 3)`.
        upscaler: enlarges each tile with what lies round it.
        factor: enlargement.
        cancel: asked before every tile.
        progress: told of every tile, under the name of the upscaler.

    Returns:
        RGB uint8 `(H*factor, W*factor, 3)`.

    Raises:
        Cancelled: when asked to stop.
    """

    def tell(done: int, total: int) -> None:
        stop_if_asked(cancel, "The comparison was stopped.")
        if progress is not None:
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
    """Crops, enlarged a tile of all of them at a time.

    Args:
        crops: RGB uint8 `(N, H, W, 3)`.
        enlarge: by the factor, a tile with what lies round it.
        factor: enlargement.
        tile: side in pixels of the largest tile, and pixels round it that are enlarged with it.
        tell: called before each tile with how many are done, and of how many.

    Returns:
        RGB uint8 `(N, H*factor, W*factor, 3)`.
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
