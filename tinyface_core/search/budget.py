"""Selects the candidates that go to the second stage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import Detections


def within_budget(candidates: Detections, budget: int) -> NDArray[np.int64]:
    """Rows of at most `budget` candidates for the second stage, the least certain and smallest, in ascending order.

    Candidates are ranked by the distance of their score from 0.5, plus 0.1 per 64 pixels of their size.
    """
    need = np.abs(candidates.scores - 0.5) + candidates.sizes / 640
    return np.sort(np.argsort(need, kind="stable")[:budget])
