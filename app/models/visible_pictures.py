"""Filters the pictures of the film strip."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, Signal

from .index import NO_PARENT, Index
from .pictures import Picture, PicturesModel


class VisiblePictures(QAbstractListModel):
    """All opened pictures, or those that match a query, in the order of opening."""

    thinned = Signal()
    """Others are shown than before, because of a question."""

    def __init__(self, pictures: PicturesModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all = pictures
        """The model behind."""
        self._sources: list[str] | None = None
        self._rows: dict[str, int] = {}
        pictures.rowsAboutToBeInserted.connect(self._begin_insert)
        pictures.rowsInserted.connect(self._end_insert)
        pictures.rowsAboutToBeRemoved.connect(self._begin_remove)
        pictures.rowsRemoved.connect(self._end_remove)
        pictures.modelAboutToBeReset.connect(self.beginResetModel)
        pictures.modelReset.connect(self._end_reset)
        pictures.dataChanged.connect(self._pass_on_data)

    def show_only(self, sources: Set[str] | None) -> None:
        """Show only these pictures; None: all."""
        wanted = None if sources is None else [p.source for p in self.all.pictures() if p.source in sources]
        if wanted != self._sources:
            self.beginResetModel()
            self._set(wanted)
            self.endResetModel()
            self.thinned.emit()

    @property
    def shows_all(self) -> bool:
        """Whether all pictures are shown."""
        return self._sources is None

    def sources(self, first: int, end: int) -> list[str]:
        """Sources of the pictures in these rows."""
        if self._sources is not None:
            return self._sources[first:end]
        return [picture.source for picture in self.all.pictures()[first:end]]

    def row_of(self, source: str) -> int:
        """Row of a picture; -1 if it is not shown."""
        return self.all.row_of(source) if self._sources is None else self._rows.get(source, -1)

    def neighbour(self, source: str, by: int) -> str | None:
        """The picture some places further; from a hidden picture, the next shown one in that direction."""
        row = self.row_of(source)
        if row < 0:
            here = self.all.row_of(source)
            before = sum(self.all.row_of(other) < here for other in self._sources or ())
            row = before - (by > 0)
        return self.sources(row + by, row + by + 1)[0] if 0 <= row + by < self.rowCount() else None

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        """Number of pictures shown."""
        return 0 if parent.isValid() else self.all.rowCount() if self._sources is None else len(self._sources)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The same as in the source model."""
        row = index.row() if self._sources is None else self.all.row_of(self._sources[index.row()])
        return self.all.data(self.all.index(row), role)

    def _set(self, sources: list[str] | None) -> None:
        self._sources = sources
        self._rows = {source: row for row, source in enumerate(sources or ())}

    def _begin_insert(self, _parent: Index, first: int, last: int) -> None:
        if self._sources is None:
            self.beginInsertRows(QModelIndex(), first, last)

    def _end_insert(self) -> None:
        if self._sources is None:
            self.endInsertRows()

    def _begin_remove(self, _parent: Index, first: int, last: int) -> None:
        if self._sources is None:
            self.beginRemoveRows(QModelIndex(), first, last)
            return
        for picture in self.all.pictures()[first : last + 1]:
            self._leave_out(picture)

    def _end_remove(self) -> None:
        if self._sources is None:
            self.endRemoveRows()

    def _leave_out(self, picture: Picture) -> None:
        row = self._rows.get(picture.source)
        if row is not None and self._sources is not None:
            self.beginRemoveRows(QModelIndex(), row, row)
            self._set([source for source in self._sources if source != picture.source])
            self.endRemoveRows()

    def _end_reset(self) -> None:
        self._set(None)
        self.endResetModel()

    def _pass_on_data(self, first: QModelIndex, last: QModelIndex) -> None:
        if self._sources is None:
            self.dataChanged.emit(self.index(first.row()), self.index(last.row()))
        elif self._sources:
            self.dataChanged.emit(self.index(0), self.index(len(self._sources) - 1))
