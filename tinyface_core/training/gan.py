"""Training of generator and discriminator: MSE alone first, then adversarial (paper section 4.2).

The global step says which crops a step sees and how they are moved, so a run that was interrupted
goes on exactly as if it had not been.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from lightning_fabric import Fabric
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor, nn

from tinyface_core.datasets.crops import Crops
from tinyface_core.files import replacing
from tinyface_core.gan.discriminator import Discriminator, Verdict, start_from_imagenet
from tinyface_core.gan.generator import Generated, Generator
from tinyface_core.gan.losses import (
    DiscriminatorLoss,
    GeneratorLoss,
    discriminator_loss,
    generator_loss,
    perception_loss,
    perceptual_loss,
    surroundings_loss,
)
from tinyface_core.gan.perception import PerceptionNetwork
from tinyface_core.gan.second_stage import load_gan, load_part
from tinyface_core.presets import GanPreset
from tinyface_core.training.average import blend
from tinyface_core.training.checkpoint import (
    follow_parameters,
    load_checkpoint,
    random_state,
    restore_random_state,
    save_checkpoint,
)
from tinyface_core.training.divergence import Diverged
from tinyface_core.training.events import JobEvents, steps_between_reports
from tinyface_core.training.gan_batches import Batch, CropBatches, TurnedBatch, centre_batch
from tinyface_core.training.gan_settings import GanTraining, Phase, phase_at
from tinyface_core.types import Cancelled, CancelToken, UserError
from tinyface_core.weights import save_tensors


class GanState:
    """Everything that changes in training: networks, averages, optimisers and the step.

    There is a perception network if it is to learn, or if the weights to start from have one.
    """

    def __init__(
        self, preset: GanPreset, settings: GanTraining, start_from: Mapping[str, Tensor] | None = None
    ) -> None:
        torch.manual_seed(settings.seed)
        self.generator = Generator(preset, settings.refine)
        self.discriminator = Discriminator(preset)
        if preset.d_imagenet:
            start_from_imagenet(self.discriminator)
        if start_from is not None:
            load_gan(self.generator, self.discriminator, start_from)
        learns = any(phase.stage == "perception" for phase in settings.phases)
        if learns and not preset.perception_widths:
            raise UserError("This preset has no perception network: leave out its steps.")
        weights = start_from or {}
        known = any(name.startswith("perception.") for name in weights)
        self.perception = PerceptionNetwork(preset) if learns or known else None
        if known and self.perception is not None:
            load_part(self.perception, weights, "perception.")
        self.averages = (copy.deepcopy(self.generator).eval(), copy.deepcopy(self.discriminator).eval())
        self.optimizers: list[Any] = [
            torch.optim.Adam(network.parameters(), lr=1e-4, betas=(0.9, 0.999))
            for network in (self.generator, self.discriminator)
        ]
        if self.perception is not None:
            self.optimizers.append(torch.optim.AdamW(self.perception.parameters(), lr=1e-4, weight_decay=0.01))
        self.step = 0

    def saved(self) -> dict[str, Any]:
        """Plain values and tensors, for a checkpoint."""
        return {
            "networks": {name: network.state_dict() for name, network in self._networks().items()},
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "random": random_state(),
            "step": self.step,
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Go back to what `saved` gave."""
        for name, network in self._networks().items():
            network.load_state_dict(saved["networks"][name])
        for optimizer, values in zip(self.optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(values)
        restore_random_state(saved["random"])
        self.step = saved["step"]

    def _networks(self) -> dict[str, nn.Module]:
        generator, discriminator = self.averages
        networks: dict[str, nn.Module] = {"generator": self.generator, "discriminator": self.discriminator}
        networks |= {"average generator": generator, "average discriminator": discriminator}
        return networks if self.perception is None else networks | {"perception": self.perception}


def saved_weights(checkpoint: Mapping[str, Any], averaged: bool = True) -> dict[str, Tensor]:
    """Tensors of a checkpoint, named "generator....", "discriminator....", and "perception...." if there is one."""
    networks, prefix = checkpoint["networks"], "average " if averaged else ""
    parts = {name: networks[prefix + name] for name in ("generator", "discriminator")}
    if "perception" in networks:
        parts["perception"] = networks["perception"]
    return {f"{name}.{key}": value for name, values in parts.items() for key, value in values.items()}


def train_gan(
    preset: GanPreset,
    settings: GanTraining,
    crops: Crops,
    folder: Path,
    events: JobEvents,
    cancel: CancelToken | None = None,
    start_from: dict[str, Tensor] | None = None,
    fabric: Fabric | None = None,
    samples: Crops | None = None,
    measure: Callable[[Generator, Discriminator], Mapping[str, float]] | None = None,
    measure_steps: int = 200,
) -> Path:
    """Train and write `gan.safetensors` (fp16) into `folder`; takes up an interrupted run there.

    Args:
        preset: shape of the networks.
        settings: of the run; a resumed run must have the same.
        crops: what to learn from.
        folder: for checkpoint, sample strips and result.
        events: told of progress, loss curves, sample strips and the end.
        cancel: when set, a checkpoint is written and `Cancelled` raised.
        start_from: weights to fine-tune in place of random ones, named as in the result.
        fabric: how the run is spread over processes and devices; one process by default.
        samples: crops for the sample strips.
        measure: figures by name of the networks so far, averaged if they are; become curves "validation/NAME".
        measure_steps: steps between two of these; the last step is measured too.

    Returns:
        The file with the weights.

    Raises:
        Cancelled: when asked to stop; the same call goes on later.
        UserError: if the checkpoint in `folder` is of another run, or a loss is no longer a number.
    """
    fabric = fabric or Fabric(accelerator="auto", devices=1, precision=settings.precision)
    state = GanState(preset, settings, start_from)
    recipe = repr((preset, asdict(settings) | {"checkpoint_seconds": 0, "sample_steps": 0}))
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        saved = load_checkpoint(checkpoint)
        if saved["recipe"] != recipe:
            raise UserError(f"{folder} holds a run with other settings. Choose another folder, or the same settings.")
        state.restore(saved)
        events.log(f"Taken up at step {state.step}.")
    trainer = _Trainer(fabric, state, settings)
    batches = CropBatches(crops, preset, settings)
    last_save, started, first_step = time.monotonic(), time.monotonic(), state.step
    while state.step < settings.steps:
        phase, done = phase_at(settings.phases, state.step)
        place = state.step, phase.shares, fabric.global_rank, fabric.world_size
        if phase.stage == "perception":
            losses = trainer.learn_to_perceive(batches.turned_at(*place), phase, done)
        else:
            losses = trainer.step(batches.at(*place), phase, done)
        state.step += 1
        if fabric.is_global_zero:
            seconds = (time.monotonic() - started) / (state.step - first_step)
            _report(events, phase, losses, state.step, settings.steps, seconds)
            if samples is not None and settings.sample_steps and state.step % settings.sample_steps == 0:
                path = folder / f"sample-{state.step:07d}.png"
                write_strips(path, state.averages[0] if settings.average else state.generator, samples, preset)
                events.sample(phase.stage, state.step, path)
            if measure is not None and (not state.step % measure_steps or state.step == settings.steps):
                networks = state.averages if settings.average else (state.generator, state.discriminator)
                for name, value in measure(*networks).items():
                    events.scalar(f"validation/{name}", state.step, value)
        stop = cancel is not None and cancel.is_set()
        if fabric.world_size > 1:  # all processes leave together, or the rest would wait for ever
            stop = bool(fabric.all_reduce(torch.tensor(float(stop), device=fabric.device), reduce_op="max"))
        if stop or time.monotonic() - last_save > settings.checkpoint_seconds:
            if fabric.is_global_zero:
                save_checkpoint(checkpoint, {"recipe": recipe, **state.saved()})
            last_save = time.monotonic()
        if stop:
            raise Cancelled(f"Stopped at step {state.step} of {settings.steps}; the checkpoint is in {folder}.")
    result = folder / "gan.safetensors"
    if fabric.is_global_zero:
        saved = {"recipe": recipe, **state.saved()}
        save_checkpoint(checkpoint, saved)
        sha256 = save_tensors(result, saved_weights(saved, averaged=settings.average > 0))
        events.finished({"weights": str(result), "sha256": sha256, "steps": state.step})
    fabric.barrier()
    return result


class _Losses(NamedTuple):
    """Of one step; those of networks that did not learn are None."""

    generator: GeneratorLoss | None = None
    discriminator: DiscriminatorLoss | None = None
    perception: Tensor | None = None


class _Trainer:
    """One optimiser step, of either stage, on any number of processes."""

    def __init__(self, fabric: Fabric, state: GanState, settings: GanTraining) -> None:
        self._fabric, self._state, self._settings = fabric, state, settings
        for network in (state.generator, state.discriminator):
            network.to(memory_format=torch.channels_last)
        g_optimizer, d_optimizer = state.optimizers[:2]
        self._generator, self._g_optimizer = fabric.setup(state.generator, g_optimizer)
        self._discriminator, self._d_optimizer = fabric.setup(state.discriminator, d_optimizer)
        for average in state.averages:
            average.to(fabric.device)
        if state.perception is not None:
            state.perception.to(fabric.device).to(memory_format=torch.channels_last).eval()
        for optimizer in state.optimizers:
            follow_parameters(optimizer)

    def learn_to_perceive(self, batch: TurnedBatch, phase: Phase, done: float) -> _Losses:
        """Update the perception network."""
        network, optimizer = self._state.perception, self._state.optimizers[2]
        assert network is not None
        pictures, turns, face = (kind.to(self._fabric.device) for kind in batch)
        _set_rate(optimizer, phase.rate, phase, done)
        network.train().requires_grad_(True)
        with self._fabric.autocast():
            guess = network(pictures.contiguous(memory_format=torch.channels_last))
        loss = perception_loss(guess, turns, face)
        self._update_alone(network, optimizer, loss)
        network.eval()
        self._check(loss)
        return _Losses(perception=loss)

    def step(self, batch: Batch, phase: Phase, done: float) -> _Losses:
        """Update the discriminator, then the generator; each only in stages in which it learns."""
        device = self._fabric.device
        low = batch.low.to(device).contiguous(memory_format=torch.channels_last)
        high = batch.high.to(device).contiguous(memory_format=torch.channels_last)
        batch = Batch(low, high, *(kind.to(device) for kind in batch[2:]))
        _set_rate(self._g_optimizer, phase.rate, phase, done)
        _set_rate(self._d_optimizer, phase.discriminator_rate or phase.rate, phase, done)
        g_loss: GeneratorLoss | None = None
        d_loss: DiscriminatorLoss | None = None
        if phase.stage == "surroundings":
            d_loss = self._update_surroundings(batch)
        elif phase.stage == "judge":
            with torch.no_grad(), self._fabric.autocast():
                generated = self._state.generator.eval()(batch.low)
            d_loss = self._update_discriminator(generated, batch)
        else:
            upsampling = phase.stage == "upsample"
            self._generator.train()
            if phase.keep_g1 and self._state.generator.g2 is not None:
                self._state.generator.g1.eval().requires_grad_(False)
            upsampled, refined = self._generator(batch.low, refine=not upsampling)
            # Passing through a process group copies tensors, and `pixel_loss` tells by identity that there is no G2.
            generated = Generated(upsampled, upsampled if upsampling else refined)
            if phase.stage == "adversarial":
                d_loss = self._update_discriminator(generated, batch)
            g_loss = self._update_generator(generated, batch, adversarial=phase.stage == "adversarial")
        self._state.generator.g1.requires_grad_(True)
        self._check(*(loss.total for loss in (g_loss, d_loss) if loss is not None))
        decay = min(self._settings.average, (1 + self._state.step) / (10 + self._state.step))
        networks = (self._state.generator, self._state.discriminator)
        for average, network in zip(self._state.averages, networks, strict=True):
            blend(average, network, decay)
        return _Losses(g_loss, d_loss)

    def _check(self, *losses: Tensor) -> None:
        if not all(torch.isfinite(loss) for loss in losses):
            raise Diverged(
                f"The training has gone astray at step {self._state.step}: a loss is no longer a number."
                " Try again with a lower learning rate."
            )

    def _update_discriminator(self, generated: Generated, batch: Batch) -> DiscriminatorLoss:
        # Natural and generated crops go through together: batch normalisation must not tell them apart.
        crops = torch.cat([generated.refined.detach(), batch.high[batch.direct]])
        self._discriminator.train()
        # An aligned face has no surroundings, and their network is not to see any for it.
        around = batch.surroundings[batch.placed] if batch.placed.any() else None
        said = Verdict(*self._discriminator(crops, around))
        count = len(batch.face)
        loss = discriminator_loss(
            said.at(slice(count)),
            said.at(slice(count, None)),
            batch.face,
            batch.direct,
            batch.has_target,
            batch.box,
            said.surroundings,
            batch.placed,
            self._settings.losses,
        )
        self._d_optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss.total)
        self._d_optimizer.step()
        return loss

    def _update_surroundings(self, batch: Batch) -> DiscriminatorLoss:
        network = self._state.discriminator.surroundings
        if network is None:
            raise UserError("This preset has no network for surroundings: leave out its steps.")
        if not batch.placed.any():
            raise UserError("These crops have no surroundings: leave out the steps of their network, or mine others.")
        network.train()
        with self._fabric.autocast():
            logits = network(batch.surroundings[batch.placed])
        loss = surroundings_loss(logits, batch.face[batch.placed])
        self._update_alone(network, self._d_optimizer, loss)
        zero = torch.zeros_like(loss)
        return DiscriminatorLoss(loss, zero, zero, zero, loss)

    def _update_alone(self, network: nn.Module, optimizer: Any, loss: Tensor) -> None:
        """Update a network that the processes do not join on their own, as they do the two that Fabric was given."""
        optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss)
        if self._fabric.world_size > 1:
            for parameter in network.parameters():
                parameter.grad = cast(Tensor, self._fabric.all_reduce(parameter.grad))  # type: ignore[arg-type]
        optimizer.step()

    def _update_generator(self, generated: Generated, batch: Batch, adversarial: bool) -> GeneratorLoss:
        verdict = None
        if adversarial:
            # Fixed statistics, and no gradient for its weights: the discriminator only judges here.
            discriminator = self._state.discriminator.eval().requires_grad_(False)
            with self._fabric.autocast():
                verdict = discriminator(generated.refined)
        perceptual, perception = None, self._state.perception
        if perception is not None and self._settings.losses.perceptual and generated.refined is not generated.upsampled:
            perception.requires_grad_(False)
            with self._fabric.autocast():
                perceptual = perceptual_loss(perception, generated, batch.high, batch.has_target)
        loss = generator_loss(
            generated,
            batch.high,
            batch.has_target,
            verdict,
            batch.face,
            self._settings.losses,
            perceptual,
        )
        self._g_optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss.total)
        self._g_optimizer.step()
        self._state.discriminator.requires_grad_(True)
        return loss


@torch.no_grad()
def write_strips(path: Path, generator: Generator, crops: Crops, preset: GanPreset, rows: int = 8) -> None:
    """A PNG of low (pixels repeated) | super-resolved | refined | high, one row a crop."""
    batch = centre_batch(crops.chosen(np.arange(min(rows, len(crops)))), preset)
    generated = _generate(generator, batch.low)
    _write_sheet(path, [_repeated(batch.low, preset), generated.upsampled, generated.refined, batch.high])


def write_before_after(
    path: Path, before: Generator, after: Generator, crops: Crops, preset: GanPreset, rows: int = 24
) -> None:
    """A PNG of low (pixels repeated) | super-resolved before | after | refined before | after | high, one row a crop.

    The two refined columns are missing where there is no G2.
    """
    batch = centre_batch(crops.chosen(np.arange(min(rows, len(crops)))), preset)
    first, second = (_generate(generator, batch.low) for generator in (before, after))
    refined = [] if before.g2 is None or after.g2 is None else [first.refined, second.refined]
    _write_sheet(path, [_repeated(batch.low, preset), first.upsampled, second.upsampled, *refined, batch.high])


def _generate(generator: Generator, low: Tensor) -> Generated:
    training = generator.training
    device = next(generator.parameters()).device
    generated = generator.eval()(low.to(device))
    generator.train(training)
    return Generated(generated.upsampled.cpu(), generated.refined.cpu())


def _repeated(low: Tensor, preset: GanPreset) -> Tensor:
    return low.repeat_interleave(preset.scale, 2).repeat_interleave(preset.scale, 3)


def _write_sheet(path: Path, columns: list[Tensor]) -> None:
    """Write columns of crops `(N, 3, S, S)` in [0, 1] as an RGB picture `(N S, columns S)`, S as its text "side"."""
    side = PngInfo()
    side.add_text("side", str(columns[0].shape[-1]))
    sheet = torch.cat(list(torch.cat(columns, dim=3)), dim=1).clamp(0, 1).mul(255).round().to(torch.uint8)
    with replacing(path) as part, part.open("wb") as out:
        Image.fromarray(sheet.permute(1, 2, 0).numpy()).save(out, "PNG", pnginfo=side)


def _set_rate(optimizer: Any, rate: float, phase: Phase, done: float) -> None:
    if phase.final_rate is not None:
        rate *= 1 + (phase.final_rate / phase.rate - 1) * 0.5 * (1 - math.cos(math.pi * done))
    if phase.warm_up:
        rate *= min(1.0, (done * phase.steps + 1) / phase.warm_up)
    for group in optimizer.param_groups:
        group["lr"] = rate


def _report(
    events: JobEvents,
    phase: Phase,
    losses: _Losses,
    step: int,
    steps: int,
    seconds: float,
) -> None:
    if step % steps_between_reports(steps) and step != steps:
        return
    generator, discriminator, perception = losses
    if perception is not None:
        events.scalar("perception", step, float(perception.detach()))
    if generator is not None:
        events.scalar("generator/pixel", step, float(generator.pixel.detach()))
    if generator is not None and generator.perceptual.requires_grad:
        events.scalar("generator/perceptual", step, float(generator.perceptual.detach()))
    if generator is not None and discriminator is not None:
        events.scalar("generator/adversarial", step, float(generator.adversarial.detach()))
        events.scalar("generator/classification", step, float(generator.classification.detach()))
    if discriminator is not None:
        for term in ("adversarial", "classification", "box", "surroundings"):
            events.scalar(f"discriminator/{term}", step, float(getattr(discriminator, term).detach()))
    events.progress(phase.stage, step, steps, seconds * (steps - step))
