"""Writes the user's work into the project file, in the background and in order; nothing is dropped."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.project.relink import fingerprint_pictures
from tinyface_core.project.store import Project

from ..work import Job, LatestJob, Work, Worker

T = TypeVar("T")

Change = Callable[[Project], None]
"""One change to a project; runs in a worker thread."""

OpenFile = Callable[[], Project]
"""Gives the open project; asked in a worker thread."""

_SECONDS_TO_NEXT_TRY = 5
_MOST_AT_ONCE = 500


class Autosave(QObject):
    """Writes changes as soon as the file is free, many in one transaction; one thread, so the order is kept."""

    saved = Signal()
    """Everything told so far is in the file."""
    failed = Signal(str, str)
    """One sentence and details; the changes are kept, and tried again."""

    def __init__(self, file: OpenFile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._worker = Worker(self)
        self._waiting: deque[Change] = deque()
        self._in_work: list[Change] = []
        self._job: Job[None] | None = None
        self._printing = LatestJob(self._worker)
        self._unprinted = False
        self._held = False
        self._told_failure = ""
        self._again = QTimer(self, singleShot=True, interval=_SECONDS_TO_NEXT_TRY * 1000)
        self._again.timeout.connect(self._next)

    @property
    def is_idle(self) -> bool:
        """Whether everything told is in the file."""
        return not self._waiting and self._job is None

    def change(self, change: Change) -> None:
        """Make a change soon."""
        self._waiting.append(change)
        self._next()

    def fingerprint(self) -> None:
        """Note what the pictures' files hold, when there is nothing else to do."""
        self._unprinted = True
        self._next()

    def run(self, work: Work[T]) -> Job[T]:
        """Do something else to files after what is being written now; the caller listens to the job."""
        return self._worker.start(work)

    def hold(self) -> None:
        """Begin no further writing until `use` says where to; what is told meanwhile goes there."""
        self._held = True

    def use(self, file: OpenFile) -> None:
        """Write into `file` from now on. What was told before goes into the old one, unless `hold` came first."""
        self._unprinted = False
        self._printing.cancel()
        if self._waiting and not self._held:
            old, changes = self._file, list(self._waiting)
            self._waiting.clear()
            self.run(lambda _cancel, _report: _write(old(), changes)).failed.connect(self.failed)
        self._file, self._held = file, False
        self._next()

    def finish(self) -> None:
        """Wait until everything told is in the file; for the end of the program only, since it blocks."""
        self._unprinted = False
        self._printing.cancel()
        self._worker.wait()
        # What is done is off these lists, though the news of it may still be on its way.
        changes = [*self._in_work, *self._waiting]
        self._in_work.clear()
        self._waiting.clear()
        if changes:
            file = self._file
            self.run(lambda _cancel, _report: _write(file(), changes)).failed.connect(self.failed)
            self._worker.wait()

    def _next(self) -> None:
        if self._job is not None or self._held or self._again.isActive():
            return
        file = self._file
        if self._waiting:
            changes = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]
            self._job, self._in_work = self._worker.start(lambda *_: _write(file(), changes), priority=1), changes
            self._job.then(self._tell_saved, lambda *failure: self._keep(file, changes, *failure))
            self._job.done.connect(self._finish)
        elif self._unprinted and not self._printing.is_busy:
            job = self._printing.start(lambda cancel, _report: fingerprint_pictures(file(), cancel, most=1))
            job.then(self._continue_printing, lambda *_failure: self._continue_printing(0)).done.connect(self._next)

    def _tell_saved(self, _result: object) -> None:
        self._told_failure = ""
        if not self._waiting:
            self.saved.emit()

    def _keep(self, file: OpenFile, changes: list[Change], sentence: str, details: str) -> None:
        if file is self._file:
            self._waiting.extendleft(reversed(changes))
            self._again.start()
        if sentence != self._told_failure:
            self._told_failure = sentence
            self.failed.emit(sentence, details)

    def _finish(self) -> None:
        self._job = None
        self._next()

    def _continue_printing(self, left: int) -> None:
        self._unprinted = self._unprinted and left > 0


def _write(project: Project, changes: list[Change]) -> None:
    with project.together():
        for change in changes:
            change(project)
    changes.clear()
