"""Learning-rate schedules: warm-up, then decay."""

from __future__ import annotations

import math
from typing import Any


def falling(done: float, least: float) -> float:
    """Share of the highest rate when `done` in [0, 1] lies behind: along half a cosine from 1 to `least`."""
    return least + (1 - least) * 0.5 * (1 + math.cos(math.pi * done))


def set_rate(optimizer: Any, rate: float) -> None:
    """Give all parameters of an optimiser one learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate
