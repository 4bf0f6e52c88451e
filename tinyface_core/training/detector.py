"""Training of the MB-FCN detector: resumable, cancellable, on one or several processes."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.utils.data import DataLoader

from tinyface_core.box_tensors import decode
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.detection import CropRules, DetectionCrops, Taught, batches, epoch_order
from tinyface_core.datasets.pixel_cache import PixelSource
from tinyface_core.detector.assignment import make_anchors
from tinyface_core.detector.growth import grown
from tinyface_core.detector.losses import detector_loss
from tinyface_core.detector.mbfcn import MBFCN, ResNet50Backbone
from tinyface_core.detector.network import DetectorNetwork
from tinyface_core.detector.pruning import is_wider, pruned
from tinyface_core.presets import DetectorPreset
from tinyface_core.training.detector_samples import DetectorSamples
from tinyface_core.training.imagenet import start_from_imagenet
from tinyface_core.training.loop import Step, Training, TrainingRun, TrainingSettings, TrainingState
from tinyface_core.training.rates import falling, set_rate
from tinyface_core.training.teacher import taught_by, taught_loss
from tinyface_core.types import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorTraining(TrainingSettings):
    """Settings of one run; see also `TrainingSettings`.

    Attributes:
        steps: total number of optimiser steps.
        learning_rate: peak learning rate: linear warm-up over the first 5 %, then cosine decay.
        workers: number of data loading processes.
        teacher: name of the teacher's weights for distillation, empty for none.
    """

    batch: int = 12
    average: float = 0.998
    sample_steps: int = 250
    steps: int = 4000
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    workers: int = 1
    crops: CropRules = field(default_factory=CropRules)
    teacher: str = ""


def learning_rate(step: int, settings: DetectorTraining) -> float:
    """Learning rate of a step: linear warm-up over 5 % of the run, then cosine decay to 1 %."""
    warm = max(1, settings.steps // 20)
    if step < warm:
        return settings.learning_rate * (step + 1) / warm
    done = (step - warm) / max(1, settings.steps - warm)
    return settings.learning_rate * falling(done, 0.01)


def train_detector(
    preset: DetectorPreset,
    settings: DetectorTraining,
    pictures: list[AnnotatedPicture],
    pixels: PixelSource,
    run: TrainingRun,
    start_from: dict[str, Tensor] | None = None,
    measure: Callable[[MBFCN], Mapping[str, float]] | None = None,
    teacher: DetectorNetwork | None = None,
) -> Path:
    """Train a detector and write `detector.safetensors` (fp16), or resume an interrupted run in its folder.

    Args:
        preset: architecture of the network.
        settings: settings of the run; a resumed run must have the same.
        pictures: the training pictures, in the order of `pixels`.
        pixels: their pixels.
        run: where it runs and what it reports to.
        start_from: weights to fine-tune, instead of ImageNet's for a ResNet-50 and random ones otherwise. Weights of a
            smaller network are grown, those of a larger one pruned.
        measure: returns results by name for the averaged network.
        teacher: trained network with the same anchors for distillation. It sees the upright crops before their
            degradation, and its output is learned in addition to the annotations.

    Returns:
        The file with the averaged weights.

    Raises:
        Cancelled: when asked to stop; call again to resume.
        UserError: if the checkpoint in the folder is of another run, ImageNet's weights are not available, the teacher
            has other anchors, or a data loading process dies.
        Diverged: if the loss is not finite; the last checkpoint is from before.
    """
    if teacher is not None and teacher.preset.branches != preset.branches:
        raise UserError("The teacher's anchors are not those of the preset: choose another teacher.")
    fabric = run.fabric
    torch.manual_seed(settings.seed)
    model = MBFCN(preset)
    if start_from is not None:
        fitted = pruned if is_wider(start_from, model) else grown
        model.load_state_dict(fitted(start_from, model))
    optimizer: Any = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=settings.weight_decay)
    state = TrainingState({"detector": model}, [optimizer], averaged=["detector"])
    training = Training("detector", state, settings, preset, run)
    average: Any = state.averages["detector"]
    if isinstance(model.backbone, ResNet50Backbone) and start_from is None and training.begins:
        start_from_imagenet([model.backbone, average.backbone], settings.from_scratch, run.events)
    wrapped, optimizer = fabric.setup(model.to(memory_format=torch.channels_last), optimizer)
    state.follow(fabric.device)
    wrapped.train()
    anchors = make_anchors(preset.branches, settings.crops.size, settings.crops.size).to(fabric.device)
    loaded = _loader(pictures, pixels, preset, settings, state.step, fabric)

    def learn(step: int) -> Step:
        crops = Taught(*(values.to(fabric.device) for values in next(loaded)))
        set_rate(optimizer, learning_rate(step, settings))
        logits, deltas = wrapped(crops.pixels.float().contiguous(memory_format=torch.channels_last))
        boxes = decode(deltas.float(), anchors)
        loss = detector_loss(logits.float(), boxes, crops.owner, crops.boxes, preset.classification)
        curves, total = {"loss/classification": loss.classification, "loss/box": loss.box}, loss.total
        if teacher is not None and crops.upright.any():  # a teacher may not know rotated faces
            known = crops.upright
            taught = taught_loss(logits[known].float(), boxes[known], *taught_by(teacher, crops.clean[known], anchors))
            curves |= {"loss/taught classification": taught.classification, "loss/taught box": taught.box}
            total = total + taught.total
        optimizer.zero_grad(set_to_none=True)
        fabric.backward(total)
        fabric.clip_gradients(wrapped, optimizer, max_norm=10.0)
        optimizer.step()
        return Step("train", curves)

    samples = None
    if settings.sample_steps and fabric.is_global_zero:
        samples = DetectorSamples(pictures, pixels, preset, settings.crops, settings.seed)
    return training.run(
        settings.steps,
        learn,
        None if samples is None else lambda path: samples.write(path, average),
        None if measure is None else lambda: measure(average),
    )


def _loader(
    pictures: list[AnnotatedPicture],
    pixels: PixelSource,
    preset: DetectorPreset,
    settings: DetectorTraining,
    step: int,
    fabric: Fabric,
) -> Iterator[Taught]:
    """Batches of this process from `step` on; a batch depends only on its number, so that runs can be resumed."""
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
    # Its own generator: the loader draws a seed, which would change the global generator's state on resuming.
    generator = torch.Generator().manual_seed(settings.seed)
    try:
        yield from _started(DataLoader(crops, share, num_workers=settings.workers, generator=generator))
    except (RuntimeError, ConnectionError, EOFError) as error:
        if isinstance(error, RuntimeError) and "exited unexpectedly" not in str(error):
            raise
        raise UserError(
            "A process that prepares crops was ended from outside, often for lack of memory: start again, it goes on "
            "from the last checkpoint, and fewer workers need less memory."
        ) from error


def _started(loader: DataLoader[Taught]) -> Iterator[Taught]:
    """Start a loader without torch's signal handler, so that a dead worker raises only when waiting for a batch.

    The handler for SIGCHLD would raise anywhere in the main thread: within a step, a checkpoint, or C++ code of torch,
    which ends the program.
    """
    number = getattr(signal, "SIGCHLD", None)  # Windows has none
    before = number and signal.getsignal(number)
    started = iter(loader)
    if number and signal.getsignal(number) is not before:  # torch sets it only in the main thread
        signal.signal(number, before or signal.SIG_DFL)
    return started
