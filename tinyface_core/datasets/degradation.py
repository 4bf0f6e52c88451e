"""How low-resolution crops are made from high-resolution ones."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Degradation:
    """Bicubic reduction as in the paper (section 4.2); `realistic` adds what cameras and files do.

    Attributes:
        scale: reduction (4).
        realistic: blur before the reduction, noise and JPEG after it, each of random strength. Our addition.
        blur: largest standard deviation of the Gaussian, in high-resolution pixels.
        noise: largest standard deviation of the noise, as a share of the value range.
        jpeg: lowest and highest JPEG quality.
    """

    scale: int = 4
    realistic: bool = False
    blur: float = 2.0
    noise: float = 0.03
    jpeg: tuple[int, int] = (40, 95)

    def __call__(self, high: Tensor, generator: torch.Generator) -> Tensor:
        """RGB `(N, 3, H, W)` in [0, 1] reduced to `(N, 3, H/scale, W/scale)` in [0, 1].

        Args:
            high: on the CPU.
            generator: the source of every random number.
        """
        if not self.realistic:
            return reduce_bicubic(high, self.scale)
        strength = torch.rand(len(high), 2, generator=generator)
        low = reduce_bicubic(_blur(high, strength[:, 0] * self.blur + 1e-3), self.scale)
        deviation = (strength[:, 1] * self.noise).view(-1, 1, 1, 1)
        low = (low + torch.randn(low.shape, generator=generator) * deviation).clamp(0, 1)
        qualities = torch.randint(self.jpeg[0], self.jpeg[1] + 1, (len(high),), generator=generator)
        return torch.stack([_jpeg(crop, int(quality)) for crop, quality in zip(low, qualities, strict=True)])


def reduce_bicubic(high: Tensor, scale: int) -> Tensor:
    """Antialiased bicubic reduction of `(N, 3, H, W)` in [0, 1], clamped to [0, 1]."""
    size = (high.shape[2] // scale, high.shape[3] // scale)
    return F.interpolate(high, size=size, mode="bicubic", antialias=True).clamp(0, 1)


def _blur(pictures: Tensor, deviation: Tensor) -> Tensor:
    """Gaussian blur of `(N, 3, H, W)` with its own deviation `(N,)` for each, in pixels."""
    radius = 6
    offsets = torch.arange(-radius, radius + 1, dtype=pictures.dtype)
    kernel = torch.exp(-(offsets**2) / (2 * deviation[:, None] ** 2))
    kernel = (kernel / kernel.sum(dim=1, keepdim=True)).repeat_interleave(3, dim=0)
    count, channels, height, width = pictures.shape
    flat = F.pad(pictures, (radius,) * 4, mode="replicate").flatten(0, 1)[None]
    flat = F.conv2d(flat, kernel[:, None, None, :], groups=count * channels)
    flat = F.conv2d(flat, kernel[:, None, :, None], groups=count * channels)
    return flat.view(count, channels, height, width)


def _jpeg(picture: Tensor, quality: int) -> Tensor:
    pixels = (picture * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=quality)
    decoded = np.asarray(Image.open(buffer))
    return torch.from_numpy(decoded.copy()).permute(2, 0, 1).float() / 255
