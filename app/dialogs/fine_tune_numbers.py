"""The settings of a fine-tuning as fields: each with an explanation, its sensible range and the paper's value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.training.finetune.request import NUMBERS, PAPER, PAPER_EPOCHS, Number, Numbers, Target

from ..style.widgets import label, lay_out, named, number_field, push_button, steady
from .fine_tune_texts import epoch_texts, number_texts

_EPOCHS = {"detector_steps": "detector_epochs", "gan_steps": "gan_epochs"}
"""Fields that say in epochs what a number says in steps."""


class NumbersForm(QWidget):
    """Shows and changes `Numbers`; its many fields are made when they are first wanted."""

    changed = Signal(str)
    """Name of the number that the user changed."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers = Numbers()
        """What is shown; see `show_numbers`."""
        self._fields: dict[str, QWidget] = {}
        self._set: dict[str, Callable[[Any], None]] = {}
        self._rows: dict[str, list[QWidget]] = {}
        self._epoch_steps: dict[str, int] = {}
        self._of_epochs: dict[str, list[QWidget]] = {}
        self._headings: dict[str, QLabel] = {}
        self._target: Target = "both"
        self._filling = False
        self._typed = ""
        self._grid = QGridLayout()
        self._grid.setColumnStretch(2, 1)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        tip = self.tr("Set every number to what was published, where the paper names one")
        self.paper = push_button(self.tr("The paper's numbers"), self._take_paper, tip=tip)
        self.paper.setParent(self)  # it may be told to show itself before it has its place
        self.paper.setAutoDefault(False)
        lay_out(QVBoxLayout(self), self._grid, margins=(4, 6, 4, 4))

    def setVisible(self, visible: bool) -> None:
        """Make the fields, if they are to be seen for the first time."""
        if visible:
            self._make_fields()
        super().setVisible(visible)

    def _make_fields(self) -> None:
        if self._fields:
            return
        self._filling = True  # fields tell of their first ranges
        titles = {
            "detector": self.tr("Detector"),
            "gan": self.tr("Generator and discriminator"),
            "both": self.tr("Data and seed"),
        }
        row = 0
        for role, title in titles.items():
            heading = self._headings[role] = label(title, "heading")
            self._grid.addWidget(heading, row, 0, 1, 2)
            if not row:
                self._grid.addWidget(self.paper, row, 2, 1, 2, Qt.AlignmentFlag.AlignRight)
            row += 1
            for number in (n for n in NUMBERS if n.role == role):
                self._add_row(number, row)
                row += 1
                if number.name in _EPOCHS:
                    self._add_epochs(number, row)
                    row += 1
        self.show_numbers(self.numbers)
        self.show_target(self._target)

    def show_numbers(self, numbers: Numbers) -> None:
        """Show other numbers; tells nothing."""
        self._filling = True
        self.numbers = numbers
        for name, put in self._set.items():
            put(getattr(numbers, name))
        self._filling = False
        self._show_epochs()

    def set_epochs(self, steps: Mapping[str, int]) -> None:
        """Say how many steps an epoch has, by the name of the number of steps; 0 or nothing where it is not known."""
        self._epoch_steps = {name: count for name, count in steps.items() if count}
        self._show_epochs()

    def show_target(self, target: Target) -> None:
        """Show the numbers of what is trained, and only those."""
        self._target = target
        wanted = {"both", *(("detector", "gan") if target == "both" else (target,))}
        roles = {number.name: number.role for number in NUMBERS}
        for name, widgets in self._rows.items():
            for widget in widgets:
                widget.setVisible(roles[name] in wanted)
        for role, heading in self._headings.items():
            heading.setVisible(role in wanted)
        self.paper.setVisible(any(number.paper is not None and number.role in wanted for number in NUMBERS))

    def field(self, name: str) -> QWidget:
        """The field of a number."""
        self._make_fields()
        return self._fields[name]

    def _add_row(self, number: Number, row: int) -> None:
        title, sentence = number_texts()[number.name]
        field = named(self._make_field(number, title), title, sentence)
        explanation = label(sentence, "second", wrap=True)
        widgets: list[QWidget] = [field, explanation]
        if not isinstance(field, QCheckBox):
            name = QLabel(title)
            name.setBuddy(field)
            widgets.append(name)
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(field, row, 1)
        else:
            self._grid.addWidget(field, row, 0, 1, 2)
        published = number.paper
        if published is not None and not isinstance(field, QCheckBox):
            paper = self._paper_button(f"{published:g}", lambda: self._change(number.name, getattr(PAPER, number.name)))
            self._grid.addWidget(paper, row, 3)
            widgets.append(paper)
        self._fields[number.name] = field
        self._rows[number.name] = widgets
        self._grid.addWidget(explanation, row, 2)

    def _add_epochs(self, steps: Number, row: int) -> None:
        """A second way to say how many steps there are: how often all of the data are learned from."""
        title, sentence = epoch_texts()[steps.name]
        field = named(number_field(QDoubleSpinBox(decimals=1)), title, sentence)
        field.setRange(0.1, 1000)
        field.valueChanged.connect(lambda epochs: self._take_epochs(steps, epochs))
        field.editingFinished.connect(self._show_epochs)
        name = QLabel(title)
        name.setBuddy(field)
        widgets: list[QWidget] = [name, self._sized(field), label(sentence, "second", wrap=True)]
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, row, column)
        if steps.role == "gan":
            paper = self._paper_button(str(PAPER_EPOCHS), lambda: field.setValue(PAPER_EPOCHS))
            self._grid.addWidget(paper, row, 3)
            widgets.append(paper)
        self._fields[_EPOCHS[steps.name]] = field
        self._of_epochs[steps.name] = widgets[1:]
        self._rows[steps.name] += widgets

    def _paper_button(self, value: str, put: Callable[[], object]) -> QPushButton:
        text, tip = self.tr("Paper: {value}"), self.tr("Set this to the published value")
        button = push_button(text.format(value=value), put, tip=tip)
        button.setFlat(True)
        button.setAutoDefault(False)
        return button

    def _take_epochs(self, steps: Number, epochs: float) -> None:
        if not self._filling and steps.name in self._epoch_steps:
            wanted = round(epochs * self._epoch_steps[steps.name])
            self._typed = steps.name  # what it is rounded to would stand in the way of the next digit
            self._change(steps.name, int(min(steps.high, max(steps.low, wanted))))
            self._typed = ""

    def _show_epochs(self) -> None:
        filling, self._filling = self._filling, True
        for name, epochs in _EPOCHS.items() if self._fields else ():
            field, steps = self._fields[epochs], self._epoch_steps.get(name, 0)
            assert isinstance(field, QDoubleSpinBox)
            # Without the data measured nobody knows how long an epoch is.
            for widget in self._of_epochs[name]:
                widget.setEnabled(bool(steps))
            if steps and name != self._typed:
                field.setValue(getattr(self.numbers, name) / steps)
        self._filling = filling

    def _make_field(self, number: Number, title: str) -> QWidget:
        value = getattr(Numbers(), number.name)
        if isinstance(value, bool):
            box = QCheckBox(title)
            box.toggled.connect(lambda on: self._take(number.name, on))
            self._set[number.name] = box.setChecked
            return box
        if isinstance(value, int):
            spin = number_field(QSpinBox())
            spin.setRange(int(number.low), int(number.high))
            spin.setSingleStep(32 if number.name == "crop" else 1)
            spin.valueChanged.connect(lambda new: self._take(number.name, new))
            self._set[number.name] = spin.setValue
            return self._sized(spin)
        real = number_field(_RealField())
        real.setDecimals(2 if number.high >= 0.5 else 6)
        real.setRange(number.low, number.high)
        real.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        real.valueChanged.connect(lambda new: self._take(number.name, new))
        self._set[number.name] = real.setValue
        return self._sized(real)

    @staticmethod
    def _sized(field: QAbstractSpinBox) -> QAbstractSpinBox:
        field.setFixedWidth(120)
        return steady(field)

    def _take(self, name: str, value: object) -> None:
        if not self._filling:
            if name == "crop":
                value = max(128, round(int(value) / 32) * 32)  # type: ignore[call-overload]
            self.numbers = replace(self.numbers, **{name: value})  # type: ignore[arg-type]
            self._show_epochs()
            self.changed.emit(name)

    def _change(self, name: str, value: object) -> None:
        self._set[name](value)

    def _take_paper(self) -> None:
        for number in NUMBERS:
            if number.paper is not None:
                self._change(number.name, getattr(PAPER, number.name))
        epochs = self._fields[_EPOCHS["gan_steps"]]
        if epochs.isEnabled():
            epochs.setValue(PAPER_EPOCHS)  # type: ignore[attr-defined]


class _RealField(QDoubleSpinBox):
    """Shows 0.001 rather than 0.001000."""

    def textFromValue(self, value: float) -> str:
        text: str = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").rstrip(point) if point in text else text
