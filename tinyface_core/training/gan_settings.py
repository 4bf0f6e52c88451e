"""Settings of the generator's training: phases, make-up of batches, and the two schedules (paper section 4.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tinyface_core.datasets.degradation import Degradation
from tinyface_core.gan.losses import GanLossWeights
from tinyface_core.training.loop import TrainingSettings

PERCEPTUAL_WEIGHT = 0.15
"""Of what the perception network sees (`GanLossWeights.perceptual`), in our own schedules."""

PHOTOS = 0.5
"""Share of the sharp crops that are reduced as photos show small ones (`Degradation.photos`), in our own schedules."""


@dataclass(frozen=True, slots=True)
class Shares:
    """How a batch is made up, as relative shares of the four kinds of crops.

    Small crops have no high-resolution target: they are left out of the pixel loss and teach only
    the heads. They are our addition; the paper's crops are all sharp.
    """

    sharp_faces: float = 0.5
    sharp_others: float = 0.5
    small_faces: float = 0.0
    small_others: float = 0.0


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training at one learning rate, or at one that falls along half a cosine.

    Attributes:
        stage: "perception" (the network of that name alone, our addition), "upsample" (Eq. 4 on G1 alone, our
            addition: G2 starts from a G1 that is worth refining, and a step costs half), "pretrain" (Eq. 4, both),
            "adversarial" (Eq. 8 and 9 in turns, k = 1), "surroundings" (the network of that name alone, which takes a
            fifth of the time) or "judge" (Eq. 9 alone, our addition: the heads settle on what the finished G makes).
        steps: optimiser steps.
        rate: learning rate of the generator, before it falls.
        final_rate: at the end; None keeps it constant.
        discriminator_rate: learning rate of the discriminator at the start; None is the generator's.
        shares: make-up of a batch.
        warm_up: steps over which the rates rise to their value.
        keep_g1: leave G1 as it is. Our addition: what adversary and classifier ask for, G2 can give alone, and the
            first picture stays as near to the real one as the pixel loss has brought it. A generator without G2
            learns all the same.
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
        phases: one after the other.
        losses: weights and switches of the loss terms.
        degradation: how low-resolution crops are made of sharp ones; the small ones are so small already.
        refine: whether there is a G2 (off for the ablation).
    """

    phases: tuple[Phase, ...] = field(kw_only=False)
    losses: GanLossWeights = field(default_factory=GanLossWeights)
    degradation: Degradation = field(default_factory=Degradation)
    refine: bool = True

    @property
    def steps(self) -> int:
        """Steps of all phases."""
        return sum(phase.steps for phase in self.phases)


def paper_training(sharp_crops: int, batch: int) -> GanTraining:
    """The published schedule: pre-training with the MSE, then 3 epochs at 1e-4 and 3 at 1e-5 (section 4.2).

    The paper does not say how long the pre-training is; here it is 3 epochs.

    Args:
        sharp_crops: number of crops with a high-resolution target in the training set, which are one epoch.
        batch: crops per step; not given in the paper.
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
    """Our schedule for a CPU: G1 first, cosine decay of the learning rates, small crops for the face head.

    G2 is also trained with the perceptual loss. Stages with 0 steps are left out.
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
    """The phase that a step belongs to, and the share of it that lies behind, in [0, 1).

    Raises:
        ValueError: if the step lies behind the last phase.
    """
    for phase in phases:
        if step < phase.steps:
            return phase, step / phase.steps
        step -= phase.steps
    raise ValueError("The step lies behind the last phase.")
