"""Asks at exit whether a running fine-tuning goes on without the window or is paused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from ..jobs.training import ListedRun

translate = QCoreApplication.translate

Answer = Literal["leave", "pause", "stay"]


def ask_what_becomes_of(runs: Sequence[ListedRun], parent: QWidget) -> Answer:
    """Ask whether the runs go on without the window, are paused, or the window stays."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(translate("Leaving", "A fine-tuning is running"))
    names = ", ".join(f"“{one.request.name}”" for one in runs)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(translate("Leaving", "The fine-tuning {names} is still running.").format(names=names))
    box.setInformativeText(
        translate(
            "Leaving",
            "It can go on without the window. Paused, it keeps what it has learned and goes on exactly from there. "
            "The next start finds it either way.",
        )
    )
    leave = box.addButton(translate("Leaving", "Leave it running"), QMessageBox.ButtonRole.AcceptRole)
    pause = box.addButton(translate("Leaving", "Pause it"), QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(translate("Leaving", "Stay"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(leave)
    box.setEscapeButton(stay)
    box.exec()
    clicked = box.clickedButton()
    return "leave" if clicked is leave else "pause" if clicked is pause else "stay"
