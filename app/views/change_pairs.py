"""Shows faces that were judged differently before and after a fine-tuning, side by side."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem

from tinyface_core.training.finetune.comparison import Change

from ..jobs.training import CONTEXT, CROP_SIDE
from ..style import colours_of
from ..style.figures import decimal, whole
from ..style.labels import as_tip

_GAP = 4
_FOUND_BEFORE = ("lost now", "false alarm gone")


class ChangePairs(QListWidget):
    """Pairs, before on the left and after on the right, with their scores."""

    def __init__(self) -> None:
        super().__init__()
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setIconSize(QSize(2 * CROP_SIDE + _GAP, CROP_SIDE))
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSpacing(6)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._remark = ""

    def say(self, remark: str) -> None:
        """Show a remark in place of pairs, as long as there are none."""
        self._remark = remark
        self.setAccessibleDescription(remark)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pairs, or the remark if there are none."""
        super().paintEvent(event)
        if self._remark and not self.count():
            with QPainter(self.viewport()) as painter:
                painter.setPen(QColor(colours_of(self.palette()).faint_text))
                painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, self._remark)

    def add(self, crop: QImage, change: Change, colour: QColor) -> None:
        """Add a pair; where the face counts as found the box is solid and in `colour`, else faint."""
        side = max(change.box[2] - change.box[0], change.box[3] - change.box[1])
        text = self.tr("before {before}   |   after {after}\n{side} px").format(
            before=self._score(change.before), after=self._score(change.after), side=whole(side)
        )
        item = QListWidgetItem(QIcon(pair(crop, change, colour)), text)
        item.setToolTip(as_tip(change.path))
        item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.addItem(item)

    def _score(self, score: float) -> str:
        return decimal(score, 2) if score else self.tr("not found")


def pair(crop: QImage, change: Change, colour: QColor) -> QPixmap:
    """The two images of a pair side by side."""
    pixmap = QPixmap(2 * CROP_SIDE + _GAP, CROP_SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        found_before = change.kind in _FOUND_BEFORE
        for place, found in enumerate((found_before, not found_before)):
            left = place * (CROP_SIDE + _GAP)
            painter.drawImage(left, 0, crop)
            if found:
                painter.setPen(QPen(colour, 2.5))
            else:
                painter.setPen(QPen(QColor(255, 255, 255, 150), 1, Qt.PenStyle.DashLine))
            painter.drawRect(_box_in_crop(change, left))
    return pixmap


def _box_in_crop(change: Change, left: int) -> QRectF:
    x1, y1, x2, y2 = change.box
    scale = CROP_SIDE / (2 * CONTEXT * max(x2 - x1, y2 - y1))
    width, height = (x2 - x1) * scale, (y2 - y1) * scale
    return QRectF(left + (CROP_SIDE - width) / 2, (CROP_SIDE - height) / 2, width, height)
