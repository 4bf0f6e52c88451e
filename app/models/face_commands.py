"""Changes to faces as undo commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

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

Fields = Mapping[int, Mapping[str, Any]]
"""By the keys of faces, values of `FaceEntry` by their names."""


class ChangeFaces(QUndoCommand):
    """Fields of faces that have other values."""

    def __init__(self, model: FacesModel, before: Fields, after: Fields, text: str) -> None:
        super().__init__(text)
        self._model, self._before, self._after = model, before, after

    def redo(self) -> None:
        """Make the change."""
        self._give(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._give(self._before)

    def _give(self, fields: Fields) -> None:
        # A face whose picture was closed meanwhile is left out.
        self._model.put(
            replace(entry, **values) for key, values in fields.items() if (entry := self._model.entry(key)) is not None
        )


def verdicts_text(counts: Mapping[Verdict, int]) -> str:
    """What a step of undo is called that gives verdicts to so many rows of the list."""
    one = QCoreApplication.translate("FaceCommands", "1 face")
    many = QCoreApplication.translate("FaceCommands", "{count} faces")
    return ", ".join(f"{verdict_label(verdict)}: {counted(count, one, many)}" for verdict, count in counts.items())


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
