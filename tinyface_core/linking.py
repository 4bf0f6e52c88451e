"""Links the faces of a video into tracks, forwards and backwards, and fills gaps.

As in ByteTrack (Zhang et al., ECCV 2022), faces with a high score are matched first, those with a low score only to
existing tracks. Three things differ: distances are measured in sides of the face instead of overlap, since faces of
twelve pixels often do not overlap in consecutive searched frames; the motion of the camera is subtracted first; and a
second, backward pass finds faces with a low score before the first one with a high score. Tracker packages go
frame by frame and match by overlap.
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
"""Faces with a lower score are not linked at all."""

_LONGEST_GAP, _FEWEST_FRAMES = 1.0, 3
"""A track ends if it was not found for more than so many seconds and at least so many searched frames, or in more
frames than it was found in before: otherwise false alarms would be linked over gaps."""

_SURE, _DOUBTFUL = (0.6, 6.0, 2.0), (0.4, 2.0, 0.8)
"""Maximum distance of a sure and a doubtful face from the expected position, in sides: at first, increase per second,
limit.

Without the limit, false alarms near a hidden face would divert its track.
"""

_FEWEST_FACES, _SHARE, _SHAKEN, _AGREE = 4, 0.25, 4.0, 0.4
"""Criteria for a motion of the camera: minimum number and share of the faces that moved alike, maximum motion in sides,
and maximum difference of their motions in sides."""

_STAYED = 0.3
"""A face has not moved if its distance in sides and its change of size, as a natural logarithm, are at most this."""

_BLINK = 0.25
"""A face that is missing in a neighbouring searched frame within so many seconds is a false alarm."""

_RESIZED = 0.5
"""Maximum change of size from one searched frame to the next, as a natural logarithm."""

_NEVER = 1e6
"""Cost of an impossible match."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Minimum scores of a track.

    Attributes:
        best: score of its best face.
        mean: mean over the searched frames from its first to its last one, counting 0 where it was not found, since
            false alarms flicker.
    """

    best: float = 0.0
    mean: float = 0.0


def link(
    results: Sequence[FindResult], sure: float, cancel: CancelToken | None = None, evidence: Evidence | None = None
) -> list[FindResult]:
    """The results of one video as `tracked`, renumbered; without filled faces and those that are left out."""
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
    """The results of one video with a track for each face; the track of false alarms is `LEFT_OUT`.

    Faces with a track keep it, and others are linked to it. If frames are searched in order, tracks keep their numbers
    from one linking to the next.

    Args:
        results: one per searched frame, in order, including doubtful faces (see `LEAST_SCORE`).
        sure: minimum score of a face that starts a track; faces with a lower score only continue tracks.
        cancel: checked at each frame.
        evidence: minimum scores of new tracks. Faces of other tracks are left out, like those in a single frame.
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
    """The results of one video with boxes for tracks in searched frames in which they were not found.

    Boxes are interpolated by time between the two nearest ones of the track, follow the motion of the camera, and have
    the lower score of the two.
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
    """The faces of a frame: centres `(N, 2)`, sides `(N,)`, scores `(N,)`, and tracks `(N,)`, the result."""

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
    """A track so far: its last position, and its speed in pixels per second."""

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
    """A result without tracks and without filled faces."""
    faces = result.faces.take(result.faces.origins != Origin.FILLED)
    return replace(result, faces=replace(faces, tracks=np.full(len(faces), NO_TRACK)))


def _moments(results: Sequence[FindResult]) -> Iterator[_Moment]:
    """The faces of each result; a cut starts a new scene, unless most faces stay: then it was a flash."""
    before: _Moment | None = None
    for result in results:
        here = _Moment.of(result)
        if before is not None:
            here.scene = before.scene + (result.cut and not _most_stay(before, here))
        yield here
        before = here


def _most_stay(before: _Moment, after: _Moment) -> bool:
    """Whether half of the faces, and at least two, have the position and size of one before."""
    if not len(before.sides) or not len(after.sides):
        return False
    off = np.linalg.norm(after.middles[None] - before.middles[:, None], axis=2) / before.sides[:, None]
    resized = np.abs(np.log(after.sides[None] / before.sides[:, None]))
    stay = int(((off <= _STAYED) & (resized <= _STAYED)).any(axis=1).sum())
    return stay >= max(2, (min(len(before.sides), len(after.sides)) + 1) // 2)


def _steady(moments: Sequence[_Moment], cancel: CancelToken | None) -> None:
    """Subtract the motion of the camera, that is, the common motion of most faces, from the centres."""
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
    """The shift `(2,)` that moves most faces close to one of a similar size; zero if too few agree."""
    fewer = min(len(before.sides), len(after.sides))
    if fewer < _FEWEST_FACES:
        return np.zeros(2)
    side = float(np.median(np.concatenate([before.sides, after.sides])))
    shifts = after.middles[None] - before.middles[:, None]
    resized = np.abs(np.log(after.sides[None] / before.sides[:, None]))
    shifts = shifts[(np.linalg.norm(shifts, axis=2) <= _SHAKEN * side) & (resized <= _RESIZED)]
    if not len(shifts):
        return np.zeros(2)
    tree = KDTree(shifts)  # thousands in crowds
    # Of shifts with equally many faces, as with faces in rows, choose the shorter one.
    near = tree.query_ball_point(shifts, _AGREE * side, return_length=True)
    agreeing = near - np.linalg.norm(shifts, axis=1) / side / 2
    best = tree.query_ball_point(shifts[agreeing.argmax()], _AGREE * side)
    common: Floats = shifts[best].mean(axis=0)
    return common if len(best) >= max(_FEWEST_FACES, fewer * _SHARE) else np.zeros(2)


def _follow(moments: Iterable[_Moment], sure: float, born: int | None, cancel: CancelToken | None) -> None:
    """Assign tracks to faces that have none; tracks from number `born` on begin with a score from `sure` on."""
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
    """Pairs of a path and a row of the moment with minimum total cost: distance in sides plus change of size."""
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
    """For each track the indices of its results and rows; tracks in the order of their first frames."""
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
    """Whether a neighbouring frame was searched so close in time that a face must be in both."""
    beside = times[max(place - 1, 0) : place] + times[place + 1 : place + 2]
    return any(abs(time - times[place]) <= _BLINK for time in beside)


def _camera(results: Sequence[FindResult]) -> Floats:
    """Position of the camera in each frame `(N, 2)`: the summed median motions of tracks, if there are enough."""
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
    """The interpolated face in every searched frame between two, with the index of its result."""
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
