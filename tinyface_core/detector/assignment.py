"""Assigns annotated faces to anchors for training."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from tinyface_core.box_tensors import paired_iou
from tinyface_core.boxes import coverage_matrix, iou_matrix
from tinyface_core.detector.anchors import anchor_count, anchors_at, grid_size
from tinyface_core.presets import BranchPreset, DetectorPreset


def make_anchors(branches: Sequence[BranchPreset], height: int, width: int) -> Tensor:
    """All anchors `(A, 3)` of a `height` x `width` picture as float32; see `anchors_at`."""
    every = np.arange(anchor_count(branches, height, width))
    return torch.from_numpy(anchors_at(branches, height, width, every)[0]).float()


def anchor_boxes(anchors: Tensor) -> Tensor:
    """Anchors `(A, 3)` as xyxy boxes `(A, 4)` in pixels."""
    half = anchors[:, 2:] / 2
    return torch.cat([anchors[:, :2] - half, anchors[:, :2] + half], dim=1)


def assign(
    anchors: Tensor,
    faces: Tensor,
    ignored: Tensor,
    preset: DetectorPreset,
    size: tuple[int, int],
    negatives: Tensor | None = None,
    parts: Tensor | None = None,
) -> Tensor:
    """Index of the face that each anchor learns, `(A,)` int64; -1: background, -2: ignored.

    An anchor learns a face if its branch is responsible for the face's size and their IoU is at least
    `preset.positive_iou` or the greatest of the face's anchors. It is background if its IoU with every face is less
    than `preset.negative_iou`. In between, in ignored regions and near parts of faces it is ignored, unless it lies
    where there is known to be no face.

    Args:
        anchors: result of `make_anchors`, `(A, 3)`.
        faces: `(G, 4)` xyxy in pixels.
        ignored: `(I, 4)` xyxy in pixels.
        preset: thresholds and branches.
        size: height and width in pixels of the picture that the anchors cover.
        negatives: `(M, 4)` xyxy in pixels, known not to be faces.
        parts: `(P, 4)` xyxy in pixels of faces that are mostly outside the picture.
    """
    owner = torch.full((len(anchors),), -1, dtype=torch.long)
    if len(faces):
        pair_face, pair_anchor, pair_allowed = _near_pairs(faces, preset.branches, size)
        overlap = paired_iou(anchor_boxes(anchors[pair_anchor]), faces[pair_face])
        best_any = torch.zeros(len(anchors)).scatter_reduce(0, pair_anchor, overlap, "amax")
        owner[best_any >= preset.negative_iou] = -2
        best_of_face = torch.zeros(len(faces)).scatter_reduce(0, pair_face[pair_allowed], overlap[pair_allowed], "amax")
        chosen = pair_allowed & (
            (overlap >= preset.positive_iou) | ((overlap >= best_of_face[pair_face] - 1e-6) & (overlap > 0.1))
        )
        # In order of increasing IoU, so that the best face of an anchor is assigned last.
        order = overlap[chosen].argsort(stable=True)
        for_anchor, for_face = pair_anchor[chosen][order], pair_face[chosen][order]
        owner[for_anchor] = for_face
    unsure = [regions for regions in (ignored, parts) if regions is not None and len(regions)]
    if unsure:
        boxes = anchor_boxes(anchors).numpy()
        unknown = iou_matrix(boxes, torch.cat(unsure).numpy()).max(axis=1) >= preset.negative_iou
        if len(ignored):
            unknown |= coverage_matrix(boxes, ignored.numpy()).max(axis=1) >= 0.5
        unknown &= (owner == -1).numpy()
        if negatives is not None and len(negatives):
            unknown &= iou_matrix(boxes, negatives.numpy()).max(axis=1) < preset.negative_iou
        owner[torch.from_numpy(unknown)] = -2
    return owner


def _near_pairs(
    faces: Tensor, branches: Sequence[BranchPreset], size: tuple[int, int]
) -> tuple[Tensor, Tensor, Tensor]:
    """Pairs of face and anchor that may overlap: `(P,)` face, anchor, whether its branch is to find that size."""
    centre_x, centre_y = (faces[:, 0] + faces[:, 2]) / 2, (faces[:, 1] + faces[:, 3]) / 2
    longer = (faces[:, 2:] - faces[:, :2]).amax(dim=1)
    found: list[tuple[Tensor, Tensor, Tensor]] = []
    first = 0
    for branch in branches:
        rows, columns = grid_size(branch, *size)
        count = len(branch.anchors)
        allowed = (longer >= branch.smallest) & (longer < branch.largest)
        reach = math.ceil(0.6 * max(branch.anchors) / branch.stride)
        steps = torch.arange(-reach, reach + 1)
        row = (centre_y / branch.stride).floor().long()[:, None, None, None] + steps[None, :, None, None]
        column = (centre_x / branch.stride).floor().long()[:, None, None, None] + steps[None, None, :, None]
        kind = torch.arange(count)[None, None, None, :]
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        inside = inside.expand(-1, -1, -1, count)
        anchor = (first + (row * columns + column) * count + kind)[inside]
        face = torch.arange(len(faces))[:, None, None, None].expand_as(inside)[inside]
        found.append((face, anchor, allowed[face]))
        first += rows * columns * count
    faces_of, anchors_of, allowed_of = (torch.cat(column) for column in zip(*found, strict=True))
    return faces_of, anchors_of, allowed_of
