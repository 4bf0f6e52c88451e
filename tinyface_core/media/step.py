"""Which frames of a video are searched."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from tinyface_core.types import Frame


@dataclass(frozen=True, slots=True)
class Step:
    """Step between the searched frames of a video.

    Attributes:
        every: number of frames, from 1; None to compute it from `a_second`.
        a_second: approximate number of searches per second of the video.
    """

    every: int | None = None
    a_second: float = 1.0

    def frames(self, fps: float) -> int:
        """The step in frames at a frame rate; 1 if the rate is unknown (0)."""
        return self.every or max(round(fps / self.a_second), 1)


SAMPLED = Step()
"""Step if only some frames of a video are looked at."""

TRACKED = Step(a_second=8.0)
"""Step if faces are linked into tracks and followed through the frames between."""


def frames_left(read: Callable[[int], Iterable[Frame]], step: int, done: Container[int | None]) -> Iterator[Frame]:
    """The frames 0, `step`, 2 `step`, ... that are not `done`; `read` gives them from a number on.

    The one before the first of them is read as well, which tells whether there is a cut.
    """
    first = next(number for number in count(0, step) if number not in done)
    return (frame for frame in read(max(first - step, 0)) if frame.index not in done)
