"""Training of the MB-FCN detector: resumable, cancellable, on one or several processes."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.utils.data import DataLoader

from tinyface_core.boxes import decode
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.detection import CropRules, DetectionCrops, batches, epoch_order
from tinyface_core.datasets.pixel_cache import PixelSource
from tinyface_core.detector.anchors import make_anchors
from tinyface_core.detector.growth import grown
from tinyface_core.detector.losses import detector_loss
from tinyface_core.detector.mbfcn import MBFCN, ResNet50Backbone
from tinyface_core.presets import DetectorPreset
from tinyface_core.training.average import blend
from tinyface_core.training.checkpoint import (
    follow_parameters,
    load_checkpoint,
    random_state,
    restore_random_state,
    save_checkpoint,
)
from tinyface_core.training.detector_samples import DetectorSamples
from tinyface_core.training.divergence import Diverged
from tinyface_core.training.events import JobEvents, steps_between_reports
from tinyface_core.types import Cancelled, CancelToken, UserError
from tinyface_core.weights import save_tensors


@dataclass(frozen=True, slots=True)
class DetectorTraining:
    """Settings of one run.

    Attributes:
        steps: optimiser steps in all.
        batch: crops a step, over all processes.
        learning_rate: highest rate; it rises over the first 5 % and falls along a cosine.
        weight_decay: of AdamW.
        average: decay of the moving average of the weights, which is what is saved at the end.
        seed: decides initial weights and every crop.
        precision: "32-true", or "bf16-mixed" where the processor is quicker with it.
        checkpoint_seconds: time between checkpoints.
        workers: processes that cut crops.
        crops: how crops are cut.
    """

    steps: int = 4000
    batch: int = 12
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    average: float = 0.998
    seed: int = 1
    precision: Literal["32-true", "bf16-mixed", "16-mixed"] = "32-true"
    checkpoint_seconds: float = 180
    workers: int = 1
    crops: CropRules = field(default_factory=CropRules)


def learning_rate(step: int, settings: DetectorTraining) -> float:
    """Rate for a step: linear warm-up over 5 % of the run, then half a cosine down to 1 %."""
    warm = max(1, settings.steps // 20)
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    done = (step - warm) / max(1, settings.steps - warm)
    return settings.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def train_detector(
    preset: DetectorPreset,
    settings: DetectorTraining,
    pictures: list[AnnotatedPicture],
    pixels: PixelSource,
    folder: Path,
    events: JobEvents,
    cancel: CancelToken | None = None,
    start_from: dict[str, Tensor] | None = None,
    fabric: Fabric | None = None,
    sample_steps: int = 250,
    measure: Callable[[MBFCN], Mapping[str, float]] | None = None,
    measure_steps: int = 0,
) -> Path:
    """Train and write `detector.safetensors` (fp16) into `folder`; takes up an interrupted run there.

    Args:
        preset: shape of the network.
        settings: of the run; a resumed run must have the same.
        pictures: what to learn from, in the order of `pixels`.
        pixels: their pixels.
        folder: for checkpoint and result.
        events: told of progress, loss curves and the end.
        cancel: when set, a checkpoint is written and `Cancelled` raised.
        start_from: weights to fine-tune in place of the preset's own start: ImageNet's for a ResNet-50 where
            torchvision can download them, else random ones.
        fabric: how the run is spread over processes and devices; one process by default.
        sample_steps: a picture of what is found after so many steps, and once after a tenth of them; 0 for none.
        measure: figures by name of the averaged network so far, which become curves "validation/NAME".
        measure_steps: steps between two of these, 0 for `sample_steps`; the last step is measured too.

    Returns:
        The file with the averaged weights.

    Raises:
        Cancelled: when asked to stop; the same call goes on later.
        UserError: if the checkpoint in `folder` is of another run.
        Diverged: if the loss is no longer a number; the checkpoint is from before.
    """
    fabric = fabric or Fabric(accelerator="auto", devices=1, precision=settings.precision)
    torch.manual_seed(settings.seed)
    model = MBFCN(preset)
    checkpoint = folder / "checkpoint.pt"
    if start_from is not None:
        model.load_state_dict(grown(start_from, model))
    elif not checkpoint.exists() and isinstance(model.backbone, ResNet50Backbone):
        _start_from_imagenet(model.backbone, events)
    average = copy.deepcopy(model).eval()
    optimizer: Any = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=settings.weight_decay)
    recipe = repr((preset, asdict(settings) | {"workers": 0, "checkpoint_seconds": 0}))
    step = 0
    if checkpoint.exists():
        state = load_checkpoint(checkpoint)
        if state["recipe"] != recipe:
            raise UserError(f"{folder} holds a run with other settings. Choose another folder, or the same settings.")
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        restore_random_state(state["random"])
        step = state["step"]
        if fabric.is_global_zero:
            events.log(f"Taken up at step {step}.")
    model = model.to(memory_format=torch.channels_last)
    wrapped, optimizer = fabric.setup(model, optimizer)
    follow_parameters(optimizer)
    average = average.to(fabric.device)
    size = settings.crops.size
    anchors = make_anchors(preset.branches, size, size).to(fabric.device)

    def save() -> None:
        if not _sound(model):
            raise Diverged(
                f"The weights have grown without bounds at step {step}. The last checkpoint is good: "
                "start again from it with a lower learning rate."
            )
        if fabric.is_global_zero:
            save_checkpoint(
                checkpoint,
                {
                    "recipe": recipe,
                    "model": model.state_dict(),
                    "average": average.state_dict(),
                    "optimizer": optimizer.state_dict(),
                    "random": random_state(),
                    "step": step,
                },
            )

    samples = None
    if sample_steps and fabric.is_global_zero:
        samples = DetectorSamples(pictures, pixels, preset, settings.crops, settings.seed)

    every = measure_steps or sample_steps or settings.steps
    started, first_step, last_save = time.monotonic(), step, time.monotonic()
    wrapped.train()
    for crops, owner, targets in _loader(pictures, pixels, preset, settings, step, fabric):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, settings)
        logits, deltas = wrapped(crops.to(fabric.device).float().contiguous(memory_format=torch.channels_last))
        boxes = decode(deltas.float(), anchors)
        loss = detector_loss(
            logits.float(), boxes, owner.to(fabric.device), targets.to(fabric.device), preset.classification
        )
        if not torch.isfinite(loss.total):
            raise Diverged(
                f"The loss is no longer a number at step {step}. The last checkpoint is good: "
                "start again from it with a lower learning rate."
            )
        optimizer.zero_grad(set_to_none=True)
        fabric.backward(loss.total)
        fabric.clip_gradients(wrapped, optimizer, max_norm=10.0)
        optimizer.step()
        blend(average, model, min(settings.average, (1 + step) / (10 + step)))
        step += 1
        if step % steps_between_reports(settings.steps) == 0 and fabric.is_global_zero:
            events.scalar("loss/classification", step, loss.classification.item())
            events.scalar("loss/box", step, loss.box.item())
            seconds = (time.monotonic() - started) / (step - first_step)
            events.progress("train", step, settings.steps, seconds * (settings.steps - step))
        if samples is not None and (step % sample_steps == 0 or step == max(1, sample_steps // 10)):
            path = folder / f"sample-{step:07d}.png"
            samples.write(path, average)
            events.sample("found", step, path)
        if measure is not None and fabric.is_global_zero and (step % every == 0 or step == settings.steps):
            _tell_figures(events, step, measure, average, cancel)
        stop = cancel is not None and cancel.is_set()
        if fabric.world_size > 1:  # all processes leave together, or the rest would wait for ever
            stop = bool(fabric.all_reduce(torch.tensor(float(stop), device=fabric.device), reduce_op="max"))
        if stop or time.monotonic() - last_save > settings.checkpoint_seconds:
            save()
            last_save = time.monotonic()
        if stop:
            raise Cancelled(f"Stopped at step {step} of {settings.steps}; the checkpoint is in {folder}.")
    save()
    result = folder / "detector.safetensors"
    if fabric.is_global_zero:
        sha256 = save_tensors(result, average.state_dict())
        events.finished({"weights": str(result), "sha256": sha256, "steps": step})
    fabric.barrier()
    return result


def _tell_figures(
    events: JobEvents,
    step: int,
    measure: Callable[[MBFCN], Mapping[str, float]],
    average: MBFCN,
    cancel: CancelToken | None,
) -> None:
    try:
        figures = measure(average)
    except Cancelled:
        if cancel is not None and cancel.is_set():
            return  # the loop stops next, with a checkpoint of this very step
        raise
    for name, value in figures.items():
        events.scalar(f"validation/{name}", step, value)


def _start_from_imagenet(backbone: ResNet50Backbone, events: JobEvents) -> None:
    try:
        backbone.load_imagenet()
    except OSError as error:
        events.log(f"ImageNet weights cannot be downloaded ({error}): the backbone starts from random weights.")
    else:
        events.log("The backbone starts from torchvision's ImageNet weights.")


def _loader(
    pictures: list[AnnotatedPicture],
    pixels: PixelSource,
    preset: DetectorPreset,
    settings: DetectorTraining,
    step: int,
    fabric: Fabric,
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Batches of this process from `step` on, whatever happened before: a batch depends on its number alone."""
    share = settings.batch // fabric.world_size
    if share * fabric.world_size != settings.batch or not share:
        raise UserError(f"A batch of {settings.batch} cannot be shared among {fabric.world_size} processes.")
    if len(pictures) < settings.batch:
        raise UserError(f"{len(pictures)} pictures are fewer than one batch of {settings.batch}.")
    per_epoch = len(pictures) // settings.batch
    order: list[tuple[int, int]] = []
    first_epoch = step // per_epoch
    for epoch in range(first_epoch, settings.steps // per_epoch + 1):
        for number, batch in enumerate(batches(epoch_order(len(pictures), epoch, settings.seed), settings.batch)):
            if step <= epoch * per_epoch + number < settings.steps:
                order += batch[fabric.global_rank * share : (fabric.global_rank + 1) * share]
    crops = DetectionCrops(pictures, pixels, preset, settings.crops, settings.seed)
    crops.select(order)
    # Its own generator: the loader draws a seed at the start, which would move the global one on resuming.
    generator = torch.Generator().manual_seed(settings.seed)
    yield from DataLoader(crops, share, num_workers=settings.workers, generator=generator)


def _sound(model: nn.Module) -> bool:
    """Whether all weights are numbers that fp16, in which they are kept in the end, can hold."""
    largest = torch.finfo(torch.float16).max
    return all(bool((value.abs() <= largest).all()) for value in model.state_dict().values())
