"""The analyst's changes to faces, each one step of undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage, QUndoCommand

from tinyface_core.types import Box, Verdict

from ..style.figures import counted
from .face_entry import FaceEntry
from .verdict import verdict_label

if TYPE_CHECKING:
    from .faces import FacesModel

Look = tuple[Box, QImage]
"""A box, and what is in it as a thumbnail."""


class SetVerdicts(QUndoCommand):
    """Verdicts of faces: `changes` maps a key to the verdict before and after, `counts` has the rows of each."""

    def __init__(
        self, model: FacesModel, changes: dict[int, tuple[Verdict, Verdict]], counts: Mapping[Verdict, int]
    ) -> None:
        one = QCoreApplication.translate("FaceCommands", "1 face")
        many = QCoreApplication.translate("FaceCommands", "{count} faces")
        super().__init__(
            ", ".join(f"{verdict_label(verdict)}: {counted(count, one, many)}" for verdict, count in counts.items())
        )
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


class SetNotes(QUndoCommand):
    """The note of a face, or of all of a track: `before` has those of before by key."""

    def __init__(self, model: FacesModel, before: dict[int, str], after: str) -> None:
        super().__init__(QCoreApplication.translate("FaceCommands", "Note"))
        self._model = model
        self._before = before
        self._after = after

    def redo(self) -> None:
        """Write the new note."""
        self._write(dict.fromkeys(self._before, self._after))

    def undo(self) -> None:
        """Write the old ones."""
        self._write(self._before)

    def _write(self, notes: dict[int, str]) -> None:
        self._model.put(
            replace(entry, note=note) for key, note in notes.items() if (entry := self._model.entry(key)) is not None
        )


class ChangeFaces(QUndoCommand):
    """Faces that become part of other tracks."""

    def __init__(self, model: FacesModel, before: Sequence[FaceEntry], after: Sequence[FaceEntry], name: str) -> None:
        super().__init__(name)
        self._model, self._before, self._after = model, before, after

    def redo(self) -> None:
        """Make the change."""
        self._put(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._put(self._before)

    def _put(self, entries: Sequence[FaceEntry]) -> None:
        self._model.put(entry for entry in entries if self._model.entry(entry.key) is not None)


class ChangeBox(QUndoCommand):
    """Another box for a face; changes of one face in a row are one step."""

    def __init__(self, model: FacesModel, key: int, before: Look, after: Look) -> None:
        super().__init__(QCoreApplication.translate("FaceCommands", "Change the box"))
        self._model, self._key = model, key
        self._before, self._after = before, after

    def id(self) -> int:
        """Commands of one kind may become one."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take a change of the same face in."""
        if not isinstance(other, ChangeBox) or other._key != self._key:
            return False
        self._after = other._after
        return True

    def redo(self) -> None:
        """Give the new box."""
        self._give(self._after)

    def undo(self) -> None:
        """Give the old box back."""
        self._give(self._before)

    def _give(self, look: Look) -> None:
        entry = self._model.entry(self._key)
        if entry is not None:
            self._model.put([entry.with_box(look[0])])
            self._model.set_thumbnails({self._key: look[1]})


class DeleteDrawnFaces(QUndoCommand):
    """Drawn faces that are none."""

    def __init__(self, model: FacesModel, entries: Sequence[FaceEntry]) -> None:
        one = QCoreApplication.translate("FaceCommands", "Delete a drawn face")
        many = QCoreApplication.translate("FaceCommands", "Delete {count} drawn faces")
        super().__init__(counted(len(entries), one, many))
        self._model, self._entries = model, entries

    def redo(self) -> None:
        """Take them away."""
        self._model.take(*(entry.key for entry in self._entries))

    def undo(self) -> None:
        """Give them back."""
        self._model.put(self._entries)


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
