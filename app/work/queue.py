"""Runs jobs one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from .job import Job, Work
from .worker import Worker

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class JobQueue(QObject, Generic[K, T]):
    """Runs requests, named by keys, one by one; the next one is chosen when the previous one ends."""

    started = Signal(object)
    """Key."""
    progress = Signal(object, str, int, int, float)
    """Key, stage, done, total, remaining seconds of the stage (-1: unknown)."""
    partial = Signal(object, object)
    """Key, a part of the result."""
    result = Signal(object, object)
    """Key, result."""
    failed = Signal(object, str, str)
    """Key, one sentence as the core says it, details."""
    cancelled = Signal(object)
    """Keys of dropped requests."""
    idle = Signal()
    """All requests are finished."""

    def __init__(
        self,
        worker: Worker,
        work_for: Callable[[K], Work[T] | None],
        parent: QObject | None = None,
        *,
        newest_first: bool = False,
        most: int | None = None,
    ) -> None:
        """Create an empty queue of at most `most` waiting requests, of which the oldest are dropped.

        `work_for` returns the work of a request when it is due; None if it is obsolete. With `newest_first` the latest
        request comes first, even if it is a repeated one.
        """
        super().__init__(parent)
        self._worker = worker
        self._work_for = work_for
        self._newest_first = newest_first
        self._most = most
        self._waiting: dict[K, None] = {}
        self._preferred: Sequence[K] = ()
        self._job: Job[T] | None = None
        self.running: K | None = None
        """Key of the running request."""
        self.finished_count = 0
        """Number of finished requests since the queue was last empty."""
        self._began = 0.0

    def add(self, keys: Iterable[K]) -> None:
        """Add requests."""
        if not self.waiting_count:
            self._began = time.monotonic()
        for key in keys:
            if self._newest_first:
                self._waiting.pop(key, None)
            self._waiting[key] = None
        while self._most is not None and len(self._waiting) > self._most:
            del self._waiting[next(iter(self._waiting))]
        self._next()

    def prefer(self, keys: Sequence[K]) -> None:
        """Move waiting requests to the front, in this order."""
        self._preferred = keys

    def drop(self, key: K) -> None:
        """Drop a request."""
        self._waiting.pop(key, None)
        if self._job is not None and key == self.running:
            self._job.cancel()

    def cancel(self) -> None:
        """Drop all requests; the running one stops soon."""
        given_up = list(self._waiting)
        self._waiting.clear()
        if self._job is not None and self.running is not None:
            self._job.cancel()
            given_up.append(self.running)
        if given_up:
            self.cancelled.emit(given_up)

    def waits(self, key: K) -> bool:
        """Whether a request waits or runs."""
        return key in self._waiting or (self._job is not None and key == self.running)

    @property
    def waiting_count(self) -> int:
        """Number of waiting requests, including the running one."""
        return len(self._waiting) + (self._job is not None)

    @property
    def remaining_seconds(self) -> float:
        """Estimated time of the waiting requests from that of finished ones; -1 if none is finished."""
        if not self.finished_count:
            return -1.0
        return (time.monotonic() - self._began) / self.finished_count * self.waiting_count

    def _next(self) -> None:
        while self._job is None and self._waiting:
            key = self._choose()
            del self._waiting[key]
            work = self._work_for(key)
            if work is not None:
                self._begin(key, work)

    def _choose(self) -> K:
        for key in self._preferred:
            if key in self._waiting:
                return key
        return next(reversed(self._waiting) if self._newest_first else iter(self._waiting))

    def _begin(self, key: K, work: Work[T]) -> None:
        self._job, self.running = self._worker.start(work), key
        self.started.emit(key)
        self._job.progress.connect(lambda *report: self.progress.emit(key, *report))
        self._job.partial.connect(lambda part: self.partial.emit(key, part))
        self._job.failed_because.connect(lambda *failure: self.failed.emit(key, *failure))
        self._job.then(lambda result: self.result.emit(key, result)).done.connect(self._finish)

    def _finish(self) -> None:
        self._job = self.running = None
        self.finished_count += 1
        if not self._waiting:
            self.finished_count = 0
            self.idle.emit()
        self._next()
