"""Training of the display generator: G1 by pixel loss, then G2 by perceptual loss with G1 fixed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tinyface_core.datasets.crops import Crops
from tinyface_core.datasets.degradation import reduce_bicubic
from tinyface_core.datasets.smooth import smooth_crops
from tinyface_core.gan.perception import PerceptionNetwork, feature_distance
from tinyface_core.gan.shown import ShownGenerator
from tinyface_core.gan.weights import load_part
from tinyface_core.presets import ShownPreset
from tinyface_core.training.face_features import FaceFeatures
from tinyface_core.training.gan_batches import Batch, CropBatches
from tinyface_core.training.loop import Step, Training, TrainingRun, TrainingState
from tinyface_core.training.rates import falling, set_rate
from tinyface_core.training.shown_settings import ShownTraining
from tinyface_core.types import UserError


class ShownState(TrainingState):
    """The state of a training."""

    def __init__(self, preset: ShownPreset, settings: ShownTraining, start_from: Mapping[str, Tensor]) -> None:
        """Start from weights of a second stage, whose G1 is grown, or from those of a generator for display.

        Raises:
            UserError: if they include no perception network.
        """
        torch.manual_seed(settings.seed)
        self.generator = ShownGenerator(preset)
        self.perception = PerceptionNetwork(preset.g1).eval().requires_grad_(False)
        if not any(name.startswith("perception.") for name in start_from):
            raise UserError("These weights have no perception network: start from those of a second stage that has.")
        load_part(self.perception, start_from, "perception.")
        self.faces = FaceFeatures()
        if any(name.startswith("generator.g1.trust") for name in start_from):
            load_part(self.generator, start_from, "generator.")
        else:
            start_g1(self.generator.g1, start_from)
        # The batch statistics of trained layers are fixed: those of small batches are noisy.
        self.generator.eval()
        optimizers = [
            torch.optim.Adam(self.generator.g1.parameters(), lr=1e-4),
            torch.optim.Adam(self.generator.g2.parameters(), lr=1e-4),
        ]
        # As a part, so that the names of its weights begin with "generator."
        network = nn.ModuleDict({"generator": self.generator})
        super().__init__({"shown": network}, optimizers, averaged=["shown"])


def start_g1(g1: nn.Module, weights: Mapping[str, Tensor]) -> None:
    """Load the weights of a second stage's smaller G1; new layers are initialized to have no effect.

    Raises:
        UserError: if the weights have no G1.
    """
    own = {name.removeprefix("generator.g1."): value for name, value in weights.items() if "generator.g1." in name}
    if not own:
        raise UserError("These weights have no generator to start from: choose those of a second stage.")
    missing = g1.load_state_dict(own, strict=False).missing_keys
    with torch.no_grad():
        for name, value in g1.named_parameters():
            if name in missing and name.endswith("norm.weight"):
                value.zero_()


def train_shown(
    preset: ShownPreset,
    settings: ShownTraining,
    crops: Crops,
    run: TrainingRun,
    start_from: Mapping[str, Tensor],
) -> Path:
    """Train the generator and write `shown.safetensors` (fp16), or resume an interrupted run in its folder.

    As `train_detector`, in one process and with sharp crops alone. It starts from weights of a perception network, and
    of a second stage's generator or a generator for display.

    Raises:
        Cancelled: when asked to stop; call again to resume.
        UserError: if the checkpoint in the folder is of another run, or `start_from` lacks a network.
    """
    state = ShownState(preset, settings, start_from)
    training = Training("shown", state, settings, preset, run)
    fabric = run.fabric
    for network in (*state.networks.values(), state.perception, state.faces):
        network.to(fabric.device)
    state.follow(fabric.device)
    low_only = replace(preset.g1, surroundings=0)
    batches = CropBatches(crops.chosen(crops.sharp), low_only, settings)

    def learn(step: int) -> Step:
        made = smoothed(batches.at(step, settings.shares), settings, step)
        low, high = (part.to(fabric.device) for part in made)
        with fabric.autocast():
            if step < settings.upsample_steps:
                return Step("upsample", _learn_to_enlarge(state, settings, low, high, step))
            return Step("refine", _learn_to_refine(state, settings, low, high, step - settings.upsample_steps))

    return training.run(settings.steps, learn)


def smoothed(batch: Batch, settings: ShownTraining, step: int) -> tuple[Tensor, Tensor]:
    """Low- and high-resolution crops of a batch, of which the share `smooth` is replaced by smooth pictures."""
    generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + step)
    rows = torch.rand(len(batch.high), generator=generator).lt(settings.smooth).nonzero().flatten()
    high, low = batch.high.clone(), batch.low.clone()
    high[rows] = smooth_crops(high[rows], generator)
    low[rows] = reduce_bicubic(high[rows], settings.degradation.scale)
    return low.contiguous(memory_format=torch.channels_last), high.contiguous(memory_format=torch.channels_last)


def grid_distance(made: Tensor, real: Tensor, cell: int) -> Tensor:
    """Penalty for grid artefacts: how much brightness differences of two batches `(N, 3, H, W)` vary with their phase.

    The phase is the position within cells of `cell` pixels. In real pictures differences are equally large at all
    phases; in enlarged ones with a visible grid they are not.
    """

    def sizes(pictures: Tensor) -> Tensor:
        bright = pictures.float().mean(dim=1)
        steps = bright.diff(dim=2), bright.diff(dim=1).transpose(1, 2)
        means = [kind[:, :, place::cell].square().mean() for kind in steps for place in range(cell)]
        return (torch.stack(means) + 1e-6).sqrt()

    return (sizes(made) - sizes(real)).abs().mean()


def pattern_excess(made: Tensor, real: Tensor) -> Tensor:
    """Penalty for patterns that repeat over a picture, as hatching does, of two batches of squares `(N, 3, S, S)`.

    The mean over the frequencies of how much the mean amplitude of made pictures exceeds that of real ones, as a share
    of that. Networks of the perceptual loss take a fine pattern for the texture that is missing.
    """
    window = torch.hann_window(made.shape[-1], periodic=False, device=made.device)

    def amplitudes(pictures: Tensor) -> Tensor:
        bright = pictures.float().mean(dim=1)
        bright = (bright - bright.mean(dim=(1, 2), keepdim=True)) * window * window[:, None]
        return F.avg_pool2d(torch.fft.rfft2(bright).abs().mean(dim=0, keepdim=True), 3, 1)

    wanted = amplitudes(real)
    return (F.relu(amplitudes(made) - wanted) / (wanted + 1e-3)).mean()


def _learn_to_enlarge(
    state: ShownState, settings: ShownTraining, low: Tensor, high: Tensor, step: int
) -> dict[str, Tensor]:
    optimizer = state.optimizers[0]
    set_rate(optimizer, _rate(settings.upsample_rate, settings.warm_up, step, settings.upsample_steps))
    loss = F.mse_loss(state.generator.g1(low), high)
    _update(optimizer, loss)
    return {"g1/pixel": loss}


def _learn_to_refine(
    state: ShownState, settings: ShownTraining, low: Tensor, high: Tensor, step: int
) -> dict[str, Tensor]:
    optimizer = state.optimizers[1]
    set_rate(optimizer, _rate(settings.refine_rate, settings.warm_up, step, settings.refine_steps))
    with torch.no_grad():
        upsampled = state.generator.upsampled(low)
    refined = state.generator.g2(upsampled)
    # Moved against the cells of the features, which would leave a pattern that repeats with them, and from the edges.
    random = torch.Generator().manual_seed(settings.seed * 1_000_003 + step)
    shift = torch.randint(high.shape[-1], (2,), generator=random)
    seen, wanted = (pictures.roll(shift.tolist(), (2, 3)) for pictures in (refined, high))

    def compared(network: PerceptionNetwork | FaceFeatures) -> Tensor:
        with torch.no_grad():
            real = network.features(wanted)
        return feature_distance(network.features(seen), real).mean()

    losses = {
        "g2/pixel": F.mse_loss(refined, high),
        "g2/perceptual": compared(state.perception),
        "g2/faces": compared(state.faces),
        "g2/grid": grid_distance(refined, high, settings.degradation.scale),
        "g2/pattern": pattern_excess(seen, wanted),
    }
    weights = (1.0, settings.perceptual, settings.faces, settings.grid, settings.pattern)
    weighted = [weight * loss for weight, loss in zip(weights, losses.values(), strict=True)]
    _update(optimizer, torch.stack(weighted).sum())
    return losses


def _update(optimizer: Any, loss: Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    optimizer.step()


def _rate(rate: float, warm_up: int, step: int, steps: int) -> float:
    return rate * min(1.0, (step + 1) / warm_up) * falling(step / steps, 0.02)
