"""Runs of fine-tuning: killed, paused, kept, thrown away, gone astray; the end is the same, or said plainly."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch

from tests.core.tiny_world import NUMBERS
from tinyface_core.own_weights import OwnWeights
from tinyface_core.training.divergence import Diverged, DivergenceWatch
from tinyface_core.training.events import CombinedEvents, JsonLinesEvents
from tinyface_core.training.finetune import known_photo
from tinyface_core.training.finetune.execution import FineTuning, Networks
from tinyface_core.training.finetune.material import Material
from tinyface_core.training.finetune.process import work_on
from tinyface_core.training.finetune.request import FineTuneRequest, Numbers, load_request
from tinyface_core.training.finetune.runs import Run, RunState, adopt, all_runs, create_run, read_events
from tinyface_core.training.gan import GanTrainer
from tinyface_core.training.gan_batches import Batch
from tinyface_core.training.gan_settings import Phase
from tinyface_core.training.loop import TrainingRun
from tinyface_core.types import Cancelled
from tinyface_core.weights import load_tensors, save_tensors

PROCESS = [sys.executable, "-m", "tinyface_core.training.finetune.process"]


def start(run: Run) -> subprocess.Popen[bytes]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    with (run.folder / "output.log").open("ab") as output:
        return subprocess.Popen([*PROCESS, str(run.folder)], env=environment, stdout=output, stderr=output)


def steps_done(run: Run) -> int:
    events, _ = read_events(run.events_file)
    return max((e["done"] for e in events if e["kind"] == "progress" and e["stage"] == "detector"), default=0)


def wait_for_checkpoint(run: Run, process: subprocess.Popen[bytes], role: str = "detector") -> None:
    until = time.monotonic() + 200
    while not (run.folder / role / "checkpoint.pt").exists():
        assert process.poll() is None and time.monotonic() < until, (run.folder / "output.log").read_text()
        time.sleep(0.02)


def ending(run: Run, role: str = "detector") -> dict[str, torch.Tensor]:
    return load_tensors(run.folder / f"{role}.safetensors")


def test_a_run_learns_measures_itself_and_makes_cards(request_: FineTuneRequest) -> None:
    run = create_run(request_)
    assert run.state() == RunState.INTERRUPTED and all_runs() == [run]
    assert work_on(run) == 0
    assert run.state() == RunState.FINISHED
    (card,) = run.cards()
    assert (card.name, card.started_from, card.role, card.preset) == ("mine", "d", "detector", "tiny")
    assert card.exported.keys() == {"float32", "int8"}
    assert Path(card.file).exists() and "case.tinyface" in card.data
    comparison = run.comparison()
    assert comparison is not None and comparison.pictures == 2
    assert comparison.bands[0].faces == 6
    assert comparison.figures.keys() == {"photo_found", "photo_false"}, "a photo that it did not learn from"
    assert card.measured["held_back_ap"] == comparison.bands[0].after
    events, _ = read_events(run.events_file)
    assert events[-1]["kind"] == "finished"
    curves = {event["name"] for event in events if event["kind"] == "scalar"}
    assert {"detector/loss/box", "detector/loss/classification", "detector/validation/ap", "detector/memory"} <= curves
    assert any(event["kind"] == "sample" for event in events)
    assert not (run.folder / "pixels").exists(), "what only a run that goes on needs is gone"


def test_a_photo_that_it_learned_from_does_not_tell_whether_it_forgets(
    request_: FineTuneRequest, unexported: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(request_)

    def learn_from_the_photo(_tuning: FineTuning, _start: Networks, material: Material) -> Path:
        monkeypatch.setattr(known_photo, "_PHOTO", material.learned[0].path)
        return run.folder / "start-detector.safetensors"

    monkeypatch.setattr(FineTuning, "train_detector", learn_from_the_photo)
    assert work_on(run) == 0
    comparison = run.comparison()
    assert comparison is not None and comparison.figures == {}


def test_the_folder_of_a_run_may_be_given_from_where_one_is(
    request_: FineTuneRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = create_run(request_, Path("runs"))
    assert run.folder.is_absolute() and run.folder.parent == tmp_path / "runs"
    start = json.loads((run.folder / "starts.json").read_text())["detector"]["file"]
    assert Path(start).is_absolute(), "weights are looked up beside the run, too"


def test_the_detector_lies_between_what_it_was_and_what_it_learned(
    request_: FineTuneRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(replace(request_, numbers=replace(request_.numbers, detector_share=0.25)))
    started = load_tensors(run.folder / "start-detector.safetensors")
    floats = [name for name, tensor in started.items() if tensor.is_floating_point()]
    learned = started | {name: started[name] + 0.5 for name in floats}
    save_tensors(tmp_path / "learned.safetensors", learned)
    monkeypatch.setattr(FineTuning, "train_detector", lambda *_: tmp_path / "learned.safetensors")
    assert work_on(run) == 0
    mixed = ending(run)
    assert mixed.keys() == started.keys()
    assert all(torch.allclose(mixed[name], started[name] + 0.125, atol=2e-3) for name in floats)  # of 16 bits


def test_pictures_of_which_only_the_header_is_sound_are_told_and_left_out(
    request_: FineTuneRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyface_core.datasets.check._READ_WHOLE_UP_TO", 0)  # as of many pictures
    told: list[str] = []

    class Told(CombinedEvents):
        def log(self, text: str) -> None:
            told.append(text)

    work = FineTuning(create_run(request_), Told(), threading.Event())
    learned, held_back = (pictures[0].path for pictures in (work.material().learned, work.material().held_back))
    for path in (learned, held_back):
        path.write_bytes(path.read_bytes()[:60])
    material = work.material()
    assert learned in [picture.path for picture in material.learned]
    assert len(material.held_back) == 1 and held_back not in {
        one.path for one in (*material.held_back, *material.learned)
    }
    places = work.detector_places(material, work.prepare_detector(material))
    assert places and learned not in {material.learned[place].path for place in places}
    assert len(work.crops_to_learn(material)) > 0
    assert told and all(f"{learned} is left out" in text for text in told)


def test_both_trainings_run_on_the_card_that_was_asked_for(
    request_: FineTuneRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    asked: list[torch.device] = []

    def stop_there(*arguments: Any, **_: Any) -> None:
        asked.extend(run.fabric.device for run in arguments if isinstance(run, TrainingRun))
        raise Cancelled("There is no card here.")

    for name in ("train_detector", "train_gan"):
        monkeypatch.setattr(f"tinyface_core.training.finetune.execution.{name}", stop_there)
    run = create_run(replace(request_, target="both", device="cuda:1"))
    work = FineTuning(run, CombinedEvents(), threading.Event())
    for train in (work.train_detector, work.train_gan):
        with pytest.raises(Cancelled):
            train(work.start_networks(), work.material())
    assert asked == [torch.device("cuda:1")] * 2


@pytest.mark.usefixtures("unexported")
def test_both_networks_are_trained_one_after_the_other(request_: FineTuneRequest) -> None:
    run = create_run(replace(request_, target="both"))
    assert work_on(run) == 0, (run.outcome(), (run.folder / "events.jsonl").read_text()[-2000:])
    detector, gan = run.cards()
    assert (detector.name, gan.name) == ("mine (detector)", "mine (gan)")
    assert gan.fusion.keys() == {"detector", "face", "bias", "detector_alone", "bias_alone"}
    comparison = run.comparison()
    assert comparison is not None and "psnr_g2" in comparison.figures
    samples = [e for e in read_events(run.events_file)[0] if e["kind"] == "sample" and e["name"].startswith("gan/")]
    assert samples and Path(samples[0]["path"]).suffix == ".png"
    # Adopting takes both or none; one that was kept before is no reason to refuse the other.
    OwnWeights().add(Path(detector.file).read_bytes(), replace(detector, name="kept before"))
    assert [(entry.role, entry.name) for entry in adopt(run)] == [("detector", "kept before"), ("gan", "mine (gan)")]
    assert [entry.name for entry in OwnWeights().entries()] == ["kept before", "mine (gan)"]
    assert not run.folder.exists()


@pytest.mark.usefixtures("unexported")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("role", ["detector", "gan"])
def test_a_run_killed_at_random_moments_ends_bit_for_bit_like_one_that_was_not(
    request_: FineTuneRequest, tmp_path: Path, role: Literal["detector", "gan"]
) -> None:
    request_ = replace(request_, target=role)
    whole, killed = create_run(request_, tmp_path / "whole"), create_run(request_, tmp_path / "killed")
    assert work_on(whole) == 0
    rng = np.random.default_rng()
    kills = 0
    for _ in range(2):
        process = start(killed)
        wait_for_checkpoint(killed, process, role)
        time.sleep(float(rng.uniform(0, 0.4)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if killed.outcome() is None:
            kills += 1
            assert killed.state() == RunState.INTERRUPTED
    assert kills >= 1, "it ended before it could be killed"
    assert work_on(killed) == 0
    assert killed.state() == RunState.FINISHED
    expected, got = ending(whole, role), ending(killed, role)
    assert expected.keys() == got.keys()
    assert all(torch.equal(expected[name], got[name]) for name in expected)
    assert killed.comparison() == whole.comparison()


class _Keeping(CombinedEvents):
    """Asks for what there is as soon as a run has gone on from a step of its detector."""

    def __init__(self, run: Run, after: int) -> None:
        super().__init__()
        self._run, self._after = run, after

    def progress(self, stage: str, done: int, total: int, remaining_seconds: float | None) -> None:
        if stage == "detector" and done > self._after:
            self._run.ask("keep")


@pytest.mark.usefixtures("unexported")
def test_a_run_is_worked_on_by_one_process_at_a_time(request_: FineTuneRequest) -> None:
    run = create_run(replace(request_, numbers=replace(NUMBERS, detector_steps=10_000)))
    process = start(run)
    wait_for_checkpoint(run, process)
    assert run.state() == RunState.RUNNING
    assert work_on(run) == 1
    run.ask("pause")
    assert process.wait(200) == 0
    assert run.state() == RunState.PAUSED
    done = steps_done(run)
    # Going on takes it up where it was; keeping ends it with what there is.
    run.start()
    assert run.state() == RunState.RUNNING
    until = time.monotonic() + 200
    while steps_done(run) <= done:
        assert time.monotonic() < until
        time.sleep(0.05)
    run.ask("pause")
    while run.state() == RunState.RUNNING:
        assert time.monotonic() < until
        time.sleep(0.05)
    run.ask("run")
    assert work_on(run, _Keeping(run, steps_done(run))) == 0
    assert run.state() == RunState.FINISHED
    assert len(run.cards()) == 1 and run.comparison() is not None


def test_a_run_thrown_away_leaves_nothing(request_: FineTuneRequest) -> None:
    run = create_run(replace(request_, numbers=replace(NUMBERS, detector_steps=10_000)))
    process = start(run)
    wait_for_checkpoint(run, process)
    run.discard()
    process.wait(200)
    assert not run.folder.exists() and all_runs() == []
    other = create_run(request_)
    other.discard()
    assert not other.folder.exists()


def test_a_run_that_goes_astray_ends_with_the_last_good_checkpoint_and_says_so(request_: FineTuneRequest) -> None:
    run = create_run(replace(request_, numbers=replace(NUMBERS, detector_rate=1e9, detector_steps=400)))
    assert work_on(run) == 1
    assert run.state() == RunState.FAILED
    outcome = run.outcome()
    assert outcome is not None and "lower learning rate" in outcome.reason
    for card in run.cards():
        assert all(bool(torch.isfinite(value).all()) for value in load_tensors(Path(card.file)).values())
    assert read_events(run.events_file)[0][-1]["kind"] == "failed"


@pytest.mark.usefixtures("unexported")
def test_a_generator_that_goes_astray_ends_with_the_last_good_checkpoint_and_goes_on_to_its_measurement(
    request_: FineTuneRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(replace(request_, target="gan", numbers=replace(NUMBERS, gan_steps=30)))
    good: dict[int, bytes] = {}
    update = GanTrainer.step

    def explode(self: GanTrainer, batch: Batch, phase: Phase, done: float) -> object:
        if phase.stage == "adversarial" and round(done * phase.steps) == 7:
            good[7] = (run.folder / "gan" / "checkpoint.pt").read_bytes()
            batch = Batch(batch.low * float("nan"), *batch[1:])
        return update(self, batch, phase, done)

    with monkeypatch.context() as patch:
        patch.setattr(GanTrainer, "step", explode)
        assert work_on(run) == 1
    outcome = run.outcome()
    assert run.state() == RunState.FAILED and outcome is not None
    assert "no longer a number" in outcome.reason and "is kept" in outcome.what_to_do
    assert (run.folder / "gan" / "checkpoint.pt").read_bytes() == good[7], "nothing bad was written over it"
    (card,) = run.cards()
    kept = load_tensors(Path(card.file))
    assert card.role == "gan" and all(bool(torch.isfinite(value).all()) for value in kept.values())
    # Going on measures what is kept; it is the same, and can be adopted.
    assert work_on(run) == 0
    assert run.state() == RunState.FINISHED and run.comparison() is not None
    assert all(torch.equal(kept[name], value) for name, value in ending(run, "gan").items())


@pytest.mark.usefixtures("unexported")
def test_the_first_network_stays_as_it_is_unless_the_user_wants_otherwise(request_: FineTuneRequest) -> None:
    def changed(numbers: Numbers) -> set[str]:
        run = create_run(replace(request_, target="gan", numbers=numbers))
        before = load_tensors(run.folder / "start-gan.safetensors")
        assert work_on(run) == 0
        after = ending(run, "gan")
        return {name.split(".")[1] for name in after if not torch.equal(before[name], after[name])}

    few = replace(NUMBERS, gan_steps=3)
    assert "g1" not in changed(few) and "g2" in changed(few)
    assert {"g1", "g2"} <= changed(replace(few, keep_g1=False))


def test_data_that_are_too_little_are_refused_in_one_sentence(request_: FineTuneRequest) -> None:
    empty = Path(request_.sources[0].annotations)
    from tinyface_core.project.store import Project

    with Project.open(empty) as project:
        project.remove_pictures([picture.source for picture in project.pictures()[1:]])
    run = create_run(request_)
    assert work_on(run) == 1
    outcome = run.outcome()
    assert outcome is not None and "too little" in outcome.reason


def test_an_exploding_loss_is_noticed_before_it_is_no_number(tmp_path: Path) -> None:
    watch = DivergenceWatch(JsonLinesEvents(tmp_path / "events.jsonl"), ("loss",))
    rng = np.random.default_rng(0)
    for step in range(200):  # scatters, and falls: nothing to stop
        watch.scalar("loss", step, float(rng.uniform(0.2, 2.0)) * 0.99**step)
        watch.scalar("other", step, 1e9)
    with pytest.raises(Diverged, match="loss went from"):
        for step in range(200, 240):
            watch.scalar("loss", step, 1.5**step)


def test_a_request_travels_as_json(request_: FineTuneRequest, tmp_path: Path) -> None:
    request_.save(tmp_path / "request.json")
    assert load_request(tmp_path / "request.json") == request_


def test_events_after_half_a_line_are_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    JsonLinesEvents(path).log("one")
    with path.open("a") as file:
        file.write('{"kind": "log", "li')
    JsonLinesEvents(path).log("two")
    events, end = read_events(path)
    assert [event["line"] for event in events] == ["one", "two"] and end == path.stat().st_size
    with path.open("a") as file:
        file.write('{"kind": "log"')
    assert read_events(path, end) == ([], end), "a line that is not whole yet is left for later"
