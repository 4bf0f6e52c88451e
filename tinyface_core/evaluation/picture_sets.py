"""Metrics over a whole set of enlarged crops: sharpness, kernel distance, consistency, grid artefacts, colour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from tinyface_core.evaluation.retinaface_features import kernel_distance
from tinyface_core.evaluation.similarity import psnr
from tinyface_core.types import CropBatch, Floats
from tinyface_core.upscalers.registry import Upscaler


@dataclass(frozen=True, slots=True)
class SetMeasure:
    """A figure over a whole set of enlarged crops.

    Attributes:
        name: key, also in reports.
        compare: computes the figure from real crops, small crops and restored crops.
    """

    name: str
    label: str
    digits: int
    compare: Callable[[CropBatch, CropBatch, CropBatch], float]


def reduce_crops(crops: CropBatch, factor: int) -> CropBatch:
    """Crops reduced by antialiased bicubic interpolation, as in the paper (section 4.2)."""
    side = crops.shape[1] // factor
    small = [np.asarray(Image.fromarray(crop).resize((side, side), Image.Resampling.BICUBIC)) for crop in crops]
    return np.stack(small)


def edge_share(real: CropBatch, _low: CropBatch, restored: CropBatch) -> float:
    """Edge energy (mean squared brightness difference of neighbouring pixels) relative to the real crops."""
    return float(np.sum(_step_energies(restored)) / np.sum(_step_energies(real)))


def agreement(low: CropBatch, restored: CropBatch) -> Floats:
    """Consistency: PSNR `(N,)` in dB of restored crops, reduced again, against the small crops."""
    return psnr(low, reduce_crops(restored, restored.shape[1] // low.shape[1]))


def grid(_real: CropBatch, low: CropBatch, restored: CropBatch) -> float:
    """Grid artefacts: ratio of the highest to the lowest edge energy by position in a cell; 1 is no grid.

    A cell is the square that was one pixel of the small crop. The larger ratio of both directions counts.
    """
    cell = restored.shape[1] // low.shape[1]
    ratios = []
    for steps in _step_energies(restored):
        by_place = [steps[:, place::cell].mean() for place in range(cell)]
        ratios.append(max(by_place) / min(by_place))
    return float(max(ratios))


def colour_shift(real: CropBatch, _low: CropBatch, restored: CropBatch) -> float:
    """Largest difference of a channel's mean over all crops, in grey levels."""
    return float(np.abs(restored.mean(axis=(0, 1, 2)) - real.mean(axis=(0, 1, 2))).max())


SET_MEASURES = (
    SetMeasure("edges", "edges, share of real", 3, edge_share),
    SetMeasure("kid", "KID", 3, lambda real, _low, restored: kernel_distance(real, restored)),
    SetMeasure("agreement", "reduced again, dB", 1, lambda _real, low, made: float(agreement(low, made).mean())),
    SetMeasure("least_agreement", "worst", 1, lambda _real, low, made: float(agreement(low, made).min())),
    SetMeasure("grid", "grid", 2, grid),
    SetMeasure("colour", "colour", 2, colour_shift),
)
"""In the order of the table."""


def smooth_waves() -> CropBatch:
    """Four crops of a smooth grey wave `(4, 64, 64, 3)`."""
    y, x = np.mgrid[0:128, 0:128]
    shade = (127 + 60 * np.sin(x / 9) + 60 * np.cos(y / 13)).astype(np.uint8)
    parts = shade.reshape(2, 64, 2, 64).swapaxes(1, 2).reshape(4, 64, 64)
    return np.repeat(parts[..., None], 3, axis=3)


def wave_psnr(upscaler: Upscaler, factor: int) -> float:
    """Mean PSNR in dB of smooth waves after reduction and enlargement."""
    waves = smooth_waves()
    return float(psnr(waves, upscaler.enlarge(reduce_crops(waves, factor), factor)).mean())


def _step_energies(crops: CropBatch) -> tuple[Floats, Floats]:
    """Mean squared horizontal brightness differences `(N, columns)` and vertical ones `(N, rows)`."""
    bright = crops.mean(axis=3, dtype=np.float64) / 255
    return np.square(np.diff(bright, axis=2)).mean(axis=1), np.square(np.diff(bright, axis=1)).mean(axis=2)
