"""Distillation: a smaller detector learns from a trained one on the same crops."""

from __future__ import annotations

import torch
from torch import Tensor

from tinyface_core.box_tensors import decode, paired_giou
from tinyface_core.detector.losses import DetectorLoss, quality_focal
from tinyface_core.detector.network import DetectorNetwork

_SEEN = 0.1
"""Score from which on the teacher's boxes are taught, and its anchors count."""

_CLASSIFICATION = 3.0
"""Weight of the scores: a teacher's are nearer than what annotators marked, so that they pull less."""


def taught_by(teacher: DetectorNetwork, crops: Tensor, anchors: Tensor) -> tuple[Tensor, Tensor]:
    """Scores `(N, A)` in [0, 1] and boxes `(N, A, 4)` xyxy in pixels that a teacher gives.

    Args:
        teacher: trained; its anchors are `anchors`.
        crops: RGB uint8 `(N, 3, H, W)`.
        anchors: `(A, 3)` of a crop.
    """
    pictures = crops.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    scores, deltas = (torch.from_numpy(values).to(anchors.device) for values in teacher(pictures))
    return scores, decode(deltas, anchors)


def taught_loss(logits: Tensor, boxes: Tensor, scores: Tensor, taught: Tensor) -> DetectorLoss:
    """How far a detector is from its teacher: quality focal loss on all anchors, GIoU where the teacher sees a face.

    Scores say how sure one can be of a face, which annotations do not (Hinton et al., Distilling the Knowledge in a
    Neural Network, 2015).

    Args:
        logits: `(N, A)` float32 of the one that learns.
        boxes: `(N, A, 4)` xyxy in pixels, likewise.
        scores: `(N, A)` in [0, 1] of the teacher.
        taught: `(N, A, 4)` boxes, likewise.
    """
    seen = scores >= _SEEN
    weight = scores[seen]
    apart = (1 - paired_giou(boxes[seen], taught[seen])) * weight
    classification = quality_focal(logits.flatten(), scores.flatten(), seen.flatten())
    return DetectorLoss(_CLASSIFICATION * classification, apart.sum() / weight.sum().clamp(min=1))
