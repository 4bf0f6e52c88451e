"""Asks for confirmation before something is deleted or lost."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from ..style.labels import with_short_words


def confirm(parent: QWidget, question: str, yes: str, details: str = "") -> bool:
    """Ask whether to go on; Cancel is what Enter and Escape say.

    Args:
        parent: the box stands over it.
        question: what is asked.
        yes: what is written on the button that goes on.
        details: what will be lost.
    """
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(with_short_words(question))
    box.setInformativeText(details)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is agree
