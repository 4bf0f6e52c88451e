"""Estimates the duration of a run from a few real steps on its data.

python -m tinyface_core.training.finetune.estimate REQUEST.json RESULT.json
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

from tinyface_core.checked import checked, read_json
from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.files import write_json
from tinyface_core.training.events import CombinedEvents
from tinyface_core.training.finetune.request import (
    CALIBRATION_PICTURES,
    MEASUREMENTS,
    FineTuneRequest,
    Numbers,
    Preset,
    load_request,
)
from tinyface_core.types import UserError

_MEASURED_PICTURES = 12
_STEPS = 5
_FEWEST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    """Measured durations in seconds.

    Attributes:
        start: from the start to the first step, without reading pictures.
        picture: reading one picture and preparing it for training.
        search: searching one held-back picture.
        detector_step, gan_step: one step; 0 for a network that is not trained.
        pictures, held_back: numbers of pictures.
        detector_epoch, gan_epoch: approximate number of steps of an epoch over all pictures of the detector, or all
            crops of the generator; 0 for a network that is not trained.
        calibration: searching one picture to calibrate the score fusion; 0 if the generator is not trained.
        figures: measuring the generator on the faces of one held-back picture.
    """

    start: float
    picture: float
    search: float
    detector_step: float
    gan_step: float
    pictures: int
    held_back: int
    device: str
    detector_epoch: int = 0
    gan_epoch: int = 0
    calibration: float = 0.0
    figures: float = 0.0

    def seconds(self, numbers: Numbers) -> float:
        """Duration of a whole run with these numbers."""
        trained = numbers.detector_steps * self.detector_step + numbers.gan_steps * self.gan_step
        return self._fixed() + trained

    def numbers_for(self, preset: Preset, numbers: Numbers) -> Numbers:
        """The numbers with as many steps as a preset's duration allows."""
        networks = (self.detector_step > 0) + (self.gan_step > 0)
        left = max(0.0, preset.seconds - self._fixed()) / max(1, networks)

        def steps(of_one: float, before: int) -> int:
            return before if not of_one else int(min(preset.most_steps, max(_FEWEST_STEPS, left / of_one)))

        return replace(
            numbers,
            detector_steps=steps(self.detector_step, numbers.detector_steps),
            gan_steps=steps(self.gan_step, numbers.gan_steps),
        )

    def with_epochs(self, epochs: float, numbers: Numbers) -> Numbers:
        """The numbers with the steps of a number of epochs."""
        lengths = {"detector_steps": self.detector_epoch, "gan_steps": self.gan_epoch}
        steps = {name: max(1, round(epochs * length)) for name, length in lengths.items() if length}
        return replace(numbers, **steps)  # type: ignore[arg-type]

    def _fixed(self) -> float:
        while_training = MEASUREMENTS * min(self.held_back, _MEASURED_PICTURES) if self.detector_step else 0
        searches = (2 * (self.held_back + 1) + while_training) * self.search
        calibration = min(self.pictures, CALIBRATION_PICTURES) * self.calibration
        figures = (MEASUREMENTS + 2) * self.held_back * self.figures
        return self.start + self.pictures * self.picture + searches + calibration + figures


def measure(request: FineTuneRequest) -> Estimate:
    """Measure a few real steps of every requested training.

    Raises:
        UserError, OSError: as the run itself.
    """
    began = time.perf_counter()
    from tinyface_core.device import choose_device
    from tinyface_core.media.images import load_image
    from tinyface_core.training.finetune.execution import CALIBRATION_BUDGET, FineTuning
    from tinyface_core.training.finetune.runs import create_run

    numbers = replace(request.numbers, detector_steps=_STEPS, gan_steps=_STEPS)
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(replace(request, numbers=numbers, checkpoint_seconds=1e9), Path(folder))
        work = FineTuning(run, CombinedEvents(), Event())
        material = work.material()
        few = replace(material, learned=material.learned[:8], old=material.old[:8], held_back=material.held_back[:2])
        start = work.start_networks()
        loaded = time.perf_counter() - began
        search = _seconds_of(lambda: work.search(start, few.held_back[:1]))
        prepare = _seconds_of(lambda: work.prepare_detector(few)) / max(1, len(few.learned) + len(few.old))
        detector = gan = calibration = figures = 0.0
        detector_epoch = gan_epoch = 0
        if request.target != "gan":
            clock = _Clock()
            FineTuning(run, CombinedEvents(), clock).train_detector(start, few, measured=False)
            detector = clock.step()
            detector_epoch = _steps(len(work.detector_places(material)), numbers.detector_batch)
        if request.target != "detector":
            clock = _Clock()
            FineTuning(run, CombinedEvents(), clock).train_gan(start, few)
            gan = clock.step()
            finder = work.finder(start, CALIBRATION_BUDGET)
            calibration = _seconds_of(lambda: finder.find(load_image(few.held_back[0].path)))
            figures = _seconds_of(lambda: work.figures(start, start, few)) / (2 * len(few.held_back))
            crops = len(work.crops_to_learn(few)) / (len(few.learned) + len(few.old))
            gan_epoch = _steps(crops * (len(material.learned) + len(material.old)), numbers.gan_batch)
    pictures = len(material.learned) + len(material.old)
    device = str(choose_device(request.device))
    held_back = len(material.held_back)
    epochs = (detector_epoch, gan_epoch)
    return Estimate(loaded, prepare, search, detector, gan, pictures, held_back, device, *epochs, calibration, figures)


def _steps(samples: float, batch: int) -> int:
    return max(1, round(samples / batch))


def _seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


class _Clock:
    """A cancel token that measures steps, because it is checked after each of them."""

    def __init__(self) -> None:
        self._asked: list[float] = []

    def is_set(self) -> bool:
        """Never stops the run."""
        self._asked.append(time.perf_counter())
        return False

    def step(self) -> float:
        """Median seconds of a step, without the first one, which includes warm-up."""
        asked = self._asked[-_STEPS:]
        return statistics.median(later - earlier for earlier, later in pairwise(asked))


def read_estimate(path: Path) -> Estimate:
    """Read the result of the measuring process.

    Raises:
        UserError: if it failed, or there is no result.
    """
    try:
        values = read_json(path, dict[str, Any])
        if "failed" not in values:
            return checked(values, Estimate)
    except (OSError, ValueError) as error:
        raise UserError("The time could not be measured: the process ended without a result.") from error
    raise UserError(str(values["failed"]))


def main() -> int:
    """Measure the request of the first argument, and write the result to the second."""
    request, result = load_request(Path(sys.argv[1])), Path(sys.argv[2])
    try:
        values = asdict(measure(request))
    except Exception as error:
        import traceback

        traceback.print_exc()
        values = {"failed": user_sentence(error) or defect_sentence(error)}
    write_json(result, values)
    return int("failed" in values)


if __name__ == "__main__":
    sys.exit(main())
