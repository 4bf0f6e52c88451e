"""The picture with its faces: boxes, selection, drawing of missed faces, loupe."""

from __future__ import annotations

from enum import Enum, auto

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from tinyface_core.types import Box

from ..models.face_entry import FaceEntry, describe
from ..models.pyramid import Pyramid
from ..style import Colours, colours_of
from ..style.figures import counted
from ..style.labels import as_tip, left_to_right
from .box_editor import BoxEditor
from .face_boxes import FaceBoxes
from .keys import keeps_key
from .picture_overlays import paint_grid, paint_loupe
from .viewport import Viewport

_WHEEL_STEP = 1.0015
_CLICK_SLACK = 4
_SMALLEST_DRAWN = 2.0


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
    dragged = Signal()
    """The user begins to draw a face or to drag a box: the frame of a video is to stay."""
    changing_ended = Signal()
    """The user ends the changing of boxes."""
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
        self._drag = _Drag.NONE
        self._pressed = QPointF()
        self._moved = False
        self._mouse: QPointF | None = None
        self._drawing = False
        self._show_boxes = True
        self._labels = True
        self._loupe = False
        self.view = Viewport(self)
        self.view.moved.connect(self._point)
        self.view.moved.connect(self.update)
        self._editor = BoxEditor(self.view)

    def set_picture(self, pyramid: Pyramid | None, keep_view: bool = False) -> None:
        """Show a picture, fitted, or in the current view if `keep_view` (next frame of a video)."""
        self._pyramid = pyramid
        if self._drag in (_Drag.DRAW, _Drag.BOX):  # what was begun on another frame is not meant for this one
            self._drag = _Drag.NONE
            self._editor.finish()
        self._hover(None)
        self._message = ""
        self.view.set_picture(*(0, 0) if pyramid is None else (pyramid.width, pyramid.height), keep=keep_view)
        self.update()

    def set_faces(self, entries: list[FaceEntry]) -> None:
        """Show the boxes of these faces."""
        self._boxes = FaceBoxes(entries)
        self._hover(None if self._mouse is None else self._face_at(self._mouse))
        self._follow_selected()
        self.update()

    def set_message(self, message: str) -> None:
        """Show a sentence in place of the picture, while it loads or if it cannot be read."""
        self._message = left_to_right(message)
        if message:
            self._pyramid = None
            self.view.set_picture(0, 0)
            self._boxes = FaceBoxes()
            self._hover(None)
            self._point()
        self.update()

    def select(self, key: int, frame_it: bool = False) -> None:
        """Select a face, and move the view to it if `frame_it`; emits no signal."""
        self.selected = key
        self._follow_selected()
        if frame_it:
            self._frame_selected()
        self.update()

    def _frame_selected(self) -> None:
        row = self._boxes.row(self.selected)
        if row is not None:
            self.view.frame_box(tuple(self._boxes.boxes[row]))

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
        self._editor.is_on = on
        self._editor.finish()
        if on:
            self.setFocus()
            self._frame_selected()
        self._show_cursor()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture and what lies on it, framed while it has the keys."""
        colours = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(colours.canvas))
            self._paint_picture(painter, colours)
            if self.hasFocus():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QColor(colours.accent))
                painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_picture(self, painter: QPainter, colours: Colours) -> None:
        """Paint picture, grid, boxes, the box being drawn, loupe."""
        if self._pyramid is None:
            painter.setPen(QColor(colours.faint_text))
            painter.drawText(
                self.rect().adjusted(24, 24, -24, -24),
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                self._message,
            )
            return
        left, top, right, bottom = self.view.seen()
        part = QRectF(QPointF(left, top), QPointF(right, bottom)) & self.view.picture
        if part.isEmpty():
            return
        target = QRectF(self.view.from_picture(part.topLeft()), self.view.from_picture(part.bottomRight()))
        self._pyramid.draw(painter, target, part, self.view.scale)
        paint_grid(painter, self.view, part, target)
        if self._show_boxes:
            boxes, selected = self.view.all_on_screen(self._boxes.boxes), self._boxes.row(self.selected)
            self._boxes.paint(painter, boxes, selected, self._hovered, self._labels)
        self._editor.paint(painter)
        if self._drag == _Drag.DRAW and self._mouse is not None:
            painter.setBrush(QColor(255, 255, 255, 40))
            painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(self._pressed, self._mouse).normalized())
        if self._loupe and self._mouse is not None:
            paint_loupe(painter, self.view, self._pyramid, self._mouse, QColor(colours.canvas))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the mouse with a wheel; move the picture with two fingers on a touch pad."""
        pixels, modifiers = event.pixelDelta(), event.modifiers()
        from_pad = not pixels.isNull() and event.phase() != Qt.ScrollPhase.NoScrollPhase
        if from_pad and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self.view.move_by(QPointF(pixels))
        else:
            self.view.zoom_at(event.position(), self.view.zoom * _WHEEL_STEP ** event.angleDelta().y())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom by pinching; select the next face with Tab, which leaves the widget only after the last face."""
        if isinstance(event, QNativeGestureEvent) and (event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture):
            self.view.zoom_at(event.position(), self.view.zoom * (1 + event.value()))
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and len(self._boxes):
            back = event.key() == Qt.Key.Key_Backtab
            if (back or event.key() == Qt.Key.Key_Tab) and self._step(-1 if back else 1):
                return True
        return keeps_key(event, self._ends_with) or super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start panning or drawing."""
        if self._pyramid is None:
            return
        self._pressed = event.position()
        self._moved = False
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        grip = None if shift else self._editor.grip_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and grip is not None:
            self._drag = _Drag.BOX
            self._editor.take(grip)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._drag = _Drag.DRAW if self._drawing or shift else _Drag.PAN
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._drag = _Drag.PAN
        if self._drag in (_Drag.DRAW, _Drag.BOX):
            self.dragged.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, draw, or show what is under the mouse."""
        before, self._mouse = self._mouse, event.position()
        if self._pyramid is None:
            return
        if (event.position() - self._pressed).manhattanLength() > _CLICK_SLACK:
            self._moved = True
        if self._drag == _Drag.PAN and self._moved and before is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.view.move_by(event.position() - before)
        elif self._drag == _Drag.BOX and self._moved:
            self._editor.drag(event.position() - self._pressed)
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
            self._tell_changed(self._editor.finish())
        elif drag != _Drag.NONE and not self._moved and event.button() == Qt.MouseButton.LeftButton:
            row = self._face_at(event.position())
            self._choose(-1 if row is None else self._boxes.entries[row].key)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom to the face; elsewhere switch between the whole picture and 1:1."""
        row = self._face_at(event.position())
        if row is not None:
            self.view.frame_box(tuple(self._boxes.boxes[row]))
        elif self.view.is_fitted:
            self.view.zoom_one_to_one(event.position())
        else:
            self.view.fit()

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
        if self.view.is_fitted:
            self.view.fit(animated=False)

    def _point(self) -> None:
        """Tell which pixel of the picture is under the mouse."""
        pixel = None
        if self._mouse is not None and self._pyramid is not None:
            at = self.view.to_picture(self._mouse)
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

    def _face_at(self, point: QPointF) -> int | None:
        if not len(self._boxes) or not self._show_boxes:
            return None
        at = self.view.to_picture(point)
        return self._boxes.at(at.x(), at.y(), 4 / self.view.zoom)

    def _tell_changed(self, box: Box | None) -> None:
        if box is not None:
            self.box_changed.emit(self.selected, box)

    def _show_cursor(self) -> None:
        grip = None if self._mouse is None else self._editor.grip_at(self._mouse)
        if grip is not None:
            self.setCursor(grip.cursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor if self._drawing else Qt.CursorShape.ArrowCursor)

    def _finish_drawing(self, end: QPointF) -> None:
        drawn = QRectF(self.view.to_picture(self._pressed), self.view.to_picture(end)).normalized()
        drawn &= self.view.picture
        if min(drawn.width(), drawn.height()) >= _SMALLEST_DRAWN:
            box: Box = (drawn.left(), drawn.top(), drawn.right(), drawn.bottom())
            self.face_drawn.emit(box)

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
        if way is not None and self._editor.is_on and self._editor.entry is not None:
            self._tell_changed(self._editor.nudge(way, event.modifiers()))
        elif self._editor.is_on and event.key() in ends:
            self.changing_ended.emit()
        elif way is not None:
            if len(self._boxes) and self._show_boxes:
                self._walk(way)
            else:
                self.view.move_by(QPointF(way) * -60)
        elif event.key() == Qt.Key.Key_Escape and self._drawing:
            self.drawing_ended.emit()
        elif event.key() == Qt.Key.Key_Escape and self.selected >= 0:
            self._choose(-1)
        else:
            super().keyPressEvent(event)

    def _ends_with(self, event: QKeyEvent) -> bool:
        """Whether a key ends drawing or the change of a box, and not yet a review around."""
        return event.key() == Qt.Key.Key_Escape and (self._drawing or self._editor.is_on)

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

    def _go_to(self, row: int) -> None:
        """Select a face and bring it into view."""
        self._choose(self._boxes.entries[row].key)
        self.view.show_box(tuple(self._boxes.boxes[row]))

    def _choose(self, key: int) -> None:
        self.select(key)
        self.face_clicked.emit(key)

    def _follow_selected(self) -> None:
        row = self._boxes.row(self.selected)
        self._editor.entry = entry = None if row is None else self._boxes.entries[row]
        if entry is not None:
            self.setAccessibleDescription(describe(entry))
        else:
            self.setAccessibleDescription(counted(len(self._boxes), self.tr("1 face"), self.tr("{count} faces")))
