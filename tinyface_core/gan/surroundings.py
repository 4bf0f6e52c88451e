"""The network that judges what lies round a candidate (an addition; see `GanPreset.surroundings`)."""

from __future__ import annotations

from torch import Tensor, nn

from tinyface_core.presets import GanPreset


class SurroundingsNetwork(nn.Module):
    """Judges RGB float crops `(N, 3, S, S)` in [0, 1] that show a candidate with much of what lies round it.

    A face of ten pixels is a few blurred spots, of which there are many that are no faces; hair, shoulders and
    neighbours are what tells it from them (Hu and Ramanan, Finding Tiny Faces, CVPR 2017). Stages of two convolutions
    with batch normalisation, between them max-pooling, at the end one fully connected layer.
    """

    def __init__(self, preset: GanPreset) -> None:
        """Make an untrained network, which speaks neither for a face nor against one.

        Args:
            preset: gives the crops' side and the channels.
        """
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
        nn.init.zeros_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)

    def forward(self, crops: Tensor) -> Tensor:
        """Logits `(N,)`, which speak for a face where they are over 0 and against one where they are under it."""
        logits: Tensor = self.fc(self.features(crops * 4 - 2).flatten(1))
        return logits.squeeze(1)
