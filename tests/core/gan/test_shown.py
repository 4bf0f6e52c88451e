"""The generator whose pictures are shown: it agrees with what went in, and adds only what a reduction does not see."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tinyface_core.backends.export import with_exports
from tinyface_core.backends.loading import load_enlarger
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.interpolation import Enlarging, cubic, linear
from tinyface_core.gan.reduction import Reduction
from tinyface_core.gan.shown import ShownGenerator, ShownUpsampling
from tinyface_core.presets import GAN_PRESETS, SHOWN_PRESETS
from tinyface_core.runtime import Runtime
from tinyface_core.training.shown import start_g1
from tinyface_core.weights import Manifest, WeightsEntry, WeightsError, save_tensors, shown_entry

TINY = SHOWN_PRESETS["tiny"]
ABOUT = ("none", "MIT", "2026-01-01")


def _shown() -> ShownGenerator:
    torch.manual_seed(3)
    generator = ShownGenerator(TINY).eval()
    for tail in (generator.g1.tail, generator.g2.tail):
        torch.nn.init.normal_(tail.weight, 0, 0.1)
    return generator


def _installed(folder: Path) -> Manifest:
    torch.manual_seed(1)
    stage = {f"generator.{key}": value for key, value in Generator(GAN_PRESETS["tiny"]).state_dict().items()}
    shown = {f"generator.{key}": value for key, value in _shown().state_dict().items()}
    entries = tuple(
        WeightsEntry(
            name, role, "tiny", f"{name}.safetensors", save_tensors(folder / f"{name}.safetensors", given), *ABOUT
        )
        for name, role, given in (("judged", "gan", stage), ("mine", "gan", stage), ("richer", "shown", shown))
    )
    return Manifest(folder, entries)


@pytest.mark.parametrize("size", [(64, 64), (80, 48)])
def test_the_reduction_is_that_of_antialiased_bicubic_interpolation(size: tuple[int, int]) -> None:
    pictures = torch.rand(2, 3, *size)
    expected = F.interpolate(pictures, scale_factor=0.25, mode="bicubic", antialias=True)
    torch.testing.assert_close(Reduction()(pictures), expected, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("enlarging", "mode"),
    [(Enlarging(5, 2, linear, 1), "bilinear"), (Enlarging(5, 4, partial(cubic, slope=-0.75), 2), "bicubic")],
)
def test_enlarging_is_that_of_torch(enlarging: Enlarging, mode: str) -> None:
    pictures = torch.rand(2, 5, 9, 12)
    expected = F.interpolate(pictures, scale_factor=enlarging.scale, mode=mode)
    torch.testing.assert_close(enlarging(pictures), expected, atol=1e-5, rtol=0)


def test_the_unseen_part_of_a_picture_leaves_nothing_in_its_reduction() -> None:
    reduction, pictures = Reduction(), torch.rand(2, 3, 64, 96)
    unseen = reduction.unseen(pictures)
    assert reduction(unseen).abs().max() < 0.02
    assert unseen.abs().mean() > 0.1


@torch.inference_mode()
def test_what_the_refinement_adds_is_not_seen_when_its_picture_is_reduced() -> None:
    generator, low = _shown(), torch.rand(2, 3, 23, 18)
    upsampled, refined = generator(low)
    assert upsampled.shape == refined.shape == (2, 3, 92, 72)
    assert (refined - upsampled).abs().mean() > 0.005
    assert (generator.g2.reduction(refined) - generator.g2.reduction(upsampled)).abs().max() < 0.01


@torch.inference_mode()
def test_of_a_mirrored_input_both_pictures_are_mirrored() -> None:
    generator, low = _shown(), torch.rand(2, 3, 20, 17)
    for picture, mirrored in zip(generator(low), generator(low.flip(3)), strict=True):
        torch.testing.assert_close(mirrored.flip(3), picture)


@torch.inference_mode()
def test_the_first_picture_agrees_with_what_went_in_as_far_as_that_is_trusted() -> None:
    generator, low = _shown(), torch.rand(2, 3, 16, 16)

    def apart(trust: float) -> float:
        torch.nn.init.constant_(generator.g1.trust.bias, trust)
        return float((generator.g1.reduction(generator.g1(low)) - low).square().mean().sqrt())

    assert apart(20) < 0.2 * apart(-20)


@torch.inference_mode()
def test_what_is_smooth_is_interpolated_and_what_has_detail_is_not() -> None:
    generator = _shown()
    y, x = torch.meshgrid(torch.arange(24.0), torch.arange(20.0), indexing="ij")
    wave = (127 + 60 * torch.sin(x / 2.25) + 60 * torch.cos(y / 3.25)).round() / 255
    smooth = torch.stack([wave, wave.flip(0), (x + y) / 64])[:, None].expand(-1, 3, -1, -1)
    noise = torch.rand(2, 3, 24, 20)

    def added(low: torch.Tensor) -> list[float]:
        plain = F.interpolate(low, scale_factor=4, mode="bicubic")
        return [float((picture - plain).abs().mean()) for picture in generator(low)]

    assert max(added(smooth)) < 0.001 and min(added(noise)) > 0.01
    assert float(generator.detail(noise).min()) == 1.0


@torch.inference_mode()
@pytest.mark.parametrize("size", [(1, 1), (2, 7), (4, 4), (5, 3)])
def test_crops_too_small_to_have_detail_are_interpolated(size: tuple[int, int]) -> None:
    low = torch.full((1, 3, *size), 0.4)
    for picture in _shown()(low):
        torch.testing.assert_close(picture, F.interpolate(low, scale_factor=4, mode="bicubic"))


@torch.inference_mode()
def test_a_richer_first_network_begins_where_a_second_stages_has_ended() -> None:
    torch.manual_seed(9)
    low = torch.rand(2, 3, 16, 16)
    old = Generator(GAN_PRESETS["desktop"]).eval()
    for norm in (m for m in old.modules() if isinstance(m, torch.nn.BatchNorm2d)):
        torch.nn.init.uniform_(norm.weight, 0.5, 2)
        torch.nn.init.uniform_(norm.running_var, 0.5, 2)
    torch.nn.init.normal_(old.g1.tail.weight, 0, 0.05)
    weights = {f"generator.g1.{key}": value for key, value in old.g1.state_dict().items()}
    grown = ShownUpsampling(SHOWN_PRESETS["desktop"]).eval()
    start_g1(grown, weights)
    torch.nn.init.constant_(grown.trust.bias, -50)
    torch.testing.assert_close(grown(low), old.g1(low), atol=1e-4, rtol=0)


def test_the_default_second_stage_shows_by_the_richer_generator_and_another_one_by_its_own(tmp_path: Path) -> None:
    manifest = _installed(tmp_path)
    assert [shown_entry(manifest, name).name for name in ("", "judged", "mine")] == ["richer", "richer", "mine"]
    without = Manifest(tmp_path, manifest.entries[:2])
    assert shown_entry(without).name == "judged"
    with pytest.raises(WeightsError, match="no weights called"):
        shown_entry(manifest, "other")


def test_an_exported_shown_generator_gives_torchs_pictures_of_any_size(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path, _installed(tmp_path).entries[2:])
    told: dict[str, float] = {}
    manifest = with_exports(manifest, [], told.__setitem__)
    assert told["generator"] < 1e-4
    (entry,) = manifest.entries
    torchs, exported = (
        load_enlarger(manifest, entry, Runtime("cpu", name, "float32")) for name in ("torch", "onnxruntime")
    )
    low = np.random.default_rng(0).integers(0, 256, (1, 23, 18, 3), np.uint8)
    for mine, theirs in zip(exported.enlarge(low), torchs.enlarge(low), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)
    assert exported.scale == torchs.scale == 4
