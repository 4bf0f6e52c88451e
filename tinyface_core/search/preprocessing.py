"""Normalises unusual pictures for the detector: brightens, denoises, sharpens, tints grey ones.

Detectors are trained on ordinary colour photos. All numbers were chosen on training pictures of WIDER FACE under
`tinyface_core.datasets.conditions`; ordinary photos are left unchanged.
"""

from __future__ import annotations

import numpy as np

from tinyface_core.opencv import cv2
from tinyface_core.search.quality import Quality, lightened, quality_of
from tinyface_core.types import RgbImage

_NOISY = 3.0
"""Standard deviation in levels above which noise is smoothed."""

_SOFT, _MOST_SHARPENING = 0.475, 0.7
"""Sharpness below which a picture is sharpened, and the maximum amount; more would lose large, soft faces."""

_BLUR = 1.5
"""Standard deviation in pixels of the blur for unsharp masking."""

_RED, _BLUE = 40.0, -30.0
"""Amounts that the tint adds to middle grey, in levels."""


def prepared(picture: RgbImage, quality: Quality | None = None) -> RgbImage:
    """The picture as the detector gets it, RGB uint8 `(H, W, 3)`; an ordinary picture is returned unchanged.

    Args:
        picture: RGB uint8 `(H, W, 3)`.
        quality: that of the picture; None if it was not measured yet.
    """
    quality = quality or quality_of(picture, flatness=False)
    if quality.gain > 1:
        picture = lightened(picture, quality.gain)
    if quality.noise > _NOISY:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.25 + 0.045 * quality.noise), np.uint8)
    elif (amount := min(50 * (_SOFT - quality.sharpness), _MOST_SHARPENING)) > 0:
        blurred = cv2.GaussianBlur(picture, (0, 0), _BLUR)
        picture = np.asarray(cv2.addWeighted(picture, 1 + amount, blurred, -amount, 0), np.uint8)
    return _tinted(picture) if quality.grey else picture


def _tinted(picture: RgbImage) -> RgbImage:
    level = np.arange(256.0)
    middle = 1 - (level / 127.5 - 1) ** 2
    tones = [np.clip(np.rint(level + more * middle), 0, 255) for more in (_RED, 0.0, _BLUE)]
    tints: RgbImage = np.stack(tones, axis=1).astype(np.uint8)
    return tints[np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))]
