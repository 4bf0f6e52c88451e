"""Results before and after a fine-tuning as values; `held_back` measures them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from tinyface_core.types import Box

ChangeKind = Literal["found now", "lost now", "false alarm gone", "new false alarm"]


@dataclass(frozen=True, slots=True)
class BandResult:
    """Average precision of faces of one band of sizes, in [0, 1], before and after, with 95 % intervals.

    Attributes:
        name: of the band.
        faces: how many there are.
        before, after: average precision.
        before_low, before_high, after_low, after_high: intervals over resampled pictures.
        difference, low, high: after minus before, from paired resampling.
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
    """A place that was judged differently afterwards.

    Attributes:
        kind: what happened to it.
        path: of the picture.
        box: xyxy in pixels.
        before, after: scores there, 0 where nothing was found.
    """

    kind: ChangeKind
    path: str
    box: Box
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a fine-tuning gained and cost.

    Attributes:
        pictures: how many were held back.
        bands: by size, all sizes first.
        figures: other figures by name, before and after (PSNR in dB, face head's AUC).
        changes: faces and false alarms that changed sides at `score`, of each kind the clearest first.
        counts: how many there are of each kind, those that are not listed included.
        score: what a candidate needs to count as found, before and after: one false alarm a picture.
    """

    pictures: int
    bands: tuple[BandResult, ...]
    figures: dict[str, tuple[float, float]]
    changes: tuple[Change, ...]
    counts: dict[str, int]
    score: tuple[float, float]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)
