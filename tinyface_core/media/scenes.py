"""Detects cuts between scenes in a video."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import RgbImage

_GRID, _LEVELS, _SIDE = 3, 8, 96
"""Cells per side, levels per colour in a histogram, and side in pixels to which the picture is reduced."""

_ALIKE = 0.55
"""Minimum intersection of the histograms of two consecutive frames of one scene."""


class SceneCuts:
    """Detects cuts between consecutive frames by comparing colour histograms of a grid of cells."""

    def __init__(self) -> None:
        self._before: NDArray[np.float64] | None = None

    def is_cut(self, pixels: RgbImage) -> bool:
        """Whether there is a cut between the previous frame and this one, RGB uint8 `(H, W, 3)`."""
        here, before = _histograms(pixels), self._before
        self._before = here
        return before is not None and float(np.minimum(here, before).sum()) < _ALIKE


def _histograms(pixels: RgbImage) -> NDArray[np.float64]:
    """Smoothed histograms `(cells, levels, levels, levels)` with a sum of 1."""
    step = max(1, max(pixels.shape[:2]) // _SIDE)
    levels = pixels[::step, ::step].astype(np.int64) * _LEVELS // 256
    rows, columns = (np.arange(size) * _GRID // size for size in levels.shape[:2])
    part = rows[:, None] * _GRID + columns[None]
    cell = ((part * _LEVELS + levels[..., 0]) * _LEVELS + levels[..., 1]) * _LEVELS + levels[..., 2]
    counts = np.bincount(cell.ravel(), minlength=_GRID**2 * _LEVELS**3).astype(np.float64)
    soft = counts.reshape(_GRID**2, _LEVELS, _LEVELS, _LEVELS)
    for axis in (1, 2, 3):
        wide = np.pad(soft, [(1, 1) if axis == one else (0, 0) for one in range(4)])
        middle, below, above = (np.arange(_LEVELS) + shift for shift in (1, 0, 2))
        soft = (wide.take(below, axis) + 2 * wide.take(middle, axis) + wide.take(above, axis)) / 4
    spread: NDArray[np.float64] = soft / soft.sum()
    return spread
