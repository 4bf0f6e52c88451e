"""Fits the gain of G2's detail after training, so that sharpness matches real faces."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from tinyface_core.datasets.crops import Crops
from tinyface_core.gan.shown import ShownGenerator
from tinyface_core.gan.weights import shown_generator
from tinyface_core.presets import ShownPreset
from tinyface_core.training.gan_batches import centre_batch

_FACES = 512
_BATCH = 32


@torch.inference_mode()
def fitted_gain(generator: ShownGenerator, crops: Crops, preset: ShownPreset, edges: float) -> float:
    """The gain with which enlarged training faces, downsampled as in the paper, reach a given edge energy.

    `edges` is relative to the real faces'; the gain is 1 if it cannot be reached. The generator's own gain is ignored;
    it is in evaluation mode. Some hundred sharp faces are used.
    """
    faces = (crops.sharp & crops.face).nonzero()[0]
    chosen = crops.chosen(faces[:: max(1, len(faces) // _FACES)])
    batch = centre_batch(chosen, preset.g1)
    real = before = both = added = 0.0
    for first in range(0, len(batch.low), _BATCH):
        upsampled, refined = generator(batch.low[first : first + _BATCH])
        base, more = _steps(upsampled), _steps((refined - upsampled) / generator.g2.gain)
        real += float(_steps(batch.high[first : first + _BATCH]).square().sum())
        before, both = before + float(base.square().sum()), both + float((base * more).sum())
        added += float(more.square().sum())
    # before + 2 gain both + gain^2 added = edges real
    root = both**2 - added * (before - edges * real)
    return (math.sqrt(root) - both) / added if added and root > 0 else 1.0


def with_fitted_gain(
    tensors: Mapping[str, Tensor], crops: Crops, preset: ShownPreset, edges: float
) -> tuple[dict[str, Tensor], float]:
    """The tensors of a generator with the gain of `fitted_gain`, and that gain."""
    gain = fitted_gain(shown_generator(tensors, preset).eval(), crops, preset, edges)
    return {**tensors, "generator.g2.gain": torch.tensor(gain)}, gain


def _steps(pictures: Tensor) -> Tensor:
    """Horizontal and vertical brightness differences of pictures `(N, 3, H, W)`, as one row `(K,)`."""
    bright = pictures.mean(dim=1)
    return torch.cat([bright.diff(dim=2).flatten(), bright.diff(dim=1).flatten()])
