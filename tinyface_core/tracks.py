"""Tracks: one face across the frames of a video."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import Face, FindResult, Floats, Origin


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One face across frames.

    Attributes:
        source: path of the video.
        number: of the track in the video, from 0.
        frames: `(N,)` frame numbers, increasing.
        seconds: `(N,)` their time stamps.
        boxes: `(N, 4)` xyxy in pixels of the frames.
        scores: `(N,)` in [0, 1].
        origins: `(N,)` origin of each box, see `Origin`.
    """

    source: str
    number: int
    frames: NDArray[np.int64]
    seconds: Floats
    boxes: Floats
    scores: Floats
    origins: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.frames)

    def face_at(self, frame: int, way: Track | None = None) -> Face | None:
        """The face in a frame; None before the first and after the last frame.

        If the frame has none, its box is that of `way`, the same face in more frames. It is interpolated if `way` has
        other boxes before and behind the frame.
        """
        after = bisect_left(self.frames, frame)
        if after == len(self) or (after == 0 and self.frames[0] != frame):
            return None
        if self.frames[after] == frame:
            return self._face(self.boxes[after], self.scores[after], Origin(int(self.origins[after])))
        before = after - 1
        share = (frame - self.frames[before]) / (self.frames[after] - self.frames[before])
        box = None if way is None else way._between(self, before, after, frame)
        if box is None:
            box = self.boxes[before] * (1 - share) + self.boxes[after] * share
        return self._face(box, min(self.scores[before], self.scores[after]), Origin.FILLED)

    def _between(self, other: Track, before: int, after: int, frame: int) -> Floats | None:
        wanted = np.array([other.frames[before], frame, other.frames[after]])
        places = np.searchsorted(self.frames, wanted).clip(max=len(self) - 1)
        same = np.array_equal(self.frames[places], wanted)
        same = same and np.array_equal(self.boxes[places[[0, 2]]], other.boxes[[before, after]])
        return self.boxes[places[1]] if same else None

    def _face(self, box: Floats, score: float, origin: Origin) -> Face:
        x1, y1, x2, y2 = box.tolist()
        return Face((x1, y1, x2, y2), float(score), float(score), track=self.number, origin=origin)


def tracks_of(results: Iterable[FindResult]) -> list[Track]:
    """The tracks in the results of videos, sorted by source and number; faces without a track are ignored."""
    rows: dict[tuple[str, int], list[tuple[int, float, FindResult, int]]] = {}
    for result in results:
        for row in np.flatnonzero(result.faces.tracks >= 0).tolist():
            track = rows.setdefault((result.source, int(result.faces.tracks[row])), [])
            track.append((result.index or 0, result.seconds or 0.0, result, row))
    tracks = []
    for (source, number), members in sorted(rows.items()):
        members.sort(key=lambda member: member[:2])
        faces = [(result.faces, row) for _, _, result, row in members]
        tracks.append(
            Track(
                source,
                number,
                np.array([frame for frame, *_ in members], np.int64),
                np.array([seconds for _, seconds, *_ in members], np.float64),
                np.array([found.boxes[row] for found, row in faces], np.float64),
                np.array([found.scores[row] for found, row in faces], np.float64),
                np.array([found.origins[row] for found, row in faces], np.int64),
            )
        )
    return tracks
