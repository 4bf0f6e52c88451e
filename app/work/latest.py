"""Runs one job at a time; a new request replaces a waiting one."""

from __future__ import annotations

from typing import Any, TypeVar

from .job import Job, Work
from .worker import Worker

T = TypeVar("T")


class LatestJob:
    """Runs one job at a time: a new one replaces the waiting one and cancels the running one.

    With `let_run` the running job is not cancelled, and the newest waits for it.
    """

    def __init__(self, worker: Worker, *, let_run: bool = False) -> None:
        self._worker = worker
        self._let_run = let_run
        self._running: Job[Any] | None = None
        self._waiting: Job[Any] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a job runs or waits and was not cancelled."""
        return self._running is not None

    def start(self, work: Work[T]) -> Job[T]:
        """Start a job in place of older ones; the caller connects to it."""
        job = Job(work)
        if self._let_run and self._running is not None:
            self._give_up_waiting()
            self._waiting = job
        else:
            self.cancel()
            self._begin(job)
        return job

    def cancel(self) -> None:
        """Cancel the job, if there is one; it emits no result."""
        self._give_up_waiting()
        if self._running is not None:
            self._running.cancel()
            self._running = None

    def _begin(self, job: Job[Any]) -> None:
        self._running = job
        job.done.connect(lambda: self._go_on(job))
        self._worker.run(job)

    def _go_on(self, job: Job[Any]) -> None:
        if job is self._running:
            self._running = None
            if self._waiting is not None:
                waiting, self._waiting = self._waiting, None
                self._begin(waiting)

    def _give_up_waiting(self) -> None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            waiting.receive("cancelled")
