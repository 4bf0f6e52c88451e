"""Fine-tuning runs in the background: found at the start, watched, and asked about at exit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.training.finetune.runs import Run, RunState

from ..jobs.training import ListedRun, list_runs
from ..work import LatestJob, Worker

_OFFERED = (RunState.RUNNING, RunState.INTERRUPTED, RunState.PAUSED, RunState.FINISHED, RunState.FAILED)
"""States of offered runs, the most important first."""


class TrainingRuns(QObject):
    """Watches the states of the runs and offers one whose state the user has not seen."""

    offered = Signal(object, int)
    """`ListedRun` to offer, or None, and the number of others."""
    failed = Signal(str)
    """A sentence: a run could not be resumed or paused."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._listed: list[ListedRun] = []
        self._seen: set[tuple[Run, RunState]] = set()
        self._project: Path | None = None
        self._offer: ListedRun | None = None
        self._worker = Worker(self, threads=2)
        self._looking = LatestJob(self._worker)
        self._timer = QTimer(self, interval=3000)  # while something runs
        self._timer.timeout.connect(lambda: self.look(self._project))

    def look(self, project: Path | None = None) -> None:
        """Read the states of the runs in a worker thread; those that learn from `project` are offered first."""
        self._project = project
        self._looking.start(lambda _cancel, _report: list_runs()).then(self._take)

    def take_seen(self, listed: Sequence[ListedRun]) -> None:
        """Note that the user sees these runs: they are watched and offered again only when their state changes."""
        self._seen.update((one.run, one.state) for one in listed)
        self._take(list(listed))

    def dismiss(self) -> None:
        """Note that the user has read the offer."""
        if self._offer is not None:
            self._seen.add((self._offer.run, self._offer.state))
        self._choose()

    def take_up(self, run: Run) -> None:
        """Resume a run."""
        job = self._worker.start(lambda _cancel, _report: run.start())
        job.then(lambda _result: self.look(self._project), lambda sentence, _details: self.failed.emit(sentence))

    def at_work(self) -> list[ListedRun]:
        """The known runs on which a process works at this moment; fast."""
        # A lock is tried, nothing is read: what was true three seconds ago would ask about a run that has ended.
        return [one for one in self._listed if one.state == RunState.RUNNING and one.run.is_alive()]

    def stop(self) -> None:
        """Stop watching; the runs go on."""
        self._timer.stop()
        self._worker.stop()

    def _take(self, listed: list[ListedRun]) -> None:
        self._listed = listed
        if any(one.state == RunState.RUNNING for one in listed):
            self._timer.start()
        else:
            self._timer.stop()
        self._choose()

    def _choose(self) -> None:
        new = [one for one in self._listed if (one.run, one.state) not in self._seen]
        offer = min(new, key=self._rank, default=None)
        if offer != self._offer:
            self._offer = offer
            self.offered.emit(offer, len(new) - 1)

    def _rank(self, one: ListedRun) -> tuple[bool, int]:
        of_project = any(source.annotations == str(self._project) for source in one.request.sources)
        return (not of_project, _OFFERED.index(one.state))
