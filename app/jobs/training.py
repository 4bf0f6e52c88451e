"""Fine-tuning from the window's side: checks data, estimates time, starts, watches, steers and adopts runs.

A run is a process of its own. It and the window communicate only through files in the run's folder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from tinyface_core.datasets.check import DataCheck
from tinyface_core.training.finetune.comparison import Change, Comparison
from tinyface_core.training.finetune.estimate import Estimate, read_estimate
from tinyface_core.training.finetune.request import DataSource, FineTuneRequest
from tinyface_core.training.finetune.runs import (
    Outcome,
    Run,
    RunState,
    all_runs,
    create_run,
    process_environment,
    read_events,
)
from tinyface_core.types import Cancelled, CancelToken, Progress, stop_if_asked

from ..models.images import cut_square
from ..work import LatestJob, Worker

CROP_SIDE = 112
"""Side in pixels of the crop of a change."""

CONTEXT = 1.3
"""Half the side of the crop, in longer sides of the face."""


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run in a list.

    Attributes:
        begun: when it was made, in seconds since 1970.
    """

    run: Run
    state: RunState
    request: FineTuneRequest
    begun: float


@dataclass(frozen=True, slots=True)
class RunNews:
    """News of a run.

    Attributes:
        gone: whether its folder no longer exists.
        kept: whether it failed but has weights from before the failure.
    """

    state: RunState
    events: list[dict[str, Any]]
    outcome: Outcome | None
    gone: bool = False
    kept: bool = False


def list_runs() -> list[ListedRun]:
    """All readable runs, the newest first."""
    listed = []
    for run in all_runs():
        try:
            listed.append(ListedRun(run, run.state(), run.request, run.begun()))
        except (OSError, ValueError):
            continue  # Half a folder: being thrown away, or from a program of another version.
    return listed


def check_sources(sources: Sequence[DataSource], cancel: CancelToken, progress: Progress) -> DataCheck:
    """Check data sets.

    Raises:
        Exception: with a sentence for the user, if they cannot be read.
    """
    from tinyface_core.datasets.check import check_pictures
    from tinyface_core.training.finetune.material import read_sources

    with tempfile.TemporaryDirectory() as frames:
        return check_pictures(read_sources(sources, Path(frames)), cancel, progress)[0]


def measure_time(request: FineTuneRequest, cancel: CancelToken, _progress: Progress) -> Estimate:
    """Measure the time of a few training steps in another process.

    Raises:
        Cancelled: at once.
        ValueError: with a sentence for the user.
    """
    with tempfile.TemporaryDirectory() as folder:
        question, answer = Path(folder) / "request.json", Path(folder) / "result.json"
        request.save(question)
        command = [sys.executable, "-m", "tinyface_core.training.finetune.estimate", str(question), str(answer)]
        silent = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=silent, stderr=silent, env=process_environment()) as process:
            while True:
                try:
                    process.wait(0.1)
                    break
                except subprocess.TimeoutExpired:
                    if cancel.is_set():
                        process.kill()
                        raise Cancelled from None
        return read_estimate(answer)


def begin(request: FineTuneRequest) -> Run:
    """Create a run and start its process.

    Raises:
        WeightsError, OSError: if it cannot be started.
    """
    run = create_run(request)
    run.start()
    return run


def cut_changes(comparison: Comparison, cancel: CancelToken) -> dict[Change, QImage]:
    """Crops, with surroundings, of places that the old and the new weights judge differently."""
    from tinyface_core.media.images import load_image
    from tinyface_core.media.opening import MediaError

    images: dict[Change, QImage] = {}
    by_path: dict[str, list[Change]] = {}
    for change in comparison.changes:
        by_path.setdefault(change.path, []).append(change)
    for path, changes in by_path.items():
        stop_if_asked(cancel)
        try:
            pixels = load_image(Path(path)).pixels
        except MediaError:
            continue
        for change in changes:
            images[change] = cut_square(pixels, change.box, 2 * CONTEXT - 1, CROP_SIDE)
    return images


class RunWatcher(QObject):
    """Reads the state of a run a few times a second in a worker thread."""

    news = Signal(object)
    """`RunNews`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = Worker(self)
        self._looking = LatestJob(self._worker)
        self._timer = QTimer(self, interval=400)
        self._timer.timeout.connect(self._look)
        self._run: Run | None = None
        self._place = 0

    def watch(self, run: Run | None) -> None:
        """Watch another run, from its beginning; None: none."""
        self._run, self._place = run, 0
        if run is None:
            self._timer.stop()
        else:
            self._timer.start()
            self._look()

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self._timer.stop()
        self._run = None
        self._worker.stop()

    def _look(self) -> None:
        if self._looking.is_busy or self._run is None:
            return
        run, place = self._run, self._place
        self._looking.start(lambda _cancel, _report: _look_at(run, place)).then(lambda found: self._take(run, *found))

    def _take(self, run: Run, news: RunNews, place: int) -> None:
        if run is not self._run:
            return
        self._place = place
        if news.gone:
            self._timer.stop()
        self.news.emit(news)


def _look_at(run: Run, place: int) -> tuple[RunNews, int]:
    # The state first: events that come after it are told next time, but none is missed of a run that has ended.
    if not run.folder.exists():
        return RunNews(RunState.INTERRUPTED, [], None, gone=True), place
    state = run.state()
    events, place = read_events(run.events_file, place)
    kept = state == RunState.FAILED and bool(run.cards())
    return RunNews(state, events, run.outcome(), kept=kept), place
