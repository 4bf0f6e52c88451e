"""Detects diverging training."""

from __future__ import annotations

import math
from collections import defaultdict
from statistics import median

from tinyface_core.training.events import CombinedEvents, JobEvents
from tinyface_core.types import UserError

_FIRST, _FACTOR = 5, 4.0
"""Number of first points whose median is the reference, and the largest ratio of the running mean to it."""


class Diverged(UserError):
    """A run whose loss explodes or is not finite; the message is for the user, the last checkpoint is from before."""


class DivergenceWatch(CombinedEvents):
    """Passes events on, and stops the run when a watched curve rises far above its first points.

    Since the losses of single batches vary widely, a running mean is compared with the median of the first points.
    """

    def __init__(self, events: JobEvents, watched: tuple[str, ...]) -> None:
        """Watch the curves with these names, which must be non-negative losses; `events` receives all events."""
        super().__init__(events)
        self._watched = watched
        self._beginnings: dict[str, list[float]] = defaultdict(list)
        self._means: dict[str, float] = {}

    def scalar(self, name: str, step: int, value: float) -> None:
        """See `JobEvents`.

        Raises:
            Diverged: if a watched curve has diverged.
        """
        super().scalar(name, step, value)
        if name not in self._watched:
            return
        beginning = self._beginnings[name]
        if len(beginning) < _FIRST:
            beginning.append(value)
        self._means[name] = 0.7 * self._means.get(name, value) + 0.3 * value
        limit = _FACTOR * max(median(beginning), 0.05)
        if not math.isfinite(value) or (len(beginning) >= _FIRST and self._means[name] > limit):
            raise Diverged(
                f"The training has gone astray at step {step}: {name} went from {median(beginning):.3g} to {value:.3g}."
                " Try again with a lower learning rate."
            )
