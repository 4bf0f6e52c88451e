"""Measures how well a picture shows faces: light, noise, sharpness and colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinyface_core.opencv import cv2
from tinyface_core.search.blur import abruptness_of
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

_BLURRED = 0.85
"""Abruptness below which a picture is blurred. Chosen by the AP of validation pictures of WIDER FACE, as they are and
under `tinyface_core.datasets.conditions`."""

_HUES = 6.0
"""Differences of colours in a grey picture, in levels, from compression or the hue of old prints and night cameras."""

_SECOND_DIFFERENCES = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
"""Filter that preserves the standard deviation of noise and suppresses edges and slopes (Immerkaer, 1996)."""

_BLOCK, _FEWEST = 16, 225
"""Side of a block in pixels, and the minimum number of blocks for measuring noise."""

_CONTRASTS, _FEWEST_WEAK, _FLAT = (12.0, 40.0), 20, 0.2
"""Least and most contrast of a block of little contrast in levels, the minimum number of them, and the second
difference, filtered, up to which pixels lie on a plane."""


def _gaussian(sigma: float) -> Grey:
    return np.asarray(cv2.getGaussianKernel(21, sigma, cv2.CV_32F), np.float32).T


_FINEST = _gaussian(0.8) - _gaussian(1.6)
_EDGES = _gaussian(1.6) - _gaussian(3.2)


@dataclass(frozen=True, slots=True)
class Quality:
    """What a picture suffers from; the defaults are those of a good photo.

    Attributes:
        gain: factor by which a dark picture is brightened; the following attributes are those of the brightened one.
        noise: standard deviation in levels, see `noise_of`.
        sharpness: see `sharpness_of`.
        flatness: see `flatness_of`.
        grey: whether 99 % of the pixels have the same hue.
        abruptness: see `tinyface_core.search.blur.abruptness_of`.
    """

    gain: float = 1.0
    noise: float = 0.0
    sharpness: float = 1.0
    flatness: float = 0.0
    grey: bool = False
    abruptness: float = 1.0

    @property
    def blurred(self) -> bool:
        """Whether the picture is out of focus, moved, heavily compressed or was enlarged."""
        return self.abruptness < _BLURRED


def quality_of(picture: RgbImage, flatness: bool = True) -> Quality:
    """The quality of an RGB picture uint8 `(H, W, 3)`; `flatness`, which only calibration uses, may be left out."""
    step = max(1, int((picture.shape[0] * picture.shape[1] / _SAMPLE) ** 0.5))
    sample, middle = np.ascontiguousarray(picture[::step, ::step]), _middle(picture)
    gain = _gain(sample)
    if gain > 1:
        middle = lightened(middle, gain)
    light = cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY).astype(np.float32)
    red, green, blue = sample.reshape(-1, 3).T.astype(np.int16)
    return Quality(
        gain=gain,
        noise=noise_of(light),
        sharpness=sharpness_of(light),
        flatness=flatness_of(light) if flatness else 0.0,
        grey=all(_spread(channel - green) * gain <= _HUES for channel in (red, blue)),
        abruptness=abruptness_of(picture),
    )


def lightened(picture: RgbImage, gain: float) -> RgbImage:
    """The picture brightened by a factor."""
    return np.asarray(cv2.convertScaleAbs(picture, alpha=gain), np.uint8)


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
    return float(np.sqrt(_quantile(blocks(finest * finest)[told], 0.2)))


def flatness_of(grey: Grey) -> float:
    """Share of pixels of a picture `(H, W)` that lie on a plane with their neighbours, in blocks of little contrast.

    Compression removes fine texture: 0.58 in the bundled photo of an orchestra, 0.66 and 0.75 after H.264 with constant
    rate factors of 30 and 37. 0 if there are hardly any such blocks.
    """
    height, width = (side // _BLOCK for side in grey.shape)
    grey = grey[: height * _BLOCK, : width * _BLOCK]
    blocks = grey.reshape(height, _BLOCK, width, _BLOCK)
    # One axis at a time: numpy is slow at reducing both.
    contrast = blocks.max(axis=1).max(axis=2) - blocks.min(axis=1).min(axis=2)
    weak = (contrast > _CONTRASTS[0]) & (contrast <= _CONTRASTS[1])
    if weak.sum() < _FEWEST_WEAK:
        return 0.0
    flat = np.abs(np.asarray(cv2.filter2D(grey, -1, _SECOND_DIFFERENCES), np.float32)) <= _FLAT
    shares = np.asarray(cv2.resize(flat.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA))
    return float(shares[weak].mean())


def sharpness_of(grey: Grey) -> float:
    """Ratio of the finest details to coarser ones at the edges of a picture `(H, W)`, along the sharper of its axes.

    About 0.55 for photos, 0.36 after a blur of 2.5 pixels. Motion blur leaves one axis sharp.
    """
    return max(_along_rows(grey[::4]), _along_rows(np.ascontiguousarray(grey[:, ::4].T)))


def _middle(picture: RgbImage) -> RgbImage:
    top, left = (max(0, (side - _LOOKED_AT) // 2) for side in picture.shape[:2])
    return np.ascontiguousarray(picture[top : top + _LOOKED_AT, left : left + _LOOKED_AT])


def _gain(sample: RgbImage) -> float:
    lightest = _quantile(sample, 0.99)
    return min(_LIGHT / lightest, _MOST_GAIN) if _BLACK < lightest < _DARK else 1.0


def _along_rows(grey: Grey) -> float:
    finest, edges = (np.abs(np.asarray(cv2.filter2D(grey, -1, kernel), np.float32)) for kernel in (_FINEST, _EDGES))
    strong = (edges >= max(_quantile(edges[::2, ::4], 0.9), 1.0)).astype(np.float32).ravel()
    return float(strong @ finest.ravel() / (strong @ edges.ravel())) if strong.any() else 1.0


def _spread(difference: NDArray[np.int16]) -> float:
    middle = np.int16(round(_quantile(difference, 0.5)))
    return _quantile(np.abs(difference - middle), 0.99)


def _quantile(values: NDArray[np.uint8] | NDArray[np.int16] | Grey, share: float) -> float:
    """As `np.quantile`, but faster: small integers are sorted by radix sort."""
    place = share * (values.size - 1)
    below = int(place)
    above = min(below + 1, values.size - 1)
    if values.dtype.kind == "f":
        ordered = np.partition(values, (below, above), axis=None)
    else:
        ordered = np.sort(values, axis=None, kind="stable")
    low, high = float(ordered[below]), float(ordered[above])
    return low + (high - low) * (place - below)
