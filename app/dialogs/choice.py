"""A choice of a few things, each with a title and a sentence on it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ..style.widgets import label, lay_out


class ChoiceButton(QPushButton):
    """A large button that stays down; what is too long for its width goes on in another line."""

    def __init__(self, title: str, sentence: str, row: QWidget) -> None:
        super().__init__(row)
        self.setCheckable(True)
        self.setAutoDefault(False)  # Enter in a field beside it chooses nothing
        self.setProperty("choice", True)
        self.setAccessibleName(title)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._sentence = label(rank="second", wrap=True, parent=self)
        lines = (label(title, "heading", wrap=True, parent=self), self._sentence)
        for line in lines:
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lines = lay_out(QVBoxLayout(self), *lines, None, margins=(12, 8, 12, 8), spacing=2)
        self.set_sentence(sentence)

    def set_sentence(self, sentence: str) -> None:
        """Say this under the title."""
        self._sentence.setText(sentence)
        self.setAccessibleDescription(sentence)

    def sizeHint(self) -> QSize:
        """Room for title and sentence."""
        return self._lines.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Room for the longest word, in as many lines as that takes."""
        return self._lines.minimumSize()

    def heightForWidth(self, width: int) -> int:
        """Room for all lines at that width."""
        return self._lines.heightForWidth(width)
