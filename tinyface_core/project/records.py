"""Frozen values that a project holds."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self, TypeVar

from tinyface_core.types import Box, Face, FindResult, Origin, UserError, Verdict


class ProjectError(UserError):
    """A project file that cannot be used; the message is one sentence for the user."""


class ChangeError(ProjectError):
    """A change that cannot be made in this project, however often it is tried."""


def new_face_id() -> int:
    """A number for a face, in [0, 2**62), random so that two programs on one file never choose the same."""
    return secrets.randbits(62)


@dataclass(frozen=True, slots=True)
class ProjectPicture:
    """One photo or video of a project.

    Attributes:
        source: absolute path where it lies, or where it lay when it was seen last.
        is_video: whether it is a video.
        sha256: of its content (see `tinyface_core.project.relink.fingerprint`), empty until it was computed.
        size: of the file in bytes, -1 until it was read.
        reviewed: the analyst said that every face in it is marked, so that all the rest is background.
        faces: how many faces the project holds of it.
        searched: whether a search of it, or of one of its frames, came to an end.
        missing: whether the file was not there when the project was read.
        has_pages: whether it has pages, or the frames of an animation, each a picture for itself.
        turn: degrees by which it was turned clockwise by hand; boxes lie in the turned picture.
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

    @property
    def path(self) -> Path:
        """`source` as a path."""
        return Path(self.source)


@dataclass(frozen=True, slots=True)
class ProjectFace:
    """One face of a project.

    Attributes:
        source: path of its picture, as in `Frame.source`.
        face: what the search said; of a drawn face its box, with score 1.
        index, seconds: frame number and time stamp in a video, None in a photo.
        verdict, note: the analyst's.
        drawn: drawn by hand, because the search had missed it.
        id: names the face within its frame, for ever.
        found: the box as the search found it or as it was drawn, where the analyst changed it; else None.
        settled: the analyst said which track it belongs to; linking leaves it there.
        sharpness: of its pixels, see `tinyface_core.sharpness`; None where nobody looked.
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

    def with_box(self, box: Box) -> Self:
        """The face with another box; the first one is kept, and is no change any more once it is back."""
        found = self.found or self.face.box
        origin = Origin.DRAWN if self.drawn or box != found else Origin.FOUND
        face = replace(self.face, box=box, origin=origin)
        return replace(self, face=face, found=None if box == found else found)

    def with_track(self, track: int, settled: bool) -> Self:
        """The face as part of another track."""
        return replace(self, face=replace(self.face, track=track), settled=settled)

    def worth(self) -> float:
        """How well it shows its face: sure, large and sharp."""
        return self.face.score * self.face.size * (0.1 + (self.sharpness or 0.0))


def faces_in(result: FindResult) -> list[ProjectFace]:
    """The faces of a search as a project keeps them, of which nothing is said yet."""
    return [ProjectFace(result.source, face, result.index, result.seconds) for face in result.faces]


F = TypeVar("F", bound=ProjectFace)


def by_frame(faces: Iterable[F]) -> defaultdict[int | None, list[F]]:
    """Faces of one picture by the number of their frame, in their order; none for a frame without any."""
    frames: defaultdict[int | None, list[F]] = defaultdict(list)
    for face in faces:
        frames[face.index].append(face)
    return frames


@dataclass(frozen=True, slots=True)
class ProjectCounts:
    """How much a project holds: pictures, reviewed ones among them, faces, drawn ones, and faces by verdict."""

    pictures: int
    reviewed: int
    faces: int
    drawn: int
    verdicts: dict[str, int]

    @property
    def judged(self) -> int:
        """Faces that have a verdict."""
        return sum(count for verdict, count in self.verdicts.items() if verdict)
