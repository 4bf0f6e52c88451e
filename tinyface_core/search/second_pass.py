"""A second search of a video at places where a track implies a face, enlarged and with a lower threshold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import centres, mean_side, square_rois
from tinyface_core.linking import filled
from tinyface_core.media.video import Video
from tinyface_core.rois import cut_rois
from tinyface_core.search.journal import check_unchanged
from tinyface_core.tracks import Track, tracks_of
from tinyface_core.types import (
    CancelToken,
    Detections,
    Finder,
    FindResult,
    Floats,
    Frame,
    Origin,
    Progress,
    no_progress,
    stop_if_asked,
)

_SURROUNDINGS, _FACE = 7.0, 28.0
"""Sides of a face that are looked at round it, and the side in pixels that it is enlarged to, four times at most."""

_LEAST, _LEAST_AT_ENDS = 0.03, 0.1
"""Scores that are enough between two frames of a track, and before its first and behind its last one."""

_BEYOND = 2
"""So many searched frames beyond either end are looked at."""

_OFF, _RESIZED = 0.75, 0.4
"""Sides by which a face may lie off the expected place, and natural logarithm of the ratio of sizes."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the face of a track must be in a frame, and from which score on it is believed to be there."""

    track: int
    box: Floats
    least: float


def look_again_in(
    path: Path,
    results: Sequence[FindResult],
    finder: Finder,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> list[FindResult]:
    """As `look_again`, with the frames of a video; `progress("again", number, total)` is called.

    Raises:
        MediaError: if the video cannot be read, or was changed since it was searched.
    """
    check_unchanged(path, results)
    with Video(path) as video:

        def frame_at(number: int) -> Frame:
            progress("again", number, max(video.frame_estimate, number))
            return video.frame(number, cancel)

        found = look_again(results, finder, frame_at, cancel)
        progress("again", video.frame_estimate, video.frame_estimate)
        return found


def look_again(
    results: Sequence[FindResult],
    finder: Finder,
    frame_at: Callable[[int], Frame],
    cancel: CancelToken | None = None,
) -> list[FindResult]:
    """The results of one video, as linked, with faces that only a second look finds.

    Boxes that were filled in between two frames, and those expected just before and behind a track, are looked at in an
    enlarged copy of their surroundings. What is found has its own box and score, and is marked as found. Frames are
    asked for in rising order.
    """
    spots = _spots(results)
    more: dict[int, Detections] = {}
    for place in sorted(spots):
        stop_if_asked(cancel)
        more[place] = _found(frame_at(results[place].index or 0), results[place], spots[place], finder, cancel)
    joined = []
    for place, result in enumerate(results):
        own = result.faces.take(result.faces.origins != Origin.FILLED)
        joined.append(replace(result, faces=Detections.together([own, more[place]]) if place in more else own))
    return filled(_without_islands(results, joined))


def _spots(results: Sequence[FindResult]) -> dict[int, list[_Spot]]:
    """Where to look again, by the place of the result."""
    spots: defaultdict[int, list[_Spot]] = defaultdict(list)
    places = {result.index: place for place, result in enumerate(results)}
    for track in tracks_of(results):
        for row in np.flatnonzero(track.origins == Origin.FILLED).tolist():
            spots[places[int(track.frames[row])]].append(_Spot(track.number, track.boxes[row], _LEAST))
        for step in (-1, 1):
            for place, box in _beyond(track, results, places, step):
                spots[place].append(_Spot(track.number, box, _LEAST_AT_ENDS))
    return dict(spots)


def _beyond(
    track: Track, results: Sequence[FindResult], places: dict[int | None, int], step: int
) -> Iterator[tuple[int, Floats]]:
    """Places before or behind a track, up to a cut, with the boxes expected there: it goes on as it went."""
    end, inner = (0, min(2, len(track) - 1)) if step < 0 else (-1, max(-3, -len(track)))
    time = float(track.seconds[end] - track.seconds[inner]) or 1.0
    speed = (track.boxes[end] - track.boxes[inner]) / time
    speed = np.tile((speed[:2] + speed[2:]) / 2, 2)
    last = places[int(track.frames[end])]
    for place in range(last + step, last + step * (_BEYOND + 1), step):
        if not 0 <= place < len(results) or results[max(place, place - step)].cut:
            return
        box = track.boxes[end] + speed * ((results[place].seconds or 0.0) - track.seconds[end])
        middle = (box[:2] + box[2:]) / 2
        if (middle < 0).any() or (middle >= (results[place].width, results[place].height)).any():
            return
        yield place, box


def _found(
    frame: Frame, result: FindResult, spots: Sequence[_Spot], finder: Finder, cancel: CancelToken | None
) -> Detections:
    """The faces of the spots that are there, but not those that another track has already."""
    taken = result.faces.take(result.faces.origins != Origin.FILLED)
    faces = []
    for spot in spots:
        side = float(np.sqrt((spot.box[2:] - spot.box[:2]).clip(min=1).prod()))
        roi = square_rois(spot.box[None], _SURROUNDINGS - 1)[0]
        scale = min(max(_FACE / side, 1.0), 4.0)
        copy = cut_rois(frame.pixels, roi[None], max(round(float(roi[2] - roi[0]) * scale), 16))[0]
        scale = copy.shape[0] / float(roi[2] - roi[0])
        seen = finder.find(replace(frame, pixels=copy, enlarged=scale > 1), cancel).faces
        boxes = seen.boxes / scale + np.tile(roi[:2], 2)
        near = _near(spot, boxes, side) & (seen.scores >= spot.least) & ~_covered(boxes, taken.boxes)
        if near.any():
            best = int(np.flatnonzero(near)[seen.scores[near].argmax()])
            face = replace(seen, boxes=boxes, tracks=np.full(len(seen), spot.track)).take(np.array([best]))
            faces.append(face)
            taken = Detections.together([taken, face])
    return Detections.together(faces)


def _near(spot: _Spot, boxes: Floats, side: float) -> NDArray[np.bool_]:
    middles, middle = centres(boxes), (spot.box[:2] + spot.box[2:]) / 2
    off = np.linalg.norm(middles - middle, axis=1) / side
    near: NDArray[np.bool_] = (off <= _OFF) & (np.abs(np.log(mean_side(boxes) / side)) <= _RESIZED)
    return near


def _covered(boxes: Floats, others: Floats) -> NDArray[np.bool_]:
    """Which boxes have their middle in another one."""
    x, y = centres(boxes).T[:, :, None]
    left, top, right, bottom = others.T[:, None]
    inside: NDArray[np.bool_] = (x >= left) & (x < right) & (y >= top) & (y < bottom)
    covered: NDArray[np.bool_] = np.any(inside, axis=1)
    return covered


def _without_islands(before: Sequence[FindResult], after: Sequence[FindResult]) -> list[FindResult]:
    """Without faces beyond a track's ends that do not reach to them: between the two nothing was seen."""
    ends = {}
    places = {result.index: place for place, result in enumerate(after)}
    for track in tracks_of(before):
        ends[track.number] = [places[int(track.frames[0])], places[int(track.frames[-1])]]
    has = [set(result.faces.tracks.tolist()) for result in after]
    for number, (first, last) in ends.items():
        while first > 0 and number in has[first - 1]:
            first -= 1
        while last + 1 < len(after) and number in has[last + 1]:
            last += 1
        ends[number] = [first, last]
    kept = []
    for place, result in enumerate(after):
        inside = [number < 0 or ends[number][0] <= place <= ends[number][1] for number in result.faces.tracks.tolist()]
        kept.append(replace(result, faces=result.faces.take(np.array(inside, bool))))
    return kept
