"""Places two widgets side by side, or one below the other in a narrow window."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QBoxLayout, QLayout

_Direction = QBoxLayout.Direction


class FoldingRow(QBoxLayout):
    """A row of two layouts; the first takes the remaining space."""

    def __init__(self, first: QLayout, second: QLayout, spare: int) -> None:
        """`spare`: pixels that the first part must have in one row beyond its minimum."""
        super().__init__(_Direction.LeftToRight)
        self._parts, self._spare = (first, second), spare
        self.addLayout(first, 1)
        self.addLayout(second)

    def minimumSize(self) -> QSize:
        """Width of the wider part."""
        return QSize(max(self._widths()), super().minimumSize().height())

    def setGeometry(self, rect: QRect) -> None:
        """Fold or unfold, then place the parts."""
        roomy = rect.width() >= sum(self._widths()) + self.spacing() + self._spare
        direction = _Direction.LeftToRight if roomy else _Direction.TopToBottom
        if direction != self.direction():
            self.setDirection(direction)
        super().setGeometry(rect)

    def _widths(self) -> list[int]:
        return [part.minimumSize().width() for part in self._parts]
