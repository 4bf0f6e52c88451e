"""The opened pictures side by side, with thumbnail and state; the cost depends only on the visible ones."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QPainter, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..models.index import Index
from ..models.pictures import PICTURE_ROLE, Picture, State
from ..models.visible_pictures import VisiblePictures
from ..style import colours_of, icon
from .cell_view import CellView, draw_thumbnail
from .keys import keeps_key

_CELL, _LOWEST = QSize(136, 112), 72
"""Size of a cell, and its minimum height."""
_GROUND = QColor(16, 18, 21, 190)


class FilmStrip(CellView):
    """A row of thumbnails; the current one is that of the shown picture."""

    picture_chosen = Signal(object)
    """Source of the picture chosen by the user."""
    in_sight = Signal(object)
    """Sources of the visible pictures."""
    close_wanted = Signal(object)
    menu_wanted = Signal(QPoint)
    """Place on the screen of a right click on the current picture."""

    def __init__(self, model: VisiblePictures) -> None:
        super().__init__(_CELL, one_line=True)
        self._pictures = model
        self.setModel(model)
        self.setItemDelegate(_Cell(self))
        self.setSelectionMode(CellView.SelectionMode.SingleSelection)
        round_cells = self.horizontalScrollBar().sizeHint().height() + 4
        self.setMinimumHeight(_LOWEST + round_cells)
        self.setMaximumHeight(_CELL.height() + round_cells + 4)
        self.setAccessibleName(self.tr("Film strip"))
        self.setToolTip("")
        self._telling = True
        self._sight = QTimer(self, singleShot=True, interval=120)
        self._sight.timeout.connect(lambda: self.in_sight.emit(self.sources_in_sight()))
        self.horizontalScrollBar().valueChanged.connect(self._sight.start)
        self._source = ""
        for changed in (model.rowsInserted, model.modelReset):
            changed.connect(self._sight.start)
        model.thinned.connect(lambda: self.show_current(self._source))
        self.selectionModel().currentChanged.connect(self._tell_current)

    def show_current(self, source: str | None) -> None:
        """Mark the shown picture; emits no signal."""
        self._telling = False
        self._source = source or ""
        index = self._pictures.index(self._pictures.row_of(self._source))
        if index == self.currentIndex():
            super().scrollTo(index)  # chosen here, maybe by a click: a second one must meet the same picture
        else:
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self._telling = True
        self._sight.start()

    def scrollTo(self, index: Index, hint: CellView.ScrollHint = CellView.ScrollHint.EnsureVisible) -> None:
        """Make a picture and its neighbours visible."""
        rows = (index.row() - 1, index.row() + 1, index.row()) if index.isValid() else ()
        for row in rows:
            super().scrollTo(self._pictures.index(row), hint)

    def sources_in_sight(self) -> list[str]:
        """Sources of the visible pictures, from left to right."""
        rows = self.rows_in_sight()
        return self._pictures.sources(rows.start, rows.stop)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Request a menu of the picture."""
        if self.indexAt(event.pos()).isValid():
            self.menu_wanted.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Update the visible pictures."""
        super().resizeEvent(event)
        self._sight.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways."""
        bar = self.horizontalScrollBar()
        delta = event.angleDelta()
        bar.setValue(bar.value() - (delta.y() or delta.x()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keep Delete from the window, where it rejects a face."""
        return keeps_key(event, lambda key: key.key() == Qt.Key.Key_Delete) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete closes the current picture."""
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Delete and index.isValid():
            picture: Picture = index.data(PICTURE_ROLE)
            self.close_wanted.emit(picture.source)
        else:
            super().keyPressEvent(event)

    def _tell_current(self, current: QModelIndex, _before: QModelIndex) -> None:
        if self._telling and current.isValid():
            picture: Picture = current.data(PICTURE_ROLE)
            self.picture_chosen.emit(picture.source)


class _Cell(QStyledItemDelegate):
    """Thumbnail, name and a badge with the state."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One picture."""
        picture: Picture = index.data(PICTURE_ROLE)
        colours = colours_of(option.palette)
        rect = option.rect.adjusted(3, 3, -3, -3)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(colours.accent if selected else colours.hover))
            painter.drawRoundedRect(rect, 5, 5)
        line = option.fontMetrics.height()
        place = rect.adjusted(4, 4, -4, -line - 5)
        if not draw_thumbnail(painter, place, index):
            painter.setBrush(QColor(colours.canvas))
            painter.drawRoundedRect(place, 3, 3)
            kind = icon("open-video" if picture.is_video else "open-picture", QColor(colours.faint_text))
            kind.paint(painter, place.adjusted(0, place.height() // 3, 0, -place.height() // 3))
        painter.setPen(QColor(colours.on_accent if selected else colours.text))
        name_place = QRect(rect.left() + 5, rect.bottom() - line - 2, rect.width() - 10, line)
        name = option.fontMetrics.elidedText(picture.name, Qt.TextElideMode.ElideMiddle, name_place.width())
        painter.drawText(name_place, Qt.AlignmentFlag.AlignCenter, name)
        if picture.state != State.IDLE or picture.faces:
            self._paint_state(painter, place, picture, option)
        if picture.reviewed:
            self._paint_badge(painter, QRect(place.left() + 2, place.top() + 2, 20, 20), "confirmed")
        painter.restore()

    def _paint_state(self, painter: QPainter, place: QRect, picture: Picture, option: QStyleOptionViewItem) -> None:
        text = str(picture.faces) if picture.state == State.DONE or picture.faces else ""
        width = 20 + (option.fontMetrics.horizontalAdvance(text) + 4 if text else 0)
        badge = QRect(place.right() - width - 1, place.top() + 2, width, 20)
        ground = QColor("#c2410c") if picture.state == State.FAILED else _GROUND
        name = "boxes" if picture.state in (State.DONE, State.IDLE) else str(picture.state)
        self._paint_badge(painter, badge, name, ground)
        if text:
            painter.setPen(QColor("white"))
            painter.drawText(badge.adjusted(18, 0, -5, 0), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_badge(self, painter: QPainter, badge: QRect, name: str, ground: QColor = _GROUND) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(badge, 9, 9)
        icon(name, QColor("white")).paint(painter, QRect(badge.left() + 4, badge.top() + 4, 12, 12))
