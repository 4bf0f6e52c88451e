"""Box arithmetic on float arrays `(N, 4)`, xyxy in pixels; x2 and y2 are exclusive (width = x2 - x1).

The differentiable versions are in `tinyface_core.box_tensors`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

AnyFloats = NDArray[Any]
"""Floats of any width; `tinyface_core.types.Floats` are those of double precision."""

LARGEST_LOG_SCALE = math.log(8.0)
"""Limit of the absolute log width and log height of a box, in anchor sides."""

_ROWS_AT_A_TIME = 1024
_NMS_BLOCK = 96
"""Boxes that are suppressed together before those that stay suppress the rest."""

_BETTER = np.tri(_NMS_BLOCK, k=-1, dtype=bool).T
"""`(B, B)` whether the first of two boxes in order is before the second."""


def area(boxes: AnyFloats) -> AnyFloats:
    """Areas `(N,)` in square pixels of boxes `(N, 4)`; inverted boxes count as empty."""
    width, height = _sides(boxes)
    areas: AnyFloats = width.clip(min=0) * height.clip(min=0)
    return areas


def longer_side(boxes: AnyFloats) -> AnyFloats:
    """Longer sides `(N,)` in pixels of boxes `(N, 4)`."""
    longest: AnyFloats = np.maximum(*_sides(boxes))
    return longest


def shorter_side(boxes: AnyFloats) -> AnyFloats:
    """Shorter sides `(N,)` in pixels of boxes `(N, 4)`."""
    shortest: AnyFloats = np.minimum(*_sides(boxes))
    return shortest


def mean_side(boxes: AnyFloats) -> AnyFloats:
    """Square roots `(N,)` of the areas of boxes `(N, 4)`, in pixels, above 0."""
    width, height = _sides(boxes)
    sides: AnyFloats = np.sqrt(width.clip(min=1e-3) * height.clip(min=1e-3))
    return sides


def _sides(boxes: AnyFloats) -> tuple[AnyFloats, AnyFloats]:
    """Widths and heights; column by column, since numpy reduces rows of two numbers slowly."""
    return boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]


def centres(boxes: AnyFloats) -> AnyFloats:
    """Centres `(N, 2)` of boxes `(N, 4)` in pixels."""
    middles: AnyFloats = (boxes[:, :2] + boxes[:, 2:]) / 2
    return middles


def iou_matrix(a: AnyFloats, b: AnyFloats) -> AnyFloats:
    """IoU `(N, M)` in [0, 1] of every box of `a (N, 4)` with every box of `b (M, 4)`."""
    overlap = _intersections(a, b)
    union = area(a)[:, None] + area(b)[None, :] - overlap
    iou: AnyFloats = overlap / union.clip(min=1e-9)
    return iou


def best_matches(a: AnyFloats, b: AnyFloats) -> tuple[AnyFloats, NDArray[np.int64]]:
    """For every box of `a (N, 4)` the highest IoU `(N,)` with a box of `b (M, 4)`, and that box's index `(N,)`.

    Both are 0 if `b` is empty. The IoU matrix is computed in blocks, so memory is bounded.
    """
    overlap, index = np.zeros(len(a)), np.zeros(len(a), np.int64)
    if len(b):
        for start in range(0, len(a), _ROWS_AT_A_TIME):
            rows = slice(start, start + _ROWS_AT_A_TIME)
            part = iou_matrix(a[rows], b)
            index[rows] = part.argmax(axis=1)
            overlap[rows] = part.max(axis=1)
    return overlap, index


def coverage_matrix(a: AnyFloats, b: AnyFloats) -> AnyFloats:
    """Share `(N, M)` in [0, 1] of each box of `a (N, 4)` that lies inside each box of `b (M, 4)`."""
    shares: AnyFloats = _intersections(a, b) / area(a)[:, None].clip(min=1e-9)
    return shares


def lie_on(boxes: AnyFloats, regions: AnyFloats) -> NDArray[np.bool_]:
    """Which boxes `(N, 4)` lie on one of the regions `(M, 4)`, `(N,)`: half of the box is in it, or the IoU is 0.3."""
    covered = coverage_matrix(boxes, regions) >= 0.5
    return np.asarray((covered | (iou_matrix(boxes, regions) >= 0.3)).any(axis=1))


def _intersections(a: AnyFloats, b: AnyFloats) -> AnyFloats:
    a = a[:, :, None]
    width, height = (
        np.maximum(np.minimum(a[:, end], b[:, end]) - np.maximum(a[:, start], b[:, start]), 0)
        for start, end in ((0, 2), (1, 3))
    )
    areas: AnyFloats = width * height
    return areas


def decode(deltas: AnyFloats, anchors: AnyFloats) -> AnyFloats:
    """Boxes `(N, 4)` xyxy in pixels from head outputs `(N, 4)` on anchors `(N, 3)`.

    Deltas are centre offsets in anchor sides, then log width and log height in anchor sides.
    """
    side = anchors[:, 2:]
    centre = anchors[:, :2] + deltas[:, :2] * side
    half = np.exp(deltas[:, 2:].clip(-LARGEST_LOG_SCALE, LARGEST_LOG_SCALE)) * side / 2
    return np.concatenate([centre - half, centre + half], axis=1)


def clip(boxes: AnyFloats, width: int, height: int) -> AnyFloats:
    """Boxes `(N, 4)` cut to a picture of `width` x `height` pixels."""
    return boxes.clip(0, [width, height, width, height])


def turned_back(boxes: AnyFloats, width: float, height: float, turns: int) -> AnyFloats:
    """Boxes `(N, 4)` of a rotated picture in coordinates of the original picture of `width` x `height` pixels.

    The rotated picture is `np.rot90(picture, turns)`.
    """
    x1, y1, x2, y2 = boxes.T
    places = {
        0: (x1, y1, x2, y2),
        1: (width - y2, x1, width - y1, x2),
        2: (width - x2, height - y2, width - x1, height - y1),
        3: (y1, height - x2, y2, height - x1),
    }
    return np.stack(places[turns % 4], axis=1)


def mirrored(boxes: AnyFloats, width: float) -> AnyFloats:
    """Boxes `(N, 4)` after the picture, of that width in pixels, is mirrored left to right."""
    left, top, right, bottom = boxes.T
    return np.stack([width - right, top, width - left, bottom], axis=1)


def square_rois(boxes: AnyFloats, context: float) -> AnyFloats:
    """Square regions `(N, 4)` around the centres of boxes `(N, 4)`; they may extend beyond the picture.

    Their side is the longer side of the box times `1 + context`.
    """
    return squares(centres(boxes), longer_side(boxes) * (1 + context))


def squares(middles: AnyFloats, sides: AnyFloats) -> AnyFloats:
    """Square boxes `(N, 4)` with centres `(N, 2)` and sides `(N,)` in pixels."""
    half = sides[:, None] / 2
    return np.concatenate([middles - half, middles + half], axis=1)


def nms(boxes: AnyFloats, scores: AnyFloats, iou_threshold: float, limit: int | None = None) -> NDArray[np.int64]:
    """Indices `(K,)` of the boxes that greedy non-maximum suppression keeps, best score first.

    Args:
        boxes: `(N, 4)` xyxy in pixels.
        scores: `(N,)`.
        iou_threshold: boxes that overlap a better one by more than this are dropped.
        limit: maximum number of boxes; None for all.
    """
    order = np.argsort(-scores, kind="stable")
    left, kept = _with_shares(boxes[order], iou_threshold), [np.empty(0, np.int64)]
    rest, count = order, 0
    while len(rest) and (limit is None or count < limit):
        best = left[:, :_NMS_BLOCK]
        pairs = _overlap(best, best) & _BETTER[: best.shape[1], : best.shape[1]]
        stay, before = ~pairs.any(axis=0), None
        while before is None or (stay != before).any():  # each iteration settles at least one more box
            stay, before = ~pairs[stay].any(axis=0), stay
        kept.append(rest[:_NMS_BLOCK][stay])
        count += len(kept[-1])
        free = ~_overlap(best[:, stay], left[:, _NMS_BLOCK:]).any(axis=0)
        left, rest = left[:, _NMS_BLOCK:][:, free], rest[_NMS_BLOCK:][free]
    return np.concatenate(kept)[:limit]


def _with_shares(boxes: AnyFloats, iou_threshold: float) -> NDArray[np.float32]:
    """Columns x1, y1, x2, y2 and a share of the area `(5, N)`.

    The IoU of two boxes exceeds the threshold where their intersection exceeds the sum of their shares.
    """
    columns = np.empty((5, len(boxes)), np.float32)
    columns[:4] = boxes.T
    np.multiply(columns[2] - columns[0], columns[3] - columns[1], out=columns[4])
    columns[4] *= iou_threshold / (1 + iou_threshold)
    return columns


def _overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.bool_]:
    """`(N, M)` whether the IoU of `a (5, N)` and `b (5, M)`, both from `_with_shares`, exceeds the threshold."""
    a = a[:, :, None]
    width = np.minimum(a[2], b[2])
    width -= np.maximum(a[0], b[0])
    height = np.minimum(a[3], b[3])
    height -= np.maximum(a[1], b[1])
    common = np.multiply(np.maximum(width, 0, out=width), height, out=width)
    above: NDArray[np.bool_] = common > np.add(a[4], b[4], out=height)
    return above
