"""Shows an enlarged crop; several views share zoom and position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ..style import colours_of

CAPTIONS, TITLE = 40, 20
"""Height in pixels of the captions above and below a crop, and of its title alone."""

_LARGEST_ZOOM = 32.0
_CAPTION_MARGIN = 6.0


class LinkedView(QObject):
    """Zoom and centre shared by several views: zoom 1 fits the crop, the centre is in shares of its sides."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)

    def fit(self) -> None:
        """Show the whole crop."""
        self.set(1.0, QPointF(0.5, 0.5))

    def set(self, zoom: float, centre: QPointF) -> None:
        """Set both, cut to what makes sense."""
        zoom = min(zoom, _LARGEST_ZOOM)
        half = 0.5 / max(zoom, 1.0)
        x, y = (min(max(v, half), 1 - half) for v in (centre.x(), centre.y()))
        self.zoom, self.centre = zoom, QPointF(x, y)
        self.changed.emit()


@dataclass(frozen=True, slots=True, eq=False)
class Crop:
    """An image of a face or region with its texts.

    Attributes:
        image: null while it is not ready.
        title: the method, at the top.
        figures: at the bottom.
        blocks: its pixels are shown as blocks, however large.
    """

    image: QImage = field(default_factory=QImage)
    title: str = ""
    figures: str = ""
    blocks: bool = False


class CropView(QWidget):
    """One crop; the wheel zooms to the cursor, dragging pans, a double click fits."""

    def __init__(self, view: LinkedView) -> None:
        super().__init__()
        self._view, self._captions, self._title_alone = view, 0, False
        self._crop = Crop()
        self.original = QImage()
        """The photo's own pixels."""
        self._showing_original = False
        self._dragged_from: QPointF | None = None
        view.changed.connect(self.update)
        self.setMinimumSize(24, 24)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_crop(self, crop: Crop, original: QImage) -> None:
        """Show an enlargement; `original` are the photo's own pixels."""
        self._crop, self.original = crop, original
        self.update()

    def keep_free(self, captions: int, title_alone: bool) -> None:
        """Keep so many pixels free for captions, or above the crop for its title alone, without its figures."""
        self._captions, self._title_alone = captions, title_alone
        self.update()

    def show_original(self, original: bool) -> None:
        """Show the original pixels instead, while a key is held."""
        self._showing_original = original
        self.update()

    @property
    def shown(self) -> QImage:
        """The picture on the screen now."""
        return self.original if self._showing_original else self._crop.image

    def sizeHint(self) -> QSize:
        """Room for a crop twice as large as the generator's."""
        return QSize(148, 148)

    def place(self) -> QRectF:
        """Where the whole crop lies on the widget, in its coordinates; reaches beyond it when zoomed."""
        return self._place_at(self._view.zoom, self._view.centre)

    def _place_at(self, zoom: float, centre: QPointF) -> QRectF:
        size = self.original.size() if not self.original.isNull() else QSize(1, 1)
        scale = zoom * min(self.width() / size.width(), (self.height() - self._free) / size.height())
        width, height = size.width() * scale, size.height() * scale
        middle = self._middle
        return QRectF(middle.x() - centre.x() * width, middle.y() - centre.y() * height, width, height)

    @property
    def _free(self) -> int:
        return self._captions if self.height() > 2 * self._captions else 0

    @property
    def _middle(self) -> QPointF:
        """Of the room that crops have."""
        return QPointF(self.width() / 2, (self.height() + self._free * self._title_alone) / 2)

    def seen(self) -> QRectF:
        """The part of the widget that the crop covers."""
        return self.place() & QRectF(self.rect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the crop and what is written on it."""
        with QPainter(self) as painter:
            original = Crop(self.original, self.tr("Original pixels"), blocks=True)
            self._draw(painter, original if self._showing_original else self._crop, Qt.AlignmentFlag.AlignLeft)
            self._draw_focus(painter)

    def _draw(self, painter: QPainter, crop: Crop, side: Qt.AlignmentFlag, part: QRectF | None = None) -> None:
        """Draw a crop with its caption at one side; of the widget it has only a part."""
        place, bounds = self.place(), QRectF(self.rect()) if part is None else part
        seen = place & bounds
        if crop.image.isNull():
            painter.fillRect(seen, QColor(colours_of(self.palette()).canvas))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooths(crop, place))
            painter.drawImage(place, crop.image)
        _write(painter, seen, bounds, crop.title, side | Qt.AlignmentFlag.AlignTop, bold=True)
        if not self._title_alone:
            _write(painter, seen, bounds, crop.figures, side | Qt.AlignmentFlag.AlignBottom)

    def smooths(self, crop: Crop, place: QRectF) -> bool:
        """Whether a crop is interpolated for the screen.

        Original pixels stay blocks. So do those of an enlargement, once they are large or take whole pixels.
        """
        scale = place.width() * self.devicePixelRatioF() / max(crop.image.width(), 1)
        return not crop.blocks and scale < 6 and abs(scale - round(scale)) > 1e-6

    def show_whole(self, wide: int) -> None:
        """Zoom so that the whole crop is so many pixels of the screen wide."""
        fitting = self._place_at(1.0, self._view.centre).width() * self.devicePixelRatioF()
        self._view.set(wide / fitting, self._view.centre)

    def _write_captions(self, painter: QPainter, title: str, figures: str = "") -> None:
        seen, bounds, left = self.seen(), QRectF(self.rect()), Qt.AlignmentFlag.AlignLeft
        _write(painter, seen, bounds, title, left | Qt.AlignmentFlag.AlignTop, bold=True)
        _write(painter, seen, bounds, figures, left | Qt.AlignmentFlag.AlignBottom)

    def _draw_focus(self, painter: QPainter) -> None:
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self.seen().adjusted(1, 1, -1, -1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; the point under the cursor stays there."""
        self._zoom_by(1.2 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def _zoom_by(self, factor: float, at: QPointF) -> None:
        place = self.place()
        point = QPointF((at.x() - place.left()) / place.width(), (at.y() - place.top()) / place.height())
        zoom = min(max(self._view.zoom * factor, 1.0), _LARGEST_ZOOM)
        later = self._place_at(zoom, self._view.centre)
        way = self._middle - at
        away = QPointF(way.x() / later.width(), way.y() / later.height())
        self._view.set(zoom, point + away)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start to pan."""
        self._dragged_from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan."""
        if self._dragged_from is None:
            return
        way = event.position() - self._dragged_from
        self._dragged_from = event.position()
        place = self.place()
        moved = QPointF(way.x() / place.width(), way.y() / place.height())
        self._view.set(self._view.zoom, self._view.centre - moved)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End panning."""
        self._dragged_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the whole crop."""
        self._view.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom, 0 fits."""
        middle = QPointF(self.rect().center())
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom_by(1.25, middle)
            case Qt.Key.Key_Minus:
                self._zoom_by(0.8, middle)
            case Qt.Key.Key_0:
                self._view.fit()
            case _:
                super().keyPressEvent(event)


def _write(
    painter: QPainter, place: QRectF, bounds: QRectF, text: str, where: Qt.AlignmentFlag, bold: bool = False
) -> None:
    """Write on a dark ground at a corner of `place`: off it where `bounds` have the room, so that nothing is hidden.

    Lines that are too long are broken, then what follows the first dot is left out, and at last lines are cut.
    """
    if not text or place.width() < 40:
        return
    painter.save()
    painter.setFont(_caption_font(painter.font(), bold))
    metrics = QFontMetricsF(painter.font())
    ground, lines = _find_room(place, bounds, text, where, metrics)
    painter.fillRect(ground, QColor(16, 18, 21, 175))
    painter.setPen(QColor("white"))
    inner = ground.adjusted(_CAPTION_MARGIN, 2, -_CAPTION_MARGIN, 0)
    painter.drawText(inner, where & Qt.AlignmentFlag.AlignHorizontal_Mask, "\n".join(lines))
    painter.restore()


def narrowest(texts: Iterable[str], font: QFont) -> float:
    """Pixels of width below which a word of these captions is cut."""
    metrics = QFontMetricsF(_caption_font(font, bold=True))
    words = {word for text in texts for word in text.split(" ")}
    return max(map(metrics.horizontalAdvance, words), default=0.0) + 2 * _CAPTION_MARGIN


def _caption_font(font: QFont, bold: bool) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(font.pointSizeF() * 0.9)
    smaller.setBold(bold)
    return smaller


def _find_room(
    place: QRectF, bounds: QRectF, text: str, where: Qt.AlignmentFlag, metrics: QFontMetricsF
) -> tuple[QRectF, list[str]]:
    """Where a caption lies, and its lines: above or under `place`, else beside it, else on it."""
    at_left, at_top = bool(where & Qt.AlignmentFlag.AlignLeft), bool(where & Qt.AlignmentFlag.AlignTop)
    x, y = (place.left() if at_left else place.right()), (place.top() if at_top else place.bottom())
    beside = x - bounds.left() if at_left else bounds.right() - x
    off = y - bounds.top() if at_top else bounds.bottom() - y
    # Room to the side and upwards or downwards, and whether the caption goes to the left and upwards from its corner.
    outside = bounds.width(), off, not at_left, at_top
    aside = beside, place.height(), at_left, not at_top
    on_it = place.width(), place.height(), not at_left, not at_top
    first = [text.split(" · ")[0]]
    for (room, high, leftwards, upwards), short in ((outside, []), (aside, []), (outside, first), (on_it, [])):
        room -= 2 * _CAPTION_MARGIN
        whole = short or _broken(text, room, metrics)
        lines = [metrics.elidedText(line, Qt.TextElideMode.ElideRight, max(room, 0)) for line in whole]
        width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * _CAPTION_MARGIN
        height = metrics.lineSpacing() * len(lines) + 4
        left = min(max(x - width if leftwards else x, bounds.left()), max(bounds.left(), bounds.right() - width))
        ground = QRectF(left, y - height if upwards else y, width, height)
        if height <= high and (short or lines == whole):
            break
    return ground, lines


def _broken(text: str, room: float, metrics: QFontMetricsF) -> list[str]:
    """Text in lines: one that is too long is broken at its dots, and what still is too long between words."""
    if metrics.horizontalAdvance(text) <= room:
        return [text]
    parts = text.split(" · ")
    if len(parts) > 1:
        return [line for part in parts for line in _broken(part, room, metrics)]
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and metrics.horizontalAdvance(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
