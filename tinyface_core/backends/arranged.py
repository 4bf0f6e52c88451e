"""Rewrites networks for export into equivalent ones with less memory traffic, batch normalisation folded in."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tinyface_core.box_tensors import decode
from tinyface_core.detector.mbfcn import MBFCN, ResidualBlock
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.shown import ShownGenerator
from tinyface_core.gan.surroundings import SurroundingsNetwork
from tinyface_core.presets import BranchPreset

_GREY = 127.5
"""Mean that MB-FCN subtracts from pixels."""

_DEVIATION = 58.0
"""Deviation by which MB-FCN divides them."""

INPUT_OFFSET = 128.0
"""Offset that is subtracted from the pixels of an 8-bit network, so that they are its first integers."""


class ArrangedDetector(nn.Module):
    """MB-FCN for pictures RGB uint8 `(N, H, W, 3)`, with separate outputs for each stride."""

    def __init__(self, model: MBFCN, eight_bits: bool) -> None:
        """Rewrite a trained model in place.

        With `eight_bits` it can be quantised; results at the borders differ slightly because of `INPUT_OFFSET`.
        """
        super().__init__()
        self.model, self.eight_bits, self.offset = model, eight_bits, INPUT_OFFSET if eight_bits else _GREY
        # The first convolution includes the division, and compensates for the other offset.
        stem: Any = model.backbone.stem[0]  # type: ignore[index]
        stem.weight.data /= _DEVIATION
        shift = stem.weight.data.sum((1, 2, 3)) * (self.offset - _GREY)
        stem.bias = nn.Parameter(shift if stem.bias is None else stem.bias.data + shift)
        for module in model.modules():
            # A 2 x 2 average and a 1 x 1 convolution are equivalent to one 2 x 2 convolution.
            if isinstance(module, ResidualBlock) and isinstance(module.shortcut, nn.Sequential):
                conv: Any = module.shortcut[1]
                if isinstance(module.shortcut[0], nn.AvgPool2d):
                    joined = nn.Conv2d(conv.in_channels, conv.out_channels, 2, 2)
                    joined.weight.data = (conv.weight.data / 4).expand(-1, -1, 2, 2).contiguous()
                    joined.bias = conv.bias
                    module.shortcut = joined
        if eight_bits:
            for descend in model.descend:
                below: Any = descend[0]  # type: ignore[index]
                below.weight.data, below.bias.data = below.weight.data.repeat(2, 1, 1, 1), below.bias.data.repeat(2)

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """The outputs of `export.detector_onnx` for each stride, finest first."""
        model: Any = self.model
        maps = model.backbone(pictures.permute(0, 3, 1, 2).float() - self.offset)
        merged = [F.relu(model.lateral[-1](maps[-1]))]
        for level in range(len(maps) - 2, -1, -1):
            own, below = model.lateral[level](maps[level]), model.descend[level](merged[0])
            if self.eight_bits:
                joined = _sum_of_sizes(own, below)
            else:
                joined = F.relu(own + F.interpolate(below, scale_factor=2.0, mode="nearest"))
            merged.insert(0, model.merge[level](joined))
        outputs: list[Tensor] = []
        for branch, shape, features in zip(model.branches, model.preset.branches, merged, strict=True):
            outputs += self._said(branch, shape, branch.trunk(features))
        return tuple(outputs)

    def _said(self, branch: Any, shape: BranchPreset, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Outputs of a branch: scores of all anchors, and positions and deltas of those above the score floor."""
        preset, sides = self.model.preset, len(shape.anchors)
        cells = features.permute(0, 2, 3, 1).flatten(0, 2)
        if self.eight_bits and shape.stride not in preset.exact_scores:
            logits = branch.score(features).permute(0, 2, 3, 1).flatten(0, 2)
        else:
            logits = _linear(branch.score, cells)
        scores = logits.sigmoid()
        cell, side = torch.nonzero(~(scores <= preset.score_floor)).unbind(1)  # NaN, too
        deltas = _linear(branch.box, cells[cell]).reshape(-1, sides, 4)
        chosen = deltas.gather(1, side[:, None, None].expand(-1, 1, 4)).squeeze(1)
        return scores.reshape(features.shape[0], -1), cell * sides + side, chosen


def _linear(conv: nn.Conv2d, cells: Tensor) -> Tensor:
    """A 1 x 1 convolution of cells `(K, C)` of a map."""
    return F.linear(cells, conv.weight.flatten(1), conv.bias)


def _sum_of_sizes(own: Tensor, below: Tensor) -> Tensor:
    """ReLU of the sum of a map `(N, C, H, W)` and a map of half its sides, enlarged by pixel repetition.

    The smaller one `(N, 2 * C, H / 2, W / 2)` has its channels twice, for two columns; its rows are repeated by
    broadcasting. So no enlarged map is stored.
    """
    count, channels, height, width = own.shape
    rows = own.permute(0, 2, 3, 1).reshape(count, height // 2, 2, width * channels)
    total = F.relu(rows + below.permute(0, 2, 3, 1).reshape(count, height // 2, 1, width * channels))
    return total.reshape(count, height, width, channels).permute(0, 3, 1, 2)


class ArrangedGenerator(nn.Module):
    """A generator from crops RGB uint8 `(N, H, W, 3)` to pictures RGB float32 in [0, 1]."""

    def __init__(self, generator: Generator | ShownGenerator) -> None:
        """Rewrite a generator in place; slow convolutions of that of a second stage are replaced."""
        super().__init__()
        self.generator = generator
        if isinstance(generator, Generator):
            ups: Any = generator.g1.up
            generator.g1.up = nn.Sequential(*(_as_convolution(layer[0]) for layer in ups))
            for network in (generator.g1, generator.g2):
                if network is not None:
                    network.tail = _many_at_once(network.tail, generator.g1.scale)  # type: ignore[assignment]

    def forward(self, crops: Tensor) -> tuple[Tensor, ...]:
        """Outputs of G1 and G2."""
        made = self.generator(crops.permute(0, 3, 1, 2).float() / 255)
        return tuple(pictures.clamp(0, 1).permute(0, 2, 3, 1) for pictures in made)


class ArrangedDiscriminator(nn.Module):
    """A discriminator of crops RGB float32 `(N, S, S, 3)` in [0, 1], without its surroundings network."""

    factor: Tensor
    shift: Tensor

    def __init__(self, discriminator: Discriminator, side: int) -> None:
        """Wrap a discriminator of crops of this side in pixels."""
        super().__init__()
        self.discriminator = discriminator
        # For whole rows, because arithmetic on three values at a time is slow.
        statistics = (discriminator.mean, discriminator.deviation)
        mean, deviation = (values.view(1, 1, 1, 3).expand(1, 1, side, 3) for values in statistics)
        self.register_buffer("factor", 1 / deviation)
        self.register_buffer("shift", mean / deviation)

    def forward(self, crops: Tensor) -> tuple[Tensor, ...]:
        """Logits "real" and "face", and the box if there is a box head."""
        network = self.discriminator
        features = network.features((crops * self.factor - self.shift).permute(0, 3, 1, 2)).flatten(1)
        said = tuple(head(features).squeeze(1) for head in (network.fc_gan, network.fc_clc))
        if network.fc_box is None:
            return said
        return *said, decode(network.fc_box(features)[:, None], network.expected)[:, 0]


class ArrangedSurroundings(nn.Module):
    """The surroundings network for crops RGB uint8 `(N, S, S, 3)`."""

    def __init__(self, network: SurroundingsNetwork) -> None:
        """Wrap a network."""
        super().__init__()
        self.network = network

    def forward(self, crops: Tensor) -> tuple[Tensor, ...]:
        """Its logits, and the box if there is a box head."""
        said = self.network(crops.permute(0, 3, 1, 2).float() / 255)
        return tuple(part for part in said if part is not None)


class _Unfold(nn.Module):
    """Channels to pixels: `(N, F * F * C, H, W)` to `(N, C, F * H, F * W)`.

    As `PixelShuffle`, but the channels of a pixel are adjacent, so that backends move whole pixels, also in 8 bits.
    """

    def __init__(self, factor: int) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, features: Tensor) -> Tensor:
        count, channels, height, width = features.shape
        factor = self.factor
        rows = features.permute(0, 2, 3, 1).reshape(count, height, width, factor, channels // factor)
        pixels = rows.permute(0, 1, 3, 2, 4).reshape(count, factor * height, factor * width, channels // factor**2)
        return pixels.permute(0, 3, 1, 2)


def _many_at_once(conv: nn.Conv2d, factor: int) -> nn.Module:
    """An equivalent of a convolution of stride 1 that computes squares of `factor` pixels a side at once.

    Processors compute at least eight channels together; the three of a picture would not fill them. The sides of the
    input must be multiples of `factor`.
    """
    size, outputs = conv.kernel_size[0], conv.out_channels
    wide = nn.Conv2d(conv.in_channels, factor**2 * outputs, size + factor - 1, factor, size // 2)
    assert conv.bias is not None
    assert wide.bias is not None
    wide.weight.data.zero_()
    for place in range(factor**2):
        row, column = divmod(place, factor)
        mine = slice(place * outputs, (place + 1) * outputs)
        wide.weight.data[mine, :, row : row + size, column : column + size] = conv.weight.data
    wide.bias.data = conv.bias.data.repeat(factor**2)
    return nn.Sequential(wide, _Unfold(factor))


def _as_convolution(conv: nn.ConvTranspose2d) -> nn.Module:
    """A convolution equivalent to a 3 x 3 de-convolution of stride 2 with ReLU, which backends compute much faster."""
    assert (conv.kernel_size, conv.stride, conv.padding, conv.output_padding) == ((3, 3), (2, 2), (1, 1), (1, 1))
    outputs = conv.out_channels
    wide = nn.Conv2d(conv.in_channels, 4 * outputs, 2)
    assert wide.bias is not None
    wide.weight.data.zero_()
    # Even output rows depend on one input pixel, odd ones on it and the next; so do columns. Pairs of kernel row and
    # input pixel.
    seen = (((1, 0),), ((2, 0), (0, 1)))
    for place in range(4):
        row, column = divmod(place, 2)
        mine = slice(place * outputs, (place + 1) * outputs)
        for kernel_row, below in seen[row]:
            for kernel_column, right in seen[column]:
                taps = conv.weight.data[:, :, kernel_row, kernel_column]
                wide.weight.data[mine, :, below, right] = taps.T
    wide.bias.data = torch.zeros(4 * outputs) if conv.bias is None else conv.bias.data.repeat(4)
    # ReLU first: negative values must not use a part of the 8-bit range.
    return nn.Sequential(nn.ZeroPad2d((0, 1, 0, 1)), wide, nn.ReLU(), _Unfold(2))
