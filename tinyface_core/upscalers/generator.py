"""Enlarging with the generator: G1 alone ("sr-only") or G2 of G1 ("refined")."""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from PIL import Image

from tinyface_core.backends.loading import load_enlarger
from tinyface_core.gan.networks import Enlarger
from tinyface_core.own_weights import installed_weights
from tinyface_core.runtime import Runtime
from tinyface_core.types import CancelToken, CropBatch, stop_if_asked
from tinyface_core.upscalers.regions import enlarge_in_tiles
from tinyface_core.weights import shown_entry

_TILE, _BATCH = 128, 32
"""Side in pixels of the largest crop that is enlarged in one piece, and crops that are enlarged together."""

_HALO = 24
"""Pixels around a tile that are enlarged with it: at least the receptive field of G2 after G1 (20 pixels in the judging
generator). The display generator sees further, but differs by at most one grey level."""

_KEPT = 16
"""Tiles whose pictures are kept, in up to 48 MB: all those of a crop of up to 512 pixels a side."""


class _Made(NamedTuple):
    """Both pictures of crops, RGB uint8 `(N, 4H, 4W, 3)`, and how long they took."""

    low: CropBatch
    upsampled: CropBatch
    refined: CropBatch
    seconds: float


class SharedGenerator:
    """A generator that keeps its last pictures, because "sr-only" and "refined" show outputs of the same runs.

    Attributes:
        scale: enlargement factor.
        weights: name of its weights.
    """

    def __init__(self, generator: Enlarger, weights: str = "") -> None:
        self.scale, self.weights = generator.scale, weights
        self._generator = generator
        self._kept: tuple[_Made, ...] = ()

    def enlarge(self, low: CropBatch, refined: bool) -> tuple[CropBatch, float]:
        """The picture of G1, or of G2 if `refined`, of crops `(N, H, W, 3)`, and the seconds that a kept one saved."""
        made = next((one for one in self._kept if np.array_equal(one.low, low)), None)
        spared = 0.0 if made is None else made.seconds
        if made is None:
            started = time.perf_counter()
            upsampled, enhanced = (np.rint(255 * part).astype(np.uint8) for part in self._generator.enlarge(low))
            made = _Made(low.copy(), upsampled, enhanced, time.perf_counter() - started)
            if len(low) == 1:  # batches take much memory and are not requested twice
                self._kept = (*self._kept[1 - _KEPT :], made)  # replaced as a whole: several threads may call this
        return made.refined if refined else made.upsampled, spared


def load_generator(device: str, gan: str = "") -> SharedGenerator:
    """The generator whose pictures are shown, for a second stage's weights; see `shown_entry`.

    Raises:
        WeightsError: if the weights are missing or do not fit.
    """
    manifest = installed_weights()
    entry = shown_entry(manifest, gan)
    return SharedGenerator(load_enlarger(manifest, entry, Runtime(device, precision="float32")), entry.name)


class GeneratorUpscaler:
    """A generator as an upscaler; it enlarges x4, other factors are resized from that by bicubic interpolation.

    Large crops are enlarged in overlapping tiles: the result is the same, and memory is bounded.

    Attributes:
        name: shown to the user.
        weights: name of the generator's weights.
        spared: seconds that the last call saved by the generator's cache.
    """

    def __init__(self, name: str, generator: SharedGenerator, refined: bool) -> None:
        """`refined`: use the output of G2 instead of G1."""
        self.name, self.weights, self.spared = name, generator.weights, 0.0
        self._generator, self._refined = generator, refined

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """See `Upscaler`; stops between two tiles."""
        if factor < 1:
            raise ValueError(f"An enlargement by {factor} is not possible: give 1 or more.")
        self.spared = 0.0
        count, height, width, _ = crops.shape
        out = np.empty((count, height * factor, width * factor, 3), np.uint8)
        for first in range(0, count, _BATCH):
            part, scale = crops[first : first + _BATCH], self._generator.scale
            large = enlarge_in_tiles(part, self._run, scale, (_TILE, _HALO), lambda *_: stop_if_asked(cancel))
            size = (width * factor, height * factor)
            for target, picture in zip(out[first:], large, strict=False):
                target[...] = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)
        return out

    def _run(self, low: CropBatch) -> CropBatch:
        large, spared = self._generator.enlarge(low, self._refined)
        self.spared += spared
        return large
