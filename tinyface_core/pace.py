"""Measures the rate of progress and estimates the remaining time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_SECONDS_OF_LATE = 45.0
"""Time span over which the rate is measured."""

_LEAST_SECONDS = 0.1
"""Shortest time span from which a rate is computed: several items may be reported at once."""


@dataclass(frozen=True, slots=True)
class Advance:
    """Progress of some work.

    Attributes:
        total: number of all items found so far.
        per_second: recent rate; 0 if unknown.
        seconds_left: estimated remaining time; -1 if unknown, for example while items are still being listed.
    """

    done: int
    total: int
    per_second: float = 0.0
    seconds_left: float = -1.0


class Pace:
    """Measures the rate over the last 45 seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def advance(self, now: float, done: int, total: int) -> Advance:
        """Record that `done` of `total` items are finished at the time `now` in seconds; returns the progress."""
        self.see(now, done)
        return Advance(done, total, self.per_second, self.seconds_for(total - done))

    def see(self, now: float, done: int) -> None:
        """Record that `done` items are finished at the time `now` in seconds."""
        if self._seen and done < self._seen[-1][1]:
            self._seen.clear()
        if len(self._seen) < 2 or now - self._seen[-2][0] >= 1:
            self._seen.append((now, done))
        else:
            self._seen[-1] = now, done
        while len(self._seen) > 2 and now - self._seen[1][0] > _SECONDS_OF_LATE:
            self._seen.popleft()

    @property
    def per_second(self) -> float:
        """Items per second; 0 if unknown."""
        if not self._seen:
            return 0.0
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - began) if now - began >= _LEAST_SECONDS else 0.0

    def seconds_for(self, more: float) -> float:
        """Estimated seconds for `more` items; -1 if unknown."""
        return more / self.per_second if self.per_second else -1.0
