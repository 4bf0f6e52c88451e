"""Detects cuts between scenes in a video."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import RgbImage

_GRID, _LEVELS, _SIDE = 3, 8, 96
"""Histograms of so many levels a colour, of so many by so many parts of a picture reduced to about this side."""

_ALIKE = 0.55
"""Share that the histograms of two pictures of one scene have in common at least."""


class SceneCuts:
    """Tells, of frames that come in the order of showing, which of them show another scene than the one before.

    What is compared is how colours are spread, part by part: moves of camera and people hardly change it.
    """

    def __init__(self) -> None:
        self._before: NDArray[np.float64] | None = None

    def is_cut(self, pixels: RgbImage) -> bool:
        """Whether this frame, RGB uint8 `(H, W, 3)`, is the first of another scene."""
        here, before = _histograms(pixels), self._before
        self._before = here
        return before is not None and float(np.minimum(here, before).sum()) < _ALIKE


def _histograms(pixels: RgbImage) -> NDArray[np.float64]:
    """Histograms `(parts, levels, levels, levels)` that add up to 1, softened so that a little light moves little."""
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
