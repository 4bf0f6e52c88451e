"""Uncertainty of an enlargement: how much each pixel varies under small changes of the recording."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tinyface_core.types import CancelToken, Enlargement, RgbImage, stop_if_asked
from tinyface_core.upscalers.provenance import MARK
from tinyface_core.upscalers.registry import Upscaler

NAME = "guessed"
"""What the picture of the spread is called among the ways to enlarge."""

DRAWS = 8
"""Recordings that the camera could as well have made of one face."""

FULL = 24.0
"""Standard deviation in levels that the overlay shows in full colour."""

_QUALITIES = (95, 90, 80, 70, 60, 50, 40)
_LEAST_NOISE = 0.5
"""Standard deviation in levels that every recording has: half of the step between two values."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How far a face is guessed.

    Attributes:
        pixels: standard deviation `(S, S)` over the recordings, in levels of 255, as a mean over the channels.
        number: the root of its mean square, one number for the face.
        noise: standard deviation of what the crop shows and its enlarged picture does not explain, in levels.
        enlarged: the picture `(S, S, 3)` whose pixels are guessed so far.
    """

    pixels: NDArray[np.float32]
    number: float
    noise: float
    enlarged: RgbImage


def measured_spread(upscaler: Upscaler, crop: RgbImage, factor: int = 4, cancel: CancelToken | None = None) -> Spread:
    """Enlarge a crop `(H, W, 3)` as it is, and as the camera could as well have recorded it.

    Every such recording is the enlarged picture, moved by a part of a pixel, reduced, with noise, every other one
    through JPEG in place of the noise; both are as strong as what the crop shows and the picture does not explain.
    The results are moved back.

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
    # At the edge stand pixels that no recording shows.
    inner = pixels[reach:-reach, reach:-reach] if reach else pixels
    return Spread(pixels, float(np.sqrt(np.mean(inner**2))), noise, made)


def show_spread(upscaler: Upscaler, crop: RgbImage, factor: int = 4, cancel: CancelToken | None = None) -> Enlargement:
    """How far an upscaler guesses a crop `(H, W, 3)`, as one enlargement more beside its own.

    Raises:
        Cancelled: if `cancel` was set meanwhile.
    """
    started = time.perf_counter()
    spread = measured_spread(upscaler, crop, factor, cancel)
    overlay = spread_overlay(spread)
    return Enlargement(NAME, overlay, (time.perf_counter() - started) * 1000, guessed=spread.number)


def spread_overlay(spread: Spread) -> RgbImage:
    """The enlarged face `(S, S, 3)` in grey, in colour where it is guessed: full from `FULL` levels of spread on."""
    grey = spread.enlarged.mean(axis=2, keepdims=True).repeat(3, axis=2)
    share = np.minimum(spread.pixels[..., None] / FULL, 1)
    overlay: RgbImage = np.rint(grey * (1 - share) + np.array(MARK) * share).astype(np.uint8)
    return overlay


def _reduced(picture: RgbImage, factor: int) -> NDArray[np.float32]:
    size = picture.shape[1] // factor, picture.shape[0] // factor
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC)).astype(np.float32)


def _moved(picture: RgbImage, down: int, right: int) -> RgbImage:
    """Moved by whole pixels; edges repeat."""
    height, width = picture.shape[:2]
    rows, columns = (np.arange(height) - down).clip(0, height - 1), (np.arange(width) - right).clip(0, width - 1)
    moved: RgbImage = picture[rows[:, None], columns]
    return moved


def _compressed(low: NDArray[np.float32], noise: float) -> NDArray[np.float32]:
    """Through JPEG of that quality whose errors are nearest to the noise."""
    pixels, tried = Image.fromarray(np.rint(low.clip(0, 255)).astype(np.uint8)), []
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        pixels.save(buffer, "JPEG", quality=quality)
        tried.append(np.asarray(Image.open(buffer)).astype(np.float32))
    return min(tried, key=lambda result: abs(float(np.sqrt(np.mean((result - low) ** 2))) - noise))
