"""All crops of a comparison side by side, as large as possible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from .comparison_tiles import Tile
from .crop_view import CAPTIONS, TITLE, CropView, LinkedView

_GAP = 6
_WITHOUT_FIGURES = 0.8
"""Value of a crop without figures relative to one with figures, for the choice of the layout."""
_NARROWEST = 100
"""Minimum width of a legible caption in pixels."""


class ComparisonGrid(QWidget):
    """Shows tiles with a common zoom and position."""

    def __init__(self, view: LinkedView) -> None:
        super().__init__()
        self._view = view
        self.crops: list[CropView] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)

    def show_tiles(self, tiles: Sequence[Tile], original: QImage, about: Callable[[str], str]) -> None:
        """Show tiles; `about` returns a sentence about a method, `original` has the original pixels."""
        while len(self.crops) > len(tiles):
            crop = self.crops.pop()
            self._grid.removeWidget(crop)
            crop.deleteLater()
        while len(self.crops) < len(tiles):
            self.crops.append(CropView(self._view))
        for crop, tile in zip(self.crops, tiles, strict=True):
            crop.show_crop(tile.crop, original)
            crop.setAccessibleName(f"{tile.title} {tile.figures}")
            crop.setToolTip("\n".join(line for line in (tile.title, about(tile.name), tile.figures) if line))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the number of columns that makes the crops largest."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if not self.crops:
            return
        count, shape = len(self.crops), self.crops[0].original.size()
        width, height = max(self.width(), 1), max(self.height(), 1)

        def worth(columns: int, captions: int) -> float:
            rows = -(-count // columns)
            room = ((width - _GAP * (columns - 1)) / columns, (height - _GAP * (rows - 1)) / rows - captions)
            readable = min(1.0, room[0] / _NARROWEST) * (1 if captions == CAPTIONS else _WITHOUT_FIGURES)
            return readable * min(room[0] / max(shape.width(), 1), room[1] / max(shape.height(), 1))

        layouts = product(range(1, count + 1), (CAPTIONS, TITLE))
        columns, captions = max(layouts, key=lambda layout: worth(*layout))
        rows = -(-count // columns)
        # Cells are alike to the pixel, and so is what the screen makes of the crops in them.
        over = (width - _GAP * (columns - 1)) % columns, (height - _GAP * (rows - 1)) % rows
        self._grid.setContentsMargins(0, 0, *over)
        for place in range(max(self._grid.columnCount(), columns)):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)
        for place in range(max(self._grid.rowCount(), rows)):
            self._grid.setRowStretch(place, 1 if place < rows else 0)
        for place, crop in enumerate(self.crops):
            crop.keep_free(captions, title_alone=captions == TITLE)
            self._grid.addWidget(crop, place // columns, place % columns)
        self._grid.activate()
