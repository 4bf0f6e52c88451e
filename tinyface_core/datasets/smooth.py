"""Smooth training crops (low-frequency waves, strong blur) that a generator must not sharpen."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torchvision.transforms.functional import gaussian_blur

_LEAST_PERIOD = 24.0
"""Shortest period of a wave in pixels of the enlarged picture: six pixels of the small one."""
_LEAST_BLUR, _MOST_BLUR = 6.0, 14.0
"""Range of the standard deviation in pixels of the enlarged picture: more than in `Degradation`."""


def smooth_crops(crops: Tensor, generator: torch.Generator) -> Tensor:
    """Smooth crops, RGB `(N, 3, S, S)` in [0, 1]: alternately the given crops, strongly blurred, and waves."""
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
    """The sum of a horizontal and a vertical wave, grey or in a random colour, `(3, side, side)`."""
    draw = torch.rand(12, generator=generator)
    places = torch.arange(side) * 2 * math.pi
    light = torch.zeros(side, side)
    for axis in range(2):
        # Log-uniform from the shortest period to ten times that, which is nearly a ramp.
        period, start, height = _LEAST_PERIOD * 10 ** float(draw[axis]), float(draw[2 + axis]), float(draw[4 + axis])
        wave = height * torch.sin(places / period + start * 2 * math.pi)
        light = light + (wave[:, None] if axis else wave[None])
    grey = bool(draw[6] < 0.5)
    colour = torch.ones(3) if grey else draw[7:10] * 2 - 1
    middle = 0.25 + 0.5 * draw[10]
    return (middle + 0.25 * light * colour[:, None, None]).clamp(0, 1)
