"""Selects the candidates that go to the second stage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import Detections


def within_budget(candidates: Detections, budget: int) -> NDArray[np.int64]:
    """Rows of the candidates that go through the second stage: least certain and smallest first.

    Certainty is the distance of the score from one half; a face of 64 pixels counts as much
    more certain as a tenth of that scale.
    """
    need = np.abs(candidates.scores - 0.5) + candidates.sizes / 640
    return np.sort(np.argsort(need, kind="stable")[:budget])
