"""Validation faces enlarged by a generator before and after its fine-tuning, beside the true pixels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QWidget

from ..style.widgets import label

_SIDE = 112
_GAP = 4


class FaceSheet(QScrollArea):
    """A row per face, a column per method."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.rows = self.columns = 0

    def show_sheet(self, sheet: QImage) -> None:
        """Show a sheet of `tinyface_core.training.gan_samples.write_before_after`; a null image shows nothing."""
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(10, 8, 10, 8)
        grid.setSpacing(_GAP)
        self.columns, side = self._layout(sheet)
        self.rows = sheet.height() // side if side else 0
        for column, title in enumerate(self._titles()):
            heading = label(title, "second", wrap=True)
            heading.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            heading.setFixedWidth(_SIDE)
            grid.addWidget(heading, 0, column)
            for row in range(self.rows):
                crop = sheet.copy(column * side, row * side, side, side)
                # The small face is shown as the pixels that it has; the others are seldom shown at a whole factor.
                fast, smooth = Qt.TransformationMode.FastTransformation, Qt.TransformationMode.SmoothTransformation
                shown = crop.scaled(_SIDE, _SIDE, Qt.AspectRatioMode.KeepAspectRatio, smooth if column else fast)
                picture = label(name=title)
                picture.setPixmap(QPixmap.fromImage(shown))
                grid.addWidget(picture, row + 1, column)
        grid.setColumnStretch(max(1, self.columns), 1)
        grid.setRowStretch(self.rows + 1, 1)
        content.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setWidget(content)

    def _layout(self, sheet: QImage) -> tuple[int, int]:
        """Number of columns, and the side of a crop in pixels, which the image's metadata contains."""
        side = int(sheet.text("side") or 0)
        return (sheet.width() // side, side) if side else (0, 0)

    def _titles(self) -> list[str]:
        first = [self.tr("small"), self.tr("enlarged (G1), before"), self.tr("enlarged (G1), after")]
        refined = [self.tr("refined (G2), before"), self.tr("refined (G2), after")] if self.columns == 6 else []
        return [*first, *refined, self.tr("true pixels")] if self.columns else []
