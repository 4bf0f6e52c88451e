"""Paints faces in the table and in the gallery."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..models.face_entry import FaceEntry
from ..models.faces import CROPS_ROLE, ENTRY_ROLE, GROUP_ROLE
from ..models.index import Index
from ..style import colours_of
from ..style.figures import whole
from .cell_view import draw_chip, draw_note, draw_thumbnail, draw_verdict


class ThumbnailDelegate(QStyledItemDelegate):
    """Paints a thumbnail as large as its cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a cell of the table."""
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        draw_thumbnail(painter, option.rect.adjusted(3, 2, -3, -2), index)


def figures_of(entry: FaceEntry, metrics: QFontMetrics, room: int) -> tuple[str, str]:
    """Score and size, of a track the number of its faces, as far as they fit into a width in pixels."""
    size = f"{whole(entry.size)} px" if entry.summary is None else f"× {whole(entry.frames)}"
    fits = metrics.horizontalAdvance(f"{entry.score_text} {size}") <= room
    return entry.score_text, size if fits else size.removesuffix(" px")


class GalleryDelegate(QStyledItemDelegate):
    """Paints thumbnail, score and size, and in the corners the number of the group and icons of verdict and note."""

    _side, _font_scale = 78, 1.0

    def set_small(self, small: bool) -> None:
        """Use smaller cells, in a low panel."""
        self._side, self._font_scale = (64, 0.85) if small else (78, 1.0)

    def cell(self, font: QFont) -> QSize:
        """Size of every cell, including the gap round it; `font` is that of the view."""
        return QSize(self._side + 12, self._side + 14 + QFontMetrics(self._font(font)).height())

    def _font(self, font: QFont) -> QFont:
        scaled = QFont(font)
        scaled.setPointSizeF(font.pointSizeF() * self._font_scale)
        return scaled

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
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
        place = QRect(option.rect.left() + 6, option.rect.top() + 6, self._side, self._side)
        draw_thumbnail(painter, place, index)
        for number, image in enumerate(index.data(CROPS_ROLE)):
            side = self._side // 3
            corner = QRect(place.right() - side + 1, place.bottom() + 1 - side * (number + 1), side, side)
            painter.fillRect(corner.adjusted(-2, -2, 0, 0), option.palette.base())
            painter.drawImage(corner, image)
        painter.save()
        painter.setFont(self._font(option.font))
        painter.setPen(option.palette.highlightedText().color() if selected else option.palette.text().color())
        text = QRect(place.left() - 2, place.bottom() + 2, place.width() + 4, painter.fontMetrics().height() + 2)
        score, size = figures_of(entry, painter.fontMetrics(), text.width())
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft, score)
        if not selected:
            painter.setPen(QColor(colours.faint_text))
        painter.drawText(text, Qt.AlignmentFlag.AlignRight, size)
        if number := index.data(GROUP_ROLE):
            draw_chip(painter, place.topLeft(), f"⚭ {whole(number)}")
        draw_verdict(painter, place.adjusted(0, 2, -1, 0), entry.verdict, option.palette)
        draw_note(painter, place, entry.note, option.palette)
        painter.restore()
