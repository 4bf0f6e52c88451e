"""Which rectangles of a copy are searched, worked by hand and against trying every cut."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyface_core.detector.pyramid import Focus, PyramidLevel, SearchPlan
from tinyface_core.search.focus import places_near, rectangles
from tinyface_core.types import Box, Detections

INF = math.inf
PLAN = SearchPlan({}, tile=512, tile_overlap=64, multiple=32)
LEVEL = PyramidLevel(2.0, largest=128.0, finest_stride=8, focus=Focus(0.1, smaller_than=32.0))


def cells_of(drawing: str) -> NDArray[np.bool_]:
    return np.array([[sign == "#" for sign in line] for line in drawing.split()])


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        ("...... ...... ......", []),
        ("...... ..##.. ......", [(2, 1, 4, 2)]),
        # Each alone costs 9 + 16, both together 3 x 8 + 16.
        ("#....#", [(0, 0, 6, 1)]),
        ("#" + "." * 11 + "#", [(0, 0, 1, 1), (12, 0, 13, 1)]),
        ("# " + ". " * 11 + "#", [(0, 0, 1, 1), (0, 12, 1, 13)]),
        # One strip across and one down, that meet in a corner.
        ("#" * 20 + (" #" + "." * 19) * 12, [(0, 0, 20, 1), (0, 1, 1, 13)]),
        ("#" * 20 + (" " + "." * 19 + "#") * 12, [(0, 0, 20, 1), (19, 1, 20, 13)]),
    ],
)
def test_cells_far_apart_are_covered_by_rectangles_of_their_own(drawing: str, expected: list[Box]) -> None:
    assert rectangles(cells_of(drawing)) == expected


def cost(x1: int, y1: int, x2: int, y2: int) -> int:
    return (x2 - x1 + 2) * (y2 - y1 + 2) + 16


def bounds(cells: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(cells)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def cheapest(cells: NDArray[np.bool_]) -> int:
    """By trying every cut and every cut of what that leaves."""

    @cache
    def best(x1: int, y1: int, x2: int, y2: int) -> int:
        part = cells[y1:y2, x1:x2]
        if not part.any():
            return 0
        left, top, right, bottom = bounds(part)
        x1, y1, x2, y2 = x1 + left, y1 + top, x1 + right, y1 + bottom
        across = (best(x1, y1, x2, y) + best(x1, y, x2, y2) for y in range(y1 + 1, y2))
        down = (best(x1, y1, x, y2) + best(x, y1, x2, y2) for x in range(x1 + 1, x2))
        return min([cost(x1, y1, x2, y2), *across, *down])

    return best(0, 0, cells.shape[1], cells.shape[0])


@pytest.mark.parametrize("seed", range(12))
def test_all_cells_are_covered_once_at_nearly_the_least_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = np.zeros((18, 24), bool)
    for _ in range(rng.integers(1, 7)):
        row, column = rng.integers(0, 18), rng.integers(0, 24)
        cells[row : row + rng.integers(1, 5), column : column + rng.integers(1, 5)] = True
    parts = rectangles(cells)
    covered = np.zeros(cells.shape, int)
    for x1, y1, x2, y2 in parts:
        covered[y1:y2, x1:x2] += 1
        assert bounds(cells[y1:y2, x1:x2]) == (0, 0, x2 - x1, y2 - y1), "no rim is empty"
    assert covered.max() == 1 and (covered[cells] == 1).all()
    spent = sum(cost(*part) for part in parts)
    assert spent <= cost(*bounds(cells)) and spent <= 1.15 * cheapest(cells)


def near(boxes: list[Box], scores: list[float], width: int = 400, height: int = 300) -> list[tuple[Box, Box]]:
    """Where is searched, in pixels of the copy, and where faces may lie, in pixels of the picture."""
    seen = Detections.of(boxes, scores, [8] * len(boxes))
    return [(place.box, place.view) for place in places_near(seen, 3, LEVEL, width, height, PLAN, 512)]


def test_a_candidate_is_searched_with_what_lies_round_it() -> None:
    # On the copy 196 to 216 and 96 to 112; with 16 pixels round it cells of 32 pixels from 160 and 64 on.
    box = (98.0, 48.0, 108.0, 56.0)
    assert near([box], [0.1]) == [((128, 32, 288, 160), (72.0, 24.0, 136.0, 72.0))]
    assert near([box], [0.09]) == [] == near([(98.0, 48.0, 130.0, 56.0)], [0.9])


def test_at_the_rim_of_the_picture_nothing_is_left_out() -> None:
    assert near([(-3.0, -2.0, 5.0, 6.0)], [0.5]) == [((0, 0, 64, 64), (-INF, -INF, 24.0, 24.0))]
    assert near([(390.0, 290.0, 402.0, 303.0)], [0.5]) == [((704, 512, 800, 600), (360.0, 264.0, INF, INF))]


def test_a_crowd_that_is_larger_than_a_tile_is_searched_in_tiles() -> None:
    row = [(float(x), 100.0, x + 10.0, 110.0) for x in range(10, 390, 10)]
    seen = Detections.of(row, [0.5] * len(row), [8] * len(row))
    found = list(places_near(seen, 3, LEVEL, 400, 300, PLAN, 512))
    assert [place.box for place in found] == [(0, 128, 448, 288), (352, 128, 800, 288)]
    assert [place.core for place in found] == [(-INF, -INF, 208.0, INF), (192.0, -INF, INF, INF)]
    assert {place.view for place in found} == {(-INF, 72.0, INF, 136.0)}


def test_a_copy_without_a_focus_is_no_case_for_this() -> None:
    with pytest.raises(ValueError, match="as a whole"):
        list(places_near(Detections.of([], [], []), 0, PyramidLevel(1.0), 40, 30, PLAN, 512))
