"""How close an enlargement comes to the truth: PSNR and SSIM of 8-bit RGB pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import RgbImage

_LUMA = np.array([0.299, 0.587, 0.114])


def psnr(picture: RgbImage, truth: RgbImage) -> float:
    """Peak signal-to-noise ratio in dB over all pixels and channels; infinite for equal pictures.

    Args:
        picture, truth: RGB uint8 `(H, W, 3)` of one size.

    Raises:
        ValueError: if the sizes differ.
    """
    _same_size(picture, truth)
    error = float(np.mean((picture.astype(np.float64) - truth.astype(np.float64)) ** 2))
    return float("inf") if error == 0 else 10 * float(np.log10(255**2 / error))


def ssim(picture: RgbImage, truth: RgbImage) -> float:
    """Structural similarity in [-1, 1] of the luma, with the Gaussian window of 11 pixels, sigma 1.5.

    Source: Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity,
    IEEE TIP 2004, Eq. 13, with K1 = 0.01 and K2 = 0.03; means over windows that lie whole inside.

    Args:
        picture, truth: RGB uint8 `(H, W, 3)` of one size, at least 11 pixels a side.

    Raises:
        ValueError: if the sizes differ or a side is under 11 pixels.
    """
    _same_size(picture, truth)
    if min(truth.shape[:2]) < 11:
        raise ValueError("SSIM needs pictures of at least 11 pixels a side.")
    a, b = picture @ _LUMA, truth @ _LUMA
    mean_a, mean_b = _window(a), _window(b)
    variance_a, variance_b = _window(a * a) - mean_a**2, _window(b * b) - mean_b**2
    covariance = _window(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similarity = ((2 * mean_a * mean_b + c1) * (2 * covariance + c2)) / (
        (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)
    )
    return float(similarity.mean())


def _window(values: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.ndimage import gaussian_filter

    # truncate 3.5 x sigma 1.5 gives a radius of 5: the 11 pixels of the paper.
    smooth: NDArray[np.float64] = gaussian_filter(values, sigma=1.5, truncate=3.5)[5:-5, 5:-5]
    return smooth


def _same_size(picture: RgbImage, truth: RgbImage) -> None:
    if picture.shape != truth.shape:
        raise ValueError(f"The pictures differ in size: {picture.shape} and {truth.shape}.")
