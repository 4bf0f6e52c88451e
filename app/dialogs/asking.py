"""Short questions: whether to go on, which folder, what to do with active fine-tuning runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ..jobs.training import ListedRun
from ..style.labels import with_short_words

translate = QCoreApplication.translate

Answer = Literal["leave", "pause", "stay"]


def ask_folder(parent: QWidget, title: str, start: str) -> str:
    """The folder chosen by the user, initially `start`; empty if none is chosen.

    `QFileDialog.getExistingDirectory` returns a parent of the folder if its path is typed quickly, because parents were
    selected meanwhile and it takes the first selected one. This takes the deepest one.
    """
    dialog = QFileDialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    chosen = dialog.selectedFiles() if dialog.exec() else []
    dialog.deleteLater()
    return max(chosen, key=len, default="")


def confirm(parent: QWidget, question: str, yes: str, details: str = "") -> bool:
    """Ask whether to go on before something is deleted or lost, as `details` say; Enter and Escape cancel."""
    box = _question(parent, with_short_words(question), details)
    agree = box.addButton(yes, QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is agree


def ask_what_becomes_of(runs: Sequence[ListedRun], parent: QWidget) -> Answer:
    """Ask at exit whether the runs go on without the window or are paused, or the window stays open."""
    names = ", ".join(QLocale().quoteString(one.request.name) for one in runs)
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
