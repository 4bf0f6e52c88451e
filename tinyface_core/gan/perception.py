"""The network of the perceptual loss: its features compare refined and real pictures (an addition to the paper)."""

from __future__ import annotations

from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor, nn

from tinyface_core.presets import GanPreset


class Guess(NamedTuple):
    """What the network takes `N` crops for.

    Attributes:
        turned: logits `(N, 4)` of 0 to 3 quarter turns to the left.
        face: logits `(N,)`, over 0 where the crop shows a face.
    """

    turned: Tensor
    face: Tensor


class PerceptionNetwork(nn.Module):
    """Looks at RGB float crops `(N, 3, S, S)` in [0, 1], S the preset's high-resolution side.

    It has learned from sharp crops alone how they are turned and which show a face. Who tells that has to see eyes,
    mouths and hair, and is at a loss before a blurred picture: so the features say more of how alike two pictures look
    than their pixels do. That features learned in such a way do nearly as well as those of ImageNet was found by Zhang
    et al. (The Unreasonable Effectiveness of Deep Features as a Perceptual Metric, CVPR 2018); the turning is from
    Gidaris et al. (Unsupervised Representation Learning by Predicting Image Rotations, ICLR 2018).
    """

    def __init__(self, preset: GanPreset) -> None:
        """Make an untrained network with the preset's crops and channels of five stages."""
        super().__init__()
        first, second, third, fourth, fifth = preset.perception_widths
        self.stages = nn.ModuleList(
            [
                _conv(3, first, 5, 2),
                _conv(first, second),
                nn.Sequential(nn.MaxPool2d(2), _conv(second, third)),
                nn.Sequential(nn.MaxPool2d(2), _conv(third, fourth), _conv(fourth, fourth)),
                nn.Sequential(nn.MaxPool2d(2), _conv(fourth, fifth)),
            ]
        )
        side = preset.high // 16
        self.dropout = nn.Dropout(0.3)
        self.fc_turned = nn.Linear(fifth * side * side, 4)
        self.fc_face = nn.Linear(fifth * side * side, 1)

    def forward(self, crops: Tensor) -> Guess:
        """What the crops `(N, 3, S, S)` are taken for."""
        features = self.dropout(self.features(crops)[-1].flatten(1))
        return Guess(self.fc_turned(features), self.fc_face(features).squeeze(1))

    def features(self, crops: Tensor) -> list[Tensor]:
        """Features `(N, C, H, W)` of crops `(N, 3, S, S)` on strides 2, 2, 4, 8 and 16."""
        seen, features = crops * 4 - 2, []
        for stage in self.stages:
            seen = stage(seen)
            features.append(seen)
        return features


def feature_distance(first: list[Tensor], second: list[Tensor]) -> Tensor:
    """Distance `(N,)` in [0, 4] of two sets of features, by level `(N, C, H, W)`; 0 for equal ones.

    As LPIPS has it (Zhang et al., CVPR 2018, Eq. 1), with no level or channel before another: the squared difference of
    features of unit length, as a mean over the places of a level and over the levels.
    """
    distances = [
        (F.normalize(a.float(), dim=1) - F.normalize(b.float(), dim=1)).square().sum(dim=1).mean(dim=(1, 2))
        for a, b in zip(first, second, strict=True)
    ]
    return sum(distances[1:], distances[0]) / len(distances)


def _conv(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))
