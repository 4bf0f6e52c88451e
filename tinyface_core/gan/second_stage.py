"""The interface between the finder and a second stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.types import Detections, Floats, RgbImage, RunsNetworks


@dataclass(frozen=True, slots=True)
class Judgement:
    """The second stage's verdict on `N` candidates.

    Where a part of the stage did not look at a candidate, what it would have said is not a number.

    Attributes:
        surroundings: `(N,)` probability in [0, 1] of a face by what lies round the candidate.
        face: `(N,)` by its crop, of the discriminator's face head.
        real: `(N,)` that the crop is a natural picture.
        boxes: `(N, 4)` xyxy in pixels of the picture, where the face lies; not a number where the stage does not say.
        timings: seconds by stage: "crop", "surroundings", "generate", "discriminate".
    """

    surroundings: Floats
    face: Floats
    real: Floats
    boxes: Floats
    timings: Mapping[str, float] = field(default_factory=dict)

    @staticmethod
    def nothing(count: int) -> Judgement:
        """Of so many candidates at which nobody has looked yet; arrays to be filled."""
        surroundings, face, real = np.full((3, count), np.nan)
        return Judgement(surroundings, face, real, np.full((count, 4), np.nan))

    def put(self, rows: NDArray[np.int64], part: Judgement) -> None:
        """Fill in what was said of the candidates in some rows."""
        for name in ("surroundings", "face", "real", "boxes"):
            getattr(self, name)[rows] = getattr(part, name)

    @property
    def looked(self) -> NDArray[np.bool_]:
        """`(N,)` whether any part of the stage looked at the candidate."""
        return ~(np.isnan(self.surroundings) & np.isnan(self.face))

    @property
    def in_place(self) -> Floats:
        """`(N,)` probability of a face, by crop and surroundings together: their logits are added."""
        odds = [np.nan_to_num(p / np.maximum(1 - p, 1e-9), nan=1.0) for p in (self.surroundings, self.face)]
        joined: Floats = odds[0] * odds[1]
        return np.where(self.looked, joined / (1 + joined), np.nan)


class SecondStage(RunsNetworks, Protocol):
    """Generator and discriminator together."""

    @property
    def name(self) -> str:
        """What the user calls its weights."""

    @property
    def digest(self) -> str:
        """SHA-256 of its weights."""

    @property
    def context(self) -> float:
        """Share of a box's side that is added round it."""

    @property
    def fusion(self) -> Mapping[str, float]:
        """Calibrated rule; see `tinyface_core.gan.fusion`."""

    def undecided(self, candidates: Detections) -> NDArray[np.bool_]:
        """`(N,)` which candidates are worth a look: of the others the detector is sure."""

    def judge(self, picture: RgbImage, candidates: Detections) -> Judgement:
        """The verdict on a few candidates of a picture, RGB uint8 `(H, W, 3)`: they go through the networks together.

        What is said of one does not depend on the others.
        """
