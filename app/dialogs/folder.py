"""Asks for a folder."""

from __future__ import annotations

from PySide6.QtWidgets import QFileDialog, QWidget


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
