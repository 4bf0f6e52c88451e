"""The command line, `tinyface find | weights | train | evaluate | ...`; heavy libraries are imported late."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core import __version__
from tinyface_core.evaluation.ablation_cli import ablate_command
from tinyface_core.evaluation.cli import evaluate_app
from tinyface_core.training.cli import train_app

if TYPE_CHECKING:
    from tinyface_core.finder import FaceFinder
    from tinyface_core.types import CropSet, FindResult, Frame

COMPARED = ("bilinear", "sr-only", "refined")
_ROWS = 12

app = typer.Typer(help="Finds faces too small for anyone else.", no_args_is_help=True, add_completion=False)
weights_app = typer.Typer(help="The installed weights.", no_args_is_help=True)
app.add_typer(train_app, name="train")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(weights_app, name="weights")
app.command("ablate")(ablate_command)

Device = Annotated[str, typer.Option(help="auto, cpu, cuda, mps or xpu.")]


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        typer.echo(__version__)


@app.command()
def find(
    photos: Annotated[list[Path], typer.Argument(help="Photos, videos, or folders of them.")],
    output: Annotated[Path, typer.Option(help="Folder for what is written.")] = Path("output"),
    min_score: Annotated[float, typer.Option(help="Least score of a face that is shown.", min=0, max=1)] = 0.4,
    min_size: Annotated[float, typer.Option(help="Least longer side in pixels of a face that is shown.")] = 0,
    detector: Annotated[str, typer.Option(help="Name of the detector; empty for the default.")] = "",
    gan: Annotated[str, typer.Option(help="Name of the second stage's weights; empty for the default.")] = "",
    refine: Annotated[bool, typer.Option("--refine/--no-refine", help="Whether the second stage runs.")] = True,
    budget: Annotated[int, typer.Option(help="At most this many candidates go through the second stage.")] = 128,
    thorough: Annotated[bool, typer.Option(help="Search at twice the size as well.")] = False,
    every: Annotated[int, typer.Option(help="Search every n-th frame of a video.", min=1)] = 30,
    device: Device = "auto",
    timings: Annotated[bool, typer.Option(help="Print seconds by stage and peak memory.")] = False,
) -> None:
    """Find the faces in photos and videos; write annotated pictures, JSON and comparison sheets."""
    from tinyface_core.finder import FinderSettings, build_finder
    from tinyface_core.media.sources import list_media

    with _plain_errors():
        finder = build_finder(detector, gan, device, FinderSettings(refine=refine, refine_budget=budget), thorough)
    failed = 0
    for path in list_media(photos):
        try:
            with _plain_errors():
                _find_in(path, finder, output, min_score, min_size, every, device, timings)
        except typer.Exit:  # the sentence was printed; the other files are searched all the same
            failed += 1
    if timings:
        typer.echo(f"peak memory: {_peak_memory_megabytes():.0f} MB")
    if failed:
        raise typer.Exit(1)


def _find_in(
    path: Path,
    finder: FaceFinder,
    output: Path,
    min_score: float,
    min_size: float,
    every: int,
    device: str,
    timings: bool,
) -> None:
    from tinyface_core.finder import visible
    from tinyface_core.media.sources import open_source
    from tinyface_core.results import write_results

    results = []
    for frame in open_source(path).frames(every):
        result = finder.find(frame)
        settings = {**result.settings, "min_score": min_score, "min_size": min_size}
        shown = replace(result, faces=visible(result.faces, min_score, min_size), settings=settings)
        results.append(shown)
        moment = "" if frame.index is None else f", frame {frame.index}"
        typer.echo(
            f"{path}{moment}: {len(shown.faces)} faces; {shown.refined} of {shown.candidates} candidates "
            "went through the second stage."
        )
        for remark in shown.remarks:
            typer.echo(f"  {remark}")
        stem = path.stem if frame.index is None else f"{path.stem}-{frame.index:06}"
        _write_pictures(frame, shown, output, stem, device)
        if timings:
            stages = (f"{stage} {seconds * 1000:.0f} ms" for stage, seconds in shown.timings.items())
            typer.echo("  " + ", ".join(stages))
    found = output / f"{path.stem}-faces.json"
    write_results(found, results)
    typer.echo(f"  {found}")


def _write_pictures(frame: Frame, result: FindResult, output: Path, stem: str, device: str) -> None:
    from tinyface_core.media.images import save_png
    from tinyface_core.rendering import annotated_picture, comparison_sheet

    pictures = {"faces": annotated_picture(frame, result.faces)}
    if result.faces:
        pictures["comparison"] = comparison_sheet(frame, result, _compare(frame, result, device))
    for kind, pixels in pictures.items():
        target = output / f"{stem}-{kind}.png"
        save_png(target, pixels)
        typer.echo(f"  {target}")


def _compare(frame: Frame, result: FindResult, device: str) -> list[CropSet]:
    from tinyface_core.upscalers.comparison import compare_crops
    from tinyface_core.upscalers.registry import UpscalerError, load_upscalers

    try:
        upscalers = load_upscalers(COMPARED, device)
    except UpscalerError as error:
        typer.echo(f"  {error} The sheet shows interpolation alone.")
        upscalers = load_upscalers(("bilinear", "bicubic", "lanczos"), device)
    boxes = [face.box for face in sorted(result.faces, key=lambda face: face.size)[:_ROWS]]
    return compare_crops(frame, boxes, upscalers)


@weights_app.command("show")
def weights_show() -> None:
    """Print what every preset costs and every installed file of weights reaches."""
    from tinyface_core.cost import preset_costs
    from tinyface_core.weights import Manifest

    for preset, costs in preset_costs().items():
        typer.echo(f"{preset}: a 1024 x 768 picture, or one crop")
        for network, cost in costs.items():
            size, work = cost.parameters / 1e6, cost.multiply_adds / 1e9
            typer.echo(f"  {network:24} {size:8.2f} M parameters {work:8.2f} G multiply-adds")
    with _plain_errors():
        for entry in Manifest.load().entries:
            typer.echo(f"{entry.name} ({entry.role}, {entry.preset}, {entry.date}): {entry.data}; {entry.licence}")
            for figure, value in entry.measured.items():
                typer.echo(f"  {figure:24} {value:.3f}")


@weights_app.command("check")
def weights_check() -> None:
    """Compare every installed file of weights with its SHA-256."""
    from tinyface_core.weights import Manifest

    with _plain_errors():
        manifest = Manifest.load()
        for entry in manifest.entries:
            manifest.tensors(entry)
            typer.echo(f"{entry.name}: as released")


@app.command()
def devices() -> None:
    """List the devices that networks can run on."""
    from tinyface_core.device import describe_devices

    for line in describe_devices():
        typer.echo(line)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """Expected failures end as one sentence; anything else is a defect and keeps its traceback."""
    from tinyface_core.media.images import MediaError
    from tinyface_core.weights import WeightsError

    try:
        yield
    except (MediaError, WeightsError, ValueError, OSError, MemoryError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def _peak_memory_megabytes() -> float:
    if sys.platform == "win32":
        return float("nan")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
