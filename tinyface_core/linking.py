"""Which faces of a video's frames are one: linked over frames, forwards and backwards, with gaps filled.

As in ByteTrack (Zhang et al., ECCV 2022), sure faces are matched first and doubtful ones only where a track leads to
them. Unlike there, nearness is counted in sides of the face, since faces of twelve pixels soon overlap no more from one
searched frame to the next; the camera's own move is taken out first; and the whole video is there, so doubtful faces
before the first sure one are found from behind. Packages of trackers work from frame to frame and by overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import KDTree

from tinyface_core.boxes import centres, mean_side
from tinyface_core.types import (
    LEFT_OUT,
    NO_TRACK,
    CancelToken,
    Detections,
    FindResult,
    Floats,
    Origin,
    stop_if_asked,
)

LEAST_SCORE = 0.1
"""Faces below this are of no use even to a track."""

_LONGEST_GAP, _FEWEST_FRAMES = 1.0, 3
"""A track has ended that was not seen for longer than so many seconds and so many searched frames, or in more frames
than it had been seen in: false alarms must not be joined over gaps."""

_SURE, _DOUBTFUL = (0.6, 6.0, 2.0), (0.4, 2.0, 0.8)
"""Sides by which a sure and a doubtful face may lie off the expected place: at once, more with each second, at most.

False alarms near a face that is hidden would lead its track away.
"""

_FEWEST_FACES, _SHARE, _SHAKEN, _AGREE = 4, 0.25, 4.0, 0.4
"""So many faces, and such a share of them, must have moved by the same, which is at most so many sides and the same to
within a part of a side, for it to be the camera that moved."""

_STAYED = 0.3
"""A face is still in its place if it moved by less sides, and its size by less, as a natural logarithm."""

_BLINK = 0.25
"""A face that is in no frame within so many seconds, though one was searched, is a mistake."""

_RESIZED = 0.5
"""Largest natural logarithm of the ratio of two sizes of one face."""

_NEVER = 1e6
"""Cost of a match that must not be."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Scores that a track must have to be one.

    Attributes:
        best: of its best face.
        mean: over the searched frames of its life, 0 where it was not found: false alarms flicker.
    """

    best: float = 0.0
    mean: float = 0.0


def link(
    results: Sequence[FindResult], sure: float, cancel: CancelToken | None = None, evidence: Evidence | None = None
) -> list[FindResult]:
    """The results of one video with a track for each face, numbered anew; those that are left out are taken away.

    Args:
        results: as for `tracked`; tracks of an earlier linking, and what it filled, count for nothing.
        sure: as for `tracked`.
        cancel: asked at each frame.
        evidence: as for `tracked`.

    Raises:
        Cancelled: once `cancel` is set.
    """
    linked = tracked([_bare(result) for result in results], sure, cancel, evidence)
    numbers = {LEFT_OUT: LEFT_OUT} | {track: number for number, track in enumerate(_rows_of_tracks(linked))}
    kept = []
    for result in linked:
        faces = replace(result.faces, tracks=np.array([numbers[track] for track in result.faces.tracks.tolist()], int))
        kept.append(replace(result, faces=faces.take(faces.tracks >= 0)))
    return filled(kept)


def tracked(
    results: Sequence[FindResult], sure: float, cancel: CancelToken | None = None, evidence: Evidence | None = None
) -> list[FindResult]:
    """The results of one video with a track for each face; one that is there by mistake is `LEFT_OUT`.

    A face that has a track keeps it, and others are linked to it. While frames are searched in order, the numbers of
    tracks stay the same from one linking to the next.

    Args:
        results: one a searched frame, in order, with doubtful faces too (see `LEAST_SCORE`).
        sure: score from which a face begins a track; fainter ones only continue one.
        cancel: asked at each frame.
        evidence: of tracks, or else their faces are left out, as those are that are in a single frame by mistake.

    Raises:
        Cancelled: once `cancel` is set.
    """
    moments = list(_moments(results))
    given = {int(track) for moment in moments for track in moment.tracks if track >= 0}
    _steady(moments, cancel)
    _follow(moments, sure, max(given, default=-1) + 1, cancel)
    _follow(moments[::-1], sure, None, cancel)
    times = [moment.seconds for moment in moments]
    linked = [
        replace(result, faces=replace(result.faces, tracks=np.where(moment.tracks < 0, LEFT_OUT, moment.tracks)))
        for result, moment in zip(results, moments, strict=True)
    ]
    evidence = evidence or Evidence()
    for track, rows in _rows_of_tracks(linked).items():
        blink = len(rows) == 1 and _is_blink(times, rows[0][0])
        if track not in given and (blink or not _is_evident(linked, rows, evidence)):
            for place, row in rows:
                linked[place].faces.tracks[row] = LEFT_OUT
    return linked


def filled(results: Sequence[FindResult]) -> list[FindResult]:
    """The results of one video with the boxes of its tracks in searched frames between two that have them.

    They lie between the two by time, move with the camera meanwhile, and have the lower score of both.
    """
    faces = [[result.faces] for result in results]
    camera = _camera(results)
    for number, rows in _rows_of_tracks(results).items():
        for before, after in pairwise(rows):
            for place, face in _filled(results, camera, before, after):
                faces[place].append(replace(face, tracks=np.full(1, number)))
    return [replace(result, faces=_sorted(parts)) for result, parts in zip(results, faces, strict=True)]


@dataclass(slots=True)
class _Moment:
    """The faces of a frame: middles `(N, 2)`, sides `(N,)`, scores `(N,)`; tracks `(N,)`, which are written."""

    seconds: float
    middles: Floats
    sides: Floats
    scores: Floats
    tracks: NDArray[np.int64]
    scene: int

    @staticmethod
    def of(result: FindResult, scene: int = 0) -> _Moment:
        boxes = result.faces.boxes
        tracks = result.faces.tracks.clip(min=NO_TRACK)
        return _Moment(result.seconds or 0.0, centres(boxes), mean_side(boxes), result.faces.scores, tracks, scene)


@dataclass(slots=True)
class _Path:
    """A track as far as it has been followed: where it was seen last, and its pixels a second since then."""

    middle: Floats
    side: float
    seconds: float
    speed: Floats
    seen: int = 1
    unseen: int = 0

    def go_on(self, middle: Floats, side: float, seconds: float) -> None:
        moved = (middle - self.middle) / ((seconds - self.seconds) or 1.0)
        self.speed = (self.speed + moved) / 2
        self.middle, self.side, self.seconds = middle, side, seconds
        self.seen, self.unseen = self.seen + 1, 0

    def has_ended(self, seconds: float) -> bool:
        waited_long = abs(seconds - self.seconds) > _LONGEST_GAP and self.unseen >= _FEWEST_FRAMES
        return waited_long or self.unseen > self.seen


def _bare(result: FindResult) -> FindResult:
    """What was found, without tracks."""
    faces = result.faces.take(result.faces.origins != Origin.FILLED)
    return replace(result, faces=replace(faces, tracks=np.full(len(faces), NO_TRACK)))


def _moments(results: Sequence[FindResult]) -> Iterator[_Moment]:
    """The faces of each result; a cut begins another scene, unless most faces stay: then it was a flash."""
    before: _Moment | None = None
    for result in results:
        here = _Moment.of(result)
        if before is not None:
            here.scene = before.scene + (result.cut and not _most_stay(before, here))
        yield here
        before = here


def _most_stay(before: _Moment, after: _Moment) -> bool:
    """Whether half of the faces, and two at least, are where one of their size was."""
    if not len(before.sides) or not len(after.sides):
        return False
    off = np.linalg.norm(after.middles[None] - before.middles[:, None], axis=2) / before.sides[:, None]
    resized = np.abs(np.log(after.sides[None] / before.sides[:, None]))
    stay = int(((off <= _STAYED) & (resized <= _STAYED)).any(axis=1).sum())
    return stay >= max(2, (min(len(before.sides), len(after.sides)) + 1) // 2)


def _steady(moments: Sequence[_Moment], cancel: CancelToken | None) -> None:
    """Take out of the middles how the camera moved from each moment to the next: what most faces moved by."""
    camera = np.zeros(2)
    before: _Moment | None = None
    for moment in moments:
        stop_if_asked(cancel)
        here = replace(moment, middles=moment.middles.copy())
        if before is not None and before.scene == moment.scene:
            camera += _common_shift(before, here)
        moment.middles -= camera
        before = here


def _common_shift(before: _Moment, after: _Moment) -> Floats:
    """The shift `(2,)` that takes most faces near to one of their size; none where too few agree."""
    fewer = min(len(before.sides), len(after.sides))
    if fewer < _FEWEST_FACES:
        return np.zeros(2)
    side = float(np.median(np.concatenate([before.sides, after.sides])))
    shifts = after.middles[None] - before.middles[:, None]
    resized = np.abs(np.log(after.sides[None] / before.sides[:, None]))
    shifts = shifts[(np.linalg.norm(shifts, axis=2) <= _SHAKEN * side) & (resized <= _RESIZED)]
    if not len(shifts):
        return np.zeros(2)
    tree = KDTree(shifts)  # in crowds there are thousands
    # Of shifts that as many faces agree on, as where they stand in rows, the shorter one.
    near = tree.query_ball_point(shifts, _AGREE * side, return_length=True)
    agreeing = near - np.linalg.norm(shifts, axis=1) / side / 2
    best = tree.query_ball_point(shifts[agreeing.argmax()], _AGREE * side)
    common: Floats = shifts[best].mean(axis=0)
    return common if len(best) >= max(_FEWEST_FACES, fewer * _SHARE) else np.zeros(2)


def _follow(moments: Iterable[_Moment], sure: float, born: int | None, cancel: CancelToken | None) -> None:
    """Give tracks to faces that have none, in the order of the moments.

    Args:
        moments: whose `tracks` are written.
        sure: score from which a face begins a track.
        born: number of the first track that begins, None where none does.
        cancel: asked at each moment.
    """
    paths: dict[int, _Path] = {}
    scene = 0
    for moment in moments:
        stop_if_asked(cancel)
        if moment.scene != scene:
            paths, scene = {}, moment.scene
        paths = {track: path for track, path in paths.items() if not path.has_ended(moment.seconds)}
        _go_on(paths, moment, np.flatnonzero(moment.tracks >= 0))
        seen = set(moment.tracks[moment.tracks >= 0].tolist())
        strong = moment.scores >= sure
        for eligible, reach in ((strong, _SURE), (~strong, _DOUBTFUL)):
            free = np.flatnonzero(eligible & (moment.tracks < 0))
            waiting = [track for track in paths if track not in seen]
            for track, row in _matches([paths[track] for track in waiting], moment, free, reach):
                moment.tracks[row] = waiting[track]
                seen.add(waiting[track])
            _go_on(paths, moment, free[moment.tracks[free] >= 0])
        if born is not None:
            for row in np.flatnonzero(strong & (moment.tracks < 0)).tolist():
                moment.tracks[row] = born
                seen.add(born)
                born += 1
            _go_on(paths, moment, np.flatnonzero(moment.tracks >= 0))
        for track, path in paths.items():
            if track not in seen:
                path.unseen += 1


def _go_on(paths: dict[int, _Path], moment: _Moment, rows: NDArray[np.int64]) -> None:
    for row in rows.tolist():
        track = int(moment.tracks[row])
        seen = moment.middles[row], float(moment.sides[row]), moment.seconds
        if track not in paths:
            paths[track] = _Path(*seen, np.zeros(2))
        elif paths[track].seconds != moment.seconds:
            paths[track].go_on(*seen)


def _matches(
    paths: Sequence[_Path], moment: _Moment, rows: NDArray[np.int64], reach: tuple[float, float, float]
) -> Iterator[tuple[int, int]]:
    """Paths and rows of the moment that go together at the least cost: distance in sides, and change of size."""
    if not paths or not len(rows):
        return
    waited = np.array([moment.seconds - path.seconds for path in paths])
    expected = np.array([path.middle for path in paths]) + np.array([path.speed for path in paths]) * waited[:, None]
    sides = np.array([path.side for path in paths])
    off = np.linalg.norm(expected[:, None] - moment.middles[rows][None], axis=2)
    off /= np.sqrt(sides[:, None] * moment.sides[rows][None])
    resized = np.abs(np.log(moment.sides[rows][None] / sides[:, None]))
    at_once, a_second, farthest = reach
    near = off <= np.minimum(at_once + a_second * np.abs(waited), farthest)[:, None]
    cost = np.where(near & (resized <= _RESIZED), off + resized, _NEVER)
    for path, place in zip(*linear_sum_assignment(cost), strict=True):
        if cost[path, place] < _NEVER:
            yield int(path), int(rows[place])


def _rows_of_tracks(results: Sequence[FindResult]) -> dict[int, list[tuple[int, int]]]:
    """For each track its places and rows, the track that begins first in front."""
    rows: dict[int, list[tuple[int, int]]] = {}
    for place, result in enumerate(results):
        for row in np.flatnonzero(result.faces.tracks >= 0).tolist():
            rows.setdefault(int(result.faces.tracks[row]), []).append((place, row))
    return rows


def _is_evident(results: Sequence[FindResult], rows: Sequence[tuple[int, int]], evidence: Evidence) -> bool:
    scores = [float(results[place].faces.scores[row]) for place, row in rows]
    life = rows[-1][0] - rows[0][0] + 1
    return max(scores) >= evidence.best and sum(scores) >= evidence.mean * life


def _is_blink(times: list[float], place: int) -> bool:
    """Whether a frame beside this one was searched so soon that a face had to be in both."""
    beside = times[max(place - 1, 0) : place] + times[place + 1 : place + 2]
    return any(abs(time - times[place]) <= _BLINK for time in beside)


def _camera(results: Sequence[FindResult]) -> Floats:
    """Where the camera stands in each frame `(N, 2)`: the median of what tracks moved by, where enough are in two."""
    moves: list[Floats] = []
    before: dict[int, Floats] = {}
    for result in results:
        faces = result.faces.take(result.faces.tracks >= 0)
        here = dict(zip(faces.tracks.tolist(), centres(faces.boxes), strict=True))
        moved = [here[track] - before[track] for track in here.keys() & before.keys()]
        moves.append(np.median(moved, axis=0) if len(moved) >= _FEWEST_FACES else np.zeros(2))
        before = here
    return np.cumsum(np.array(moves).reshape(-1, 2), axis=0)


def _filled(
    results: Sequence[FindResult], camera: Floats, before: tuple[int, int], after: tuple[int, int]
) -> Iterator[tuple[int, Detections]]:
    """The face in every searched frame between two, with the number of its result."""
    (first, row), (last, next_row) = before, after
    begin, end = results[first].faces, results[last].faces
    times = np.array([results[place].seconds or 0.0 for place in range(first, last + 1)])
    shares = ((times - times[0]) / max(times[-1] - times[0], 1e-9))[:, None]
    boxes = begin.boxes[row] * (1 - shares) + end.boxes[next_row] * shares
    here = camera[first : last + 1]
    boxes += np.tile(here - (here[0] * (1 - shares) + here[-1] * shares), 2)
    score = min(begin.scores[row], end.scores[next_row])
    for place in range(first + 1, last):
        face = Detections.of([boxes[place - first]], [score])
        yield place, replace(face, origins=np.full(1, Origin.FILLED, np.int64))


def _sorted(faces: Sequence[Detections]) -> Detections:
    together = Detections.together(faces)
    return together.take(np.argsort(-together.scores, kind="stable"))
