"""Joins the candidates of the copies of a picture.

A face that two copies show at a good size should be found on both. If both copies have a vote on it, the score of one
is moved towards the score of the other, and its box towards the other box, as in an ensemble. A face that the other
copy did not find counts there with the minimum score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import best_matches, centres, nms
from tinyface_core.gan.fusion import logit
from tinyface_core.search.tiling import Place
from tinyface_core.types import Detections

_SAME_FACE = 0.5
_SURE = 0.6
_PIECE = 0.5
_INSIDE = 0.8


def without_pieces(faces: Detections) -> Detections:
    """Faces without false ones inside the oval of a sure face at least twice as large, such as an eye or a mouth.

    Args:
        faces: of one picture, after non-maximum suppression.
    """
    sure = faces.take(faces.scores >= _SURE)
    sizes, middles = faces.sizes, centres(faces.boxes)
    kept = np.ones(len(faces), bool)
    for (x1, y1, x2, y2), size in zip(sure.boxes, sure.sizes, strict=True):
        half = np.array([x2 - x1, y2 - y1]) / 2
        away = ((middles - ((x1 + x2) / 2, (y1 + y2) / 2)) / half) ** 2
        kept &= (sizes >= _PIECE * size) | (away.sum(axis=1) > _INSIDE**2)
    return faces.take(kept)


@dataclass(frozen=True, slots=True)
class Look:
    """The candidates of one copy.

    Attributes:
        faces: candidates for which its tiles are responsible, in pixels of the picture.
        tiles: where it was searched.
        say: see `PyramidLevel`.
    """

    faces: Detections
    tiles: Sequence[Place]
    say: float = 0.0

    def answers_for(self, faces: Detections) -> NDArray[np.bool_]:
        """Mask `(N,)` of the faces of the picture for which one of its tiles is responsible."""
        answers = np.zeros(len(faces), bool)
        for tile in self.tiles:
            answers |= tile.answers_for(faces)
        return answers


def joined(looks: Sequence[Look], nms_iou: float, least_score: float, limit: int | None = None) -> Detections:
    """The candidates of several copies after non-maximum suppression, best first.

    Args:
        looks: candidates of each copy.
        nms_iou: threshold of non-maximum suppression.
        least_score: the score in a copy of a face that it did not find, although it is responsible for it.
        limit: maximum number; None for all.
    """
    kept_of = (look.faces.take(nms(look.faces.boxes, look.faces.scores, nms_iou, limit)) for look in looks)
    looks = [replace(look, faces=faces) for look, faces in zip(looks, kept_of, strict=True)]
    together = Detections.together([look.faces for look in looks])
    copy = np.repeat(np.arange(len(looks)), [len(look.faces) for look in looks])
    kept = nms(together.boxes, together.scores, nms_iou, limit)
    return _heard(together.take(kept), copy[kept], looks, least_score)


def _heard(faces: Detections, copy: NDArray[np.int64], looks: Sequence[Look], least_score: float) -> Detections:
    """Faces with scores and boxes moved by the votes of other copies; `copy` is the copy of each face, by index."""
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
