"""`tinyface benchmark`: measures the speed of a search on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.bundled import resource
from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import searches
from tinyface_core.memory import peak_memory_megabytes
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import UserError

if TYPE_CHECKING:
    from tinyface_core.evaluation.speed import PictureSpeed
    from tinyface_core.types import RgbImage

_SAMPLE = resource("samples", "orchestra.webp")


@searches
def benchmark(
    photos: Annotated[list[Path] | None, typer.Argument(help="Photos; the bundled sample by default.")] = None,
    size: Annotated[str, typer.Option(help="Resize every photo to WIDTHxHEIGHT first; empty for its own.")] = "",
    repeat: Annotated[int, typer.Option(help="Measured searches of each photo, after one that is not.", min=1)] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    *,
    settings: SearchSettings,
) -> None:
    """Measure the milliseconds of every stage of a search, and peak memory, on this machine."""
    import torch

    from tinyface_core.device import choose_device
    from tinyface_core.evaluation.speed import measure_speed
    from tinyface_core.media.images import load_image
    from tinyface_core.search.finder import build_finder

    wanted = _parse_size(size) if size else None
    failures, frames = Failures(), []
    for path in photos or [_SAMPLE]:
        try:
            frames.append(load_image(path))
        except UserError as error:
            failures.add(path, error)
    if not frames:
        failures.end(failures.count)
    if wanted:
        frames = [replace(frame, pixels=_resized(frame.pixels, wanted)) for frame in frames]
    finder = build_finder(settings)
    speeds = measure_speed(finder, frames, repeat)
    machine = {
        "device": str(choose_device(settings.device)),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "peak_memory_megabytes": round(peak_memory_megabytes()),
    }
    if as_json:
        typer.echo(json.dumps({**machine, "pictures": [asdict(speed) for speed in speeds]}, indent=2))
    else:
        _print(speeds, machine)
    failures.end(len(frames) + failures.count)


def _print(speeds: list[PictureSpeed], machine: dict[str, object]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for speed in speeds:
        title = f"{Path(speed.source).name}, {speed.width} x {speed.height}"
        table = Table("stage", "median, ms", "90th percentile, ms", title=title)
        for stage, time in speed.stages.items():
            table.add_row(stage, f"{time.median:.1f}", f"{time.slow:.1f}")
        console.print(table)
        console.print(f"{speed.refined} of {speed.candidates} candidates went through the second stage.")
    console.print(
        f"{machine['device']}, {machine['threads']} threads, torch {machine['torch']}, "
        f"peak memory {machine['peak_memory_megabytes']} MB."
    )


def _parse_size(text: str) -> tuple[int, int]:
    from tinyface_core.media.opening import LARGEST_PIXELS

    try:
        width, height = (int(side) for side in text.lower().split("x"))
    except ValueError:
        raise UserError(f'"{text}" is no size: give WIDTHxHEIGHT, such as 1024x768.') from None
    if width < 1 or height < 1:
        raise UserError(f"A picture of {text} has no pixels: give WIDTHxHEIGHT, such as 1024x768.")
    if width * height > LARGEST_PIXELS:
        raise UserError(f"A picture of {text} has more than {LARGEST_PIXELS / 1e6:g} megapixels: give a smaller size.")
    return width, height


def _resized(pixels: RgbImage, size: tuple[int, int]) -> RgbImage:
    import numpy as np
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
