"""The faces that are selected in the list; table and gallery share them."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject, QTimer, Signal

from ..models.face_columns import Column
from ..models.face_entry import FaceEntry
from ..models.faces import ENTRY_ROLE, KEY_ROLE
from ..models.visible_faces import VisibleFaces

_Flag = QItemSelectionModel.SelectionFlag


class FaceSelection(QObject):
    """Selects faces by their keys, and keeps them selected while rows come and go."""

    chosen = Signal(int)
    """Key of the face selected by the user."""
    sought = Signal(QModelIndex)
    """Row that was selected by `select`, to be brought into view."""

    def __init__(self, visible: VisibleFaces, model: QItemSelectionModel, parent: QObject) -> None:
        super().__init__(parent)
        self._visible, self._model = visible, model
        self._telling = True
        self._kept_keys: list[int] = []
        self._kept_current = -1
        model.currentChanged.connect(self._tell_current)
        visible.modelAboutToBeReset.connect(self._remember)
        visible.modelReset.connect(self._restore)

    @property
    def current(self) -> QModelIndex:
        """The current row; invalid if there is none."""
        return self._model.currentIndex()

    def select(self, key: int, alone: bool = True) -> None:
        """Select a face that the user did not choose here; -1 selects none.

        If it is already the current one, other selected faces stay selected, unless `alone`.
        """
        entry = self._visible.faces.entry(key)
        index = self._visible.index_of(key if entry is None else self._visible.faces.lead(entry).key)
        self._telling = False
        if not index.isValid():
            self._model.clearSelection()
            self._model.clearCurrentIndex()
        elif alone or index.row() != self.current.row():
            self._model.setCurrentIndex(index, _Flag.ClearAndSelect | _Flag.Rows)
        self._telling = True
        if index.isValid():
            self.sought.emit(index)

    def select_all_of(self, keys: list[int]) -> None:
        """Select these faces alone; the current one stays."""
        chosen, last_column = QItemSelection(), len(Column) - 1
        for first, last in self._visible.runs_of(keys):  # not row by row, of which there may be many thousands
            chosen.select(self._visible.index(first, 0), self._visible.index(last, last_column))
        self._model.select(chosen, _Flag.ClearAndSelect)

    def rows(self) -> list[int]:
        """The selected rows, from the top."""
        # By ranges: all indexes of many thousand faces would be made one by one, each in every column.
        spans = ((span.top(), span.bottom()) for span in self._model.selection())  # type: ignore[attr-defined]
        return sorted({row for top, bottom in spans for row in range(top, bottom + 1)})

    @property
    def is_empty(self) -> bool:
        """Whether there are no `keys`."""
        return not self._model.hasSelection() and not self.current.isValid()

    def keys(self) -> list[int]:
        """Keys of the selected faces, from the top; if none is selected, of the current one."""
        rows = self.rows()
        if not rows and self.current.isValid():
            rows = [self.current.row()]
        return self._visible.keys(rows)

    def _tell_current(self, current: QModelIndex, before: QModelIndex) -> None:
        entry: FaceEntry | None = before.data(ENTRY_ROLE) if before.isValid() else None
        if self._telling and entry is not None and not entry.frames:
            # It was linked and its row goes: nobody chose the next one. The row of its track comes in its place.
            QTimer.singleShot(0, self, lambda: self.select(entry.key))
        elif self._telling and current.isValid():
            self.chosen.emit(current.data(KEY_ROLE))

    def _remember(self) -> None:
        self._kept_keys = []
        # The rows of the model behind may be gone already; keys are read only while they are there.
        if self._visible.rowCount() and self._model.hasSelection():
            self._kept_keys = self.keys()
        self._kept_current = self.current.data(KEY_ROLE) if self.current.isValid() else -1

    def _restore(self) -> None:
        self._telling = False
        self.select_all_of(self._kept_keys)
        index = self._visible.index_of(self._kept_current)
        if index.isValid():
            self._model.setCurrentIndex(index, _Flag.NoUpdate)
        self._telling = True
