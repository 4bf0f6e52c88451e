"""The discriminator: VGG19 without the last pooling and with two parallel heads (paper section 3.2).

A third head, `GanPreset.d_box`, and a network for what lies round the crop, `GanPreset.surroundings`, are additions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tinyface_core.box_tensors import decode
from tinyface_core.gan.surroundings import SurroundingsNetwork, SurroundingsOutput
from tinyface_core.presets import GanPreset

VGG19_CONVS = (2, 2, 4, 4, 4)
"""Convolutions in each of the five stages of VGG19."""


class DiscriminatorOutput(NamedTuple):
    """Output of the heads for `N` crops.

    Attributes:
        real: logits `(N,)` that the crop is a natural picture, not a generated one (fc_GAN).
        face: logits `(N,)` that the crop shows a face (fc_clc).
        box: `(N, 4)` xyxy of that face in shares of the crop's side; None without this head.
        around: output for the surroundings of `M` of the candidates, whose logits are added to those of `face`; None
            without surroundings.
    """

    real: Tensor
    face: Tensor
    box: Tensor | None = None
    around: SurroundingsOutput | None = None

    def at(self, crops: slice | Tensor) -> DiscriminatorOutput:
        """The output for some of the crops, given as slice, indices or mask, without their surroundings."""
        return DiscriminatorOutput(self.real[crops], self.face[crops], None if self.box is None else self.box[crops])

    @property
    def in_place(self) -> Tensor:
        """Logits `(N,)` of the face head, plus those of the surroundings, which all or none of the crops have."""
        return self.face if self.around is None else self.face + self.around.face


class Discriminator(nn.Module):
    """Judges RGB float crops `(N, 3, S, S)` in [0, 1], S the preset's high-resolution side.

    Architecture: VGG19 without the max-pooling of conv5; its fully connected layers are replaced by two or three
    parallel heads on the S/16 x S/16 x C features.
    """

    mean: Tensor
    deviation: Tensor
    expected: Tensor
    imagenet = "VGG19_Weights.IMAGENET1K_V1"

    def __init__(
        self, preset: GanPreset, box: bool = True, surroundings: bool = True, surroundings_box: bool = True
    ) -> None:
        """Make an untrained network.

        Where `box`, `surroundings` or `surroundings_box` is False, it has no such head or network even if the preset
        has, for weights without it.
        """
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for stage, (width, convs) in enumerate(zip(preset.d_widths, VGG19_CONVS, strict=True)):
            for _ in range(convs):
                layers.append(nn.Conv2d(inputs, width, 3, padding=1, bias=not preset.d_batch_norm))
                if preset.d_batch_norm:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.ReLU(inplace=True))
                inputs = width
            if stage < len(VGG19_CONVS) - 1:
                layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        side = preset.high // 16
        self.fc_gan = nn.Linear(inputs * side * side, 1)
        self.fc_clc = nn.Linear(inputs * side * side, 1)
        self.fc_box = nn.Linear(inputs * side * side, 4) if preset.d_box and box else None
        self.surroundings = (
            SurroundingsNetwork(preset, surroundings_box) if preset.surroundings and surroundings else None
        )
        # The candidate's box in its crop, as centre and side.
        place = torch.tensor([[0.5, 0.5, 1 / (1 + preset.context)]])
        self.register_buffer("expected", place, persistent=False)
        # Statistics of ImageNet, which the weights of VGG19 require; not part of the state.
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1), persistent=False)
        for module in self.features:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        for head in (self.fc_gan, self.fc_clc):
            # The paper's 0.1 (section 4.2) is meant for the features of an ImageNet VGG19, not for random ones.
            nn.init.normal_(head.weight, 0.0, 0.1 if preset.d_imagenet else 0.01)
            nn.init.zeros_(head.bias)
        if self.fc_box is not None:
            nn.init.zeros_(self.fc_box.weight)
            nn.init.zeros_(self.fc_box.bias)

    def forward(self, crops: Tensor, surroundings: Tensor | None = None) -> DiscriminatorOutput:
        """Output of the heads for RGB crops `(N, 3, S, S)` in [0, 1].

        Wider crops `(M, 3, W, W)` may surround all or some of the candidates; W is `GanPreset.surroundings`.

        Raises:
            RuntimeError: if the crops have another size.
        """
        features = self.features((crops - self.mean) / self.deviation).flatten(1)
        box = None
        if self.fc_box is not None:
            box = decode(self.fc_box(features).float()[:, None], self.expected)[:, 0]
        around = None
        if self.surroundings is not None and surroundings is not None:
            around = self.surroundings(surroundings)
        return DiscriminatorOutput(self.fc_gan(features).squeeze(1), self.fc_clc(features).squeeze(1), box, around)

    def take_imagenet(self, weights: Mapping[str, Tensor]) -> None:
        """Load the convolutions of torchvision's VGG19 (section 4.2).

        Raises:
            RuntimeError: if the preset has other widths, or batch normalisation.
        """
        start = "features."
        self.features.load_state_dict({k.removeprefix(start): v for k, v in weights.items() if k.startswith(start)})


ADDITIONS = ("fc_box.", "surroundings.", "surroundings.fc_box.")
"""Prefixes of the names of optional parts of a discriminator's weights."""


def has_addition(names: Iterable[str], addition: str) -> bool:
    """Whether weights with these names, with or without the prefix "discriminator.", have one of `ADDITIONS`."""
    return any(name.removeprefix("discriminator.").startswith(addition) for name in names)
