"""The boxes to cover at any time of a video, with a lead before and after each track.

Boxes are interpolated between searched frames. Before the first and after the last frame of a track, its box moves on
at the same speed and grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinyface_core.redaction.sureness import fitted
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.tracks import Track
from tinyface_core.types import FindResult, Floats

_MOVED_OVER = 0.3
"""Seconds at the end of a track from which its speed is computed."""

_GROWTH = 0.5
"""Growth of the box at each side per second, as a share of its sides."""


@dataclass(frozen=True, slots=True)
class _Life:
    """A track, its best score, and the time span in seconds in which it is covered, including the lead."""

    track: Track
    best: float
    begin: float
    end: float

    def box(self, seconds: float) -> Floats:
        """The box `(4,)` at a time in the span."""
        times = self.track.seconds
        if times[0] <= seconds <= times[-1]:
            before = int(np.searchsorted(times, seconds, "right")) - 1
            beside = slice(before, before + 2)
            boxes = fitted(self.track, self.best, beside)
            return np.array([np.interp(seconds, times[beside], boxes[:, edge]) for edge in range(4)])
        at, other = (0, 1) if seconds < times[0] else (-1, -2)
        away = seconds - times[at]
        near = np.flatnonzero(np.abs(times - times[at]) <= _MOVED_OVER)
        back = int(near[-1] if at == 0 else near[0]) if len(near) > 1 else other if len(times) > 1 else at
        here, there = fitted(self.track, self.best, [at, back])
        sides = np.tile(here[2:] - here[:2], 2)
        grown: Floats = here + np.array([-1, -1, 1, 1]) * sides * _GROWTH * abs(away)
        if len(times) > 1:
            speed = (here - there) / (times[at] - times[back])
            middle = (speed[:2] + speed[2:]) / 2
            grown = grown + np.tile(middle, 2) * away
        return grown


class Moments:
    """The boxes to cover at any time of one video."""

    def __init__(self, tracks: Sequence[Track], results: Sequence[FindResult], lead: float) -> None:
        """Compute the time span of every track.

        Args:
            tracks: tracks to cover.
            results: of all searched frames, in order; they contain the cuts.
            lead: seconds that are covered before and after a track. It is shorter for doubtful and for short tracks,
                most of which are false detections. It extends at least to the next searched frame, but never over a
                cut.
        """
        searched = np.array([result.seconds or 0.0 for result in results])
        cuts = np.flatnonzero([result.cut for result in results])
        self._lives = [_life(track, searched, cuts, lead) for track in tracks]
        self._begins = np.array([life.begin for life in self._lives])
        self._ends = np.array([life.end for life in self._lives])

    def boxes(self, seconds: float) -> Floats:
        """Boxes `(N, 4)` xyxy in pixels of the upright frame at this time."""
        alive = np.flatnonzero((self._begins <= seconds) & (seconds <= self._ends))
        return np.array([self._lives[place].box(seconds) for place in alive]).reshape(-1, 4)


def _life(track: Track, searched: Floats, cuts: np.ndarray[tuple[int], np.dtype[np.int64]], lead: float) -> _Life:
    first, last = np.searchsorted(searched, [track.seconds[0], track.seconds[-1]])
    before, behind = searched[max(first - 1, 0)], searched[min(last + 1, len(searched) - 1)]
    best = float(track.scores.max())
    lead = min(lead, float(track.seconds[-1] - track.seconds[0])) * min(1.0, best / LEAST_SHOWN)
    begin, end = min(track.seconds[0] - lead, before), max(track.seconds[-1] + lead, behind)
    # Where exactly between two searched frames a cut is, is not known.
    if (here := cuts[cuts <= first]).size:
        begin = max(begin, searched[here[-1] - 1])
    elif first == 0:
        begin = -np.inf
    if (here := cuts[cuts > last]).size:
        end = min(end, searched[here[0]])
    elif last == len(searched) - 1:
        end = np.inf
    return _Life(track, best, float(begin), float(end))
