"""Tracks: one face across the frames of a video."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinyface_core.types import Box, Detections, Face, FindResult, Floats, Origin

_PER_PIXEL = 32
"""Steps of a pixel in which moves are stored."""

_BYTES = 8
"""Of the move of a box."""

_NO_MOVES: Floats = np.zeros((0, 4))

_Rows = tuple[NDArray[np.int64], Floats]
"""Of a track: its frames and origins `(N, 2)`, and its seconds, boxes and scores `(N, 6)`."""

_AT_ONCE = 500
"""Results whose faces are sorted by tracks at once: those of an hour would need three times the memory."""


def packed_moves(box: Box, later: ArrayLike) -> bytes:
    """By how much the edges of a box have moved in later ones `(N, 4)`, in `_BYTES` each."""
    steps = (np.reshape(later, (-1, 4)) - box) * _PER_PIXEL
    return steps.round().clip(-(2**15), 2**15 - 1).astype("<i2").tobytes()


def unpacked_moves(moves: bytes) -> Floats:
    """The inverse of `packed_moves`: pixels `(N, 4)`."""
    return np.frombuffer(moves, "<i2").reshape(-1, 4) / _PER_PIXEL


def reach(frame: int, moves_before: bytes, moves_behind: bytes) -> range:
    """The frame of a face, and those before and behind it through which it was followed.

    The last of the moves behind is no frame of it: it is that of the next box, or one that is added at the end.
    """
    return range(frame - len(moves_before) // _BYTES, frame + max(len(moves_behind) // _BYTES, 1))


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
        moves_before: how the first box moved in frame after frame before it, where it was followed; see `packed_moves`.
        moves_behind: of each box in those behind it, up to the next box, or to the last frame and a further one; see
            `reach`.
    """

    source: str
    number: int
    frames: NDArray[np.int64]
    seconds: Floats
    boxes: Floats
    scores: Floats
    origins: NDArray[np.int64]
    moves_before: bytes = b""
    moves_behind: Sequence[bytes] = ()

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def reach(self) -> range:
        """All frames from the first to the last one in which it is, or through which it was followed."""
        behind = self.moves_behind[-1] if self.moves_behind else b""
        first, last = int(self.frames[0]), int(self.frames[-1])
        return range(reach(first, self.moves_before, b"").start, reach(last, b"", behind).stop)

    def face_at(self, frame: int) -> Face | None:
        """The face in a frame; None where the track does not lead.

        If the frame has none, it is where it moved to, or else where it lies by time between two frames that have it.
        """
        if frame not in self.reach:
            return None
        behind = bisect_left(self.frames, frame)
        if behind < len(self) and self.frames[behind] == frame:
            return self._face(self.boxes[behind], self.scores[behind], Origin(int(self.origins[behind])))
        if behind == 0:
            return self._moved(0, unpacked_moves(self.moves_before)[int(self.frames[0]) - frame - 1])
        before = behind - 1
        moves = unpacked_moves(self.moves_behind[before]) if self.moves_behind else _NO_MOVES
        gone = frame - int(self.frames[before])
        if behind == len(self):
            return self._moved(before, moves[gone - 1])
        whole = int(self.frames[behind] - self.frames[before])
        way = self.boxes[behind] - self.boxes[before]
        box = self.boxes[before] + way * (gone / whole)
        if whole <= len(moves):
            box += moves[gone - 1] - moves[whole - 1] * (gone / whole)
        return self._face(box, min(self.scores[before], self.scores[behind]), Origin.FILLED)

    def _moved(self, place: int, move: Floats) -> Face:
        return self._face(self.boxes[place] + move, self.scores[place], Origin.FILLED)

    def _face(self, box: Floats, score: float, origin: Origin) -> Face:
        x1, y1, x2, y2 = box.tolist()
        return Face((x1, y1, x2, y2), float(score), float(score), track=self.number, origin=origin)


def tracks_of(results: Iterable[FindResult]) -> list[Track]:
    """The tracks in the results of videos, sorted by source and number; faces without a track are ignored."""
    parts: dict[tuple[str, int], list[_Rows]] = {}
    results = iter(results)
    while some := list(islice(results, _AT_ONCE)):
        for source, of_source in groupby(some, lambda result: result.source):
            for number, rows in _rows_of_tracks(list(of_source)):
                parts.setdefault((source, number), []).append(rows)
    return [_track(source, number, parts.pop((source, number))) for source, number in sorted(parts)]


def _rows_of_tracks(results: Sequence[FindResult]) -> Iterator[tuple[int, _Rows]]:
    faces = Detections.together([result.faces for result in results])
    counts = [len(result.faces) for result in results]
    frames = np.repeat([result.index or 0 for result in results], counts)
    seconds = np.repeat([result.seconds or 0.0 for result in results], counts)
    whole = np.stack([frames, faces.origins], axis=1)
    rest = np.column_stack([seconds, faces.boxes, faces.scores])
    by_track = np.argsort(faces.tracks, kind="stable")
    for rows in np.split(by_track, np.flatnonzero(np.diff(faces.tracks[by_track])) + 1):
        if len(rows) and (number := int(faces.tracks[rows[0]])) >= 0:
            yield number, (whole[rows], rest[rows])


def _track(source: str, number: int, parts: Sequence[_Rows]) -> Track:
    whole, rest = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((rest[:, 0], whole[:, 0]))
    (frames, origins), rest = whole[order].T, rest[order]
    return Track(source, number, frames, rest[:, 0], rest[:, 1:5], rest[:, 5], origins)
