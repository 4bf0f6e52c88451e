"""What searches find in made clips, kept beside them, so that a second run only measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.made_clips import FrameTruth, MadeClip
from tinyface_core.boxes import iou_matrix
from tinyface_core.files import sha256
from tinyface_core.linking import LEAST_SCORE, filled, link
from tinyface_core.media.sources import read_frames
from tinyface_core.media.step import TRACKED
from tinyface_core.media.video import Video
from tinyface_core.redaction.order import LEAST_COVERED, Order
from tinyface_core.redaction.searching import search as search_for_faces
from tinyface_core.redaction.sureness import worth_linking
from tinyface_core.results import read_results, write_results
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search.following import followed_in
from tinyface_core.search.journal import forget_search
from tinyface_core.search.second_pass import look_again
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.tracks import tracks_of
from tinyface_core.types import CancelToken, Detections, FindResult, Floats, Frame

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
"""Of deface."""

SAME = 0.5
"""Overlap of boxes of one face."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A clip with what was found in each of its frames.

    Attributes:
        clip: with the truth.
        ours: each frame searched as a whole, as `tinyface redact` searches some.
        redacted: the tracks of `tinyface redact`, by whether with `--focus`, and the step between searched frames.
        tracks: as `tinyface find --tracks` searches, links, looks again and follows.
        interpolated: the same, but boxes between searched frames lie between theirs by time.
        all_tracks: as with `--every 1`.
        told_tracks: the boxes of that search, linked by the truth: no linking could do better with them.
        deface: its boxes with scores `(N, 5)`.
    """

    clip: MadeClip
    ours: Sequence[FindResult]
    redacted: Mapping[tuple[bool, int | None], Sequence[FindResult]]
    tracks: Sequence[FindResult]
    interpolated: Sequence[FindResult]
    all_tracks: Sequence[FindResult]
    told_tracks: Sequence[FindResult]
    deface: Sequence[Floats]


def search(
    clip: MadeClip,
    redacting: Mapping[bool, FaceFinder],
    finding: FaceFinder,
    deface: Any,
    steps: Sequence[int | None],
) -> Searched:
    """Search every frame of a clip in each way, unless that was kept of the same clip, weights and settings.

    Args:
        clip: to search.
        redacting: searches for redaction, by whether its settings have a focus.
        finding: searches as `tinyface find` does.
        deface: its detector, None for none.
        steps: between searched frames of redaction.
    """
    ours = _found(clip, redacting[False], lambda faces: worth_linking(faces, LEAST_COVERED / 2))
    people = _found(clip, finding, lambda faces: faces.take(faces.scores >= LEAST_SCORE))
    step = TRACKED.frames(clip.motion.fps)
    with Video(clip.path) as video, _Known(clip, finding) as known:
        some, all_tracks = (look_again(link(people[::every], LEAST_SHOWN), known, video.frame) for every in (step, 1))
    tracks = list(followed_in(clip.path, [replace(result, every=step) for result in some]))
    told = filled([_told(result, truth) for result, truth in zip(people, clip.frames, strict=True)])
    by_deface = [] if deface is None else _found_by_deface(clip, deface)
    redacted = {
        (focus, every): _redacted(clip, finder, Order(every=every))
        for focus, finder in redacting.items()
        for every in steps
    }
    return Searched(clip, ours, redacted, tracks, _interpolated(some, people), all_tracks, told, by_deface)


def _redacted(clip: MadeClip, finder: FaceFinder, order: Order) -> list[FindResult]:
    kept = _kept(clip, f"{order} {finder.settings} {finder.weights}", "json")
    if not kept.exists():
        copy = clip.path.with_suffix(".copy.mp4")
        write_results(kept, search_for_faces(clip.path, copy, finder, order))
        forget_search(copy)
    return read_results(kept)


def _found(clip: MadeClip, finder: FaceFinder, chosen: Callable[[Detections], Detections]) -> list[FindResult]:
    kept = _kept(clip, f"{finder.settings} {finder.weights}", "json")
    if not kept.exists():
        found = [finder.find(frame) for frame in read_frames(clip.path)]
        write_results(kept, [replace(result, faces=chosen(result.faces)) for result in found])
    return read_results(kept)


def _interpolated(some: Sequence[FindResult], frames: Sequence[FindResult]) -> list[FindResult]:
    tracks = tracks_of(some)
    return [
        replace(frame, faces=Detections.of_faces(filter(None, (track.face_at(frame.index or 0) for track in tracks))))
        for frame in frames
    ]


class _Known:
    """A finder that searches a picture once: what it found in that of a second look is kept beside the clip."""

    def __init__(self, clip: MadeClip, finder: FaceFinder) -> None:
        self._finder = finder
        self._kept = _kept(clip, f"second look {finder.settings} {finder.weights}", "json")
        self._results = {result.source: result for result in read_results(self._kept)} if self._kept.exists() else {}
        self._found = len(self._results)

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        picture = blake2b(frame.pixels.tobytes(), digest_size=12).hexdigest()
        if picture not in self._results:
            self._results[picture] = replace(self._finder.find(frame, cancel), source=picture)
        return self._results[picture]

    def __enter__(self) -> _Known:
        return self

    def __exit__(self, *error: object) -> None:
        if len(self._results) > self._found:
            write_results(self._kept, list(self._results.values()))


def _found_by_deface(clip: MadeClip, deface: Any) -> list[Floats]:
    kept = _kept(clip, "deface", "npz")
    if not kept.exists():
        found = [deface(frame.pixels.copy(), threshold=min(THRESHOLDS))[0] for frame in read_frames(clip.path)]
        boxes = [np.asarray(faces, np.float64).reshape(-1, 5) for faces in found]
        np.savez(kept, allow_pickle=False, **{str(place): here for place, here in enumerate(boxes)})
    with np.load(kept) as arrays:
        return [arrays[str(place)] for place in range(len(arrays.files))]


def _kept(clip: MadeClip, searched_with: str, ending: str) -> Path:
    digest = blake2b(f"{sha256(clip.path)} {searched_with}".encode(), digest_size=6).hexdigest()
    return clip.path.with_suffix(f".{digest}.{ending}")


def _told(result: FindResult, truth: FrameTruth) -> FindResult:
    """The faces of a frame that are somebody's, with the person's number for their track."""
    overlap = iou_matrix(truth.boxes, result.faces.boxes)
    people, rows = linear_sum_assignment(-overlap)
    same = overlap[people, rows] >= SAME
    faces = result.faces.take(rows[same])
    return replace(result, faces=replace(faces, tracks=truth.people[people[same]]))
