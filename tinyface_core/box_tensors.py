"""Box arithmetic on differentiable tensors; for arrays see `tinyface_core.boxes`."""

from __future__ import annotations

import torch
from torch import Tensor

from tinyface_core.boxes import LARGEST_LOG_SCALE


def decode(deltas: Tensor, anchors: Tensor) -> Tensor:
    """Boxes `(..., A, 4)` xyxy in pixels from head outputs `(..., A, 4)` on anchors `(A, 3)`.

    Deltas are centre offsets in anchor sides, then log width and log height in anchor sides.
    """
    side = anchors[:, 2:]
    centre = anchors[:, :2] + deltas[..., :2] * side
    half = deltas[..., 2:].clamp(-LARGEST_LOG_SCALE, LARGEST_LOG_SCALE).exp() * side / 2
    return torch.cat([centre - half, centre + half], dim=-1)


def mirrored(boxes: Tensor, width: float) -> Tensor:
    """Boxes `(N, 4)` after the picture, of that width in pixels, is mirrored left to right."""
    left, top, right, bottom = boxes.unbind(dim=1)
    return torch.stack([width - right, top, width - left, bottom], dim=1)


def paired_iou(a: Tensor, b: Tensor) -> Tensor:
    """IoU `(N,)` in [0, 1] of boxes `(N, 4)` pair by pair."""
    overlap = _paired_intersections(a, b)
    return overlap / (_area(a) + _area(b) - overlap).clamp(min=1e-9)


def paired_giou(a: Tensor, b: Tensor) -> Tensor:
    """Generalised IoU `(N,)` in [-1, 1] of boxes `(N, 4)` pair by pair.

    Source: Rezatofighi et al., Generalized Intersection over Union, CVPR 2019.
    """
    overlap = _paired_intersections(a, b)
    union = (_area(a) + _area(b) - overlap).clamp(min=1e-9)
    low, high = torch.minimum(a[:, :2], b[:, :2]), torch.maximum(a[:, 2:], b[:, 2:])
    hull = (high - low).clamp(min=0).prod(dim=1).clamp(min=1e-9)
    return overlap / union - (hull - union) / hull


def _area(boxes: Tensor) -> Tensor:
    return (boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(dim=1)


def _paired_intersections(a: Tensor, b: Tensor) -> Tensor:
    return (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(dim=1)
