"""A comparison as one picture to copy or save: unscaled crops with captions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from .comparison_tiles import Tile

_GAP = 8
_CAPTION = 68
_SMALLEST_CELL = 148


def draw_sheet(tiles: Sequence[Tile], remark: str) -> QImage:
    """The crops in a row on white, unscaled, except the original ones, enlarged to blocks; below it a remark."""
    side, height = (max(size(tile.image) for tile in tiles) for size in (QImage.width, QImage.height))
    width = max(side, _SMALLEST_CELL)
    sheet = QImage(_GAP + len(tiles) * (width + _GAP), _GAP + height + _CAPTION + 26, QImage.Format.Format_RGB32)
    sheet.fill(QColor("white"))
    with QPainter(sheet) as painter:
        painter.setPen(QColor("#1d2126"))
        font = QFont(painter.font())
        font.setPixelSize(12)
        painter.setFont(font)
        for place, tile in enumerate(tiles):
            left = _GAP + place * (width + _GAP)
            image = tile.image
            if image.width() != side:
                image = image.scaled(
                    side, height, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.FastTransformation
                )
            painter.drawImage(left, _GAP, image)
            caption = QRect(left, _GAP + height + 3, width, _CAPTION)
            painter.drawText(caption, Qt.AlignmentFlag.AlignLeft, f"{tile.title}\n{tile.figures}")
        bottom = QRect(_GAP, _GAP + height + _CAPTION + 3, sheet.width() - 2 * _GAP, 20)
        painter.setPen(QColor("#8a5200"))
        painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft, remark)
    return sheet
