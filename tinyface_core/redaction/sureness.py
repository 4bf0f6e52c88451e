"""Minimum scores of faces that are covered; larger faces need a higher score.

Small faces get low scores, and a small false detection hides little of the picture; a large one hides much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tinyface_core.boxes import centres
from tinyface_core.linking import Evidence, link
from tinyface_core.search.finder import visible
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.tracks import Track
from tinyface_core.types import CancelToken, Detections, FindResult, Floats, Origin

_SMALL, _LARGE, _DOUBLED = 12.0, 96.0, 1.3
"""Range of sides in pixels in which the required score grows with the size, and by how many times the minimum score it
grows with each doubling of the side."""

_LINKED, _BEST = 0.63, 1.13
"""Required scores in a video, as shares of the minimum score: of each face and of the mean over the searched frames of
a track (false detections flicker), and of the best face of a track.
"""

_DOUBTFUL_SHARE = 0.7
"""Size of the most doubtful faces relative to their boxes, measured on video and photos; 1 for sure faces."""


def worth_covering(faces: Detections, least_score: float) -> Detections:
    """The faces of a photo that are covered, by decreasing score."""
    return visible(faces.take(faces.scores >= least_score * _demand(faces)))


def worth_linking(faces: Detections, least_score: float) -> Detections:
    """The faces of a frame that may be linked into a track."""
    return worth_covering(faces, _LINKED * least_score)


def linked(results: Sequence[FindResult], least_score: float, cancel: CancelToken | None = None) -> list[FindResult]:
    """The results of a video with the tracks that are covered; see `tinyface_core.linking.link`."""
    weighed = [_times(result, 1 / _demand(result.faces)) for result in results]
    evidence = Evidence(best=_BEST * least_score, mean=_LINKED * least_score)
    tracks = link(weighed, _LINKED * least_score, cancel, evidence)
    return [_times(result, _demand(result.faces)) for result in tracks]


def fitted(track: Track, best: float, rows: slice | list[int] = slice(None)) -> Floats:
    """Boxes `(N, 4)` of a track, smaller if its best score is doubtful, as such boxes are too large; not drawn ones."""
    share = _DOUBTFUL_SHARE + (1 - _DOUBTFUL_SHARE) * min(best / LEAST_SHOWN, 1.0)
    boxes = track.boxes[rows]
    middles, halves = centres(boxes), (boxes[:, 2:] - boxes[:, :2]) / 2
    halves = np.where(track.origins[rows][:, None] == Origin.DRAWN, halves, halves * share)
    return np.hstack([middles - halves, middles + halves])


def _demand(faces: Detections) -> Floats:
    """Required scores `(N,)` of faces as multiples of the minimum score."""
    return np.asarray(1 + _DOUBLED * np.log2(faces.sizes.clip(_SMALL, _LARGE) / _SMALL), np.float64)


def _times(result: FindResult, factors: Floats) -> FindResult:
    return replace(result, faces=replace(result.faces, scores=result.faces.scores * factors))
