"""The interface between the finder and a second stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.runtime import RunsNetworks
from tinyface_core.types import Detections, Floats, RgbImage


@dataclass(frozen=True, slots=True)
class Judgement:
    """The second stage's judgement of `N` candidates; NaN where a network did not run.

    Attributes:
        surroundings: `(N,)` probability of a face in [0, 1], from the surroundings network.
        face: `(N,)` probability of a face in [0, 1], from the discriminator's face head.
        real: `(N,)` probability in [0, 1] that the crop is a natural picture.
        boxes: `(N, 4)` xyxy of the face in pixels of the picture.
        timings: seconds by stage: "crop", "surroundings", "generate", "discriminate".
    """

    surroundings: Floats
    face: Floats
    real: Floats
    boxes: Floats
    timings: Mapping[str, float] = field(default_factory=dict)

    @staticmethod
    def nothing(count: int) -> Judgement:
        """An empty judgement of `count` candidates, for `put`."""
        surroundings, face, real = np.full((3, count), np.nan)
        return Judgement(surroundings, face, real, np.full((count, 4), np.nan))

    def put(self, rows: NDArray[np.int64], part: Judgement) -> None:
        """Set the judgement of the candidates in some rows."""
        for name in ("surroundings", "face", "real", "boxes"):
            getattr(self, name)[rows] = getattr(part, name)

    @property
    def looked(self) -> NDArray[np.bool_]:
        """`(N,)` whether any network judged the candidate."""
        return ~(np.isnan(self.surroundings) & np.isnan(self.face))

    @property
    def in_place(self) -> Floats:
        """`(N,)` probability of a face from crop and surroundings together, whose logits are added."""
        odds = [np.nan_to_num(p / np.maximum(1 - p, 1e-9), nan=1.0) for p in (self.surroundings, self.face)]
        joined: Floats = odds[0] * odds[1]
        return np.where(self.looked, joined / (1 + joined), np.nan)


class SecondStage(RunsNetworks, Protocol):
    """Generator and discriminator together."""

    @property
    def name(self) -> str:
        """Name of its weights."""

    @property
    def digest(self) -> str:
        """SHA-256 of its weights."""

    @property
    def context(self) -> float:
        """Share of a box's side that is added around it."""

    @property
    def fusion(self) -> Mapping[str, float]:
        """Calibrated rule; see `tinyface_core.gan.fusion`."""

    def undecided(self, candidates: Detections) -> NDArray[np.bool_]:
        """Mask `(N,)` of the candidates to judge; the detector is sure about the others."""

    def judge(self, picture: RgbImage, candidates: Detections) -> Judgement:
        """Judge candidates of a picture, RGB uint8 `(H, W, 3)`, as one batch, each independently of the others."""
