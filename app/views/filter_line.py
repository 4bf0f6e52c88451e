"""The query line for faces and pictures, with suggested and saved queries."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QLineEdit, QMenu, QToolButton, QToolTip, QWidget

from tinyface_core.project.query import FIELDS

from ..models.kept_questions import KeptQuestions
from ..settings import Settings
from ..style.widgets import lay_out, named, tool_button

_USUAL, _WIDEST = 240, 400


class FilterLine(QWidget):
    """A line edit for queries in the language of `tinyface query`."""

    asked = Signal(str)
    """A query; empty to show everything."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._kept = KeptQuestions(settings)
        tip = self.tr("Filter for faces and pictures, for example: size < 16 and verdict is none. Fields: {fields}")
        self._tip = tip.format(fields=", ".join(FIELDS))
        self.line = named(QLineEdit(), self.tr("Filter"), self._tip)
        self.line.setPlaceholderText(self.tr("Filter, as: size < 16 and score > 0.8"))
        self.line.setClearButtonEnabled(True)
        for button in self.line.findChildren(QToolButton):
            named(button, everything := self.tr("Show everything"), everything)
        self.choices = tool_button("filter", self.tr("Ready-made and saved filters"))
        self.choices.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choices.setMenu(QMenu(self))
        self.choices.menu().aboutToShow.connect(self._fill)
        self.line.setMaximumWidth(_WIDEST)
        lay_out(QHBoxLayout(self), (self.line, 1), self.choices, None, margins=(6, 0, 6, 0), spacing=2)
        # While one types, most questions are half ones.
        self._typing = QTimer(self, singleShot=True, interval=500)
        self._typing.timeout.connect(self._ask)
        self.line.textEdited.connect(lambda _text: self._typing.start())
        self.line.returnPressed.connect(self._ask)
        self.line.textChanged.connect(lambda text: None if text else self._ask())

    def sizeHint(self) -> QSize:
        """Width of a short query; it grows if there is space."""
        return QSize(_USUAL, super().sizeHint().height())

    def ask(self, question: str) -> None:
        """Write a query into the line and run it."""
        self.line.setText(question)
        self._ask()

    def clear(self) -> None:
        """Remove the query."""
        self.line.clear()

    def tell_problem(self, sentence: str) -> None:
        """Show that the query is invalid; an empty sentence: it is valid."""
        self.line.setToolTip(sentence or self._tip)
        self.line.setAccessibleDescription(sentence)
        self.line.setProperty("wrong", bool(sentence))
        self.line.style().polish(self.line)
        if sentence:
            QToolTip.showText(self.line.mapToGlobal(self.line.rect().bottomLeft()), sentence, self.line)
        else:
            QToolTip.hideText()

    def ready_made(self) -> Mapping[str, str]:
        """Suggested queries by their names; an empty one starts a group."""
        return {
            self.tr("Undecided faces"): "verdict is none",
            self.tr("Confirmed faces"): "verdict is confirmed",
            self.tr("Faces that are none"): "verdict is rejected",
            self.tr("Unsure faces"): "verdict is unsure",
            self.tr("Doubtful faces"): "score < 0.6",
            self.tr("Faces under 16 pixels"): "size < 16",
            self.tr("Drawn faces"): "drawn is yes",
            self.tr("Faces with a note"): "note != ''",
            self.tr("Faces that others look like"): "grouped is yes",
            "": "",
            self.tr("Pictures not searched"): "searched is no",
            self.tr("Pictures without faces"): "searched is yes and faces = 0",
            self.tr("Pictures not complete"): "reviewed is no",
            self.tr("Pictures that failed"): "failed is yes",
        }

    def _ask(self) -> None:
        self._typing.stop()
        self.tell_problem("")
        self.asked.emit(self.line.text())

    def _fill(self) -> None:
        menu, question = self.choices.menu(), self.line.text().strip()
        menu.clear()
        for old in menu.findChildren(QMenu):
            old.deleteLater()
        menu.setToolTipsVisible(True)
        for title, made in self.ready_made().items():
            self._add(menu, title, made)
        menu.addSeparator()
        kept = self._kept.all()
        for name, one in kept.items():
            self._add(menu, name, one)
        keep = menu.addAction(self.tr("Save this filter…"))
        keep.setEnabled(bool(question))
        keep.triggered.connect(lambda: self._ask_name(question, lambda name: self._kept.keep(name, question)))
        for title, change in (
            (self.tr("Rename"), lambda name: self._ask_name(name, lambda new: self._kept.rename(name, new))),
            (self.tr("Remove"), self._kept.remove),
        ):
            names = menu.addMenu(title)
            names.setEnabled(bool(kept))
            for name in kept:
                action = names.addAction(name.replace("&", "&&"))
                action.triggered.connect(lambda _checked=False, change=change, name=name: change(name))

    def _add(self, menu: QMenu, title: str, question: str) -> None:
        if not question:
            menu.addSeparator()
            return
        action = menu.addAction(title.replace("&", "&&"))
        action.setToolTip(question)
        action.triggered.connect(lambda: self.ask(question))

    def _ask_name(self, name: str, take: Callable[[str], object]) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Saved filter"))
        dialog.setLabelText(self.tr("Name of the filter:"))
        dialog.setTextValue(name)
        dialog.textValueSelected.connect(take)
        dialog.open()
