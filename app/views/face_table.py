"""The faces as a table, and the menu that orders it and the gallery."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from tinyface_core.types import Verdict

from ..models.face_columns import Column, column_titles
from ..models.verdict import verdict_label
from ..models.visible_faces import VisibleFaces
from .face_delegates import ThumbnailDelegate

_SPAN = 136
"""Width of the column of times."""
_HEADER_MARGINS, _ICON_MARGINS = 16, 46
"""Pixels beside the title of a column, and beside a text with an icon."""


class FaceTable(QTableView):
    """A row for each face that passes the filters."""

    def __init__(self, visible: VisibleFaces) -> None:
        super().__init__()
        self._visible = visible
        self.setAccessibleName(self.tr("Faces as a table"))
        self.setModel(visible)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setItemDelegateForColumn(Column.FACE, ThumbnailDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(40)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        # With that of the list it would ask at each painting whether all of a column is selected, row by row.
        header.setSelectionModel(QItemSelectionModel(visible, header))
        header.setSectionsMovable(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(40)
        metrics = header.fontMetrics()
        for column, width in {
            Column.FACE: 44,
            Column.VERDICT: max(metrics.horizontalAdvance(verdict_label(one)) for one in Verdict) + _ICON_MARGINS,
            Column.SCORE: 56,
            Column.PROBABILITY: 62,
            Column.SIZE: 46,
            Column.PICTURE: 84,
            Column.TIME: 76,
            Column.FRAMES: 60,
            Column.GROUP: 66,
            Column.LIKENESS: 62,
            Column.NOTE: 40,
        }.items():
            title = metrics.horizontalAdvance(column_titles()[column][0]) + _HEADER_MARGINS
            self.setColumnWidth(column, max(width, title))
        self.setSortingEnabled(True)
        self.sortByColumn(Column.SCORE, Qt.SortOrder.DescendingOrder)

    def moveCursor(self, action: QTableView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """The row that a key leads to; Qt would go to the first one with the focus, and its picture would be shown."""
        if action == QTableView.CursorAction.MoveNext and not self.currentIndex().isValid():
            return QModelIndex()
        return super().moveCursor(action, modifiers)

    def show_columns_in_use(self) -> None:
        """Hide empty columns: missing scores, the name of a single picture, times without a video."""
        values = self._visible.faces.values
        for column in (Column.PROBABILITY, Column.TIME):
            self.setColumnHidden(column, not bool((values(column) >= 0).any()))
        has_tracks = bool((values(Column.FRAMES) > 1).any())
        if has_tracks and self.isColumnHidden(Column.FRAMES):
            self.setColumnWidth(Column.TIME, _SPAN)
        self.setColumnHidden(Column.FRAMES, not has_tracks)
        self.setColumnHidden(Column.NOTE, not bool(values(Column.NOTE).any()))
        self.setColumnHidden(Column.GROUP, not self._visible.faces.looks.numbers)
        sorted_by_likeness = self.horizontalHeader().sortIndicatorSection() == Column.LIKENESS
        self.setColumnHidden(Column.LIKENESS, not sorted_by_likeness)
        pictures = values(Column.PICTURE)
        self.setColumnHidden(Column.PICTURE, not bool((pictures != pictures[:1]).any()))


class OrderMenu(QMenu):
    """Sorts the table, and with it the gallery."""

    likeness_wanted = Signal()
    """Faces are to be sorted by similarity to the selected one."""

    def __init__(self, table: QTableView, visible: VisibleFaces, parent: QWidget) -> None:
        super().__init__(parent)
        self._table, self._visible = table, visible
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        self._orders: dict[QAction, tuple[int, Qt.SortOrder]] = {}
        for text, column, order in (
            (self.tr("Best score first"), Column.SCORE, down),
            (self.tr("Least certain first"), Column.SCORE, up),
            (self.tr("Smallest first"), Column.SIZE, up),
            (self.tr("Largest first"), Column.SIZE, down),
            (self.tr("By picture"), Column.PICTURE, up),
            (self.tr("By time in the video"), Column.TIME, up),
            (self.tr("By verdict"), Column.VERDICT, up),
            (self.tr("Faces that look alike together"), Column.GROUP, up),
        ):
            action = self.addAction(text)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, column=column, order=order: table.sortByColumn(column, order))
            self._orders[action] = (int(column), order)
        self._by_likeness = self.addAction(self.tr("Most like the selected face first"), self.likeness_wanted.emit)
        self._by_likeness.setCheckable(True)
        self._orders[self._by_likeness] = (int(Column.LIKENESS), down)
        self.aboutToShow.connect(self._tick_order)

    def _tick_order(self) -> None:
        self._by_likeness.setEnabled(bool(self._visible.faces.looks.numbers) and self._visible.listed_of is None)
        header = self._table.horizontalHeader()
        now = (header.sortIndicatorSection(), header.sortIndicatorOrder())
        for action, order in self._orders.items():
            action.setChecked(order == now)
