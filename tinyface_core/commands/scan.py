"""`tinyface scan`: folders of any size into a project, again and again."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import MinScore, MinSize, OutputFolder, searches, split_names
from tinyface_core.commands.progress import rate, shown_progress
from tinyface_core.types import LEAST_SHOWN, SearchSettings, UserError

if TYPE_CHECKING:
    from tinyface_core.search.scan import Outcome, ScanOrder

SECONDS_BETWEEN_LOOKS = 10.0
"""Of `--watch`."""


@searches
def scan(
    photos: Annotated[list[Path], typer.Argument(help="Folders of photos and videos, or single ones.")],
    project: Annotated[Path, typer.Option(help="The project file (*.tinyface); it is made if there is none.")],
    write: Annotated[
        str,
        typer.Option(
            help="What is written of each picture that is searched: annotated, sheets, json, crops, with commas "
            "between; by default nothing but the project."
        ),
    ] = "",
    output: OutputFolder = Path("output"),
    min_score: MinScore = LEAST_SHOWN,
    min_size: MinSize = 0,
    every: Annotated[int, typer.Option(help="Search every n-th frame of a video.", min=1)] = 30,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try files again that failed before and have not changed since.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Then look for what is new every ten seconds, until it is interrupted.")
    ] = False,
    *,
    settings: SearchSettings,
) -> None:
    """Search what is new or has changed in folders, into a project; goes on where it was stopped or killed.

    The thresholds are for what is written; the project holds the faces from a score of 0.1 on.
    """
    from tinyface_core.commands.writing import Writing
    from tinyface_core.files import check_writable
    from tinyface_core.project.store import Project
    from tinyface_core.search.finder import build_finder
    from tinyface_core.search.scan import NEWS, Observer, Outcome, ScanOrder
    from tinyface_core.search.scan import scan as scan_into

    names = split_names(write)
    if names and (around := next((path for path in photos if _lies_in(output, path)), None)):
        raise UserError(f"What is written to {output} would be scanned with {around}: name another --output.")
    writing = Writing(names, output, min_score, min_size, settings)
    if names:
        check_writable(output)
    finder = build_finder(settings)
    if not project.exists():
        Project.create(project).close()
    failures = Failures()
    told: set[str] = set()
    with Project.open(project) as opened, shown_progress() as progress:

        class Shown(Observer):
            searched = staticmethod(writing.write)

            def counted(self, done: int, total: int) -> None:
                progress("files", done, total)

            def failed(self, path: Path, error: BaseException) -> None:
                if (sentence := f"{path} {error}") not in told:  # a watch comes by again
                    told.add(sentence)
                    failures.add(path, error)

        observer, outcomes = Shown(), Counter[Outcome]()
        for order in _rounds(ScanOrder(photos, every, retry), watch):
            began, before = time.monotonic(), outcomes
            outcomes = scan_into(opened, order, finder.find, observer)
            if not before or any(outcomes[outcome] for outcome in NEWS):
                _tell(project, outcomes, time.monotonic() - began)
    failures.end(outcomes.total())


def _rounds(order: ScanOrder, watch: bool) -> Iterator[ScanOrder]:
    yield order
    while watch:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        yield replace(order, retry=False)


def _lies_in(path: Path, folder: Path) -> bool:
    return path.absolute().resolve().is_relative_to(folder.absolute().resolve())


def _tell(project: Path, outcomes: Counter[Outcome], seconds: float) -> None:
    from tinyface_core.project.likeness import can_compare
    from tinyface_core.search.scan import Outcome

    parts = [f"{outcome} {outcomes[outcome]:,}" for outcome in Outcome if outcomes[outcome]]
    files = outcomes.total() - outcomes[Outcome.GONE]
    pace = f"; {rate(files / max(seconds, 0.001))}" if files else ""
    typer.echo(f"{project}: {', '.join(parts) or 'no photo or video'}{pace}")
    if outcomes[Outcome.FAILED_BEFORE]:
        typer.echo(f"  `tinyface project failed {project}` says why; --retry tries them again.")
    if outcomes[Outcome.SEARCHED] and not can_compare():
        typer.echo("  Re-encoded and resized copies are told only with imagehash: pip install imagehash")
