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
"""Pixels, spread over the picture, by which light and colours are told."""

_LOOKED_AT = 512
"""Side in pixels of the middle part by which noise and focus are told: they are those of the camera."""

_DARK, _LIGHT, _MOST_GAIN = 140.0, 235.0, 8.0
"""Level of the lightest pixels under which a picture is dark, to which they are brought, and by how much at most."""

_BLACK = 8.0
"""Level of the lightest pixels up to which a picture shows nothing."""

_NOISY = 3.0
"""Standard deviation in levels from which noise is smoothed."""

_SOFT, _MOST_SHARPENING = 0.475, 0.7
"""Sharpness under which a picture is sharpened, and how much at most: more costs large faces that are soft anyhow."""

_BLUR = 1.5
"""Standard deviation in pixels of the blur that is taken off."""

_RED, _BLUE = 40.0, -30.0
"""What a tint adds to middle grey, in levels."""

_HUES = 6.0
"""Levels by which colours differ in a grey picture: by compression, or the hue of old prints and night cameras."""

_SECOND_DIFFERENCES = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
"""Of noise of standard deviation 1 it gives standard deviation 1, of edges and slopes little (Immerkaer, 1996)."""

_BLOCK, _FEWEST = 16, 225
"""Pixels of a block's side, and of how many blocks noise can be told."""


def _gaussian(sigma: float) -> Grey:
    return np.asarray(cv2.getGaussianKernel(21, sigma, cv2.CV_32F), np.float32).T


_FINEST = _gaussian(0.8) - _gaussian(1.6)
_EDGES = _gaussian(1.6) - _gaussian(3.2)


def prepared(picture: RgbImage) -> RgbImage:
    """What a detector should be shown of a picture, RGB uint8 `(H, W, 3)`; the picture itself if it is ordinary."""
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
    """Standard deviation, in levels, of the noise of a picture `(H, W)`: that of its smoothest parts.

    0 where too little of it tells: of small pictures, and where most is black or white.
    """
    height, width = ((side - 2) // _BLOCK for side in grey.shape)
    if height * width < _FEWEST:
        return 0.0

    def blocks(values: Grey) -> Grey:
        """Means of the blocks."""
        part = values[1 : 1 + height * _BLOCK, 1 : 1 + width * _BLOCK]
        return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.float32).ravel()

    levels = blocks(grey)
    told = (levels > 8) & (levels < 247)  # black and white are cut off, noise too
    # What stands alone before white may be all fur or scales, which no smooth part tells from noise.
    if told.sum() < _FEWEST or told.mean() <= 0.5:
        return 0.0
    finest = np.asarray(cv2.filter2D(grey, -1, _SECOND_DIFFERENCES), np.float32)
    return float(np.sqrt(np.quantile(blocks(finest * finest)[told], 0.2)))


def sharpness_of(grey: Grey) -> float:
    """How much of its edges a picture `(H, W)` owes to its finest details, along the sharper of its two axes.

    About 0.55 for photos, 0.36 for what is blurred by 2.5 pixels. Moved pictures stay sharp across the motion.
    """
    return max(_along_rows(grey[::4]), _along_rows(np.ascontiguousarray(grey[:, ::4].T)))


def is_grey(picture: RgbImage, gain: float = 1.0) -> bool:
    """Whether all but one in a hundred pixels of an RGB picture `(H, W, 3)` have one hue, lightened by `gain`."""
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
    """As `np.quantile`, which does not know how quickly small whole numbers are sorted."""
    ordered = np.sort(values, axis=None, kind="stable")
    place = share * (len(ordered) - 1)
    below = int(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    return low + (high - low) * (place - below)
