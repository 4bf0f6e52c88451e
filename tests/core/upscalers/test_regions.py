"""Regions enlarged in tiles."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from tinyface_core.types import Cancelled
from tinyface_core.upscalers.interpolation import INTERPOLATIONS, Interpolation
from tinyface_core.upscalers.regions import enlarge_region


@pytest.mark.parametrize("name", sorted(INTERPOLATIONS))
def test_a_region_in_tiles_is_the_region_enlarged_in_one_piece(name: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (210, 401, 3), np.uint8)
    told: list[tuple[int, int]] = []
    made = enlarge_region(pixels, Interpolation(name), 3, progress=lambda _stage, done, of: told.append((done, of)))
    assert np.array_equal(made, Interpolation(name).enlarge(pixels[None], 3)[0])
    assert told == [(done, 6) for done in range(6)]


def test_enlarging_stops_before_the_next_tile() -> None:
    stop = threading.Event()
    with pytest.raises(Cancelled):
        enlarge_region(
            np.zeros((50, 500, 3), np.uint8),
            Interpolation("nearest"),
            2,
            stop,
            progress=lambda _stage, done, _of: stop.set() if done else None,
        )
