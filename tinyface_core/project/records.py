"""Frozen values that a project holds."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Self, TypeVar

import numpy as np

from tinyface_core.tracks import Track, reach
from tinyface_core.types import Box, Detections, Face, FindResult, Origin, UserError, Verdict


class ProjectError(UserError):
    """A project file that cannot be used; the message is one sentence for the user."""


class ChangeError(ProjectError):
    """A change that this project rejects; trying again does not help."""


def new_face_id() -> int:
    """A face id in [0, 2**62), random so that two programs that use one file never choose the same."""
    return secrets.randbits(62)


class Remaining(StrEnum):
    """What an interrupted search of a video has still to do; the values are stored in project files."""

    NOTHING = ""
    SEARCH = "search"
    """Frames are to be searched, or a second search of the tracks' gaps and ends."""
    FOLLOWING = "following"
    """Both searches are done; faces are to be followed through the frames between."""


@dataclass(frozen=True, slots=True)
class ProjectPicture:
    """One photo or video of a project.

    Attributes:
        source: its absolute path, or the last known one.
        sha256: digest of its content (see `tinyface_core.project.relink.fingerprint`), empty until it is computed.
        size: file size in bytes, -1 until it is read.
        reviewed: whether the analyst said that every face in it is marked.
        faces: number of its faces in the project.
        searched: whether a search of it, or of one of its frames, was completed.
        missing: whether the file did not exist when the project was read.
        changed: whether it had another size than the file that was searched.
        has_pages: whether it has pages or animation frames, each of which is treated as a picture.
        turn: degrees by which the user rotated it clockwise; boxes refer to the rotated picture.
        remaining: what an interrupted search of the video has still to do.
    """

    source: str
    is_video: bool = False
    sha256: str = ""
    size: int = -1
    reviewed: bool = False
    faces: int = 0
    searched: bool = False
    missing: bool = False
    has_pages: bool = False
    turn: int = 0
    remaining: Remaining = Remaining.NOTHING
    changed: bool = False

    @property
    def path(self) -> Path:
        """`source` as a path."""
        return Path(self.source)


@dataclass(frozen=True, slots=True)
class ProjectFace:
    """One face of a project.

    Attributes:
        source: path of its picture, as in `Frame.source`.
        face: what the search found; a drawn face has score 1.
        index, seconds: frame number and time stamp in a video, None in a photo.
        verdict, note: given by the analyst.
        drawn: whether it was drawn by hand because the search had missed it.
        id: identifies the face within its frame and never changes.
        found: the original box if the analyst changed it, else None.
        settled: whether the analyst chose its track; linking does not change it then.
        sharpness: see `tinyface_core.sharpness`; None if not measured.
        moves_before, moves_behind: how it moved through frames of a video that were not searched, see
            `tinyface_core.tracks.Track`; empty where it was not followed.
    """

    source: str
    face: Face
    index: int | None = None
    seconds: float | None = None
    verdict: Verdict = Verdict.UNDECIDED
    note: str = ""
    drawn: bool = False
    id: int = field(default_factory=new_face_id)
    found: Box | None = None
    settled: bool = False
    sharpness: float | None = None
    moves_before: bytes = b""
    moves_behind: bytes = b""

    @property
    def reach(self) -> range:
        """Of a face of a video its frame, and those around it through which it was followed."""
        return reach(self.index or 0, self.moves_before, self.moves_behind)

    def with_box(self, box: Box) -> Self:
        """The face with another box; `found` keeps the original one, and is None again once the box is back there."""
        found = self.found or self.face.box
        origin = Origin.DRAWN if self.drawn or box != found else Origin.FOUND
        face = replace(self.face, box=box, origin=origin)
        return replace(self, face=face, found=None if box == found else found)

    def with_track(self, track: int, settled: bool) -> Self:
        """The face as part of another track."""
        return replace(self, face=replace(self.face, track=track), settled=settled)

    def worth(self) -> float:
        """How well this picture shows the face: the product of certainty, size and sharpness."""
        return self.face.score * self.face.size * (0.1 + (self.sharpness or 0.0))


def faces_in(result: FindResult) -> list[ProjectFace]:
    """The faces of a search as records of a project, without verdicts."""
    return [ProjectFace(result.source, face, result.index, result.seconds) for face in result.faces]


def track_of(faces: Sequence[ProjectFace]) -> Track:
    """The track that faces of one video are, one at least and one a frame, in the order of the frames."""
    return Track(
        faces[0].source,
        faces[0].face.track,
        np.array([face.index or 0 for face in faces], np.int64),
        np.array([face.seconds or 0.0 for face in faces], np.float64),
        np.array([face.face.box for face in faces], np.float64),
        np.array([face.face.score for face in faces], np.float64),
        np.array([face.face.origin for face in faces], np.int64),
        faces[0].moves_before,
        [face.moves_behind for face in faces],
    )


F = TypeVar("F", bound=ProjectFace)


def by_frame(faces: Iterable[F]) -> defaultdict[int | None, list[F]]:
    """Faces of one picture by frame number, in their order; an empty list for a frame without faces."""
    frames: defaultdict[int | None, list[F]] = defaultdict(list)
    for face in faces:
        frames[face.index].append(face)
    return frames


def frames_with_faces(results: Iterable[FindResult], faces: Sequence[F]) -> list[tuple[FindResult, list[F]]]:
    """The searched frames of one picture, and those in which a face was only drawn, in order, each with its faces."""
    entries, frames = by_frame(faces), {result.index: result for result in results}
    drawn = entries.keys() - frames.keys()
    if drawn:
        nothing = Detections.of([], [])
        like = next(iter(frames.values()), FindResult(faces[0].source, 1, 1, nothing, 0, 0))
        like = replace(like, candidates=0, refined=0, timings={}, cut=False, remarks=())
        for index in drawn:
            frames[index] = replace(like, index=index, seconds=entries[index][0].seconds)
    ordered = sorted(frames.values(), key=lambda result: result.index or 0)
    return [(result, entries[result.index]) for result in ordered]


@dataclass(frozen=True, slots=True)
class ProjectCounts:
    """How many pictures, reviewed pictures, faces, drawn faces, and faces of each verdict a project has.

    `searched` counts searched pictures, pages and frames of videos.
    """

    pictures: int
    searched: int
    reviewed: int
    faces: int
    drawn: int
    verdicts: dict[str, int]

    @property
    def judged(self) -> int:
        """Number of faces with a verdict."""
        return sum(count for verdict, count in self.verdicts.items() if verdict)
