"""Threads beside the GUI thread."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool, Signal

from tinyface_core.failures import user_sentence
from tinyface_core.types import Cancelled

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
        runnable = _Runnable(job, next(_numbers), self._office.send)
        self._office.expect(job, runnable)
        self._pool.start(runnable, priority)
        return job

    def cancel(self) -> None:
        """Ask all jobs to stop."""
        for job in self._office.jobs():
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
        self.arrived.connect(self._deliver)

    def expect(self, job: Job[Any], runnable: _Runnable) -> None:
        """Hold a runnable until its outcome is delivered: deleted by the pool, it would go in a thread of it."""
        runnable.setAutoDelete(False)
        self._expected[runnable.number] = (job, runnable)

    def jobs(self) -> list[Job[Any]]:
        """Those whose outcome has not come."""
        return [job for job, _ in self._expected.values()]

    def send(self, number: int, kind: str, values: tuple[Any, ...]) -> None:
        """Called by the threads."""
        self.arrived.emit(number, kind, values)

    def _deliver(self, number: int, kind: str, values: tuple[Any, ...]) -> None:
        on_the_way = kind in ("progress", "partial")
        job, _ = self._expected[number] if on_the_way else self._expected.pop(number)
        job.receive(kind, *values)


class _Runnable(QRunnable):
    def __init__(self, job: Job[Any], number: int, send: Callable[[int, str, tuple[Any, ...]], None]) -> None:
        super().__init__()
        self._work, self._token = job.work, job.token
        self.number = number
        self._send = send

    def run(self) -> None:
        """Called by the pool."""

        def send(kind: str, *values: object) -> None:
            self._send(self.number, kind, values)

        try:
            if self._token.is_set():
                raise Cancelled
            send("result", self._work(self._token, Report(self._token, send)))
        except Cancelled:
            send("cancelled")
        except Exception as error:  # The last line of defence: a failure must reach the user, not the console.
            if sentence := user_sentence(error):
                send("failed", sentence, "")
            else:
                text = QCoreApplication.translate("Job", "Something in the program went wrong ({reason}).")
                reason = f"{type(error).__name__}: {error}"
                send("failed", text.format(reason=reason), traceback.format_exc())
