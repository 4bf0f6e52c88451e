"""A picture in full, half, quarter size and so on, so that drawing time does not depend on its size."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from tinyface_core.opencv import cv2
from tinyface_core.types import RgbImage

_SMALLEST_LEVEL = 512


class Pyramid:
    """Levels of a picture, each with half the size of the previous one; built in a worker thread.

    Level 0 shares the memory of the frame; the others take a third more.
    """

    def __init__(self, pixels: RgbImage) -> None:
        self._arrays: list[np.ndarray] = [np.ascontiguousarray(pixels)]
        self._levels = [_wrapped(self._arrays[0])]
        reduced = self._arrays[0]
        while max(reduced.shape[:2]) > _SMALLEST_LEVEL:
            height, width = reduced.shape[:2]
            size = (max(1, (width + 1) // 2), max(1, (height + 1) // 2))
            reduced = np.ascontiguousarray(cv2.resize(reduced, size, interpolation=cv2.INTER_AREA))
            # Reduced levels are small: four bytes a pixel let Qt draw them three times as fast.
            self._levels.append(_wrapped(reduced).convertToFormat(QImage.Format.Format_RGB32))

    @property
    def width(self) -> int:
        """Width of the picture in pixels."""
        return self._levels[0].width()

    @property
    def height(self) -> int:
        """Height of the picture in pixels."""
        return self._levels[0].height()

    def draw(self, painter: QPainter, target: QRectF, part: QRectF, device_scale: float) -> None:
        """Draw a part of the picture, in its pixels, to `target`; the scale is in screen pixels per such pixel."""
        level = 0
        while level + 1 < len(self._levels) and device_scale <= 0.5 ** (level + 1):
            level += 1
        image = self._levels[level]
        factor_x, factor_y = image.width() / self.width, image.height() / self.height
        source = QRectF(part.x() * factor_x, part.y() * factor_y, part.width() * factor_x, part.height() * factor_y)
        if level == 0:
            cut = source.toAlignedRect().adjusted(-1, -1, 1, 1) & QRect(0, 0, image.width(), image.height())
            image = image.copy(cut).convertToFormat(QImage.Format.Format_RGB32)
            source.translate(-cut.x(), -cut.y())
        # From twice the size on, pixels are shown as what they are: squares.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, device_scale < 2)
        painter.drawImage(target, image, source, Qt.ImageConversionFlag.AutoColor)


def _wrapped(pixels: np.ndarray) -> QImage:
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
