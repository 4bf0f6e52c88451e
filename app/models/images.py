"""Converts pixel arrays to Qt images and back; usable in worker threads."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from tinyface_core.boxes import square_rois
from tinyface_core.rois import cut_rois
from tinyface_core.types import Box, RgbImage

THUMBNAIL_SIDE = 64
"""Maximum longer side of a thumbnail in pixels; smaller crops are not enlarged."""

_CONTEXT = 0.3
"""Side of thumbnails beyond the longer side of the box, as a share of it."""


def to_image(pixels: RgbImage) -> QImage:
    """A Qt image with a copy of RGB uint8 pixels `(H, W, 3)`."""
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888).copy()


def to_pixels(image: QImage) -> RgbImage:
    """A copy of an image's pixels, RGB uint8 `(H, W, 3)`."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


def cut_thumbnail(pixels: RgbImage, box: Box) -> QImage:
    """A face in a frame `(H, W, 3)`, with its surroundings, reduced to a longer side of at most `THUMBNAIL_SIDE`."""
    region = _region(pixels, box)
    if not region.size:
        return QImage()
    # Subsampling of large faces makes the smooth scaling faster.
    step = max(1, min(region.shape[:2]) // (2 * THUMBNAIL_SIDE))
    image = to_image(np.ascontiguousarray(region[::step, ::step]))
    if max(image.width(), image.height()) <= THUMBNAIL_SIDE:
        return image
    return image.scaled(
        THUMBNAIL_SIDE,
        THUMBNAIL_SIDE,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def cut_face(pixels: RgbImage, box: Box) -> QImage:
    """A face with its surroundings, in the original resolution."""
    return to_image(np.ascontiguousarray(_region(pixels, box)))


def cut_square(pixels: RgbImage, box: Box, context: float, side: int) -> QImage:
    """A face with its surroundings as a square of `side` pixels, interpolated; transparent outside the picture."""
    roi = square_rois(np.array([box]), context)
    image = to_image(cut_rois(pixels, roi, side)[0])
    left, top, right, _bottom = roi[0]
    scale, (height, width) = side / (right - left), pixels.shape[:2]
    inside = QRectF(-left * scale, -top * scale, width * scale, height * scale).toAlignedRect() & image.rect()
    square = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    square.fill(Qt.GlobalColor.transparent)
    with QPainter(square) as painter:
        painter.drawImage(inside, image, inside)
    return square


def to_square(image: QImage, side: int) -> QImage:
    """An image scaled to fit into the centre of a square of `side` pixels; null images are returned unchanged."""
    if image.isNull():
        return image
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    return scaled.copy((scaled.width() - side) // 2, (scaled.height() - side) // 2, side, side)


def _region(pixels: RgbImage, box: Box) -> RgbImage:
    height, width = pixels.shape[:2]
    x1, y1, x2, y2 = box
    half = max(x2 - x1, y2 - y1) * (1 + _CONTEXT) / 2
    cx, cy = (x1 + x2) / 2, (y1 + y2) / 2
    left, top = max(int(cx - half), 0), max(int(cy - half), 0)
    right, bottom = min(int(np.ceil(cx + half)), width), min(int(np.ceil(cy + half)), height)
    return pixels[top : max(bottom, top), left : max(right, left)]
