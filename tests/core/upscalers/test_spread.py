"""How far a face is guessed, by upscalers of which it is known how they guess."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyface_core.types import CancelToken
from tinyface_core.upscalers.interpolation import Interpolation
from tinyface_core.upscalers.spread import measured_spread

CROP = np.kron(np.random.default_rng(1).integers(60, 196, (4, 4, 3)), np.ones((4, 4, 1))).astype(np.uint8)


class Inventing:
    """Bicubic interpolation, with strong lines wherever the crop is not of the very colour that was told."""

    name = "inventing"

    def __init__(self, known: NDArray[np.uint8]) -> None:
        self._known = known

    def enlarge(self, crops: NDArray[np.uint8], factor: int, cancel: CancelToken | None = None) -> NDArray[np.uint8]:
        large = Interpolation("bicubic").enlarge(crops, factor)
        unknown = (crops != self._known).any(axis=3).repeat(factor, axis=1).repeat(factor, axis=2)
        return np.where(unknown[..., None], large // 2, large)


def test_what_an_upscaler_invents_from_small_changes_is_told_as_guessed() -> None:
    calm = measured_spread(Interpolation("bicubic"), CROP)
    wild = measured_spread(Inventing(CROP), CROP)
    assert calm.pixels.shape == (64, 64)
    assert 0 < calm.number < 8 < 2 * calm.number < wild.number


def test_noise_that_the_enlarged_picture_does_not_explain_is_what_recordings_differ_by() -> None:
    smooth = np.full((16, 16, 3), 120, np.uint8)
    assert measured_spread(Interpolation("bicubic"), smooth).noise == 0.5

    class Denoising:
        name = "denoising"

        def enlarge(
            self, crops: NDArray[np.uint8], factor: int, cancel: CancelToken | None = None
        ) -> NDArray[np.uint8]:
            return np.full((len(crops), 64, 64, 3), 120, np.uint8)

    noisy = (smooth + np.random.default_rng(0).normal(0, 9, smooth.shape)).astype(np.uint8)
    assert measured_spread(Denoising(), noisy).noise == pytest.approx(9, abs=1)


def test_the_same_crop_has_the_same_spread_every_time() -> None:
    first, second = (measured_spread(Interpolation("lanczos"), CROP) for _ in range(2))
    assert first.number == second.number
    np.testing.assert_array_equal(first.pixels, second.pixels)
