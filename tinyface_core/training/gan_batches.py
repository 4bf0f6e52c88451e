"""Batches for the generator's training: mined crops, moved and reduced."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from tinyface_core.boxes import mirrored
from tinyface_core.datasets.crops import Crops
from tinyface_core.datasets.degradation import Degradation
from tinyface_core.presets import GanPreset
from tinyface_core.training.gan_settings import GanTraining, Shares


class Batch(NamedTuple):
    """`N` crops.

    Attributes:
        low, high: RGB `(N, 3, h, w)` and `(N, 3, H, W)` in [0, 1].
        face: `(N,)` bool.
        has_target: `(N,)` bool; `high` is sharp enough to be what G is to make of `low`.
        direct: `(N,)` bool; so large in its picture that D judges `high` without G (`GanPreset.enlarged_to`).
        box: `(N, 4)` xyxy of the face, in shares of the crop's side; not a number where it is not known.
    """

    low: Tensor
    high: Tensor
    face: Tensor
    has_target: Tensor
    direct: Tensor
    box: Tensor


class CropBatches:
    """Batches of crops; which ones and how they are moved depends on the step's number alone."""

    def __init__(self, crops: Crops, preset: GanPreset, settings: GanTraining) -> None:
        self._crops, self._preset, self._settings = crops, preset, settings
        self._direct = _direct(crops, preset)
        kinds = ((True, True), (True, False), (False, True), (False, False))
        self._pools = [np.flatnonzero((crops.sharp == sharp) & (crops.face == face)) for sharp, face in kinds]

    def at(self, step: int, shares: Shares, rank: int = 0, world: int = 1) -> Batch:
        """The batch of process `rank` of `world` at a step.

        Raises:
            ValueError: if the batch cannot be shared out, or no crops of the kinds asked for exist.
        """
        size = self._settings.batch // world
        if size * world != self._settings.batch:
            raise ValueError(f"A batch of {self._settings.batch} cannot be shared among {world} processes.")
        random = np.random.default_rng((self._settings.seed, step, rank))
        chosen = self._choose(random, shares, size)
        flipped = random.random(size) < 0.5
        stored, high = self._crops.pixels.shape[1], self._preset.high
        # One scale a batch, so that a batch is resized in one piece; shifts are each crop's own.
        scaled = int(random.integers(high + (stored - high) // 2, stored + (stored - high) // 4 + 1))
        left, top = random.integers(0, scaled - high + 1, (2, size))
        pictures = torch.from_numpy(self._crops.pixels[chosen]).permute(0, 3, 1, 2).float() / 255
        if scaled != stored:
            pictures = F.interpolate(pictures, size=(scaled, scaled), mode="bicubic", antialias=True).clamp(0, 1)
        moved = [
            picture[:, y : y + high, x : x + high].flip(2) if flip else picture[:, y : y + high, x : x + high]
            for picture, x, y, flip in zip(pictures, left, top, flipped, strict=True)
        ]
        target = torch.stack(moved)
        box = torch.from_numpy(self._crops.box[chosen] * scaled - np.stack([left, top, left, top], axis=1))
        box = torch.where(torch.from_numpy(flipped)[:, None], mirrored(box, high), box) / high
        generator = torch.Generator().manual_seed(int(random.integers(2**62)))
        low = self._settings.degradation(target, generator)
        return Batch(
            low,
            target,
            torch.from_numpy(self._crops.face[chosen]),
            torch.from_numpy(self._crops.sharp[chosen]),
            torch.from_numpy(self._direct[chosen]),
            box.float(),
        )

    def _choose(self, random: np.random.Generator, shares: Shares, size: int) -> NDArray[np.int64]:
        weights = np.array(
            [
                shares.sharp_faces,
                shares.sharp_others,
                shares.small_faces,
                shares.small_others,
            ]
        )
        weights = weights * [len(pool) > 0 for pool in self._pools]
        if not weights.sum():
            raise ValueError("The crops hold none of the kinds that this phase learns from: mine others.")
        counts = np.floor(np.cumsum(weights / weights.sum()) * size + 0.5).astype(int)
        counts = np.diff(counts, prepend=0)
        return np.concatenate([random.choice(pool, n) for pool, n in zip(self._pools, counts, strict=True) if n])


def centre_batch(crops: Crops, preset: GanPreset) -> Batch:
    """All crops at once, unmoved, reduced as in the paper: for measuring."""
    edge = (crops.pixels.shape[1] - preset.high) // 2
    middle = crops.pixels[:, edge : edge + preset.high, edge : edge + preset.high]
    high = torch.from_numpy(np.ascontiguousarray(middle)).permute(0, 3, 1, 2).float() / 255
    low = Degradation(preset.scale)(high, torch.Generator())
    face, sharp, direct = (torch.from_numpy(kind) for kind in (crops.face, crops.sharp, _direct(crops, preset)))
    box = torch.from_numpy((crops.box * crops.pixels.shape[1] - edge) / preset.high)
    return Batch(low, high, face, sharp, direct, box)


def _direct(crops: Crops, preset: GanPreset) -> NDArray[np.bool_]:
    return crops.sharp | (crops.size * (1 + preset.context) > preset.enlarged_to)
