"""Joining what was found on the copies of a picture.

A face that is shown well by two copies should be found on both. Where both have a say, the score of what one of them
found is moved towards the other's opinion, and its box towards the other's box, as the votes of a committee are joined;
what the other did not find counts as the least score that it would have given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import best_matches, nms
from tinyface_core.detector.pyramid import Pyramid
from tinyface_core.gan.fusion import logit
from tinyface_core.types import Detections, Floats

_SAME_FACE = 0.5
_SURE = 0.6
_PIECE = 0.5
_INSIDE = 0.8


def without_pieces(faces: Detections) -> Detections:
    """Faces without what lies in the oval of a sure face at least twice as large: an eye, a mouth, a cheek.

    Args:
        faces: of one picture, every face once.
    """
    sure = faces.take(faces.scores >= _SURE)
    sizes, centres = faces.sizes, (faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2
    kept = np.ones(len(faces), bool)
    for (x1, y1, x2, y2), size in zip(sure.boxes, sure.sizes, strict=True):
        half = np.array([x2 - x1, y2 - y1]) / 2
        away = ((centres - ((x1 + x2) / 2, (y1 + y2) / 2)) / half) ** 2
        kept &= (sizes >= _PIECE * size) | (away.sum(axis=1) > _INSIDE**2)
    return faces.take(kept)


@dataclass(frozen=True, slots=True)
class Look:
    """What one copy shows.

    Attributes:
        faces: candidates of the sizes that the copy answers for, in pixels of the picture.
        cores: `(K, 4)` xyxy in pixels of the picture: where it was looked for them.
    """

    faces: Detections
    cores: Floats

    def covers(self, points: Floats) -> NDArray[np.bool_]:
        """Which of `(N, 2)` points in pixels of the picture lie where this copy was searched."""
        inside = (points[:, None] >= self.cores[:, :2]) & (points[:, None] < self.cores[:, 2:])
        return np.asarray(inside.all(axis=2).any(axis=1))


def joined(
    looks: Sequence[Look], pyramid: Pyramid, nms_iou: float, least_score: float, limit: int | None = None
) -> Detections:
    """What several copies show, every face once, best first.

    Args:
        looks: of each level of the pyramid.
        pyramid: says which levels have a say about what others found.
        nms_iou: of two candidates that overlap by more, the better one stays.
        least_score: what a level has to say about a face that it did not find where it was searched.
        limit: so many at most; None for all.
    """
    looks = [
        replace(look, faces=look.faces.take(nms(look.faces.boxes, look.faces.scores, nms_iou, limit))) for look in looks
    ]
    if len(looks) == 1:
        return looks[0].faces
    together = Detections.together([look.faces for look in looks])
    level = np.repeat(np.arange(len(looks)), [len(look.faces) for look in looks])
    kept = nms(together.boxes, together.scores, nms_iou, limit)
    return _heard(together.take(kept), level[kept], looks, pyramid, least_score)


def _heard(
    faces: Detections, level: NDArray[np.int64], looks: Sequence[Look], pyramid: Pyramid, least_score: float
) -> Detections:
    """Faces after every level with a say has been heard about those that another level with a say found."""
    say = np.array([one.say for one in pyramid])
    if not say.any():
        return faces
    side, own, centre = faces.sizes, logit(faces.scores), (faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2
    certainty, boxes, weight = own.copy(), faces.boxes * faces.scores[:, None], faces.scores.copy()
    for number, (one, other) in enumerate(zip(pyramid, looks, strict=True)):
        asked = (say[level] > 0) & (one.say > 0) & (level != number) & (side >= one.smallest) & (side < one.largest)
        rows = np.flatnonzero(asked & other.covers(centre))
        overlap, match = best_matches(faces.boxes[rows], other.faces.boxes)
        seen = overlap >= _SAME_FACE
        score = np.full(len(rows), least_score)
        score[seen] = other.faces.scores[match[seen]]
        certainty[rows] += one.say * (logit(score) - own[rows])
        boxes[rows[seen]] += other.faces.boxes[match[seen]] * score[seen, None]
        weight[rows[seen]] += score[seen]
    scores = np.where(certainty == own, faces.scores, 1 / (1 + np.exp(-certainty)))
    order = np.argsort(-scores, kind="stable")
    return Detections.of(boxes / weight[:, None], scores, faces.strides).take(order)
