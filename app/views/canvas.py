"""The picture with its faces: zoom, pan, boxes, loupe, selection, drawing of missed faces."""

from __future__ import annotations

import math
from enum import Enum, auto

from PySide6.QtCore import QEasingCurve, QEvent, QPoint, QPointF, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from tinyface_core.types import Box

from ..models.face_entry import FaceEntry, describe
from ..models.pyramid import Pyramid
from ..style import box_colour, colours_of
from ..style.figures import counted
from ..style.labels import as_tip, left_to_right
from .box_grips import WHOLE, Grip, change, grip_at, paint_grips
from .face_boxes import FaceBoxes, View

LARGEST_SCALE = 64.0
GRID_SCALE = 12.0
"""Minimum number of screen pixels per pixel of the picture with which the pixel grid is drawn."""
_WHEEL_STEP = 1.0015
_CLICK_SLACK = 4
_SMALLEST_DRAWN = 2.0
_WELL_SEEN = 6.0
"""A face is well visible if its side is this part of that of the view."""
_LARGEST_FRAMED = 12.0
_LOUPE_SIDE = 220
_LOUPE_FACTOR = 6.0


class _Drag(Enum):
    NONE = auto()
    PAN = auto()
    DRAW = auto()
    BOX = auto()


class Canvas(QWidget):
    """Shows a picture and the boxes of its faces."""

    face_clicked = Signal(int)
    """Key of the face selected by mouse or keys; -1 for none."""
    face_drawn = Signal(object)
    """Box drawn around a missed face, xyxy in pixels of the picture."""
    drawing_ended = Signal()
    """The user ends the drawing of faces."""
    box_changed = Signal(int, object)
    """Key of a face, and its new box."""
    menu_wanted = Signal(QPoint, bool)
    """Position of a right click on the screen, and whether it is on a face, which is then selected."""
    changing_ended = Signal()
    """The user ends the changing of boxes."""
    moved = Signal()
    """The visible part of the picture has changed."""
    zoomed = Signal(float)
    """Screen pixels per pixel of the picture."""
    pointed = Signal(object)
    """Pixel of the picture under the mouse as `(x, y)`, or None."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Picture"))
        self.setMinimumSize(240, 120)
        self._pyramid: Pyramid | None = None
        self._boxes = FaceBoxes()
        self.selected = -1
        """Key of the selected face, -1 for none; see `select`."""
        self._hovered: int | None = None
        self._message = ""
        self._scale = 1.0
        self._centre = QPointF()
        self._fitted = True
        self._drag = _Drag.NONE
        self._pressed = QPointF()
        self._moved = False
        self._mouse: QPointF | None = None
        self._drawing = False
        self._changing = False
        self._grip = WHOLE
        self._changed: Box | None = None
        self._show_boxes = True
        self._labels = True
        self._loupe = False
        self._flight = QVariantAnimation(self)
        self._flight.setDuration(180)
        self._flight.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._flight.valueChanged.connect(self._fly)
        self.moved.connect(self._point)
        self._flight_from: tuple[float, QPointF] = (1.0, QPointF())
        self._flight_to: tuple[float, QPointF] = (1.0, QPointF())

    # -- what is shown --------------------------------------------------------------------------------

    def set_picture(self, pyramid: Pyramid | None, keep_view: bool = False) -> None:
        """Show a picture, fitted, or in the current view if `keep_view` (next frame of a video)."""
        self._flight.stop()
        same = (
            keep_view
            and self._pyramid is not None
            and pyramid is not None
            and (pyramid.width, pyramid.height) == (self._pyramid.width, self._pyramid.height)
        )
        self._pyramid = pyramid
        self._hover(None)
        self._message = ""
        if not same:
            self.fit(animated=False)
        self.update()

    def set_faces(self, entries: list[FaceEntry]) -> None:
        """Show the boxes of these faces."""
        self._boxes = FaceBoxes(entries)
        self._hover(None if self._mouse is None else self._face_at(self._mouse))
        self._describe()
        self.update()

    def set_message(self, message: str) -> None:
        """Show a sentence in place of the picture, while it loads or if it cannot be read."""
        self._message = left_to_right(message)
        if message:
            self._pyramid = None
            self._boxes = FaceBoxes()
            self._hover(None)
            self._point()
        self.update()

    def select(self, key: int, frame_it: bool = False) -> None:
        """Select a face, and move the view to it if `frame_it`; emits no signal."""
        self.selected = key
        self._describe()
        row = self._boxes.row(key)
        if frame_it and row is not None:
            self.frame_box(tuple(self._boxes.boxes[row]))
        self.update()

    def set_boxes_shown(self, shown: bool) -> None:
        """Show or hide the boxes."""
        self._show_boxes = shown
        self.update()

    def set_labels_shown(self, shown: bool) -> None:
        """Show or hide the scores at the boxes."""
        self._labels = shown
        self.update()

    def set_loupe(self, on: bool) -> None:
        """Show or hide a magnifying glass that follows the mouse."""
        self._loupe = on
        self._hover(self._hovered)  # what is said of a face would lie over what the glass shows

    def set_drawing(self, on: bool) -> None:
        """Set whether dragging draws a missed face instead of moving the picture."""
        self._drawing = on
        self._show_cursor()

    def set_changing(self, on: bool) -> None:
        """Set whether the selected face has grips that move and resize its box."""
        self._changing, self._changed = on, None
        if on:
            self.setFocus()
        row = self._boxes.row(self.selected)
        if on and row is not None:
            self.frame_box(tuple(self._boxes.boxes[row]))
        self._show_cursor()
        self.update()

    # -- the view -------------------------------------------------------------------------------------

    @property
    def scale(self) -> float:
        """Screen pixels per pixel of the picture."""
        return self._scale * self.devicePixelRatioF()

    def fit(self, animated: bool = True) -> None:
        """Show the whole picture, enlarged at most four times."""
        if self._pyramid is None:
            return
        centre = QPointF(self._pyramid.width / 2, self._pyramid.height / 2)
        self._go(self._fit_scale(), centre, animated)
        self._fitted = True

    def zoom_one_to_one(self) -> None:
        """Show one pixel of the picture on one pixel of the screen."""
        self.zoom_at(QPointF(self.rect().center()), 1 / self.devicePixelRatioF())

    def zoom_by(self, factor: float) -> None:
        """Zoom at the centre of the view."""
        self.zoom_at(QPointF(self.rect().center()), self._scale * factor)

    def frame_box(self, box: Box) -> None:
        """Move and zoom to a box so that its face is well visible."""
        side = max(box[2] - box[0], box[3] - box[1], 1.0)
        room = min(self.width(), self.height())
        if self._in_view(box) and side * self._scale >= room / _WELL_SEEN:
            return
        scale = min(max(room / (side * _WELL_SEEN), self._fit_scale()), _LARGEST_FRAMED)
        self._fitted = False
        self._go(scale, QPointF((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), True)

    def to_picture(self, point: QPointF) -> QPointF:
        """Convert a point of the widget to pixels of the picture."""
        return self._centre + (point - QRectF(self.rect()).center()) / self._scale

    def from_picture(self, point: QPointF) -> QPointF:
        """Convert pixels of the picture to a point of the widget."""
        return QRectF(self.rect()).center() + (point - self._centre) * self._scale

    def seen(self) -> Box:
        """The visible part of the picture, in its pixels; extends beyond a picture that is smaller than the view."""
        first, last = (self.to_picture(QPointF(x, y)) for x, y in ((0, 0), (self.width(), self.height())))
        return first.x(), first.y(), last.x(), last.y()

    def _fit_scale(self) -> float:
        if self._pyramid is None:
            return 1.0
        room = min(self.width() / self._pyramid.width, self.height() / self._pyramid.height)
        return max(min(room, 4.0), 1e-3)

    def zoom_at(self, point: QPointF, scale: float) -> None:
        """Zoom to `scale` widget pixels per pixel of the picture; what is at `point` stays there."""
        if self._pyramid is None:
            return
        self._flight.stop()
        smallest = min(self._fit_scale() / 2, 1.0)
        under = self.to_picture(point)
        self._scale = min(max(scale, smallest), LARGEST_SCALE)
        self._centre = under - (point - QRectF(self.rect()).center()) / self._scale
        self._fitted = False
        self._keep_in_sight()
        self.zoomed.emit(self.scale)
        self.moved.emit()
        self.update()

    def _keep_in_sight(self) -> None:
        if self._pyramid is not None:
            self._centre.setX(min(max(self._centre.x(), 0.0), float(self._pyramid.width)))
            self._centre.setY(min(max(self._centre.y(), 0.0), float(self._pyramid.height)))

    def _go(self, scale: float, centre: QPointF, animated: bool) -> None:
        self._flight.stop()
        self._flight_from = (self._scale, QPointF(self._centre))
        self._flight_to = (scale, centre)
        if animated and self.isVisible():
            self._flight.setStartValue(0.0)
            self._flight.setEndValue(1.0)
            self._flight.start()
        else:
            self._fly(1.0)

    def _fly(self, share: float) -> None:
        (scale0, centre0), (scale1, centre1) = self._flight_from, self._flight_to
        # Zoom runs evenly in its logarithm, else the near end rushes by.
        self._scale = math.exp(math.log(scale0) * (1 - share) + math.log(scale1) * share)
        self._centre = centre0 + (centre1 - centre0) * share
        self.zoomed.emit(self.scale)
        self.moved.emit()
        self.update()

    # -- painting -------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint picture, grid, boxes, the box being drawn, loupe."""
        colours = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colours.canvas))
            if self._pyramid is None:
                painter.setPen(QColor(colours.faint_text))
                painter.drawText(
                    self.rect().adjusted(24, 24, -24, -24),
                    int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                    self._message,
                )
                return
            left_top = self.to_picture(QPointF(0, 0))
            right_bottom = self.to_picture(QPointF(self.width(), self.height()))
            part = QRectF(left_top, right_bottom) & QRectF(0, 0, self._pyramid.width, self._pyramid.height)
            if part.isEmpty():
                return
            target = QRectF(self.from_picture(part.topLeft()), self.from_picture(part.bottomRight()))
            self._pyramid.draw(painter, target, part, self.scale)
            if self.scale >= GRID_SCALE:
                self._paint_grid(painter, part, target)
            if self._show_boxes:
                view = View(self._scale, left_top.x(), left_top.y())
                self._boxes.paint(
                    painter,
                    view,
                    self.width(),
                    self.height(),
                    self._boxes.row(self.selected),
                    self._hovered,
                    self._labels,
                )
            if self._changing and (row := self._boxes.row(self.selected)) is not None:
                self._paint_grips(painter, row)
            if self._drag == _Drag.DRAW and self._mouse is not None:
                painter.setBrush(QColor(255, 255, 255, 40))
                painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
                painter.drawRect(QRectF(self._pressed, self._mouse).normalized())
            if self._loupe and self._mouse is not None:
                self._paint_loupe(painter, self._mouse)

    def _paint_grips(self, painter: QPainter, row: int) -> None:
        entry = self._boxes.entries[row]
        if entry.found is not None:
            painter.setPen(QPen(QColor("white"), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self._on_screen(entry.found))
        colour = box_colour(entry.verdict, entry.face.score)
        paint_grips(painter, self._on_screen(self._changed or entry.face.box), colour)

    def _on_screen(self, box: Box) -> QRectF:
        return QRectF(self.from_picture(QPointF(box[0], box[1])), self.from_picture(QPointF(box[2], box[3])))

    def _paint_grid(self, painter: QPainter, part: QRectF, target: QRectF) -> None:
        strength = min(1.0, (self.scale - GRID_SCALE) / GRID_SCALE + 0.35)
        colour = QColor(128, 128, 128, round(110 * strength))
        left, top = round(target.left()), round(target.top())
        width, height = round(target.width()), round(target.height())
        # Filled slivers are many times cheaper than lines.
        for x in range(math.ceil(part.left()), math.floor(part.right()) + 1):
            painter.fillRect(round(self.from_picture(QPointF(x, 0)).x()), top, 1, height, colour)
        for y in range(math.ceil(part.top()), math.floor(part.bottom()) + 1):
            painter.fillRect(left, round(self.from_picture(QPointF(0, y)).y()), width, 1, colour)

    def _paint_loupe(self, painter: QPainter, mouse: QPointF) -> None:
        assert self._pyramid is not None
        factor = max(_LOUPE_FACTOR, self._scale * 2)
        at = self.to_picture(mouse)
        half = _LOUPE_SIDE / 2 / factor
        frame = QRectF(0, 0, _LOUPE_SIDE, _LOUPE_SIDE)
        frame.moveCenter(mouse)
        wanted = QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half)
        part = wanted & QRectF(0, 0, self._pyramid.width, self._pyramid.height)
        ring = QPainterPath()
        ring.addEllipse(frame)
        painter.save()
        painter.setClipPath(ring)
        painter.fillPath(ring, QColor(colours_of(self.palette()).canvas))
        if not part.isEmpty():
            corner = frame.topLeft() + (part.topLeft() - wanted.topLeft()) * factor
            place = QRectF(corner.x(), corner.y(), part.width() * factor, part.height() * factor)
            self._pyramid.draw(painter, place, part, factor * self.devicePixelRatioF())
        painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(QColor(0, 0, 0, 140), 5), QPen(QColor(255, 255, 255, 230), 2)):
            painter.setPen(pen)
            painter.drawEllipse(frame)

    # -- mouse ------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse with a wheel; move the picture with two fingers on a touch pad."""
        pixels, modifiers = event.pixelDelta(), event.modifiers()
        from_pad = not pixels.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        if from_pad and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self._pan(QPointF(pixels))
        else:
            self.zoom_at(event.position(), self._scale * _WHEEL_STEP ** event.angleDelta().y())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom by pinching; select the next face with Tab, which leaves the widget only after the last face."""
        if isinstance(event, QNativeGestureEvent) and (event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture):
            self.zoom_at(event.position(), self._scale * (1 + event.value()))
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and len(self._boxes):
            back = event.key() == Qt.Key.Key_Backtab
            if (back or event.key() == Qt.Key.Key_Tab) and self._step(-1 if back else 1):
                return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start panning or drawing."""
        if self._pyramid is None:
            return
        self._pressed = event.position()
        self._moved = False
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        grip = None if shift else self._grip_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and grip is not None:
            self._drag, self._grip = _Drag.BOX, grip
        elif event.button() == Qt.MouseButton.LeftButton:
            self._drag = _Drag.DRAW if self._drawing or shift else _Drag.PAN
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._drag = _Drag.PAN

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, draw, or show what is under the mouse."""
        before, self._mouse = self._mouse, event.position()
        if self._pyramid is None:
            return
        if (event.position() - self._pressed).manhattanLength() > _CLICK_SLACK:
            self._moved = True
        if self._drag == _Drag.PAN and self._moved and before is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._pan(event.position() - before)
        elif self._drag == _Drag.BOX and self._moved:
            way = (event.position() - self._pressed) / self._scale
            self._changed = self._pulled(self._grip, way.x(), way.y())
            self.update()
        elif self._drag == _Drag.DRAW or self._loupe:
            self.update()
        elif self._drag == _Drag.NONE:
            self._show_cursor()
        self._point()
        hovered = self._face_at(event.position()) if self._drag == _Drag.NONE else None
        if hovered != self._hovered:
            self._hover(hovered)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select at a click; finish drawing at the end of a drag."""
        drag, self._drag = self._drag, _Drag.NONE
        self._show_cursor()
        if drag == _Drag.DRAW and self._moved:
            self._finish_drawing(event.position())
        elif drag == _Drag.BOX and self._moved:
            self._finish_changing()
        elif drag != _Drag.NONE and not self._moved and event.button() == Qt.MouseButton.LeftButton:
            row = self._face_at(event.position())
            self._choose(-1 if row is None else self._boxes.entries[row].key)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom to the face; elsewhere switch between the whole picture and 1:1."""
        row = self._face_at(event.position())
        if row is not None:
            self.frame_box(tuple(self._boxes.boxes[row]))
        elif self._fitted:
            self.zoom_at(event.position(), 1 / self.devicePixelRatioF())
        else:
            self.fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Request a menu, of the face under the mouse or of the picture; by keyboard, of the selected face."""
        if self._pyramid is None:
            return
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        row = self._boxes.row(self.selected) if by_key else self._face_at(QPointF(event.pos()))
        if row is not None and self._boxes.entries[row].key != self.selected:
            self._choose(self._boxes.entries[row].key)
        self.menu_wanted.emit(event.globalPos(), row is not None)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what was under the mouse."""
        self._mouse = None
        self._hover(None)
        self._point()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted."""
        if self._fitted:
            self.fit(animated=False)

    def _point(self) -> None:
        """Tell which pixel of the picture is under the mouse."""
        pixel = None
        if self._mouse is not None and self._pyramid is not None:
            at = self.to_picture(self._mouse)
            if 0 <= at.x() < self._pyramid.width and 0 <= at.y() < self._pyramid.height:
                pixel = (int(at.x()), int(at.y()))
        self.pointed.emit(pixel)

    def _hover(self, row: int | None) -> None:
        """Note the face under the mouse; the tool tip of the previous one is hidden."""
        tip = "" if row is None or self._loupe else as_tip(describe(self._boxes.entries[row]))
        if tip != self.toolTip():
            self.setToolTip(tip)
            if self.underMouse():
                QToolTip.hideText()
        self._hovered = row
        self.update()

    def _pan(self, by: QPointF) -> None:
        self._flight.stop()
        self._fitted = False
        self._centre -= by / self._scale
        self._keep_in_sight()
        self.moved.emit()
        self.update()

    def _face_at(self, point: QPointF) -> int | None:
        if not len(self._boxes) or not self._show_boxes:
            return None
        at = self.to_picture(point)
        return self._boxes.at(at.x(), at.y(), 4 / self._scale)

    def _grip_at(self, point: QPointF) -> Grip | None:
        row = self._boxes.row(self.selected) if self._changing else None
        return None if row is None else grip_at(self._on_screen(self._boxes.entries[row].face.box), point)

    def _pulled(self, grip: Grip, dx: float, dy: float) -> Box | None:
        row = self._boxes.row(self.selected)
        if row is None or self._pyramid is None:
            return None
        return change(self._boxes.entries[row].face.box, grip, dx, dy, self._pyramid.width, self._pyramid.height)

    def _finish_changing(self) -> None:
        changed, self._changed = self._changed, None
        if changed is not None:
            self.box_changed.emit(self.selected, changed)

    def _nudge(self, way: QPoint, modifiers: Qt.KeyboardModifier) -> None:
        """Move the box by a pixel, by ten with Shift; with Ctrl only its right or lower edge."""
        step = way * (10 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        edge = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        self._changed = self._pulled(Grip(abs(way.x()), abs(way.y())) if edge else WHOLE, step.x(), step.y())
        self._finish_changing()

    def _show_cursor(self) -> None:
        grip = None if self._mouse is None else self._grip_at(self._mouse)
        if grip is not None:
            self.setCursor(grip.cursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor if self._drawing else Qt.CursorShape.ArrowCursor)

    def _finish_drawing(self, end: QPointF) -> None:
        assert self._pyramid is not None
        drawn = QRectF(self.to_picture(self._pressed), self.to_picture(end)).normalized()
        drawn &= QRectF(0, 0, self._pyramid.width, self._pyramid.height)
        if min(drawn.width(), drawn.height()) >= _SMALLEST_DRAWN:
            box: Box = (drawn.left(), drawn.top(), drawn.right(), drawn.bottom())
            self.face_drawn.emit(box)

    # -- keyboard ---------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move a box with grips, else select the nearest face that way, or without faces move the picture."""
        ways = {
            Qt.Key.Key_Left: QPoint(-1, 0),
            Qt.Key.Key_Right: QPoint(1, 0),
            Qt.Key.Key_Up: QPoint(0, -1),
            Qt.Key.Key_Down: QPoint(0, 1),
        }
        way = ways.get(Qt.Key(event.key()))
        ends = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if way is not None and self._changing and self._boxes.row(self.selected) is not None:
            self._nudge(way, event.modifiers())
        elif self._changing and event.key() in ends:
            self.changing_ended.emit()
        elif way is not None:
            if len(self._boxes) and self._show_boxes:
                self._walk(way)
            else:
                self._pan(QPointF(way) * -60)
        elif event.key() == Qt.Key.Key_Escape and self._drawing:
            self.drawing_ended.emit()
        elif event.key() == Qt.Key.Key_Escape and self.selected >= 0:
            self._choose(-1)
        else:
            super().keyPressEvent(event)

    def _walk(self, way: QPoint) -> None:
        row = self._boxes.row(self.selected)
        found = 0 if row is None else self._boxes.towards(row, way.x(), way.y())
        if found is not None:
            self._go_to(found)

    def _step(self, by: int) -> bool:
        """Select the next face in the order of the list; returns False past either end."""
        row = self._boxes.row(self.selected)
        following = (0 if by > 0 else len(self._boxes) - 1) if row is None else row + by
        if not 0 <= following < len(self._boxes):
            self._choose(-1)
            return False
        self._go_to(following)
        return True

    def _in_view(self, box: Box) -> bool:
        x1, y1, x2, y2 = box
        face = QRectF(self.from_picture(QPointF(x1, y1)), self.from_picture(QPointF(x2, y2)))
        return QRectF(self.rect()).contains(face)

    def _go_to(self, row: int) -> None:
        """Select a face and bring it into view."""
        self._choose(self._boxes.entries[row].key)
        x1, y1, x2, y2 = self._boxes.boxes[row]
        if not self._in_view((x1, y1, x2, y2)) and self._flight.state() != QVariantAnimation.State.Running:
            self._fitted = False
            self._go(self._scale, QPointF((x1 + x2) / 2, (y1 + y2) / 2), True)

    def _choose(self, key: int) -> None:
        self.select(key)
        self.face_clicked.emit(key)

    def _describe(self) -> None:
        row = self._boxes.row(self.selected)
        if row is not None:
            self.setAccessibleDescription(describe(self._boxes.entries[row]))
        else:
            self.setAccessibleDescription(counted(len(self._boxes), self.tr("1 face"), self.tr("{count} faces")))
