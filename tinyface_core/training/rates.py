"""Learning-rate schedules: warm-up, then decay."""

from __future__ import annotations

import math
from typing import Any


def falling(done: float, least: float) -> float:
    """Cosine decay from 1 to `least`, where `done` in [0, 1] is the share of steps that are done."""
    return least + (1 - least) * 0.5 * (1 + math.cos(math.pi * done))


def set_rate(optimizer: Any, rate: float) -> None:
    """Set the learning rate of all parameters of an optimiser."""
    for group in optimizer.param_groups:
        group["lr"] = rate
