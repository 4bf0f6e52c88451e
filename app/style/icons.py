"""Line icons painted in the current colour of the palette."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tinyface_core.bundled import resource


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """The icon `resources/icons/<name>.svg`, in one colour except in a selected row, or else in those of the palette.

    Raises:
        FileNotFoundError: if there is no such icon.
    """
    return QIcon(_LineIcon(_source(name), colour))


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def _drawn(source: str, colour: str, side: int, ratio: float) -> QPixmap:
    # Lists and bars paint the same icons over and over, mostly while other threads want the interpreter too.
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode())).render(
            painter, QRectF(0, 0, side, side)
        )
    return pixmap


class _LineIcon(QIconEngine):
    def __init__(self, source: str, colour: QColor | None) -> None:
        super().__init__()
        self._source_text = source
        self._colour = colour

    def clone(self) -> QIconEngine:
        return _LineIcon(self._source_text, self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        fixed = None if mode == QIcon.Mode.Selected else self._colour
        colour = fixed or self._palette_colour(mode)
        side = min(rect.width(), rect.height())
        if side <= 0:
            return
        corner = rect.topLeft() + QPoint((rect.width() - side) // 2, (rect.height() - side) // 2)
        opacity = painter.opacity()
        painter.setOpacity(opacity * (0.4 if mode == QIcon.Mode.Disabled else 1))
        painter.drawPixmap(corner, _drawn(self._source_text, colour.name(), side, painter.device().devicePixelRatioF()))
        painter.setOpacity(opacity)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        with QPainter(pixmap) as painter:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        return pixmap

    @staticmethod
    def _palette_colour(mode: QIcon.Mode) -> QColor:
        role = QPalette.ColorRole.HighlightedText if mode == QIcon.Mode.Selected else QPalette.ColorRole.ButtonText
        return QGuiApplication.palette().color(QPalette.ColorGroup.Active, role)
