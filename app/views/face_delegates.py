"""Paints faces in the table and in the gallery."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..models.face_entry import FaceEntry
from ..models.faces import CROPS_ROLE, ENTRY_ROLE, GROUP_ROLE
from ..style import colours_of
from ..style.figures import decimal, whole
from .cell_view import draw_chip, draw_thumbnail, draw_verdict

_Index = QModelIndex | QPersistentModelIndex


class ThumbnailDelegate(QStyledItemDelegate):
    """The thumbnail alone, as large as its cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a cell of the table."""
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        draw_thumbnail(painter, option.rect.adjusted(3, 2, -3, -2), index)


class GalleryDelegate(QStyledItemDelegate):
    """Thumbnail, score and size, in its corners the group of faces that look alike and the verdict's icon."""

    _SIDE = 78

    def cell(self, metrics: QFontMetrics) -> QSize:
        """Size of every cell, with the gap round it."""
        return QSize(self._SIDE + 12, self._SIDE + 14 + metrics.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint a cell of the gallery."""
        colours = colours_of(option.palette)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent if selected else colours.hover))
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 4, 4)
            painter.restore()
        entry: FaceEntry = index.data(ENTRY_ROLE)
        place = QRect(option.rect.left() + 6, option.rect.top() + 6, self._SIDE, self._SIDE)
        draw_thumbnail(painter, place, index)
        for number, image in enumerate(index.data(CROPS_ROLE)):
            side = self._SIDE // 3
            corner = QRect(place.right() - side + 1, place.bottom() + 1 - side * (number + 1), side, side)
            painter.fillRect(corner.adjusted(-2, -2, 0, 0), option.palette.base())
            painter.drawImage(corner, image)
        painter.save()
        painter.setPen(option.palette.highlightedText().color() if selected else option.palette.text().color())
        text = QRect(place.left() - 2, place.bottom() + 2, place.width() + 4, option.fontMetrics.height() + 2)
        size = f"{whole(entry.size)} px" if entry.summary is None else f"× {whole(entry.frames)}"
        is_drawn = entry.drawn and entry.summary is None
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft, "✎" if is_drawn else decimal(entry.score, 2))
        if not selected:
            painter.setPen(QColor(colours.faint_text))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight, size)
        if number := index.data(GROUP_ROLE):
            draw_chip(painter, place.topLeft(), f"⚭ {whole(number)}")
        draw_verdict(painter, QPoint(place.right() - 1, place.top() + 2), entry.verdict, option.palette)
        painter.restore()
