"""Joins the candidates of several detectors.

Each detector has one vote on every candidate. The score is the mean of the log-odds. The box is the mean of the boxes,
which is nearer to a tiny face than each of them. A detector that does not find a face votes against it. A detector that
did not search there, or not for faces of that size, abstains.
"""

from __future__ import annotations

import numpy as np

from tinyface_core.boxes import best_matches, nms
from tinyface_core.gan.fusion import logit
from tinyface_core.search.joining import Look
from tinyface_core.types import Detections

_SAME_FACE = 0.4
_FAINT = 0.05
"""Candidates with a lower score count as not found; not finding one counts as this score."""


def agreed(first: Detections, second: Look, nms_iou: float, votes: int = 1) -> Detections:
    """The joined candidates of two detectors after non-maximum suppression, best first.

    Args:
        first: candidates of one detector, or joined ones of several, that searched the whole picture.
        second: candidates of one more, and where it searched.
        nms_iou: threshold of non-maximum suppression.
        votes: number of detectors behind `first`.
    """
    share = votes / (votes + 1)
    mine, theirs = (faces.take(faces.scores >= _FAINT) for faces in (first, second.faces))
    asked = second.answers_for(mine)
    both = [mine.take(~asked), _voted(mine.take(asked), theirs, share), _voted(theirs, mine, 1 - share)]
    together = Detections.together(both)
    return together.take(nms(together.boxes, together.scores, nms_iou))


def _voted(faces: Detections, others: Detections, share: float) -> Detections:
    """Candidates after the vote of the other detector; `share` is that of their own votes."""
    overlap, match = best_matches(faces.boxes, others.boxes)
    seen = overlap >= _SAME_FACE
    scores = np.full(len(faces), _FAINT)
    scores[seen] = others.scores[match[seen]]
    odds = share * logit(faces.scores) + (1 - share) * logit(scores)
    boxes, own, theirs = faces.boxes.copy(), share * faces.scores[seen, None], (1 - share) * scores[seen, None]
    boxes[seen] = (own * boxes[seen] + theirs * others.boxes[match[seen]]) / (own + theirs)
    return Detections.of(boxes, 1 / (1 + np.exp(-odds)), faces.strides)
