"""Interfaces of networks of the second stage, implemented by each backend."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.presets import GanPreset
from tinyface_core.runtime import RunsNetworks

Float32s = NDArray[np.float32]
"""Floats of single precision, as networks give them."""


class Enlarged(NamedTuple):
    """Output of the generator, RGB float32 `(N, 4H, 4W, 3)` in [0, 1].

    Attributes:
        upsampled: output of G1.
        refined: output of G2; that of G1 in a generator without G2.
    """

    upsampled: Float32s
    refined: Float32s


class DiscriminatorArrays(NamedTuple):
    """Output of the discriminator for `N` crops; see `tinyface_core.gan.discriminator.DiscriminatorOutput`.

    Attributes:
        real: logits `(N,)` of a natural picture.
        face: logits `(N,)` of a face.
        box: `(N, 4)` xyxy of the face in shares of the crop's side; None without that head.
    """

    real: Float32s
    face: Float32s
    box: Float32s | None


class SurroundingsArrays(NamedTuple):
    """Output of the surroundings network for `N` candidates; see `tinyface_core.gan.surroundings.SurroundingsOutput`.

    Attributes:
        face: logits `(N,)` of a face.
        box: `(N, 4)` xyxy of the face in shares of the wider crop's side; None without that head.
    """

    face: Float32s
    box: Float32s | None


class Enlarger(Protocol):
    """A generator with its weights."""

    @property
    def scale(self) -> int:
        """Enlargement factor."""

    def enlarge(self, low: NDArray[np.uint8]) -> Enlarged:
        """Enlarge crops RGB uint8 `(N, H, W, 3)`."""


class StageNetworks(Enlarger, RunsNetworks, Protocol):
    """Generator and discriminator with their weights."""

    @property
    def preset(self) -> GanPreset:
        """Their architecture."""

    @property
    def has_surroundings(self) -> bool:
        """Whether there is a surroundings network."""

    def judge(self, high: Float32s) -> DiscriminatorArrays:
        """Output of the discriminator for crops RGB float32 `(N, S, S, 3)` in [0, 1]; S is `GanPreset.high`."""

    def judge_surroundings(self, around: NDArray[np.uint8]) -> SurroundingsArrays:
        """Output for wider crops RGB uint8 `(N, W, W, 3)`; W is `GanPreset.surroundings`."""
