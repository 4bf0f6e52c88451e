"""Progress and remaining time of a scan."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock

from tinyface_core.pace import Advance, Pace
from tinyface_core.project.scanned import Outcome


class Tally:
    """Counts what a scan does with files; may be used from any thread.

    What is as before is passed over a thousand times as quickly as a file is searched, and may all come first: it has
    a time of its own.
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
        """Count what is listed, in batches of so many files, of which so many are known."""
        for files, known in batches:
            self._listed += files
            self._known += known
        self._all_are_listed = True

    def change(self) -> None:
        """A file that is known is not as it was."""
        self._changed += 1

    def passed(self, outcome: Outcome, seconds: float) -> None:
        """A file is as before, which took so long to find out."""
        with self._telling:
            self._passed += 1
            self._passing_seconds += seconds
            self._count(outcome)

    def done(self, outcome: Outcome) -> None:
        """A file that is new, or has changed, is done."""
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
        # Of those that are known as many will have changed as of those that were looked at.
        share = self._passed / looked_at if looked_at else 1.0
        passing = max(self._known - looked_at, 0) * share
        searched = max(self._listed - done - passing, 0.0)
        seconds = passing * self._passing_seconds / max(self._passed, 1)
        if searched < 1:
            return seconds
        return seconds + self._pace.seconds_for(searched) if self._pace.per_second else -1.0
