"""How hard to search: fast, balanced or thorough, with the numbers behind them one click away."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from ..settings import CUSTOM, EFFORTS, Settings
from ..style import icon


class EffortPicker(QWidget):
    """A choice of effort and a button that opens its numbers; speaks through `Settings`."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Effort of the search"))
        self.choice.setToolTip(self.tr("How long a search may take"))
        for name, text in {
            "fast": self.tr("Fast"),
            "balanced": self.tr("Balanced"),
            "thorough": self.tr("Thorough"),
            CUSTOM: self.tr("Own numbers"),
        }.items():
            self.choice.addItem(text, name)
        self.choice.currentIndexChanged.connect(self._choose)
        self.numbers = EffortNumbers(settings)
        self.button = QToolButton()
        self.button.setIcon(icon("sliders"))
        self.button.setToolTip(self.tr("The numbers behind the effort"))
        self.button.setAccessibleName(self.tr("Numbers of the effort"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(self.numbers)
        menu.addAction(holder)
        self.button.setMenu(menu)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.choice, 1)
        layout.addWidget(self.button)
        settings.changed.connect(lambda name: self._follow() if name == "effort" else None)
        self._follow()

    def _choose(self) -> None:
        self._settings.effort = self.choice.currentData()

    def _follow(self) -> None:
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(max(self.choice.findData(self._settings.effort), 0))


class EffortNumbers(QWidget):
    """The numbers; changing one makes the effort the user's own."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        form = QFormLayout(self)
        form.setContentsMargins(12, 10, 12, 10)
        self.budget = QSpinBox()
        self.budget.lineEdit().setTextMargins(6, 0, 0, 0)
        self.budget.setRange(1, 5000)
        self.budget.setAccessibleName(self.tr("Candidates judged a second time, at most"))
        self.budget.setToolTip(
            self.tr(
                "So many small candidates of a picture are enlarged and judged a second time, the least certain first"
            )
        )
        self.refine = QCheckBox(self.tr("Refine small candidates and judge them a second time"))
        self.refine.setToolTip(self.tr("Without it the detector's score stands alone: quicker, less sure"))
        self.enlarged = QCheckBox(self.tr("Search an enlarged copy too"))
        self.enlarged.setToolTip(self.tr("Finds smaller faces, and takes several times as long"))
        form.addRow(self.refine)
        form.addRow(self.tr("Candidates judged a second time, at most"), self.budget)
        form.addRow(self.enlarged)
        remark = QLabel(self.tr("Score, size and verdict only filter the list: they need no new search."))
        remark.setProperty("rank", "second")
        form.addRow(remark)
        self._follow()
        self.budget.valueChanged.connect(self._keep)
        self.enlarged.toggled.connect(self._keep)
        self.refine.toggled.connect(lambda on: setattr(settings, "refine", on))
        settings.changed.connect(lambda name: self._follow() if name in ("effort", "refine") else None)

    def _keep(self) -> None:
        self._settings.refine_budget = self.budget.value()
        self._settings.search_enlarged = self.enlarged.isChecked()
        self._settings.effort = CUSTOM

    def _follow(self) -> None:
        effort = EFFORTS.get(self._settings.effort)
        with QSignalBlocker(self.budget), QSignalBlocker(self.enlarged), QSignalBlocker(self.refine):
            self.budget.setValue(self._settings.refine_budget if effort is None else effort.refine_budget)
            self.enlarged.setChecked(self._settings.search_enlarged if effort is None else effort.search_enlarged)
            self.refine.setChecked(self._settings.refine)
            self.budget.setEnabled(self._settings.refine)
