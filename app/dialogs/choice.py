"""Large buttons for a choice, each with a title and a sentence."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ..style.widgets import label, lay_out


class ChoiceButton(QPushButton):
    """A large checkable button with wrapped text."""

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
        """Set the sentence below the title."""
        self._sentence.setText(sentence)
        self.setAccessibleDescription(sentence)

    def sizeHint(self) -> QSize:
        """Size for title and sentence."""
        return self._lines.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Width of the longest word, with the height for that width."""
        return self._lines.minimumSize()

    def heightForWidth(self, width: int) -> int:
        """Height of all lines at a width."""
        return self._lines.heightForWidth(width)
