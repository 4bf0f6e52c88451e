"""A tool bar that hides button texts where the window is too narrow for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QToolBar, QToolButton, QWidget


class ToolBar(QToolBar):
    """Nothing slips behind the extension button, which is easily overlooked."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setMovable(False)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._shrinking: list[QToolButton] = []
        self._width_of_all = 0

    def let_shrink(self, actions: Sequence[QAction]) -> None:
        """Show these without their texts in a narrow window; called once everything is in the bar."""
        buttons = (self.widgetForAction(action) for action in actions)
        self._shrinking = [button for button in buttons if isinstance(button, QToolButton)]
        for action, button in zip(actions, self._shrinking, strict=True):
            button.setAccessibleName(action.iconText())
        self.ensurePolished()
        self._width_of_all = self.sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what has room."""
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        roomy = event.size().width() >= self._width_of_all
        for button in self._shrinking:
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon if roomy else style.ToolButtonIconOnly)
