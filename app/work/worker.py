"""Worker threads."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from itertools import count
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.types import Cancelled, CancelToken

from ..sentences import in_users_language
from .job import Job, Report, Work

T = TypeVar("T")

_numbers = count()
_MOST_MILLISECONDS = 5000


class Worker(QObject):
    """One or more threads that run jobs by priority, then in the order of their start."""

    def __init__(self, parent: QObject | None = None, threads: int = 1) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        # A video may be used by one thread only: a worker of one thread never replaces it.
        self._pool.setExpiryTimeout(-1)
        self._office = _PostOffice(self._pool)
        self._is_stopped = False

    def start(self, work: Work[T], priority: int = 0) -> Job[T]:
        """Start a job as soon as a thread is free, higher priorities first; the caller connects to it."""
        return self.run(Job(work), priority)

    def run(self, job: Job[T], priority: int = 0) -> Job[T]:
        """Start an existing job; see `start`."""
        if self._is_stopped:  # as by what a cancelled job makes others do
            job.cancel()
        self._pool.start(self._office.runnable(job), priority)
        return job

    def cancel(self, spared: Collection[Job[Any]] = ()) -> None:
        """Cancel all jobs except the spared ones."""
        for job in self._office.jobs():
            if job not in spared:
                job.cancel()

    def wait(self) -> None:
        """Wait until all work is done; its messages are delivered later."""
        self._pool.waitForDone()

    def stop(self) -> None:
        """Cancel all jobs, also those that are started later, and wait a limited time for the threads."""
        self._is_stopped = True
        self.cancel()
        self._pool.waitForDone(_MOST_MILLISECONDS)


class _PostOffice(QObject):
    """Passes messages from the threads of a pool on to the jobs.

    Threads never access or reference a job: its last reference, and with it connected objects, could then be deleted in
    the wrong thread. The post office lives as long as the pool, which waits for its threads before it is deleted.
    """

    arrived = Signal(int, str, object)

    def __init__(self, pool: QThreadPool) -> None:
        super().__init__(pool)
        self._expected: dict[int, tuple[Job[Any], _Runnable]] = {}
        self._idle: list[_Runnable] = []
        self.arrived.connect(self._deliver)

    def runnable(self, job: Job[Any]) -> _Runnable:
        """The runnable of a job, kept until the result is delivered, then reused."""
        runnable = self._idle.pop() if self._idle else _Runnable(self.send)
        runnable.work, runnable.token, runnable.number = job.work, job.token, next(_numbers)
        self._expected[runnable.number] = (job, runnable)
        return runnable

    def jobs(self) -> list[Job[Any]]:
        """Jobs without a result so far."""
        return [job for job, _ in self._expected.values()]

    def send(self, number: int, kind: str, values: tuple[Any, ...]) -> None:
        """Called by the threads."""
        self.arrived.emit(number, kind, values)

    def _deliver(self, number: int, kind: str, values: tuple[Any, ...]) -> None:
        if kind in ("progress", "partial"):
            job, runnable = self._expected[number]
        else:
            job, runnable = self._expected.pop(number)
            runnable.work = _no_work
            self._idle.append(runnable)
        job.receive(kind, *values)
        if kind == "partial":
            runnable.taken.set()


def _no_work(_cancel: CancelToken, _report: Report) -> None:
    """Replaces finished work and releases what it references."""


class _Runnable(QRunnable):
    """Runs the work of one job after another; it is reused because PySide never releases a started runnable.

    The pool must not delete it, since that would happen in one of its threads. Only the GUI thread changes it, before
    the pool gets it and after its result is delivered; the thread keeps no reference to the work.
    """

    def __init__(self, send: Callable[[int, str, tuple[Any, ...]], None]) -> None:
        super().__init__()
        self.setAutoDelete(False)
        self._send = send
        self.work: Work[Any] = _no_work
        self.token: CancelToken = threading.Event()
        self.taken = threading.Event()
        self.number = -1

    def run(self) -> None:
        """Called by the pool."""
        _let_the_window_go_first()

        def send(kind: str, *values: object) -> None:
            self._send(self.number, kind, values)

        try:
            if self.token.is_set():
                raise Cancelled
            send("result", self.work(self.token, Report(self.token, send, self.taken)))
        except Cancelled:
            send("cancelled")
        except Exception as error:  # The last line of defence: a failure must reach the user, not the console.
            sentence, details = user_sentence(error), ""
            if not sentence:
                sentence, details = defect_sentence(error), traceback.format_exc()
            send("failed", in_users_language(sentence), details, sentence)


def _let_the_window_go_first() -> None:
    """Where Linux schedules this thread, and those that it starts, let them not interrupt others when they wake.

    Unlike a lower priority this takes no share of the processors away from the thread, also not beside other programs.
    """
    if sys.platform == "linux" and os.sched_getscheduler(0) == os.SCHED_OTHER:
        with suppress(OSError):  # some sandboxes do not allow it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
