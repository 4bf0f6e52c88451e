"""What a run tells, kept as curves and as lines."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tinyface_core.training.events import CurveEvents, run_events, steps_between_reports


def points(path: Path) -> list[tuple[str, int, float]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["name"], int(row["step"]), float(row["value"])) for row in csv.DictReader(file)]


def test_curves_hold_every_scalar_and_nothing_else(tmp_path: Path) -> None:
    curves = CurveEvents(tmp_path / "run" / "curves.csv")
    curves.log("begun")
    curves.scalar("loss/box", 10, 0.123456789012345)
    curves.progress("train", 10, 20, None)
    curves.scalar('odd, "name"', 10, 2)
    assert points(tmp_path / "run" / "curves.csv") == [("loss/box", 10, 0.123456789012345), ('odd, "name"', 10, 2)]


def test_points_that_a_resumed_run_computes_again_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "curves.csv"
    first = CurveEvents(path)
    for step in (10, 20, 30, 40):
        first.scalar("loss", step, 1.0)
    with path.open("a") as file:
        file.write("loss,4")  # killed in the middle of a line
    second = CurveEvents(path)
    for step in (30, 40, 50):
        second.scalar("loss", step, 0.5)
    assert points(path) == [("loss", 10, 1), ("loss", 20, 1), ("loss", 30, 0.5), ("loss", 40, 0.5), ("loss", 50, 0.5)]


def test_a_run_tells_the_console_the_lines_and_the_curves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = run_events(tmp_path)
    events.progress("train", 1, 2, 90)
    events.scalar("loss", 1, 0.5)
    events.log("Taken up at step 1.")
    events.sample("train", 1, tmp_path / "sample.png")
    events.finished({"steps": 2})
    lines = [
        "train: 1 of 2, 1.5 min left",
        "step 1: loss 0.5",
        "Taken up at step 1.",
        f"step 1: {tmp_path / 'sample.png'}",
    ]
    assert capsys.readouterr().out.splitlines() == lines, "how a job ended its command says"
    kinds = [json.loads(line)["kind"] for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert kinds == ["progress", "scalar", "log", "sample", "finished"]
    assert points(tmp_path / "curves.csv") == [("loss", 1, 0.5)]


def test_short_trainings_are_told_of_more_often() -> None:
    assert [steps_between_reports(steps) for steps in (1, 20, 80, 200, 400, 30_000)] == [1, 1, 2, 5, 10, 10]
