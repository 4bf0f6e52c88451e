"""Writes changes into the project file in the background, in order.

A change that cannot be written is reported; the changes after it are still written.
"""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.project.records import ChangeError, ProjectError
from tinyface_core.project.relink import fingerprint_pictures
from tinyface_core.project.store import Project
from tinyface_core.types import CancelToken, stop_if_asked

from ..sentences import in_users_language
from ..work import Job, LatestJob, Work, Worker

T = TypeVar("T")

Change = Callable[[Project], None]
"""One change to a project; runs in a worker thread."""

OpenFile = Callable[[], Project]
"""Returns the open project; called in a worker thread."""

Failure = tuple[str, str]
"""A sentence, and details to copy."""

_SECONDS_TO_NEXT_TRY, _SECONDS_BETWEEN_LOOKS = 5, 0.01
_MOST_AT_ONCE = 500


class Autosave(QObject):
    """Writes changes as soon as the file is free, many in one transaction, in a single thread that keeps the order."""

    saved = Signal()
    """All changes so far are in the file."""
    delayed = Signal(str, str)
    """A sentence and details; the changes are kept and tried again until they are `saved`."""
    failed = Signal(str, str)
    """A sentence and details; changes are lost."""

    def __init__(self, file: OpenFile, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._worker = Worker(self)
        self._waiting: deque[Change] = deque()
        self._in_work: list[Change] = []
        self._job: Job[list[Failure]] | None = None
        self._printing = LatestJob(self._worker)
        self._unprinted = False
        self._held = False
        self._told_failure = ""
        self._again = QTimer(self, singleShot=True, interval=_SECONDS_TO_NEXT_TRY * 1000)
        self._again.timeout.connect(self._next)

    @property
    def is_idle(self) -> bool:
        """Whether all changes are in the file."""
        return not self._waiting and self._job is None

    @property
    def is_delayed(self) -> bool:
        """Whether changes wait because the file could not be written."""
        return bool(self._told_failure) and not self.is_idle

    def change(self, change: Change) -> None:
        """Write a change soon."""
        self._waiting.append(change)
        self._next()

    def fingerprint(self) -> None:
        """Store the fingerprints of the pictures' files when there is nothing else to do."""
        self._unprinted = True
        self._next()

    def await_saved(self, cancel: CancelToken) -> None:
        """Wait until all changes are in the file, or one cannot be written; for worker threads."""
        while not (self.is_idle or self._told_failure):
            stop_if_asked(cancel)
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def run(self, work: Work[T]) -> Job[T]:
        """Run another job on files after the current writing; the caller connects to the job."""
        return self._worker.start(work)

    def hold(self) -> None:
        """Start no further writing until `use` names the file; changes until then are written there."""
        self._held = True

    def use(self, file: OpenFile) -> None:
        """Write to `file` from now on. Earlier changes are written to the old one, unless `hold` was called before."""
        self._unprinted = False
        self._printing.cancel()
        if self._waiting and not self._held:
            old, changes = self._file, list(self._waiting)
            self._waiting.clear()
            self.run(lambda _cancel, _report: _write(old(), changes)).then(self._tell_left_out, self.failed.emit)
        self._file, self._held = file, False
        self._again.stop()  # it waits for what kept the earlier file from being written
        self._next()

    def finish(self) -> bool:
        """Write all changes and return whether they are in the file; blocks, so only for the end of the program."""
        self._unprinted = False
        self._printing.cancel()
        self._worker.wait()
        # What is done is off these lists, though the news of it may still be on its way.
        changes = [*self._in_work, *self._waiting]
        self._in_work.clear()
        self._waiting.clear()
        if changes:
            file = self._file
            self.run(lambda _cancel, _report: _write(file(), changes)).then(self._tell_left_out, self.delayed.emit)
            self._worker.wait()
            self._waiting.extend(changes)  # all that are still on this list, if the program does not end after all
        return not changes

    def _next(self) -> None:
        if self._job is not None or self._held or self._again.isActive():
            return
        file = self._file
        if self._waiting:
            changes = list(islice(self._waiting, _MOST_AT_ONCE))
            count = len(changes)
            self._job, self._in_work = self._worker.start(lambda *_: _write(file(), changes), priority=1), changes
            for _ in range(count):  # afterwards, so that no thread takes it for idle meanwhile
                self._waiting.popleft()
            self._job.then(self._tell_saved, lambda *failure: self._keep(file, changes, *failure))
            self._job.done.connect(self._finish)
        elif self._unprinted and not self._printing.is_busy:
            job = self._printing.start(lambda cancel, _report: fingerprint_pictures(file(), cancel, most=1))
            job.then(self._continue_printing, lambda *_failure: self._continue_printing(False)).done.connect(self._next)

    def _tell_saved(self, left_out: list[Failure]) -> None:
        self._told_failure = ""
        self._tell_left_out(left_out)
        if not self._waiting:
            self.saved.emit()

    def _tell_left_out(self, left_out: list[Failure]) -> None:
        for reason, details in left_out:
            sentence = self.tr("One change could not be saved, all others were: {reason}").format(reason=reason)
            self.failed.emit(sentence, details)

    def _keep(self, file: OpenFile, changes: list[Change], sentence: str, details: str) -> None:
        if file is self._file:
            self._waiting.extendleft(reversed(changes))
            self._in_work = []  # they wait again, and must not be written twice at closing
            self._again.start()
        if sentence != self._told_failure:
            self._told_failure = sentence
            (self.delayed if file is self._file else self.failed).emit(sentence, details)

    def _finish(self) -> None:
        self._job = None
        self._next()

    def _continue_printing(self, some_left: bool) -> None:
        self._unprinted = self._unprinted and some_left


def _write(project: Project, changes: list[Change]) -> list[Failure]:
    """Make the changes and remove them from the list; returns those that are impossible."""
    try:
        with project.together():
            for change in changes:
                change(project)
    except Exception as error:
        if not _is_of_change(error):
            raise
        return _write_one_by_one(project, changes)
    changes.clear()
    return []


def _write_one_by_one(project: Project, changes: list[Change]) -> list[Failure]:
    left_out: list[Failure] = []
    while len(left_out) < len(changes):
        try:
            with project.together():
                changes[len(left_out)](project)
        except Exception as error:
            if not _is_of_change(error):
                raise  # those left out are still on the list: they are told when the rest is tried again
            sentence = in_users_language(user_sentence(error) or defect_sentence(error))
            left_out.append((sentence, traceback.format_exc()))
        else:
            del changes[len(left_out)]
    changes.clear()
    return left_out


def _is_of_change(error: Exception) -> bool:
    """Whether an error is due to the change, not to the file or the machine."""
    return isinstance(error, ChangeError) or not isinstance(error, ProjectError | MemoryError)
