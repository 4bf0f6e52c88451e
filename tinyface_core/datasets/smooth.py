"""Smooth training crops (low-frequency waves, strong blur) that a generator must not sharpen."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

_LEAST_PERIOD = 24.0
"""In pixels of the enlarged picture: six of the small one."""
_LEAST_BLUR, _MOST_BLUR = 6.0, 14.0
"""Standard deviations in pixels of the enlarged picture, beyond what photos are deblurred from (`Degradation`)."""


def smooth_crops(crops: Tensor, generator: torch.Generator) -> Tensor:
    """As many smooth crops as are given, RGB `(N, 3, S, S)` in [0, 1]: every other one of them blurred, then waves."""
    side = crops.shape[-1]
    made = []
    for number, crop in enumerate(crops):
        if number % 2:
            made.append(_wave(side, generator))
        else:
            sigma = _LEAST_BLUR + (_MOST_BLUR - _LEAST_BLUR) * float(torch.rand((), generator=generator))
            made.append(gaussian_blur(crop, [4 * math.ceil(sigma) + 1] * 2, [sigma] * 2))
    return torch.stack(made) if made else crops


def _wave(side: int, generator: torch.Generator) -> Tensor:
    """A sum of waves across and down, of one grey or of a colour of its own `(3, side, side)`."""
    draw = torch.rand(12, generator=generator)
    places = torch.arange(side) * 2 * math.pi
    light = torch.zeros(side, side)
    for axis in range(2):
        # From the shortest period to one of ten times that, which is nearly a ramp; even in its logarithm.
        period, start, height = _LEAST_PERIOD * 10 ** float(draw[axis]), float(draw[2 + axis]), float(draw[4 + axis])
        wave = height * torch.sin(places / period + start * 2 * math.pi)
        light = light + (wave[:, None] if axis else wave[None])
    grey = bool(draw[6] < 0.5)
    colour = torch.ones(3) if grey else draw[7:10] * 2 - 1
    middle = 0.25 + 0.5 * draw[10]
    return (middle + 0.25 * light * colour[:, None, None]).clamp(0, 1)
