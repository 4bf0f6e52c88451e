"""Positions and sizes of the anchors of each branch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tinyface_core.presets import BranchPreset
from tinyface_core.types import Floats


def branches_from(branches: Sequence[BranchPreset], finest_stride: int) -> tuple[BranchPreset, ...]:
    """Branches with a stride of at least `finest_stride` pixels, finest first."""
    return tuple(branch for branch in branches if branch.stride >= finest_stride)


def grid_size(branch: BranchPreset, height: int, width: int) -> tuple[int, int]:
    """Rows and columns of a branch's map for a picture of `height` x `width` pixels."""
    return -(-height // branch.stride), -(-width // branch.stride)


def anchor_count(branches: Sequence[BranchPreset], height: int, width: int) -> int:
    """Number of anchors of the branches for a picture of `height` x `width` pixels."""
    sizes = ((grid_size(branch, height, width), len(branch.anchors)) for branch in branches)
    return sum(rows * columns * count for (rows, columns), count in sizes)


def anchors_at(
    branches: Sequence[BranchPreset], height: int, width: int, places: NDArray[np.int64]
) -> tuple[Floats, NDArray[np.int64]]:
    """Anchors at given indices `(K,)` of a `height` x `width` picture.

    Anchors are ordered by branch, from the finest, then row, column and side, as in the outputs of the network.

    Returns:
        Centre x, centre y and side in pixels `(K, 3)`, and the stride `(K,)` of the branch of each.
    """
    grids = [grid_size(branch, height, width) for branch in branches]
    counts = [rows * columns * len(branch.anchors) for (rows, columns), branch in zip(grids, branches, strict=True)]
    ends = np.cumsum(counts)
    branch = np.searchsorted(ends, places, side="right")
    each = np.array([len(branch.anchors) for branch in branches])
    cell, side = np.divmod(places - (ends - counts)[branch], each[branch])
    row, column = np.divmod(cell, np.array([columns for _, columns in grids])[branch])
    strides = np.array([branch.stride for branch in branches])[branch]
    sides = np.concatenate([branch.anchors for branch in branches])[(np.cumsum(each) - each)[branch] + side]
    return np.stack([(column + 0.5) * strides, (row + 0.5) * strides, sides], axis=1), strides
