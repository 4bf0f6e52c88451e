"""Joining what was found on the copies of a picture.

A face that is shown well by two copies should be found on both. Where both have a say, the score of what one of them
found is moved towards the other's opinion, and its box towards the other's box, as the votes of a committee are joined;
what the other did not find counts as the least score that it would have given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tinyface_core.boxes import best_matches, nms
from tinyface_core.detector.pyramid import Pyramid
from tinyface_core.types import Proposal

_SAME_FACE = 0.5
_EPSILON = 1e-4


@dataclass(frozen=True, slots=True)
class Candidates:
    """Boxes that may be faces.

    Attributes:
        boxes: `(N, 4)` xyxy in pixels of the picture.
        scores: `(N,)` in [0, 1].
        strides: `(N,)`, of the branch that found each, 0 where there is none.
    """

    boxes: Tensor
    scores: Tensor
    strides: Tensor

    def take(self, rows: Tensor) -> Candidates:
        """Those of some rows, given as indices `(K,)` or as a mask `(N,)`."""
        return Candidates(self.boxes[rows], self.scores[rows], self.strides[rows])

    def as_proposals(self) -> list[Proposal]:
        """The same, one by one."""
        values = zip(self.boxes.tolist(), self.scores.tolist(), self.strides.tolist(), strict=True)
        return [Proposal((b[0], b[1], b[2], b[3]), score, stride) for b, score, stride in values]

    @staticmethod
    def together(parts: Sequence[Candidates]) -> Candidates:
        """All those of several, one after the other."""
        return Candidates(
            torch.cat([part.boxes for part in parts]),
            torch.cat([part.scores for part in parts]),
            torch.cat([part.strides for part in parts]),
        )


def joined(
    found: Sequence[Candidates], pyramid: Pyramid, nms_iou: float, least_score: float, limit: int | None = None
) -> Candidates:
    """What several copies show, every face once, best first.

    Args:
        found: of each level of the pyramid, of the sizes that it answers for.
        pyramid: says which levels have a say about what others found.
        nms_iou: of two candidates that overlap by more, the better one stays.
        least_score: what a level has to say about a face that it did not find.
        limit: so many at most; None for all.
    """
    levels = [part.take(nms(part.boxes, part.scores, nms_iou, limit)) for part in found]
    if len(levels) == 1:
        return levels[0]
    together = Candidates.together(levels)
    level = torch.arange(len(levels)).repeat_interleave(torch.tensor([len(part.scores) for part in levels]))
    kept = nms(together.boxes, together.scores, nms_iou, limit)
    return _heard(together.take(kept), level[kept], levels, pyramid, least_score)


def _heard(
    faces: Candidates, level: Tensor, levels: Sequence[Candidates], pyramid: Pyramid, least_score: float
) -> Candidates:
    """Faces after every level with a say has been heard about those that another level with a say found."""
    say = torch.tensor([one.say for one in pyramid])
    side = (faces.boxes[:, 2:] - faces.boxes[:, :2]).amax(dim=1)
    own = faces.scores.logit(_EPSILON)
    certainty, boxes, weight = own.clone(), faces.boxes * faces.scores[:, None], faces.scores.clone()
    for number, (one, other) in enumerate(zip(pyramid, levels, strict=True)):
        asked = (say[level] > 0) & (one.say > 0) & (level != number) & (side >= one.smallest) & (side < one.largest)
        rows = asked.nonzero()[:, 0]
        overlap, match = best_matches(faces.boxes[rows], other.boxes)
        seen = overlap >= _SAME_FACE
        score = torch.full_like(overlap, least_score)
        score[seen] = other.scores[match[seen]]
        certainty[rows] += one.say * (score.logit(_EPSILON) - own[rows])
        boxes[rows[seen]] += other.boxes[match[seen]] * score[seen, None]
        weight[rows[seen]] += score[seen]
    scores = torch.where(certainty == own, faces.scores, certainty.sigmoid())
    heard = Candidates(boxes / weight[:, None], scores, faces.strides)
    return heard.take(scores.argsort(descending=True, stable=True))
