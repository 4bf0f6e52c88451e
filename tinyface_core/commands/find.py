"""`tinyface find`: finds faces in photos, videos and folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib import import_module
from itertools import islice
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.find_files import Finders, SearchedFile, listed_files, repeated_files, timing
from tinyface_core.commands.find_results import FoundResults
from tinyface_core.commands.options import COMPARED, Methods, MinScore, MinSize, OutputFolder, searches, split_names
from tinyface_core.commands.progress import shown_progress
from tinyface_core.commands.stopping import going_on
from tinyface_core.commands.writing import WRITTEN, Writer, load_writers
from tinyface_core.files import check_writable
from tinyface_core.media.step import SAMPLED, TRACKED
from tinyface_core.memory import peak_memory_megabytes
from tinyface_core.names import place_in_file, shown
from tinyface_core.search.pipeline import Concurrency, Ended, Searched, run_pipeline, searches_at_once
from tinyface_core.search_settings import LEAST_SHOWN, Effort, SearchSettings
from tinyface_core.stopwatch import Stopwatch
from tinyface_core.types import Cancelled, Origin, Progress, UserError, no_progress

if TYPE_CHECKING:
    from tinyface_core.search.finder import FaceFinder
    from tinyface_core.search.journal import SearchJournal
    from tinyface_core.types import FindResult, Frame


@searches
def find(
    photos: Annotated[list[Path] | None, typer.Argument(help="Photos, videos, or folders of them.")] = None,
    output: OutputFolder = Path("output"),
    min_score: MinScore = LEAST_SHOWN,
    min_size: MinSize = 0,
    every: Annotated[
        int | None,
        typer.Option(
            help="Search every n-th frame of a video; without it about one a second is searched, with --tracks 8.",
            min=1,
        ),
    ] = None,
    tracks: Annotated[
        bool,
        typer.Option(
            "--tracks",
            help="Link the faces of a video over its frames, and follow them through those that are not searched; no "
            "pictures of frames are written.",
        ),
    ] = False,
    repeat: Annotated[
        Path | None, typer.Option(help="JSON of an earlier search: the same pictures are searched with its settings.")
    ] = None,
    write: Annotated[
        str, typer.Option(help=f"What is written of each picture beside the results: {WRITTEN}.")
    ] = "annotated",
    sheets: Annotated[
        bool | None, typer.Option(help="Whether comparison sheets are written; by default for a single photo.")
    ] = None,
    methods: Methods = COMPARED,
    resume: Annotated[
        bool, typer.Option("--resume", help="Leave out files that the same search has finished in the output folder.")
    ] = False,
    timings: Annotated[bool, typer.Option(help="Print seconds by stage and peak memory.")] = False,
    *,
    settings: SearchSettings,
) -> None:
    """Find the faces in photos and videos; write annotated pictures, JSON and comparison sheets."""
    failures = Failures()
    if repeat is not None:
        if resume or photos:
            raise UserError(f"Give --repeat or {'--resume' if resume else 'photos'}, not both.")
        if replace(settings, device="auto", backend="auto", precision="auto") != SearchSettings.of(Effort.BALANCED):
            raise UserError("--repeat searches with the settings in the file: leave out other options of the search.")
        files = repeated_files(repeat)
    elif photos:
        step = replace(TRACKED if tracks else SAMPLED, every=every)
        files = listed_files(photos, settings, min_score, min_size, step, failures)
    else:
        raise UserError("Name photos, videos or folders, or a file of results in --repeat.")
    total = len(files) + failures.count
    if not files:
        failures.end(total)
        return
    check_writable(output)
    if tracks:
        files = [replace(file, linked=file.is_video) for file in files]
    if any(file.linked for file in files):
        import_module("tinyface_core.linking")  # fails early if a requirement is missing
    single = len(files) == 1 and not files[0].has_frames
    names = dict.fromkeys(split_names(write))
    if single if sheets is None else sheets:
        names["sheets"] = None
    names.pop("json", None)  # results are always written
    stop = Event()
    with ThreadPoolExecutor(1) as other:
        loading = other.submit(Finders, files[0].settings)
        writers = load_writers(list(names), methods, settings, stop)
        finders = loading.result()
    begins_anew = single or (repeat is not None and len(files) > 1)
    way = "begins anew" if begins_anew else "goes on" if resume or len(files) == 1 else "with --resume goes on"
    with going_on(f"The same command {way}."), shown_progress() as progress:
        results = FoundResults(output, finders.first, resume, [*names, methods])
        writer = _Writer(output, writers, len(files), timings, progress, failures, results, stop)

        # One search at a time if stages are timed, or if settings may change from file to file.
        how = Concurrency(1 if timings or repeat else searches_at_once(finders.first.settings), stop=stop)

        def search(file: SearchedFile, frame: Frame) -> FindResult:
            result = results.known(file, frame)
            if result is None:
                result = finders.of(file).find(frame, stop, progress if single else no_progress)
            return replace(result, file=results.states.get(file.name))

        run_pipeline(files, results.frames, search, writer.store, how)
        for part in writer.linked:
            try:
                with results.followed(part.key) as kept:
                    _complete(part.key, part.key.results_path(output), finders.of(part.key), progress, kept)
                results.forget(part.key)
            except Exception as error:
                if part.error is None:  # else its search failed already, which was told
                    failures.add(part.key.path, error)
    if timings:
        typer.echo(f"peak memory: {peak_memory_megabytes():.0f} MB")
    failures.end(total)


@dataclass(slots=True)
class _Writer:
    """Writes results, then prints them: whatever was printed is already saved.

    Attributes:
        linked: videos whose tracks are saved, and are to be looked at again and followed.
    """

    output: Path
    writers: Mapping[str, Writer]
    total: int
    timings: bool
    progress: Progress
    failures: Failures
    results: FoundResults
    stop: Event
    done: int = 0
    linked: list[Ended[SearchedFile]] = field(default_factory=list)

    def store(self, part: Searched[SearchedFile] | Ended[SearchedFile]) -> None:
        """See `run_pipeline`."""
        if isinstance(part, Searched):
            from tinyface_core.search.finder import thresholded

            file = part.key
            if file.linked:
                from tinyface_core.linking import LEAST_SCORE

                self.results.add(file, thresholded(part.result, file.min_score, file.min_size, LEAST_SCORE))
            else:
                result = thresholded(part.result, file.min_score, file.min_size)
                try:
                    self._write(file, part.frame, result)
                except Cancelled:  # interrupted; writing pictures would take too long
                    self.results.put_aside(file, result)
                    return
            if step := part.frame.every:
                done = (part.frame.index or 0) // step + 1
                self.progress("frames", done, max(-(-timing(part.key.path)[1] // step), done))
            return
        results = self.results.end(part.key)
        is_whole = part.error is None and not part.stopped and not self.stop.is_set()
        if results:
            if results[-1].index is not None:  # also if the video was stopped or is damaged
                self._save(part.key, results)
            if part.key.linked:
                self.linked.append(part)
            elif is_whole:
                self.results.forget(part.key)
            typer.echo(f"  {part.key.results_path(self.output)}")
        elif self.results.resume and is_whole:
            typer.echo(f"{shown(str(part.key.path))} was searched before.")
        if part.error is not None:
            self.failures.add(part.key.path, part.error)
        self.done += 1
        self.progress("files", self.done, self.total)

    def _save(self, file: SearchedFile, results: list[FindResult]) -> None:
        from tinyface_core.results import write_results

        if file.linked:
            from tinyface_core.linking import link

            results = link(results, file.min_score)
        write_results(file.results_path(self.output), results)
        if file.linked:
            _tell_tracks(file, results)

    def _write(self, file: SearchedFile, frame: Frame, result: FindResult) -> None:
        from tinyface_core.rendering import counted

        faces, watch = result.faces, Stopwatch()
        stem = self.output / (file.name if frame.index is None else f"{file.name}-{frame.index:06}")
        written: list[Path] = []
        for stage, write in self.writers.items():
            with watch.measure(stage):
                path = write(frame, result, stem)
            written += [] if path is None else [path]
        if frame.index is None:
            self._save(file, [result])
        self.results.add(file, result)
        name = ", ".join(filter(None, [shown(str(file.path)), place_in_file(frame.index, frame.seconds)]))
        typer.echo(
            f"{name}: {counted(len(faces), 'face')}; {result.refined} of {result.candidates} "
            "candidates went through the second stage."
        )
        if not len(faces) and not file.settings.turned:
            typer.echo("  If the picture may lie on its side or head, --turned searches it turned as well.")
        for line in (*result.remarks, *map(str, written)):
            typer.echo(f"  {shown(line)}")
        if self.timings:
            stages = (result.timings | watch.timings).items()
            typer.echo("  " + ", ".join(f"{stage} {seconds * 1000:.0f} ms" for stage, seconds in stages))


def _complete(file: SearchedFile, path: Path, finder: FaceFinder, progress: Progress, kept: SearchJournal) -> None:
    """Look again at gaps and ends of the tracks of a video, follow them between, and update its results file.

    What was done is kept in a journal, first what the second look found, and goes on behind it after an interruption.
    """
    from tinyface_core.rendering import counted
    from tinyface_core.results import read_saved, rounded, write_results
    from tinyface_core.search.following import followed_and_kept
    from tinyface_core.search.second_pass import look_again_in

    first = [result for result, _ in read_saved(path) if result.is_searched]
    earlier = kept.earlier()
    second = list(islice(earlier, len(first)))
    if (known := len(second)) < len(first):
        second = [rounded(result) for result in look_again_in(file.path, first, finder, progress=progress)]
        for result in second[known:]:
            kept.add(result)
    before, after = (sum(int((r.faces.origins == Origin.FOUND).sum()) for r in results) for results in (first, second))
    frames = Counter[bool]()

    def whole() -> Iterator[FindResult]:
        for result in followed_and_kept(file.path, second, kept, earlier, progress=progress):
            frames[result.is_searched] += 1
            yield result

    write_results(path, whole())
    typer.echo(f"  A second look at gaps and ends of tracks found {counted(after - before, 'face')} more.")
    if between := frames[False]:
        typer.echo(f"  Faces were followed through {counted(between, 'frame')} between the searched ones.")


def _tell_tracks(file: SearchedFile, results: Sequence[FindResult]) -> None:
    from tinyface_core.rendering import counted
    from tinyface_core.tracks import tracks_of

    tracks = tracks_of(results)
    typer.echo(f"{file.path}: {counted(len(tracks), 'track')} in {counted(len(results), 'frame')}.")
    for remark in dict.fromkeys(remark for result in results for remark in result.remarks):
        typer.echo(f"  {remark}")
    for track in tracks:
        filled = int((track.origins == Origin.FILLED).sum())
        typer.echo(
            f"  track {track.number + 1}: {track.seconds[0]:.2f} to {track.seconds[-1]:.2f} s, "
            f"{counted(len(track), 'frame')}, {filled} of them filled, best score {track.scores.max():.2f}"
        )
