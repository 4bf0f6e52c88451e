"""Review of many faces at once: the user marks exceptions, then one key gives the verdicts of all."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..models.face_entry import FaceEntry
from ..models.faces import ENTRY_ROLE
from ..models.index import Index
from ..models.review_round import MARKED_ROLE, PAGE, ReviewRound
from ..style import colours_of
from ..style.figures import whole
from .cell_view import CellView, draw_chip, draw_note, draw_thumbnail, draw_verdict

_SMALLEST = 48
_TYPING = 1000
"""Milliseconds to wait for the second digit of a number."""


class ReviewGrid(CellView):
    """The faces of a page; a click, Space or its number marks a face or removes the mark."""

    def __init__(self, faces: ReviewRound) -> None:
        super().__init__(QSize(_SMALLEST, _SMALLEST))
        self._faces = faces
        self._typed = ""
        self._waiting = QTimer(self, singleShot=True, interval=_TYPING)
        self._waiting.timeout.connect(self._end_number)
        self.setModel(faces)
        # Where the keys are is seen on every page. A reset of the model ends with no current cell.
        faces.moved.connect(lambda: self.setCurrentIndex(faces.index(0)))
        self.setItemDelegate(_Cell(self))
        self.setSelectionMode(CellView.SelectionMode.NoSelection)
        self.setFrameShape(CellView.Shape.NoFrame)
        self.setAccessibleName(self.tr("Faces to judge at a glance"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make cells as large as possible with the whole page visible."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        count = max(PAGE, len(self._faces.page))
        width, height = self.viewport().width(), self.viewport().height()
        line = self.fontMetrics().height()

        def side(columns: int) -> int:
            return min(width // columns, height // -(-count // columns) - line)

        largest = max(side(columns) for columns in range(1, count + 1))
        columns = next(columns for columns in range(1, count + 1) if side(columns) == largest)
        # What is left over goes between the cells.
        self.set_cell(QSize(max(width // columns, _SMALLEST), max(height // -(-count // columns), _SMALLEST + line)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Mark a face or remove its mark."""
        index = self.indexAt(event.position().toPoint())
        self.setFocus()
        if index.isValid() and event.button() == Qt.MouseButton.LeftButton:
            self.setCurrentIndex(index)
            self._mark(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Treat a double click as two clicks."""
        self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Mark by Space and numbers; other keys work as in every list."""
        text = event.text()
        if text.isdecimal():
            self._typed += text
            self._waiting.start()
            if int(self._typed) * 10 > len(self._faces.page) or len(self._typed) == 2:
                self._end_number()
            return
        self._end_number()
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._mark(self.currentIndex().row())
        elif event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown) or text.isalpha():
            event.ignore()  # the page around knows what to do
        else:
            super().keyPressEvent(event)

    def reset(self) -> None:
        """Show another page."""
        self._typed = ""
        self._fit()
        super().reset()

    def _end_number(self) -> None:
        """Mark the face with the number typed so far."""
        self._waiting.stop()
        number, self._typed = self._typed, ""
        if number:
            self._mark(int(number) - 1)

    def _mark(self, row: int) -> None:
        if 0 <= row < len(self._faces.page):
            self._faces.mark(self._faces.page[row])


class _Cell(QStyledItemDelegate):
    """Paints a face as large as fits, its number, and whether it is marked or has a verdict."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: FaceEntry | None = index.data(ENTRY_ROLE)
        if entry is None:
            return
        colours, line = colours_of(option.palette), option.fontMetrics.height()
        cell = option.rect.adjusted(3, 2, -3, -2)
        side = min(cell.width(), cell.height() - line)
        place = QRect(cell.center().x() - side // 2, cell.center().y() - (side + line) // 2, side, side)
        text = QRect(place.left(), place.bottom() + 1, place.width(), line)
        painter.save()
        frame = QRect(place.topLeft(), text.bottomRight())
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        # Where the keys are is seen on a marked face too, and is not mistaken for where the mouse rests.
        if has_focus or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(QColor(colours.accent if has_focus else colours.strong_border), 1 + has_focus))
            painter.drawRect(frame.adjusted(-2, -1, 2, 1))
        if index.data(MARKED_ROLE):
            painter.setPen(QPen(QColor(colours.not_a_face), 3))
            painter.drawRect(frame.adjusted(1, 1, -1, -1))
        inner = place.adjusted(2, 2, -2, -2)
        if not draw_thumbnail(painter, inner, index):
            painter.fillRect(inner, QColor(colours.canvas))
        draw_chip(painter, inner.topLeft(), f"{index.row() + 1:02d}")
        painter.setPen(option.palette.text().color())
        painter.drawText(text.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignLeft, entry.score_text)
        painter.setPen(QColor(colours.faint_text))
        painter.drawText(text.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignRight, f"{whole(entry.size)} px")
        draw_verdict(painter, inner, entry.verdict, option.palette)
        draw_note(painter, inner, entry.note, option.palette)
        painter.restore()
