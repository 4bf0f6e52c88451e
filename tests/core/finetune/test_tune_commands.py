"""`tinyface train tune` and `tinyface train runs`: the dialog's work from the command line, on the same files."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.core.tiny_world import make_project
from tinyface_core.commands.app import app
from tinyface_core.own_weights import OwnWeights, installed_weights
from tinyface_core.training.events import JsonLinesEvents
from tinyface_core.training.finetune.request import FineTuneRequest
from tinyface_core.training.finetune.runs import RunState, all_runs, create_run
from tinyface_core.types import Cancelled


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["train", *map(str, arguments)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.usefixtures("small_weights")
def test_where_there_are_no_runs_the_list_says_so() -> None:
    assert "There are no runs: tinyface train tune starts one." in run("runs", "list")


@pytest.mark.usefixtures("unexported")
def test_a_project_is_learned_from_shown_and_adopted(small_weights: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    (tmp_path / "5.png").unlink()
    options = ("--project", project, "--name", "mine", "--device", "cpu", "--detector-steps", 3)
    told = run("tune", *options)
    assert told.startswith("The data are read, and a few real steps tell how long it will take.\n")
    assert "Pictures that are missing or cannot be read: 1 (5.png). Nothing is learned from them" in told
    assert "neither learned from nor measured: 1 picture of the new data" in told
    assert "It will take about 1 minute on cpu." in told and "mine: finished" in told and "difference" in told
    assert re.search(
        r"\d lost now, (1 false alarm|\d+ false alarms) gone, (1 new false alarm|\d+ new false alarms)\n", told
    )
    (made,) = all_runs()
    compared = made.comparison()
    assert compared is not None and compared.left_out == 1
    assert made.request.numbers.detector_steps == 3
    name = made.folder.name
    assert f"{name}  finished" in run("runs", "list")
    told = run("runs", "show", name[:10])
    assert "held back" in told and "of 36 tiny faces found" in told
    assert [entry.name for entry in installed_weights().entries] == ["d", "g"], "nothing is adopted silently"
    assert "detector: mine" in run("runs", "adopt", name)
    assert [entry.name for entry in OwnWeights().entries()] == ["mine"] and all_runs() == []


def test_what_cannot_be_trained_is_said_in_a_sentence(small_weights: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    for options, sentence in {
        (): "Say what to learn from",
        ("--project", project, "--target", "everything"): "There is no target everything",
        ("--project", project, "--preset", "a year"): "There is no preset a year",
        ("--data", "nonsense"): "not of the form",
        ("--data", f"wider:{tmp_path}:{tmp_path}"): "or is a folder: give a wider_face_*.mat",
        ("--project", project, "--name", " "): "Weights need a name.",
    }.items():
        assert sentence in run("tune", "--name", "mine", *options, code=1)
    for option in ("--learning-rate", "--epochs"):
        assert "Invalid value" in run("tune", "--name", "mine", "--project", project, option, -1, code=2)
    assert all_runs() == []


def test_runs_are_paused_kept_and_thrown_away(request_: FineTuneRequest) -> None:
    made = create_run(request_)
    name = made.folder.name
    assert "interrupted" in run("runs", "list")
    assert f'`tinyface train runs resume "{name}"` goes on.' in run("runs", "show", name)
    run("runs", "pause", name)
    assert made.state() == RunState.PAUSED and "paused" in run("runs", "show", name)
    assert "resume it first" in run("runs", "keep", name)
    assert "no weights yet" in run("runs", "adopt", name, code=1)
    assert "There is no run" in run("runs", "show", "1999", code=1)
    run("runs", "discard", name)
    assert all_runs() == []


def test_a_run_that_works_says_how_far_it_is(request_: FineTuneRequest) -> None:
    made = create_run(request_)
    with made.lock():
        assert run("runs", "show", made.folder.name) == "mine: running\nIt begins.\n"
        events = JsonLinesEvents(made.events_file)
        events.progress("detector", 3, 20, None)
        events.progress("detector", 4, 20, 100)
        events.scalar("detector/loss/box", 4, 0.5)
        assert run("runs", "show", made.folder.name) == "mine: running\ndetector: 4 of 20\n"


@pytest.mark.usefixtures("unexported")
def test_an_interrupted_training_says_how_it_goes_on_and_ends_with_130(
    small_weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_tuning: object) -> None:
        signal.raise_signal(signal.SIGINT)
        raise Cancelled

    monkeypatch.setattr("tinyface_core.training.finetune.execution.FineTuning.work", interrupted)
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        told = run("tune", "--project", make_project(tmp_path), "--name", "mine", "--device", "cpu", code=130)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    (made,) = all_runs()
    assert told.endswith(f'mine: paused\n`tinyface train runs resume "{made.folder.name}"` goes on.\n')
