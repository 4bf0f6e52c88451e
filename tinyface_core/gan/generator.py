"""The generator: an up-sampling network G1 and a refinement network G2 (paper section 3.2, Table 1)."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tinyface_core.presets import GanPreset


class Generated(NamedTuple):
    """What the generator makes of low-resolution crops, RGB float `(N, 3, 4H, 4W)`.

    Values are meant for [0, 1] and may overshoot a little: clamp them before showing.

    Attributes:
        upsampled: G1's picture, the super-resolution alone.
        refined: G2's picture of it; the same as `upsampled` in a generator without refinement.
    """

    upsampled: Tensor
    refined: Tensor


class UpsamplingNetwork(nn.Module):
    """G1: enlarges RGB float `(N, 3, H, W)` in [0, 1] to `(N, 3, 4H, 4W)`.

    Conv 9x9, the "x8" residual stack, conv, two de-convolutions of x2 each, conv 9x9; batch
    normalisation and ReLU after every layer but the last (section 3.2).
    """

    def __init__(self, preset: GanPreset) -> None:
        super().__init__()
        width, (first, second) = preset.residual, preset.g1_up
        self.head = _conv(3, width, 9)
        self.stack = ResidualStack(width, preset.residual_convs)
        self.up = nn.Sequential(_double(width, first), _double(first, second))
        self.tail = nn.Conv2d(second, 3, 9, padding=4)
        self.scale = preset.scale
        self.global_skip = preset.global_skip
        initialise_generator(self, quiet_tail=preset.global_skip)

    def forward(self, low: Tensor) -> Tensor:
        """Enlarge RGB `(N, 3, H, W)` in [0, 1] to `(N, 3, 4H, 4W)`."""
        centred = low * 2 - 1
        picture: Tensor = self.tail(self.up(self.stack(self.head(centred)))) / 2
        if self.global_skip:
            # In single precision: bf16 has 8 bits of mantissa, too few for the picture itself.
            with torch.autocast(low.device.type, enabled=False):
                return F.interpolate(low.float(), scale_factor=self.scale, mode="bicubic") + picture.float()
        return picture + 0.5


class RefinementNetwork(nn.Module):
    """G2: sharpens G1's RGB float `(N, 3, H, W)` in [0, 1] at its own size.

    Conv 9x9, the "x8" residual stack, conv, two wide convs, conv 9x9, all of stride 1; batch
    normalisation and ReLU after every layer but the last (section 3.2).
    """

    def __init__(self, preset: GanPreset) -> None:
        super().__init__()
        width, (first, second) = preset.g2_residual, preset.g2_wide
        self.head = _conv(3, width, 9)
        self.stack = ResidualStack(width, preset.residual_convs)
        self.wide = nn.Sequential(_conv(width, first, 3), _conv(first, second, 3))
        self.tail = nn.Conv2d(second, 3, 9, padding=4)
        self.global_skip = preset.global_skip
        initialise_generator(self, quiet_tail=preset.global_skip)

    def forward(self, blurred: Tensor) -> Tensor:
        """Refine RGB `(N, 3, H, W)` in [0, 1] to the same shape."""
        picture: Tensor = self.tail(self.wide(self.stack(self.head(blurred * 2 - 1)))) / 2
        if self.global_skip:
            return blurred.float() + picture.float()
        return picture + 0.5


class Generator(nn.Module):
    """G2 of G1; with `refine=False`, G1 alone (the paper's ablation "w/o Refinement Network")."""

    def __init__(self, preset: GanPreset, refine: bool = True) -> None:
        super().__init__()
        self.g1 = UpsamplingNetwork(preset)
        self.g2: RefinementNetwork | None = RefinementNetwork(preset) if refine else None

    def forward(self, low: Tensor, refine: bool = True) -> Generated:
        """Both pictures of RGB `(N, 3, H, W)` in [0, 1]: fully convolutional, so any H and W will do.

        With `refine=False` G2 does not run, and both are G1's picture.
        """
        upsampled = self.g1(low)
        return Generated(upsampled, self.g2(upsampled) if refine and self.g2 is not None else upsampled)


class ResidualStack(nn.Module):
    """The "x8" of Table 1: two-conv residual blocks, one more conv, and a skip over all of it."""

    def __init__(self, width: int, convs: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(_ResidualBlock(width) for _ in range(convs // 2)))
        self.last = _conv(width, width, 3)

    def forward(self, features: Tensor) -> Tensor:
        """Map features `(N, C, H, W)` to the same shape."""
        out: Tensor = self.last(self.blocks(features)) + features
        return out


class _ResidualBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _conv(width, width, 3)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, features: Tensor) -> Tensor:
        return F.relu(self.norm(self.second(self.first(features))) + features)


def _conv(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    # No bias: the batch normalisation behind it has one.
    conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def _double(inputs: int, outputs: int) -> nn.Sequential:
    conv = nn.ConvTranspose2d(inputs, outputs, 3, stride=2, padding=1, output_padding=1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def initialise_generator(network: nn.Module, quiet_tail: bool) -> None:
    """Weights from N(0, 0.02) and biases 0 (section 4.2).

    With `quiet_tail` the last layer starts at zero, so that a network with a global skip starts as the identity (our
    addition, not in the "paper" preset).
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    if quiet_tail and isinstance(network.tail, nn.Conv2d):
        nn.init.zeros_(network.tail.weight)
