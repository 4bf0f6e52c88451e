"""What is painted over an enlarged picture: the grid of its pixels, and a magnifying glass."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ..models.pyramid import Pyramid
from .viewport import Viewport

GRID_SCALE = 12.0
"""Minimum number of screen pixels per pixel of the picture with which the pixel grid is drawn."""
_LOUPE_SIDE = 220
_LOUPE_FACTOR = 6.0


def paint_grid(painter: QPainter, view: Viewport, part: QRectF, place: QRectF) -> None:
    """Paint the borders of the pixels of `part` of the picture at `place` in the widget, if they are large enough."""
    if view.scale < GRID_SCALE:
        return
    strength = min(1.0, (view.scale - GRID_SCALE) / GRID_SCALE + 0.35)
    colour = QColor(128, 128, 128, round(110 * strength))
    left, top, width, height = map(round, (place.left(), place.top(), place.width(), place.height()))
    # Filled slivers are many times cheaper than lines.
    for x in range(math.ceil(part.left()), math.floor(part.right()) + 1):
        painter.fillRect(round(view.from_picture(QPointF(x, 0)).x()), top, 1, height, colour)
    for y in range(math.ceil(part.top()), math.floor(part.bottom()) + 1):
        painter.fillRect(left, round(view.from_picture(QPointF(0, y)).y()), width, 1, colour)


def paint_loupe(painter: QPainter, view: Viewport, pyramid: Pyramid, mouse: QPointF, ground: QColor) -> None:
    """Paint a magnifying glass round the mouse, on `ground` where it is outside the picture."""
    factor = max(_LOUPE_FACTOR, view.zoom * 2)
    at = view.to_picture(mouse)
    half = _LOUPE_SIDE / 2 / factor
    frame = QRectF(0, 0, _LOUPE_SIDE, _LOUPE_SIDE)
    frame.moveCenter(mouse)
    wanted = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
    part = wanted & view.picture
    ring = QPainterPath()
    ring.addEllipse(frame)
    painter.save()
    painter.setClipPath(ring)
    painter.fillPath(ring, ground)
    if not part.isEmpty():
        corner = frame.topLeft() + (part.topLeft() - wanted.topLeft()) * factor
        pyramid.draw(painter, QRectF(corner, part.size() * factor), part, factor * view.scale / view.zoom)
    painter.restore()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(0, 0, 0, 140), 5), QPen(QColor(255, 255, 255, 230), 2)):
        painter.setPen(pen)
        painter.drawEllipse(frame)
