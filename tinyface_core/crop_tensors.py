"""Converts crops between uint8 pixels and tensors."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def to_unit(crops: NDArray[np.uint8], device: torch.device | None = None) -> Tensor:
    """RGB uint8 `(N, H, W, 3)` as `(N, 3, H, W)` in [0, 1]; on the CPU by default."""
    return torch.from_numpy(np.ascontiguousarray(crops)).to(device).permute(0, 3, 1, 2).float() / 255


def to_pixels(pictures: Tensor) -> NDArray[np.uint8]:
    """Pictures `(N, 3, H, W)`, clamped to [0, 1], as RGB uint8 `(N, H, W, 3)`."""
    pixels = pictures.clamp(0, 1).mul(255).round().to(torch.uint8).permute(0, 2, 3, 1)
    crops: NDArray[np.uint8] = pixels.cpu().numpy()
    return crops
