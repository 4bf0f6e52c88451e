"""The discriminator: VGG19 without the last pooling and with two parallel heads (paper section 3.2).

A third head, `GanPreset.d_box`, and a network for what lies round the crop, `GanPreset.surroundings`, are additions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from tinyface_core.box_tensors import decode
from tinyface_core.gan.surroundings import Around, SurroundingsNetwork
from tinyface_core.presets import GanPreset

VGG19_CONVS = (2, 2, 4, 4, 4)
"""Convolutions in each of the five stages of VGG19."""


class Verdict(NamedTuple):
    """What the heads say of `N` crops.

    Attributes:
        real: logits `(N,)`, over 0 where the crop looks like a natural picture rather than a generated one (fc_GAN).
        face: logits `(N,)`, over 0 where the crop shows a face (fc_clc).
        box: `(N, 4)` xyxy of that face in shares of the crop's side; None without that head.
        around: what lies round `M` of the candidates, as wider crops show it; its logits are to be added to those of
            `face` of the same candidates. None where nobody looked at any.
    """

    real: Tensor
    face: Tensor
    box: Tensor | None = None
    around: Around | None = None

    def at(self, crops: slice | Tensor) -> Verdict:
        """The same of some of the crops, by a slice, indices or a mask, without their surroundings."""
        return Verdict(self.real[crops], self.face[crops], None if self.box is None else self.box[crops])

    @property
    def in_place(self) -> Tensor:
        """Logits `(N,)` of the face head with those of the surroundings added, of all `N` candidates or of none."""
        return self.face if self.around is None else self.face + self.around.face


class Discriminator(nn.Module):
    """Judges RGB float crops `(N, 3, S, S)` in [0, 1], S the preset's high-resolution side.

    The max-pooling of conv5 is left out and every fully connected layer of VGG19 is replaced by
    two parallel ones, on S/16 x S/16 x C features, or by three.
    """

    mean: Tensor
    deviation: Tensor
    expected: Tensor
    imagenet = "VGG19_Weights.IMAGENET1K_V1"

    def __init__(
        self, preset: GanPreset, box: bool = True, surroundings: bool = True, surroundings_box: bool = True
    ) -> None:
        """Make an untrained network.

        Args:
            preset: its shape.
            box: whether it has the box head if the preset has one; weights may be without.
            surroundings: likewise for the network that looks at what lies round a crop.
            surroundings_box: likewise for that network's box head.
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
        # Where a candidate's box lies in its crop, as centre and side.
        place = torch.tensor([[0.5, 0.5, 1 / (1 + preset.context)]])
        self.register_buffer("expected", place, persistent=False)
        # Not in the state: ImageNet's statistics, which VGG19's weights expect; harmless to others.
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1), persistent=False)
        for module in self.features:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        for head in (self.fc_gan, self.fc_clc):
            # The paper's 0.1 (section 4.2) suits features of an ImageNet VGG19; ours start from noise.
            nn.init.normal_(head.weight, 0.0, 0.1 if preset.d_imagenet else 0.01)
            nn.init.zeros_(head.bias)
        if self.fc_box is not None:
            nn.init.zeros_(self.fc_box.weight)
            nn.init.zeros_(self.fc_box.bias)

    def forward(self, crops: Tensor, surroundings: Tensor | None = None) -> Verdict:
        """What the heads say of RGB `(N, 3, S, S)` in [0, 1].

        Args:
            crops: of the candidates.
            surroundings: wider crops `(M, 3, W, W)` of all candidates or of some; the preset gives their side.

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
        return Verdict(self.fc_gan(features).squeeze(1), self.fc_clc(features).squeeze(1), box, around)

    def take_imagenet(self, weights: Mapping[str, Tensor]) -> None:
        """Start from the convolutions of torchvision's VGG19, which lie where ours do (section 4.2).

        Raises:
            RuntimeError: if the preset has other widths, or batch normalisation between them.
        """
        start = "features."
        self.features.load_state_dict({k.removeprefix(start): v for k, v in weights.items() if k.startswith(start)})


ADDITIONS = ("fc_box.", "surroundings.", "surroundings.fc_box.")
"""How the names of the parts begin that a discriminator's weights may be without."""


def has_addition(names: Iterable[str], addition: str) -> bool:
    """Whether weights of these names, with or without "discriminator." before them, have one of `ADDITIONS`."""
    return any(name.removeprefix("discriminator.").startswith(addition) for name in names)
