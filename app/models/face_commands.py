"""Changes to faces as steps that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QUndoCommand

from tinyface_core.types import Verdict

from ..style.figures import counted
from .verdict import verdict_label


class Step(QUndoCommand):
    """A change with functions that make and undo it; consecutive steps of the same `topic` are merged."""

    def __init__(
        self, text: str, make: Callable[[], None], take_back: Callable[[], None], topic: object = None
    ) -> None:
        super().__init__(text)
        self._make, self._take_back, self._topic = make, take_back, topic

    def id(self) -> int:
        """The same for all steps: they may be merged."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merge a later step with the same topic."""
        if not isinstance(other, Step) or self._topic is None or other._topic != self._topic:
            return False
        self._make = other._make
        return True

    def redo(self) -> None:
        """Make the change."""
        self._make()

    def undo(self) -> None:
        """Undo the change."""
        self._take_back()


def verdicts_text(counts: Mapping[Verdict, int]) -> str:
    """Name of an undo step that sets the verdicts of so many rows of the list."""
    one = QCoreApplication.translate("FaceCommands", "1 face")
    many = QCoreApplication.translate("FaceCommands", "{count} faces")
    return ", ".join(f"{verdict_label(verdict)}: {counted(count, one, many)}" for verdict, count in counts.items())


def deletion_text(count: int) -> str:
    """Name of an undo step that deletes so many drawn faces."""
    one = QCoreApplication.translate("FaceCommands", "Delete a drawn face")
    many = QCoreApplication.translate("FaceCommands", "Delete {count} drawn faces")
    return counted(count, one, many)
