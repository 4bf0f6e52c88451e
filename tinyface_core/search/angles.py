"""The angles from which a picture is searched: as it is, turned by right angles, tilted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tinyface_core.affine import moved_boxes, rotation, showing_all, warped
from tinyface_core.boxes import centres, clip, nms, turned_back
from tinyface_core.search_settings import LEAST_SHOWN, SearchSettings
from tinyface_core.types import Detections, Floats, RgbImage

_RIGHT_ANGLES = (90, 180, 270)
_TILTS = (-30, 30)
_OTHER_ANGLE = 1.5
"""By how much the log-odds of a face are lower at another angle than that of most faces."""


def angles_of(settings: SearchSettings) -> tuple[int, ...]:
    """Degrees counter-clockwise by which the picture is rotated for each look at it; the first is 0."""
    return (0, *(_RIGHT_ANGLES if settings.turned else ()), *(_TILTS if settings.tilted else ()))


def rotated(picture: RgbImage, degrees: int) -> RgbImage:
    """A whole picture rotated counter-clockwise; corners outside it are grey."""
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(picture, degrees // 90))
    affine, size = showing_all(rotation(degrees), (picture.shape[1], picture.shape[0]))
    return warped(picture, affine, size)


def rotated_boxes(boxes: Floats, width: int, height: int, degrees: int) -> Floats:
    """Boxes `(N, 4)` of a picture of `width` x `height` pixels in coordinates of the rotated one."""
    if degrees % 90 == 0:
        across, down = (height, width) if degrees % 180 else (width, height)
        return turned_back(boxes, across, down, -degrees // 90)
    return moved_boxes(boxes, showing_all(rotation(degrees), (width, height))[0]).astype(np.float64)


def rotated_back(found: Detections, width: int, height: int, degrees: int) -> Detections:
    """Faces of the rotated picture in coordinates of the original one of `width` x `height` pixels.

    Those whose centre is outside the original are left out.
    """
    if degrees % 90 == 0:
        return replace(found, boxes=turned_back(found.boxes, width, height, degrees // 90))
    affine, _ = showing_all(rotation(degrees), (width, height))
    linear = np.linalg.inv(affine[:, :2])
    boxes = moved_boxes(found.boxes, np.column_stack([linear, -linear @ affine[:, 2]])).astype(np.float64)
    middles = centres(boxes)
    inside: NDArray[np.bool_] = np.logical_and.reduce((middles >= 0) & (middles < [width, height]), axis=1)
    return replace(found, boxes=clip(boxes, width, height)).take(inside)


def weighed(looks: Sequence[Detections], nms_iou: float) -> Detections:
    """The faces of all looks together, with lower scores where a look shows less than another one.

    Most pictures show all their faces at one angle, while every look adds false boxes of its own. The first look, at
    the picture as it is, leads if all show the same. Of faces of one look with a greater IoU than `nms_iou` the
    best counts.
    """
    shown = [float(look.scores[_sure(look, nms_iou)].sum()) for look in looks]
    leading = int(np.argmax(shown))
    return Detections.together([look if row == leading else _doubted(look) for row, look in enumerate(looks)])


def _sure(found: Detections, nms_iou: float) -> NDArray[np.int64]:
    kept = nms(found.boxes, found.scores, nms_iou)
    return kept[found.scores[kept] >= LEAST_SHOWN]


def _doubted(found: Detections) -> Detections:
    # Odds divided by exp(d), without the logarithm of a score of 0 or 1.
    scores = found.scores
    return replace(found, scores=scores / (scores + (1 - scores) * np.exp(_OTHER_ANGLE)))
