"""Between frames that were searched, faces are followed by how their pixels move.

Points in a face are followed from frame to frame (pyramidal Lucas-Kanade); those that do not come back to where they
began, when followed the other way, do not count; the median of the others moves the box (Kalal, Mikolajczyk and Matas,
*Forward-Backward Error*, ICPR 2010). Each face is followed from the searched frame before and from the one behind, and
in a copy of the frames in which it is small: a large one would take long, and is placed as well by half of its pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import centres, mean_side
from tinyface_core.media.video import Video
from tinyface_core.opencv import cv2
from tinyface_core.search.journal import SearchJournal, check_unchanged
from tinyface_core.types import (
    CancelToken,
    Detections,
    FindResult,
    Floats,
    Frame,
    Origin,
    Progress,
    no_progress,
    stop_if_asked,
)

_MOST_BETWEEN = 30
"""Longest step between searched frames: the frames of one are in memory, without colours, and faces turn meanwhile."""

_GRID = 4
"""Points in a face are so many by so many, in the middle of its box."""

_INSET = 0.2
"""Share of the box's sides that lies outside of them."""

_SMALL, _HALVINGS = 32.0, 5
"""Side in pixels under which a face is followed in the frames themselves; larger ones are in copies that are halved so
often that they are no larger there, but at most so many times."""

_WINDOW = (9, 9)
"""Sides in pixels of the copy of the rectangles that are compared round a point."""

_LEVELS = 3
"""How many smaller copies show first about where a point is."""

_RETURNS = 1.0
"""Pixels of the copy by which a point may come back beside its place."""

_ENOUGH = 0.4
"""Share of the points that must come back, or the face is lost."""

_RESIZES = 24.0
"""Faces of shorter sides in pixels have too few pixels to tell a change of size by."""

_MEETS = 0.5
"""Sides of the face by which the box from before may lie off the one that was found behind."""


_Copies = Sequence[NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class _Grey:
    """A frame without its colours: `copies` are itself `(H, W)`, then each half as large as the one before."""

    index: int | None
    seconds: float | None
    cut: bool
    copies: _Copies

    @staticmethod
    def of(frame: Frame) -> _Grey:
        copies = [np.asarray(cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY), np.uint8)]
        while len(copies) <= _HALVINGS and min(copies[-1].shape) >= 2 * _SMALL:
            copies.append(np.asarray(cv2.pyrDown(copies[-1]), np.uint8))
        return _Grey(frame.index, frame.seconds, frame.cut, copies)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.copies[0].shape


def can_follow(results: Iterable[FindResult]) -> bool:
    """Whether the searched frames of a video are so near that faces can be followed from one to the next."""
    return 0 < max((result.every for result in results), default=0) <= _MOST_BETWEEN


def followed_in(
    path: Path,
    results: Sequence[FindResult],
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
    start: int = 0,
) -> Iterator[FindResult]:
    """The results of `tinyface_core.linking.link` with those of the frames between; the same if none, or too many.

    Frames are read from number `start` on, for results that begin there. `progress("follow", done, total)` is called.

    Raises:
        MediaError: if the video cannot be read.
    """
    if not can_follow(results) or all(result.every == 1 for result in results):
        yield from results
        return
    with Video(path) as video:
        yield from followed(results, _told(video, cancel, progress, start), cancel)


def followed_and_kept(
    path: Path,
    results: Sequence[FindResult],
    kept: SearchJournal,
    earlier: Iterable[FindResult],
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> Iterator[FindResult]:
    """As `followed_in`, kept in a journal; it goes on behind what an interrupted call has left there, `earlier`.

    It goes on at the last searched frame; later frames in the journal are followed again.

    Raises:
        MediaError: if the video cannot be read, or was changed since it was searched.
    """
    check_unchanged(path, results)
    begin, between = -1, list[FindResult]()
    for result in earlier:
        index = result.index or 0
        while between and (between[-1].index or 0) >= index:
            between.pop()
        between.append(result)
        if result.is_searched:
            yield from between
            begin, between = index, []
    rest = [result for result in results if (result.index or 0) >= begin]
    for result in followed_in(path, rest, cancel, progress, start=max(begin, 0)):
        if result.index != begin:
            kept.add(result)
            yield result


def _told(video: Video, cancel: CancelToken | None, progress: Progress, start: int) -> Iterator[Frame]:
    for done, frame in enumerate(video.frames(cancel=cancel, start=start), start + 1):
        yield frame
        total = max(video.frame_estimate, done)
        progress("follow", done, total)


def followed(
    results: Sequence[FindResult], frames: Iterable[Frame], cancel: CancelToken | None = None
) -> Iterator[FindResult]:
    """The results of one video, as linked, with one for each frame in between, which has the boxes of its tracks.

    Where a face cannot be followed from one searched frame to the next, its boxes lie between the two by time; one that
    only one of them has is followed as far as it can be. Of the frames, in order, those between two searched ones are
    held.
    """
    searched = {result.index: result for result in results}
    step: list[_Grey] = []
    for frame in frames:
        stop_if_asked(cancel)
        here = searched.get(frame.index)
        if not step and here is None:
            continue
        step.append(_Grey.of(frame))
        if here is not None:
            yield from _between(searched[step[0].index], here, step)
            yield replace(here, cut=frame.cut)
            step = step[-1:]
    if step:
        yield from _between(searched[step[0].index], None, step)


def _between(before: FindResult, behind: FindResult | None, step: Sequence[_Grey]) -> Iterator[FindResult]:
    """A result for each frame between two searched ones; behind the last one `step` has those to the end."""
    cuts = [place for place, (here, there) in enumerate(pairwise(step), 1) if there.cut or here.shape != there.shape]
    onwards = _paths(before.faces, step[: cuts[0] if cuts else None])
    faces_behind = Detections.of([], []) if behind is None else behind.faces
    back = _paths(faces_behind, step[cuts[-1] if cuts else 0 :][::-1])
    last = len(step) - 1
    unsearched = range(1, len(step) if behind is None else last)
    known = [dict(zip(of.tracks.tolist(), of.scores.tolist(), strict=True)) for of in (before.faces, faces_behind)]
    faces: list[list[Detections]] = [[] for _ in step]
    for track in onwards.keys() | back.keys():
        there, from_behind = onwards.get(track, []), back.get(track, [])
        if there and from_behind:
            boxes = _met(there, from_behind, last)
        else:
            boxes = dict(enumerate(there)) | {last - place: box for place, box in enumerate(from_behind)}
        score = min(scores[track] for scores in known if track in scores)
        for place in boxes.keys() & unsearched:
            face = Detections.of([boxes[place]], [score])
            faces[place].append(replace(face, tracks=np.full(1, track), origins=np.full(1, Origin.FILLED, np.int64)))
    for place in unsearched:
        grey = step[place]
        height, width = grey.shape
        yield replace(
            before, width=width, height=height, faces=Detections.together(faces[place]), index=grey.index,
            seconds=grey.seconds, cut=grey.cut, candidates=0, refined=0, remarks=(),
        )  # fmt: skip


def _met(there: list[Floats], back: list[Floats], last: int) -> dict[int, Floats]:
    """Boxes by place of a face that both frames have: from both sides, the nearer one more; or else by time alone."""
    begin, end = there[0], back[0]
    side = float(np.sqrt((end[2:] - end[:2]).clip(min=1).prod()))
    boxes = {}
    met = len(there) == len(back) == last + 1 and _off(there[last], end) <= _MEETS * side
    met = met and _off(back[last], begin) <= _MEETS * side
    for place in range(1, last):
        share = place / last
        first, second = (there[place], back[last - place]) if met else (begin, end)
        boxes[place] = first * (1 - share) + second * share
    return boxes


def _off(one: Floats, other: Floats) -> float:
    return float(np.linalg.norm((one[:2] + one[2:] - other[:2] - other[2:]) / 2))


def _paths(faces: Detections, step: Sequence[_Grey]) -> dict[int, list[Floats]]:
    """For each track its boxes in frame after frame, its own first, as far as the face can be followed."""
    tracks = faces.tracks[faces.tracks >= 0]
    boxes = faces.boxes[faces.tracks >= 0]
    paths = {int(track): [box] for track, box in zip(tracks, boxes, strict=True)}
    for here, there in pairwise(step):
        if not len(boxes):
            break
        boxes, kept = _moved(boxes, here.copies, there.copies)
        boxes, tracks = boxes[kept], tracks[kept]
        for track, box in zip(tracks.tolist(), boxes, strict=True):
            paths[track].append(box)
    return paths


def _moved(boxes: Floats, before: _Copies, after: _Copies) -> tuple[Floats, NDArray[np.bool_]]:
    """Boxes `(N, 4)` as they lie in the next frame, and which of them could be followed `(N,)`."""
    sides = mean_side(boxes)
    halvings = np.ceil(np.log2(sides / _SMALL)).clip(0, len(before) - 1).astype(int)
    shares = np.linspace(_INSET, 1 - _INSET, _GRID)
    grid = np.stack(np.meshgrid(shares, shares), axis=-1).reshape(-1, 2)
    points = boxes[:, None, :2] + grid[None] * (boxes[:, 2:] - boxes[:, :2])[:, None]
    there, good = points.copy(), np.zeros(points.shape[:2], bool)
    for copy in np.unique(halvings).tolist():
        rows = halvings == copy
        in_copy, good[rows] = _flow(before, after, copy, points[rows] / 2**copy)
        there[rows] = in_copy * 2**copy
    kept = good.mean(axis=1) >= _ENOUGH
    middles = centres(boxes) + _medians(there - points, good)
    halves = (boxes[:, 2:] - boxes[:, :2]) / 2 * np.where(sides >= _RESIZES, _growths(points, there, good), 1)[:, None]
    size = np.array(before[0].shape[::-1])
    return np.hstack([middles - halves, middles + halves]), kept & ((middles >= 0) & (middles < size)).all(axis=1)


def _flow(before: _Copies, after: _Copies, copy: int, points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Where points `(N, P, 2)` of a copy are in the next frame, and which of them are followed surely `(N, P)`."""
    begin = np.ascontiguousarray(points.reshape(-1, 1, 2), np.float32)
    there, found = _step(before, after, copy, begin)
    back, returned = _step(after, before, copy, there)
    beside = np.linalg.norm((back - begin).reshape(points.shape), axis=2)
    good = (found & returned).reshape(points.shape[:2])
    return there.astype(np.float64).reshape(points.shape), good & (beside <= _RETURNS)


def _step(
    before: _Copies, after: _Copies, copy: int, points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Where points `(M, 1, 2)` of a copy are in the next frame, and which of them were found `(M,)`.

    Smaller copies show first about where: OpenCV does the same, but makes them anew in each call.
    """
    coarsest = min(copy + _LEVELS, len(before) - 1)
    there, found = points / np.float32(2 ** (coarsest - copy)), np.zeros((len(points), 1), np.uint8)
    for level in range(coarsest, copy - 1, -1):
        here = points / np.float32(2 ** (level - copy))
        there = there if level == coarsest else there * np.float32(2)
        there, found, _ = cv2.calcOpticalFlowPyrLK(  # type: ignore[assignment]
            before[level], after[level], here, there, winSize=_WINDOW, maxLevel=0, flags=cv2.OPTFLOW_USE_INITIAL_FLOW
        )
    return there, found[:, 0] == 1


def _growths(old: Floats, new: Floats, good: NDArray[np.bool_]) -> Floats:
    """By how much points `(N, P, 2)` of faces moved apart `(N,)`: the median over pairs of good ones `(N, P)`."""
    first, second = np.triu_indices(old.shape[1], 1)
    before, after = (np.linalg.norm(of[:, first] - of[:, second], axis=2) for of in (old, new))
    return _medians((after / before)[..., None], good[:, first] & good[:, second])[:, 0]


def _medians(values: Floats, good: NDArray[np.bool_]) -> Floats:
    """Medians `(N, D)` of those values `(N, P, D)` that are good `(N, P)`; 0 where none is."""
    ordered = np.sort(np.where(good[..., None], values, np.inf), axis=1)
    count = good.sum(axis=1)[:, None, None]
    low, high = (np.take_along_axis(ordered, (count - odd).clip(0) // 2, axis=1) for odd in (1, 0))
    return np.where(count[:, 0] > 0, (low + high)[:, 0] / 2, 0)
