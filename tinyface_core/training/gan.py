"""Training of generator and discriminator: first only with the MSE, then adversarial (paper section 4.2).

Crops and their augmentation depend only on the number of the step, so an interrupted run is resumed exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from tinyface_core.datasets.crops import Crops
from tinyface_core.gan.discriminator import Discriminator, DiscriminatorOutput
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
from tinyface_core.gan.weights import load_gan, load_part
from tinyface_core.presets import GanPreset
from tinyface_core.training.gan_batches import Batch, CropBatches, TurnedBatch, check_placed
from tinyface_core.training.gan_samples import write_strips
from tinyface_core.training.gan_settings import GanTraining, Phase, phase_at
from tinyface_core.training.imagenet import start_from_imagenet
from tinyface_core.training.loop import Step, Training, TrainingRun, TrainingState
from tinyface_core.training.rates import falling, set_rate
from tinyface_core.types import UserError


class GanState(TrainingState):
    """The state of a training; it has a perception network if that is trained or `start_from` has one."""

    def __init__(
        self, preset: GanPreset, settings: GanTraining, start_from: Mapping[str, Tensor] | None = None
    ) -> None:
        torch.manual_seed(settings.seed)
        self.generator = Generator(preset, settings.refine)
        self.discriminator = Discriminator(preset)
        networks: dict[str, nn.Module] = {"generator": self.generator, "discriminator": self.discriminator}
        optimizers: list[Any] = [torch.optim.Adam(network.parameters(), lr=1e-4) for network in networks.values()]
        if start_from is not None:
            load_gan(self.generator, self.discriminator, start_from)
        stages = {phase.stage for phase in settings.phases}
        learns = "perception" in stages
        if learns and not preset.perception_widths:
            raise UserError("This preset has no perception network: leave out its steps.")
        if "surroundings" in stages and not preset.surroundings:
            raise UserError("This preset has no network for surroundings: leave out its steps.")
        weights = start_from or {}
        known = any(name.startswith("perception.") for name in weights)
        self.perception = PerceptionNetwork(preset) if learns or known else None
        if self.perception is not None:
            if known:
                load_part(self.perception, weights, "perception.")
            networks["perception"] = self.perception
            optimizers.append(torch.optim.AdamW(self.perception.parameters(), lr=1e-4, weight_decay=0.01))
        super().__init__(networks, optimizers, averaged=["generator", "discriminator"])


def train_gan(
    preset: GanPreset,
    settings: GanTraining,
    crops: Crops,
    run: TrainingRun,
    start_from: dict[str, Tensor] | None = None,
    samples: Crops | None = None,
    measure: Callable[[Generator, Discriminator], Mapping[str, float]] | None = None,
) -> Path:
    """Train both networks and write `gan.safetensors` (fp16), or resume an interrupted run in its folder.

    As `train_detector`; weights to start from are named as in the result, and `samples` are crops for the sample
    pictures.

    Raises:
        Cancelled: when asked to stop; call again to resume.
        UserError: if the checkpoint in the folder is of another run, ImageNet's weights are not available, or there are
            no crops that a phase learns from.
        Diverged: if a loss is not finite; the last checkpoint is from before.
    """
    fabric = run.fabric
    state = GanState(preset, settings, start_from)
    training = Training("gan", state, settings, preset, run)
    generator: Any = state.averages["generator"]
    discriminator: Any = state.averages["discriminator"]
    if preset.d_imagenet and start_from is None and training.begins:
        start_from_imagenet([state.discriminator, discriminator], settings.from_scratch, run.events)
    trainer = GanTrainer(fabric, state, settings)
    batches = CropBatches(crops, preset, settings)
    for phase in settings.phases:
        batches.check(phase)

    def learn(step: int) -> Step:
        phase, done = phase_at(settings.phases, step)
        place = step, phase.shares, fabric.global_rank, fabric.world_size
        if phase.stage == "perception":
            return Step(phase.stage, trainer.learn_to_perceive(batches.turned_at(*place), phase, done))
        return Step(phase.stage, trainer.step(batches.at(*place), phase, done))

    return training.run(
        settings.steps,
        learn,
        None if samples is None else lambda path: write_strips(path, generator, samples, preset),
        None if measure is None else lambda: measure(generator, discriminator),
    )


class GanTrainer:
    """Optimiser steps of all stages, on any number of processes."""

    def __init__(self, fabric: Fabric, state: GanState, settings: GanTraining) -> None:
        self._fabric, self._state, self._settings = fabric, state, settings
        for network in (state.generator, state.discriminator):
            network.to(memory_format=torch.channels_last)
        g_optimizer, d_optimizer = state.optimizers[:2]
        self._generator, self._g_optimizer = fabric.setup(state.generator, g_optimizer)
        self._discriminator, self._d_optimizer = fabric.setup(state.discriminator, d_optimizer)
        if state.perception is not None:
            state.perception.to(fabric.device).to(memory_format=torch.channels_last).eval()
        state.follow(fabric.device)

    def learn_to_perceive(self, batch: TurnedBatch, phase: Phase, done: float) -> dict[str, Tensor]:
        """Update the perception network; returns its loss by the curve's name."""
        network, optimizer = self._state.perception, self._state.optimizers[2]
        assert network is not None
        pictures, turns, face = (kind.to(self._fabric.device) for kind in batch)
        set_rate(optimizer, _rate(phase.rate, phase, done))
        network.train().requires_grad_(True)
        with self._fabric.autocast():
            guess = network(pictures.contiguous(memory_format=torch.channels_last))
        loss = perception_loss(guess, turns, face)
        self._update_alone(network, optimizer, loss)
        network.eval()
        return {"perception": loss}

    def step(self, batch: Batch, phase: Phase, done: float) -> dict[str, Tensor]:
        """Update the discriminator, then the generator, each if the stage trains it; returns losses by curve name."""
        low, high, surroundings, labels = batch.part(slice(None), self._fabric.device)
        low, high = (pictures.contiguous(memory_format=torch.channels_last) for pictures in (low, high))
        batch = Batch(low, high, surroundings, labels)
        set_rate(self._g_optimizer, _rate(phase.rate, phase, done))
        set_rate(self._d_optimizer, _rate(phase.discriminator_rate or phase.rate, phase, done))
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
            # DistributedDataParallel copies tensors, but `pixel_loss` detects a missing G2 by their identity.
            generated = Generated(upsampled, upsampled if upsampling else refined)
            if phase.stage == "adversarial":
                d_loss = self._update_discriminator(generated, batch)
            g_loss = self._update_generator(generated, batch, adversarial=phase.stage == "adversarial")
        self._state.generator.g1.requires_grad_(True)
        losses: dict[str, Tensor] = {}
        if g_loss is not None:
            losses["generator/pixel"] = g_loss.pixel
            if g_loss.perceptual.requires_grad:
                losses["generator/perceptual"] = g_loss.perceptual
            if d_loss is not None:
                losses["generator/adversarial"] = g_loss.adversarial
                losses["generator/classification"] = g_loss.classification
        if d_loss is not None:
            terms = d_loss._asdict().items()
            losses |= {f"discriminator/{name}": value for name, value in terms if name != "total"}
        return losses

    def _update_discriminator(self, generated: Generated, batch: Batch) -> DiscriminatorLoss:
        # Real and generated crops form one batch, so that batch normalization cannot separate them.
        labels = batch.labels
        crops = torch.cat([generated.refined.detach(), batch.high[labels.direct]])
        self._discriminator.train()
        # Aligned faces have no surroundings.
        around = batch.surroundings[labels.placed] if labels.placed.any() else None
        output = DiscriminatorOutput(*self._discriminator(crops, around))
        count = len(labels.face)
        on_generated, on_direct = output.at(slice(count)), output.at(slice(count, None))
        loss = discriminator_loss(on_generated, on_direct, output.around, labels, self._settings.losses)
        self._d_optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss.total)
        self._d_optimizer.step()
        return loss

    def _update_surroundings(self, batch: Batch) -> DiscriminatorLoss:
        network = self._state.discriminator.surroundings
        assert network is not None  # checked at the beginning
        check_placed(batch.labels.placed)
        network.train()
        with self._fabric.autocast():
            around = network(batch.surroundings[batch.labels.placed])
        loss = surroundings_loss(around, batch.labels)
        self._update_alone(network, self._d_optimizer, loss)
        zero = torch.zeros_like(loss)
        return DiscriminatorLoss(loss, zero, zero, zero, loss)

    def _update_alone(self, network: nn.Module, optimizer: Any, loss: Tensor) -> None:
        """Update a network that is not wrapped by Fabric, with gradients averaged over the processes."""
        optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss)
        if self._fabric.world_size > 1:
            for parameter in network.parameters():
                parameter.grad = cast(Tensor, self._fabric.all_reduce(parameter.grad))  # type: ignore[arg-type]
        optimizer.step()

    def _update_generator(self, generated: Generated, batch: Batch, adversarial: bool) -> GeneratorLoss:
        on_generated, labels, losses = None, batch.labels, self._settings.losses
        if adversarial:
            # The discriminator is not trained here: fixed batch statistics, and no gradients of its weights.
            discriminator = self._state.discriminator.eval().requires_grad_(False)
            with self._fabric.autocast():
                on_generated = discriminator(generated.refined)
        perceptual, perception = None, self._state.perception
        if perception is not None and losses.perceptual and generated.refined is not generated.upsampled:
            perception.requires_grad_(False)
            with self._fabric.autocast():
                perceptual = perceptual_loss(perception, generated, batch.high, labels.has_target)
        loss = generator_loss(generated, batch.high, on_generated, labels, losses, perceptual)
        self._g_optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss.total)
        self._g_optimizer.step()
        self._state.discriminator.requires_grad_(True)
        return loss


def _rate(rate: float, phase: Phase, done: float) -> float:
    if phase.final_rate is not None:
        rate *= falling(done, phase.final_rate / phase.rate)
    if phase.warm_up:
        rate *= min(1.0, (done * phase.steps + 1) / phase.warm_up)
    return rate
