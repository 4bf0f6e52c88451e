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
_NMS_BLOCK = 128
"""Boxes that are compared with the kept ones together; the arrays fit into the processor's cache."""

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
    best = boxes[order].T.astype(np.float32, order="C")
    kept = np.empty(0, np.int64)
    for start in range(0, len(order), _NMS_BLOCK):
        rows = np.arange(start, min(start + _NMS_BLOCK, len(order)))
        for first in range(0, len(kept), _ROWS_AT_A_TIME):
            better = kept[first : first + _ROWS_AT_A_TIME]
            rows = rows[~_overlap(best[:, better], best[:, rows], iou_threshold).any(axis=0)]
        pairs = _overlap(best[:, rows], best[:, rows], iou_threshold) & _BETTER[: len(rows), : len(rows)]
        stay, before = np.ones(len(rows), bool), np.zeros(len(rows), bool)
        while not np.array_equal(stay, before):  # each iteration settles at least one more box, from the best on
            stay, before = ~np.any(pairs[stay], axis=0), stay
        kept = np.concatenate([kept, rows[stay]])
        if limit is not None and len(kept) >= limit:
            break
    return order[kept[:limit]]


def _overlap(a: AnyFloats, b: AnyFloats, iou_threshold: float) -> NDArray[np.bool_]:
    """`(N, M)` whether the IoU of boxes `a (4, N)` and `b (4, M)` exceeds a threshold, without a division."""
    width = np.minimum(a[2, :, None], b[2])
    width -= np.maximum(a[0, :, None], b[0])
    height = np.minimum(a[3, :, None], b[3])
    height -= np.maximum(a[1, :, None], b[1])
    common = np.multiply(np.maximum(width, 0, out=width), height, out=width)
    areas = ((box[2] - box[0]) * (box[3] - box[1]) * (iou_threshold / (1 + iou_threshold)) for box in (a, b))
    above: NDArray[np.bool_] = common > np.add(next(areas)[:, None], next(areas), out=height)
    return above
