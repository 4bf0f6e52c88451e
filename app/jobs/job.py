"""One piece of work beside the GUI thread, with progress, result, failure and cancellation."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from itertools import count
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QRunnable, QThreadPool, Signal

from tinyface_core.failures import user_sentence
from tinyface_core.types import Cancelled, CancelToken

_SECONDS_BETWEEN_REPORTS = 0.05
_numbers = count()


class Job(QObject):
    """Runs `work(cancel, report)` in a thread pool; all signals come in the thread that made the job.

    Exactly one of `result`, `failed` and `cancelled` is emitted, then `done`. Nothing comes after
    `cancel` but `cancelled` and `done`. The job may be deleted as soon as `done` is emitted.
    """

    progress = Signal(str, int, int, float)
    """Stage, done, total, remaining seconds of this stage (-1: not known yet)."""
    partial = Signal(object)
    """A part of the result, from work that calls `report.partial`."""
    result = Signal(object)
    failed = Signal(str, str)
    """One sentence for the user; of a defect of the program also details to copy."""
    cancelled = Signal()
    done = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._cancel = threading.Event()

    def start(self, pool: QThreadPool, priority: int = 0) -> None:
        """Queue the work; higher priorities run earlier."""
        office = pool.findChild(_PostOffice) or _PostOffice(pool)
        number = office.address(self)
        runnable = _Runnable(self._work, self._cancel, office.send, number)
        office.keep(number, runnable)
        pool.start(runnable, priority)

    def cancel(self) -> None:
        """Ask the work to stop; returns at once."""
        self._cancel.set()

    def receive(self, kind: str, values: tuple[Any, ...]) -> None:
        """News from the worker, brought by the post office."""
        if kind in ("progress", "partial"):
            if not self._cancel.is_set():
                getattr(self, kind).emit(*values)
            return
        if kind == "cancelled" or self._cancel.is_set():
            self.cancelled.emit()
        else:
            getattr(self, kind).emit(*values)
        self.done.emit()


class Report:
    """Given to the work: call it as `report(stage, done, total)`; satisfies `tinyface_core.types.Progress`."""

    def __init__(self, cancel: CancelToken, send: Callable[..., None]) -> None:
        self._cancel = cancel
        self._send = send
        self._clock = _StageClock()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell how far the work is.

        Raises:
            Cancelled: if the job was cancelled.
        """
        if self._cancel.is_set():
            raise Cancelled
        remaining = self._clock.remaining(stage, done, total)
        if remaining is not None:
            self._send("progress", stage, done, total, remaining)

    def partial(self, value: object) -> None:
        """Tell a part of the result."""
        self._send("partial", value)


Work = Callable[[CancelToken, Report], Any]


class _PostOffice(QObject):
    """Brings news from the threads of one pool to the jobs.

    Workers never touch a job itself: it may be deleted while they run. The office lives as long
    as the pool, and a pool waits for its threads before it goes.
    """

    arrived = Signal(int, str, object)

    def __init__(self, pool: QThreadPool) -> None:
        super().__init__(pool)
        self._jobs: dict[int, Job] = {}
        self._runnables: dict[int, QRunnable] = {}
        self.arrived.connect(self._deliver)

    def address(self, job: Job) -> int:
        """A number that `send` knows the job by, until its outcome is delivered."""
        number = next(_numbers)
        self._jobs[number] = job
        return number

    def keep(self, number: int, runnable: QRunnable) -> None:
        """Hold a runnable until its outcome is delivered: deleted by the pool, it would go in a worker's thread."""
        runnable.setAutoDelete(False)
        self._runnables[number] = runnable

    def send(self, number: int, kind: str, values: tuple[Any, ...]) -> None:
        """Called by worker threads."""
        self.arrived.emit(number, kind, values)

    def _deliver(self, number: int, kind: str, values: tuple[Any, ...]) -> None:
        on_the_way = kind in ("progress", "partial")
        job = self._jobs.get(number) if on_the_way else self._jobs.pop(number, None)
        if not on_the_way:
            self._runnables.pop(number, None)
        # Its parent may be gone meanwhile, and the job with it.
        if job is not None and shiboken6.isValid(job):
            job.receive(kind, values)


class _Runnable(QRunnable):
    def __init__(
        self, work: Work, cancel: threading.Event, send: Callable[[int, str, tuple[Any, ...]], None], number: int
    ) -> None:
        super().__init__()
        self._work = work
        self._cancel = cancel
        self._send = send
        self._number = number

    def run(self) -> None:
        """Called by the pool."""

        def send(kind: str, *values: object) -> None:
            self._send(self._number, kind, values)

        try:
            if self._cancel.is_set():
                raise Cancelled
            send("result", self._work(self._cancel, Report(self._cancel, send)))
        except Cancelled:
            send("cancelled")
        except Exception as error:  # The last line of defence: a failure must reach the user, not the console.
            if sentence := user_sentence(error):
                send("failed", sentence, "")
            else:
                text = QCoreApplication.translate("Job", "Something in the program went wrong ({reason}).")
                reason = f"{type(error).__name__}: {error}"
                send("failed", text.format(reason=reason), traceback.format_exc())


class _StageClock:
    """Remaining seconds by stage, and no more reports than a window can show."""

    def __init__(self) -> None:
        self._stage = ""
        self._started = 0.0
        self._reported = 0.0

    def remaining(self, stage: str, done: int, total: int) -> float | None:
        """Seconds that `stage` still needs, -1 while unknown; None where the report should be left out."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._started = stage, now
        elif now - self._reported < _SECONDS_BETWEEN_REPORTS and done < total:
            return None
        self._reported = now
        return (now - self._started) / done * (total - done) if done else -1.0
