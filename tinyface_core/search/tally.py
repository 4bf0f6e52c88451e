"""Progress and remaining time of a scan."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock

from tinyface_core.pace import Advance, Pace
from tinyface_core.project.scanned import Outcome


class Tally:
    """Counts the outcomes of a scan and estimates its remaining time; may be used from any thread.

    Unchanged files are skipped a thousand times faster than others are searched, and may all come first: the two are
    timed separately.
    """

    def __init__(self, tell: Callable[[Advance], None]) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self._tell, self._telling = tell, Lock()
        self._listed = self._known = 0
        self._all_are_listed = False
        self._passed = self._changed = 0
        self._passing_seconds = 0.0
        self._pace = Pace()

    def list(self, batches: Iterable[tuple[int, int]]) -> None:
        """Count the listed files: each batch is a number of files and how many of them were scanned before."""
        for files, known in batches:
            self._listed += files
            self._known += known
        self._all_are_listed = True

    def change(self) -> None:
        """Count a file that was scanned before and has changed."""
        self._changed += 1

    def passed(self, outcome: Outcome, seconds: float) -> None:
        """Count an unchanged file, which took this many seconds to check."""
        with self._telling:
            self._passed += 1
            self._passing_seconds += seconds
            self._count(outcome)

    def done(self, outcome: Outcome) -> None:
        """Count a new or changed file that is done."""
        with self._telling:
            self._pace.see(time.monotonic(), self.outcomes.total() - self._passed + 1)
            self._count(outcome)

    def _count(self, outcome: Outcome) -> None:
        self.outcomes[outcome] += 1
        done = self.outcomes.total()
        self._tell(Advance(done, max(done, self._listed), self._pace.per_second, self._seconds_left(done)))

    def _seconds_left(self, done: int) -> float:
        if not self._all_are_listed:
            return -1.0
        looked_at = self._passed + self._changed
        # Assumes that files not yet checked have changed as often as those checked so far.
        share = self._passed / looked_at if looked_at else 1.0
        passing = max(self._known - looked_at, 0) * share
        searched = max(self._listed - done - passing, 0.0)
        seconds = passing * self._passing_seconds / max(self._passed, 1)
        if searched < 1:
            return seconds
        return seconds + self._pace.seconds_for(searched) if self._pace.per_second else -1.0
