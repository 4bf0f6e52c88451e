"""Training the detector: it learns, it resumes exactly, it spreads over processes."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.detection import CropRules
from tinyface_core.datasets.pixel_cache import PixelCache
from tinyface_core.presets import DETECTOR_PRESETS
from tinyface_core.training.detector import DetectorTraining, learning_rate, train_detector
from tinyface_core.training.events import JsonLinesEvents
from tinyface_core.types import Cancelled
from tinyface_core.weights import load_tensors

RULES = CropRules(size=64, smallest_scale=0.9, largest_scale=1.1)
SETTINGS = DetectorTraining(steps=6, batch=2, workers=0, crops=RULES, learning_rate=5e-3)


def made_pictures(folder: Path) -> tuple[list[AnnotatedPicture], PixelCache]:
    """Dark noise with bright discs that stand for faces."""
    rng = np.random.default_rng(0)
    pictures, stored = [], {}
    for number in range(4):
        pixels = rng.integers(0, 60, (96, 96, 3), dtype=np.uint8)
        boxes = []
        for x, y, side in rng.integers([5, 5, 8], [70, 70, 20], (3, 3)).tolist():
            pixels[y : y + side, x : x + side] = 230
            boxes.append([x, y, x + side, y + side])
        path = folder / f"{number}.bin"
        path.write_bytes(b"x")
        stored[path] = pixels
        pictures.append(AnnotatedPicture(str(number), path, np.array(boxes, np.float32), np.zeros(3, bool)))
    return pictures, PixelCache([p.path for p in pictures], folder / "cache", stored.__getitem__)


def run(folder: Path, settings: DetectorTraining, cancel: threading.Event | None = None) -> dict[str, torch.Tensor]:
    pictures, pixels = made_pictures(folder.parent)
    events = JsonLinesEvents(folder / "events.jsonl")
    return load_tensors(train_detector(DETECTOR_PRESETS["tiny"], settings, pictures, pixels, folder, events, cancel))


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


def test_a_run_of_other_settings_is_not_taken_up(tmp_path: Path) -> None:
    run(tmp_path / "run", SETTINGS)
    with pytest.raises(ValueError, match="other settings"):
        run(tmp_path / "run", DetectorTraining(steps=8, batch=2, workers=0, crops=RULES))


def test_the_loss_falls_on_pictures_that_can_be_learned(tmp_path: Path) -> None:
    settings = DetectorTraining(steps=60, batch=4, workers=0, crops=RULES, learning_rate=1e-2)
    run(tmp_path / "run", settings)
    lines = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    losses = [line["value"] for line in lines if line.get("name") == "loss/classification"]
    assert losses[-1] < 0.7 * losses[0]
    assert lines[-1]["kind"] == "finished"
    assert lines[-1]["summary"]["steps"] == 60


def test_the_rate_warms_up_and_falls_to_a_hundredth() -> None:
    settings = DetectorTraining(steps=1000, learning_rate=1.0)
    assert learning_rate(0, settings) == pytest.approx(0.02)
    assert learning_rate(49, settings) == pytest.approx(1.0)
    assert learning_rate(1000, settings) == pytest.approx(0.01)


def test_two_processes_share_a_batch(tmp_path: Path) -> None:
    script = tmp_path / "two.py"
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom lightning_fabric import Fabric\n"
        "from tests.core.training.test_detector_training import *\n"
        "from tinyface_core.training.events import ConsoleEvents\n"
        "folder = Path(sys.argv[1])\n"
        "fabric = Fabric(accelerator='cpu', devices=2, strategy='ddp')\nfabric.launch()\n"
        "folder.mkdir(exist_ok=True)\n"
        "shared = folder / str(fabric.global_rank)\nshared.mkdir(exist_ok=True)\n"
        "pictures, pixels = made_pictures(shared)\n"
        "train_detector(DETECTOR_PRESETS['tiny'], SETTINGS, pictures, pixels, folder,\n"
        "    ConsoleEvents(), None, None, fabric)\n"
    )
    root = Path(__file__).resolve().parents[3]
    environment = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nproc-per-node=2",
            str(script),
            str(tmp_path / "out"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert load_tensors(tmp_path / "out" / "detector.safetensors")
    assert "finished" in done.stdout
