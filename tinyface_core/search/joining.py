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
from tinyface_core.gan.fusion import logit
from tinyface_core.search.tiling import Place
from tinyface_core.types import Detections

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
        faces: candidates that its tiles answer for, in pixels of the picture.
        tiles: where it was searched.
        say: see `PyramidLevel`.
    """

    faces: Detections
    tiles: Sequence[Place]
    say: float = 0.0

    def answers_for(self, faces: Detections) -> NDArray[np.bool_]:
        """Which `(N,)` of some faces of the picture one of its tiles answers for."""
        answers = np.zeros(len(faces), bool)
        for tile in self.tiles:
            answers |= tile.answers_for(faces)
        return answers


def joined(looks: Sequence[Look], nms_iou: float, least_score: float, limit: int | None = None) -> Detections:
    """What several copies show, every face once, best first.

    Args:
        looks: of each copy.
        nms_iou: of two candidates that overlap by more, the better one stays.
        least_score: what a copy has to say about a face that it did not find, although it answers for it.
        limit: so many at most; None for all.
    """
    looks = [replace(look, faces=_suppressed(look.faces, nms_iou, limit)) for look in looks]
    together = Detections.together([look.faces for look in looks])
    copy = np.repeat(np.arange(len(looks)), [len(look.faces) for look in looks])
    kept = nms(together.boxes, together.scores, nms_iou, limit)
    return _heard(together.take(kept), copy[kept], looks, least_score)


def _suppressed(faces: Detections, nms_iou: float, limit: int | None) -> Detections:
    return faces.take(nms(faces.boxes, faces.scores, nms_iou, limit))


def _heard(faces: Detections, copy: NDArray[np.int64], looks: Sequence[Look], least_score: float) -> Detections:
    """Faces after every copy with a say has been heard about those that another copy with a say found."""
    say = np.array([look.say for look in looks])
    if not say.any():
        return faces
    own = logit(faces.scores)
    certainty, boxes, weight = own.copy(), faces.boxes * faces.scores[:, None], faces.scores.copy()
    for number, look in enumerate(looks):
        rows = np.flatnonzero((say[copy] > 0) & (look.say > 0) & (copy != number))
        rows = rows[look.answers_for(faces.take(rows))]
        overlap, match = best_matches(faces.boxes[rows], look.faces.boxes)
        seen = overlap >= _SAME_FACE
        score = np.full(len(rows), least_score)
        score[seen] = look.faces.scores[match[seen]]
        certainty[rows] += look.say * (logit(score) - own[rows])
        boxes[rows[seen]] += look.faces.boxes[match[seen]] * score[seen, None]
        weight[rows[seen]] += score[seen]
    scores = np.where(certainty == own, faces.scores, 1 / (1 + np.exp(-certainty)))
    order = np.argsort(-scores, kind="stable")
    return Detections.of(boxes / weight[:, None], scores, faces.strides).take(order)
