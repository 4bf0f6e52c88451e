"""The analyst's changes to faces, each one step of undo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from tinyface_core.types import Verdict

from ..style.figures import counted
from .face_entry import FaceEntry
from .verdict import verdict_label

if TYPE_CHECKING:
    from .faces import FacesModel


class SetVerdicts(QUndoCommand):
    """Verdicts of some faces: `changes` maps a key to the verdict before and after."""

    def __init__(self, model: FacesModel, changes: dict[int, tuple[Verdict, Verdict]]) -> None:
        one = QCoreApplication.translate("FaceCommands", "1 face")
        many = QCoreApplication.translate("FaceCommands", "{count} faces")
        verdict = next(iter(changes.values()))[1]
        super().__init__(f"{verdict_label(verdict)}: {counted(len(changes), one, many)}")
        self._model = model
        self._changes = changes

    def redo(self) -> None:
        """Give the new verdicts."""
        self._give(1)

    def undo(self) -> None:
        """Give the old verdicts back."""
        self._give(0)

    def _give(self, which: int) -> None:
        # A face whose picture was closed meanwhile is left out.
        self._model.put(
            replace(entry, verdict=verdicts[which])
            for key, verdicts in self._changes.items()
            if (entry := self._model.entry(key)) is not None
        )


class SetNote(QUndoCommand):
    """The note of one face."""

    def __init__(self, model: FacesModel, key: int, before: str, after: str) -> None:
        super().__init__(QCoreApplication.translate("FaceCommands", "Note"))
        self._model = model
        self._key = key
        self._before = before
        self._after = after

    def redo(self) -> None:
        """Write the new note."""
        self._write(self._after)

    def undo(self) -> None:
        """Write the old note."""
        self._write(self._before)

    def _write(self, note: str) -> None:
        entry = self._model.entry(self._key)
        if entry is not None:
            self._model.put([replace(entry, note=note)])


class AddDrawnFace(QUndoCommand):
    """A missed face, drawn by hand."""

    def __init__(self, model: FacesModel, entry: FaceEntry) -> None:
        super().__init__(QCoreApplication.translate("FaceCommands", "Draw a face"))
        self._model = model
        self._entry = entry

    def redo(self) -> None:
        """Add the face."""
        self._model.put([self._entry])

    def undo(self) -> None:
        """Take the face away, with what was said of it meanwhile."""
        self._entry = self._model.entry(self._entry.key) or self._entry
        self._model.take(self._entry.key)
