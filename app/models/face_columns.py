"""The columns of the table of faces: title, text and sort key of each."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from tinyface_core.types import Verdict

from ..style.figures import decimal, whole
from .face_entry import FaceEntry
from .verdict import verdict_label


class Column(IntEnum):
    """Columns of the table, from left to right."""

    FACE = 0
    VERDICT = 1
    SCORE = 2
    PROBABILITY = 3
    SIZE = 4
    PICTURE = 5
    TIME = 6
    FRAMES = 7
    GROUP = 8
    LIKENESS = 9
    NOTE = 10


VERDICT_ORDER = {
    Verdict.CONFIRMED: 0,
    Verdict.NOT_A_FACE: 1,
    Verdict.UNDECIDED: 2,
    Verdict.UNSURE: 3,
}
"""Sort order of verdicts."""

SORT_VALUES: dict[Column, Callable[[FaceEntry], Any]] = {
    Column.FACE: lambda entry: entry.key,
    Column.VERDICT: lambda entry: VERDICT_ORDER[entry.verdict],
    Column.SCORE: lambda entry: entry.score,
    Column.PROBABILITY: lambda entry: -1.0 if entry.face.face_probability is None else entry.face.face_probability,
    Column.SIZE: lambda entry: entry.size,
    Column.PICTURE: lambda entry: entry.source,
    Column.TIME: lambda entry: (
        entry.summary.first if entry.summary is not None else -1.0 if entry.seconds is None else entry.seconds
    ),
    Column.FRAMES: lambda entry: entry.frames,
    Column.NOTE: lambda entry: entry.note,
}
"""Sort key of a face; NaN or -1 if there is none. Faces without a row of their own have 0 frames.

For groups and similarity see `LookTable`.
"""


TEXTS = frozenset({Column.PICTURE, Column.NOTE})
"""Columns that are sorted by texts."""

COLUMN_TEXTS: dict[Column, Callable[[FaceEntry], str]] = {
    Column.FACE: lambda entry: "",
    Column.VERDICT: lambda entry: verdict_label(entry.verdict) if entry.verdict else "",
    Column.SCORE: lambda entry: entry.score_text,
    Column.PROBABILITY: lambda entry: "" if (p := entry.face.face_probability) is None else decimal(p, 2),
    Column.SIZE: lambda entry: whole(entry.size),
    Column.PICTURE: lambda entry: Path(entry.source).name,
    Column.TIME: lambda entry: entry.span,
    Column.FRAMES: lambda entry: "" if entry.index is None else whole(entry.frames),
    Column.NOTE: lambda entry: entry.note,
}
"""Text of a column for a face."""


def column_titles() -> dict[Column, tuple[str, str]]:
    """Title and tool tip of each column, in the user's language."""
    translate = QCoreApplication.translate
    return {
        Column.FACE: (translate("FacesModel", "Face"), translate("FacesModel", "The face's own pixels")),
        Column.VERDICT: (
            translate("FacesModel", "Verdict"),
            translate("FacesModel", "Your verdict: Y confirmed, N not a face, U unsure"),
        ),
        Column.SCORE: (
            translate("FacesModel", "Score"),
            translate("FacesModel", "Detector and second stage joined, 0 to 1"),
        ),
        Column.PROBABILITY: (
            translate("FacesModel", "P(face)"),
            translate("FacesModel", "The second stage's face probability; empty where it did not run"),
        ),
        Column.SIZE: (
            translate("FacesModel", "Size"),
            translate("FacesModel", "Longer side of the box in pixels of the picture"),
        ),
        Column.PICTURE: (
            translate("FacesModel", "Picture"),
            translate("FacesModel", "The picture or video that it is in"),
        ),
        Column.TIME: (translate("FacesModel", "Time"), translate("FacesModel", "When it is visible in the video")),
        Column.FRAMES: (
            translate("FacesModel", "Frames"),
            translate("FacesModel", "Searched frames in which this face was found"),
        ),
        Column.GROUP: (
            translate("FacesModel", "Group"),
            translate("FacesModel", "Faces with the same number look alike: for sorting, not identification"),
        ),
        Column.LIKENESS: (
            translate("FacesModel", "Alike"),
            translate("FacesModel", "Similarity to the chosen face, at most 1"),
        ),
        Column.NOTE: (
            translate("FacesModel", "Note"),
            translate("FacesModel", "Your note; double-click or press F2 to write"),
        ),
    }
