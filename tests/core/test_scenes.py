"""Cuts are told from what else changes in a video."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyface_core.media.scenes import SceneCuts


def scene(seed: int) -> NDArray[np.uint8]:
    """A picture `(400, 600, 3)` of some twenty coloured areas."""
    chance = np.random.default_rng(seed)
    pixels = np.full((400, 600, 3), chance.integers(0, 255, 3), np.uint8)
    for _ in range(20):
        x, y, w, h = chance.integers((0, 0, 40, 40), (500, 300, 250, 250))
        pixels[y : y + h, x : x + w] = chance.integers(0, 255, 3)
    return pixels


def cuts(*frames: NDArray[np.uint8]) -> list[bool]:
    told = SceneCuts()
    return [told.is_cut(frame) for frame in frames]


@pytest.mark.parametrize("seed", range(6))
def test_another_scene_is_a_cut_once(seed: int) -> None:
    one, other = scene(seed), scene(seed + 100)
    assert cuts(one, one, other, other, one) == [False, False, True, False, True]


@pytest.mark.parametrize("seed", range(6))
def test_a_moving_camera_and_changing_light_are_no_cuts(seed: int) -> None:
    whole = scene(seed)
    pan = [whole[:330, shift : shift + 500] for shift in range(0, 100, 20)]
    brighter = [np.clip(whole * factor, 0, 255).astype(np.uint8) for factor in (1.0, 1.1, 1.2)]
    noise = np.random.default_rng(seed).normal(0, 8, (2, *whole.shape))
    noisy = list(np.clip(whole + noise, 0, 255).astype(np.uint8))
    assert not any(cuts(*pan) + cuts(*brighter) + cuts(*noisy))


def test_tiny_and_grey_pictures_are_compared_too() -> None:
    assert cuts(np.zeros((1, 1, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)) == [False, True]
