"""The least score at which a face is covered: larger faces need a higher score.

Small faces get low scores, and covering a small patch too many hides little; a large false alarm hides much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tinyface_core.linking import Evidence, link
from tinyface_core.search.finder import visible
from tinyface_core.tracks import Track
from tinyface_core.types import LEAST_SHOWN, CancelToken, Detections, FindResult, Floats, Origin

_SMALL, _LARGE, _DOUBLED = 12.0, 96.0, 1.3
"""Sides in pixels up to which the least score counts as it is; each doubling, up to the larger ones, adds it so many
times more."""

_LINKED, _BEST = 0.63, 1.13
"""Shares of the least score from which on a face is linked into a track, and that its best face must have: a track is
seen several times. Over the searched frames of its life it must have the first of them: what flickers is a false alarm.
"""

_DOUBTFUL_SHARE = 0.7
"""Share of their boxes' sides that the most doubtful faces have, measured on video and photos; sure ones have all."""


def worth_covering(faces: Detections, least_score: float) -> Detections:
    """The faces of a photo that are to be covered, by falling score."""
    return visible(faces.take(faces.scores >= least_score * _demand(faces)))


def worth_linking(faces: Detections, least_score: float) -> Detections:
    """The faces of a frame that may be of a track."""
    return worth_covering(faces, _LINKED * least_score)


def linked(results: Sequence[FindResult], least_score: float, cancel: CancelToken | None = None) -> list[FindResult]:
    """The results of a video with the tracks that are to be covered; see `tinyface_core.linking.link`."""
    weighed = [_times(result, 1 / _demand(result.faces)) for result in results]
    evidence = Evidence(best=_BEST * least_score, mean=_LINKED * least_score)
    tracks = link(weighed, _LINKED * least_score, cancel, evidence)
    return [_times(result, _demand(result.faces)) for result in tracks]


def fitted(track: Track) -> Track:
    """The track with boxes as large as its face: those of doubtful faces are larger. What was drawn stays."""
    share = _DOUBTFUL_SHARE + (1 - _DOUBTFUL_SHARE) * min(float(track.scores.max()) / LEAST_SHOWN, 1.0)
    middles, halves = (track.boxes[:, :2] + track.boxes[:, 2:]) / 2, (track.boxes[:, 2:] - track.boxes[:, :2]) / 2
    halves = np.where(track.origins[:, None] == Origin.DRAWN, halves, halves * share)
    return replace(track, boxes=np.hstack([middles - halves, middles + halves]))


def _demand(faces: Detections) -> Floats:
    """By how much more than the least score faces `(N,)` must have."""
    return np.asarray(1 + _DOUBLED * np.log2(faces.sizes.clip(_SMALL, _LARGE) / _SMALL), np.float64)


def _times(result: FindResult, factors: Floats) -> FindResult:
    return replace(result, faces=replace(result.faces, scores=result.faces.scores * factors))
