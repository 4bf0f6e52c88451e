"""Normalises unusual pictures for the detector: brightens, denoises, sharpens, tints grey ones.

Detectors are trained on ordinary colour photos. All numbers were chosen on training pictures of WIDER FACE under
`tinyface_core.datasets.conditions`; ordinary photos are left unchanged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinyface_core.opencv import cv2
from tinyface_core.types import RgbImage

Grey = NDArray[np.float32]

_SAMPLE = 2**14
"""Number of pixels, spread over the picture, from which brightness and colours are measured."""

_LOOKED_AT = 512
"""Side in pixels of the middle part in which noise and sharpness are measured."""

_DARK, _LIGHT, _MOST_GAIN = 140.0, 235.0, 8.0
"""Level of the lightest pixels below which a picture is dark, their level after brightening, and the maximum gain."""

_BLACK = 8.0
"""Level of the lightest pixels up to which a picture is black."""

_NOISY = 3.0
"""Standard deviation in levels above which noise is smoothed."""

_SOFT, _MOST_SHARPENING = 0.475, 0.7
"""Sharpness below which a picture is sharpened, and the maximum amount; more would lose large, soft faces."""

_BLUR = 1.5
"""Standard deviation in pixels of the blur for unsharp masking."""

_RED, _BLUE = 40.0, -30.0
"""Amounts that the tint adds to middle grey, in levels."""

_HUES = 6.0
"""Differences of colours in a grey picture, in levels, from compression or the hue of old prints and night cameras."""

_SECOND_DIFFERENCES = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
"""Filter that preserves the standard deviation of noise and suppresses edges and slopes (Immerkaer, 1996)."""

_BLOCK, _FEWEST = 16, 225
"""Side of a block in pixels, and the minimum number of blocks for measuring noise."""


def _gaussian(sigma: float) -> Grey:
    return np.asarray(cv2.getGaussianKernel(21, sigma, cv2.CV_32F), np.float32).T


_FINEST = _gaussian(0.8) - _gaussian(1.6)
_EDGES = _gaussian(1.6) - _gaussian(3.2)


def prepared(picture: RgbImage) -> RgbImage:
    """The picture as the detector gets it, RGB uint8 `(H, W, 3)`; an ordinary picture is returned unchanged."""
    sample, middle = _sample(picture), _middle(picture)
    gain = _gain(sample)
    if gain > 1:
        picture, middle = _lightened(picture, gain), _lightened(middle, gain)
    grey = cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY).astype(np.float32)
    noise = noise_of(grey)
    if noise > _NOISY:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.25 + 0.045 * noise), np.uint8)
    elif (amount := min(50 * (_SOFT - sharpness_of(grey)), _MOST_SHARPENING)) > 0:
        blurred = cv2.GaussianBlur(picture, (0, 0), _BLUR)
        picture = np.asarray(cv2.addWeighted(picture, 1 + amount, blurred, -amount, 0), np.uint8)
    return _tinted(picture) if is_grey(sample, gain) else picture


def noise_of(grey: Grey) -> float:
    """Standard deviation, in levels, of the noise of a picture `(H, W)`, measured in its smoothest parts.

    0 if it cannot be measured: in small pictures, and if most of the picture is black or white.
    """
    height, width = ((side - 2) // _BLOCK for side in grey.shape)
    if height * width < _FEWEST:
        return 0.0

    def blocks(values: Grey) -> Grey:
        """Mean of each block."""
        part = values[1 : 1 + height * _BLOCK, 1 : 1 + width * _BLOCK]
        return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.float32).ravel()

    levels = blocks(grey)
    told = (levels > 8) & (levels < 247)  # noise is clipped at black and white
    # An object on white may have no smooth part, such as fur, from which noise could be distinguished.
    if told.sum() < _FEWEST or told.mean() <= 0.5:
        return 0.0
    finest = np.asarray(cv2.filter2D(grey, -1, _SECOND_DIFFERENCES), np.float32)
    return float(np.sqrt(np.quantile(blocks(finest * finest)[told], 0.2)))


def sharpness_of(grey: Grey) -> float:
    """Ratio of the finest details to coarser ones at the edges of a picture `(H, W)`, along the sharper of its axes.

    About 0.55 for photos, 0.36 after a blur of 2.5 pixels. Motion blur leaves one axis sharp.
    """
    return max(_along_rows(grey[::4]), _along_rows(np.ascontiguousarray(grey[:, ::4].T)))


def is_grey(picture: RgbImage, gain: float = 1.0) -> bool:
    """Whether 99 % of the pixels of an RGB picture `(H, W, 3)` have the same hue after brightening by `gain`."""
    red, green, blue = _sample(picture).reshape(-1, 3).T.astype(np.int16)
    return all(_spread(channel - green) * gain <= _HUES for channel in (red, blue))


def _sample(picture: RgbImage) -> RgbImage:
    step = max(1, int((picture.shape[0] * picture.shape[1] / _SAMPLE) ** 0.5))
    return np.ascontiguousarray(picture[::step, ::step])


def _middle(picture: RgbImage) -> RgbImage:
    top, left = (max(0, (side - _LOOKED_AT) // 2) for side in picture.shape[:2])
    return np.ascontiguousarray(picture[top : top + _LOOKED_AT, left : left + _LOOKED_AT])


def _gain(sample: RgbImage) -> float:
    lightest = _quantile(sample, 0.99)
    return min(_LIGHT / lightest, _MOST_GAIN) if _BLACK < lightest < _DARK else 1.0


def _lightened(picture: RgbImage, gain: float) -> RgbImage:
    return np.asarray(cv2.convertScaleAbs(picture, alpha=gain), np.uint8)


def _along_rows(grey: Grey) -> float:
    finest, edges = (np.abs(np.asarray(cv2.filter2D(grey, -1, kernel), np.float32)) for kernel in (_FINEST, _EDGES))
    strong = (edges >= max(float(np.quantile(edges[::2, ::4], 0.9)), 1.0)).astype(np.float32).ravel()
    return float(strong @ finest.ravel() / (strong @ edges.ravel())) if strong.any() else 1.0


def _tinted(picture: RgbImage) -> RgbImage:
    level = np.arange(256.0)
    middle = 1 - (level / 127.5 - 1) ** 2
    tones = [np.clip(np.rint(level + more * middle), 0, 255) for more in (_RED, 0.0, _BLUE)]
    tints: RgbImage = np.stack(tones, axis=1).astype(np.uint8)
    return tints[np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))]


def _spread(difference: NDArray[np.int16]) -> float:
    middle = np.int16(round(_quantile(difference, 0.5)))
    return _quantile(np.abs(difference - middle), 0.99)


def _quantile(values: NDArray[np.uint8] | NDArray[np.int16], share: float) -> float:
    """As `np.quantile`, but faster: small integers are sorted by radix sort."""
    ordered = np.sort(values, axis=None, kind="stable")
    place = share * (len(ordered) - 1)
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    return low + (high - low) * (place - below)
