"""Distillation: a smaller detector learns from a trained one on the same crops."""

from __future__ import annotations

import torch
from torch import Tensor

from tinyface_core.box_tensors import decode, paired_giou
from tinyface_core.detector.losses import DetectorLoss, quality_focal
from tinyface_core.detector.network import DetectorNetwork

_SEEN = 0.1
"""Minimum teacher's score of anchors that count as positive and whose boxes are learned."""

_CLASSIFICATION = 3.0
"""Weight of the classification loss, which is smaller with a teacher's scores than with annotations."""


def taught_by(teacher: DetectorNetwork, crops: Tensor, anchors: Tensor) -> tuple[Tensor, Tensor]:
    """A teacher's scores `(N, A)` in [0, 1] and xyxy boxes `(N, A, 4)` in pixels for RGB uint8 `(N, 3, H, W)` crops."""
    pictures = crops.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    scores, deltas = (torch.from_numpy(values).to(anchors.device) for values in teacher(pictures))
    return scores, decode(deltas, anchors)


def taught_loss(logits: Tensor, boxes: Tensor, scores: Tensor, taught: Tensor) -> DetectorLoss:
    """Distillation loss: quality focal loss on all anchors, and GIoU loss where the teacher sees a face.

    A teacher's scores express uncertainty, which annotations do not (Hinton et al., Distilling the Knowledge in a
    Neural Network, 2015). Logits and scores are `(N, A)`, the student's and the teacher's boxes `(N, A, 4)` xyxy.
    """
    seen = scores >= _SEEN
    weight = scores[seen]
    apart = (1 - paired_giou(boxes[seen], taught[seen])) * weight
    classification = quality_focal(logits.flatten(), scores.flatten(), seen.flatten())
    return DetectorLoss(_CLASSIFICATION * classification, apart.sum() / weight.sum().clamp(min=1))
