"""Figures of sets of crops, on crops of which it is known what is wrong with them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from tinyface_core.evaluation.picture_sets import (
    agreement,
    colour_shift,
    edge_share,
    grid,
    reduce_crops,
    smooth_waves,
    wave_psnr,
)
from tinyface_core.evaluation.retinaface_features import kernel_distance
from tinyface_core.evaluation.similarity import retinaface
from tinyface_core.types import CropBatch
from tinyface_core.upscalers.interpolation import Interpolation


def _crops(count: int = 12) -> CropBatch:
    """Blurred noise, which has steps of one size everywhere."""
    noise = np.random.default_rng(0).integers(0, 256, (count, 72, 72, 3), np.uint8)
    return np.stack(
        [np.asarray(Image.fromarray(crop).filter(ImageFilter.GaussianBlur(1)))[4:68, 4:68] for crop in noise]
    )


def _blurred(crops: CropBatch, radius: float = 2) -> CropBatch:
    return np.stack([np.asarray(Image.fromarray(crop).filter(ImageFilter.GaussianBlur(radius))) for crop in crops])


def test_blurred_crops_have_less_energy_of_edges_and_are_further_away_one_by_one_and_as_a_set() -> None:
    real = _crops()
    low, blurred = reduce_crops(real, 4), _blurred(real)
    assert edge_share(real, low, real) == 1
    assert edge_share(real, low, blurred) < 0.3
    assert retinaface(real, real).max() < 1e-6 < retinaface(real, blurred).min()
    assert kernel_distance(real[::2], real[1::2]) < kernel_distance(real[::2], blurred[1::2])


def test_repeated_pixels_are_a_grid_and_even_steps_are_none() -> None:
    real = _crops()
    low = reduce_crops(real, 4)
    assert grid(real, low, real) < 1.15
    assert grid(real, low, low.repeat(4, axis=1).repeat(4, axis=2) // 2 + real // 32) > 10


def test_a_shift_of_a_colour_and_of_what_went_in_is_told() -> None:
    real = _crops()
    low, shifted = reduce_crops(real, 4), real.copy()
    shifted[..., 2] += 5
    assert 4.9 < colour_shift(real, low, shifted) < 5.1
    assert np.isinf(agreement(low, real)).all()
    np.testing.assert_allclose(agreement(low, shifted), 20 * np.log10(255) - 10 * np.log10(25 / 3), atol=0.2)


def test_a_smooth_wave_survives_bicubic_interpolation_better_than_the_nearest_pixel() -> None:
    assert wave_psnr(Interpolation("bicubic"), 4) > 40 > wave_psnr(Interpolation("nearest"), 4)


def test_smooth_waves_are_the_quarters_of_one_grey_wave() -> None:
    a, b, c, d = smooth_waves()
    wave = np.vstack([np.hstack([a, b]), np.hstack([c, d])])
    assert wave.shape == (128, 128, 3) and (wave == wave[..., :1]).all()
    for axis in (0, 1):
        steps = np.diff(wave[..., 0].astype(int), axis=axis)
        assert 2 < np.abs(steps).max() <= 8
    assert len({part.tobytes() for part in (a, b, c, d)}) == 4
