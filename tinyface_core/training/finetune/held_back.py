"""Compares weights before and after on held-back pictures: AP by size with confidence intervals, and changed faces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import iou_matrix, lie_on, longer_side
from tinyface_core.datasets.annotations import AnnotatedPicture, from_pixel_numbers
from tinyface_core.datasets.check import SIZE_BANDS
from tinyface_core.evaluation.bootstrap import paired_difference, percentile_interval, resampling_weights
from tinyface_core.evaluation.curves import average_precision, ratio
from tinyface_core.evaluation.prediction import predict
from tinyface_core.training.finetune.comparison import BandResult, Change, ChangeKind, Comparison
from tinyface_core.types import Box, CancelToken, Finder, Floats

Predictions = dict[str, Floats]

ALL = "all sizes"
BANDS = ((ALL, 0.0, float("inf")), *SIZE_BANDS)
_ROUNDS = 500
_SEED = 0
_MATCH_IOU = 0.5
_MOST_CHANGES = 60
_KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)


@dataclass(frozen=True, slots=True, eq=False)
class _Matched:
    """Candidates of all pictures by descending score: score, picture, size, and the matched face (-1: none).

    Candidates on ignored regions are left out; further candidates of the same face count as false alarms.
    """

    score: Floats
    picture: NDArray[np.int64]
    size: Floats
    face: NDArray[np.int64]
    box: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Truth:
    """The annotated faces of all pictures: longer side, picture, box."""

    size: Floats
    picture: NDArray[np.int64]
    box: Floats


def search(
    finder: Finder,
    pictures: Sequence[AnnotatedPicture],
    cancel: CancelToken | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Predictions:
    """Predictions by picture name: rows `(N, 5)` of x, y, width, height and score, without scores below 0.05."""
    found = predict(finder, pictures, cancel, progress).predictions
    return {name: rows[rows[:, 4] >= 0.05] for name, rows in found.items()}


def overall_ap(pictures: Sequence[AnnotatedPicture], predictions: Predictions) -> float:
    """Average precision in [0, 1] over faces of all sizes."""
    truth = _truth(pictures)
    curve = _ap(_match(pictures, predictions), truth, 0.0, float("inf"), np.ones((1, len(pictures))))
    return float(curve[0])


def compare(
    pictures: Sequence[AnnotatedPicture],
    before: Predictions,
    after: Predictions,
    figures: dict[str, tuple[float, float]] | None = None,
) -> Comparison:
    """Compare two searches of the same pictures."""
    truth = _truth(pictures)
    matched = (_match(pictures, before), _match(pictures, after))
    weights = np.concatenate([np.ones((1, len(pictures))), resampling_weights(len(pictures), _ROUNDS, _SEED)])
    bands = []
    for name, low, high in BANDS:
        faces = int(((truth.size >= low) & (truth.size < high)).sum())
        if not faces:
            continue
        aps = [_ap(one, truth, low, high, weights) for one in matched]
        bounds = [percentile_interval(ap[1:]) for ap in aps]
        difference = paired_difference(*aps)
        bands.append(
            BandResult(
                name, faces,
                float(aps[0][0]), bounds[0].low, bounds[0].high,
                float(aps[1][0]), bounds[1].low, bounds[1].high,
                difference.value, difference.interval.low, difference.interval.high,
            )
        )  # fmt: skip
    scores = (_operating_score(matched[0], len(pictures)), _operating_score(matched[1], len(pictures)))
    changes = _changes(pictures, truth, matched, scores)
    counts: dict[str, int] = {kind: sum(change.kind == kind for change in changes) for kind in _KINDS}
    listed = [change for kind in _KINDS for change in [c for c in changes if c.kind == kind][:_MOST_CHANGES]]
    return Comparison(len(pictures), tuple(bands), figures or {}, tuple(listed), counts, scores)


def _truth(pictures: Sequence[AnnotatedPicture]) -> _Truth:
    boxes = [picture.boxes[~picture.ignored].astype(np.float64) for picture in pictures]
    owner = np.repeat(np.arange(len(pictures)), [len(part) for part in boxes])
    every = np.concatenate(boxes) if boxes else np.zeros((0, 4))
    return _Truth(longer_side(every), owner, every)


def _match(pictures: Sequence[AnnotatedPicture], predictions: Predictions) -> _Matched:
    parts: list[tuple[Floats, NDArray[np.int64], Floats, NDArray[np.int64], Floats]] = []
    first_face = 0
    for number, picture in enumerate(pictures):
        rows = predictions.get(picture.name, np.zeros((0, 5)))
        rows = rows[np.argsort(-rows[:, 4], kind="stable")]
        boxes = from_pixel_numbers(rows[:, :4])
        face = _faces_of(boxes, picture.boxes[~picture.ignored])
        counted = (face >= 0) | ~_on_ignored(boxes, picture)
        face = np.where(face >= 0, face + first_face, -1)[counted]
        boxes = boxes[counted]
        size = longer_side(boxes)
        parts.append((rows[counted, 4], np.full(len(boxes), number), size, face, boxes))
        first_face += int((~picture.ignored).sum())
    score, owner, sizes, faces, every = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(-score, kind="stable")
    return _Matched(score[order], owner[order], sizes[order], faces[order], every[order])


def _faces_of(boxes: Floats, faces: NDArray[np.float32]) -> NDArray[np.int64]:
    """The face that each box, in descending order of score, matches first `(N,)`; -1 for none."""
    owner, left = np.full(len(boxes), -1), iou_matrix(boxes, faces)
    for number in range(len(boxes) if len(faces) else 0):
        face = int(left[number].argmax())
        if left[number, face] >= _MATCH_IOU:
            owner[number], left[:, face] = face, 0
    return owner


def _on_ignored(boxes: Floats, picture: AnnotatedPicture) -> NDArray[np.bool_]:
    """Which boxes lie on ignored regions `(N,)`."""
    judged = (iou_matrix(boxes, picture.negatives) >= _MATCH_IOU).any(axis=1)
    return lie_on(boxes, picture.boxes[picture.ignored]) & ~judged


def _ap(matched: _Matched, truth: _Truth, low: float, high: float, weights: Floats) -> Floats:
    """Average precision `(rounds,)` of the faces in a range of sizes, for weights of the pictures `(rounds, P)`.

    Candidates that match faces of other sizes, and false alarms of other sizes, are ignored.
    """
    in_band = (truth.size >= low) & (truth.size < high)
    right = (matched.face >= 0) & in_band[matched.face]
    wrong = (matched.face < 0) & (matched.size >= low) & (matched.size < high)
    used = right | wrong
    by_candidate = weights[:, matched.picture[used]]
    found = np.cumsum(by_candidate * right[used], axis=1)
    proposed = np.cumsum(by_candidate, axis=1)
    faces = weights[:, truth.picture[in_band]].sum(axis=1, keepdims=True)
    return average_precision(ratio(found, faces), ratio(found, proposed))


def _operating_score(matched: _Matched, pictures: int) -> float:
    """The lowest score threshold with at most one false alarm per picture on average."""
    false_alarms = np.cumsum(matched.face < 0)
    allowed = int(np.searchsorted(false_alarms, pictures, side="right"))
    return float(matched.score[allowed - 1]) if allowed else 1.0


def _changes(
    pictures: Sequence[AnnotatedPicture],
    truth: _Truth,
    matched: tuple[_Matched, _Matched],
    scores: tuple[float, float],
) -> list[Change]:
    by_face = []
    for one in matched:
        best = np.zeros(len(truth.size))
        best[one.face[one.face >= 0]] = one.score[one.face >= 0]
        by_face.append(best)
    changes = []
    for face in range(len(truth.size)):
        was, is_ = by_face[0][face] >= scores[0], by_face[1][face] >= scores[1]
        if was != is_:
            kind: ChangeKind = "found now" if is_ else "lost now"
            path = str(pictures[int(truth.picture[face])].path)
            changes.append(Change(kind, path, _box(truth.box[face]), float(by_face[0][face]), float(by_face[1][face])))
    changes += _false_alarms(pictures, matched[1], matched[0], scores[::-1], "new false alarm")
    changes += _false_alarms(pictures, matched[0], matched[1], scores, "false alarm gone")
    return sorted(changes, key=lambda change: -abs(change.after - change.before))


def _false_alarms(
    pictures: Sequence[AnnotatedPicture],
    here: _Matched,
    there: _Matched,
    scores: tuple[float, ...],
    kind: ChangeKind,
) -> list[Change]:
    """False alarms of one search above its threshold that the other search does not have above its own."""
    found = []
    for number in np.flatnonzero((here.face < 0) & (here.score >= scores[0])):
        same = there.picture == here.picture[number]
        overlap = iou_matrix(here.box[[number]], there.box[same])[0]
        others = there.score[same][overlap >= _MATCH_IOU]
        other = float(others.max(initial=0))
        if other < scores[1]:
            score = float(here.score[number])
            pair = (other, score) if kind == "new false alarm" else (score, other)
            path = str(pictures[int(here.picture[number])].path)
            found.append(Change(kind, path, _box(here.box[number]), *pair))
    return found


def _box(values: Floats) -> Box:
    x1, y1, x2, y2 = (round(float(value), 2) for value in values)
    return x1, y1, x2, y2
