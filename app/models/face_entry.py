"""One face of the list."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from tinyface_core.project.records import ProjectFace

from .verdict import verdict_label


@dataclass(frozen=True, slots=True)
class FaceEntry(ProjectFace):
    """One face of the list: what a project holds of it, and its key.

    Attributes:
        key: names the face while the program runs; never used twice.
    """

    key: int = field(kw_only=True)


def describe(entry: FaceEntry) -> str:
    """One sentence on a face, for tool tips and screen readers."""
    sentence = QCoreApplication.translate(
        "FacesModel", "Face of {size} pixels in {picture}, score {score}, {verdict}"
    ).format(
        size=round(entry.face.size),
        picture=Path(entry.source).name,
        score=f"{entry.face.score:.2f}",
        verdict=verdict_label(entry.verdict).lower(),
    )
    return f"{sentence}: {entry.note}" if entry.note else sentence


def time_stamp(seconds: float) -> str:
    """Seconds of a video as `minutes:seconds.hundredths`, with hours where there are some."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02d}:{rest:05.2f}" if hours else f"{minutes}:{rest:05.2f}"
