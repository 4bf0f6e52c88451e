"""`tinyface train detector` on a small data set in the official layout of WIDER FACE."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.weights import load_tensors

ROOT = Path(__file__).resolve().parents[3]
SMALL = ("--preset", "tiny", "--batch", "2", "--crop", "64", "--workers", "0", "--device", "cpu")


@pytest.fixture(scope="module")
def wider(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six pictures of bright squares, where the official archives would put them."""
    root = tmp_path_factory.mktemp("wider")
    event = root / "WIDER_train" / "images" / "0--Parade"
    event.mkdir(parents=True)
    rng = np.random.default_rng(0)
    lines = []
    for number in range(6):
        pixels = rng.integers(0, 60, (96, 96, 3), dtype=np.uint8)
        x, y, side = (int(v) for v in rng.integers([5, 5, 10], [60, 60, 30]))
        pixels[y : y + side, x : x + side] = 230
        name = f"0_Parade_marchingband_1_{number}.jpg"
        Image.fromarray(pixels).save(event / name, quality=95)
        lines += [f"0--Parade/{name}", "1", f"{x} {y} {side} {side} 0 0 0 0 0 0"]
    (root / "wider_face_split").mkdir()
    (root / "wider_face_split" / "wider_face_train_bbx_gt.txt").write_text("\n".join(lines) + "\n")
    return root


def arguments(wider: Path, folder: Path, steps: int, *more: str) -> list[str]:
    command = ["train", "detector", "--wider", str(wider), "--output", str(folder / "run")]
    return [*command, "--cache", str(folder / "cache"), "--steps", str(steps), *SMALL, *more]


def process(command: list[str]) -> subprocess.Popen[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_the_official_layout_is_enough_and_a_run_leaves_curves_and_pictures(
    wider: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyface_core.commands.progress.SECONDS_BETWEEN_LINES", 0.0)
    done = CliRunner().invoke(app, arguments(wider, tmp_path, 20, "--sample-steps", "10"))
    assert done.exit_code == 0, done.output
    run = tmp_path / "run"
    assert load_tensors(run / "detector.safetensors")
    with (run / "curves.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["name"] for row in rows} == {"loss/classification", "loss/box"}
    # A training of few steps tells of each.
    assert {int(row["step"]) for row in rows} == set(range(1, 21))
    # One early picture, then every ten steps: four crops, what was marked above what is found.
    assert sorted(path.name for path in run.glob("sample-*")) == [f"sample-{n:07d}.png" for n in (1, 10, 20)]
    strip = np.asarray(Image.open(run / "sample-0000020.png"))
    assert strip.shape == (2 * 72, 4 * 72 - 8, 3)
    told = [json.loads(line) for line in (run / "events.jsonl").read_text().splitlines()]
    assert [line["step"] for line in told if line["kind"] == "sample"] == [1, 10, 20]
    assert re.search("^train: 19 of 20, .*about 0 s left$", done.stderr, re.MULTILINE)


def test_samples_do_not_change_what_is_learned(wider: Path, tmp_path: Path) -> None:
    for folder, every in (("with", "2"), ("without", "0")):
        done = CliRunner().invoke(app, arguments(wider, tmp_path / folder, 4, "--sample-steps", every))
        assert done.exit_code == 0, done.output
    first, second = (load_tensors(tmp_path / f / "run" / "detector.safetensors") for f in ("with", "without"))
    assert all(torch.equal(value, second[name]) for name, value in first.items())


def test_two_processes_of_torchrun_train_one_detector(wider: Path, tmp_path: Path) -> None:
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    running = process([*torchrun, "-m", "tinyface_core", *arguments(wider, tmp_path, 4, "--sample-steps", "2")])
    said, errors = running.communicate(timeout=180)
    assert running.returncode == 0, errors[-3000:]
    assert said.count("The weights are in") == 1
    told = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in told].count("finished") == 1
    assert all(torch.isfinite(v).all() for v in load_tensors(tmp_path / "run" / "detector.safetensors").values())


def test_an_interrupt_leaves_a_checkpoint_that_the_same_command_takes_up(wider: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tinyface_core", *arguments(wider, tmp_path, 100_000, "--sample-steps", "0")]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background may ignore it
    try:
        running = process(command)
    finally:
        signal.signal(signal.SIGINT, before)
    events = tmp_path / "run" / "events.jsonl"
    until = time.monotonic() + 120
    while not (events.exists() and "scalar" in events.read_text()) and time.monotonic() < until:
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    said, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "the checkpoint is in" in said and "Traceback" not in errors
    step = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["step"]
    assert step >= 10
    again = CliRunner().invoke(app, arguments(wider, tmp_path, 50))
    assert again.exit_code == 1 and "other settings" in again.output


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--preset", "huge"), "no preset called huge"),
        (("--crop", "70"), "multiple of 32"),
        (("--batch", "50"), "fewer than one batch"),
    ],
)
def test_a_wrong_setting_is_one_sentence(wider: Path, tmp_path: Path, more: tuple[str, ...], sentence: str) -> None:
    done = CliRunner().invoke(app, arguments(wider, tmp_path, 4, *more))
    assert done.exit_code == 1 and sentence in done.output and isinstance(done.exception, SystemExit)


def test_missing_data_is_one_sentence_before_anything_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tinyface_core.training.detector", None)  # imports torch for seconds
    for given, sentence in ((["--wider", str(tmp_path)], "unpack WIDER_train.zip"), ([], "--wider FOLDER")):
        done = CliRunner().invoke(app, ["train", "detector", *given])
        assert done.exit_code == 1 and sentence in done.output
