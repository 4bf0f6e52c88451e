"""Interfaces of networks of the second stage, implemented by each backend."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.presets import GanPreset
from tinyface_core.types import RunsNetworks

Floats = NDArray[np.float32]


class Enlarged(NamedTuple):
    """What the generator makes of low-resolution crops, RGB float32 `(N, 4H, 4W, 3)` in [0, 1].

    Attributes:
        upsampled: G1's pictures.
        refined: G2's of them; the same in a generator without refinement.
    """

    upsampled: Floats
    refined: Floats


class Verdicts(NamedTuple):
    """What the discriminator's heads say of `N` crops; see `tinyface_core.gan.discriminator.Verdict`.

    Attributes:
        real: logits `(N,)` of a natural picture.
        face: logits `(N,)` of a face.
        box: `(N, 4)` xyxy of the face in shares of the crop's side; None without that head.
    """

    real: Floats
    face: Floats
    box: Floats | None


class AroundSaid(NamedTuple):
    """What the network for surroundings says of `N` candidates; see `tinyface_core.gan.surroundings.Around`.

    Attributes:
        face: logits `(N,)` of a face.
        box: `(N, 4)` xyxy of the face in shares of the wider crop's side; None without that head.
    """

    face: Floats
    box: Floats | None


class Enlarger(Protocol):
    """A generator with its weights."""

    @property
    def scale(self) -> int:
        """How many times larger its pictures are."""

    def enlarge(self, low: NDArray[np.uint8]) -> Enlarged:
        """Both pictures of crops RGB uint8 `(N, H, W, 3)`."""


class StageNetworks(Enlarger, RunsNetworks, Protocol):
    """Generator and discriminator with their weights."""

    @property
    def preset(self) -> GanPreset:
        """Their shapes."""

    @property
    def has_surroundings(self) -> bool:
        """Whether there is a network that judges wider crops."""

    def judge(self, high: Floats) -> Verdicts:
        """The discriminator's verdicts on crops RGB float32 `(N, S, S, 3)` in [0, 1], S the preset's large side."""

    def judge_surroundings(self, around: NDArray[np.uint8]) -> AroundSaid:
        """What wider crops RGB uint8 `(N, W, W, 3)` say, W the preset's side of surroundings."""
