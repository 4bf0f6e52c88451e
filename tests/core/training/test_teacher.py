"""A detector learns from another one what annotations do not say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from typer.testing import CliRunner

from tests.core.training.test_detector_training import SETTINGS, made_pictures
from tests.core.training.test_train_command import arguments, wider
from tinyface_core.backends.torch import TorchDetectorNetwork
from tinyface_core.commands.app import app
from tinyface_core.detector.assignment import make_anchors
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.presets import DETECTOR_PRESETS, DetectorPreset
from tinyface_core.runtime import Runtime
from tinyface_core.training.detector import train_detector
from tinyface_core.training.events import JsonLinesEvents
from tinyface_core.training.loop import TrainingRun
from tinyface_core.training.teacher import taught_by, taught_loss
from tinyface_core.types import UserError
from tinyface_core.weights import Manifest, load_tensors, save_tensors

__all__ = ["wider"]
TINY = DETECTOR_PRESETS["tiny"]


@dataclass
class Certain:
    """A teacher that takes every anchor for a face of just its place, as no annotation would have it."""

    preset: DetectorPreset = TINY
    runtime: Runtime = Runtime("cpu")
    shown: list[NDArray[np.uint8]] = field(default_factory=list)

    def __call__(
        self, pictures: NDArray[np.uint8], finest_stride: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        self.shown.append(pictures)
        count, height, width = pictures.shape[:3]
        anchors = len(make_anchors(self.preset.branches, height, width))
        return np.full((count, anchors), 0.9, np.float32), np.zeros((count, anchors, 4), np.float32)

    def leave_accelerator(self) -> bool:
        return False


def scores_after(folder: Path, teacher: Certain | None) -> float:
    pictures, pixels = made_pictures(folder.parent)
    events, settings = (
        JsonLinesEvents(folder / "events.jsonl"),
        replace(SETTINGS, steps=40, average=0.0, learning_rate=1e-2),
    )
    result = train_detector(TINY, settings, pictures, pixels, TrainingRun(folder, events), teacher=teacher)
    model = MBFCN(TINY)
    model.load_state_dict(load_tensors(result))
    scores, _ = TorchDetectorNetwork(model, torch.device("cpu"))(np.zeros((1, 64, 64, 3), np.uint8))
    return float(scores.mean())


def test_what_a_teacher_says_is_learned_beside_the_annotations(tmp_path: Path) -> None:
    assert scores_after(tmp_path / "taught", Certain()) > 2 * scores_after(tmp_path / "alone", None)


def shown_to_a_teacher(folder: Path, **rules: float) -> list[NDArray[np.uint8]]:
    plain = replace(SETTINGS.crops, turned_share=0, squeezed_share=0, grey_share=0, worn_share=0)
    pictures, pixels = made_pictures(folder)
    events, settings, teacher = (
        JsonLinesEvents(folder / "events.jsonl"),
        replace(SETTINGS, steps=2, crops=replace(plain, **rules)),
        Certain(),
    )
    train_detector(TINY, settings, pictures, pixels, TrainingRun(folder / "run", events), teacher=teacher)
    return teacher.shown


def test_a_teacher_is_shown_crops_before_they_are_worn(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = shown_to_a_teacher(tmp_path / "a")
    worn = shown_to_a_teacher(tmp_path / "b", grey_share=1.0, worn_share=1.0)
    assert plain and np.array_equal(plain, worn)


def test_a_teacher_is_not_asked_about_turned_crops(tmp_path: Path) -> None:
    assert not shown_to_a_teacher(tmp_path, turned_share=1.0)


def test_who_says_what_the_teacher_says_has_nothing_to_learn() -> None:
    scores = torch.tensor([[0.9, 0.4, 0.02]])
    taught = torch.tensor([[[0.0, 0, 10, 10], [4, 4, 9, 9], [0, 0, 5, 5]]])
    loss = taught_loss(scores.logit(), taught, scores, taught)
    assert loss.total.item() == pytest.approx(0, abs=1e-6)


def test_boxes_are_taught_where_the_teacher_sees_a_face_and_as_surely_as_it_does() -> None:
    scores = torch.tensor([[0.9, 0.3, 0.02]])
    taught = torch.tensor([[[0.0, 0, 10, 10], [4, 4, 9, 9], [0, 0, 5, 5]]])

    def apart(anchor: int) -> float:
        boxes = taught.clone()
        boxes[0, anchor, 2] += 5
        return taught_loss(scores.logit(), boxes, scores, taught).box.item()

    assert apart(0) == pytest.approx(0.9 / 1.2 * (1 - 10 / 15))
    assert apart(1) == pytest.approx(0.3 / 1.2 * (1 - 5 / 10))
    assert apart(2) == 0


def test_a_teacher_sees_the_crops_as_a_search_would() -> None:
    torch.manual_seed(1)
    network = TorchDetectorNetwork(MBFCN(TINY), torch.device("cpu"), "float32")
    crops = torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8)
    scores, boxes = taught_by(network, crops, make_anchors(TINY.branches, 64, 64))
    expected, _ = network(crops.permute(0, 2, 3, 1).numpy())
    assert np.array_equal(scores.numpy(), expected) and boxes.shape == (*scores.shape, 4)


def test_a_teacher_of_other_anchors_is_refused(tmp_path: Path) -> None:
    pictures, pixels = made_pictures(tmp_path)
    teacher, events = Certain(replace(TINY, branches=TINY.branches[:2])), JsonLinesEvents(tmp_path / "events.jsonl")
    with pytest.raises(UserError, match="another teacher"):
        train_detector(TINY, SETTINGS, pictures, pixels, TrainingRun(tmp_path / "run", events), teacher=teacher)


def test_the_command_cuts_a_larger_network_and_has_it_taught(wider: Path, tmp_path: Path, small_weights: Path) -> None:
    large = MBFCN(replace(TINY, widths=(8, 16, 8, 8, 8), blocks=(2, 1, 1, 1)))
    save_tensors(tmp_path / "large.safetensors", large.state_dict())
    options = ("--start-from", str(tmp_path / "large.safetensors"), "--teacher", "d", "--sample-steps", "0")
    done = CliRunner().invoke(app, arguments(wider, tmp_path, 4, *options))
    assert done.exit_code == 0, done.output
    assert "loss/taught box" in (tmp_path / "run" / "curves.csv").read_text()
    other = CliRunner().invoke(app, arguments(wider, tmp_path, 4, *options[:2], "--sample-steps", "0"))
    assert other.exit_code == 1 and "other settings" in other.output


def test_weights_of_no_detector_cannot_teach(wider: Path, tmp_path: Path, small_weights: Path) -> None:
    done = CliRunner().invoke(app, arguments(wider, tmp_path, 4, "--teacher", Manifest.load().default("gan").name))
    assert done.exit_code == 1 and "no detector's" in done.output
