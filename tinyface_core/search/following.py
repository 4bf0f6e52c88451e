"""Between frames that were searched, faces are followed by how their pixels move.

Points in a face are followed from frame to frame (pyramidal Lucas-Kanade); those that do not come back to where they
began, when followed the other way, do not count; the median of the others moves the box (Kalal, Mikolajczyk and Matas,
*Forward-Backward Error*, ICPR 2010). Each face is followed from the searched frame before and from the one behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tinyface_core.opencv import cv2
from tinyface_core.types import CancelToken, Detections, FindResult, Floats, Frame, Origin, stop_if_asked

MOST_BETWEEN = 30
"""Longest step between searched frames: the frames of one are in memory, without colours, and faces turn meanwhile."""

_GRID = 5
"""Points in a face are so many by so many, in the middle of its box."""

_INSET = 0.2
"""Share of the box's sides that lies outside of them."""

_WINDOWS = (9, 15, 25)
"""Sides of the squares that are compared round a point; the one next to half of the face's side is taken."""

_RETURNS = 1.0
"""Pixels by which a point may come back beside its place."""

_ENOUGH = 0.4
"""Share of the points that must come back, or the face is lost."""

_RESIZES = 24.0
"""Faces of shorter sides in pixels have too few pixels to tell a change of size by."""

_MEETS = 0.5
"""Sides of the face by which the box from before may lie off the one that was found behind."""


@dataclass(frozen=True, slots=True)
class _Grey:
    """A frame without its colours."""

    index: int | None
    seconds: float | None
    cut: bool
    pixels: NDArray[np.uint8]


def followed(
    results: Sequence[FindResult], frames: Iterable[Frame], cancel: CancelToken | None = None
) -> list[FindResult]:
    """The results of one video with one for each frame in between, which has the boxes of its tracks.

    Where a face cannot be followed from one searched frame to the next, its boxes lie between the two by time; one that
    only one of them has is followed as far as it can be.

    Args:
        results: of `tinyface_core.linking.link`, one a searched frame, in order.
        frames: all frames of the video, in order; those of one step between two searched frames are held at a time.
        cancel: when set, `Cancelled` is raised.
    """
    searched = {result.index: result for result in results}
    whole: list[FindResult] = []
    step: list[_Grey] = []
    for frame in frames:
        stop_if_asked(cancel)
        here = searched.get(frame.index)
        if not step and here is None:
            continue
        grey = np.asarray(cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
        step.append(_Grey(frame.index, frame.seconds, frame.cut, grey))
        if here is not None:
            whole += _between(searched[step[0].index], here, step)
            whole.append(replace(here, cut=frame.cut))
            step = step[-1:]
    if step:
        whole += _between(searched[step[0].index], None, step)
    return whole


def _between(before: FindResult, behind: FindResult | None, step: Sequence[_Grey]) -> Iterator[FindResult]:
    """A result for each frame between two searched ones; behind the last one `step` has those to the end."""
    cuts = [
        place
        for place, (here, there) in enumerate(pairwise(step), 1)
        if there.cut or here.pixels.shape != there.pixels.shape
    ]
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
        height, width = grey.pixels.shape
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
        boxes, kept = _moved(boxes, here.pixels, there.pixels)
        boxes, tracks = boxes[kept], tracks[kept]
        for track, box in zip(tracks.tolist(), boxes, strict=True):
            paths[track].append(box)
    return paths


def _moved(boxes: Floats, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[Floats, NDArray[np.bool_]]:
    """Boxes `(N, 4)` as they lie in the next frame, and which of them could be followed `(N,)`."""
    sides = np.sqrt((boxes[:, 2:] - boxes[:, :2]).clip(min=1).prod(axis=1))
    windows = np.array(_WINDOWS)[np.abs(np.array(_WINDOWS)[None] - sides[:, None] / 2).argmin(axis=1)]
    shares = np.linspace(_INSET, 1 - _INSET, _GRID)
    grid = np.stack(np.meshgrid(shares, shares), axis=-1).reshape(-1, 2)
    points = boxes[:, None, :2] + grid[None] * (boxes[:, 2:] - boxes[:, :2])[:, None]
    there, good = points.copy(), np.zeros(points.shape[:2], bool)
    for window in np.unique(windows).tolist():
        rows = windows == window
        there[rows], good[rows] = _flow(before, after, points[rows], window)
    moved, kept = boxes.copy(), good.mean(axis=1) >= _ENOUGH
    for row in np.flatnonzero(kept).tolist():
        old, new = points[row][good[row]], there[row][good[row]]
        middle = (boxes[row, :2] + boxes[row, 2:]) / 2 + np.median(new - old, axis=0)
        half = (boxes[row, 2:] - boxes[row, :2]) / 2
        if sides[row] >= _RESIZES:
            half = half * _growth(old, new)
        moved[row] = np.concatenate([middle - half, middle + half])
    size = np.array([before.shape[1], before.shape[0]])
    middles = (moved[:, :2] + moved[:, 2:]) / 2
    return moved, kept & (middles >= 0).all(axis=1) & (middles < size).all(axis=1)


def _flow(
    before: NDArray[np.uint8], after: NDArray[np.uint8], points: Floats, window: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Where points `(N, P, 2)` are in the next frame, and which of them are followed surely `(N, P)`."""
    begin = np.ascontiguousarray(points.reshape(-1, 1, 2), np.float32)
    size, unknown = (window, window), np.zeros_like(begin)
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, after, begin, unknown, winSize=size)
    back, returned, _ = cv2.calcOpticalFlowPyrLK(after, before, there, unknown.copy(), winSize=size)
    beside = np.linalg.norm((np.asarray(back) - begin).reshape(points.shape), axis=2)
    good: NDArray[np.bool_] = (np.asarray(found) + np.asarray(returned) == 2).reshape(points.shape[:2])
    return np.asarray(there, np.float64).reshape(points.shape), good & (beside <= _RETURNS)


def _growth(old: Floats, new: Floats) -> float:
    """By how much points `(P, 2)` moved apart: the median over all pairs."""
    first, second = np.triu_indices(len(old), 1)
    before, after = (np.linalg.norm(of[first] - of[second], axis=1) for of in (old, new))
    return float(np.median(after / before)) if len(first) else 1.0
