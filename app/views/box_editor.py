"""Changes the box of the selected face by mouse and arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tinyface_core.types import Box

from ..models.face_entry import FaceEntry
from ..style import box_colour
from .box_grips import WHOLE, Grip, change, grip_at, paint_grips
from .viewport import Viewport


class BoxEditor:
    """The box of one face while it is changed by its grips.

    Attributes:
        is_on: whether the face has grips.
        entry: the face; None if none is selected.
    """

    def __init__(self, view: Viewport) -> None:
        self._view = view
        self.is_on = False
        self.entry: FaceEntry | None = None
        self._grip = WHOLE
        self._changed: Box | None = None

    def grip_at(self, point: QPointF) -> Grip | None:
        """The grip at a point of the widget."""
        if not self.is_on or self.entry is None:
            return None
        return grip_at(self._view.on_screen(self.entry.face.box), point)

    def take(self, grip: Grip) -> None:
        """Begin to drag a grip."""
        self._grip = grip

    def drag(self, way: QPointF) -> None:
        """Show the box with the grip this far from where it was, in pixels of the widget."""
        self._pull(way / self._view.zoom)

    def nudge(self, way: QPoint, modifiers: Qt.KeyboardModifier) -> Box | None:
        """The box moved by a pixel, by ten with Shift; with Ctrl only its right or lower edge."""
        edge = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        self._grip = Grip(abs(way.x()), abs(way.y())) if edge else WHOLE
        self._pull(QPointF(way * (10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)))
        return self.finish()

    def finish(self) -> Box | None:
        """End a change; returns the new box, or None if it did not change."""
        changed, self._changed = self._changed, None
        return changed

    def _pull(self, way: QPointF) -> None:
        picture, self._changed = self._view.picture.size().toSize(), None
        if self.entry is not None and not picture.isEmpty():
            box = self.entry.face.box
            self._changed = change(box, self._grip, way.x(), way.y(), picture.width(), picture.height())

    def paint(self, painter: QPainter) -> None:
        """Paint the grips, and the box that was found if the analyst has changed it."""
        if not self.is_on or self.entry is None:
            return
        if self.entry.found is not None:
            painter.setPen(QPen(QColor("white"), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self._view.on_screen(self.entry.found))
        colour = box_colour(self.entry.verdict, self.entry.face.score)
        paint_grips(painter, self._view.on_screen(self._changed or self.entry.face.box), colour)
