"""The preview of the frame under the mouse on the time line."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ..style.figures import time_stamp
from ..style.widgets import label, lay_out
from .timeline import FrameBar

_ABOVE = 6
"""Pixels between it and the time line."""


class FramePreview(QFrame):
    """Floats above the mouse and ignores clicks."""

    wanted = Signal(int)
    """Number of the frame whose thumbnail is to be shown next."""

    def __init__(self, bar: FrameBar, window: QWidget) -> None:
        super().__init__(window)
        self._bar = bar
        self.setObjectName("preview")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.picture = label(name=self.tr("Frame under the mouse"))
        self.time = label(name=self.tr("Its time"))
        self.time.setAlignment(Qt.AlignmentFlag.AlignCenter)
        lay_out(QVBoxLayout(self), self.picture, self.time, margins=(4, 4, 4, 4), spacing=2)
        self._number: int | None = None
        bar.pointed.connect(self.point)
        self.hide()

    def clear(self) -> None:
        """Forget the video."""
        self.picture.clear()
        self.hide()

    def point(self, number: int | None) -> None:
        """Set the frame at the mouse; None: none."""
        self._number = number
        if number is not None:
            self.wanted.emit(number)
        self._float()

    def show_frame(self, image: QImage) -> None:
        """Show a thumbnail, of the current or a recent frame."""
        self.picture.setPixmap(QPixmap.fromImage(image))
        self._float()

    def _float(self) -> None:
        """Move above the mouse, once there is a picture."""
        if self._number is None or self.picture.pixmap().isNull():
            self.hide()
            return
        self.time.setText(time_stamp(self._bar.seconds_of(self._number)))
        self.adjustSize()
        over = self._bar.mapTo(self.window(), QPoint(round(self._bar.x_of(self._number)), 0))
        rightmost = self.window().width() - self.width()
        self.move(min(max(over.x() - self.width() // 2, 0), rightmost), over.y() - self.height() - _ABOVE)
        self.show()
        self.raise_()
