"""`tinyface scan`: folders of any size into a project, again and again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import MinScore, MinSize, OutputFolder, searches, split_names
from tinyface_core.commands.progress import rate, shown_progress
from tinyface_core.types import SearchSettings

if TYPE_CHECKING:
    from collections import Counter

    from tinyface_core.search.scan import Outcome


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
    min_score: MinScore = 0.4,
    min_size: MinSize = 0,
    every: Annotated[int, typer.Option(help="Search every n-th frame of a video.", min=1)] = 30,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try files again that failed before and have not changed since.")
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
    from tinyface_core.search.scan import Observer, ScanOrder
    from tinyface_core.search.scan import scan as scan_into

    names = split_names(write)
    writing = Writing(names, output, min_score, min_size, settings)
    if names:
        check_writable(output)
    finder = build_finder(settings)
    if not project.exists():
        Project.create(project).close()
    failures, began = Failures(), time.monotonic()
    with Project.open(project) as opened, shown_progress() as progress:

        class Shown(Observer):
            searched = staticmethod(writing.write)
            failed = staticmethod(failures.add)

            def counted(self, done: int, total: int) -> None:
                progress("files", done, total)

        outcomes = scan_into(opened, ScanOrder(photos, every, retry), finder.find, Shown())
        _tell(project, outcomes, time.monotonic() - began)
    failures.end(outcomes.total())


def _tell(project: Path, outcomes: Counter[Outcome], seconds: float) -> None:
    from tinyface_core.project.likeness import can_compare
    from tinyface_core.search.scan import Outcome

    parts = [f"{outcome} {outcomes[outcome]:,}" for outcome in Outcome if outcomes[outcome]]
    files = outcomes.total() - outcomes[Outcome.GONE]
    typer.echo(f"{project}: {', '.join(parts) or 'nothing to search'}; {rate(files / seconds)}")
    if outcomes[Outcome.FAILED_BEFORE]:
        typer.echo(f"  `tinyface project failed {project}` says why; --retry tries them again.")
    if outcomes[Outcome.SEARCHED] and not can_compare():
        typer.echo("  Re-encoded and resized copies are told only with imagehash: pip install imagehash")
