"""The network that judges a candidate by its surroundings (an addition to the paper; `GanPreset.surroundings`)."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from tinyface_core.box_tensors import decode
from tinyface_core.presets import GanPreset


class SurroundingsOutput(NamedTuple):
    """Output of the surroundings network for `N` candidates.

    Attributes:
        face: logits `(N,)` of a face.
        box: `(N, 4)` xyxy of that face in shares of the crop's side; None without that head.
    """

    face: Tensor
    box: Tensor | None


class SurroundingsNetwork(nn.Module):
    """Judges RGB float crops `(N, 3, S, S)` in [0, 1] that show a candidate with its wider surroundings.

    The pixels of a face of ten pixels alone are ambiguous; hair, shoulders and neighbours help to recognise it (Hu and
    Ramanan, Finding Tiny Faces, CVPR 2017). Architecture: stages of two convolutions with batch normalisation,
    separated by max-pooling, and a fully connected layer for each head.
    """

    expected: Tensor

    def __init__(self, preset: GanPreset, box: bool = True) -> None:
        """Make an untrained network, whose logits are 0; without a box head for weights that have none."""
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for stage, width in enumerate(preset.surroundings_widths):
            if stage:
                layers.append(nn.MaxPool2d(2))
            for _ in range(2):
                conv = nn.Conv2d(inputs, width, 3, padding=1, bias=False)
                nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
                layers += [conv, nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
                inputs = width
        self.features = nn.Sequential(*layers)
        side = preset.surroundings // 2 ** (len(preset.surroundings_widths) - 1)
        self.fc = nn.Linear(inputs * side * side, 1)
        self.fc_box = nn.Linear(inputs * side * side, 4) if preset.surroundings_box and box else None
        for head in (self.fc, self.fc_box):
            if head is not None:
                nn.init.zeros_(head.weight)
                nn.init.zeros_(head.bias)
        # The candidate's box in its crop, as centre and side.
        place = torch.tensor([[0.5, 0.5, 1 / (1 + preset.surroundings_context)]])
        self.register_buffer("expected", place, persistent=False)

    def forward(self, crops: Tensor) -> SurroundingsOutput:
        """Output for the candidates in the middle of the crops."""
        features = self.features(crops * 4 - 2).flatten(1)
        box = None
        if self.fc_box is not None:
            box = decode(self.fc_box(features).float()[:, None], self.expected)[:, 0]
        return SurroundingsOutput(self.fc(features).squeeze(1), box)
