"""A bar with one sentence that the user should read, with details to copy; never blocks."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from ..style import icon


class Notice(QFrame):
    """Hidden until there is something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._details = ""
        mark = QLabel()
        mark.setPixmap(icon("warning").pixmap(18, 18))
        self.sentence = QLabel()
        self.sentence.setWordWrap(True)
        self.sentence.setProperty("rank", "warning")
        self.sentence.setAccessibleName(self.tr("Message"))
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.copy = QPushButton(icon("copy"), self.tr("Copy details"))
        self.copy.setToolTip(self.tr("Copy the technical details, for a report"))
        self.copy.clicked.connect(self._copy)
        close = QToolButton()
        close.setIcon(icon("cancel"))
        close.setToolTip(self.tr("Close this message"))
        close.setAccessibleName(self.tr("Close this message"))
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(mark)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(self.copy)
        layout.addWidget(close)
        self.hide()

    def say(self, sentence: str, details: str = "") -> None:
        """Show a sentence; `details` are offered to copy."""
        self._details = details
        self.sentence.setText(sentence)
        self.copy.setVisible(bool(details))
        self.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.sentence.text()}\n\n{self._details}")
