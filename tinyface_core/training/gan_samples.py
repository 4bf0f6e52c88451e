"""Sample sheets of the generator's output."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from tinyface_core.datasets.crops import Crops
from tinyface_core.gan.generator import Generated, Generator
from tinyface_core.media.saving import save_picture
from tinyface_core.presets import GanPreset
from tinyface_core.training.gan_batches import centre_batch


@torch.no_grad()
def write_strips(path: Path, generator: Generator, crops: Crops, preset: GanPreset) -> None:
    """Write a PNG of low (pixels repeated) | super-resolved | refined | high, one row per crop."""
    batch = centre_batch(_first(8, crops), preset)
    generated = _generate(generator, batch.low)
    _write_sheet(path, [_repeated(batch.low, preset), generated.upsampled, generated.refined, batch.high])


def write_before_after(path: Path, before: Generator, after: Generator, crops: Crops, preset: GanPreset) -> None:
    """Write a PNG of low (repeated) | super-resolved before | after | refined before | after | high, one row per crop.

    The two refined columns are omitted if there is no G2.
    """
    batch = centre_batch(_first(24, crops), preset)
    first, second = (_generate(generator, batch.low) for generator in (before, after))
    refined = [] if before.g2 is None or after.g2 is None else [first.refined, second.refined]
    _write_sheet(path, [_repeated(batch.low, preset), first.upsampled, second.upsampled, *refined, batch.high])


def _first(count: int, crops: Crops) -> Crops:
    return crops.chosen(np.arange(min(count, len(crops))))


def _generate(generator: Generator, low: Tensor) -> Generated:
    training = generator.training
    device = next(generator.parameters()).device
    generated = generator.eval()(low.to(device))
    generator.train(training)
    return Generated(generated.upsampled.cpu(), generated.refined.cpu())


def _repeated(low: Tensor, preset: GanPreset) -> Tensor:
    return low.repeat_interleave(preset.scale, 2).repeat_interleave(preset.scale, 3)


def _write_sheet(path: Path, columns: list[Tensor]) -> None:
    """Write columns of crops `(N, 3, S, S)` in [0, 1] as a PNG `(N S, columns S)`; its metadata "side" is S."""
    side = PngInfo()
    side.add_text("side", str(columns[0].shape[-1]))
    sheet = torch.cat(list(torch.cat(columns, dim=3)), dim=1).clamp(0, 1).mul(255).round().to(torch.uint8)
    save_picture(path, sheet.permute(1, 2, 0).numpy(), "PNG", pnginfo=side)
