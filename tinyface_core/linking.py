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
    bare = [_bare(result) for result in results]
    kept = [
        replace(result, faces=result.faces.take(result.faces.tracks >= 0))
        for result in tracked(bare, sure, cancel, evidence)
    ]
    numbers: dict[int, int] = {}
    for tracks in (result.faces.tracks for result in kept):
        tracks[:] = [numbers.setdefault(track, len(numbers)) for track in tracks.tolist()]
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
    given = np.unique(np.concatenate([[NO_TRACK], *(moment.tracks for moment in moments)]))
    _steady(moments, cancel)
    _follow(moments, sure, int(given[-1]) + 1, cancel)
    _follow(moments[::-1], sure, None, cancel)
    near = _near_in_time(np.array([moment.seconds for moment in moments]))
    faces = _Faces.of([moment.tracks for moment in moments])
    del moments
    if len(faces.begins):
        evidence = evidence or Evidence()
        scores = np.concatenate([result.faces.scores for result in results])[faces.where]
        counts = np.diff(faces.begins, append=len(faces.where))
        first, last = faces.places[faces.begins], faces.places[faces.begins + counts - 1]
        is_evident = np.maximum.reduceat(scores, faces.begins) >= evidence.best
        sums = np.bincount(np.repeat(np.arange(len(counts)), counts), scores)
        is_evident &= sums >= evidence.mean * (last - first + 1)
        is_false = (counts == 1) & near[first] | ~is_evident
        is_false &= ~np.isin(faces.tracks[faces.where[faces.begins]], given)
        faces.tracks[faces.where[np.repeat(is_false, counts)]] = LEFT_OUT
    faces.tracks[faces.tracks < 0] = LEFT_OUT
    parts = np.split(faces.tracks, faces.ends[:-1])
    return [
        replace(result, faces=replace(result.faces, tracks=tracks))
        for result, tracks in zip(results, parts, strict=False)
    ]


def filled(results: Sequence[FindResult]) -> list[FindResult]:
    """The results of one video with boxes for tracks in searched frames in which they were not found.

    Boxes are interpolated by time between the two nearest ones of the track, follow the motion of the camera, and have
    the lower score of the two.
    """
    places, missing = _missing(results)
    ends = np.searchsorted(places, np.arange(len(results) + 1))
    return [
        replace(result, faces=_sorted([result.faces, missing.take(slice(*between))]))
        for result, between in zip(results, pairwise(ends.tolist()), strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Faces:
    """The faces of a video by track, in arrays: in an hour of a crowd there are millions.

    Attributes:
        tracks: `(N,)` of all faces, result by result.
        ends: `(R,)` where each result ends in it.
        where: `(M,)` places in it of faces with a track, track by track, and in the order of the results.
        places: `(M,)` indices of the results of these.
        begins: `(T,)` where each track begins in `where`.
    """

    tracks: NDArray[np.int64]
    ends: NDArray[np.int64]
    where: NDArray[np.int64]
    places: NDArray[np.int64]
    begins: NDArray[np.int64]

    @staticmethod
    def of(tracks: Sequence[NDArray[np.int64]]) -> _Faces:
        whole = np.concatenate([np.zeros(0, np.int64), *tracks])
        ends = np.cumsum([len(part) for part in tracks], dtype=np.int64)
        where = np.flatnonzero(whole >= 0)
        where = where[np.argsort(whole[where], kind="stable")]
        begins = np.flatnonzero(np.diff(whole[where], prepend=NO_TRACK))
        return _Faces(whole, ends, where, np.searchsorted(ends, where, "right"), begins)


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


_PATH = np.dtype(
    [
        ("track", np.int64),
        ("middle", np.float64, 2),
        ("side", np.float64),
        ("seconds", np.float64),
        ("speed", np.float64, 2),
        ("seen", np.int64),
        ("unseen", np.int64),
    ]
)
"""A track so far: its last position, its speed in pixels per second, in how many frames it was seen, and not since."""

_Paths = NDArray[np.void]
"""Of `_PATH`."""


def _bare(result: FindResult) -> FindResult:
    """A result without tracks and without filled faces."""
    filled_in = result.faces.origins == Origin.FILLED
    faces = result.faces.take(~filled_in) if filled_in.any() else result.faces
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
    across, down = (np.subtract.outer(after.middles[:, axis], before.middles[:, axis]).T for axis in (0, 1))
    near = np.sqrt(across * across + down * down) <= _SHAKEN * side
    near[near] = np.abs(np.log(np.divide.outer(after.sides, before.sides).T[near])) <= _RESIZED
    shifts = np.stack([across[near], down[near]], axis=1)
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
    paths: _Paths = np.zeros(0, _PATH)
    scene = 0
    for moment in moments:
        stop_if_asked(cancel)
        if moment.scene != scene:
            paths, scene = paths[:0], moment.scene
        paths = _gone_on(paths[~_have_ended(paths, moment.seconds)], moment, np.flatnonzero(moment.tracks >= 0))
        strong = moment.scores >= sure
        for eligible, reach in ((strong, _SURE), (~strong, _DOUBTFUL)):
            free = np.flatnonzero(eligible & (moment.tracks < 0))
            waiting = paths[~np.isin(paths["track"], moment.tracks)]
            if len(waiting) and len(free):
                matched, rows = _matches(waiting, moment, free, reach)
                moment.tracks[rows] = waiting["track"][matched]
                paths = _gone_on(paths, moment, rows)
        if born is not None:
            new = np.flatnonzero(strong & (moment.tracks < 0))
            moment.tracks[new] = np.arange(born, born + len(new))
            paths, born = _gone_on(paths, moment, new), born + len(new)
        paths["unseen"] += ~np.isin(paths["track"], moment.tracks)


def _have_ended(paths: _Paths, seconds: float) -> NDArray[np.bool_]:
    waited_long = (np.abs(seconds - paths["seconds"]) > _LONGEST_GAP) & (paths["unseen"] >= _FEWEST_FRAMES)
    return np.asarray(waited_long | (paths["unseen"] > paths["seen"]))


def _gone_on(paths: _Paths, moment: _Moment, rows: NDArray[np.int64]) -> _Paths:
    """The paths with these faces of the moment, which have tracks: a path for each new track is added."""
    tracks, first = np.unique(moment.tracks[rows], return_index=True)
    _, known, here = np.intersect1d(paths["track"], tracks, assume_unique=True, return_indices=True)
    new = rows[np.sort(np.delete(first, here))]
    at, here = (of[paths["seconds"][known] != moment.seconds] for of in (known, rows[first[here]]))
    waited = moment.seconds - paths["seconds"][at]
    moved = (moment.middles[here] - paths["middle"][at]) / waited[:, None]
    paths["speed"][at] = (paths["speed"][at] + moved) / 2
    paths["seen"][at] += 1
    paths["unseen"][at] = 0
    begun = np.zeros(len(new), _PATH)
    begun["track"], begun["seen"] = moment.tracks[new], 1
    paths, at, here = (
        np.concatenate([paths, begun]),
        np.append(at, len(paths) + np.arange(len(new))),
        np.append(here, new),
    )
    paths["middle"][at], paths["side"][at], paths["seconds"][at] = (
        moment.middles[here],
        moment.sides[here],
        moment.seconds,
    )
    return paths


def _matches(
    paths: _Paths, moment: _Moment, rows: NDArray[np.int64], reach: tuple[float, float, float]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of a path and a row of the moment with minimum total cost: distance in sides plus change of size."""
    waited = moment.seconds - paths["seconds"]
    expected = paths["middle"] + paths["speed"] * waited[:, None]
    across, down = (np.subtract.outer(expected[:, axis], moment.middles[rows, axis]) for axis in (0, 1))
    off = np.sqrt(across * across + down * down)
    off /= np.sqrt(np.multiply.outer(paths["side"], moment.sides[rows]))
    at_once, a_second, farthest = reach
    near = off <= np.minimum(at_once + a_second * np.abs(waited), farthest)[:, None]
    before, behind = near.nonzero()
    resized = np.abs(np.log(moment.sides[rows[behind]] / paths["side"][before]))
    cost = np.full(off.shape, _NEVER)
    cost[near] = np.where(resized <= _RESIZED, off[near] + resized, _NEVER)
    matched, here = linear_sum_assignment(cost)
    possible = cost[matched, here] < _NEVER
    return matched[possible], rows[here[possible]]


def _near_in_time(seconds: Floats) -> NDArray[np.bool_]:
    """Which frames `(N,)` have a neighbour that was searched so close in time that a face must be in both."""
    near = np.abs(np.diff(seconds)) <= _BLINK
    return np.append(near, False) | np.insert(near, 0, False)


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


def _missing(results: Sequence[FindResult]) -> tuple[NDArray[np.int64], Detections]:
    """The interpolated faces in every searched frame in a gap of a track, and the results in which they are."""
    known = _Faces.of([result.faces.tracks for result in results])
    of = known.tracks[known.where]
    gaps = np.flatnonzero((np.diff(of) == 0) & (np.diff(known.places) > 1))
    first, last = known.places[gaps], known.places[gaps + 1]
    lengths = last - first - 1
    gap = np.repeat(np.arange(len(gaps)), lengths)
    places = first[gap] + 1 + np.arange(len(gap)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    began = np.repeat(known.where[known.begins], np.diff(known.begins, append=len(of)))[gaps]
    order = np.lexsort((began[gap], places))
    gap, places = gap[order], places[order]
    times, camera = np.array([result.seconds or 0.0 for result in results]), _camera(results)
    shares = ((times[places] - times[first][gap]) / np.maximum(times[last] - times[first], 1e-9)[gap])[:, None]
    ends = known.where[np.stack([gaps, gaps + 1])]
    begin, end = np.concatenate([np.zeros((0, 4)), *(result.faces.boxes for result in results)])[ends]
    boxes = begin[gap] * (1 - shares) + end[gap] * shares
    boxes += np.tile(camera[places] - (camera[first][gap] * (1 - shares) + camera[last][gap] * shares), 2)
    scores = np.concatenate([np.zeros(0), *(result.faces.scores for result in results)])[ends].min(axis=0)
    origins = np.full(len(gap), Origin.FILLED, np.int64)
    return places, replace(Detections.of(boxes, scores[gap]), tracks=of[gaps][gap], origins=origins)


def _sorted(faces: Sequence[Detections]) -> Detections:
    together = Detections.together(faces)
    return together.take(np.argsort(-together.scores, kind="stable"))
