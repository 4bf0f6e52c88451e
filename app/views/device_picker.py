"""Shows the device that networks run on, and lets the user choose another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from ..sentences import device_name
from ..settings import Settings
from ..style import icon

if TYPE_CHECKING:
    from tinyface_core.runtime import Device

_WIDEST_NAME = 240


class DevicePicker(QToolButton):
    """A button with the device in use and a menu of all devices; changes `Settings`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._found: list[Device] = []
        self._group = QActionGroup(self)
        self._group.triggered.connect(self._choose)
        self.setIcon(icon("chip"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(QMenu(self))
        self.setAccessibleName(self.tr("Device"))
        settings.changed.connect(self._follow)
        self.hide()

    def show_devices(self, found: Sequence[Device]) -> None:
        """List the devices; the first one is that of "auto"."""
        self._found = list(found)
        self.menu().clear()
        self._offer("auto", self.tr("Automatic: {device}").format(device=device_name(found[0])))
        self.menu().addSeparator()
        for device in found:
            self._offer(device.name, device_name(device))
        self._follow()
        self.show()

    def _offer(self, name: str, text: str) -> None:
        action = QAction(text.replace("&", "&&"), self._group, checkable=True)
        action.setData(name)
        self.menu().addAction(action)

    def _choose(self, action: QAction) -> None:
        self._settings.device = action.data()

    def _follow(self) -> None:
        wanted = self._settings.device
        for action in self._group.actions():
            action.setChecked(action.data() == wanted)
        used = next((device for device in self._found if device.name == wanted), None)
        missing = used is None and wanted != "auto"
        text = wanted if missing else device_name(used or self._found[0]) if self._found else ""
        self.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, _WIDEST_NAME))
        self.setToolTip(
            self.tr("This machine has no {device}: choose another device").format(device=wanted)
            if missing
            else self.tr("The networks run on {device}; click to choose another device").format(device=text)
        )
