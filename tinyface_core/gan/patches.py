"""The patch discriminator for generated detail (Isola et al., CVPR 2017); used in training only."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm


class PatchJudge(nn.Module):
    """Looks at RGB `(N, 3, H, W)` in [0, 1] beside G1's picture of the same, which says what is to be made of."""

    def __init__(self) -> None:
        super().__init__()
        width = 32
        layers: list[nn.Module] = []
        for inputs, outputs, stride in ((6, width, 2), (width, 2 * width, 2), (2 * width, 2 * width, 1)):
            conv = nn.Conv2d(inputs, outputs, 4 if stride == 2 else 3, stride, 1)
            layers += [spectral_norm(conv), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(2 * width, 1, 3, padding=1)))

    def forward(self, pictures: Tensor, upsampled: Tensor) -> Tensor:
        """Scores `(N, 1, h, w)`, over 0 where a patch is taken for real."""
        scores: Tensor = self.layers(torch.cat([pictures, upsampled], dim=1) * 2 - 1)
        return scores


def judge_loss(on_real: Tensor, on_made: Tensor) -> Tensor:
    """Hinge loss of the judge (Lim and Ye, Geometric GAN, 2017), a scalar."""
    return F.relu(1 - on_real.float()).mean() + F.relu(1 + on_made.float()).mean()
