"""Line icons that take their colour from the palette at the moment they are painted."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from tinyface_core.bundled import resource


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """The icon `resources/icons/<name>.svg`.

    Args:
        name: file name without its ending.
        colour: fixed colour, but in a selected row; without one the icon follows the palette, so that a change of
            theme needs no new icons.

    Raises:
        FileNotFoundError: if there is no such icon.
    """
    return QIcon(_LineIcon(_source(name), colour))


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(source: str, colour: str) -> QSvgRenderer:
    # Parsing takes longer than painting, and lists paint the same icons over and over.
    return QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))


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
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.4)
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _renderer(self._source_text, colour.name()).render(painter, square)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    @staticmethod
    def _palette_colour(mode: QIcon.Mode) -> QColor:
        role = QPalette.ColorRole.HighlightedText if mode == QIcon.Mode.Selected else QPalette.ColorRole.ButtonText
        return QGuiApplication.palette().color(QPalette.ColorGroup.Active, role)
