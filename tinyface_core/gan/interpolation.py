"""Interpolation as a convolution and a pixel shuffle, fast in every runtime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

Kernel = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Weights by distance in pixels."""


def cubic(distance: NDArray[np.float64], slope: float) -> NDArray[np.float64]:
    """Keys' cubic kernel (IEEE TASSP 1981); -0.5 is Pillow's slope, -0.75 that of torch's and OpenCV's enlarging."""
    near = (slope + 2) * distance**3 - (slope + 3) * distance**2 + 1
    far = slope * (distance**3 - 5 * distance**2 + 8 * distance - 4)
    return np.where(distance < 1, near, np.where(distance < 2, far, 0))


def linear(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """The triangle of linear interpolation."""
    return (1 - distance).clip(0)


class Enlarging(nn.Module):
    """Interpolation of `(N, C, H, W)` to `(N, C, scale H, scale W)`, edges repeated: as `F.interpolate` gives it."""

    weights: Tensor

    def __init__(self, channels: int, scale: int, kernel: Kernel, reach: int) -> None:
        """`reach`: pixels to either side that the kernel looks at, for `channels` channels."""
        super().__init__()
        self.channels, self.scale, self.reach = channels, scale, reach
        places = (np.arange(scale) + 0.5) / scale - 0.5
        taps = kernel(np.abs(np.arange(-reach, reach + 1) - places[:, None]))
        phases = np.einsum("pi,qj->pqij", taps, taps).reshape(scale**2, 1, 2 * reach + 1, 2 * reach + 1)
        self.register_buffer("weights", torch.from_numpy(phases).float().repeat(channels, 1, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """Enlarge."""
        framed = F.pad(pictures, [self.reach] * 4, mode="replicate")
        return F.pixel_shuffle(F.conv2d(framed, self.weights.to(framed.dtype), groups=self.channels), self.scale)
