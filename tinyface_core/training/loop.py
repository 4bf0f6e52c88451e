"""The training loop of all trainings: steps, events, checkpoints, final weights."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from tinyface_core.training.checkpoint import (
    follow_parameters,
    load_checkpoint,
    random_state,
    restore_random_state,
    save_checkpoint,
    saved_weights,
)
from tinyface_core.training.divergence import Diverged
from tinyface_core.training.events import JobEvents, steps_between_reports
from tinyface_core.training.fabric import Precision, training_fabric
from tinyface_core.types import Cancelled, CancelToken, UserError
from tinyface_core.weights import save_tensors


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """Settings of every training.

    Attributes:
        batch: crops per step, over all processes.
        average: decay of the exponential moving average of the weights, which is the result; 0 for no averaging.
        seed: random seed of initial weights and crops.
        precision: "32-true" or a mixed precision that is faster on some processors.
        checkpoint_seconds: time between checkpoints.
        sample_steps: steps between sample pictures, the first of which is made after a tenth of them; 0 for none.
        measure_steps: steps between measurements, 0 for `sample_steps`; the last step is always measured.
        from_scratch: whether a new run starts from random weights where the preset uses ImageNet's.
    """

    batch: int = 32
    average: float = 0.99
    seed: int = 1
    precision: Precision = "32-true"
    checkpoint_seconds: float = 180
    sample_steps: int = 100
    measure_steps: int = 0
    from_scratch: bool = False

    def recipe(self, preset: object) -> str:
        """The settings that must be equal to those of a checkpoint to resume from it, as text."""
        free = {"workers", "checkpoint_seconds", "sample_steps", "measure_steps", "from_scratch"}
        return repr((preset, {name: value for name, value in asdict(self).items() if name not in free}))


class TrainingState:
    """The state of a training: networks by name, moving averages of some of them, optimisers and the step."""

    def __init__(self, networks: Mapping[str, nn.Module], optimizers: Sequence[Any], averaged: Sequence[str]) -> None:
        self.networks, self.optimizers = dict(networks), list(optimizers)
        self.averages = {name: copy.deepcopy(networks[name]).eval() for name in averaged}
        self.step = 0

    def saved(self) -> dict[str, Any]:
        """The state as plain values and tensors, for a checkpoint."""
        return {
            "networks": {name: network.state_dict() for name, network in self.networks.items()},
            "averages": {name: average.state_dict() for name, average in self.averages.items()},
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "random": random_state(),
            "step": self.step,
        }

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Restore a state returned by `saved`."""
        for own, kept in ((self.networks, saved["networks"]), (self.averages, saved["averages"])):
            for name, network in own.items():
                network.load_state_dict(kept[name])
        for optimizer, values in zip(self.optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(values)
        restore_random_state(saved["random"])
        self.step = saved["step"]

    def follow(self, device: torch.device) -> None:
        """Move averages and the state of optimisers to the device of the networks."""
        for average in self.averages.values():
            average.to(device)
        for optimizer in self.optimizers:
            follow_parameters(optimizer)


class Step(NamedTuple):
    """Result of a step: its stage, and scalar losses by the name of their curve."""

    stage: str
    losses: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRun:
    """Where a training runs and what it reports to.

    Attributes:
        folder: for checkpoint, sample pictures and result.
        events: receives progress, loss curves and sample pictures.
        cancel: when set, a checkpoint is written and `Cancelled` raised.
        fabric: devices and processes; by default one process on the fastest device, in float32.
    """

    folder: Path
    events: JobEvents
    cancel: CancelToken | None = None
    fabric: Fabric = field(default_factory=training_fabric)


class Training:
    """A training that resumes exactly from the checkpoint in its folder."""

    def __init__(
        self,
        name: str,
        state: TrainingState,
        settings: TrainingSettings,
        preset: object,
        run: TrainingRun,
    ) -> None:
        """Load the checkpoint in the run's folder in place of `state`, if there is one of the same settings and preset.

        The name is that of the result, without ".safetensors".

        Raises:
            UserError: if the checkpoint in the folder is damaged or of another run.
        """
        self._state, self._settings, self._fabric = state, settings, run.fabric
        self._folder, self._events, self._cancel = run.folder, run.events, run.cancel
        self._result, self._checkpoint = run.folder / f"{name}.safetensors", run.folder / "checkpoint.pt"
        self._recipe = settings.recipe(preset)
        self.begins = not self._checkpoint.exists()
        if not self.begins:
            saved = load_checkpoint(self._checkpoint)
            if saved["recipe"] != self._recipe:
                raise UserError(
                    f"{run.folder} holds a run with other settings. Choose another folder, or the same settings."
                )
            try:
                state.restore(saved)
            except (RuntimeError, KeyError, ValueError, TypeError, IndexError) as error:
                raise UserError(
                    f"{self._checkpoint} does not fit the networks of this run: choose another folder."
                ) from error
            if run.fabric.is_global_zero:
                run.events.log(f"Taken up at step {state.step}.")

    def run(
        self,
        steps: int,
        learn: Callable[[int], Step],
        sample: Callable[[Path], None] | None = None,
        measure: Callable[[], Mapping[str, float]] | None = None,
    ) -> Path:
        """Run the remaining steps with `learn`, and write the averaged weights as fp16; returns their file.

        `sample` writes a picture as PNG; results of `measure` become curves "validation/NAME".

        Raises:
            Cancelled: when asked to stop; call again to resume.
            Diverged: if a loss or a weight is not finite; the last checkpoint is from before.
        """
        state, fabric, settings = self._state, self._fabric, self._settings
        every = settings.measure_steps or settings.sample_steps or steps
        began = saved = time.monotonic()
        first = state.step
        while state.step < steps:
            stage, losses = learn(state.step)
            if not torch.stack([loss.detach().float() for loss in losses.values()]).isfinite().all():
                raise self._astray("A loss is no longer a number")
            decay = min(settings.average, (1 + state.step) / (10 + state.step))
            for name, average in state.averages.items():
                blend(average, state.networks[name], decay)
            state.step += 1
            if fabric.is_global_zero:
                if state.step % steps_between_reports(steps) == 0 or state.step == steps:
                    for name, loss in losses.items():
                        self._events.scalar(name, state.step, loss.item())
                    seconds = (time.monotonic() - began) / (state.step - first)
                    self._events.progress(stage, state.step, steps, seconds * (steps - state.step))
                if sample is not None and self._samples_now():
                    path = self._folder / f"sample-{state.step:07d}.png"
                    sample(path)
                    self._events.sample(stage, state.step, path)
                if measure is not None and (state.step % every == 0 or state.step == steps):
                    self._tell_figures(measure)
            stop = self._asked_to_stop()
            if stop or time.monotonic() - saved > settings.checkpoint_seconds:
                self._save()
                saved = time.monotonic()
            if stop:
                raise Cancelled(f"Stopped at step {state.step} of {steps}; the checkpoint is in {self._folder}.")
        kept = self._save()
        if fabric.is_global_zero:
            sha256 = save_tensors(self._result, saved_weights(kept))
            self._events.finished({"weights": str(self._result), "sha256": sha256, "steps": state.step})
        fabric.barrier()
        return self._result

    def _samples_now(self) -> bool:
        every, step = self._settings.sample_steps, self._state.step
        return every > 0 and (step % every == 0 or step == max(1, every // 10))

    def _tell_figures(self, measure: Callable[[], Mapping[str, float]]) -> None:
        try:
            figures = measure()
        except Cancelled:
            if self._cancel is not None and self._cancel.is_set():
                return  # the loop stops next, with a checkpoint of this step
            raise
        for name, value in figures.items():
            self._events.scalar(f"validation/{name}", self._state.step, value)

    def _asked_to_stop(self) -> bool:
        stop, fabric = self._cancel is not None and self._cancel.is_set(), self._fabric
        if fabric.world_size > 1:  # all processes must stop together
            stop = bool(fabric.all_reduce(torch.tensor(float(stop), device=fabric.device), reduce_op="max"))
        return stop

    def _save(self) -> dict[str, Any]:
        """Write a checkpoint, after checking that fp16, the format of the result, can represent the weights."""
        largest = torch.finfo(torch.float16).max
        for network in self._state.networks.values():
            if not all(bool((value.abs() <= largest).all()) for value in network.state_dict().values()):
                raise self._astray("The weights have grown without bounds")
        kept = {"recipe": self._recipe, **self._state.saved()}
        if self._fabric.is_global_zero:
            save_checkpoint(self._checkpoint, kept)
        return kept

    def _astray(self, how: str) -> Diverged:
        return Diverged(
            f"{how} at step {self._state.step}. The last checkpoint is good: "
            "start again from it with a lower learning rate."
        )


@torch.no_grad()
def blend(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Update the exponential moving average of a network in place; with a decay of 0 it becomes a copy.

    Running statistics are averaged like weights; counters are copied.
    """
    for mean, value in zip(average.parameters(), network.parameters(), strict=True):
        mean.lerp_(value, 1 - decay)
    for held, current in zip(average.buffers(), network.buffers(), strict=True):
        if held.is_floating_point():
            held.lerp_(current, 1 - decay)
        else:
            held.copy_(current)
