"""A non-modal bar with one message and details to copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy

from ..style.folding import FoldingRow
from ..style.widgets import Mark, label, lay_out, named, push_button, tool_button

_SENTENCE = 120
"""Minimum width in pixels beyond the longest word for a sentence beside the buttons; else they are below it."""


class Notice(QFrame):
    """A bar that is hidden while there is no message."""

    def __init__(self) -> None:
        super().__init__()
        self._details = self._about = ""
        self.sentence = label(rank="warning", wrap=True, name=self.tr("Message"))
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        tip = self.tr("Copy the technical details, for a report")
        self.copy = push_button(self.tr("Copy details"), self._copy, tip=tip, picture="copy")
        self.offers = [push_button("", lambda _on, number=number: self._take(number)) for number in range(2)]
        for button in self.offers:
            named(button, self.tr("What can be done"))
        self._offered: list[Callable[[], object]] = []
        close = tool_button("cancel", self.tr("Close this message"), self.hide)
        buttons = lay_out(QHBoxLayout(), *self.offers, self.copy)
        buttons.setAlignment(Qt.AlignmentFlag.AlignRight)
        for narrow in (*self.offers, self.copy):
            narrow.setProperty("narrow", "true")
        said = FoldingRow(lay_out(QHBoxLayout(), (self.sentence, 1)), buttons, _SENTENCE)
        lay_out(QHBoxLayout(self), Mark("warning", 18, "warning"), (said, 1), close, margins=(12, 6, 8, 6))
        self.hide()

    def say(
        self,
        sentence: str,
        details: str = "",
        about: str = "",
        offers: Mapping[str, Callable[[], object]] | None = None,
    ) -> None:
        """Show a sentence with at most two offers, by their texts; `withdraw` hides those `about` a subject."""
        self._offered = list((offers or {}).values())
        for number, button in enumerate(self.offers):
            button.setVisible(number < len(self._offered))
            text = list(offers or {})[number] if number < len(self._offered) else ""
            named(button, text or self.tr("What can be done")).setText(text)
        self._details, self._about = details, about
        self.sentence.setText(sentence)
        self.copy.setVisible(bool(details))
        self.show()

    def withdraw(self, about: str) -> None:
        """Hide the message about a subject, which no longer applies."""
        if self._about == about:
            self.hide()

    def _take(self, number: int) -> None:
        self.hide()
        self._offered[number]()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.sentence.text()}\n\n{self._details}")
