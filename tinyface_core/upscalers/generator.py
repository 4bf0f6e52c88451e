"""Enlarging with the generator: G1 alone ("sr-only") or G2 of G1 ("refined")."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from tinyface_core.crop_tensors import to_pixels, to_unit
from tinyface_core.device import choose_device
from tinyface_core.folding import folded
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.weights import load_networks
from tinyface_core.own_weights import installed_weights
from tinyface_core.search.tiling import tiles
from tinyface_core.types import CancelToken, CropBatch, stop_if_asked
from tinyface_core.weights import Manifest

HALO = 24
"""Pixels of the small picture round each pixel that G2 of G1 looks at, at most (20 in all presets), rounded up."""


def load_generator_upscaler(
    name: str,
    device: str = "auto",
    manifest: Manifest | None = None,
    weights: str = "",
) -> GeneratorUpscaler:
    """An upscaler with bundled weights.

    Args:
        name: "sr-only", or "refined" where G2 takes part too.
        device: as `choose_device` takes it.
        manifest: where the weights are; the bundled ones by default.
        weights: name of an entry; the first generator by default.

    Raises:
        WeightsError: if the weights are missing or do not fit.
    """
    manifest = manifest or installed_weights()
    generator, _ = load_networks(manifest, manifest.entry(weights) if weights else manifest.default("gan"))
    return GeneratorUpscaler(name, generator, name == "refined", choose_device(device))


class GeneratorUpscaler:
    """A generator as an upscaler; it enlarges x4, and other factors are resized from that by bicubic.

    A crop larger than `tile` is enlarged in overlapping tiles, which give the same picture as the
    whole in bounded memory.
    """

    def __init__(
        self,
        name: str,
        generator: Generator,
        refined: bool,
        device: torch.device | None = None,
        tile: int = 128,
        batch: int = 32,
    ) -> None:
        """Take a generator into use.

        Args:
            name: what the user calls it.
            generator: with its weights; a folded copy of it is used.
            refined: whether to give G2's picture or G1's.
            device: where it runs; the CPU by default.
            tile: side in pixels of the largest crop that is enlarged in one piece.
            batch: crops that are enlarged together.
        """
        self._name, self._refined = name, refined
        self._device = device or torch.device("cpu")
        self._generator = folded(generator).to(self._device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._scale = generator.g1.scale
        self._tile, self._batch = tile, batch

    @property
    def name(self) -> str:
        """See `Upscaler`."""
        return self._name

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """See `Upscaler`; stops between two tiles."""
        if factor < 1:
            raise ValueError(f"An enlargement by {factor} is not possible: give 1 or more.")
        count, height, width, _ = crops.shape
        out = np.empty((count, height * factor, width * factor, 3), np.uint8)
        for first in range(0, count, self._batch):
            low = to_unit(crops[first : first + self._batch], self._device)
            with torch.inference_mode():
                large = enlarge_in_tiles(self._run, low, self._scale, self._tile, cancel)
                if factor != self._scale:
                    size = (height * factor, width * factor)
                    large = F.interpolate(large, size=size, mode="bicubic", antialias=True)
            out[first : first + self._batch] = to_pixels(large)
        return out

    def _run(self, low: Tensor) -> Tensor:
        low = low.contiguous(memory_format=torch.channels_last)
        generator = self._generator
        pictures: Tensor = generator(low).refined if self._refined else generator.g1(low)
        return pictures


def enlarge_in_tiles(
    run: Callable[[Tensor], Tensor], low: Tensor, scale: int, tile: int, cancel: CancelToken | None = None
) -> Tensor:
    """What `run` makes of `low (N, 3, H, W)`, tile by tile: `(N, 3, H*scale, W*scale)`.

    Every tile has a halo that is wider than the network's view, so no seam is possible.

    Args:
        run: maps `(N, 3, h, w)` to `(N, 3, h*scale, w*scale)`.
        low: RGB float in [0, 1].
        scale: enlargement of `run`.
        tile: side in pixels of the largest tile, without its halo.
        cancel: asked before each tile.

    Raises:
        Cancelled: when asked to stop.
    """
    count, _, height, width = low.shape
    if height <= tile and width <= tile:
        return run(low)
    out = low.new_empty((count, 3, height * scale, width * scale))
    for x1, y1, x2, y2 in tiles(width, height, tile, 0):
        stop_if_asked(cancel)
        left, top = max(0, x1 - HALO), max(0, y1 - HALO)
        large = run(low[:, :, top : min(height, y2 + HALO), left : min(width, x2 + HALO)])
        inner = large[
            :,
            :,
            (y1 - top) * scale : (y2 - top) * scale,
            (x1 - left) * scale : (x2 - left) * scale,
        ]
        out[:, :, y1 * scale : y2 * scale, x1 * scale : x2 * scale] = inner
    return out
