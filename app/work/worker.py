"""Worker threads."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Collection
from itertools import count
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool, Signal

from tinyface_core.failures import user_sentence
from tinyface_core.types import Cancelled, CancelToken

from ..sentences import in_users_language
from .job import Job, Report, Work

T = TypeVar("T")

_numbers = count()
_MOST_MILLISECONDS = 5000


class Worker(QObject):
    """A thread, or a few, and the jobs that they are given: by priority, then in the order in which they came."""

    def __init__(self, parent: QObject | None = None, threads: int = 1) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)
        # A video may be used by one thread only: a worker of one thread never replaces it.
        self._pool.setExpiryTimeout(-1)
        self._office = _PostOffice(self._pool)

    def start(self, work: Work[T], priority: int = 0) -> Job[T]:
        """Do this as soon as a thread is free; higher priorities come earlier. The caller listens to the job."""
        return self.run(Job(work), priority)

    def run(self, job: Job[T], priority: int = 0) -> Job[T]:
        """`start` for a job that is there already."""
        self._pool.start(self._office.runnable(job), priority)
        return job

    def cancel(self, spared: Collection[Job[Any]] = ()) -> None:
        """Ask all jobs to stop but those that are spared."""
        for job in self._office.jobs():
            if job not in spared:
                job.cancel()

    def wait(self) -> None:
        """Wait until nothing is left to do; the news of it come later."""
        self._pool.waitForDone()

    def stop(self) -> None:
        """Cancel all, and wait for the threads, though not for ever; for the end of what the work is for."""
        self.cancel()
        self._pool.waitForDone(_MOST_MILLISECONDS)


class _PostOffice(QObject):
    """Brings news from the threads of one pool to the jobs.

    Threads never touch a job itself, and hold none: what listens to it would go with it, in the wrong thread. The
    office lives as long as the pool, and a pool waits for its threads before it goes.
    """

    arrived = Signal(int, str, object)

    def __init__(self, pool: QThreadPool) -> None:
        super().__init__(pool)
        self._expected: dict[int, tuple[Job[Any], _Runnable]] = {}
        self._idle: list[_Runnable] = []
        self.arrived.connect(self._deliver)

    def runnable(self, job: Job[Any]) -> _Runnable:
        """What the pool runs for a job; held until the outcome is delivered, then used again for another job."""
        runnable = self._idle.pop() if self._idle else _Runnable(self.send)
        runnable.work, runnable.token, runnable.number = job.work, job.token, next(_numbers)
        self._expected[runnable.number] = (job, runnable)
        return runnable

    def jobs(self) -> list[Job[Any]]:
        """Those whose outcome has not come."""
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
    """In place of work that was done, and of all that it held."""


class _Runnable(QRunnable):
    """Runs one work after the other: PySide lets go of no runnable that was started.

    The pool must not delete it either, as that would be in a thread of the pool. What it is given is changed by the
    GUI thread alone, before the pool has it and after its outcome has come; the thread keeps nothing of it.
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

        def send(kind: str, *values: object) -> None:
            self._send(self.number, kind, values)

        try:
            if self.token.is_set():
                raise Cancelled
            send("result", self.work(self.token, Report(self.token, send, self.taken)))
        except Cancelled:
            send("cancelled")
        except Exception as error:  # The last line of defence: a failure must reach the user, not the console.
            if sentence := user_sentence(error):
                send("failed", in_users_language(sentence), "")
            else:
                text = QCoreApplication.translate("Job", "Something in the program went wrong ({reason}).")
                reason = f"{type(error).__name__}: {error}"
                send("failed", text.format(reason=reason), traceback.format_exc())
