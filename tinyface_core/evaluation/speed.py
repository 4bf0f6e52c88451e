"""Measures time by stage and peak memory of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinyface_core.search.finder import FaceFinder
from tinyface_core.types import Frame


@dataclass(frozen=True, slots=True)
class StageTime:
    """Duration of one stage in milliseconds: median and 90th percentile over the repetitions."""

    median: float
    slow: float


@dataclass(frozen=True, slots=True)
class PictureSpeed:
    """Speed on one picture.

    Attributes:
        width, height: in pixels.
        candidates, refined: of the search.
        stages: by stage in order, and "whole" for the whole search.
    """

    source: str
    width: int
    height: int
    candidates: int
    refined: int
    stages: dict[str, StageTime]


def measure_speed(finder: FaceFinder, frames: Sequence[Frame], repeat: int = 5) -> list[PictureSpeed]:
    """Search every frame once unmeasured, then `repeat` times.

    Raises:
        ValueError: if `repeat` is less than 1.
    """
    if repeat < 1:
        raise ValueError("A speed is measured over one repetition or more.")
    speeds = []
    for frame in frames:
        # The first search is a warm-up: it allocates memory and selects kernels.
        results = [finder.find(frame) for _ in range(repeat + 1)][1:]
        times = {stage: [result.timings[stage] for result in results] for stage in results[0].timings}
        times["whole"] = [sum(result.timings.values()) for result in results]
        stages = {stage: StageTime(*_milliseconds(seconds)) for stage, seconds in times.items()}
        first = results[0]
        speeds.append(PictureSpeed(frame.source, frame.width, frame.height, first.candidates, first.refined, stages))
    return speeds


def _milliseconds(seconds: Sequence[float]) -> tuple[float, float]:
    return float(np.median(seconds)) * 1000, float(np.percentile(seconds, 90)) * 1000
