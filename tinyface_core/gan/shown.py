"""The generator for display: G1 and G2 as in the paper, with more capacity than those used for judging.

G1's picture is consistent with the input as far as the network trusts the input; G2 only adds detail that a reduction
removes, so its picture is consistent too. Smooth input is interpolated by both.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tinyface_core.gan.generator import Generated, UpsamplingNetwork
from tinyface_core.gan.interpolation import Enlarging, cubic, linear
from tinyface_core.gan.reduction import Reduction
from tinyface_core.presets import ShownPreset

_SMOOTH, _DETAILED = 0.3, 1.0
"""Fourth differences, in grey levels, of what is smooth, the rounding to whole levels included, and of what is not."""


class ShownUpsampling(UpsamplingNetwork):
    """G1, with a say of how far each pixel of the input is to be met again when the picture is reduced."""

    def __init__(self, preset: ShownPreset) -> None:
        super().__init__(preset.g1)
        self.trust = nn.Conv2d(preset.g1.residual, 1, 3, padding=1)
        nn.init.zeros_(self.trust.weight)
        self.reduction = Reduction(preset.g1.scale)
        self.bicubic = Enlarging(3, preset.g1.scale, partial(cubic, slope=-0.75), 2)

    def forward(self, low: Tensor) -> Tensor:
        """Enlarge RGB `(N, 3, H, W)` in [0, 1] to `(N, 3, 4H, 4W)`."""
        features = self.stack(self.head(low * 2 - 1))
        made, trust = self.tail(self.up(features)) / 2, self.trust(features)
        # In single precision: bf16 has 8 bits of mantissa, too few for the picture itself.
        with torch.autocast(low.device.type, enabled=False):
            low = low.float()
            picture = self.bicubic(low) + made.float()
            missed = (low - self.reduction(picture)) * trust.float().sigmoid()
            agreeing: Tensor = picture + self.reduction.enlarge(missed)
            return agreeing


class ShownRefinement(nn.Module):
    """G2: adds to G1's RGB float `(N, 3, H, W)` in [0, 1], sides divisible by 4, what its reduction does not see."""

    gain: Tensor

    def __init__(self, preset: ShownPreset) -> None:
        super().__init__()
        fine, coarse = preset.fine, preset.coarse
        self.head = nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(12, fine, 3, padding=1))
        self.before = _blocks(fine, preset.fine_blocks)
        self.down = nn.Conv2d(fine, coarse, 4, stride=2, padding=1)
        self.middle = _blocks(coarse, preset.coarse_blocks)
        self.up = nn.Conv2d(coarse, fine, 3, padding=1)
        self.after = _blocks(fine, preset.fine_blocks)
        self.double_coarse, self.double_fine = Enlarging(fine, 2, linear, 1), Enlarging(16, 2, linear, 1)
        self.wide = nn.Conv2d(fine, 16, 3, padding=1)
        self.tail = nn.Conv2d(16, 3, 5, padding=2)
        nn.init.zeros_(self.tail.weight)
        self.reduction = Reduction(preset.g1.scale)
        # Of what is added; fitted after the training, so that pictures have the edges that real ones have.
        self.register_buffer("gain", torch.ones(()))

    def forward(self, blurred: Tensor) -> Tensor:
        """Refine RGB `(N, 3, H, W)` in [0, 1] to the same shape."""
        fine = self.before(self.head(blurred * 2 - 1))
        coarse = self.middle(self.down(fine))
        # Enlarged smoothly and then filtered, not by de-convolution: that leaves no grid.
        fine = self.after(fine + self.double_coarse(self.up(coarse)))
        made = self.tail(F.leaky_relu(self.double_fine(self.wide(fine)), 0.1)) / 2
        with torch.autocast(blurred.device.type, enabled=False):
            added: Tensor = self.reduction.unseen(made.float())
            refined: Tensor = blurred.float() + added * self.gain
            return refined


class FinestDetail(nn.Module):
    """Where pictures have detail at their finest scale, by their fourth differences: what is smooth has next to none.

    What has no detail between neighbouring pixels, as a wave or a face out of focus, has none between them.
    """

    differences: Tensor
    nearby: Tensor

    def __init__(self) -> None:
        super().__init__()
        taps = np.array([1, -4, 6, -4, 1]) / 16
        self.register_buffer("differences", torch.from_numpy(taps).float().view(1, 1, 1, 5), persistent=False)
        bell = np.exp(-(np.arange(-3, 4) ** 2) / 2)
        self.register_buffer("nearby", torch.from_numpy(np.outer(bell, bell)).float()[None, None], persistent=False)

    def forward(self, low: Tensor) -> Tensor:
        """Shares `(N, 1, H, W)` in [0, 1] of RGB `(N, 3, H, W)` in [0, 1]: 0 what is smooth, 1 what has detail."""
        bright = low.mean(dim=1, keepdim=True)
        energy, weight = torch.zeros_like(bright), torch.zeros_like(bright)
        for taps, frame in ((self.differences, [2, 2, 0, 0]), (self.differences.transpose(2, 3), [0, 0, 2, 2])):
            framed, within = F.pad(bright, frame), F.pad(torch.ones_like(bright), frame)
            whole = (F.conv2d(within, taps.abs()) > 0.999).to(bright.dtype)  # beyond the edge nothing is known
            energy, weight = energy + F.conv2d(framed, taps).square() * whole, weight + whole / 2
        energy, weight = (F.conv2d(values, self.nearby, padding=3) for values in (energy, weight))
        levels = (energy / weight.clamp(min=1e-6)).sqrt() * 255
        return ((levels - _SMOOTH) / (_DETAILED - _SMOOTH)).clamp(0, 1)


class ShownGenerator(nn.Module):
    """G2 of G1, for pictures of any size."""

    def __init__(self, preset: ShownPreset) -> None:
        super().__init__()
        self.g1, self.g2 = ShownUpsampling(preset), ShownRefinement(preset)
        self.detail, self.between = FinestDetail(), Enlarging(1, preset.g1.scale, linear, 1)

    def forward(self, low: Tensor) -> Generated:
        """Both pictures of RGB `(N, 3, H, W)` in [0, 1]; interpolated where that is smooth."""
        upsampled = self.upsampled(low)
        made = Generated(upsampled, _of_both_looks(self.g2, upsampled))
        with torch.autocast(low.device.type, enabled=False):
            low = low.float()
            smooth, share = self.g1.bicubic(low), self.between(self.detail(low))
            return Generated(*(smooth + share * (picture.float() - smooth) for picture in made))

    def upsampled(self, low: Tensor) -> Tensor:
        """G1's own picture `(N, 3, 4H, 4W)` of RGB `(N, 3, H, W)` in [0, 1], not interpolated where that is smooth."""
        return _of_both_looks(self.g1, low)


def _of_both_looks(network: nn.Module, pictures: Tensor) -> Tensor:
    """The mean of what a network makes of pictures `(N, C, H, W)` and of their mirror images."""
    looks = torch.stack([pictures, pictures.flip(3)]).flatten(0, 1)
    once, mirrored = network(looks).unflatten(0, (2, pictures.shape[0]))
    both: Tensor = (once + mirrored.flip(3)) / 2
    return both


class _Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.second.weight.data *= 0.1

    def forward(self, features: Tensor) -> Tensor:
        out: Tensor = features + self.second(F.leaky_relu(self.first(features), 0.1))
        return out


def _blocks(width: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(_Block(width) for _ in range(count)))
