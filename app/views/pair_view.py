"""Compares two enlargements in one place: with a movable divider, as their difference, or alternating."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)

from ..models.images import to_pixels
from ..style.figures import decimal, whole
from .crop_view import CAPTIONS, TITLE, Crop, CropView, LinkedView, narrowest

_MOST_COMPARED = QSize(512, 512)

_Composition = QPainter.CompositionMode


class Look(StrEnum):
    """Ways to compare two enlargements."""

    BORDER = "border"
    DIFFERENCE = "difference"
    BLINK = "blink"


class PairView(CropView):
    """Two crops of the same region."""

    _REACH = 12.0

    def __init__(self, view: LinkedView) -> None:
        super().__init__(view)
        self._second = Crop()
        self._mean: float | None = None
        """See `mean_difference`; None until it is asked for."""
        self._look, self._gain = Look.BORDER, 4
        self.border = 0.5
        """Its place as a share of the width, in [0, 1]; see `set_border`."""
        self.second_is_shown = False
        """Of two that blink."""
        self._moving = False
        self._turns = QTimer(self, interval=600)
        self._turns.timeout.connect(self._turn)
        self.setMouseTracking(True)

    def set_look(self, look: Look) -> None:
        """Set the way of comparison."""
        self._look = look
        self.unsetCursor()
        self._keep_turning()
        self._make_room()

    def set_border(self, border: float) -> None:
        """Move the border."""
        self.border = min(max(border, 0.0), 1.0)
        self.update()

    def set_gain(self, gain: int) -> None:
        """Set the factor by which differences are multiplied, a power of two; they are clipped at 255."""
        self._gain = gain
        self.update()

    def set_pace(self, milliseconds: int) -> None:
        """Set how long each of two alternating images is shown; 0: only the arrow keys switch."""
        self._turns.setInterval(milliseconds)
        self._keep_turning()

    def show_pair(self, first: Crop, second: Crop, original: QImage) -> None:
        """Show two enlargements; `original` are the original pixels."""
        self._second = second
        self._mean = None
        self.show_crop(first, original)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have room for captions at any size."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Keep room for captions above and below the crop, unless it leaves some there or beside it."""
        crops = (self._crop, self._second)
        titles, figures = [crop.title for crop in crops], [crop.figures for crop in crops if crop.figures]
        if self._look == Look.DIFFERENCE:
            titles, figures = [self.captions()[0]], [self.captions()[1]]
        needed = CAPTIONS if figures else TITLE
        self.keep_free(0, title_alone=False)
        place = self._place_at(1.0, QPointF(0.5, 0.5))
        if place.left() < narrowest([*titles, *figures], self.font()) and self.height() - place.height() < needed:
            self.keep_free(needed, title_alone=not figures)

    @property
    def mean_difference(self) -> float:
        """Mean absolute difference of the two over pixels and channels, in [0, 255]."""
        if self._mean is None:
            self._mean = _mean_difference(self._crop.image, self._second.image)
        return self._mean

    def picture(self, size: QSize) -> QImage:
        """The whole crop as shown with the divider or as a difference, in so many pixels, without captions."""
        made = QImage(size, QImage.Format.Format_RGB32)
        made.fill(QColor("black"))
        whole_ = QRectF(QRect(0, 0, size.width(), size.height()))
        with QPainter(made) as painter:
            if self._look == Look.DIFFERENCE:
                self._paint_difference(painter, whole_, size)
            else:
                painter.drawImage(whole_, self._crop.image)
                painter.setClipRect(whole_.adjusted(round(self.border * size.width()), 0, 0, 0))
                painter.drawImage(whole_, self._second.image)
        return made

    def captions(self) -> tuple[str, str]:
        """Captions of the difference: its factor, and its mean."""
        times = self.tr("Difference ×\u00a0{gain}").format(gain=whole(self._gain))
        # Where there is little room it is broken in the middle alone.
        return times, self.tr("mean\u00a0{mean} of\u00a0255").format(mean=decimal(self.mean_difference, 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both according to the way of comparison."""
        if self._showing_original:
            super().paintEvent(event)
            return
        with QPainter(self) as painter:
            match self._look:
                case Look.BORDER:
                    self._paint_sides(painter)
                case Look.DIFFERENCE:
                    self._paint_difference(painter, self.place(), self.size())
                    self._write_captions(painter, *self.captions())
                case Look.BLINK:
                    shown = self._second if self.second_is_shown else self._crop
                    self._draw(painter, shown, Qt.AlignmentFlag.AlignLeft)
            self._draw_focus(painter)

    def _paint_sides(self, painter: QPainter) -> None:
        x = self.border * self.width()
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        for crop, side, part in (
            (self._crop, left, QRectF(0, 0, x, self.height())),
            (self._second, right, QRectF(x, 0, self.width() - x, self.height())),
        ):
            painter.save()
            painter.setClipRect(part)
            self._draw(painter, crop, side, part)
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 3))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setPen(QPen(QColor("white"), 1.4))
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        middle = QPointF(x, self.height() / 2)
        painter.setBrush(QColor(20, 24, 28, 210))
        painter.drawEllipse(middle, 11, 11)
        for sign in (-1, 1):
            tip = middle + QPointF(6 * sign, 0)
            painter.drawPolyline([tip + QPointF(-3 * sign, -3), tip, tip + QPointF(-3 * sign, 3)])

    def _paint_difference(self, painter: QPainter, place: QRectF, size: QSize) -> None:
        """Draw the absolute difference of each channel; only the visible part is computed."""
        made = QImage(size, QImage.Format.Format_RGB32)
        made.fill(QColor("black"))
        with QPainter(made) as inside:
            for crop, mode in ((self._crop, _Composition.CompositionMode_SourceOver), (self._second, None)):
                inside.setCompositionMode(mode or _Composition.CompositionMode_Difference)
                inside.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.smooths(crop, place))
                inside.drawImage(place, crop.image)
            inside.setCompositionMode(_Composition.CompositionMode_Plus)
            for _ in range(self._gain.bit_length() - 1):
                inside.drawImage(0, 0, made.copy())
        seen = place & QRectF(QRect(0, 0, size.width(), size.height()))
        painter.drawImage(seen, made, seen)

    def showEvent(self, event: QShowEvent) -> None:
        """Alternate while visible."""
        super().showEvent(event)
        self._keep_turning()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop alternating."""
        super().hideEvent(event)
        self._keep_turning()

    def _keep_turning(self) -> None:
        if self._look == Look.BLINK and self._turns.interval() and self.isVisible():
            self._turns.start()
        else:
            self._turns.stop()

    def _turn(self) -> None:
        self.second_is_shown = not self.second_is_shown
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start to move the divider, or start panning away from it."""
        self._moving = self._is_near_border(event)
        if not self._moving:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the border or pan."""
        if self._moving:
            self.set_border(event.position().x() / max(self.width(), 1))
            return
        near = self._is_near_border(event)
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._moving = False
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys: move the divider, or switch between the two."""
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if way and self._look == Look.BORDER:
            self.set_border(self.border + 0.02 * way)
        elif way and self._look == Look.BLINK:
            self.second_is_shown = way > 0
            self.update()
            self._keep_turning()
        else:
            super().keyPressEvent(event)

    def _is_near_border(self, event: QMouseEvent) -> bool:
        near = abs(event.position().x() - self.border * self.width()) < self._REACH
        return self._look == Look.BORDER and near


def _mean_difference(first: QImage, second: QImage) -> float:
    """Computed in the pixels of the larger one; of a large one, in a sample of them."""
    if first.isNull() or second.isNull():
        return 0.0
    size = first.size().expandedTo(second.size()).boundedTo(_MOST_COMPARED)
    one, other = (to_pixels(image.scaled(size)).astype(np.int16) for image in (first, second))
    return float(np.abs(one - other).mean())
