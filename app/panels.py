"""The panels at the sides of the window: where they are, when they are shown, how the user left them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from .settings import Settings
from .style.widgets import polish
from .work import in_turns

_STATE_VERSION = 1
_FACES_HEIGHT = 330
"""Pixels that the list of faces has at most until the user divides the column: two rows of faces."""


class Panels(QObject):
    """Three docks: "faces" above "comparison" on the right, and "pictures", the film strip, below."""

    def __init__(self, panels: Mapping[str, tuple[str, QWidget]], settings: Settings, window: QMainWindow) -> None:
        """Create the docks of `panels`, which have a title and contents each."""
        super().__init__(window)
        self._settings, self._window = settings, window
        right, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
        self.docks = {
            name: self._dock(name, *panels[name], area, key)
            for name, area, key in (("faces", right, "F7"), ("comparison", right, "F8"), ("pictures", bottom, "F9"))
        }
        window.setDockOptions(window.dockOptions() | QMainWindow.DockOption.AllowNestedDocks)
        window.setCorner(Qt.Corner.BottomRightCorner, right)
        self._column = [self.docks["faces"], self.docks["comparison"]]
        self._strip = self.docks["pictures"]
        self._strip.closed.connect(lambda: setattr(settings, "film_strip", False))
        self._strip.toggleViewAction().triggered.connect(lambda on: setattr(settings, "film_strip", on))
        self._is_new = settings.window_state.isEmpty()
        self._hidden_layout: QByteArray | None = None
        """While the start page stands alone: the layout that comes with the first picture."""

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea, key: str) -> _Dock:
        dock = _Dock(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(widget)
        dock.setAccessibleName(title)
        dock.toggleViewAction().setShortcut(key)
        dock.windowTitleChanged.connect(lambda _title: dock.toggleViewAction().setText(title))  # Qt takes the whole one
        self._window.addDockWidget(area, dock)
        return dock

    def actions(self) -> list[QAction]:
        """The actions that show and hide the panels."""
        return [dock.toggleViewAction() for dock in self.docks.values()]

    def polish(self) -> None:
        """Do what a panel does the first time, as to polish its parts, before it is wanted."""
        in_turns(self, map(polish, self._contents()))

    def restore(self) -> None:
        """Place the panels as the user left them."""
        self._window.resizeDocks(self._column[:1], [490], Qt.Orientation.Horizontal)
        self._window.resizeDocks([self._strip], [self._window.height() // 6 + 10], Qt.Orientation.Vertical)
        if not self._settings.geometry.isEmpty():
            self._window.restoreGeometry(self._settings.geometry)
        if not self._is_new:
            self._window.restoreState(self._settings.window_state, _STATE_VERSION)

    def keep(self) -> None:
        """Store how the user left the window."""
        self._settings.geometry = self._window.saveGeometry()
        self._settings.window_state = self._hidden_layout or self._window.saveState(_STATE_VERSION)

    def show(self, shown: bool) -> None:
        """Show the panels, as the user left them, once there is a picture; the start page has none."""
        if shown and self._hidden_layout is not None:
            for panel in self._contents():
                panel.setUpdatesEnabled(False)
            self._window.restoreState(self._hidden_layout, _STATE_VERSION)
            self._hidden_layout = None
            if self._is_new:
                self._divide_column()
            in_turns(self, map(_paint_again, self._contents()))
        elif not shown and self._hidden_layout is None:
            self._hidden_layout = self._window.saveState(_STATE_VERSION)
            for dock in self.docks.values():
                dock.hide()
        for dock in self._column:
            dock.toggleViewAction().setEnabled(shown)

    def show_strip(self, pictures: int, reviewing: bool) -> None:
        """Show the film strip, if the user wants it, once there are two pictures, and not during a review."""
        self._strip.toggleViewAction().setEnabled(pictures > 1)
        if self._hidden_layout is None:  # else the first picture brings all panels at once
            self._strip.setVisible(pictures > 1 and self._settings.film_strip and not reviewing)

    def _divide_column(self) -> None:
        """Give the enlargements the space that a short list of faces leaves, until the user divides the column."""
        self._is_new = False
        room = sum(dock.height() for dock in self._column)
        faces = min(_FACES_HEIGHT, room * 4 // 7)
        self._window.resizeDocks(self._column, [faces, room - faces], Qt.Orientation.Vertical)

    def _contents(self) -> list[QWidget]:
        return [dock.widget() for dock in self.docks.values()]


def _paint_again(panel: QWidget) -> None:
    panel.setUpdatesEnabled(True)


class _Dock(QDockWidget):
    closed = Signal()
    """The user closed it, by its button or the menu."""

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()
