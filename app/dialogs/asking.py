"""Asks short questions: whether to go on, which folder, what becomes of a running fine-tuning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ..jobs.training import ListedRun
from ..style.labels import with_short_words

translate = QCoreApplication.translate

Answer = Literal["leave", "pause", "stay"]


def ask_folder(parent: QWidget, title: str, start: str) -> str:
    """The folder that the user chooses, from `start` on; empty where none is chosen.

    `QFileDialog.getExistingDirectory` gives the parent of a folder whose path is typed quickly: on the way its parents
    were selected, and it takes the first of what is selected. So this takes the deepest.
    """
    dialog = QFileDialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return max(chosen, key=len, default="")


def confirm(parent: QWidget, question: str, yes: str, details: str = "") -> bool:
    """Ask whether to go on before something is deleted or lost; Cancel is what Enter and Escape say.

    Args:
        parent: the box stands over it.
        question: what is asked.
        yes: what is written on the button that goes on.
        details: what will be lost.
    """
    box = _question(parent, with_short_words(question), details)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is agree


def ask_what_becomes_of(runs: Sequence[ListedRun], parent: QWidget) -> Answer:
    """Ask at exit whether the runs go on without the window, are paused, or the window stays."""
    names = ", ".join(f"“{one.request.name}”" for one in runs)
    box = _question(
        parent,
        translate("Leaving", "The fine-tuning {names} is still running.").format(names=names),
        translate(
            "Leaving",
            "It can go on without the window. Paused, it keeps what it has learned and goes on exactly from there. "
            "The next start finds it either way.",
        ),
    )
    box.setWindowTitle(translate("Leaving", "A fine-tuning is running"))
    leave = box.addButton(translate("Leaving", "Leave it running"), QMessageBox.ButtonRole.AcceptRole)
    pause = box.addButton(translate("Leaving", "Pause it"), QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(translate("Leaving", "Stay"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(leave)
    box.setEscapeButton(stay)
    box.exec()
    clicked = box.clickedButton()
    return "leave" if clicked is leave else "pause" if clicked is pause else "stay"


def _question(parent: QWidget, text: str, details: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setTextFormat(Qt.TextFormat.PlainText)  # or a name that looks like HTML would be read as such
    box.setText(text)
    box.setInformativeText(details)
    return box
