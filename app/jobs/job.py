"""One piece of work beside the GUI thread, with progress, result, failure and cancellation."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from tinyface_core.types import Cancelled, CancelToken, Progress

Work = Callable[[CancelToken, Progress], Any]

_SECONDS_BETWEEN_REPORTS = 0.05


class Job(QObject):
    """Runs `work(cancel, progress)` in a thread pool; its signals arrive in the thread that made it.

    Exactly one of `result`, `failed` and `cancelled` is emitted, then `done`. Nothing arrives after
    `cancel` but `cancelled` and `done`.
    """

    progress = Signal(str, int, int, float)
    """Stage, done, total, remaining seconds of this stage (-1: not known yet)."""
    partial = Signal(object)
    """A part of the result, from work that was given this signal's `emit`."""
    result = Signal(object)
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""
    cancelled = Signal()
    done = Signal()

    _outcome = Signal(str, object, str)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._cancel = threading.Event()
        self._clock = _StageClock()
        self._outcome.connect(self._settle)

    def start(self, pool: QThreadPool, priority: int = 0) -> None:
        """Queue the work; higher priorities run earlier."""
        pool.start(_Runnable(self._run), priority)

    def cancel(self) -> None:
        """Ask the work to stop; returns at once."""
        self._cancel.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancel.is_set()

    def _run(self) -> None:
        try:
            if self._cancel.is_set():
                raise Cancelled
            self._outcome.emit("result", self._work(self._cancel, self._report), "")
        except Cancelled:
            self._outcome.emit("cancelled", None, "")
        except Exception as error:  # The last line of defence: a failure must reach the user, not the console.
            sentence = str(error).strip() or type(error).__name__
            self._outcome.emit("failed", sentence, traceback.format_exc())

    def _report(self, stage: str, done: int, total: int) -> None:
        if self._cancel.is_set():
            raise Cancelled
        remaining = self._clock.remaining(stage, done, total)
        if remaining is not None:
            self.progress.emit(stage, done, total, remaining)

    def _settle(self, kind: str, value: object, details: str) -> None:
        if self._cancel.is_set() or kind == "cancelled":
            self.cancelled.emit()
        elif kind == "failed":
            self.failed.emit(str(value), details)
        else:
            self.result.emit(value)
        self.done.emit()


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


class _Runnable(QRunnable):
    def __init__(self, run: Callable[[], None]) -> None:
        super().__init__()
        self._run_it = run

    def run(self) -> None:
        """Called by the pool."""
        try:
            self._run_it()
        except RuntimeError:
            # The window was closed and its job object deleted while the work ran.
            return
