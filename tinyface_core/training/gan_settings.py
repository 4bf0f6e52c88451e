"""Settings of the generator's training: phases, composition of batches, and two schedules (paper section 4.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tinyface_core.datasets.degradation import Degradation
from tinyface_core.gan.losses import GanLossWeights
from tinyface_core.training.loop import TrainingSettings

PERCEPTUAL_WEIGHT = 0.15
"""Weight of the perceptual loss (`GanLossWeights.perceptual`) in our own schedules."""

PHOTOS = 0.5
"""Share of the sharp crops that are degraded like small faces in photos (`Degradation.photos`) in our schedules."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Composition of a batch, as relative shares of the four kinds of crops.

    Small crops, our addition, have no high-resolution target: they train only the heads, not the generator's pixels.
    """

    sharp_faces: float = 0.5
    sharp_others: float = 0.5
    small_faces: float = 0.0
    small_others: float = 0.0


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of training with a constant learning rate or cosine decay.

    Attributes:
        stage: what is trained:
            - "perception": only the perception network; our addition.
            - "upsample": only G1, with Eq. 4; our addition: a step takes half the time, and G2 starts from a good G1.
            - "pretrain": G1 and G2, with Eq. 4.
            - "adversarial": Eq. 8 and 9 alternately, k = 1.
            - "surroundings": only the network for surroundings; a step takes a fifth of the time.
            - "judge": only the discriminator, with Eq. 9; our addition: its heads adapt to the finished generator.
        steps: optimiser steps.
        rate: initial learning rate of the generator.
        final_rate: final learning rate; None for a constant one.
        discriminator_rate: initial learning rate of the discriminator; None for the generator's.
        shares: composition of a batch.
        warm_up: steps of linear warm-up.
        keep_g1: whether G1 is fixed and only G2 is trained. Our addition: so the output of G1 keeps the accuracy that
            it has from the pixel loss. Ignored if there is no G2.
    """

    stage: Literal["perception", "upsample", "pretrain", "adversarial", "surroundings", "judge"]
    steps: int
    rate: float
    final_rate: float | None = None
    discriminator_rate: float | None = None
    shares: Shares = field(default_factory=Shares)
    warm_up: int = 0
    keep_g1: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GanTraining(TrainingSettings):
    """Settings of one run; see also `TrainingSettings`.

    Attributes:
        phases: the phases in their order.
        losses: weights and switches of the loss terms.
        degradation: how low-resolution crops are made of sharp ones.
        refine: whether the generator has a G2; False in the ablation.
    """

    phases: tuple[Phase, ...] = field(kw_only=False)
    losses: GanLossWeights = field(default_factory=GanLossWeights)
    degradation: Degradation = field(default_factory=Degradation)
    refine: bool = True

    @property
    def steps(self) -> int:
        """Total number of steps."""
        return sum(phase.steps for phase in self.phases)


def paper_training(sharp_crops: int, batch: int) -> GanTraining:
    """The published schedule: pre-training with the MSE, then 3 epochs at 1e-4 and 3 at 1e-5 (section 4.2).

    The paper gives neither the length of the pre-training, here 3 epochs, nor the crops per step, `batch`. An epoch is
    as many crops as have a high-resolution target, `sharp_crops`.
    """
    epoch = max(1, sharp_crops // batch)
    phases = (
        Phase("pretrain", 3 * epoch, 1e-4),
        Phase("adversarial", 3 * epoch, 1e-4),
        Phase("adversarial", 3 * epoch, 1e-5),
    )
    return GanTraining(phases, batch=batch, average=0.0)


def desktop_training(
    perception_steps: int,
    upsample_steps: int,
    pretrain_steps: int,
    adversarial_steps: int,
    surroundings_steps: int,
    judge_steps: int,
    batch: int,
) -> GanTraining:
    """Our schedule for a CPU: G1 first, cosine decay, perceptual loss for G2, and small crops for the face head.

    Stages with 0 steps are left out.
    """
    sharp, mixed, for_heads = Shares(0.85, 0.15), Shares(0.45, 0.15, 0.2, 0.2), Shares(0.2, 0.2, 0.3, 0.3)
    every = (
        Phase("perception", perception_steps, 2e-3, 0.0, shares=Shares(0.75, 0.25), warm_up=100),
        Phase("upsample", upsample_steps, 1e-3, 1e-4, shares=sharp, warm_up=200),
        Phase("pretrain", pretrain_steps, 1e-3, 5e-5, shares=sharp, warm_up=100, keep_g1=True),
        Phase(
            "adversarial",
            adversarial_steps,
            5e-4,
            5e-5,
            discriminator_rate=5e-4,
            shares=mixed,
            warm_up=100,
            keep_g1=True,
        ),
        Phase("surroundings", surroundings_steps, 2e-3, 1e-5, shares=for_heads, warm_up=200),
        Phase("judge", judge_steps, 5e-4, 1e-5, shares=for_heads, warm_up=100),
    )
    phases = tuple(phase for phase in every if phase.steps)
    return GanTraining(
        phases,
        batch=batch,
        losses=GanLossWeights(perceptual=PERCEPTUAL_WEIGHT, saturating=False),
        degradation=Degradation(photos=PHOTOS),
        average=0.998,
    )


def phase_at(phases: tuple[Phase, ...], step: int) -> tuple[Phase, float]:
    """The phase of a step, and the share of that phase that is done, in [0, 1).

    Raises:
        ValueError: if the step is after the last phase.
    """
    for phase in phases:
        if step < phase.steps:
            return phase, step / phase.steps
        step -= phase.steps
    raise ValueError("The step lies behind the last phase.")
