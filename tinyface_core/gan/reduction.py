"""Splits a picture into what a reduction by 4 keeps and what it loses."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from tinyface_core.gan.interpolation import cubic


class Reduction(nn.Module):
    """Antialiased bicubic reduction by a whole number, as plain convolutions, and the way back of least energy."""

    reducing: Tensor
    parting: Tensor

    def __init__(self, scale: int = 4) -> None:
        super().__init__()
        self.scale = scale
        self.edge = 3 * scale // 2
        steps = np.abs(np.arange(4 * scale) - 2 * scale + 0.5) / scale
        taps = cubic(steps, slope=-0.5)
        taps /= taps.sum()
        # Rows of the reduction overlap; this undoes what they have in common.
        places = np.arange(33)
        lag = np.abs(places[:, None] - places)
        common = np.array([(taps[scale * k :] * taps[: len(taps) - scale * k]).sum() for k in range(4)] + [0.0])
        apart = np.linalg.inv(common[lag.clip(max=4)])[16, 10:23]
        self.register_buffer("reducing", _separable(taps), persistent=False)
        self.register_buffer("parting", _separable(apart), persistent=False)

    def forward(self, high: Tensor) -> Tensor:
        """RGB `(N, 3, H, W)`, sides divisible by the scale, to `(N, 3, H/scale, W/scale)`, not clamped."""
        kernel = self.reducing
        weight = F.conv2d(torch.ones_like(high[:1, :1]), kernel[:1], stride=self.scale, padding=self.edge)
        return F.conv2d(high, kernel, stride=self.scale, padding=self.edge, groups=3) / weight

    def enlarge(self, low: Tensor) -> Tensor:
        """The picture `(N, 3, H, W)` of least energy that reduces to `(N, 3, H/scale, W/scale)`; not quite at edges."""
        kernel = self.parting
        apart = F.conv2d(F.pad(low, [kernel.shape[2] // 2] * 4, mode="replicate"), kernel, groups=3)
        return F.conv_transpose2d(apart, self.reducing, stride=self.scale, padding=self.edge, groups=3)

    def unseen(self, high: Tensor) -> Tensor:
        """The part of `(N, 3, H, W)` that its reduction does not see."""
        for _ in range(2):  # once more for the edges
            high = high - self.enlarge(self(high))
        return high


def _separable(taps: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(np.outer(taps, taps)).float().expand(3, 1, -1, -1).contiguous()
