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
        upsample_steps: of G1, by the pixels alone.
        refine_steps: of G2 behind them, G1 as it is.
        upsample_rate, refine_rate: highest learning rates; they rise over `warm_up` steps and fall along half a cosine.
        judge_rate: learning rate of the patch judge.
        smooth: share of the crops in whose place G1 and G2 see smooth ones, which are to stay so.
        perceptual: weight of what the perception network sees.
        detail: weight of how much detail there is where.
        grid: weight of how evenly that detail lies.
        adversarial: weight of what the patch judge says.
        degradation: how crops are reduced.
        shares: faces and others.
    """

    upsample_steps: int = 1000
    refine_steps: int = 3000
    upsample_rate: float = 3e-4
    refine_rate: float = 5e-4
    judge_rate: float = 4e-4
    warm_up: int = 50
    smooth: float = 0.08
    perceptual: float = 0.1
    detail: float = 0.6
    grid: float = 1.0
    adversarial: float = 0.003
    degradation: Degradation = field(default_factory=lambda: Degradation(photos=PHOTOS))
    shares: Shares = field(default_factory=lambda: Shares(0.85, 0.15))

    @property
    def steps(self) -> int:
        """Steps of both stages."""
        return self.upsample_steps + self.refine_steps
