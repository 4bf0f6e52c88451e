"""Training the detector: it learns, it resumes exactly, it spreads over processes."""

import json
import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.detection import CropRules
from tinyface_core.datasets.pixel_cache import PixelCache
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.training.checkpoint import load_checkpoint
from tinyface_core.training.detector import DetectorTraining, learning_rate, train_detector
from tinyface_core.training.events import JsonLinesEvents
from tinyface_core.training.loop import TrainingRun
from tinyface_core.types import Cancelled, UserError
from tinyface_core.weights import load_tensors

RULES = CropRules(size=64, smallest_scale=0.9, largest_scale=1.1)
SETTINGS = DetectorTraining(steps=6, batch=2, workers=0, crops=RULES, learning_rate=5e-3, sample_steps=0)


def made_pictures(folder: Path) -> tuple[list[AnnotatedPicture], PixelCache]:
    """Dark noise with bright discs that stand for faces."""
    rng = np.random.default_rng(0)
    pictures = []
    for number in range(4):
        pixels = rng.integers(0, 60, (96, 96, 3), dtype=np.uint8)
        boxes = []
        for x, y, side in rng.integers([5, 5, 8], [70, 70, 20], (3, 3)).tolist():
            pixels[y : y + side, x : x + side] = 230
            boxes.append([x, y, x + side, y + side])
        path = folder / f"{number}.png"
        Image.fromarray(pixels).save(path)
        pictures.append(AnnotatedPicture(str(number), path, np.array(boxes, np.float32), np.zeros(3, bool)))
    return pictures, PixelCache([p.path for p in pictures], folder / "cache")


def run(folder: Path, settings: DetectorTraining, cancel: threading.Event | None = None) -> dict[str, torch.Tensor]:
    pictures, pixels = made_pictures(folder.parent)
    events = JsonLinesEvents(folder / "events.jsonl")
    where = TrainingRun(folder, events, cancel)
    return load_tensors(train_detector(DETECTOR_PRESETS["tiny"], settings, pictures, pixels, where))


class SetAfter:
    """A token that is set once it was asked so many times."""

    def __init__(self, asked: int) -> None:
        self.left = asked

    def is_set(self) -> bool:
        self.left -= 1
        return self.left <= 0


def test_an_interrupted_run_ends_bit_for_bit_like_one_that_was_not(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole", SETTINGS)
    with pytest.raises(Cancelled, match="step 3 of 6"):
        run(tmp_path / "stopped", SETTINGS, SetAfter(3))  # type: ignore[arg-type]
    resumed = run(tmp_path / "stopped", SETTINGS)
    assert whole.keys() == resumed.keys()
    for name, value in whole.items():
        assert torch.equal(value, resumed[name]), name


def test_a_checkpoint_that_does_not_fit_the_networks_is_one_sentence(tmp_path: Path) -> None:
    run(tmp_path / "run", SETTINGS)
    path = tmp_path / "run" / "checkpoint.pt"
    whole = torch.load(path, weights_only=True)
    (name,) = whole["networks"]
    for change in ({"networks": {name: {}}}, {"networks": {}}, {"optimizers": []}, {"random": {}}):
        torch.save(whole | change, path)
        with pytest.raises(UserError, match="does not fit the networks of this run"):
            run(tmp_path / "run", SETTINGS)


def test_a_run_of_other_settings_is_not_taken_up(tmp_path: Path) -> None:
    run(tmp_path / "run", SETTINGS)
    with pytest.raises(UserError, match="other settings"):
        run(tmp_path / "run", DetectorTraining(steps=8, batch=2, workers=0, crops=RULES))


def test_the_loss_falls_on_pictures_that_can_be_learned(tmp_path: Path) -> None:
    plain = replace(RULES, turned_share=0, squeezed_share=0, grey_share=0, worn_share=0)
    settings = DetectorTraining(steps=60, batch=4, workers=0, crops=plain, learning_rate=1e-2)
    run(tmp_path / "run", settings)
    lines = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    losses = [line["value"] for line in lines if line.get("name") == "loss/classification"]
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])
    assert lines[-1]["kind"] == "finished"
    assert lines[-1]["summary"]["steps"] == 60


def test_the_rate_warms_up_and_falls_to_a_hundredth() -> None:
    settings = DetectorTraining(steps=1000, learning_rate=1.0)
    assert learning_rate(0, settings) == pytest.approx(0.02)
    assert learning_rate(49, settings) == pytest.approx(1.0)
    assert learning_rate(1000, settings) == pytest.approx(0.01)


def test_a_training_that_keeps_no_average_writes_what_it_has_learned(tmp_path: Path) -> None:
    learned = run(tmp_path / "run", replace(SETTINGS, average=0.0))
    checkpoint = load_checkpoint(tmp_path / "run" / "checkpoint.pt")["networks"]["detector"]
    assert all(torch.equal(value, checkpoint[name].half().to(value.dtype)) for name, value in learned.items())
    torch.manual_seed(SETTINGS.seed)
    start = dict(MBFCN(DETECTOR_PRESETS["tiny"]).named_parameters())
    assert not all(torch.equal(learned[name], value.half().float()) for name, value in start.items())


def test_figures_on_validation_pictures_become_curves_and_change_nothing(tmp_path: Path) -> None:
    plain = run(tmp_path / "plain", SETTINGS)
    pictures, pixels = made_pictures(tmp_path)
    seen: list[torch.Tensor] = []

    def measure(model: MBFCN) -> dict[str, float]:
        seen.append(next(model.parameters()).detach().clone())
        return {"AP hard": len(seen) / 10}

    events = JsonLinesEvents(tmp_path / "measured" / "events.jsonl")
    result = train_detector(
        *(
            DETECTOR_PRESETS["tiny"],
            replace(SETTINGS, measure_steps=4),
            pictures,
            pixels,
            TrainingRun(tmp_path / "measured", events),
        ),
        measure=measure,
    )
    lines = [json.loads(line) for line in (tmp_path / "measured" / "events.jsonl").read_text().splitlines()]
    told = [(line["step"], line["value"]) for line in lines if line.get("name") == "validation/AP hard"]
    assert told == [(4, 0.1), (6, 0.2)]
    assert not torch.equal(seen[0], seen[1])
    assert all(torch.equal(value, plain[name]) for name, value in load_tensors(result).items())


def test_a_measurement_that_is_cancelled_leaves_a_checkpoint_of_that_step(tmp_path: Path) -> None:
    pictures, pixels = made_pictures(tmp_path)
    stop = threading.Event()

    def measure(_: MBFCN) -> dict[str, float]:
        stop.set()
        raise Cancelled("The evaluation was cancelled.")

    events = JsonLinesEvents(tmp_path / "run" / "events.jsonl")
    with pytest.raises(Cancelled, match="step 2 of 6"):
        train_detector(
            *(DETECTOR_PRESETS["tiny"], replace(SETTINGS, measure_steps=2), pictures, pixels),
            TrainingRun(tmp_path / "run", events, stop),
            measure=measure,
        )
    assert load_checkpoint(tmp_path / "run" / "checkpoint.pt")["step"] == 2


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), "was ended from outside"),
        (EOFError(), "was ended from outside"),
        (RuntimeError("DataLoader worker (pid(s) 9) exited unexpectedly"), "was ended from outside"),
        (RuntimeError("Caught RuntimeError in DataLoader worker process 0."), "Caught RuntimeError"),
    ],
)
def test_whatever_a_worker_that_died_leaves_behind_is_one_sentence_and_its_own_errors_are_not(
    error: Exception, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def loader(*_: object, **__: object) -> Iterator[object]:
        raise error
        yield

    monkeypatch.setattr("tinyface_core.training.detector.DataLoader", loader)
    (tmp_path / "run").mkdir()
    with pytest.raises(UserError if "outside" in told else RuntimeError, match=told):
        run(tmp_path / "run", SETTINGS)


def test_a_worker_that_is_killed_is_a_sentence_and_the_run_goes_on_as_if_it_had_lived(tmp_path: Path) -> None:
    settings = replace(SETTINGS, steps=12, workers=1, checkpoint_seconds=0)

    class KillsAtFour(SetAfter):
        def is_set(self) -> bool:
            super().is_set()
            if self.left == 0:
                multiprocessing.active_children()[0].kill()
                time.sleep(0.2)
            return False

    (tmp_path / "killed").mkdir()
    told_of_deaths = signal.getsignal(signal.SIGCHLD)
    with pytest.raises(UserError, match=r"was ended from outside.*goes on from the last checkpoint"):
        run(tmp_path / "killed", settings, KillsAtFour(4))  # type: ignore[arg-type]
    assert signal.getsignal(signal.SIGCHLD) == told_of_deaths  # torch's would raise in the middle of anything
    assert 3 <= load_checkpoint(tmp_path / "killed" / "checkpoint.pt")["step"] < 12
    (tmp_path / "whole").mkdir()
    straight, resumed = run(tmp_path / "whole", settings), run(tmp_path / "killed", settings)
    assert all(torch.equal(resumed[name], value) for name, value in straight.items())
