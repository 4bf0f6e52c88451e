"""Regions of any shape, up to whole pictures, enlarged in tiles: memory stays bounded, and the user sees it go on."""

from __future__ import annotations

import numpy as np

from tinyface_core.search.tiling import tiles
from tinyface_core.types import CancelToken, Progress, RgbImage, stop_if_asked
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
    height, width = pixels.shape[:2]
    made = np.empty((height * factor, width * factor, 3), np.uint8)
    cut = list(tiles(width, height, _TILE, 0))
    for done, (x1, y1, x2, y2) in enumerate(cut):
        stop_if_asked(cancel, "The comparison was stopped.")
        if progress is not None:
            progress(upscaler.name, done, len(cut))
        left, top = max(x1 - _HALO, 0), max(y1 - _HALO, 0)
        around = pixels[top : min(y2 + _HALO, height), left : min(x2 + _HALO, width)]
        large = upscaler.enlarge(np.ascontiguousarray(around)[None], factor, cancel)[0]
        rows, columns = ((a * factor, b * factor) for a, b in ((y1 - top, y2 - top), (x1 - left, x2 - left)))
        made[y1 * factor : y2 * factor, x1 * factor : x2 * factor] = large[slice(*rows), slice(*columns)]
    return made
