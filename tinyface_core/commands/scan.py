"""`tinyface scan`: scans folders of any size into a project, incrementally."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import COMPARED, Methods, MinScore, MinSize, OutputFolder, searches, split_names
from tinyface_core.commands.progress import ShownProgress, rate, shown_progress
from tinyface_core.commands.stopping import apart, going_on
from tinyface_core.commands.writing import WRITTEN, Writing, load_writers
from tinyface_core.media.step import Step
from tinyface_core.search_settings import LEAST_SHOWN, SearchSettings
from tinyface_core.types import FindResult, Frame, UserError

if TYPE_CHECKING:
    from tinyface_core.pace import Advance
    from tinyface_core.project.scanned import Outcome
    from tinyface_core.search.scan import Observer, ScanOrder


@searches
def scan(
    photos: Annotated[
        list[str],
        typer.Argument(help="Folders of photos and videos, or single ones; with --parts also URLs."),
    ],
    project: Annotated[
        Path | None, typer.Option(help="The project file (*.tinyface); it is made if there is none.")
    ] = None,
    write: Annotated[
        str,
        typer.Option(
            help=f"What is written of each picture that is searched: {WRITTEN}; by default nothing but the project."
        ),
    ] = "",
    methods: Methods = COMPARED,
    output: OutputFolder = Path("output"),
    min_score: MinScore = LEAST_SHOWN,
    min_size: MinSize = 0,
    every: Annotated[
        int | None,
        typer.Option(help="Search every n-th frame of a video; without it about one a second is searched.", min=1),
    ] = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try files again that failed before and have not changed since.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Then wait for changes and search what is new, until it is interrupted.")
    ] = False,
    engine: Annotated[
        str, typer.Option(help="local, or ray: the cluster that Ray is connected to, else all of this machine.")
    ] = "local",
    parts: Annotated[
        Path | None,
        typer.Option(
            help="Where Ray's workers leave what they find, for `tinyface project import`, in place of a project."
        ),
    ] = None,
    *,
    settings: SearchSettings,
) -> None:
    """Search new and changed files of folders, and store the faces in a project; continues an interrupted scan.

    The thresholds apply to written files; the project stores all faces with a score of at least 0.1.
    """
    from tinyface_core.media.fetching import is_url
    from tinyface_core.search.scan import ScanOrder

    names = split_names(write)
    order = ScanOrder([photo if is_url(photo) else Path(photo) for photo in photos], Step(every), retry)
    if engine == "ray" and parts is not None and project is None and not names and not watch:
        _scan_by_ray(order, parts, settings)
    elif engine == "local" and project is not None and parts is None:
        if names and (around := next((path for path in map(Path, photos) if _lies_in(output, path)), None)):
            raise UserError(f"What is written to {output} would be scanned with {around}: name another --output.")
        stop = Event()
        writers = load_writers(names, methods, settings, stop).values()
        _scan_here(order, project, Writing(writers, output, min_score, min_size), watch, settings, stop)
    elif engine == "local" and parts is None:
        raise UserError("Name the project file that keeps the results, as in --project case.tinyface.")
    else:
        raise UserError("Name --project, or --engine ray with --parts alone: Ray's workers write nothing but parts.")


def _scan_here(
    order: ScanOrder, project: Path, writing: Writing, watch: bool, settings: SearchSettings, stop: Event
) -> None:
    from tinyface_core.project.scanned import Outcome
    from tinyface_core.project.store import Project
    from tinyface_core.search.finder import build_finder
    from tinyface_core.search.pipeline import Concurrency, searches_at_once
    from tinyface_core.search.resuming import ResumedSearch
    from tinyface_core.search.scan import NEWS, rounds, scan

    finder = build_finder(settings)
    if not project.exists():
        Project.create(project).close()
    failures = Failures()
    with Project.open(project) as opened, going_on("The same command goes on."), shown_progress() as progress:
        observer, outcomes = scan_observer(progress, failures, writing), Counter[Outcome]()
        following = rounds(order, watch, stop)
        try:
            while wanted := apart(lambda: next(following, None)):  # a watch would take every signal for Ctrl+C
                began, before = time.monotonic(), outcomes
                how = Concurrency(searches_at_once(finder.settings), stop=stop)
                with ResumedSearch(project, finder, stop) as search:
                    outcomes = scan(opened, wanted, search, observer, how=how)
                    search.forget()
                if not before or any(outcomes[outcome] for outcome in NEWS):
                    _tell(project, outcomes, time.monotonic() - began)
        finally:
            stop.set()
    failures.end(outcomes.total() - outcomes[Outcome.FAILED] + failures.count)  # folders can fail, too


def _scan_by_ray(order: ScanOrder, parts: Path, settings: SearchSettings) -> None:
    from tinyface_core.search.cluster import scan_into_parts

    failures = Failures()
    with shown_progress() as progress:
        began, observer = time.monotonic(), scan_observer(progress, failures)
        outcomes = scan_into_parts(order, parts, partial(search_by, settings), observer)
    _tell(parts, outcomes, time.monotonic() - began)
    failures.end(outcomes.total())


def search_by(settings: SearchSettings) -> Callable[[Frame], FindResult]:
    """The search function of a worker; loads the networks."""
    from tinyface_core.search.finder import build_finder

    return build_finder(settings).find


def scan_observer(progress: ShownProgress, failures: Failures, writing: Writing | None = None) -> Observer:
    """An observer that shows progress, reports failures and writes results."""
    from tinyface_core.search.scan import Observer

    told: set[str] = set()

    class Shown(Observer):
        def searched(self, frame: Frame, result: FindResult) -> None:
            if writing is not None:
                writing.write(frame, result)

        def counted(self, advance: Advance) -> None:
            progress.show("files", advance)

        def failed(self, path: Path, error: BaseException) -> None:
            if (sentence := f"{path} {error}") not in told:  # with --watch the same file may fail again
                told.add(sentence)
                failures.add(path, error)

    return Shown()


def _lies_in(path: Path, folder: Path) -> bool:
    return path.absolute().resolve().is_relative_to(folder.absolute().resolve())


def _tell(project: Path, outcomes: Counter[Outcome], seconds: float) -> None:
    from tinyface_core.project.likeness import can_compare
    from tinyface_core.project.scanned import Outcome

    parts = [f"{outcome} {outcomes[outcome]:,}" for outcome in Outcome if outcomes[outcome]]
    files = outcomes.total() - outcomes[Outcome.GONE]
    pace = f"; {rate(files / max(seconds, 0.001))}" if files else ""
    typer.echo(f"{project}: {', '.join(parts) or 'no photo or video'}{pace}")
    if outcomes[Outcome.MOVED]:
        typer.echo("  What was moved is known in its new place, with all that was said of it.")
    if outcomes[Outcome.FAILED_BEFORE]:
        typer.echo(f'  `tinyface project failed "{project}"` says why; --retry tries them again.')
    if outcomes[Outcome.SEARCHED] and not can_compare():
        typer.echo("  Re-encoded and resized copies are told only with imagehash: pip install imagehash")
