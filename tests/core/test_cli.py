"""The command line, with small weights made on the spot."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

import tinyface_core.weights
from tinyface_core.cli import app
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS
from tinyface_core.weights import Manifest, WeightsEntry, save_tensors

ROOT = Path(__file__).resolve().parents[2]


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


def test_find_writes_picture_json_and_sheet_and_says_where(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["find", str(photo), "--output", str(tmp_path / "out"), "--min-score", "0", "--timings"]
    )
    assert done.exit_code == 0, done.output
    for name in ("photo-faces.png", "photo-faces.json", "photo-comparison.png"):
        assert (tmp_path / "out" / name).exists() and name in done.output
    assert "peak memory" in done.output and "detect" in done.output
    values = json.loads((tmp_path / "out" / "photo-faces.json").read_text())
    schema = json.loads((ROOT / "resources" / "schema" / "find-result.schema.json").read_text())
    jsonschema.validate(values, schema)
    assert values["results"][0]["refined"] == min(128, values["results"][0]["candidates"]) > 0
    assert Image.open(tmp_path / "out" / "photo-faces.png").size == (160, 120)


def test_one_broken_file_does_not_stop_the_others(small_weights: Path, photo: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a picture")
    done = CliRunner().invoke(app, ["find", str(broken), str(photo), "--output", str(tmp_path / "out"), "--no-refine"])
    assert done.exit_code == 1
    assert "broken.jpg" in done.output
    assert (tmp_path / "out" / "photo-faces.json").exists()


def test_changed_weights_are_refused_in_one_sentence(small_weights: Path, photo: Path) -> None:
    file = small_weights / "d.safetensors"
    file.write_bytes(file.read_bytes() + b" ")
    done = CliRunner().invoke(app, ["find", str(photo)])
    assert done.exit_code == 1
    assert "not the file that the manifest names" in done.output


def test_weights_show_counts_every_network(small_weights: Path) -> None:
    done = CliRunner().invoke(app, ["weights", "show"])
    assert done.exit_code == 0, done.output
    convs = Generator(GAN_PRESETS["paper"]).g1
    millions = sum(p.numel() for p in convs.parameters()) / 1e6
    assert f"{millions:8.2f} M parameters" in done.output


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = "('torch', 'torchvision', 'cv2', 'scipy', 'av')"
    script = f"import sys, tinyface_core.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_the_bundled_weights_are_those_of_the_manifest() -> None:
    manifest = Manifest.load()
    assert {entry.role for entry in manifest.entries} == {"detector", "gan"}
    for entry in manifest.entries:
        assert hashlib.sha256((manifest.folder / entry.file).read_bytes()).hexdigest() == entry.sha256
