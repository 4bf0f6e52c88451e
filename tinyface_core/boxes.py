"""Box arithmetic on `(N, 4)` xyxy float tensors in pixels; edges are exclusive (width = x2 - x1)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

_LARGEST_LOG_SCALE = math.log(8.0)
_ROWS_AT_A_TIME = 1024


def area(boxes: Tensor) -> Tensor:
    """Areas `(N,)` in square pixels of boxes `(N, 4)`; inverted boxes count as empty."""
    return (boxes[:, 2] - boxes[:, 0]).clamp(min=0) * (boxes[:, 3] - boxes[:, 1]).clamp(min=0)


def iou_matrix(a: Tensor, b: Tensor) -> Tensor:
    """IoU `(N, M)` in [0, 1] of every box of `a (N, 4)` with every box of `b (M, 4)`."""
    overlap = _intersections(a, b)
    union = area(a)[:, None] + area(b)[None, :] - overlap
    return overlap / union.clamp(min=1e-9)


def best_matches(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """For every box of `a (N, 4)` the highest IoU `(N,)` with a box of `b (M, 4)`, and that box's index `(N,)`.

    Where `b` is empty both are 0. Memory is bounded: few rows of the matrix exist at a time.
    """
    overlap, index = a.new_zeros(len(a)), torch.zeros(len(a), dtype=torch.long)
    if len(b):
        for start in range(0, len(a), _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            overlap[rows], index[rows] = iou_matrix(a[rows], b).max(dim=1)
    return overlap, index


def coverage_matrix(a: Tensor, b: Tensor) -> Tensor:
    """Share `(N, M)` in [0, 1] of each box of `a (N, 4)` that lies inside each box of `b (M, 4)`."""
    return _intersections(a, b) / area(a)[:, None].clamp(min=1e-9)


def _intersections(a: Tensor, b: Tensor) -> Tensor:
    low = torch.maximum(a[:, None, :2], b[None, :, :2])
    high = torch.minimum(a[:, None, 2:], b[None, :, 2:])
    return (high - low).clamp(min=0).prod(dim=2)


def paired_iou(a: Tensor, b: Tensor) -> Tensor:
    """IoU `(N,)` in [0, 1] of boxes `(N, 4)` pair by pair."""
    overlap = (torch.minimum(a[:, 2:], b[:, 2:]) - torch.maximum(a[:, :2], b[:, :2])).clamp(min=0).prod(dim=1)
    return overlap / (area(a) + area(b) - overlap).clamp(min=1e-9)


def paired_giou(a: Tensor, b: Tensor) -> Tensor:
    """Generalised IoU `(N,)` in [-1, 1] of boxes `(N, 4)` pair by pair.

    Source: Rezatofighi et al., Generalized Intersection over Union, CVPR 2019.
    """
    low = torch.maximum(a[:, :2], b[:, :2])
    high = torch.minimum(a[:, 2:], b[:, 2:])
    overlap = (high - low).clamp(min=0).prod(dim=1)
    union = (area(a) + area(b) - overlap).clamp(min=1e-9)
    hull_low = torch.minimum(a[:, :2], b[:, :2])
    hull_high = torch.maximum(a[:, 2:], b[:, 2:])
    hull = (hull_high - hull_low).clamp(min=0).prod(dim=1).clamp(min=1e-9)
    return overlap / union - (hull - union) / hull


def decode(deltas: Tensor, anchors: Tensor) -> Tensor:
    """Boxes `(..., A, 4)` xyxy in pixels from head outputs `(..., A, 4)` on anchors `(A, 3)`.

    Deltas are centre offsets in anchor sides, then log width and log height in anchor sides.
    """
    side = anchors[:, 2:]
    centre = anchors[:, :2] + deltas[..., :2] * side
    half = deltas[..., 2:].clamp(-_LARGEST_LOG_SCALE, _LARGEST_LOG_SCALE).exp() * side / 2
    return torch.cat([centre - half, centre + half], dim=-1)


def clip(boxes: Tensor, width: int, height: int) -> Tensor:
    """Boxes `(N, 4)` cut to a picture of `width` x `height` pixels."""
    limit = boxes.new_tensor([width, height, width, height])
    return torch.minimum(boxes.clamp(min=0), limit)


def mirrored(boxes: Tensor, width: float) -> Tensor:
    """Boxes `(N, 4)` in a picture of that width after it was mirrored left to right."""
    left, top, right, bottom = boxes.unbind(dim=1)
    return torch.stack([width - right, top, width - left, bottom], dim=1)


def nms(boxes: Tensor, scores: Tensor, iou_threshold: float, limit: int | None = None) -> Tensor:
    """Indices `(K,)` of the boxes that greedy non-maximum suppression keeps, best score first.

    Args:
        boxes: `(N, 4)` xyxy in pixels.
        scores: `(N,)`.
        iou_threshold: boxes that overlap a better one by more than this are dropped.
        limit: only so many of them are wanted; None for all.
    """
    # Imported late: torchvision takes a second to import and a window must not wait for it.
    from torchvision.ops import nms as torchvision_nms

    order = scores.float().argsort(descending=True, stable=True)
    looked_at = len(order) if limit is None else 4 * limit
    while True:
        # Worse boxes decide nothing about better ones, so the best few give the same as all would.
        best = order[:looked_at]
        kept: Tensor = best[torchvision_nms(boxes[best].float(), scores[best].float(), iou_threshold)]
        if looked_at >= len(order) or (limit is not None and len(kept) >= limit):
            return kept[:limit]
        looked_at *= 2


def square_rois(boxes: Tensor, context: float) -> Tensor:
    """Square regions `(N, 4)` round the centres of boxes `(N, 4)`.

    The side is the longer side of the box times `1 + context`; regions may reach past the
    picture, cropping pads them.
    """
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    side = (boxes[:, 2:] - boxes[:, :2]).amax(dim=1, keepdim=True) * (1 + context)
    return torch.cat([centres - side / 2, centres + side / 2], dim=1)


def tiles(width: int, height: int, size: int, overlap: int, multiple: int = 1) -> Iterator[tuple[int, int, int, int]]:
    """Tiles `(x1, y1, x2, y2)` of at most `size` pixels a side that cover a picture.

    Neighbours share at least `overlap` pixels, so that a face smaller than that lies whole in
    one of them. There are as few as possible, and these no larger than need be. A picture that
    fits in one tile gives just that tile.

    Args:
        width: of the picture, in pixels.
        height: likewise.
        size: longest side.
        overlap: least number of shared pixels.
        multiple: sides are a multiple of this where there are several tiles; `size` must be one too.

    Raises:
        ValueError: if `overlap` is not smaller than `size`.
    """
    if overlap >= size:
        raise ValueError(f"The overlap of tiles ({overlap}) must be smaller than a tile ({size}).")
    for y1, y2 in _spans(height, size, overlap, multiple):
        for x1, x2 in _spans(width, size, overlap, multiple):
            yield x1, y1, x2, y2


def _spans(length: int, size: int, overlap: int, multiple: int) -> list[tuple[int, int]]:
    if length <= size:
        return [(0, length)]
    count = -(-(length - overlap) // (size - overlap))
    share = -(-(length + (count - 1) * overlap) // count)
    side = min(size, -(-share // multiple) * multiple)
    starts = [round(i * (length - side) / (count - 1)) for i in range(count)]
    return [(start, start + side) for start in starts]
