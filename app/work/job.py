"""One background job with progress, result, failure and cancellation."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from tinyface_core.types import Cancelled, CancelToken

T = TypeVar("T")

_SECONDS_BETWEEN_REPORTS = 0.05
_SECONDS_OF_REST = 0.01
_MOST_SECONDS_BEFORE_TAKEN = 0.25


class Report:
    """Passed to the work, which calls `report(stage, done, total)`; implements `tinyface_core.types.Progress`."""

    def __init__(self, cancel: CancelToken, send: Callable[..., None], taken: threading.Event) -> None:
        """`taken` is set by the GUI thread whenever it has processed a part."""
        self._cancel = cancel
        self._send = send
        self._taken = taken
        self._clock = _StageClock()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report progress.

        Raises:
            Cancelled: if the job was cancelled.
        """
        if self._cancel.is_set():
            raise Cancelled
        remaining = self._clock.remaining(stage, done, total)
        if remaining is not None:
            self._send("progress", stage, done, total, remaining)

    def partial(self, value: object) -> None:
        """Report a part of the result."""
        self._send("partial", value)

    def partials(self, values: Iterable[object]) -> None:
        """Report many parts, each after the GUI thread has processed the previous one and had a pause.

        Otherwise parts would accumulate on a busy computer, and the window would block while it processes them. The
        wait is limited, since a window that itself waits for the work processes nothing.

        Raises:
            Cancelled: if the job was cancelled.
        """
        for value in values:
            if self._cancel.is_set():
                raise Cancelled
            self._taken.clear()
            self.partial(value)
            self._taken.wait(_MOST_SECONDS_BEFORE_TAKEN)
            time.sleep(_SECONDS_OF_REST)


Work = Callable[[CancelToken, Report], T]


class Job(QObject, Generic[T]):
    """A function `work(cancel, report)` that a `Worker` runs; signals are emitted in the thread that created the job.

    Exactly one of `result`, `failed` and `cancelled` is emitted, then `done`, then the job is deleted. After `cancel`
    only `cancelled` and `done` are emitted.
    """

    progress = Signal(str, int, int, float)
    """Stage, done, total, remaining seconds of this stage (-1: not known yet)."""
    partial = Signal(object)
    """A part of the result, from work that calls `report.partial`."""
    result = Signal(object)
    failed = Signal(str, str)
    """One sentence for the user; of a defect of the program also details to copy."""
    failed_because = Signal(str, str)
    """The same with the sentence as the core says it, which is what is stored; comes with `failed`."""
    cancelled = Signal()
    done = Signal()

    def __init__(self, work: Work[T]) -> None:
        super().__init__()
        self.work = work
        self.token = threading.Event()

    def then(self, take: Callable[[T], object], fail: Callable[[str, str], object] | None = None) -> Job[T]:
        """Connect `result`, and `failed` if `fail` is given; `result` is typed as the work's result."""
        self.result.connect(take)
        if fail is not None:
            self.failed.connect(fail)
        return self

    def cancel(self) -> None:
        """Ask the work to stop; returns at once."""
        self.token.set()

    def receive(self, kind: str, *values: Any) -> None:
        """Process a message of the worker; of a failure also its reason as the core says it."""
        if kind in ("progress", "partial"):
            if not self.token.is_set():
                getattr(self, kind).emit(*values)
            return
        if kind == "cancelled" or self.token.is_set():
            self.cancelled.emit()
        elif kind == "failed":
            sentence, details, reason = values
            self.failed_because.emit(reason, details)
            self.failed.emit(sentence, details)
        else:
            getattr(self, kind).emit(*values)
        self.done.emit()
        self.deleteLater()


class _StageClock:
    """Remaining seconds by stage; limits the rate of reports."""

    def __init__(self) -> None:
        self._stage = ""
        self._started, self._begun = 0.0, 0
        self._reported = 0.0

    def remaining(self, stage: str, done: int, total: int) -> float | None:
        """Remaining seconds of `stage`, -1 if unknown; None if the report is to be dropped."""
        now = time.monotonic()
        if stage != self._stage or not done:  # a stage may come again
            self._stage, self._started, self._begun = stage, now, done  # what was done before took no time
        elif now - self._reported < _SECONDS_BETWEEN_REPORTS and done < total:
            return None
        self._reported = now
        return (now - self._started) / (done - self._begun) * (total - done) if done > self._begun else -1.0
