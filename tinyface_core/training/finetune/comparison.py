"""Data classes for results before and after a fine-tuning, which `held_back` computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tinyface_core.types import Box

FEWEST_TO_TELL = 6
"""Held-back pictures of which a 95 % interval tells something: five change the same way by chance once in sixteen."""

ChangeKind = Literal["found now", "lost now", "false alarm gone", "new false alarm"]


@dataclass(frozen=True, slots=True)
class BandResult:
    """Average precision, in [0, 1], of faces in a range of sizes before and after, with 95 % confidence intervals.

    Attributes:
        before, after: average precision.
        before_low, before_high, after_low, after_high: confidence intervals by bootstrap over pictures.
        difference, low, high: after minus before, with its interval by paired bootstrap.
    """

    name: str
    faces: int
    before: float
    before_low: float
    before_high: float
    after: float
    after_low: float
    after_high: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Change:
    """A face or false alarm that was found only before or only after.

    Attributes:
        box: xyxy box in pixels.
        before, after: scores, 0 if not found.
    """

    kind: ChangeKind
    path: str
    box: Box
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Results before and after a fine-tuning.

    Attributes:
        pictures: number of held-back pictures.
        bands: results by size, beginning with all sizes.
        figures: other results by name, before and after (PSNR in dB, AUC of the face head, faces and other boxes
            in a bundled photo).
        changes: faces and false alarms found only before or only after, the largest changes of each kind first.
        counts: number of changes of each kind, including those not listed.
        score: score thresholds before and after, each with one false alarm per picture.
        left_out: number of pictures of the new data that are missing or cannot be read.
    """

    pictures: int
    bands: tuple[BandResult, ...]
    figures: dict[str, tuple[float, float]]
    changes: tuple[Change, ...]
    counts: dict[str, int]
    score: tuple[float, float]
    left_out: int = 0

    @property
    def tells(self) -> bool:
        """Whether it was measured on enough pictures for its intervals to mean something."""
        return self.pictures >= FEWEST_TO_TELL
