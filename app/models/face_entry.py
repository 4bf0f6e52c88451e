"""One face in the list of faces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from tinyface_core.project.records import ProjectFace
from tinyface_core.types import NO_TRACK

from ..style.figures import decimal, time_stamp, whole
from .verdict import verdict_label

DRAWN = "✎"
"""Text in place of the score of a drawn face."""


@dataclass(frozen=True, slots=True)
class TrackSummary:
    """Summary of a track for the list.

    Attributes:
        frames: number of frames in which it was found or drawn.
        first, last: their time stamps in seconds.
        largest, surest, sharpest, best: faces of it; `best` combines the three criteria.
    """

    frames: int
    first: float
    last: float
    largest: FaceEntry
    surest: FaceEntry
    sharpest: FaceEntry
    best: FaceEntry

    @staticmethod
    def of(faces: Iterable[FaceEntry]) -> TrackSummary:
        """Summary of one or more faces of a track."""
        first, *others = faces
        seconds = first.seconds or 0.0
        alone = TrackSummary(1, seconds, seconds, first, first, first, first)
        return reduce(TrackSummary.with_face, others, alone)

    def with_face(self, face: FaceEntry) -> TrackSummary:
        """Summary of the same track with another face."""
        seconds = face.seconds or 0.0
        return TrackSummary(
            self.frames + 1,
            min(self.first, seconds),
            max(self.last, seconds),
            max(self.largest, face, key=lambda one: one.face.size),
            max(self.surest, face, key=lambda one: one.face.score),
            max(self.sharpest, face, key=lambda one: one.sharpness or 0.0),
            max(self.best, face, key=FaceEntry.worth),
        )

    @property
    def crops(self) -> tuple[FaceEntry, ...]:
        """Up to three faces that show it best, the best one first."""
        chosen = {one.key: one for one in (self.best, self.largest, self.surest, self.sharpest)}
        return tuple(chosen.values())[:3]


@dataclass(frozen=True, slots=True)
class FaceEntry(ProjectFace):
    """A face of the list: its data in a project, and its key.

    Attributes:
        key: identifies the face while the program runs; never reused.
        summary: of the track, if it is the leading face, whose row represents the track.
    """

    key: int = field(kw_only=True)
    summary: TrackSummary | None = field(kw_only=True, default=None, compare=False, repr=False)

    @property
    def score(self) -> float:
        """Score; of a track the greatest."""
        return self.face.score if self.summary is None else self.summary.surest.face.score

    @property
    def score_text(self) -> str:
        """Score as text; `DRAWN` for a drawn face."""
        return DRAWN if self.drawn and self.summary is None else decimal(self.score, 2)

    @property
    def size(self) -> float:
        """Longer side in pixels; of a track the greatest."""
        return self.face.size if self.summary is None else self.summary.largest.face.size

    @property
    def frames(self) -> int:
        """Number of faces that its row represents; 0 if it has no row."""
        return self.summary.frames if self.summary is not None else int(self.face.track == NO_TRACK)

    @property
    def span(self) -> str:
        """Its times in a video, or its page."""
        if self.summary is not None and self.summary.first < self.summary.last:
            return f"{time_stamp(self.summary.first)} – {time_stamp(self.summary.last)}"
        if self.seconds is None and self.index is not None:
            return QCoreApplication.translate("FacesModel", "page {number}").format(number=whole(self.index + 1))
        return "" if self.seconds is None else time_stamp(self.seconds)


def describe(entry: FaceEntry) -> str:
    """A sentence about a face or track, for tool tips and screen readers."""
    translate = QCoreApplication.translate
    if entry.drawn and entry.summary is None:
        text = translate("FacesModel", "Face of {size} pixels that you drew in {picture}, {verdict}")
    elif entry.summary is None:
        text = translate("FacesModel", "Face of {size} pixels in {picture}, score {score}, {verdict}")
    else:
        text = translate(
            "FacesModel",
            "One face in {frames} frames of {picture}, {span}, up to {size} pixels and a score of {score}, {verdict}",
        )
    sentence = text.format(
        size=whole(entry.size),
        picture=Path(entry.source).name,
        score=decimal(entry.score, 2),
        verdict=verdict_label(entry.verdict).lower(),
        frames=whole(entry.frames),
        span=entry.span,
    )
    return f"{sentence}: {entry.note}" if entry.note else sentence
