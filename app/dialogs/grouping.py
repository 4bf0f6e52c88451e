"""The dialog for grouping similar faces, which explains what a group means."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from tinyface_core.groups.registry import EmbedderMaker, standard_embedders
from tinyface_core.registry import Entry

from ..parts import list_parts, offer
from ..style.widgets import add_row, choice_box, label, lay_out, push_button
from ..work import Worker

_LOOSER = 1.4
"""How many times more than usual faces of a group may differ, or less."""


class GroupingDialog(QDialog):
    """Choice of the embedder; the grouping itself runs in the background."""

    chosen = Signal(str, float)
    """Name of an embedder, and how many times more than usual the faces of a group may differ."""
    forget_wanted = Signal()
    """Groups and features are to leave the project."""

    def __init__(self, has_groups: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Group faces that look alike"))
        what = label(
            self.tr(
                "Similar faces get a common number, so that many can be judged at once and a person can be followed "
                "through a folder. This helps with sorting and is not identification: people who look alike share a "
                "group, and one person may be in several."
            ),
            wrap=True,
        )
        kept = label(
            self.tr(
                "The features by which faces are compared are stored only in the project file. In many countries they "
                "are a special category of personal data."
            ),
            rank="second",
            wrap=True,
        )
        self.embedder = QComboBox()
        self.about = label(rank="second", wrap=True)
        self.embedder.currentIndexChanged.connect(lambda _row: self._tell_about())
        self._worker = Worker(self)
        list_parts(self._worker, standard_embedders(), self._offer)
        tip = self.tr("More alike: smaller groups with fewer mistakes; less alike: larger ones with more")
        self.alike = choice_box(
            {_LOOSER: self.tr("less alike"), 1.0: self.tr("alike"), 1 / _LOOSER: self.tr("more alike")}
        )
        self.alike.setCurrentIndex(1)
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
        add_row(form, self.tr("Compared by"), self.embedder, self.tr("What of the faces is compared"))
        form.addRow("", self.about)
        add_row(form, self.tr("Faces of a group are"), self.alike, tip)
        self.start = push_button(self.tr("Group"), self._choose)
        self.start.setDefault(True)
        self.forget = push_button(self.tr("Forget the groups"), self._forget)
        self.forget.setToolTip(self.tr("Deletes groups and features from the project"))
        self.forget.setEnabled(has_groups)
        self.forget.setAutoDefault(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.start, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(self.forget, QDialogButtonBox.ButtonRole.ResetRole)
        buttons.rejected.connect(self.reject)
        lay_out(QVBoxLayout(self), what, kept, form, buttons, spacing=12)
        self.setMinimumWidth(520)

    def showEvent(self, event: QShowEvent) -> None:
        """Give all sentences their height, which Qt guesses before it knows the width of the field."""
        super().showEvent(event)
        self._fit()

    def done(self, result: int) -> None:
        """Close."""
        self._worker.stop()
        super().done(result)

    def _offer(self, entries: list[Entry[EmbedderMaker]]) -> None:
        offer(self.embedder, entries)
        self._tell_about()

    def _tell_about(self) -> None:
        self.about.setText(self.embedder.currentData(Qt.ItemDataRole.ToolTipRole) or "")
        if self.isVisible():
            self._fit()

    def _fit(self) -> None:
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))

    def _choose(self) -> None:
        self.chosen.emit(self.embedder.currentData(), self.alike.currentData())
        self.accept()

    def _forget(self) -> None:
        self.forget_wanted.emit()
        self.accept()
