"""A face over the frames of a video."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import FindResult, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One face over the frames in which it was found, filled in between, or drawn.

    Attributes:
        source: path of the video.
        number: of the track in the video, from 0.
        frames: `(N,)` numbers of the frames, rising.
        seconds: `(N,)` their time stamps.
        boxes: `(N, 4)` xyxy in pixels of the frames.
        scores: `(N,)` in [0, 1].
        origins: `(N,)` where each box comes from, see `Origin`.
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


def tracks_of(results: Iterable[FindResult]) -> list[Track]:
    """The tracks in the results of videos, by source and number; faces without one are left out."""
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
