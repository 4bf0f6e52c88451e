"""Small networks and a photo for the commands."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import tinyface_core.weights
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS
from tinyface_core.weights import Manifest, WeightsEntry, save_tensors


@pytest.fixture
def small_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Untrained tiny networks, installed as the program's weights."""
    folder = tmp_path / "weights"
    torch.manual_seed(0)
    detector = MBFCN(DETECTOR_PRESETS["tiny"])
    for branch in detector.branches:
        torch.nn.init.zeros_(branch.score.bias)  # one half: untrained networks find something everywhere
    generator, discriminator = Generator(GAN_PRESETS["tiny"]), Discriminator(GAN_PRESETS["tiny"])
    both = {f"generator.{k}": v for k, v in generator.state_dict().items()}
    both |= {f"discriminator.{k}": v for k, v in discriminator.state_dict().items()}
    rule = {"detector": 1.0, "face": 0.1, "bias": 0.0, "detector_alone": 1.0, "bias_alone": 0.0}
    detector_sha = save_tensors(folder / "d.safetensors", detector.state_dict())
    gan_sha = save_tensors(folder / "g.safetensors", both)
    known = ("none", "MIT", "2026-01-01")
    entries = [
        WeightsEntry("d", "detector", "tiny", "d.safetensors", detector_sha, *known),
        WeightsEntry("g", "gan", "tiny", "g.safetensors", gan_sha, *known, fusion=rule),
    ]
    Manifest(folder, tuple(entries)).save()
    monkeypatch.setattr(tinyface_core.weights, "BUNDLED", folder)
    return folder


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (120, 160, 3), dtype=np.uint8)).save(path)
    return path
