"""Presets of network architectures: "paper" as published, "desktop" for a CPU, "quick" at half the cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class BranchPreset:
    """One detection branch.

    Attributes:
        stride: in pixels of the picture.
        anchors: anchor sides in pixels.
        smallest, largest: range of face sizes (longer side in pixels) that train this branch.
    """

    stride: int
    anchors: tuple[float, ...]
    smallest: float
    largest: float


_BRANCHES = (
    BranchPreset(4, (8.0, 13.0), 4.0, 20.0),
    BranchPreset(8, (21.0, 34.0), 14.0, 50.0),
    BranchPreset(16, (56.0, 90.0), 38.0, 135.0),
    BranchPreset(32, (150.0, 260.0, 450.0), 100.0, 1e5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorPreset:
    """Architecture and training rules of an MB-FCN detector (paper section 4.2 and its reference [1]).

    Attributes:
        backbone: "resnet50", or "slim", a narrow ResNet.
        widths: channels of the slim stages on strides 2, 4, 8, 16, 32.
        blocks: residual blocks of the slim stages on strides 4, 8, 16, 32.
        neck: channels of the merged levels, finest branch first.
        head: channels inside the heads, finest branch first.
        branches: finest first.
        classification: "focal" (quality focal loss) or "ohem" (hard negatives 1:3).
        positive_iou: an anchor is positive if its IoU with a face is at least this.
        negative_iou: an anchor is negative if its IoU with every face is less than this.
        proposals: maximum number of face candidates per image in a search (paper: 600).
        nms_iou: threshold of non-maximum suppression.
        score_floor: candidates with a lower score are dropped immediately.
        tile: longest side in pixels that is searched in one piece.
        tile_overlap: overlap of neighbouring tiles in pixels.
        exact_scores: strides of the branches whose score layer stays in floating point in the 8-bit network; box layers
            always do.
        quick: whether this is the default detector of `Effort.FAST`.
    """

    name: str
    backbone: Literal["resnet50", "slim"] = "slim"
    widths: tuple[int, int, int, int, int]
    blocks: tuple[int, int, int, int]
    neck: tuple[int, int, int, int]
    head: tuple[int, int, int, int]
    branches: tuple[BranchPreset, ...] = _BRANCHES
    classification: Literal["focal", "ohem"] = "focal"
    positive_iou: float = 0.4
    negative_iou: float = 0.3
    proposals: int = 600
    nms_iou: float = 0.45
    score_floor: float = 0.05
    tile: int = 2048
    tile_overlap: int = 320
    exact_scores: tuple[int, ...] = (4, 8)
    quick: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GanPreset:
    """Architecture of generator and discriminator (paper Table 1, section 3.2).

    Attributes:
        low: side in pixels of the low-resolution crop (16).
        scale: enlargement factor (4).
        residual: channels of the residual stack of G1.
        g2_residual: channels of the residual stack of G2, which works on 16 times as many pixels.
        g1_up: channels of the two de-convolutions of G1.
        g2_wide: channels of the two wide convolutions of G2.
        residual_convs: convolutions in a residual stack (paper: "x8").
        d_widths: channels of the five VGG stages of the discriminator.
        d_imagenet: whether the discriminator starts from torchvision's ImageNet VGG19.
        context: share of the box's side that is added around it before cropping.
        enlarged_to: side in pixels, with context, up to which a region is enlarged by G before D judges it; D judges
            larger regions without G. In "paper" 64, the size of G's output. Less in "desktop", because a region of 33
            pixels loses more when it is reduced to 16 than G can restore.
        global_skip: G1 learns the difference from the bicubic enlargement and G2 the difference from its input, which
            converges much faster on a CPU. Our addition, off in "paper".
        d_batch_norm: batch normalisation in the discriminator, which helps without ImageNet weights. Our addition, off
            in "paper".
        d_box: a third head of the discriminator predicts the box of the face, as in the authors' next paper (Bai et
            al., SOD-MTGAN, ECCV 2018). Off in "paper".
        surroundings: side in pixels of the wider crop for the surroundings network, which judges a candidate by its
            surroundings (after Hu and Ramanan, Finding Tiny Faces, CVPR 2017). Our addition; 0 in "paper": no such
            network.
        surroundings_context: share of the box's side that is added around it for that crop.
        surroundings_widths: channels of the stages of that network.
        surroundings_box: whether that network predicts the box of the face too.
        undecided: absolute log-odds up to which a candidate counts as undecided and goes on to the next step: from the
            detector to the surroundings network, and from there to G and D. Our addition; infinite in "paper".
        ruled_out: negative log-odds from which the surroundings network rejects a candidate before G and D, if less
            than `undecided`.
        perception_widths: channels of the five stages of the perception network, whose features are compared in the
            perceptual loss. Our addition; empty in "paper": no such network.
    """

    name: str
    low: int = 16
    scale: int = 4
    residual: int
    g2_residual: int
    g1_up: tuple[int, int]
    g2_wide: tuple[int, int]
    residual_convs: int = 8
    d_widths: tuple[int, int, int, int, int]
    d_imagenet: bool = False
    context: float = 0.4
    enlarged_to: float = 64.0
    global_skip: bool = False
    d_batch_norm: bool = False
    d_box: bool = False
    surroundings: int = 0
    surroundings_context: float = 2.0
    surroundings_widths: tuple[int, ...] = ()
    surroundings_box: bool = False
    undecided: float = math.inf
    ruled_out: float = math.inf
    perception_widths: tuple[int, ...] = ()

    @property
    def high(self) -> int:
        """Side in pixels of the high-resolution crop."""
        return self.low * self.scale


DETECTOR_PRESETS: dict[str, DetectorPreset] = {
    "desktop": DetectorPreset(
        name="desktop",
        widths=(16, 24, 64, 112, 160),
        blocks=(1, 3, 4, 3),
        neck=(24, 48, 64, 96),
        head=(24, 48, 64, 96),
    ),
    "quick": DetectorPreset(
        name="quick",
        widths=(16, 24, 48, 80, 112),
        blocks=(1, 2, 3, 2),
        neck=(16, 32, 48, 64),
        head=(16, 32, 48, 64),
        proposals=300,
        exact_scores=(),
        quick=True,
    ),
    "paper": DetectorPreset(
        name="paper",
        backbone="resnet50",
        widths=(64, 256, 512, 1024, 2048),
        blocks=(3, 4, 6, 3),
        neck=(256, 256, 256, 256),
        head=(256, 256, 256, 256),
        classification="ohem",
        positive_iou=0.5,
    ),
    # Small enough to train in a test.
    "tiny": DetectorPreset(
        name="tiny",
        widths=(8, 8, 8, 8, 8),
        blocks=(1, 1, 1, 1),
        neck=(8, 8, 8, 8),
        head=(8, 8, 8, 8),
    ),
}

GAN_PRESETS: dict[str, GanPreset] = {
    "desktop": GanPreset(
        name="desktop",
        residual=64,
        g2_residual=16,
        g1_up=(64, 32),
        g2_wide=(16, 16),
        d_widths=(16, 32, 64, 128, 128),
        enlarged_to=32.0,
        global_skip=True,
        d_batch_norm=True,
        d_box=True,
        surroundings=48,
        surroundings_widths=(24, 48, 96, 128),
        surroundings_box=True,
        undecided=3.0,
        ruled_out=1.5,
        perception_widths=(32, 64, 128, 192, 192),
    ),
    "paper": GanPreset(
        name="paper",
        residual=64,
        g2_residual=64,
        g1_up=(256, 256),
        g2_wide=(256, 256),
        d_widths=(64, 128, 256, 512, 512),
        d_imagenet=True,
    ),
    "tiny": GanPreset(
        name="tiny",
        residual=8,
        g2_residual=8,
        g1_up=(8, 8),
        g2_wide=(8, 8),
        d_widths=(8, 8, 8, 8, 8),
        global_skip=True,
        d_batch_norm=True,
        d_box=True,
        surroundings=48,
        surroundings_widths=(8, 8, 8, 8),
        surroundings_box=True,
        perception_widths=(8, 8, 8, 8, 8),
    ),
}


@dataclass(frozen=True, slots=True)
class ShownPreset:
    """Architecture of the display generator (`gan/shown.py`), which is larger than the judging one.

    Attributes:
        name: key in `SHOWN_PRESETS`.
        g1: architecture of its G1.
        fine, coarse: channels of G2 at half and a quarter of the resolution of the enlarged picture.
        fine_blocks, coarse_blocks: residual blocks there; the fine ones run before and after the coarse ones.
    """

    name: str
    g1: GanPreset
    fine: int
    coarse: int
    fine_blocks: int
    coarse_blocks: int


SHOWN_PRESETS: dict[str, ShownPreset] = {
    "desktop": ShownPreset("desktop", replace(GAN_PRESETS["desktop"], residual_convs=16), 32, 64, 2, 4),
    "tiny": ShownPreset("tiny", GAN_PRESETS["tiny"], 8, 8, 1, 1),
}
