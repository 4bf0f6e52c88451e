"""Saves a single file: asks for its name and writes it in a worker thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from tinyface_core.types import CancelToken, UserError

from ..settings import Settings
from ..work import Job, Report, Worker


def ask_file(parent: QWidget, title: str, kinds: str, settings: Settings, name: str) -> Path | None:
    """Ask for a file, initially `name` in the folder of the last export; the suffix of `name` is kept."""
    start = Path(settings.export_folder or Path.home()) / name
    chosen, _ = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    return Path(chosen).with_suffix(start.suffix) if chosen else None


def save_file(worker: Worker, path: Path, write: Callable[[], object]) -> Job[str]:
    """Write a file in a worker thread; the result is a sentence, as is the failure if `write` raises OSError."""
    saved = QCoreApplication.translate("Saving", "Saved as {name}")
    sentence = QCoreApplication.translate("Saving", "{path} cannot be written: choose another folder.")

    def work(_cancel: CancelToken, _report: Report) -> str:
        try:
            write()
        except OSError as error:
            raise UserError(sentence.format(path=path)) from error
        return saved.format(name=path.name)

    return worker.start(work)
