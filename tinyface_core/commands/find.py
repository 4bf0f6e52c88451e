"""`tinyface find`: the main job, on photos, videos and folders of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import plain_errors
from tinyface_core.commands.options import (
    COMPARED,
    Budget,
    Detector,
    Device,
    EffortOption,
    Gan,
    MinScore,
    MinSize,
    OutputFolder,
    SecondStage,
    search_settings,
    split_names,
)
from tinyface_core.memory import peak_memory_megabytes
from tinyface_core.types import Effort, UserError

if TYPE_CHECKING:
    from tinyface_core.search.finder import FaceFinder
    from tinyface_core.types import FindResult, Frame
    from tinyface_core.upscalers.registry import Upscaler

ROWS = 12
"""Faces on a comparison sheet, the smallest first."""


def find(
    photos: Annotated[list[Path], typer.Argument(help="Photos, videos, or folders of them.")],
    output: OutputFolder = Path("output"),
    min_score: MinScore = 0.4,
    min_size: MinSize = 0,
    detector: Detector = "",
    gan: Gan = "",
    second_stage: SecondStage = True,
    budget: Budget = None,
    effort: EffortOption = Effort.BALANCED,
    every: Annotated[int, typer.Option(help="Search every n-th frame of a video.", min=1)] = 30,
    device: Device = "auto",
    timings: Annotated[bool, typer.Option(help="Print seconds by stage and peak memory.")] = False,
) -> None:
    """Find the faces in photos and videos; write annotated pictures, JSON and comparison sheets."""
    from tinyface_core.export.material import unique_names
    from tinyface_core.media.sources import list_media
    from tinyface_core.search.finder import build_finder

    with plain_errors():
        settings = search_settings(effort, budget, detector=detector, gan=gan, device=device, second_stage=second_stage)
        finder = build_finder(settings)
        paths = list(list_media(photos))
        upscalers = _compared(device, gan)
    # Photos of one name in two folders must not write over each other's results.
    names = unique_names([path.stem for path in paths])
    search = _Search(finder, output, min_score, min_size, every, upscalers, timings)
    started, failed = time.monotonic(), 0
    for number, (path, name) in enumerate(zip(paths, names, strict=True)):

        def remaining(share: float, number: int = number) -> None:
            done = (number + share) / len(paths)
            if done < 1:
                left = (time.monotonic() - started) * (1 / done - 1)
                typer.echo(f"  {done:.0%} done, about {_duration(left)} left")

        try:
            with plain_errors():
                search.run(path, name, remaining)
        except typer.Exit as ended:
            if ended.exit_code != 1:  # interrupted
                raise
            failed += 1  # the sentence was printed; the other files are searched all the same
    if timings:
        typer.echo(f"peak memory: {peak_memory_megabytes():.0f} MB")
    if failed:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Search:
    finder: FaceFinder
    output: Path
    min_score: float
    min_size: float
    every: int
    upscalers: Sequence[Upscaler]
    timings: bool

    def run(self, path: Path, name: str, remaining: Callable[[float], None]) -> None:
        """Search one file, write files called `name-...`; `remaining` hears which share of the file is done."""
        from tinyface_core.media.sources import open_source
        from tinyface_core.results import write_results

        results: list[FindResult] = []
        source = open_source(path)
        try:
            for frame in source.frames(self.every):
                results.append(self._search(path, name, frame))
                if frame.index is None:
                    remaining(1.0)
                elif frames := getattr(source, "frame_estimate", 0):
                    remaining(min(1.0, (frame.index + self.every) / frames))
        finally:  # hours of a long video are kept when it is stopped or turns out to be damaged
            if results:
                found = self.output / f"{name}-faces.json"
                write_results(found, results)
                typer.echo(f"  {found}")

    def _search(self, path: Path, name: str, frame: Frame) -> FindResult:
        from tinyface_core.rendering import counted
        from tinyface_core.search.finder import visible

        result = self.finder.find(frame, progress=_SlowStage())
        faces = visible(result.faces, self.min_score, self.min_size)
        shown = replace(result, faces=faces, min_score=self.min_score, min_size=self.min_size)
        moment = "" if frame.index is None else f", frame {frame.index}"
        typer.echo(
            f"{path}{moment}: {counted(len(shown.faces), 'face')}; {shown.refined} of {shown.candidates} candidates "
            "went through the second stage."
        )
        for remark in shown.remarks:
            typer.echo(f"  {remark}")
        stem = name if frame.index is None else f"{name}-{frame.index:06}"
        self._write_pictures(frame, shown, stem)
        if self.timings:
            stages = (f"{stage} {seconds * 1000:.0f} ms" for stage, seconds in shown.timings.items())
            typer.echo("  " + ", ".join(stages))
        return shown

    def _write_pictures(self, frame: Frame, result: FindResult, stem: str) -> None:
        from tinyface_core.media.images import save_png
        from tinyface_core.rendering import annotated_picture, comparison_sheet
        from tinyface_core.upscalers.comparison import compare_crops

        pictures = {"faces": annotated_picture(frame, result.faces)}
        if len(result.faces):
            boxes = [face.box for face in sorted(result.faces, key=lambda face: face.size)[:ROWS]]
            sets = compare_crops(frame, boxes, self.upscalers)
            pictures["comparison"] = comparison_sheet(frame, result, sets, limit=ROWS)
        for kind, pixels in pictures.items():
            target = self.output / f"{stem}-{kind}.png"
            save_png(target, pixels)
            typer.echo(f"  {target}")


class _SlowStage:
    """Prints how far a stage has come, and how long it will take, once it has taken a while."""

    def __init__(self, every_seconds: float = 5.0) -> None:
        self._every, self._stage = every_seconds, ""
        self._started = self._told = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage != self._stage or not done:
            self._stage, self._started, self._told = stage, now, now
        elif now - self._told >= self._every and done < total:
            self._told = now
            left = (now - self._started) * (total / done - 1)
            typer.echo(f"  {stage}: {done} of {total}, about {_duration(left)} left")


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _compared(device: str, gan: str) -> list[Upscaler]:
    """What the sheets show; without a trained generator interpolation alone."""
    from tinyface_core.upscalers.comparison import warm_up
    from tinyface_core.upscalers.registry import load_upscalers

    try:
        upscalers = load_upscalers(split_names(COMPARED), device, gan)
    except UserError as error:
        typer.echo(f"{error} The comparison sheets show interpolation alone.")
        upscalers = load_upscalers(("bilinear", "bicubic", "lanczos"), device)
    warm_up(upscalers)
    return upscalers
