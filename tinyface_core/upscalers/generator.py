"""Enlarging with the generator: G1 alone ("sr-only") or G2 of G1 ("refined")."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tinyface_core.backends.loading import load_enlarger
from tinyface_core.gan.networks import Enlarged, Enlarger
from tinyface_core.own_weights import installed_weights
from tinyface_core.types import CancelToken, CropBatch, Runtime, stop_if_asked
from tinyface_core.upscalers.regions import enlarge_in_tiles
from tinyface_core.weights import Manifest, shown_entry

HALO = 24
"""Pixels of the small picture round each pixel that G2 of G1 looks at (20 where it judges), rounded up; beyond them the
generator that shows sees so little that its pictures differ by one level at most."""


class SharedGenerator:
    """A generator whose last pictures are kept: "sr-only" and "refined" show what one run made.

    Attributes:
        scale: how many times larger its pictures are.
        weights: what its weights are called.
    """

    def __init__(self, generator: Enlarger, weights: str = "") -> None:
        self.scale, self.weights = generator.scale, weights
        self._generator = generator
        self._last: tuple[CropBatch, Enlarged, float] | None = None

    def enlarge(self, low: CropBatch) -> tuple[Enlarged, float]:
        """Both pictures of crops `(N, H, W, 3)`, and the seconds that were spared where they had been made."""
        last = self._last  # read once: several threads may ask
        if last is not None and np.array_equal(last[0], low):
            return last[1:]
        started = time.perf_counter()
        made = self._generator.enlarge(low)
        if len(low) == 1:  # many together would take much memory, and nobody asks for them twice
            self._last = low.copy(), made, time.perf_counter() - started
        return made, 0.0


def load_generator(device: str = "auto", weights: str = "", manifest: Manifest | None = None) -> SharedGenerator:
    """The generator that shows faces.

    Args:
        device: where it runs.
        weights: see `shown_entry`.
        manifest: where the weights are; the bundled ones by default.

    Raises:
        WeightsError: if the weights are missing or do not fit.
    """
    manifest = manifest or installed_weights()
    entry = shown_entry(manifest, weights)
    return SharedGenerator(load_enlarger(manifest, entry, Runtime(device, precision="float32")), entry.name)


class GeneratorUpscaler:
    """A generator as an upscaler; it enlarges x4, and other factors are resized from that by bicubic.

    A crop larger than `tile` is enlarged in overlapping tiles, which give the same picture as the
    whole in bounded memory.

    Attributes:
        weights: what the generator's weights are called.
        spared: seconds that the last enlargement took less because the generator had made its pictures before.
    """

    def __init__(self, name: str, generator: SharedGenerator, refined: bool, tile: int = 128, batch: int = 32) -> None:
        """Take a generator into use.

        Args:
            name: what the user calls it.
            generator: with its weights.
            refined: whether to give G2's picture or G1's.
            tile: side in pixels of the largest crop that is enlarged in one piece.
            batch: crops that are enlarged together.
        """
        self.weights, self.spared = generator.weights, 0.0
        self._name, self._generator, self._refined = name, generator, refined
        self._tile, self._batch = tile, batch

    @property
    def name(self) -> str:
        """See `Upscaler`."""
        return self._name

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """See `Upscaler`; stops between two tiles."""
        if factor < 1:
            raise ValueError(f"An enlargement by {factor} is not possible: give 1 or more.")
        self.spared = 0.0
        count, height, width, _ = crops.shape
        out = np.empty((count, height * factor, width * factor, 3), np.uint8)
        for first in range(0, count, self._batch):
            large = self._enlarge_in_tiles(crops[first : first + self._batch], cancel)
            size = (width * factor, height * factor)
            for target, picture in zip(out[first:], large, strict=False):
                target[...] = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)
        return out

    def _enlarge_in_tiles(self, low: CropBatch, cancel: CancelToken | None) -> CropBatch:
        """Crops `(N, H, W, 3)` by the preset's factor; every tile has a halo wider than the network's view: no seam."""
        scale, tile = self._generator.scale, (self._tile, HALO)
        return enlarge_in_tiles(low, self._run, scale, tile, lambda _done, _total: stop_if_asked(cancel))

    def _run(self, low: CropBatch) -> NDArray[np.uint8]:
        made, spared = self._generator.enlarge(low)
        self.spared += spared
        pictures = made.refined if self._refined else made.upsampled
        return np.rint(pictures * 255).astype(np.uint8)
