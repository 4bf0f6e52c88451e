"""The second stage as the finder sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tinyface_core.types import Floats, RgbImage, Runtime


@dataclass(frozen=True, slots=True)
class Judgement:
    """The second stage's verdict on `N` candidates.

    Attributes:
        face: `(N,)` probability in [0, 1] that it is a face.
        real: `(N,)` that it is a natural picture.
        boxes: `(N, 4)` xyxy in pixels of the picture, where the face lies; not a number where the stage does not say.
        timings: seconds by stage: "crop", "generate", "discriminate".
    """

    face: Floats
    real: Floats
    boxes: Floats
    timings: Mapping[str, float] = field(default_factory=dict)


class SecondStage(Protocol):
    """Generator and discriminator together."""

    @property
    def name(self) -> str:
        """What the user calls its weights."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of its weights."""
        ...

    @property
    def context(self) -> float:
        """Share of a box's side that is added round it."""
        ...

    @property
    def fusion(self) -> Mapping[str, float]:
        """Calibrated rule; see `tinyface_core.search.fusion`."""
        ...

    @property
    def runtime(self) -> Runtime:
        """What runs its networks."""
        ...

    def judge(self, picture: RgbImage, boxes: Floats) -> Judgement:
        """The verdict on a few candidates of a picture: they go through the networks together.

        Args:
            picture: RGB uint8 `(H, W, 3)`.
            boxes: `(N, 4)` xyxy in pixels.
        """
        ...

    def leave_accelerator(self) -> bool:
        """Go on upon the processor, as the accelerator's memory is full; whether there was one to leave."""
        ...
