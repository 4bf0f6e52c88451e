"""A trained detector that teaches a smaller one what it sees in the same crops."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from tinyface_core.box_tensors import decode, paired_giou
from tinyface_core.detector.losses import DetectorLoss, quality_focal
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.folding import folded
from tinyface_core.presets import BranchPreset
from tinyface_core.types import UserError

_SEEN = 0.1
"""Score from which on the teacher's boxes are taught, and its anchors count."""


class Teacher:
    """What a trained detector says of crops, on the anchors of the detector that learns.

    Scores are softer than what annotators marked: they rank faces by how sure one can be of them (after Hinton et al.,
    Distilling the Knowledge in a Neural Network, 2015).
    """

    def __init__(self, network: MBFCN, branches: tuple[BranchPreset, ...], device: torch.device) -> None:
        """Take a network that answers on the same anchors.

        Args:
            network: trained; it is not changed.
            branches: of the detector that learns.
            device: where the crops are.

        Raises:
            UserError: if the teacher's anchors are others.
        """
        if network.preset.branches != branches:
            raise UserError("The teacher's anchors are not those of the preset: choose another teacher.")
        self._network: nn.Module = folded(network).to(device)
        self._network.to(memory_format=torch.channels_last)

    def __call__(self, crops: Tensor, anchors: Tensor) -> tuple[Tensor, Tensor]:
        """Scores `(N, A)` in [0, 1] and boxes `(N, A, 4)` xyxy in pixels, of crops `(N, 3, H, W)` in [0, 255].

        Args:
            crops: float32, not changed.
            anchors: `(A, 3)` of a crop.
        """
        with torch.no_grad():
            logits, deltas = self._network(crops)
            return logits.float().sigmoid(), decode(deltas.float(), anchors)


def taught_loss(logits: Tensor, boxes: Tensor, scores: Tensor, taught: Tensor) -> DetectorLoss:
    """How far a detector is from its teacher: quality focal loss on all anchors, GIoU where the teacher sees a face.

    Args:
        logits: `(N, A)` float32 of the one that learns.
        boxes: `(N, A, 4)` xyxy in pixels, likewise.
        scores: `(N, A)` in [0, 1] of the teacher.
        taught: `(N, A, 4)` boxes, likewise.
    """
    seen = scores >= _SEEN
    weight = scores[seen]
    apart = (1 - paired_giou(boxes[seen], taught[seen])) * weight
    return DetectorLoss(
        quality_focal(logits.flatten(), scores.flatten(), seen.flatten()),
        apart.sum() / weight.sum().clamp(min=1),
    )
