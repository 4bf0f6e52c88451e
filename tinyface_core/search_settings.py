"""Everything that changes what a search finds, and its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta

from tinyface_core.runtime import Runtime


class Effort(StrEnum):
    """How hard to search; see `SearchSettings.of`."""

    FAST = "fast"
    BALANCED = "balanced"
    THOROUGH = "thorough"


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """Everything that changes what a search finds, except display thresholds (see `search.finder.visible`).

    Attributes:
        detector: name, or several joined by `AND`; empty for the default of the effort.
        gan: name of the second stage's weights; empty for the default.
        effort: which scaled copies of the picture are searched; `FAST` also has its own detector.
        second_stage: whether candidates are enlarged and judged a second time.
        budget: maximum number of candidates for the second stage, least certain and smallest first (paper: 600).
        context: share of a box's side that is added around it for the second stage; None for the value in training.
        nms_iou: IoU threshold of the final non-maximum suppression.
        turned: whether the picture rotated by 90, 180 and 270 degrees is searched too, which takes four times as long.
        tilted: whether the picture tilted by 30 degrees to either side is searched too, which takes five times as long.
        focus: whether enlarged copies are searched only near what the picture itself shows; else as a whole, which
            finds more doubtful faces and takes more than twice as long.
        second_detector: whether the default of an effort other than `FAST` includes a second detector, which votes.
        device: "auto", "cpu", "cuda:0", ...
        backend: "auto" (the fastest available), "torch", "onnxruntime" or "openvino".
        precision: "auto" (the best for the device), "float32", "int8", ...
    """

    detector: str = ""
    gan: str = ""
    effort: Effort = Effort.BALANCED
    second_stage: bool = True
    budget: Annotated[int, Meta(ge=0, le=10**15)] = 128
    context: Annotated[float, Meta(ge=0, le=10)] | None = None
    nms_iou: Annotated[float, Meta(ge=0, le=1)] = 0.45
    turned: bool = False
    tilted: bool = False
    focus: bool = True
    second_detector: bool = True
    device: str = "auto"
    backend: str = "auto"
    precision: str = "auto"

    @property
    def runtime(self) -> Runtime:
        """Where and how the networks run."""
        return Runtime(self.device, self.backend, self.precision)

    @staticmethod
    def of(effort: Effort, **changes: Any) -> SearchSettings:
        """The settings of an effort, with some fields changed."""
        usual = SearchSettings(effort=effort, second_stage=effort is not Effort.FAST, budget=BUDGETS[effort])
        return replace(usual, **changes)


BUDGETS: Mapping[Effort, int] = {Effort.FAST: 32, Effort.BALANCED: 128, Effort.THOROUGH: 600}
"""Default budget of each effort."""


AND = "+"
"""Stands between the names of detectors that search a picture together."""

LEAST_SHOWN, LEAST_KEPT = 0.4, 0.1
"""Default minimum scores of faces that are shown, and of those that are kept in projects."""
