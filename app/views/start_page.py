"""The page of an empty window: how to start, and recent projects."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from tinyface_core.project.database import SUFFIX

from ..session.project_file import unnamed_title
from ..settings import Settings
from ..style import colours_of, icon
from ..style.widgets import empty, label, lay_out, named, push_button, tool_button

_SHOWN_RECENT = 6


class StartPage(QWidget):
    """The start page, with a button for each action: drop, open, paste, try a sample."""

    recent_chosen = Signal(Path)

    def __init__(self, actions: list[QAction], settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._inviting = False
        self.setAccessibleName(self.tr("Start page"))
        title = label(self.tr("Drop photos or videos here"), "title")
        purpose = self.tr("Finds faces down to a few pixels, and shows how each one looks enlarged.")
        promise = self.tr("A copied picture can be pasted. Nothing leaves this computer.")
        explanation = label(f"{purpose}\n{promise}", "second", wrap=True)
        picture = QLabel()
        picture.setPixmap(icon("app").pixmap(QSize(72, 72)))
        for widget in (picture, title, explanation):
            widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
        buttons = lay_out(QHBoxLayout(), None, *(_button(action) for action in actions), None, spacing=8)
        self._recent = lay_out(QVBoxLayout(), spacing=1)
        recent_box = QFrame()
        recent_box.setMaximumWidth(560)
        recent_box.setMinimumWidth(420)
        recent_box.setLayout(self._recent)

        column = QWidget()
        parts = ((None, 3), picture, title, explanation, 10, buttons, 18)
        layout = lay_out(QVBoxLayout(column), *parts, margins=(8, 8, 8, 8), spacing=12)
        layout.addWidget(recent_box, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(4)
        # In a low window the recent files are scrolled to.
        scroll = named(QScrollArea(widgetResizable=True), self.tr("Start page"))
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the keys from button to button
        scroll.setWidget(column)
        for transparent in (scroll, scroll.viewport(), column):
            transparent.setAutoFillBackground(False)
        lay_out(QVBoxLayout(self), scroll, margins=(26, 26, 26, 26))
        self._listed: list[str] = []
        settings.changed.connect(lambda name: self._fill_recent() if name == "recent" and self.isVisible() else None)

    def set_inviting(self, inviting: bool) -> None:
        """Highlight the page while something that can be opened is dragged over the window."""
        self._inviting = inviting
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        """Update the list of recent files."""
        self._fill_recent()
        super().showEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame of the drop area."""
        colours = colours_of(self.palette())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = QColor(colours.accent if self._inviting else colours.strong_border)
            painter.setPen(QPen(colour, 2 if self._inviting else 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(QColor(colours.hover if self._inviting else colours.window))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(22, 22, -22, -22), 12, 12)

    def _fill_recent(self) -> None:
        recent = self._settings.recent[:_SHOWN_RECENT]
        if recent == self._listed:
            return
        self._listed = recent
        empty(self._recent)
        if recent:
            self._recent.addWidget(label(self.tr("Recent"), "heading"))
        for text in recent:
            self._recent.addWidget(self._recent_button(Path(text)))

    def _recent_button(self, path: Path) -> QToolButton:
        folder = str(path.parent).replace(str(Path.home()), "~", 1)
        # Whether it is a folder is guessed by the name: asking a sleeping disk would freeze the window.
        picture = "project" if path.suffix == SUFFIX else "open-picture" if path.suffix else "open-folder"
        title = unnamed_title(path)
        name = self.tr("Open {name}").format(name=title or path.name)
        button = tool_button(picture, str(path), lambda: self.recent_chosen.emit(path), name=name, text=path.name)
        text = title or f"{path.name}    {folder}"
        elided = button.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, 480)
        button.setText(elided.replace("&", "&&"))
        return button


def _button(action: QAction) -> QPushButton:
    button = push_button(action.iconText(), action.trigger, tip=action.toolTip())
    button.setIcon(action.icon())
    button.setEnabled(action.isEnabled())
    action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
    return named(button, action.iconText())
