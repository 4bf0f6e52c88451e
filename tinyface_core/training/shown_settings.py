"""Settings for training the display generator."""

from __future__ import annotations

from dataclasses import dataclass, field

from tinyface_core.datasets.degradation import Degradation
from tinyface_core.training.gan_settings import PHOTOS, Shares
from tinyface_core.training.loop import TrainingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTraining(TrainingSettings):
    """Settings of one run; see also `TrainingSettings`.

    Attributes:
        upsample_steps: steps of G1, with only the pixel loss.
        refine_steps: steps of G2 after those, with G1 fixed.
        upsample_rate, refine_rate: peak learning rates: linear warm-up over `warm_up` steps, then cosine decay.
        smooth: share of the crops that are replaced by smooth pictures, so that these stay smooth.
        perceptual: weight of the perceptual loss by the perception network.
        faces: weight of the perceptual loss by `FaceFeatures`.
        grid: weight of `grid_distance`.
        pattern: weight of `pattern_excess`.
        degradation: how crops are downsampled.
        shares: shares of faces and other crops.
    """

    upsample_steps: int = 1000
    refine_steps: int = 3000
    upsample_rate: float = 3e-4
    refine_rate: float = 5e-4
    warm_up: int = 50
    smooth: float = 0.08
    perceptual: float = 0.3
    faces: float = 0.4
    grid: float = 1.0
    pattern: float = 0.05
    degradation: Degradation = field(default_factory=lambda: Degradation(photos=PHOTOS))
    shares: Shares = field(default_factory=lambda: Shares(0.85, 0.15))

    @property
    def steps(self) -> int:
        """Total number of steps."""
        return self.upsample_steps + self.refine_steps
