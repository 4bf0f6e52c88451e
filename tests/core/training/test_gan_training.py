from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from lightning_fabric import Fabric
from PIL import Image
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.datasets.crops import Crops
from tinyface_core.datasets.degradation import Degradation
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.losses import GanLossWeights
from tinyface_core.gan.perception import PerceptionNetwork
from tinyface_core.gan.weights import gan_networks, load_part
from tinyface_core.presets import GAN_PRESETS
from tinyface_core.training.checkpoint import saved_weights
from tinyface_core.training.gan import GanState, GanTrainer, load_gan, train_gan
from tinyface_core.training.gan_batches import CropBatches, centre_batch
from tinyface_core.training.gan_measure import crop_psnr, edge_energy, measure_gan, roc_area
from tinyface_core.training.gan_settings import GanTraining, Phase, Shares, paper_training, phase_at
from tinyface_core.training.loop import TrainingRun
from tinyface_core.types import Cancelled, CancelToken, UserError
from tinyface_core.weights import WeightsError, load_tensors

TINY = GAN_PRESETS["tiny"]
MIXED = Shares(0.25, 0.25, 0.25, 0.25)
SHORT = GanTraining((Phase("pretrain", 2, 1e-3), Phase("adversarial", 3, 1e-3, 1e-4, shares=MIXED)), batch=4)


class _Silent:
    def __init__(self, stop: threading.Event | None = None, stop_at: int = 0) -> None:
        self.samples: list[Path] = []
        self.summary: dict[str, Any] = {}

    def progress(self, *_: Any) -> None: ...
    def log(self, line: str) -> None: ...
    def scalar(self, *_: Any) -> None: ...
    def failed(self, *_: Any) -> None: ...

    def sample(self, name: str, step: int, path: Path) -> None:
        self.samples.append(path)

    def finished(self, summary: dict[str, Any]) -> None:
        self.summary = summary


class _StopAfter:
    """A cancellation token that is set from the n-th question on."""

    def __init__(self, questions: int) -> None:
        self._left = questions

    def is_set(self) -> bool:
        self._left -= 1
        return self._left <= 0


def _crops(count: int = 16) -> Crops:
    random = np.random.default_rng(9)
    pixels = np.empty((count, 80, 80, 3), np.uint8)
    for crop in pixels:  # sharp edges, which bicubic enlargement blurs
        crop[...] = random.integers(0, 256, 3)
        for _ in range(6):
            x, y, side = random.integers(0, 60), random.integers(0, 60), random.integers(8, 30)
            crop[y : y + side, x : x + side] = random.integers(0, 256, 3)
    kinds = np.arange(count)
    box = np.where(kinds[:, None] % 2 == 0, np.array([[0.3, 0.2, 0.6, 0.7]], np.float32), np.float32(np.nan))
    around = np.repeat(np.where(kinds % 2 == 0, 200, 50).astype(np.uint8), 54 * 54 * 3).reshape(count, 54, 54, 3)
    return Crops(pixels, kinds % 2 == 0, kinds % 4 < 2, np.full(count, 50, np.float32), box, around)


def _fabric() -> Fabric:
    return Fabric(accelerator="cpu", devices=1)


def _run(folder: Path, events: _Silent | None = None, cancel: CancelToken | None = None) -> TrainingRun:
    return TrainingRun(folder, events or _Silent(), cancel, _fabric())


def _same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> bool:
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("stop_after", [1, 2, 4])
def test_a_run_that_was_stopped_ends_with_the_very_weights_of_one_that_was_not(tmp_path: Path, stop_after: int) -> None:
    whole = train_gan(TINY, SHORT, _crops(), _run(tmp_path / "whole"))
    folder = tmp_path / "stopped"
    with pytest.raises(Cancelled, match=f"step {stop_after} of 5"):
        train_gan(TINY, SHORT, _crops(), _run(folder, cancel=_StopAfter(stop_after)))
    torch.rand(7)  # whatever else the program does in between
    resumed = train_gan(TINY, SHORT, _crops(), _run(folder))
    assert _same(load_tensors(whole), load_tensors(resumed))
    checkpoints = [torch.load(p.parent / "checkpoint.pt", weights_only=True) for p in (whole, resumed)]
    for part in ("networks", "averages"):
        first, second = (checkpoint[part] for checkpoint in checkpoints)
        assert first.keys() == second.keys() and all(_same(first[name], second[name]) for name in first)


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_export_writes_what_a_run_has_learned_with_and_without_an_average(tmp_path: Path, average: float) -> None:
    settings = replace(SHORT, average=average)  # as of the published schedule, which keeps none
    result = train_gan(TINY, settings, _crops(), _run(tmp_path))
    _crops().save(tmp_path / "crops.npz")
    files = [str(tmp_path / name) for name in ("", "crops.npz", "out.safetensors")]
    done = CliRunner().invoke(app, ["train", "gan", "export", *files, "--preset", "tiny"])
    assert done.exit_code == 0, done.output
    exported, start = load_tensors(tmp_path / "out.safetensors"), GanState(TINY, settings).networks
    assert _same(exported, load_tensors(result))
    learned = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["networks"]
    for name, network in start.items():
        tensors = {k.removeprefix(f"{name}."): v for k, v in exported.items() if k.startswith(f"{name}.")}
        assert not _same(tensors, {key: value.half().to(tensors[key].dtype) for key, value in _state(network).items()})
        last = {key: value.half().to(tensors[key].dtype) for key, value in learned[name].items()}
        assert _same(tensors, last) == (average == 0)


def test_a_folder_without_aligned_faces_gives_no_file_of_crops(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["train", "gan", "mine-aligned", str(tmp_path), str(tmp_path / "crops.npz")])
    assert done.exit_code == 1 and "holds no JPEG or PNG picture" in done.output and not list(tmp_path.iterdir())


def test_an_export_by_a_wrong_preset_leaves_no_file(tmp_path: Path) -> None:
    train_gan(TINY, SHORT, _crops(), _run(tmp_path))
    _crops().save(tmp_path / "crops.npz")
    files = [str(tmp_path / name) for name in ("", "crops.npz", "out.safetensors")]
    done = CliRunner().invoke(app, ["train", "gan", "export", *files, "--preset", "desktop"])
    assert done.exit_code == 1 and "These weights are of another preset" in done.output
    assert not (tmp_path / "out.safetensors").exists()


def test_a_checkpoint_of_other_settings_is_refused(tmp_path: Path) -> None:
    train_gan(TINY, SHORT, _crops(), _run(tmp_path))
    with pytest.raises(UserError, match="other settings"):
        train_gan(TINY, replace(SHORT, seed=2), _crops(), _run(tmp_path))


def _state(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {key: value.clone() for key, value in network.named_parameters()}


def test_sharp_crops_are_degraded_as_asked_and_small_ones_only_reduced() -> None:
    settings = replace(SHORT, degradation=Degradation(photos=1.0))
    batch, plain = (CropBatches(_crops(), TINY, chosen).at(0, MIXED) for chosen in (settings, SHORT))
    small = ~batch.labels.has_target
    assert small.any() and batch.labels.has_target.any()
    assert torch.equal(batch.low[small], plain.low[small]) and torch.equal(batch.high, plain.high)
    assert (batch.low != plain.low).flatten(1).any(dim=1)[batch.labels.has_target].all()


def test_each_update_changes_only_its_own_network() -> None:
    state = GanState(TINY, SHORT)
    trainer = GanTrainer(_fabric(), state, SHORT)
    batch = CropBatches(_crops(), TINY, SHORT).at(0, MIXED)
    generated = trainer._generator(batch.low)
    before = _state(state.generator), _state(state.discriminator)
    trainer._update_discriminator(generated, batch)
    between = _state(state.generator), _state(state.discriminator)
    assert _same(before[0], between[0]) and not _same(before[1], between[1])
    running = {key: value.clone() for key, value in state.discriminator.named_buffers()}
    trainer._update_generator(generated, batch, adversarial=True)
    after = _state(state.generator), _state(state.discriminator)
    assert not _same(between[0], after[0]) and _same(between[1], after[1])
    assert _same(running, dict(state.discriminator.named_buffers()))


def test_pre_training_leaves_the_discriminator_alone() -> None:
    state = GanState(TINY, SHORT)
    before = _state(state.discriminator)
    trainer = GanTrainer(_fabric(), state, SHORT)
    trainer.step(CropBatches(_crops(), TINY, SHORT).at(0, Shares()), SHORT.phases[0], 0.0)
    assert _same(before, _state(state.discriminator))


def test_the_stages_before_and_after_the_adversarial_one_train_one_network_each() -> None:
    state = GanState(TINY, SHORT)
    trainer, batch = GanTrainer(_fabric(), state, SHORT), CropBatches(_crops(), TINY, SHORT).at(0, MIXED)
    before = _state(state.generator), _state(state.discriminator)
    trainer.step(batch, Phase("upsample", 1, 1e-3), 0.0)
    upsampled = _state(state.generator), _state(state.discriminator)
    changed = {key for key in before[0] if not torch.equal(before[0][key], upsampled[0][key])}
    assert changed and all(key.startswith("g1.") for key in changed) and _same(before[1], upsampled[1])
    trainer.step(batch, Phase("judge", 1, 1e-3), 0.0)
    assert _same(upsampled[0], _state(state.generator)) and not _same(upsampled[1], _state(state.discriminator))
    judged = _state(state.discriminator)
    trainer.step(batch, Phase("surroundings", 1, 1e-3), 0.0)
    after = _state(state.discriminator)
    changed = {key for key in judged if not torch.equal(judged[key], after[key])}
    assert changed and all(key.startswith("surroundings.") for key in changed)
    assert _same(upsampled[0], _state(state.generator))


def test_the_discriminator_learns_at_a_rate_of_its_own() -> None:
    def after(rate: float | None) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        state = GanState(TINY, SHORT)
        trainer, batch = GanTrainer(_fabric(), state, SHORT), CropBatches(_crops(), TINY, SHORT).at(0, MIXED)
        trainer.step(batch, Phase("judge", 1, 1e-3, discriminator_rate=rate), 0.0)
        return _state(state.discriminator), _state(GanState(TINY, SHORT).discriminator)

    def moved(rate: float | None) -> float:
        now, before = after(rate)
        return float((now["fc_clc.weight"] - before["fc_clc.weight"]).abs().max().detach())

    # The first step of Adam is as long as its rate.
    assert moved(1e-4) == pytest.approx(1e-4, rel=0.05)
    assert moved(None) == pytest.approx(1e-3, rel=0.05), "without one it is the generator's"


def test_g1_can_be_kept_as_it_is_while_g2_and_the_discriminator_learn() -> None:
    state = GanState(TINY, SHORT)
    trainer, batch = GanTrainer(_fabric(), state, SHORT), CropBatches(_crops(), TINY, SHORT).at(0, MIXED)
    trainer.step(batch, Phase("pretrain", 1, 1e-3), 0.0)
    before = {key: value.clone() for key, value in state.generator.state_dict().items()}
    trainer.step(batch, Phase("adversarial", 1, 1e-3, keep_g1=True), 0.0)
    changed = {key for key, value in state.generator.state_dict().items() if not torch.equal(before[key], value)}
    assert changed and all(key.startswith("g2.") for key in changed)
    trainer.step(batch, Phase("adversarial", 1, 1e-3), 0.0)
    assert not torch.equal(before["g1.tail.weight"], state.generator.g1.tail.weight)


def test_generator_learns_a_handful_of_crops_better_than_bicubic(tmp_path: Path) -> None:
    crops = _crops(8).chosen(np.array([0, 4]))
    crops = replace(crops, pixels=crops.pixels[:, 8:72, 8:72])  # without a margin nothing is shifted or resized
    settings = GanTraining((Phase("pretrain", 150, 1e-3, 2e-4),), batch=4, average=0.8, sample_steps=150)
    events = _Silent()
    path = train_gan(TINY, settings, crops, _run(tmp_path, events), samples=crops)
    generator, discriminator = Generator(TINY), Discriminator(TINY)
    load_gan(generator, discriminator, load_tensors(path))
    figures = measure_gan(generator, discriminator, crops, TINY)
    assert figures["psnr_g2"] > figures["psnr_bicubic"] + 0.5
    assert Image.open(events.samples[0]).size == (4 * 64, 2 * 64)
    assert events.summary["steps"] == 150


def test_bf16_training_gives_finite_weights(tmp_path: Path) -> None:
    settings = replace(SHORT, precision="bf16-mixed")
    fabric = Fabric(accelerator="cpu", devices=1, precision="bf16-mixed")
    path = train_gan(TINY, settings, _crops(), TrainingRun(tmp_path, _Silent(), fabric=fabric))
    assert all(torch.isfinite(value).all() for value in load_tensors(path).values())


def test_training_without_refinement_gives_a_generator_without_it(tmp_path: Path) -> None:
    path = train_gan(TINY, replace(SHORT, refine=False), _crops(), _run(tmp_path))
    assert not any(key.startswith("generator.g2") for key in load_tensors(path))


def test_a_batch_depends_on_its_number_alone_and_has_the_shares_asked_for() -> None:
    settings = replace(SHORT, batch=8)
    first, second = CropBatches(_crops(), TINY, settings), CropBatches(_crops(), TINY, settings)
    first.at(0, MIXED)
    a, b = first.at(5, MIXED), second.at(5, MIXED)
    assert torch.equal(a.low, b.low) and torch.equal(a.high, b.high)
    assert not torch.equal(a.low, first.at(6, MIXED).low)
    assert not torch.equal(first.at(5, MIXED, rank=0, world=2).low, first.at(5, MIXED, rank=1, world=2).low)
    assert int(a.labels.has_target.sum()) == 4 and int((a.labels.face & a.labels.has_target).sum()) == 2
    assert not CropBatches(_crops(), TINY, settings).at(0, Shares(1, 0)).labels.face.logical_not().any()


def test_a_face_and_its_box_move_together() -> None:
    """Faces are white rectangles on black, their boxes those of the rectangles."""
    pixels = np.zeros((4, 80, 80, 3), np.uint8)
    pixels[:, 24:48, 30:46] = 255
    yes = np.ones(4, bool)
    box = np.tile(np.array([[30, 24, 46, 48]], np.float32) / 80, (4, 1))
    crops = Crops(pixels, yes, yes, np.full(4, 50, np.float32), box, np.zeros((4, 54, 54, 3), np.uint8))
    batches = CropBatches(crops, TINY, replace(SHORT, batch=8))
    for batch in [centre_batch(crops, TINY), *(batches.at(step, Shares(1, 0)) for step in range(6))]:
        for picture, (x1, y1, x2, y2) in zip(batch.high, (batch.labels.box * 64).tolist(), strict=True):
            bright = picture.mean(0) > 0.5
            columns, rows = bright.any(0).nonzero()[:, 0], bright.any(1).nonzero()[:, 0]
            assert columns.min() == pytest.approx(x1, abs=1) and columns.max() + 1 == pytest.approx(x2, abs=1)
            assert rows.min() == pytest.approx(y1, abs=1) and rows.max() + 1 == pytest.approx(y2, abs=1)


def test_the_box_head_learns_where_faces_lie(tmp_path: Path) -> None:
    crops = _crops(8)
    crops = replace(crops, pixels=crops.pixels[:, 8:72, 8:72])  # without a margin nothing is shifted
    settings = GanTraining((Phase("judge", 60, 3e-3, 1e-4),), batch=8, average=0.8)
    path = train_gan(TINY, settings, crops, _run(tmp_path))
    generator, discriminator = Generator(TINY), Discriminator(TINY)
    load_gan(generator, discriminator, load_tensors(path))
    figures = measure_gan(generator, discriminator, crops, TINY)
    assert figures["box_iou"] > figures["box_iou_expected"] + 0.1


def test_weights_without_a_box_head_can_be_trained_on(tmp_path: Path) -> None:
    state = GanState(TINY, SHORT)
    old = {key: value for key, value in saved_weights(state.saved()).items() if ".fc_box." not in key}
    path = train_gan(TINY, SHORT, _crops(), _run(tmp_path), start_from=old)
    assert load_tensors(path)["discriminator.fc_box.weight"].any()


def test_surroundings_are_learned_by_themselves_and_count_in_the_verdict(tmp_path: Path) -> None:
    """Every second place, a face, lies in something bright; their crops say nothing."""
    crops = _crops(16)
    crops = replace(crops, pixels=np.full_like(crops.pixels, 128), sharp=np.zeros(16, bool), size=crops.size * 0.2)
    before = measure_gan(Generator(TINY), Discriminator(TINY), crops, TINY)["small_face_auc"]
    settings = GanTraining((Phase("surroundings", 30, 3e-3, 1e-4, shares=MIXED),), batch=8, average=0.8)
    tensors = load_tensors(train_gan(TINY, settings, crops, _run(tmp_path)))
    generator, discriminator = Generator(TINY), Discriminator(TINY)
    load_gan(generator, discriminator, tensors)
    assert before == pytest.approx(0.5)
    assert measure_gan(generator, discriminator, crops, TINY)["small_face_auc"] == 1.0
    aligned = replace(crops, box=np.full_like(crops.box, np.nan))
    assert aligned.placed.tolist() == (~crops.face).tolist() and crops.placed.all()


def test_surroundings_move_and_turn_as_their_crop_does() -> None:
    crops = _crops(8)
    around = np.zeros((8, 54, 54, 3), np.uint8)
    around[:, :, :27] = 255  # bright on the left
    crops = replace(crops, surroundings=around, pixels=around.repeat(2, 1).repeat(2, 2)[:, 14:94, 14:94])
    turned = 0
    for step in range(6):
        batch = CropBatches(crops, TINY, replace(SHORT, batch=8)).at(step, MIXED)
        assert batch.surroundings.shape == (8, 3, 48, 48)
        sides = [(picture[:, :, 0].mean() > picture[:, :, -1].mean()) for picture in batch.surroundings]
        assert sides == [(picture[:, :, 0].mean() > picture[:, :, -1].mean()) for picture in batch.high]
        turned += sides.count(False)
    assert 0 < turned < 48


def test_a_preset_without_surroundings_refuses_their_stage(tmp_path: Path) -> None:
    settings = GanTraining((Phase("surroundings", 1, 1e-3),), batch=4)
    with pytest.raises(UserError, match="no network for surroundings"):
        train_gan(replace(TINY, surroundings=0), settings, _crops(), _run(tmp_path))


def test_their_network_sees_nothing_for_crops_without_surroundings(tmp_path: Path) -> None:
    crops = _crops()
    aligned = replace(crops, box=np.full_like(crops.box, np.nan), face=np.ones(16, bool))
    phase = Phase("judge", 1, 1e-3, shares=MIXED)
    for some, seen in ((aligned, False), (crops, True)):
        state = GanState(TINY, SHORT)
        assert state.discriminator.surroundings is not None
        before = {key: value.clone() for key, value in state.discriminator.surroundings.state_dict().items()}
        GanTrainer(_fabric(), state, SHORT).step(CropBatches(some, TINY, SHORT).at(0, MIXED), phase, 0.0)
        assert _same(before, state.discriminator.surroundings.state_dict()) != seen
    settings = GanTraining((replace(phase, stage="surroundings"),), batch=4)
    with pytest.raises(UserError, match="crops have no surroundings"):
        train_gan(TINY, settings, aligned, _run(tmp_path))


@pytest.mark.parametrize(
    ("last", "sharp", "said"),
    [("surroundings", True, "crops have no surroundings"), ("perception", False, "hold none of the kinds")],
)
def test_crops_that_a_later_phase_cannot_learn_from_are_refused_before_the_first_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str, sharp: bool, said: str
) -> None:
    crops = _crops()
    nowhere, every = np.full_like(crops.box, np.nan), np.ones(16, bool)
    aligned = replace(crops, box=nowhere, face=every, sharp=every if sharp else ~every)
    phases = Phase("judge", 1, 1e-3, shares=MIXED), Phase(last, 1, 1e-3, shares=MIXED)  # type: ignore[arg-type]
    monkeypatch.setattr(GanTrainer, "step", None)
    with pytest.raises(UserError, match=said):
        train_gan(TINY, GanTraining(phases, batch=4), aligned, _run(tmp_path))


def test_the_published_schedule_halts_at_two_rates() -> None:
    settings = paper_training(sharp_crops=320, batch=32)
    stages = [(phase.stage, phase.steps, phase.rate) for phase in settings.phases]
    assert stages == [("pretrain", 30, 1e-4), ("adversarial", 30, 1e-4), ("adversarial", 30, 1e-5)]
    assert phase_at(settings.phases, 29)[0].stage == "pretrain"
    assert phase_at(settings.phases, 30) == (settings.phases[1], 0.0)
    assert (settings.losses.alpha, settings.losses.beta) == (0.001, 0.01)


def test_psnr_and_roc_area_agree_with_hand_worked_values() -> None:
    assert crop_psnr(torch.full((1, 3, 2, 2), 0.6), torch.full((1, 3, 2, 2), 0.5)).item() == pytest.approx(20, abs=1e-3)
    # Pairs (0.9, 0.5, 0.5) over (0.5, 0.1): wins 2 + 1 + 1, ties 0 + 1/2 + 1/2 -> 5 of 6.
    scores = torch.tensor([0.9, 0.5, 0.5, 0.5, 0.1])
    assert roc_area(scores, torch.tensor([True, True, True, False, False])) == pytest.approx(5 / 6)


def test_energy_of_edges_is_the_mean_squared_step_both_ways() -> None:
    stripes = torch.tensor([[0.0, 1.0], [0.0, 1.0]]).expand(1, 3, 2, 2)
    assert edge_energy(stripes).item() == pytest.approx(1)
    assert edge_energy(torch.tensor([[0.0, 0.5], [0.5, 1.0]]).expand(1, 3, 2, 2)).item() == pytest.approx(0.5)
    assert edge_energy(torch.full((1, 3, 4, 4), 0.3)).item() == 0


def test_measured_bicubic_is_that_of_torch() -> None:
    crops = _crops(4)
    batch = centre_batch(crops, TINY)
    wanted = batch.labels.face & batch.labels.has_target
    enlarged = F.interpolate(batch.low, scale_factor=4, mode="bicubic").clamp(0, 1)
    expected = float(crop_psnr(enlarged[wanted], batch.high[wanted]).mean())
    figures = measure_gan(Generator(TINY), Discriminator(TINY), crops, TINY)
    assert figures["psnr_bicubic"] == pytest.approx(expected, abs=1e-4)
    energies = [float(edge_energy(pictures[wanted]).sum()) for pictures in (enlarged, batch.high)]
    assert figures["sharpness_bicubic"] == pytest.approx(energies[0] / energies[1], abs=1e-4)
    assert figures["psnr_g2"] == pytest.approx(expected, abs=1e-3)  # an untrained desktop generator is bicubic


def test_two_processes_train_one_run_to_its_end(tmp_path: Path) -> None:
    _crops().save(tmp_path / "crops.npz")
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    command += ["tinyface_core", "train", "gan", "train", str(tmp_path / "crops.npz"), "--folder", str(tmp_path)]
    command += ["--preset", "tiny", "--perception-steps", "2", "--upsample-steps", "2", "--pretrain-steps", "2"]
    command += ["--adversarial-steps", "2", "--surroundings-steps", "2", "--judge-steps", "2", "--batch", "4"]
    command += ["--device", "cpu"]
    done = subprocess.run(
        command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert state["step"] == 12
    assert "discriminator/classification,12," in (tmp_path / "curves.csv").read_text()
    assert all(torch.isfinite(value).all() for value in load_tensors(tmp_path / "gan.safetensors").values())


PERCEIVING = GanTraining(
    (Phase("perception", 2, 1e-3), Phase("pretrain", 2, 1e-3, keep_g1=True)),
    batch=4,
    losses=GanLossWeights(perceptual=1.0),
)


@pytest.mark.parametrize("stop_after", [1, 3])
def test_a_run_with_a_perception_network_is_taken_up_exactly(tmp_path: Path, stop_after: int) -> None:
    whole = train_gan(TINY, PERCEIVING, _crops(), _run(tmp_path / "whole"))
    folder = tmp_path / "stopped"
    with pytest.raises(Cancelled):
        train_gan(TINY, PERCEIVING, _crops(), _run(folder, cancel=_StopAfter(stop_after)))
    torch.rand(7)
    resumed = train_gan(TINY, PERCEIVING, _crops(), _run(folder))
    assert _same(load_tensors(whole), load_tensors(resumed))


def test_the_perception_network_teaches_the_refinement_network_alone_and_travels_with_the_weights(
    tmp_path: Path,
) -> None:
    first = load_tensors(train_gan(TINY, PERCEIVING, _crops(), _run(tmp_path / "first")))
    with_it = replace(PERCEIVING, phases=PERCEIVING.phases[1:], average=0.0)
    without = replace(with_it, losses=GanLossWeights())
    results = [
        load_tensors(train_gan(TINY, settings, _crops(), _run(tmp_path / name), start_from=first))
        for name, settings in (("with", with_it), ("without", without))
    ]
    changed = {name for name, value in results[0].items() if not torch.equal(value, results[1][name])}
    assert changed and all(name.startswith("generator.g2.") for name in changed)
    perception = {name for name in first if name.startswith("perception.")}
    assert perception and all(torch.equal(first[name], results[0][name]) for name in perception)
    generator, _ = gan_networks(results[0], TINY)
    assert generator.g2 is not None


def test_weights_without_a_perception_network_go_on_without_it(tmp_path: Path) -> None:
    old = load_tensors(train_gan(TINY, SHORT, _crops(), _run(tmp_path / "old")))
    settings = replace(SHORT, losses=GanLossWeights(perceptual=1.0))
    new = load_tensors(train_gan(TINY, settings, _crops(), _run(tmp_path / "new"), start_from=old))
    assert new.keys() == old.keys() and not any(name.startswith("perception.") for name in new)


def test_a_preset_without_a_perception_network_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no perception network: leave out its steps"):
        train_gan(replace(TINY, perception_widths=()), PERCEIVING, _crops(), _run(tmp_path))


def test_weights_of_another_preset_are_refused_by_that_name_whatever_they_hold(tmp_path: Path) -> None:
    weights = load_tensors(train_gan(TINY, PERCEIVING, _crops(), _run(tmp_path / "tiny")))
    other = replace(TINY, residual=16, perception_widths=())
    with pytest.raises(WeightsError, match="of another preset"):
        train_gan(other, SHORT, _crops(), _run(tmp_path / "other"), start_from=weights)


def test_the_perception_network_learns_how_crops_are_turned_and_which_are_faces(tmp_path: Path) -> None:
    crops = _crops()
    lit = crops.pixels.astype(np.float32)
    lit *= np.linspace(1.5, 0.2, 80)[None, :, None, None]  # light from above
    lit[crops.face, :, :, 0] = 255
    crops = replace(crops, pixels=lit.clip(0, 255).astype(np.uint8))
    settings = GanTraining((Phase("perception", 60, 5e-3, 1e-4),), batch=16)
    weights = load_tensors(train_gan(TINY, settings, crops, _run(tmp_path)))
    network = PerceptionNetwork(TINY).eval()
    load_part(network, weights, "perception.")
    batch = CropBatches(crops, TINY, settings).turned_at(999, Shares())
    guess = network(batch.pictures)
    assert (guess.turned.argmax(dim=1) == batch.turns).float().mean() > 0.8
    assert ((guess.face > 0) == batch.face).float().mean() > 0.8


def test_turned_crops_are_sharp_ones_and_lie_as_they_should_when_they_are_turned_back() -> None:
    crops = _crops()
    crops.pixels[:] = np.where(crops.sharp, 200, 0)[:, None, None, None]
    crops.pixels[:, 40:] //= 4  # dark below
    batch = CropBatches(crops, TINY, replace(SHORT, batch=16)).turned_at(3, Shares())
    assert sorted(set(batch.turns.tolist())) == [0, 1, 2, 3]
    for picture, turn in zip(batch.pictures, batch.turns, strict=True):
        upright = picture.rot90(-int(turn), (1, 2))
        assert upright[:, :20].mean() > upright[:, -20:].mean() + 0.3


def test_figures_on_validation_crops_become_curves_and_change_nothing(tmp_path: Path) -> None:
    class Curves(_Silent):
        told: ClassVar[list[tuple[str, int]]] = []

        def scalar(self, name: str, step: int, value: float) -> None:
            if name.startswith("validation/"):
                self.told.append((name, step))

    plain = train_gan(TINY, SHORT, _crops(), _run(tmp_path / "plain"))
    measured = train_gan(
        *(TINY, replace(SHORT, measure_steps=3), _crops(), _run(tmp_path / "measured", Curves())),
        measure=partial(measure_gan, crops=_crops(8), preset=TINY),
    )
    assert [step for name, step in Curves.told if name == "validation/psnr_g2"] == [3, 5]
    assert ("validation/face_auc", 5) in Curves.told
    assert _same(load_tensors(plain), load_tensors(measured))


@pytest.mark.parametrize("option", [("--preset", "huge"), ("--batch", "0"), ("--upsample-steps", "-1")])
def test_an_option_without_sense_is_told_before_anything_is_read(option: tuple[str, str]) -> None:
    done = CliRunner().invoke(app, ["train", "gan", "train", "crops.npz", "--folder", "run", *option])
    assert done.exit_code == 2 and f"Invalid value for '{option[0]}'" in done.output
