"""One face of the list."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from tinyface_core.project.records import ProjectFace

from ..style.figures import decimal, whole
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
        size=whole(entry.face.size),
        picture=Path(entry.source).name,
        score=decimal(entry.face.score, 2),
        verdict=verdict_label(entry.verdict).lower(),
    )
    return f"{sentence}: {entry.note}" if entry.note else sentence
