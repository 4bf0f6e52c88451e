"""Uncertainty of an enlargement: how much each pixel varies with small changes of the crop."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tinyface_core.types import CancelToken, RgbImage, stop_if_asked
from tinyface_core.upscalers.enlargement import Enlargement
from tinyface_core.upscalers.provenance import MARK
from tinyface_core.upscalers.registry import Upscaler

NAME = "guessed"
"""Name of the overlay, in lists of upscalers."""

DRAWS = 8
"""Number of simulated recordings."""

FULL = 24.0
"""Standard deviation, of 255 levels, that the overlay shows in full colour."""

_QUALITIES = (95, 90, 80, 70, 60, 50, 40)
_LEAST_NOISE = 0.5
"""Minimum standard deviation of the noise in levels: half a quantization step."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Uncertainty of an enlarged face, in levels of 255.

    Attributes:
        pixels: standard deviation over the simulated recordings `(S, S)`, mean over the channels.
        number: root mean square of `pixels`.
        noise: root mean square difference between the crop and the reduced enlargement.
        enlarged: the enlargement `(S, S, 3)`.
    """

    pixels: NDArray[np.float32]
    number: float
    noise: float
    enlarged: RgbImage


def measured_spread(upscaler: Upscaler, crop: RgbImage, factor: int = 4, cancel: CancelToken | None = None) -> Spread:
    """Enlarge a crop `(H, W, 3)` and several simulated recordings of the same face.

    A recording is the enlargement, shifted by a fraction of a crop's pixel, reduced, and with noise or, in every other
    one, JPEG compression. Noise and compression are as strong as the difference between the crop and the reduced
    enlargement. The enlarged recordings are shifted back before they are compared.

    Raises:
        Cancelled: if `cancel` was set meanwhile.
    """
    random = np.random.default_rng(0)
    made = upscaler.enlarge(crop[None], factor, cancel)[0]
    explained = _reduced(made, factor)
    noise = max(float(np.sqrt(np.mean((explained - crop.astype(np.float32)) ** 2))), _LEAST_NOISE)
    reach = factor // 2
    results = [made.astype(np.float32)]
    for number in range(DRAWS):
        stop_if_asked(cancel)
        down, right = random.integers(-reach, reach + 1, 2)
        moved = _moved(made, down, right)
        low = _reduced(moved, factor)
        low = _compressed(low, noise) if number % 2 else low + random.normal(0, noise, low.shape).astype(np.float32)
        again = upscaler.enlarge(np.rint(low.clip(0, 255)).astype(np.uint8)[None], factor, cancel)[0]
        results.append(_moved(again, -down, -right).astype(np.float32))
    pixels = np.stack(results).std(axis=0).mean(axis=2)
    # Pixels at the edges were shifted in.
    inner = pixels[reach:-reach, reach:-reach] if reach else pixels
    return Spread(pixels, float(np.sqrt(np.mean(inner**2))), noise, made)


def show_spread(upscaler: Upscaler, crop: RgbImage, factor: int = 4, cancel: CancelToken | None = None) -> Enlargement:
    """The uncertainty of an upscaler for a crop `(H, W, 3)`, as an additional picture beside its enlargement.

    Raises:
        Cancelled: if `cancel` was set meanwhile.
    """
    started = time.perf_counter()
    spread = measured_spread(upscaler, crop, factor, cancel)
    overlay = spread_overlay(spread)
    return Enlargement(NAME, overlay, (time.perf_counter() - started) * 1000, guessed=spread.number)


def spread_overlay(spread: Spread) -> RgbImage:
    """The enlarged face `(S, S, 3)` in grey, with uncertain pixels in colour, full from `FULL` levels on."""
    grey = spread.enlarged.mean(axis=2, keepdims=True).repeat(3, axis=2)
    share = np.minimum(spread.pixels[..., None] / FULL, 1)
    overlay: RgbImage = np.rint(grey * (1 - share) + np.array(MARK) * share).astype(np.uint8)
    return overlay


def _reduced(picture: RgbImage, factor: int) -> NDArray[np.float32]:
    size = picture.shape[1] // factor, picture.shape[0] // factor
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)).astype(np.float32)


def _moved(picture: RgbImage, down: int, right: int) -> RgbImage:
    """Shift by whole pixels; edges repeat."""
    height, width = picture.shape[:2]
    rows, columns = (np.arange(height) - down).clip(0, height - 1), (np.arange(width) - right).clip(0, width - 1)
    moved: RgbImage = picture[rows[:, None], columns]
    return moved


def _compressed(low: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """The result of JPEG compression at the quality whose error is nearest to the noise."""
    pixels, tried = Image.fromarray(np.rint(low.clip(0, 255)).astype(np.uint8)), []
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        pixels.save(buffer, "JPEG", quality=quality)
        tried.append(np.asarray(Image.open(buffer)).astype(np.float32))
    return min(tried, key=lambda result: abs(float(np.sqrt(np.mean((result - low) ** 2))) - noise))
