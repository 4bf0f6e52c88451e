"""Measures the rate of progress and estimates the remaining time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

_SECONDS_OF_LATE = 45.0
_LEAST_SECONDS = 0.1
"""What is told of at once, as all that was stored in one change, took longer than it takes to tell it."""


@dataclass(frozen=True, slots=True)
class Advance:
    """How far something is.

    Attributes:
        done: how much is done.
        total: of so much; of what is still listed, so much till now.
        per_second: how much is done in a second of late; 0 before anything was.
        seconds_left: -1 where it cannot be said, as while what there is to do is listed.
    """

    done: int
    total: int
    per_second: float = 0.0
    seconds_left: float = -1.0


class Pace:
    """How quickly something gets done of late; what went quicker or slower before does not count."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def advance(self, now: float, done: int, total: int) -> Advance:
        """So many of so many are done at this time in seconds."""
        self.see(now, done)
        return Advance(done, total, self.per_second, self.seconds_for(total - done))

    def see(self, now: float, done: int) -> None:
        """So many are done at this time in seconds."""
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
        """So many a second; 0 before anything was done, and where too little time has gone by to say."""
        if not self._seen:
            return 0.0
        (began, before), (now, done) = self._seen[0], self._seen[-1]
        return (done - before) / (now - began) if now - began >= _LEAST_SECONDS else 0.0

    def seconds_for(self, more: float) -> float:
        """How long so many more will take; -1 before anything was done."""
        return more / self.per_second if self.per_second else -1.0
