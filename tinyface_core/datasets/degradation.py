"""Makes low-resolution training crops from high-resolution ones."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

from tinyface_core.crop_tensors import to_pixels, to_unit

_BLUR_SIDE = 5
"""Side in pixels of the Gaussian kernel: about three standard deviations to each side."""

_JPEG_BLOCK = 16
"""Side in pixels of a JPEG block (MCU) with colours at half the resolution."""


@dataclass(frozen=True, slots=True)
class Degradation:
    """Bicubic reduction as in the paper (section 4.2), or a simulation of small faces in photos (our addition).

    The simulation reduces the crop to a random small size, adds blur, noise and JPEG compression with a random block
    offset, and then resizes it to the output size.

    Attributes:
        scale: reduction factor (4).
        photos: share of the crops for which the simulation is used; 0 in the paper.
        sides: range of the crop's side in the simulated photo, in pixels, log-uniform.
        blur: maximum standard deviation of the Gaussian blur, in pixels of the photo.
        noise: maximum standard deviation of the noise, as a share of the value range.
        jpeg: range of the JPEG quality.
    """

    scale: int = 4
    photos: float = 0.0
    sides: tuple[int, int] = (11, 32)
    blur: float = 0.7
    noise: float = 0.03
    jpeg: tuple[int, int] = (50, 95)

    def __call__(self, high: Tensor, generator: torch.Generator) -> Tensor:
        """RGB `(N, 3, H, W)` in [0, 1], on the CPU, reduced to `(N, 3, H/scale, W/scale)` in [0, 1]."""
        low = reduce_bicubic(high, self.scale)
        if not self.photos:
            return low
        for number in torch.rand(len(high), generator=generator).lt(self.photos).nonzero().flatten().tolist():
            photo = self._in_photo(high[number : number + 1], generator)
            low[number] = _resized(photo, (low.shape[2], low.shape[3]))[0]
        return low

    def _in_photo(self, high: Tensor, generator: torch.Generator) -> Tensor:
        """One crop `(1, 3, H, W)` as in a photo, `(1, 3, h, w)`."""
        place, blur, noise = torch.rand(3, generator=generator).tolist()
        shrunk = self.sides[0] * (self.sides[1] / self.sides[0]) ** place / max(high.shape[2:])
        photo = _resized(high, (round(high.shape[2] * shrunk), round(high.shape[3] * shrunk)))
        photo = gaussian_blur(photo, [_BLUR_SIDE] * 2, [self.blur * blur + 1e-3] * 2)
        photo = photo + torch.randn(photo.shape, generator=generator) * self.noise * noise
        quality = int(torch.randint(self.jpeg[0], self.jpeg[1] + 1, (1,), generator=generator))
        left, top = torch.randint(_JPEG_BLOCK, (2,), generator=generator).tolist()
        height, width = photo.shape[2:]
        padded = F.pad(photo, (left, _JPEG_BLOCK, top, _JPEG_BLOCK), mode="replicate")
        return _jpeg(padded, quality)[:, :, top : top + height, left : left + width]


def reduce_bicubic(high: Tensor, scale: int) -> Tensor:
    """Antialiased bicubic reduction of `(N, 3, H, W)` in [0, 1], clamped to [0, 1]."""
    return _resized(high, (high.shape[2] // scale, high.shape[3] // scale))


def _resized(pictures: Tensor, size: tuple[int, int]) -> Tensor:
    """`(N, 3, H, W)` in [0, 1] by antialiased bicubic interpolation, clamped to [0, 1]; `size` is (height, width)."""
    return F.interpolate(pictures, size=size, mode="bicubic", antialias=True).clamp(0, 1)


def _jpeg(picture: Tensor, quality: int) -> Tensor:
    """One picture `(1, 3, H, W)`, clamped to [0, 1], after JPEG compression."""
    buffer = io.BytesIO()
    Image.fromarray(to_pixels(picture)[0]).save(buffer, "JPEG", quality=quality)
    return to_unit(np.array(Image.open(buffer))[None])
