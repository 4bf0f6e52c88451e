"""The request of a fine-tuning, stored as JSON, and the ranges of its numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from tinyface_core.checked import read_json
from tinyface_core.files import write_json
from tinyface_core.types import UserError

Target = Literal["detector", "gan", "both"]

MEASUREMENTS = 12
"""Number of measurements on the held-back pictures during a run."""

CALIBRATION_PICTURES = 25
"""Maximum number of training pictures with which the score fusion is calibrated."""


@dataclass(frozen=True, slots=True)
class DataSource:
    """An annotated data set.

    Attributes:
        kind: a name in `tinyface_core.datasets.registry.READERS`.
        annotations: file or folder of the annotations.
        images: folder of the pictures; not used for a project, which has their paths.
    """

    kind: str
    annotations: str
    images: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The hyperparameters of a run; see also `NUMBERS`.

    Attributes:
        detector_steps, gan_steps: optimiser steps.
        detector_rate, generator_rate, discriminator_rate: learning rates; the generator's decays to a tenth.
        detector_batch, gan_batch: crops per step.
        crop: side in pixels of the detector's training crops, a multiple of 32.
        detector_share: share of the trained detector in the result, in (0, 1]; the rest is what it started from.
        alpha, beta, perceptual: weights of adversarial, classification and perceptual loss (`GanLossWeights`).
        pixel, adversarial, classification: whether the generator's loss includes Eq. 4, 5 and 6.
        refine: whether the generator has a G2.
        keep_g1: whether G1 is fixed.
        old_share: share of old data in a batch, if there are old data.
        held_back: share of the pictures that are held back for validation.
        seed: random seed of weights, crops and batches.
    """

    detector_steps: int = 200
    detector_rate: float = 2e-4
    detector_batch: int = 8
    crop: int = 512
    detector_share: float = 0.5
    gan_steps: int = 200
    generator_rate: float = 1e-4
    discriminator_rate: float = 1e-4
    gan_batch: int = 32
    alpha: float = 0.001
    beta: float = 0.01
    perceptual: float = 0.15
    pixel: bool = True
    adversarial: bool = True
    classification: bool = True
    refine: bool = True
    keep_g1: bool = True
    old_share: float = 0.5
    held_back: float = 0.2
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Number:
    """The range of a hyperparameter.

    Attributes:
        name: field of `Numbers`.
        low, high: allowed range.
        paper: the paper's value, None if the paper does not give one.
        role: the training to which it belongs: "detector", "gan" or "both".
    """

    name: str
    low: float
    high: float
    paper: float | None
    role: Target


NUMBERS = (
    Number("detector_steps", 10, 1e6, None, "detector"),
    Number("detector_rate", 1e-6, 5e-3, None, "detector"),
    Number("detector_batch", 2, 64, None, "detector"),
    Number("crop", 128, 1024, None, "detector"),
    Number("detector_share", 0.1, 1.0, None, "detector"),
    Number("gan_steps", 10, 1e6, None, "gan"),
    Number("generator_rate", 1e-6, 1e-3, 1e-4, "gan"),
    Number("discriminator_rate", 1e-6, 1e-3, 1e-4, "gan"),
    Number("gan_batch", 4, 128, None, "gan"),
    Number("alpha", 0.0, 0.1, 0.001, "gan"),
    Number("beta", 0.0, 0.1, 0.01, "gan"),
    Number("perceptual", 0.0, 2.0, 0.0, "gan"),
    Number("pixel", 0, 1, 1, "gan"),
    Number("adversarial", 0, 1, 1, "gan"),
    Number("classification", 0, 1, 1, "gan"),
    Number("refine", 0, 1, 1, "gan"),
    Number("keep_g1", 0, 1, 0, "gan"),
    Number("old_share", 0.0, 0.9, None, "both"),
    Number("held_back", 0.1, 0.5, None, "both"),
    Number("seed", 0, 1e6, None, "both"),
)
"""All hyperparameters, in the order of the dialog."""

PAPER_EPOCHS = 6
"""Epochs of the paper's adversarial training; the weights to start from have been pre-trained."""

PAPER = Numbers(
    **{
        number.name: type(getattr(Numbers(), number.name))(number.paper)
        for number in NUMBERS
        if number.paper is not None
    }
)
"""The paper's values, and our defaults where the paper gives none."""


@dataclass(frozen=True, slots=True)
class Preset:
    """The duration of a run.

    Attributes:
        seconds: intended duration on this device.
        most_steps: maximum number of steps of one network; with few pictures, more steps would only overfit.
    """

    seconds: float
    most_steps: int


PRESETS = {
    "quick look": Preset(5 * 60, 300),
    "a lunch": Preset(45 * 60, 3000),
    "overnight": Preset(8 * 3600, 30_000),
}


@dataclass(frozen=True, slots=True)
class FineTuneRequest:
    """The request of a run.

    Attributes:
        detector, gan: names of the weights to start from, empty for the default.
        old: data like those that the weights were trained on, against catastrophic forgetting.
        device: "auto" or a name of a torch device.
        checkpoint_seconds: time between checkpoints.
        workers: number of data loading processes of the detector.
    """

    name: str
    target: Target
    sources: tuple[DataSource, ...]
    old: tuple[DataSource, ...] = ()
    detector: str = ""
    gan: str = ""
    numbers: Numbers = field(default_factory=Numbers)
    device: str = "auto"
    checkpoint_seconds: float = 60
    workers: int = 0

    def save(self, path: Path) -> None:
        """Write the request as JSON, atomically; see `load_request`."""
        write_json(path, asdict(self))


def load_request(path: Path) -> FineTuneRequest:
    """Read a request written by `FineTuneRequest.save`.

    Raises:
        OSError, UserError: if it is missing or invalid.
    """
    try:
        return read_json(path, FineTuneRequest)
    except ValueError as error:
        raise UserError(f"{path} is no request for a fine-tuning: {error}.") from error
