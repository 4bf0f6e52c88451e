"""Starting from ImageNet, detector and discriminator alike: when it is asked for, and what happens offline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
import torch
from torch import Tensor, nn
from torchvision.models import resnet50
from torchvision.models.resnet import Bottleneck, ResNet
from torchvision.models.vgg import cfgs, make_layers
from typer.testing import CliRunner

from tests.core.training.test_detector_training import SETTINGS, SetAfter, made_pictures
from tests.core.training.test_gan_training import SHORT, TINY, _crops
from tinyface_core.commands.app import app
from tinyface_core.detector.mbfcn import ResNet50Backbone
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS
from tinyface_core.training.checkpoint import load_checkpoint
from tinyface_core.training.detector import train_detector
from tinyface_core.training.events import CombinedEvents, JsonLinesEvents
from tinyface_core.training.gan import train_gan
from tinyface_core.training.loop import TrainingRun
from tinyface_core.types import Cancelled, UserError
from tinyface_core.weights import load_tensors

RESNET = replace(DETECTOR_PRESETS["tiny"], backbone="resnet50", widths=(64, 256, 512, 1024, 2048))
VGG = replace(TINY, d_imagenet=True, d_batch_norm=False)
STILL = replace(SETTINGS, steps=2, learning_rate=0.0)
PRETRAINING = replace(SHORT, phases=(replace(SHORT.phases[0], steps=2),))


class Torchvision:
    """Stands in for the download of weights, or for its failure, and counts what is asked for."""

    def __init__(self, weights: dict[str, Tensor] | None = None) -> None:
        self.weights, self.asked = weights, 0

    def __call__(self, url: str, **_: object) -> dict[str, Tensor]:
        self.asked += 1
        if self.weights is None:
            raise URLError("no network")
        return self.weights


def _detector(folder: Path, cancel: Any = None, events: Any = None, start_from: Any = None, **more: Any) -> Path:
    pictures, pixels = made_pictures(folder.parent)
    run = TrainingRun(folder, events or CombinedEvents(), cancel)
    return train_detector(RESNET, replace(STILL, **more), pictures, pixels, run, start_from)


def _gan(folder: Path, cancel: Any = None, events: Any = None, start_from: Any = None, **more: Any) -> Path:
    run = TrainingRun(folder, events or CombinedEvents(), cancel)
    return train_gan(VGG, replace(PRETRAINING, **more), _crops(), run, start_from)


@pytest.fixture(autouse=True)
def one_block_a_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ResNet-50 with 4 of its 16 blocks: checkpoints of the whole one take seconds."""
    monkeypatch.setattr("torchvision.models.resnet50", lambda weights: ResNet(Bottleneck, [1, 1, 1, 1]))


def _resnet_weights() -> dict[str, Tensor]:
    return ResNet(Bottleneck, [1, 1, 1, 1]).state_dict()


def _vgg_weights() -> dict[str, Tensor]:
    return {f"features.{key}": value for key, value in Discriminator(VGG).features.state_dict().items()}


TRAININGS = [
    (_detector, _resnet_weights, "layer3.0.conv1.weight", "backbone.stages.2.0.conv1.weight"),
    (_gan, _vgg_weights, "features.2.weight", "discriminator.features.2.weight"),
]


@pytest.mark.parametrize(("train", "weights", "theirs", "ours"), TRAININGS)
def test_imagenet_is_asked_for_at_the_start_of_a_training_from_nothing_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    train: Callable[..., Path],
    weights: Callable[[], dict[str, Tensor]],
    theirs: str,
    ours: str,
) -> None:
    online = Torchvision(weights())
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", online)
    with pytest.raises(Cancelled):
        train(tmp_path / "run", SetAfter(1))
    assert online.asked == 1
    offline = Torchvision()
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", offline)
    result = load_tensors(train(tmp_path / "run"))
    assert online.weights is not None
    torch.testing.assert_close(result[ours], online.weights[theirs], atol=1e-3, rtol=0)  # the file is fp16
    with pytest.raises(Cancelled):
        train(tmp_path / "tuned", SetAfter(1), start_from=result)
    assert offline.asked == 0


@pytest.mark.parametrize("train", [_detector, _gan])
def test_without_imagenet_a_training_stops_with_one_sentence_unless_it_is_to_start_from_scratch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, train: Callable[..., Path]
) -> None:
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", Torchvision())
    with pytest.raises(UserError, match=r"^The ImageNet weights of [^\n]*no network[^\n]*--from-scratch[^\n]*\.$"):
        train(tmp_path / "run")
    assert not (tmp_path / "run" / "checkpoint.pt").exists()
    events = tmp_path / "run" / "events.jsonl"
    train(tmp_path / "run", events=JsonLinesEvents(events), from_scratch=True)
    assert "starts from random weights, as asked for" in events.read_text()
    assert load_checkpoint(tmp_path / "run" / "checkpoint.pt")["step"] == 2


def test_a_paper_detector_takes_every_layer_of_resnet_50(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    theirs, ours = resnet50(weights=None).eval(), ResNet50Backbone().eval()
    ours.take_imagenet(theirs.state_dict())
    picture = torch.rand(1, 3, 64, 64)
    theirs.avgpool = theirs.fc = nn.Identity()
    with torch.no_grad():
        torch.testing.assert_close(ours(picture)[-1].flatten(1), theirs(picture))


def test_a_paper_discriminator_takes_every_convolution_of_vgg19() -> None:
    torch.manual_seed(0)
    theirs = make_layers(cfgs["E"], batch_norm=False).eval()
    ours = Discriminator(GAN_PRESETS["paper"])
    ours.take_imagenet({f"features.{key}": value for key, value in theirs.state_dict().items()} | {"classifier.0.x": 0})
    picture = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(nn.MaxPool2d(2)(ours.features(picture)), theirs(picture))


def test_the_commands_of_a_paper_training_say_offline_in_one_sentence_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torchvision.models._api.load_state_dict_from_url", Torchvision())
    _crops().save(tmp_path / "crops.npz")
    command = ["train", "gan", "train", str(tmp_path / "crops.npz"), "--folder", str(tmp_path / "run")]
    done = CliRunner().invoke(app, [*command, "--preset", "paper", "--device", "cpu"])
    assert done.exit_code == 1 and done.stderr.count("\n") == 1 and "--from-scratch" in done.stderr
    assert "--from-scratch" in CliRunner().invoke(app, ["train", "detector", "--help"], env={"COLUMNS": "200"}).output
