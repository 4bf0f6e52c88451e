"""Which part of a picture a widget shows, and how large: fitting, zooming, moving, flying to a face."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, QSizeF, QVariantAnimation, Signal
from PySide6.QtWidgets import QWidget

from tinyface_core.types import Box

LARGEST_SCALE = 64.0
_WELL_SEEN = 6.0
"""A face is well visible if its side is this part of that of the view."""
_LARGEST_FRAMED = 12.0


class Viewport(QObject):
    """The view of a widget on a picture; without a picture it does not change."""

    moved = Signal()
    """The visible part of the picture has changed."""
    zoomed = Signal(float)
    """Screen pixels per pixel of the picture."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        self.picture = QRectF()
        """The whole picture, in its pixels; empty for none."""
        self.zoom = 1.0
        """Pixels of the widget per pixel of the picture."""
        self._centre = QPointF()
        self.is_fitted = True
        """Whether it shows the whole picture."""
        self._flight = QVariantAnimation(self)
        self._flight.setDuration(180)
        self._flight.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._flight.valueChanged.connect(self._fly)
        self._flight_from: tuple[float, QPointF] = (1.0, QPointF())
        self._flight_to: tuple[float, QPointF] = (1.0, QPointF())

    def set_picture(self, width: int, height: int, keep: bool = False) -> None:
        """Fit a picture in (0 x 0: none); if `keep` and it is as large as the one before, show the same part of it."""
        self.stop()
        before, self.picture = self.picture, QRectF(0, 0, width, height)
        if not keep or before != self.picture:
            self.fit(animated=False)

    def stop(self) -> None:
        """End a flight where it is."""
        self._flight.stop()

    @property
    def scale(self) -> float:
        """Screen pixels per pixel of the picture."""
        return self.zoom * self._widget.devicePixelRatioF()

    def seen(self) -> Box:
        """The visible part of the picture, in its pixels; extends beyond a picture that is smaller than the view."""
        seen = QRectF(self.to_picture(QPointF(0, 0)), QSizeF(self._widget.size()) / self.zoom)
        return seen.left(), seen.top(), seen.right(), seen.bottom()

    def to_picture(self, point: QPointF) -> QPointF:
        """Convert a point of the widget to pixels of the picture."""
        return self._centre + (point - self._middle()) / self.zoom

    def from_picture(self, point: QPointF) -> QPointF:
        """Convert pixels of the picture to a point of the widget."""
        return self._middle() + (point - self._centre) * self.zoom

    def on_screen(self, box: Box) -> QRectF:
        """Convert a box from pixels of the picture to those of the widget."""
        return QRectF(self.from_picture(QPointF(box[0], box[1])), self.from_picture(QPointF(box[2], box[3])))

    def all_on_screen(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Convert boxes `(N, 4)` xyxy from pixels of the picture to those of the widget."""
        corner = self.to_picture(QPointF(0, 0))
        converted: NDArray[np.float64] = (boxes - np.array([corner.x(), corner.y()] * 2)) * self.zoom
        return converted

    def shows(self, box: Box) -> bool:
        """Whether a box is completely visible."""
        return QRectF(self._widget.rect()).contains(self.on_screen(box))

    def fit(self, animated: bool = True) -> None:
        """Show the whole picture, enlarged at most four times."""
        if not self.picture.isEmpty():
            self._go(self._fit_zoom(), self.picture.center(), animated)
            self.is_fitted = True

    def zoom_one_to_one(self, point: QPointF | None = None) -> None:
        """Show one pixel of the picture on one pixel of the screen; what is at a point of the widget stays there."""
        self.zoom_at(self._middle() if point is None else point, 1 / self._widget.devicePixelRatioF())

    def zoom_by(self, factor: float) -> None:
        """Zoom at the centre of the view."""
        self.zoom_at(self._middle(), self.zoom * factor)

    def zoom_at(self, point: QPointF, zoom: float) -> None:
        """Zoom to so many widget pixels per pixel of the picture; what is at `point` stays there."""
        if self.picture.isEmpty():
            return
        self.stop()
        under = self.to_picture(point)
        self.zoom = min(max(zoom, min(self._fit_zoom() / 2, 1.0)), LARGEST_SCALE)
        self._move_to(under - (point - self._middle()) / self.zoom)
        self.zoomed.emit(self.scale)

    def move_by(self, by: QPointF) -> None:
        """Move the picture by pixels of the widget."""
        self.stop()
        self._move_to(self._centre - by / self.zoom)

    def show_box(self, box: Box) -> None:
        """Move to a box unless it is completely visible."""
        if not self.shows(box) and self._flight.state() != QVariantAnimation.State.Running:
            self.is_fitted = False
            self._go(self.zoom, _centre(box), True)

    def frame_box(self, box: Box) -> None:
        """Move and zoom to a box so that its face is well visible."""
        side = max(box[2] - box[0], box[3] - box[1], 1.0)
        room = min(self._widget.width(), self._widget.height())
        if self.shows(box) and side * self.zoom >= room / _WELL_SEEN:
            return
        self.is_fitted = False
        self._go(min(max(room / (side * _WELL_SEEN), self._fit_zoom()), _LARGEST_FRAMED), _centre(box), True)

    def _middle(self) -> QPointF:
        return QRectF(self._widget.rect()).center()

    def _fit_zoom(self) -> float:
        if self.picture.isEmpty():
            return 1.0
        room = min(self._widget.width() / self.picture.width(), self._widget.height() / self.picture.height())
        return max(min(room, 4.0), 1e-3)

    def _move_to(self, centre: QPointF) -> None:
        self.is_fitted = False
        if not self.picture.isEmpty():
            centre.setX(min(max(centre.x(), 0.0), self.picture.width()))
            centre.setY(min(max(centre.y(), 0.0), self.picture.height()))
        self._centre = centre
        self.moved.emit()

    def _go(self, zoom: float, centre: QPointF, animated: bool) -> None:
        self.stop()
        self._flight_from = (self.zoom, QPointF(self._centre))
        self._flight_to = (zoom, centre)
        if animated and self._widget.isVisible():
            self._flight.setStartValue(0.0)
            self._flight.setEndValue(1.0)
            self._flight.start()
        else:
            self._fly(1.0)

    def _fly(self, share: float) -> None:
        (zoom0, centre0), (zoom1, centre1) = self._flight_from, self._flight_to
        # Zoom runs evenly in its logarithm, else the near end rushes by.
        self.zoom = math.exp(math.log(zoom0) * (1 - share) + math.log(zoom1) * share)
        self._centre = centre0 + (centre1 - centre0) * share
        self.zoomed.emit(self.scale)
        self.moved.emit()


def _centre(box: Box) -> QPointF:
    return QPointF((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
