"""Losses of the detector: classification (quality focal, or hard negatives 1:3) and boxes (GIoU)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from tinyface_core.box_tensors import paired_giou

_NEGATIVES_FOR_A_POSITIVE = 3


@dataclass(frozen=True, slots=True)
class DetectorLoss:
    """The two terms, each a scalar tensor; `total` is what is minimised."""

    classification: Tensor
    box: Tensor

    @property
    def total(self) -> Tensor:
        """Classification plus twice the box term."""
        return self.classification + 2 * self.box


def quality_focal(logits: Tensor, quality: Tensor, positive: Tensor) -> Tensor:
    """Quality focal loss with exponent 2, summed over `(M,)` anchors and divided by the number of positives.

    The target of a face's anchor, its `quality` in [0, 1], is the IoU of its predicted box, so that scores rank boxes
    too; of background it is 0. Source: Li et al., Generalized Focal Loss, NeurIPS 2020.
    """
    error = (logits.sigmoid() - quality).abs()
    loss = F.binary_cross_entropy_with_logits(logits, quality, reduction="none") * error.square()
    return loss.sum() / positive.sum().clamp(min=1)


def hard_negative_cross_entropy(logits: Tensor, quality: Tensor, positive: Tensor) -> Tensor:
    """Cross-entropy of positives `(M,)` and three of the hardest negatives for each, divided by the positives.

    The label is 1 for every positive, whatever its quality. Source: online hard negatives 1:3 as in SSD (Liu et al.,
    ECCV 2016).
    """
    loss = F.binary_cross_entropy_with_logits(logits, positive.to(logits.dtype), reduction="none")
    count = max(int(positive.sum()), 1)
    negative = loss[~positive]
    hardest = negative.topk(min(_NEGATIVES_FOR_A_POSITIVE * count, len(negative))).values
    return (loss[positive].sum() + hardest.sum()) / count


CLASSIFICATION_LOSSES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "focal": quality_focal,
    "ohem": hard_negative_cross_entropy,
}


def detector_loss(
    logits: Tensor, boxes: Tensor, owner: Tensor, target_boxes: Tensor, classification: str
) -> DetectorLoss:
    """Loss of a batch.

    Args:
        logits: `(N, A)` float32.
        boxes: `(N, A, 4)` predicted xyxy in pixels.
        owner: `(N, A)` int64 from `anchors.assign`: >= 0 a face, -1 background, -2 neither.
        target_boxes: `(N, A, 4)` xyxy in pixels, meaningful where `owner >= 0`.
        classification: a key of `CLASSIFICATION_LOSSES`.
    """
    positive = owner >= 0
    counted = owner > -2
    quality = torch.zeros_like(logits)
    giou = paired_giou(boxes[positive], target_boxes[positive])
    quality[positive] = giou.detach().clamp(min=0.05, max=1)
    box = (1 - giou).sum() / positive.sum().clamp(min=1)
    chosen = CLASSIFICATION_LOSSES[classification]
    return DetectorLoss(chosen(logits[counted], quality[counted], positive[counted]), box)
