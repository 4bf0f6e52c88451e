"""MB-FCN, the multi-branch fully convolutional face detector (paper section 4.2, its reference [1]).

One pass over the picture: a ResNet backbone computes maps with strides 4, 8, 16 and 32; each branch joins its map with
the enlarged map of the deeper branch and predicts a score and a box for every anchor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tinyface_core.detector.anchors import branches_from
from tinyface_core.presets import BranchPreset, DetectorPreset

_PRIOR = 0.01


def conv_bn_relu(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """3x3 convolution, batch normalisation, ReLU; keeps the size at stride 1."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut (He et al., CVPR 2016), `(N, C, H, W)` to `(N, C', H/s, W/s)`."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = conv_bn_relu(inputs, outputs, stride=stride)
        self.second = nn.Sequential(nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs))
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(stride, ceil_mode=True) if stride > 1 else nn.Identity(),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Map `(N, C, H, W)` to `(N, C', ceil(H/s), ceil(W/s))`."""
        # In place: for the finest maps allocating memory costs more than the arithmetic.
        return F.relu_(self.second(self.first(x)).add_(self.shortcut(x)))


class Backbone(nn.Module):
    """A stem and stages, whose maps with strides 4, 8, 16, 32 are the result."""

    stem: nn.Module
    stages: nn.ModuleList

    def forward(self, x: Tensor) -> list[Tensor]:
        """Pictures `(N, 3, H, W)` to four maps, finest first."""
        maps = []
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        return maps


class SlimBackbone(Backbone):
    """A narrow ResNet whose maps with strides 4, 8, 16, 32 have `widths[1:]` channels."""

    def __init__(self, widths: tuple[int, ...], blocks: tuple[int, ...]) -> None:
        super().__init__()
        self.stem = conv_bn_relu(3, widths[0], stride=2)
        stages = []
        for inputs, outputs, count in zip(widths, widths[1:], blocks, strict=False):
            deeper = [ResidualBlock(outputs, outputs, 1) for _ in range(count - 1)]
            stages.append(nn.Sequential(ResidualBlock(inputs, outputs, 2), *deeper))
        self.stages = nn.ModuleList(stages)


class ResNet50Backbone(Backbone):
    """torchvision's ResNet-50 up to conv5, as the paper uses it."""

    imagenet = "ResNet50_Weights.IMAGENET1K_V2"

    def __init__(self) -> None:
        super().__init__()
        from torchvision.models import resnet50

        net = resnet50(weights=None)
        self.stem = nn.Sequential(net.conv1, net.bn1, net.relu, net.maxpool)
        self.stages = nn.ModuleList([net.layer1, net.layer2, net.layer3, net.layer4])

    def take_imagenet(self, weights: Mapping[str, Tensor]) -> None:
        """Start from torchvision's weights, without their classifier."""
        names = {"conv1": "stem.0", "bn1": "stem.1"} | {f"layer{i + 1}": f"stages.{i}" for i in range(4)}
        renamed = {}
        for key, value in weights.items():
            head, _, rest = key.partition(".")
            if head in names:
                renamed[f"{names[head]}.{rest}"] = value
        self.load_state_dict(renamed)


_BACKBONES: dict[str, Callable[[DetectorPreset], nn.Module]] = {
    "slim": lambda preset: SlimBackbone(preset.widths, preset.blocks),
    "resnet50": lambda preset: ResNet50Backbone(),
}


class Branch(nn.Module):
    """Head of a branch: `(N, neck, H, W)` to scores and boxes of each anchor of each cell."""

    def __init__(self, preset: BranchPreset, neck: int, head: int) -> None:
        super().__init__()
        self.trunk = conv_bn_relu(neck, head)
        self.score = nn.Conv2d(head, len(preset.anchors), 1)
        self.box = nn.Conv2d(head, 4 * len(preset.anchors), 1)
        for layer in (self.score, self.box):
            nn.init.normal_(layer.weight, std=0.01)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        # Start at a face probability of 1 %: otherwise the many background anchors dominate the first steps.
        nn.init.constant_(self.score.bias, -math.log((1 - _PRIOR) / _PRIOR))  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Score logits `(N, A)` and box deltas `(N, A, 4)`, in the order of `anchors_at`."""
        x = self.trunk(x)
        score = self.score(x).permute(0, 2, 3, 1).flatten(1)
        box = self.box(x).permute(0, 2, 3, 1).flatten(1).unflatten(1, (-1, 4))
        return score, box


class MBFCN(nn.Module):
    """The detector's network.

    It maps RGB pictures `(N, 3, H, W)` in [0, 255] to score logits `(N, A)` and box deltas `(N, A, 4)` of the anchors
    `make_anchors(preset.branches, H, W)`. Branches with strides less than `finest_stride`, if it is given, do not run,
    and their anchors are not in the result.
    """

    def __init__(self, preset: DetectorPreset) -> None:
        super().__init__()
        self.preset = preset
        self.backbone = _BACKBONES[preset.backbone](preset)
        self.lateral = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, neck, 1, bias=False), nn.BatchNorm2d(neck))
            for width, neck in zip(preset.widths[1:], preset.neck, strict=True)
        )
        self.descend = nn.ModuleList(
            nn.Sequential(nn.Conv2d(deeper, neck, 1, bias=False), nn.BatchNorm2d(neck))
            for neck, deeper in zip(preset.neck, preset.neck[1:], strict=False)
        )
        self.merge = nn.ModuleList(conv_bn_relu(neck, neck) for neck in preset.neck[:-1])
        self.branches = nn.ModuleList(
            Branch(branch, neck, head)
            for branch, neck, head in zip(preset.branches, preset.neck, preset.head, strict=True)
        )

    def features(self, pictures: Tensor) -> list[Tensor]:
        """Pictures `(N, 3, H, W)` in [0, 255] to the backbone's maps `(N, C, H/s, W/s)` on strides 4, 8, 16 and 32."""
        maps: list[Tensor] = self.backbone(pictures.sub(127.5).div_(58.0))  # in place: a second copy costs as much
        return maps

    def forward(self, pictures: Tensor, finest_stride: int = 0) -> tuple[Tensor, Tensor]:
        """Pictures `(N, 3, H, W)` in [0, 255] to logits `(N, A)` and deltas `(N, A, 4)`."""
        first = len(self.branches) - len(branches_from(self.preset.branches, finest_stride))
        maps = self.features(pictures)
        deeper = F.relu_(self.lateral[-1](maps[-1]))
        merged = [deeper]
        for level in range(len(maps) - 2, first - 1, -1):
            own = self.lateral[level](maps[level])
            from_below = F.interpolate(self.descend[level](deeper), size=own.shape[-2:], mode="nearest")
            deeper = self.merge[level](F.relu_(own.add_(from_below)))
            merged.insert(0, deeper)
        scores, boxes = zip(*(branch(x) for branch, x in zip(self.branches[first:], merged, strict=True)), strict=True)
        return torch.cat(scores, dim=1), torch.cat(boxes, dim=1)
