"""What a fine-tuning is asked to do: plain values that travel as JSON, and what each number means."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from tinyface_core.files import replacing
from tinyface_core.types import UserError

Target = Literal["detector", "gan", "both"]

MEASUREMENTS = 12
"""How often a run measures itself on the held-back pictures."""

CALIBRATION_PICTURES = 25
"""On so many of the pictures that were learned from, at most, the rule that joins both stages is fitted anew."""


@dataclass(frozen=True, slots=True)
class DataSource:
    """One annotated data set.

    Attributes:
        kind: a name in `tinyface_core.datasets.registry.READERS`.
        annotations: file or folder of the annotations.
        images: folder of the pictures; unused for a project, which knows where they are.
    """

    kind: str
    annotations: str
    images: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every number of a run; what they mean stands in `NUMBERS`."""

    detector_steps: int = 200
    detector_rate: float = 2e-4
    detector_batch: int = 8
    crop: int = 512
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
    """What one number means.

    Attributes:
        name: field of `Numbers`.
        label: what a dialog calls it.
        sentence: what it does.
        low, high: the range that is sound.
        paper: the paper's value, None where the paper leaves it open or has no such thing.
        role: which training it belongs to: "detector", "gan" or "both".
    """

    name: str
    label: str
    sentence: str
    low: float
    high: float
    paper: float | None
    role: Target


NUMBERS = (
    Number(
        "detector_steps",
        "Detector: steps",
        "Optimiser steps; the presets choose them by the time they take.",
        10,
        1e6,
        None,
        "detector",
    ),
    Number(
        "detector_rate",
        "Detector: learning rate",
        "How far a step goes; a tenth of that of a training from scratch keeps what is known.",
        1e-6,
        5e-3,
        None,
        "detector",
    ),
    Number("detector_batch", "Detector: crops a step", "More make steady but slow steps.", 2, 64, None, "detector"),
    Number(
        "crop",
        "Detector: crop size",
        "Side in pixels of what the detector sees at once, a multiple of 32.",
        128,
        1024,
        None,
        "detector",
    ),
    Number(
        "gan_steps",
        "Generator: steps",
        "Optimiser steps; the paper trains six epochs after its pre-training.",
        10,
        1e6,
        None,
        "gan",
    ),
    Number(
        "generator_rate",
        "Generator: learning rate",
        "The paper: three epochs at 0.0001, three at 0.00001; here it falls from the first to the second.",
        1e-6,
        1e-3,
        1e-4,
        "gan",
    ),
    Number(
        "discriminator_rate",
        "Discriminator: learning rate",
        "If it learns much quicker than the generator, that one finds nothing to follow any more.",
        1e-6,
        1e-3,
        1e-4,
        "gan",
    ),
    Number("gan_batch", "Generator: crops a step", "The paper leaves it open.", 4, 128, None, "gan"),
    Number(
        "alpha",
        "Alpha, weight of looking real",
        "Higher gives sharper faces that are more invented.",
        0.0,
        0.1,
        0.001,
        "gan",
    ),
    Number(
        "beta",
        "Beta, weight of being a face",
        "Higher makes everything more face-like, also what is none.",
        0.0,
        0.1,
        0.01,
        "gan",
    ),
    Number(
        "perceptual",
        "Weight of looking alike",
        "Compares how G2's picture and the real one look to a network; 0, as in the paper, is off.",
        0.0,
        2.0,
        0.0,
        "gan",
    ),
    Number(
        "pixel",
        "Loss: pixels (Eq. 4)",
        "Keeps the result near the true pixels; without it faces are free inventions.",
        0,
        1,
        1,
        "gan",
    ),
    Number(
        "adversarial",
        "Loss: looking real (Eq. 5)",
        "Without it the result is smooth, as a mean of all likely faces is.",
        0,
        1,
        1,
        "gan",
    ),
    Number(
        "classification", "Loss: being a face (Eq. 6)", "Makes faces easier to tell from other things.", 0, 1, 1, "gan"
    ),
    Number("refine", "Refinement network (G2)", "Sharpens what the first network enlarged.", 0, 1, 1, "gan"),
    Number(
        "keep_g1",
        "Leave the first network (G1) as it is",
        "What adversary and classifier ask for, the second network can give; the first stays near the true pixels.",
        0,
        1,
        0,
        "gan",
    ),
    Number(
        "old_share",
        "Share of old data",
        "Crops of old data in a batch, against forgetting; used where old data are given.",
        0.0,
        0.9,
        None,
        "both",
    ),
    Number(
        "held_back",
        "Share held back",
        "Pictures that are not learned from, to measure what was gained.",
        0.1,
        0.5,
        None,
        "both",
    ),
    Number("seed", "Seed", "The same seed, data and device give the same weights.", 0, 1e6, None, "both"),
)
"""All numbers, in the order in which a dialog shows them."""

PAPER_EPOCHS = 6
"""Of the adversarial training, after the pre-training, which the weights to start from have behind them."""

PAPER = Numbers(
    **{
        number.name: type(getattr(Numbers(), number.name))(number.paper)
        for number in NUMBERS
        if number.paper is not None
    }
)
"""The published numbers, and ours where the paper leaves one open."""


@dataclass(frozen=True, slots=True)
class Preset:
    """How long a run may take.

    Attributes:
        seconds: that it should take on this device.
        most_steps: of one network, however quick the device is: with few pictures more would only learn them by heart.
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
    """All that a run needs to know.

    Attributes:
        name: what the new weights are to be called.
        target: which networks are trained.
        detector, gan: names of the weights to start from; empty for the default.
        sources: new data.
        old: data of the kind that the weights were trained on, against forgetting.
        numbers: of the run.
        device: "auto" or a name that torch knows.
        checkpoint_seconds: time between checkpoints.
        workers: processes that cut crops for the detector.
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

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; `request_from_json` gives an equal request back."""
        return asdict(self)

    def save(self, path: Path) -> None:
        """Write as JSON, whole or not at all."""
        with replacing(path) as part:
            part.write_text(json.dumps(self.as_json(), indent=2) + "\n", "utf-8")


def request_from_json(values: dict[str, Any]) -> FineTuneRequest:
    """The request that `as_json` was given.

    Raises:
        KeyError, TypeError: if it is none.
    """
    parts = dict(values)
    parts["sources"] = tuple(DataSource(**source) for source in values["sources"])
    parts["old"] = tuple(DataSource(**source) for source in values["old"])
    parts["numbers"] = Numbers(**values["numbers"])
    return FineTuneRequest(**parts)


def load_request(path: Path) -> FineTuneRequest:
    """Read what `FineTuneRequest.save` wrote.

    Raises:
        OSError, UserError: if it is missing or none.
    """
    try:
        return request_from_json(json.loads(path.read_text("utf-8")))
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path} is no request for a fine-tuning: {error}.") from error
