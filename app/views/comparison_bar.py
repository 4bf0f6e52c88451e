"""The tool bar of the comparison: layout, region, methods, save and copy."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from ..settings import Settings
from ..style import icon
from ..style.widgets import Part, choice_box, lay_out, tool_button
from ..work import Worker
from .methods_button import MethodsButton
from .pair_view import Look


class Subject(StrEnum):
    """What is enlarged."""

    FACE = "face"
    VIEW = "view"
    PICTURE = "picture"


class ComparisonBar(QWidget):
    """A row of buttons; the panel connects them."""

    look_chosen = Signal(object)
    """The `Look` of a pair; None: all side by side."""
    subject_chosen = Signal()
    """The user chose what is enlarged, possibly the same as before."""

    def __init__(self, settings: Settings, worker: Worker) -> None:
        """`worker` looks for methods of plug-in packages."""
        super().__init__()
        self.looks: dict[Look | None, QToolButton] = {}
        group = QButtonGroup(self)
        for look, picture, tip in (
            (None, "side-by-side", self.tr("All side by side")),
            (Look.BORDER, "split", self.tr("Two under a border")),
            (Look.DIFFERENCE, "difference", self.tr("The difference of two")),
            (Look.BLINK, "blink", self.tr("Two in turns")),
        ):
            button = tool_button(picture, tip, lambda _on, look=look: self.look_chosen.emit(look), checkable=True)
            self.looks[look] = button
            group.addButton(button)
        subjects = {
            Subject.FACE: self.tr("Face"),
            Subject.VIEW: self.tr("In view"),
            Subject.PICTURE: self.tr("Picture"),
        }
        self._subjects = choice_box(subjects, self.tr("What is enlarged"), self.tr("What is enlarged"))
        self._subjects.activated.connect(lambda _row: self.subject_chosen.emit())
        self.methods = MethodsButton(settings, worker)
        name = self.tr("Measure against the truth")
        self.measure = tool_button("ruler", "", name=name, text=self.tr("Measure"), checkable=True)
        self.original = tool_button("original", self.tr("Original pixels (hold Space or O)"), checkable=True)
        self.fit = tool_button(
            "fit", self.tr("Show the whole crop (0); 1 to 9: each pixel as so many pixels of the screen")
        )
        self.out = out = tool_button("export", self.tr("Copy or save"))
        out.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        out.setMenu(QMenu(out))
        self.copy = out.menu().addAction(icon("copy"), self.tr("Copy the comparison as a picture"))
        self.save = out.menu().addAction(icon("save"), self.tr("Save the comparison as PNG…"))
        out.menu().addSeparator()
        self.contact = out.menu().addAction(icon("contact-sheet"), self.tr("Many faces by these methods on one sheet…"))
        tools = (self.original, self.fit, out)
        for button in (*self.looks.values(), self.methods, self.measure, *tools):
            button.setIconSize(QSize(18, 18))
        left: tuple[Part, ...] = (*self.looks.values(), 4, self._subjects, 2, self.methods, self.measure)
        self._row = lay_out(QHBoxLayout(self), *left, (None, 1), *tools, margins=(0, 0, 0, 0), spacing=1)
        self._write_names(())

    def showEvent(self, event: QShowEvent) -> None:
        """Measure the buttons, since the style is applied now."""
        super().showEvent(event)
        self._fit_names()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show texts beside the icons if there is space."""
        super().resizeEvent(event)
        self._fit_names()

    def minimumSizeHint(self) -> QSize:
        """Size without the texts."""
        least = super().minimumSizeHint()
        names = sum(button.sizeHint().width() - button.sizeHint().height() for button in (self.methods, self.measure))
        return QSize(least.width() - names, least.height())

    def _fit_names(self) -> None:
        for named_ones in ((self.methods, self.measure), (self.methods,), ()):
            self._write_names(named_ones)
            if super().minimumSizeHint().width() <= self.width():
                return

    def _write_names(self, named_ones: tuple[QToolButton, ...]) -> None:
        both, alone = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in (self.methods, self.measure):
            button.setToolButtonStyle(both if button in named_ones else alone)
        self._row.activate()

    @property
    def subject(self) -> Subject:
        """What is enlarged."""
        return Subject(self._subjects.currentData())

    def tick(self, look: Look | None) -> None:
        """Show which layout is chosen."""
        self.looks[look].setChecked(True)
