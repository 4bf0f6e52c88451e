"""Moving and resizing the box of a face by grips at its corners and edges."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tinyface_core.types import Box

SMALLEST_SIDE = 2.0
"""Minimum width and height of a box, in pixels of the picture."""

_REACH = 7.0
_SIDE = 9.0
_CLEAR = 44.0
"""Minimum distance of grips in pixels: grips of a small box lie outside it, so that its face stays visible."""


@dataclass(frozen=True, slots=True)
class Grip:
    """A grip: -1 or 1 for the edge it moves in each direction, 0 for neither; (0, 0) is the whole box."""

    x: int
    y: int

    @property
    def cursor(self) -> Qt.CursorShape:
        """Mouse cursor over the grip."""
        shape = Qt.CursorShape
        if not self.x and not self.y:
            return shape.SizeAllCursor
        if not self.x or not self.y:
            return shape.SizeHorCursor if self.x else shape.SizeVerCursor
        return shape.SizeFDiagCursor if self.x == self.y else shape.SizeBDiagCursor


GRIPS = tuple(Grip(x, y) for x, y in product((-1, 0, 1), repeat=2) if x or y)
WHOLE = Grip(0, 0)


def grip_at(box: QRectF, point: QPointF) -> Grip | None:
    """The grip at a point, in pixels of the screen: one of the eight, or the whole box inside it; None outside."""
    frame = _frame(box)
    near = [grip for grip in GRIPS if (_place(frame, grip) - point).manhattanLength() <= 2 * _REACH]
    if near:
        return min(near, key=lambda grip: (_place(frame, grip) - point).manhattanLength())
    return WHOLE if frame.contains(point) else None


def change(box: Box, grip: Grip, dx: float, dy: float, width: int, height: int) -> Box:
    """The box after a grip is moved by `(dx, dy)` pixels of the picture.

    It stays in the picture of `width` x `height` pixels and at least two pixels large.
    """
    x1, x2 = _pulled(box[0], box[2], grip.x, dx, float(width), whole=grip == WHOLE)
    y1, y2 = _pulled(box[1], box[3], grip.y, dy, float(height), whole=grip == WHOLE)
    return (x1, y1, x2, y2)


def paint_grips(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Draw the box and its grips, in pixels of the screen."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(QColor(0, 0, 0, 170), 3), QPen(colour, 1.5)):
        painter.setPen(pen)
        painter.drawRect(box)
    frame = _frame(box)
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1))
    painter.setBrush(QColor("white"))
    for grip in GRIPS:
        square = QRectF(0, 0, _SIDE, _SIDE)
        square.moveCenter(_place(frame, grip))
        painter.drawRect(square)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _frame(box: QRectF) -> QRectF:
    across, down = (max((_CLEAR - side) / 2, 0.0) for side in (box.width(), box.height()))
    return box.adjusted(-across, -down, across, down)


def _place(frame: QRectF, grip: Grip) -> QPointF:
    middle = frame.center()
    return QPointF(middle.x() + grip.x * frame.width() / 2, middle.y() + grip.y * frame.height() / 2)


def _pulled(low: float, high: float, edge: int, by: float, limit: float, whole: bool) -> tuple[float, float]:
    if whole:
        by = min(max(by, -low), limit - high)
        return round(low + by, 1), round(high + by, 1)
    if edge < 0:
        return round(min(max(low + by, 0.0), high - SMALLEST_SIDE), 1), high
    if edge > 0:
        return low, round(max(min(high + by, limit), low + SMALLEST_SIDE), 1)
    return low, high
