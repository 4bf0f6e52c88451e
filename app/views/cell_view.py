"""A view of cells of equal size whose cost depends on the visible cells, not on the number of rows.

`QListView` asks for every row again when one of them changes, which takes seconds for 100,000 rows.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QHoverEvent, QIcon, QImage, QPainter, QPaintEvent, QPalette, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem

from tinyface_core.types import Verdict

from ..models.index import Index
from ..models.verdict import verdict_icon
from ..style import colours_of, icon

_Hint = QAbstractItemView.ScrollHint
_Move = QAbstractItemView.CursorAction
_BADGE = 20
"""Side of what lies in a corner of a face, in pixels."""


class CellView(QAbstractItemView):
    """Cells in lines as wide as the view, or all in one line, painted by the delegate."""

    def __init__(self, cell: QSize, one_line: bool = False) -> None:
        super().__init__()
        self._cell, self._one_line = QSize(cell), one_line
        self._mouse: QPoint | None = None
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if one_line:
            self.setVerticalScrollBarPolicy(off)
        else:
            self.setHorizontalScrollBarPolicy(off)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_cell(self, cell: QSize) -> None:
        """Set the size of all cells."""
        self._cell = QSize(cell)
        self.updateGeometries()
        self.viewport().update()

    @property
    def columns(self) -> int:
        """Number of cells in a line."""
        if self._one_line:
            return max(self._rows, 1)
        return max(self.viewport().width() // self._cell.width(), 1)

    def rows_in_sight(self) -> range:
        """Visible rows of the model."""
        width, height = self.viewport().width(), self.viewport().height()
        if self._one_line:
            first = self.horizontalOffset() // self._cell.width()
            last = (self.horizontalOffset() + width - 1) // self._cell.width()
        else:
            first = self.verticalOffset() // self._cell.height() * self.columns
            last = ((self.verticalOffset() + height - 1) // self._cell.height() + 1) * self.columns - 1
        return range(first, min(last + 1, self._rows))

    @property
    def _rows(self) -> int:
        model = self.model()
        return 0 if model is None else model.rowCount(self.rootIndex())

    def _index(self, row: int) -> QModelIndex:
        # Of a table its first column stands for the whole row.
        return self.model().index(row, 0, self.rootIndex())

    def visualRect(self, index: Index) -> QRect:
        """Rectangle of a cell in the viewport."""
        if not index.isValid():
            return QRect()
        line, column = divmod(index.row(), self.columns)
        left = column * self._cell.width() - self.horizontalOffset()
        return QRect(QPoint(left, line * self._cell.height() - self.verticalOffset()), self._cell)

    def indexAt(self, point: QPoint) -> QModelIndex:
        """The cell at a point of the viewport."""
        column = (point.x() + self.horizontalOffset()) // self._cell.width()
        line = (point.y() + self.verticalOffset()) // self._cell.height()
        row = line * self.columns + column
        if not (0 <= column < self.columns and line >= 0 and 0 <= row < self._rows):
            return QModelIndex()
        return self._index(row)

    def scrollTo(self, index: Index, hint: _Hint = _Hint.EnsureVisible) -> None:
        """Make a cell visible."""
        if not index.isValid():
            return
        rect, seen = self.visualRect(index), self.viewport().rect()
        if self._one_line:
            bar, start, end, length = self.horizontalScrollBar(), rect.left(), rect.right() + 1, seen.width()
        else:
            bar, start, end, length = self.verticalScrollBar(), rect.top(), rect.bottom() + 1, seen.height()
        if hint == _Hint.PositionAtCenter:
            bar.setValue(bar.value() + (start + end - length) // 2)
        elif start < 0 or end - start > length:
            bar.setValue(bar.value() + start)
        elif end > length:
            bar.setValue(bar.value() + end - length)

    def horizontalOffset(self) -> int:
        """Horizontal scroll position in pixels."""
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        """Vertical scroll position in pixels."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: Index) -> bool:
        """Only the first column of a table has cells."""
        return index.column() != 0

    def updateGeometries(self) -> None:
        """Fit the scroll bars to the number of cells."""
        lines = -(-self._rows // self.columns)
        if self._one_line:
            bar, page, whole = self.horizontalScrollBar(), self.viewport().width(), self._rows * self._cell.width()
            bar.setSingleStep(self._cell.width() // 2)
        else:
            bar, page, whole = self.verticalScrollBar(), self.viewport().height(), lines * self._cell.height()
            bar.setSingleStep(self._cell.height() // 2)
        bar.setPageStep(page)
        bar.setRange(0, max(whole - page, 0))
        super().updateGeometries()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update lines and scroll bars; a single line is as high as the view."""
        super().resizeEvent(event)
        if self._one_line:
            self._cell.setHeight(self.viewport().height())
        self.updateGeometries()

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        """Update the view; for hidden cells only the scroll bar."""
        super().rowsInserted(parent, start, end)
        if start > self.rows_in_sight().stop:
            self.updateGeometries()
        else:
            self.scheduleDelayedItemsLayout()

    def rowsAboutToBeRemoved(self, parent: Index, start: int, end: int) -> None:
        """Update the view."""
        super().rowsAboutToBeRemoved(parent, start, end)
        self.scheduleDelayedItemsLayout()

    def moveCursor(self, action: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """The cell that a key leads to."""
        row = self.currentIndex().row()
        if not self._rows or (row < 0 and action == _Move.MoveNext):  # Qt would go to the first cell with the focus
            return QModelIndex()
        if row < 0:
            return self._index(0)
        page = max(self.viewport().height() // self._cell.height(), 1) * self.columns
        if self._one_line:
            page = max(self.viewport().width() // self._cell.width(), 1)
        steps = {
            _Move.MoveLeft: -1,
            _Move.MovePrevious: -1,
            _Move.MoveRight: 1,
            _Move.MoveNext: 1,
            _Move.MoveUp: -1 if self._one_line else -self.columns,
            _Move.MoveDown: 1 if self._one_line else self.columns,
            _Move.MovePageUp: -page,
            _Move.MovePageDown: page,
            _Move.MoveHome: -row,
            _Move.MoveEnd: self._rows,
        }
        return self._index(min(max(row + steps.get(action, 0), 0), self._rows - 1))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select from the cell at one corner of `rect` to that at the other, in reading order."""
        first, last = (self._nearest_row(corner) for corner in (rect.topLeft(), rect.bottomRight()))
        if not self._rows or (first == last and not self.indexAt(rect.center()).isValid()):
            self.selectionModel().select(QItemSelection(), command)
            return
        first, last = min(first, last), max(first, last)
        # With the behaviour `SelectRows` the command widens it to the other columns.
        selection = QItemSelection()
        selection.select(self._index(first), self._index(last))
        self.selectionModel().select(selection, command)

    def _nearest_row(self, point: QPoint) -> int:
        column = (point.x() + self.horizontalOffset()) // self._cell.width()
        line = (point.y() + self.verticalOffset()) // self._cell.height()
        column = min(max(column, 0), self.columns - 1)
        return min(max(line, 0) * self.columns + column, max(self._rows - 1, 0))

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Region of the visible selected cells."""
        region, sight = QRegion(), self.rows_in_sight()
        for number in range(selection.size()):  # mostly none or one: Qt asks at each step of many
            part = selection.at(number)
            for row in range(max(part.top(), sight.start), min(part.bottom() + 1, sight.stop)):
                region += self.visualRect(self._index(row))
        return region

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the mouse: to ask the display where it is takes longer than to paint a cell."""
        if isinstance(event, QHoverEvent):
            left = event.type() == QEvent.Type.HoverLeave
            self._mouse = None if left else event.position().toPoint()
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the visible cells."""
        with QPainter(self.viewport()) as painter:
            painter.setClipRegion(event.region())
            option = QStyleOptionViewItem()
            self.initViewItemOption(option)
            hovered = -1 if self._mouse is None else self.indexAt(self._mouse).row()
            current = self.currentIndex().row() if self.hasFocus() else -1
            selected, usual = self.selectionModel(), option.state
            for row in self.rows_in_sight():
                index = self._index(row)
                option.rect = self.visualRect(index)
                if not event.region().intersects(option.rect):
                    continue
                option.state = usual
                for applies, flag in (
                    (selected.isSelected(index), QStyle.StateFlag.State_Selected),
                    (row == hovered, QStyle.StateFlag.State_MouseOver),
                    (row == current, QStyle.StateFlag.State_HasFocus),
                ):
                    if applies:
                        option.state |= flag
                self.itemDelegateForIndex(index).paint(painter, option, index)


def draw_thumbnail(painter: QPainter, place: QRect, index: Index) -> bool:
    """Draw the picture of a cell as large as fits into `place`; returns whether there is one."""
    image = index.data(Qt.ItemDataRole.DecorationRole)
    if not isinstance(image, QImage) or image.isNull():
        return False
    target = QRect(QPoint(), image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio))
    target.moveCenter(place.center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target, image)
    painter.restore()
    return True


def draw_chip(painter: QPainter, corner: QPoint, text: str) -> None:
    """Write a few characters on a dark background whose top left corner is `corner`."""
    metrics = painter.fontMetrics()
    chip = QRect(corner, QSize(metrics.horizontalAdvance(text) + 8, metrics.height()))
    painter.save()
    painter.fillRect(chip, QColor(16, 18, 21, 175))
    painter.setPen(QColor("white"))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def draw_verdict(painter: QPainter, place: QRect, verdict: Verdict, palette: QPalette) -> None:
    """Draw the icon of a verdict, if there is one, in the top right corner of a face."""
    if verdict:
        picture = icon(verdict_icon(verdict), colours_of(palette).verdict(verdict))
        _draw_badge(painter, QPoint(place.right() - _BADGE, place.top()), picture, palette)


def draw_note(painter: QPainter, place: QRect, note: str, palette: QPalette) -> None:
    """Draw the icon of notes in the bottom left corner of a face with a note."""
    if note:
        _draw_badge(painter, QPoint(place.left(), place.bottom() + 1 - _BADGE), icon("note"), palette)


def _draw_badge(painter: QPainter, corner: QPoint, picture: QIcon, palette: QPalette) -> None:
    badge = QRect(corner, QSize(_BADGE, _BADGE))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.base())
    painter.drawEllipse(badge)
    picture.paint(painter, badge.adjusted(3, 3, -3, -3))
    painter.restore()
