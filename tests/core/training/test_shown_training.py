"""Training of the generator that shows faces, on a few crops of noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.datasets.crops import Crops
from tinyface_core.datasets.smooth import smooth_crops
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.perception import PerceptionNetwork
from tinyface_core.gan.weights import shown_generator
from tinyface_core.presets import GAN_PRESETS, SHOWN_PRESETS
from tinyface_core.training.gan_batches import centre_batch
from tinyface_core.training.gan_measure import edge_energy
from tinyface_core.training.shown import grid_distance, pattern_excess
from tinyface_core.training.shown_gain import fitted_gain
from tinyface_core.weights import load_tensors, save_tensors

TINY = SHOWN_PRESETS["tiny"]


def _crops(count: int = 8) -> Crops:
    random = np.random.default_rng(2)
    pixels = random.integers(0, 256, (count, 20, 20, 3), np.uint8).repeat(4, axis=1).repeat(4, axis=2)
    everyone, nowhere = np.ones(count, bool), np.full((count, 4), np.nan, np.float32)
    return Crops(
        pixels, everyone, everyone, np.full(count, 64, np.float32), nowhere, np.zeros((count, 54, 54, 3), np.uint8)
    )


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """Weights of a second stage with a perception network."""
    torch.manual_seed(0)
    parts = {"generator": Generator(GAN_PRESETS["tiny"]), "perception": PerceptionNetwork(GAN_PRESETS["tiny"])}
    tensors = {f"{name}.{key}": value for name, part in parts.items() for key, value in part.state_dict().items()}
    save_tensors(tmp_path / "start.safetensors", tensors)
    return tmp_path / "start.safetensors"


def test_the_command_trains_goes_on_and_exports_with_the_edges_asked_for(tmp_path: Path, start: Path) -> None:
    _crops().save(tmp_path / "crops.npz")
    command = ["train", "gan", "shown", str(tmp_path / "crops.npz"), "--folder", str(tmp_path / "run")]
    command += ["--start-from", str(start), "--preset", "tiny", "--batch", "4", "--device", "cpu"]
    command += ["--upsample-steps", "2", "--refine-steps", "3"]
    first = CliRunner().invoke(app, command)
    assert first.exit_code == 0, first.output
    trained = (tmp_path / "run" / "shown.safetensors").read_bytes()
    again = CliRunner().invoke(app, command)
    assert "Taken up at step 5" in again.output
    assert (tmp_path / "run" / "shown.safetensors").read_bytes() == trained
    out = tmp_path / "out.safetensors"
    command = ["train", "gan", "export-shown", str(tmp_path / "run"), str(tmp_path / "crops.npz"), str(out)]
    written = CliRunner().invoke(app, [*command, "--preset", "tiny"])
    assert written.exit_code == 0 and "gain" in written.output, written.output
    shown_generator(load_tensors(out), TINY)


@torch.inference_mode()
def test_the_gain_gives_pictures_the_edges_asked_for() -> None:
    torch.manual_seed(5)
    generator = shown_generator({f"generator.{key}": value for key, value in _random().items()}, TINY).eval()
    crops, share = _crops(), 0.6
    generator.g2.gain.fill_(fitted_gain(generator, crops, TINY, share))
    batch = centre_batch(crops, TINY.g1)
    made = generator(batch.low).refined
    assert float(edge_energy(made).sum() / edge_energy(batch.high).sum()) == pytest.approx(share, abs=0.01)


def test_a_grid_is_told_from_other_detail() -> None:
    torch.manual_seed(0)
    even = torch.rand(4, 3, 64, 64)
    blocks = torch.rand(4, 3, 16, 16).repeat_interleave(4, 2).repeat_interleave(4, 3)
    assert grid_distance(even, even, 4) == 0
    other = torch.rand(4, 3, 64, 64)
    assert grid_distance(other, even, 4) < 0.1 * grid_distance(blocks, even, 4)


def test_hatching_is_told_from_as_much_noise() -> None:
    torch.manual_seed(0)
    real = torch.rand(16, 3, 64, 64)
    lines = torch.cos((torch.arange(64) + torch.arange(64)[:, None]) * 2.6)
    hatched, noisy = real / 2 + 0.1 * lines, real / 2 + 0.1 / 2**0.5 * torch.randn(16, 1, 64, 64)
    assert pattern_excess(hatched, real) > 0.01
    assert pattern_excess(noisy, real) == pattern_excess(real, real) == 0


def test_smooth_crops_have_no_edges_and_are_the_same_for_the_same_seed() -> None:
    crops = torch.rand(4, 3, 64, 64)
    smooth = smooth_crops(crops, torch.Generator().manual_seed(1))
    assert smooth.diff(dim=3).abs().max() < 0.25 < crops.diff(dim=3).abs().max()
    torch.testing.assert_close(smooth, smooth_crops(crops, torch.Generator().manual_seed(1)))


def _random() -> dict[str, torch.Tensor]:
    from tinyface_core.gan.shown import ShownGenerator

    generator = ShownGenerator(TINY)
    torch.nn.init.normal_(generator.g2.tail.weight, 0, 0.2)
    return generator.state_dict()
