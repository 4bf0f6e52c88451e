"""The training settings that follow from a request."""

from __future__ import annotations

from dataclasses import replace

from tinyface_core.datasets.degradation import Degradation
from tinyface_core.datasets.detection import CropRules
from tinyface_core.gan.losses import GanLossWeights
from tinyface_core.training.detector import DetectorTraining
from tinyface_core.training.finetune.request import MEASUREMENTS, FineTuneRequest
from tinyface_core.training.gan_settings import PHOTOS, GanTraining, Phase, Shares


def detector_training(request: FineTuneRequest) -> DetectorTraining:
    """Settings of the detector's training."""
    numbers = request.numbers
    return DetectorTraining(
        steps=numbers.detector_steps,
        batch=numbers.detector_batch,
        learning_rate=numbers.detector_rate,
        seed=numbers.seed,
        workers=request.workers,
        checkpoint_seconds=request.checkpoint_seconds,
        sample_steps=_steps_between_measurements(numbers.detector_steps),
        crops=replace(CropRules(), size=numbers.crop),
    )


def gan_training(request: FineTuneRequest) -> GanTraining:
    """Settings of the second stage's training: one adversarial phase."""
    numbers = request.numbers
    phase = Phase(
        "adversarial",
        numbers.gan_steps,
        numbers.generator_rate,
        numbers.generator_rate / 10,
        discriminator_rate=numbers.discriminator_rate,
        shares=Shares(0.34, 0.16, 0.25, 0.25),
        keep_g1=numbers.keep_g1,
    )
    losses = GanLossWeights(
        alpha=numbers.alpha,
        beta=numbers.beta,
        perceptual=numbers.perceptual,
        pixel=numbers.pixel,
        adversarial=numbers.adversarial,
        classification=numbers.classification,
        saturating=False,
    )
    return GanTraining(
        (phase,),
        batch=numbers.gan_batch,
        losses=losses,
        degradation=Degradation(photos=PHOTOS),
        refine=numbers.refine,
        seed=numbers.seed,
        checkpoint_seconds=request.checkpoint_seconds,
        sample_steps=_steps_between_measurements(numbers.gan_steps),
    )


def _steps_between_measurements(steps: int) -> int:
    return max(10, steps // MEASUREMENTS)
