"""The choice of effort: fast, balanced or thorough, with the underlying settings one click away."""

from __future__ import annotations

from contextlib import ExitStack

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from tinyface_core.search_settings import Effort, SearchSettings

from ..settings import Settings
from ..style.widgets import choice_box, label, lay_out, named, number_field, tool_button


class EffortPicker(QWidget):
    """A choice of effort and a button that opens its numbers; changes `Settings`."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        tip = self.tr("How long a search may take; Fast has a smaller network (*: with numbers of your own)")
        self._texts = {
            Effort.FAST: self.tr("Fast"),
            Effort.BALANCED: self.tr("Balanced"),
            Effort.THOROUGH: self.tr("Thorough"),
        }
        self.choice = choice_box(self._texts, self.tr("Effort of the search"), tip)
        self.choice.setMinimumContentsLength(10)  # room for the star
        # Chosen once more, an effort gets its own numbers back.
        for chosen in (self.choice.currentIndexChanged, self.choice.activated):
            chosen.connect(lambda row: settings.choose_effort(list(Effort)[row]))
        self.numbers = EffortNumbers(settings)
        self.button = tool_button(
            "sliders", self.tr("The numbers behind the effort"), name=self.tr("Numbers of the effort")
        )
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(self.numbers)
        menu.addAction(holder)
        self.button.setMenu(menu)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        lay_out(QHBoxLayout(self), (self.choice, 1), self.button, margins=(0, 0, 0, 0), spacing=2)
        settings.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        search = self._settings.search
        usual = SearchSettings.of(search.effort)
        numbers = ("budget", "second_stage", "turned", "tilted")
        changed = any(getattr(search, name) != getattr(usual, name) for name in numbers)
        with QSignalBlocker(self.choice):
            for row, (effort, text) in enumerate(self._texts.items()):
                own = changed and effort == search.effort
                self.choice.setItemText(row, f"{text} *" if own else text)
            self.choice.setCurrentIndex(list(self._texts).index(search.effort))


class EffortNumbers(QWidget):
    """Fields for the settings that depend on the effort."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        form = QFormLayout(self)
        form.setContentsMargins(12, 10, 12, 10)
        title = self.tr("Candidates judged a second time, at most")
        tip = self.tr(
            "At most this many small candidates per picture are enlarged and judged a second time, "
            "the least certain first"
        )
        self.budget = named(number_field(QSpinBox(minimum=1, maximum=5000)), title, tip)
        self.second_stage = QCheckBox(self.tr("Refine small candidates and judge them a second time"))
        self.second_stage.setToolTip(self.tr("Without it only the detector's score is used: faster, less certain"))
        self.turned = QCheckBox(self.tr("Also search the picture rotated by 90, 180 and 270 degrees"))
        self.turned.setToolTip(self.tr("Finds faces in rotated pictures; takes four times as long"))
        form.addRow(self.second_stage)
        form.addRow(title, self.budget)
        self.tilted = QCheckBox(self.tr("Also search the picture tilted to either side"))
        tip = self.tr("Finds faces that are tilted by about 15 to 45 degrees; takes five times as long")
        self.tilted.setToolTip(tip)
        form.addRow(self.turned)
        form.addRow(self.tilted)
        form.addRow(label(self.tr("Score, size and verdict only filter the list: they need no new search."), "second"))
        self._follow()
        self.budget.valueChanged.connect(lambda budget: setattr(settings, "budget", budget))
        self.second_stage.toggled.connect(lambda on: setattr(settings, "second_stage", on))
        self.turned.toggled.connect(lambda on: setattr(settings, "turned", on))
        self.tilted.toggled.connect(lambda on: setattr(settings, "tilted", on))
        settings.changed.connect(self._follow)

    def _follow(self) -> None:
        search = self._settings.search
        with ExitStack() as held:
            for field in (self.budget, self.second_stage, self.turned, self.tilted):
                held.enter_context(QSignalBlocker(field))
            self.turned.setChecked(search.turned)
            self.tilted.setChecked(search.tilted)
            self.budget.setValue(search.budget)
            self.second_stage.setChecked(search.second_stage)
            self.budget.setEnabled(search.second_stage)
