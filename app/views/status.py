"""The status bar: progress and remaining time, stop button, pixel and zoom under the mouse, device."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QProgressBar, QStatusBar, QToolButton

from ..session.status import Status
from ..settings import Settings
from ..style.figures import decimal, duration
from ..style.labels import ElidedLabel
from ..style.widgets import label, named
from .device_picker import DevicePicker


class StatusBar(QStatusBar):
    """Shows `Status` values."""

    def __init__(self, cancel: QAction, find_rest: QAction, settings: Settings) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setContentsMargins(4, 0, 10, 0)
        self.sentence = named(ElidedLabel(), self.tr("What is running"))
        self.progress = named(QProgressBar(textVisible=False), self.tr("Progress"))
        self.progress.setFixedWidth(180)
        self.remaining = label(name=self.tr("Remaining time"))
        self.cancel = QToolButton()
        self.cancel.setDefaultAction(cancel)
        # It comes and goes, and must not take the focus along; it has a key of its own.
        self.cancel.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.find_rest = QToolButton()
        self.find_rest.setDefaultAction(find_rest)
        self.find_rest.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.find_rest.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pixel = label(name=self.tr("Pixel under the mouse"))
        self.picture_size = label(name=self.tr("Size of the picture"))
        self.zoom = label(name=self.tr("Zoom"))
        for figures, widest in ((self.zoom, "00000 %"), (self.pixel, "00000, 00000")):
            figures.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest))
            figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addWidget(self.sentence, 1)
        self.device = DevicePicker(settings)
        self.picture_size.setContentsMargins(12, 0, 0, 0)
        # What is permanent stays where a tip takes the place of the sentence: the button that stops most of all.
        for widget in (self.find_rest, self.progress, self.remaining, self.cancel):
            self.addPermanentWidget(widget)
        for widget in (self.pixel, self.picture_size, self.zoom, self.device):
            self.addPermanentWidget(widget)
        self.show_status(Status(""))

    def show_status(self, status: Status) -> None:
        """Show a status."""
        self.sentence.setText(status.sentence)
        self.progress.setVisible(status.busy)
        self.cancel.setVisible(status.busy)
        self.cancel.defaultAction().setEnabled(status.busy)
        self.find_rest.setVisible(status.unsearched > 0)
        # A bar of unknown length runs to and fro.
        self.progress.setRange(0, status.total if status.total > 1 else 0)
        self.progress.setValue(status.done)
        self.remaining.setVisible(status.busy and status.remaining >= 1)
        self.remaining.setText(self.tr("{time} left").format(time=duration(status.remaining)))

    def show_pixel(self, at: tuple[int, int] | None) -> None:
        """Show the pixel under the mouse."""
        self.pixel.setText("" if at is None else f"{at[0]}, {at[1]}")

    def show_zoom(self, scale: float) -> None:
        """Show the zoom."""
        self.zoom.setText(f"{decimal(scale * 100, 0 if scale >= 0.1 else 1)} %")

    def show_size(self, width: int, height: int) -> None:
        """Show the size of the picture; 0: none."""
        self.picture_size.setText(f"{width} × {height}" if width else "")
