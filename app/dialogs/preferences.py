"""The Preferences dialog. Each choice is stored in `Settings` at once; other parts listen to its signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.bundled import resource

from ..jobs.devices import find_devices
from ..sentences import device_name
from ..settings import Settings
from ..style.widgets import add_row, choice_box, label, lay_out, push_button, resize_on_screen
from ..views.effort import EffortPicker
from ..views.searched_frames import SearchedFrames
from ..work import Worker
from .weights import WeightsDialog

if TYPE_CHECKING:
    from tinyface_core.runtime import Device


class PreferencesDialog(QDialog):
    """Settings of appearance, search, device and overlay."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Preferences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        lay_out(QVBoxLayout(self), self._appearance(), self._search(), self._pictures(), buttons, spacing=10)
        self.setMinimumWidth(460)
        self._look_for_devices()

    def _appearance(self) -> QGroupBox:
        group, form = self._group(self.tr("Appearance"))
        self.theme = self._choice(
            "theme",
            {"system": self.tr("As the system"), "light": self.tr("Light"), "dark": self.tr("Dark")},
        )
        add_row(form, self.tr("Theme"), self.theme, self.tr("Colours of the window; changes at once"))
        languages = {"": self.tr("As the system"), "en": "English"}
        for file in sorted(resource("translations").glob("tinyface_*.qm")):
            code = file.stem.removeprefix("tinyface_")
            languages[code] = QLocale(code).nativeLanguageName().capitalize()
        self.language = self._choice("language", languages)
        add_row(form, self.tr("Language"), self.language, self.tr("Takes effect at the next start"))
        self.restart = label(
            self.tr("End the program and start it again to see it in this language."), "second", wrap=True
        )
        self.restart.hide()
        before = self._settings.language
        self.language.currentIndexChanged.connect(lambda _row: self._ask_restart(self.language.currentData() != before))
        form.addRow("", self.restart)
        return group

    def _ask_restart(self, asked: bool) -> None:
        self.restart.setVisible(asked)
        height = max(self.height(), self.sizeHint().height())  # or the sentence would take its room from the fields
        resize_on_screen(self, self.width(), height)

    def _search(self) -> QGroupBox:
        group, form = self._group(self.tr("Search"))
        self.device = self._choice("device", {"auto": self.tr("Automatic"), "cpu": "CPU"})
        add_row(form, self.tr("Device"), self.device, self.tr("Where the networks run"))
        self.devices_found = label(self.tr("Looking for devices…"), "second", wrap=True)
        form.addRow("", self.devices_found)
        self.effort = EffortPicker(self._settings)
        form.addRow(self.tr("Effort"), self.effort)
        weights = push_button(self.tr("Choose weights…"), lambda: WeightsDialog(self._settings, self).exec())
        weights.setAutoDefault(False)
        add_row(form, self.tr("Weights"), weights, self.tr("The trained networks that search and refine"))
        form.addRow("", self._check("search_on_open", self.tr("Search pictures as soon as they are opened")))
        self.searched_frames = SearchedFrames(self._settings)
        form.addRow(self.tr("Search of videos"), self.searched_frames)
        return group

    def _pictures(self) -> QGroupBox:
        group, form = self._group(self.tr("Pictures"))
        form.addRow(self._check("show_boxes", self.tr("Show boxes round faces")))
        form.addRow(self._check("box_labels", self.tr("Show scores on the boxes")))
        form.addRow(self._check("frame_selected", self.tr("Zoom to a face that is selected in the list")))
        return group

    def _group(self, title: str) -> tuple[QGroupBox, QFormLayout]:
        group = QGroupBox(title)
        form = QFormLayout(group)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setHorizontalSpacing(14)
        return group, form

    def _choice(self, name: str, options: dict[str, str]) -> QComboBox:
        box = choice_box(options)
        current = getattr(self._settings, name)
        if box.findData(current) < 0:
            box.addItem(current, current)
        box.setCurrentIndex(box.findData(current))
        box.currentIndexChanged.connect(lambda _: setattr(self._settings, name, box.currentData()))
        return box

    def _check(self, name: str, text: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(name)
        box.setChecked(getattr(self._settings, name))
        box.toggled.connect(lambda on: setattr(self._settings, name, on))
        return box

    def _look_for_devices(self) -> None:
        # The application owns the worker: the dialog may be closed and gone before the answer is there.
        worker = Worker(QCoreApplication.instance())
        job = worker.start(lambda _cancel, _report: find_devices()).then(self._show_devices, self._show_no_devices)
        job.done.connect(worker.deleteLater)

    def _show_devices(self, found: list[Device]) -> None:
        for device in found:
            row = self.device.findData(device.name)
            if row < 0:
                self.device.addItem(device_name(device), device.name)
            else:
                self.device.setItemText(row, device_name(device))
        self.devices_found.setText(self.tr("Automatic takes {device}").format(device=device_name(found[0])))

    def _show_no_devices(self, sentence: str, _details: str) -> None:
        self.devices_found.setText(sentence)
