"""Where a copy with a focus is searched: in rectangles around the candidates of the other copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tinyface_core.detector.pyramid import PyramidLevel, SearchPlan
from tinyface_core.search.tiling import Place, scaled_size, tiled
from tinyface_core.types import Detections, Floats

_CELL = 32
"""Side in pixels of the copy of the cells that rectangles consist of."""

_REACH = 16
"""Margin around a candidate, in pixels of the copy."""

_CONTEXT = 1
"""Context around a rectangle for the network, in cells."""

_RIM = 16
"""Border of that context in pixels of the copy; a face that extends into it may be cut off."""

_LARGER = 1.5
"""Tolerance of sizes: a copy for large faces is also searched near candidates that are smaller by this factor."""

_ONE_MORE = 16
"""Cost of an additional rectangle, as a number of cells that are searched in the same time."""


def places_near(
    seen: Detections, number: int, level: PyramidLevel, width: int, height: int, plan: SearchPlan, tile: int
) -> Iterator[Place]:
    """The places where a copy with a focus is searched, given the candidates of the other copies, of all sizes.

    For `number`, `plan` and `tile` see `tiled`; width and height of the picture are in pixels.

    Raises:
        ValueError: if the level has no focus.
    """
    if level.focus is None:
        raise ValueError("This copy is searched as a whole: use `places`.")
    sizes = (_LARGER * seen.sizes >= level.smallest) & (seen.sizes < level.focus.smaller_than)
    near = seen.take((seen.scores >= level.focus.least_score) & sizes)
    size = scaled_size(width, height, level.scale)
    end = np.array(size)
    for part in rectangles(_cells(near.boxes * level.scale, size)):
        first, behind = np.array(part).reshape(2, 2) * _CELL
        first, behind = np.maximum(first - _CONTEXT * _CELL, 0), np.minimum(behind + _CONTEXT * _CELL, end)
        (x1, y1), (x2, y2) = first.tolist(), behind.tolist()
        left, top = np.where(first > 0, (first + _RIM) / level.scale, -np.inf).tolist()
        right, bottom = np.where(behind < end, (behind - _RIM) / level.scale, np.inf).tolist()
        for place in tiled(number, level, size, (x1, y1, x2, y2), plan, tile):
            yield replace(place, view=(left, top, right, bottom))


def _cells(boxes: Floats, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Mask `(rows, columns)` of cells overlapped by boxes in pixels of the copy; `size` is its width and height."""
    columns, rows = (-(-side // _CELL) for side in size)
    cells = np.zeros((rows, columns), bool)
    first = np.maximum((boxes[:, :2] - _REACH) // _CELL, 0).astype(int)
    behind = np.ceil((boxes[:, 2:] + _REACH) / _CELL).astype(int)
    for (x1, y1), (x2, y2) in zip(first, behind, strict=True):
        cells[y1:y2, x1:x2] = True
    return cells


def rectangles(cells: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Rectangles xyxy that cover all set cells `(rows, columns)` at low cost.

    The bounding rectangle of all cells is cut in two where the bounding rectangles of both parts cost least; the parts
    are cut again as long as that reduces the cost. The cost of a rectangle is its area with context, plus a constant.
    """
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    if not len(rows):
        return []
    top, left, bottom, right = int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
    cells = cells[top:bottom, left:right]
    (across, row), (down, column) = _best_cut(cells), _best_cut(cells.T)
    if min(across, down) >= _cost(bottom - top, right - left):
        return [(left, top, right, bottom)]
    if across <= down:
        parts = [(0, 0, cells[:row]), (0, row, cells[row:])]
    else:
        parts = [(0, 0, cells[:, :column]), (column, 0, cells[:, column:])]
    return [
        (left + x + x1, top + y + y1, left + x + x2, top + y + y2)
        for x, y, part in parts
        for x1, y1, x2, y2 in rectangles(part)
    ]


def _cost(height: NDArray[np.int64] | int, width: NDArray[np.int64] | int) -> NDArray[np.int64] | int:
    return (height + 2 * _CONTEXT) * (width + 2 * _CONTEXT) + _ONE_MORE


def _best_cut(cells: NDArray[np.bool_]) -> tuple[float, int]:
    """The lowest cost of a cut between two rows, and the first row after it; first and last row are not empty."""
    if len(cells) == 1:
        return np.inf, 0
    together = _costs_of_first_rows(cells)[:-1] + _costs_of_first_rows(cells[::-1])[-2::-1]
    best = int(together.argmin())
    return float(together[best]), best + 1


def _costs_of_first_rows(cells: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Costs of the bounding rectangles of the first row, the first two, and so on; the first row is not empty."""
    filled, columns = cells.any(axis=1), cells.shape[1]
    height = np.maximum.accumulate(np.where(filled, np.arange(len(cells)), 0)) + 1
    left = np.minimum.accumulate(np.where(filled, cells.argmax(axis=1), columns))
    right = np.maximum.accumulate(np.where(filled, columns - cells[:, ::-1].argmax(axis=1), 0))
    return np.asarray(_cost(height, right - left))
