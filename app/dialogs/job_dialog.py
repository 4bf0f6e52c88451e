"""Base class of dialogs that run one long job: progress bar, messages, start, cancel, and a clean close."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QProgressBar, QVBoxLayout, QWidget

from ..style.figures import duration, whole
from ..style.widgets import label, lay_out, named, push_button
from ..work import Job, Work, Worker

T = TypeVar("T")


class JobDialog(QDialog):
    """A dialog with one job. Closing it cancels the job; the dialog closes once the job has ended."""

    left = Signal(str)
    """It was closed while the job ran; the sentence about the end of the job."""

    def __init__(self, title: str, start: str, parent: QWidget | None = None) -> None:
        """`start`: text of the start button."""
        super().__init__(parent)
        self._job: Job[Any] | None = None
        self._leaving, self._details = False, ""
        self.worker = Worker(self)
        self.setWindowTitle(title)
        self.progress = named(QProgressBar(textVisible=False), self.tr("Progress"))
        keeps = self.progress.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)  # or all buttons would move down under the mouse at the start
        self.progress.setSizePolicy(keeps)
        self.progress.hide()
        self.message = label(wrap=True)
        self.start = push_button(start)
        self.cancel = push_button(self.tr("Cancel"), self._cancel)
        tip = self.tr("Copy the technical details, for a report")
        self.copy = push_button(self.tr("Copy details"), self._copy, tip=tip)
        self.copy.setAutoDefault(False)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.rejected.connect(self.reject)
        for button in (self.start, self.cancel):
            self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ResetRole)
        for button in (self.cancel, self.copy):  # a button box shows what it is given
            button.hide()

    @property
    def is_running(self) -> bool:
        """Whether the job runs."""
        return self._job is not None

    def add_foot(self, layout: QVBoxLayout) -> None:
        """Add progress bar, message and buttons to the end of a layout."""
        lay_out(layout, self.progress, self.message, self.buttons)
        self.start.setDefault(True)

    def run(self, work: Work[T], take: Callable[[T], object]) -> None:
        """Start a job; `take` is called with its result."""
        job = self._job = self.worker.start(work).then(take, self.tell_failure)
        job.progress.connect(self._tell_progress)
        job.cancelled.connect(lambda: self.message.setText(self.cancelled_text()))
        job.done.connect(self._finish)
        self.progress.setRange(0, 0)
        self.copy.hide()
        self.show_running(True)

    def reject(self) -> None:
        """Close; if the job runs, cancel it and close once it has ended."""
        if self._job is None:
            super().reject()
            return
        self._leaving = True
        self._cancel()

    def leave_window_free(self) -> None:
        """Let the window be used while the job runs."""
        place = self.geometry()
        self.hide()  # what is shown stays modal
        self.setModal(False)
        self.setGeometry(place)
        self.show()

    def show_running(self, running: bool) -> None:
        """Enable and show the controls according to whether the job runs; subclasses add theirs."""
        self.progress.setVisible(running)
        self.start.setVisible(not running)
        self.cancel.setVisible(running)
        self.cancel.setEnabled(running)
        (self.cancel if running else self.start).setFocus()  # it would pass to whatever comes next

    def progress_text(self, stage: str, done: int, total: int) -> str:
        """Text of the progress for the user."""
        return self.tr("{stage}: {done} of {total}").format(stage=stage, done=whole(done), total=whole(total))

    def cancelled_text(self) -> str:
        """Sentence after a cancelled job."""
        return self.tr("Cancelled.")

    def tell_failure(self, sentence: str, details: str) -> None:
        """Show why it failed; the details of a defect can be copied."""
        self._details = details
        self.message.setText(sentence)
        self.copy.setVisible(bool(details))

    def _tell_progress(self, stage: str, done: int, total: int, remaining: float) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        text = self.progress_text(stage, done, total)
        if remaining >= 1:
            text += self.tr(", {time} left").format(time=duration(remaining))
        self.message.setText(text)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.cancel.setEnabled(False)
            self.message.setText(self.tr("Stopping…"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self.message.text()}\n\n{self._details}")

    def _finish(self) -> None:
        self._job = None
        self.show_running(False)
        if self._leaving:
            self.left.emit(self.message.text())
            super().reject()
