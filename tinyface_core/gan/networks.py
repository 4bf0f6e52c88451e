"""What runs generator and discriminator, on some backend; it knows nothing of pictures and candidates."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.presets import GanPreset
from tinyface_core.types import Runtime

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
        surroundings: logits `(N,)` to be added to `face`; None where nobody looked at any.
    """

    real: Floats
    face: Floats
    box: Floats | None
    surroundings: Floats | None

    @property
    def in_place(self) -> Floats:
        """Logits `(N,)` of a face, with those of the surroundings added."""
        return self.face if self.surroundings is None else self.face + self.surroundings


class StageNetworks(Protocol):
    """Generator and discriminator with their weights."""

    @property
    def preset(self) -> GanPreset:
        """Their shapes."""
        ...

    @property
    def has_surroundings(self) -> bool:
        """Whether wider crops are judged with enlarged ones."""
        ...

    @property
    def runtime(self) -> Runtime:
        """What runs them."""
        ...

    def enlarge(self, low: NDArray[np.uint8]) -> Enlarged:
        """Both pictures of crops RGB uint8 `(N, H, W, 3)`."""
        ...

    def judge(self, high: Floats, surroundings: NDArray[np.uint8] | None = None) -> Verdicts:
        """The discriminator's verdicts.

        Args:
            high: RGB float32 `(N, S, S, 3)` in [0, 1], S the preset's high-resolution side.
            surroundings: wider crops of the same candidates, RGB uint8 `(N, W, W, 3)`, W the preset's side.
        """
        ...

    def leave_accelerator(self) -> bool:
        """Go on upon the processor, as the accelerator's memory is full; whether there was one to leave."""
        ...
