"""`tinyface find`: finds faces in photos, videos and folders."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures
from tinyface_core.commands.options import COMPARED, Methods, MinScore, MinSize, OutputFolder, searches, split_names
from tinyface_core.commands.progress import shown_progress
from tinyface_core.commands.writing import WRITTEN, Writer, load_writers
from tinyface_core.files import check_writable
from tinyface_core.memory import peak_memory_megabytes
from tinyface_core.names import shown
from tinyface_core.search.pipeline import Ended, Searched, run_pipeline, searches_at_once
from tinyface_core.stopwatch import Stopwatch
from tinyface_core.types import (
    LEAST_SHOWN,
    SAMPLED,
    TRACKED,
    FileState,
    Origin,
    Progress,
    SearchSettings,
    Step,
    UserError,
)

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
        if resume:
            raise UserError("Give --repeat or --resume, not both.")
        files = _repeated(repeat)
    elif photos:
        step = replace(TRACKED if tracks else SAMPLED, every=every)
        files = _listed(photos, settings, min_score, min_size, step, failures)
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
    with ThreadPoolExecutor(1) as other:
        loading = other.submit(_Finders, files[0].settings)
        writers = load_writers(list(names), methods, settings)
        finders = loading.result()
    with shown_progress() as progress:
        results = _Results(output, finders.first, resume, [*names, methods])
        writer = _Writer(output, writers, len(files), timings, progress, failures, results)

        stop = threading.Event()
        # One search at a time if stages are timed, or if settings may change from file to file.
        at_once = 1 if timings or repeat else searches_at_once(finders.first.settings)

        def search(file: _File, frame: Frame) -> FindResult:
            result = finders.of(file).find(frame, stop, progress if single else None)
            return replace(result, file=results.states.get(file.name))

        run_pipeline(files, results.frames, search, writer.store, at_once=at_once, stop=stop)
        for file in files:
            if file.linked and results.keeps(file):
                _complete(file, _results_file(output, file), finders.of(file), progress)
                results.forget(file)
    if timings:
        typer.echo(f"peak memory: {peak_memory_megabytes():.0f} MB")
    failures.end(total)


@dataclass(frozen=True)
class _File:
    """A photo or video, how it is searched, and the name of its outputs.

    Attributes:
        step: between the searched frames of a video.
        indices: of those that were searched earlier and are searched again.
        weights: required weights by role, from an earlier result.
        linked: whether faces are linked into tracks.
        turn: clockwise rotation before the search, in degrees.
    """

    path: Path
    name: str
    settings: SearchSettings
    min_score: float
    min_size: float
    step: Step = SAMPLED
    indices: tuple[int, ...] | None = None
    weights: dict[str, str] = field(default_factory=dict)
    linked: bool = False
    turn: int = 0

    @property
    def is_video(self) -> bool:
        from tinyface_core.media.sources import is_video

        return is_video(self.path)

    @property
    def has_frames(self) -> bool:
        from tinyface_core.media.sources import has_frames

        return has_frames(self.path)

    def frames(self, start: int = 0) -> Iterator[Frame]:
        """Frames to search, from frame number `start`."""
        from tinyface_core.media.sources import open_frames, read_frames
        from tinyface_core.media.turning import turned_frame

        chosen, step = self.indices, self.step.every
        if chosen is None:
            yield from (turned_frame(frame, self.turn) for frame in read_frames(self.path, self.step, start=start))
        elif step and not any(index % step for index in chosen):
            wanted = frozenset(chosen)
            for frame in read_frames(self.path, step):
                if frame.index in wanted:
                    yield turned_frame(frame, self.turn)
                if frame.index == chosen[-1]:
                    return
        else:
            with open_frames(self.path) as frames:
                yield from (turned_frame(frames.frame(index), self.turn) for index in chosen)


def _listed(
    photos: Sequence[Path],
    settings: SearchSettings,
    min_score: float,
    min_size: float,
    step: Step,
    failures: Failures,
) -> list[_File]:
    from tinyface_core.export.naming import unique_names
    from tinyface_core.media.sources import list_media

    paths = list(list_media(photos, failed=failures.add))
    names = unique_names([path.stem for path in paths])
    return [_File(path, name, settings, min_score, min_size, step) for path, name in zip(paths, names, strict=True)]


def _repeated(path: Path) -> list[_File]:
    """The files of earlier results, with their settings; frames of one video are combined."""
    from tinyface_core.export.naming import unique_names
    from tinyface_core.results import read_saved

    found: list[tuple[_File, list[int]]] = []
    linked = set[str]()
    for result, _ in read_saved(path):
        if not result.is_searched:
            continue
        if (result.faces.tracks >= 0).any():
            linked.add(result.source)
        file = _File(
            Path(result.source),
            Path(result.source).stem,
            result.settings,
            result.min_score,
            result.min_size,
            Step(result.every) if result.every else SAMPLED,
            weights=result.weights,
            turn=result.turn,
        )
        if result.index is None or not found or found[-1][0] != file:
            found.append((file, []))
        if result.index is not None:
            found[-1][1].append(result.index)
    files = [replace(file, indices=tuple(few) or None, linked=str(file.path) in linked) for file, few in found]
    names = unique_names([file.name for file in files])
    return [replace(file, name=name) for file, name in zip(files, names, strict=True)]


class _Finders:
    """Gives the finder for each file, reusing the last one if the settings are the same."""

    def __init__(self, first: SearchSettings) -> None:
        self._settings, self._finder = first, self._build(first)
        self.first = self._finder

    def of(self, file: _File) -> FaceFinder:
        """The finder for this file.

        Raises:
            UserError: if the weights differ from those that the file requires.
        """
        if file.settings != self._settings:
            self._settings, self._finder = file.settings, self._build(file.settings)
        for role, weights in file.weights.items():
            if self._finder.weights.get(role) != weights:
                raise UserError(
                    f"{file.path} was searched with the weights {weights}, which are not installed: search it anew."
                )
        return self._finder

    @staticmethod
    def _build(settings: SearchSettings) -> FaceFinder:
        from tinyface_core.search.finder import build_finder

        finder = build_finder(settings)
        finder.warm_up()
        return finder


class _Results:
    """What was found in files, also by an interrupted search of a video with the same settings, weights and thresholds.

    With `resume` also by a finished one. What is found in a video is kept frame by frame until its results are written;
    if its faces are linked, until they were looked for again and followed too.
    """

    def __init__(self, output: Path, finder: FaceFinder, resume: bool, written: Sequence[str]) -> None:
        """`written` tells what else is written of each frame: a search with less of it is another one."""
        self._output, self._finder, self.resume, self._others = output, finder, resume, written
        self._found: dict[str, dict[int | None, FindResult]] = {}
        self.states: dict[str, FileState] = {}
        """Of the files by name, each from before it is searched."""
        self._kept: dict[str, SearchJournal] = {}
        self._unwritten = set[str]()

    def frames(self, file: _File) -> Iterator[Frame]:
        """The frames of a file that are still to be searched."""
        with suppress(OSError):  # where it cannot be read either, reading tells
            self.states[file.name] = FileState.of(file.path)
        finished = self._finished(file) if self.resume else {}
        done = self._found[file.name] = finished | self._interrupted(file)
        if not done:
            yield from file.frames()
        elif None not in done:
            searched = frozenset(done)
            step = file.step.frames(_timing(file.path)[0]) if file.is_video else 1
            start = next(number for number in count(0, step) if number not in searched)
            # The previous frame is read too, to detect a cut.
            frames = file.frames(max(start - step, 0))
            yield from (frame for frame in frames if frame.index not in searched)

    def add(self, file: _File, result: FindResult) -> None:
        """One more."""
        self._found[file.name][result.index] = result
        self._unwritten.add(file.name)
        if result.index is not None:
            if file.name not in self._kept:
                self._kept[file.name] = self._keep(file)
            self._kept[file.name].add(result)

    def end(self, file: _File) -> list[FindResult]:
        """All that was found in a file, in order; nothing if it is written already."""
        found = self._found.pop(file.name, {})
        return sorted(found.values(), key=lambda result: result.index or 0) if file.name in self._unwritten else []

    def keeps(self, file: _File) -> bool:
        """Whether something of a video is still to be done."""
        return file.name in self._kept

    def forget(self, file: _File) -> None:
        """What was found in a file is written."""
        if file.name in self._kept:
            self._kept.pop(file.name).close()
            self._kept_at(file).unlink()

    def _finished(self, file: _File) -> dict[int | None, FindResult]:
        from tinyface_core.results import ResultFileError, read_saved

        path, state = _results_file(self._output, file), self.states.get(file.name)
        found: dict[int | None, FindResult] = {}
        with suppress(OSError, ResultFileError):
            results = [result for result, _ in read_saved(path) if result.is_searched]
            is_older = state is None or path.stat().st_mtime_ns < state.modified
            if any(is_older if result.file is None else result.file != state for result in results):
                typer.echo(f"{shown(str(file.path))} is not the file that was searched before: it is searched again.")
                return found
            found = {result.index: result for result in results if self._is_same(file, result)}
            tracks = [track for result in found.values() for track in result.faces.tracks.tolist()]
            if file.linked and tracks and max(tracks) < 0:
                found = {}  # no tracks were wanted: faint faces, which only continue these, were left out
        return found

    def _interrupted(self, file: _File) -> dict[int | None, FindResult]:
        from tinyface_core.rendering import counted

        if not self._kept_at(file).exists():
            return {}
        self._kept[file.name] = kept = self._keep(file)
        if kept.results:
            self._unwritten.add(file.name)
            frames = counted(len(kept.results), "frame")
            typer.echo(f"{shown(str(file.path))}: goes on behind {frames} of an interrupted search.")
        return {result.index: result for result in kept.results}

    def _is_same(self, file: _File, result: FindResult) -> bool:
        mine = (str(file.path), self._finder.settings, self._finder.weights, file.min_score, file.min_size)
        return mine == (result.source, result.settings, result.weights, result.min_score, result.min_size)

    def _kept_at(self, file: _File) -> Path:
        from tinyface_core.search.journal import journal_of

        return journal_of(_results_file(self._output, file))

    def _keep(self, file: _File) -> SearchJournal:
        from tinyface_core.search.journal import SearchJournal, identity_of

        about = identity_of(
            file.path,
            self._finder,
            linked=file.linked,
            step=asdict(file.step),
            indices=file.indices,
            written=self._others,
            thresholds=[file.min_score, file.min_size],
        )
        return SearchJournal(self._kept_at(file), about)


@lru_cache(2)
def _timing(path: Path) -> tuple[float, int]:
    """Frames a second of a video, and about how many it has."""
    from tinyface_core.media.video import Video

    with Video(path) as video:
        return video.fps, video.frame_estimate


def _results_file(output: Path, file: _File) -> Path:
    return output / f"{file.name}-faces.json"


class _Writer:
    """Writes results, then prints them: whatever was printed is already saved."""

    def __init__(
        self,
        output: Path,
        writers: Mapping[str, Writer],
        total: int,
        timings: bool,
        progress: Progress,
        failures: Failures,
        results: _Results,
    ) -> None:
        self._output, self._writers, self._total = output, writers, total
        self._timings, self._progress, self._failures = timings, progress, failures
        self._results = results
        self._done = 0

    def store(self, part: Searched[_File] | Ended[_File]) -> None:
        """See `run_pipeline`."""
        if isinstance(part, Searched):
            if part.key.linked:
                from tinyface_core.linking import LEAST_SCORE

                self._results.add(part.key, _thresholded(part, LEAST_SCORE))
            else:
                self._write(part)
            if step := part.frame.every:
                done = (part.frame.index or 0) // step + 1
                self._progress("frames", done, max(-(-_timing(part.key.path)[1] // step), done))
            return
        results = self._results.end(part.key)
        if results:
            if results[-1].index is not None:  # also if the video was stopped or is damaged
                self._save(part.key, results)
                if not part.stopped and not part.key.linked:
                    self._results.forget(part.key)
            typer.echo(f"  {_results_file(self._output, part.key)}")
        elif self._results.resume and part.error is None:
            typer.echo(f"{shown(str(part.key.path))} was searched before.")
        if part.error is not None:
            self._failures.add(part.key.path, part.error)
        self._done += 1
        self._progress("files", self._done, self._total)

    def _save(self, file: _File, results: list[FindResult]) -> None:
        from tinyface_core.results import write_results

        if file.linked:
            from tinyface_core.linking import link

            results = link(results, file.min_score)
        write_results(_results_file(self._output, file), results)
        if file.linked:
            _tell_tracks(file, results)

    def _write(self, part: Searched[_File]) -> None:
        from tinyface_core.rendering import counted

        file, frame, watch = part.key, part.frame, Stopwatch()
        result = _thresholded(part)
        faces = result.faces
        stem = self._output / (file.name if frame.index is None else f"{file.name}-{frame.index:06}")
        written: list[Path] = []
        for stage, write in self._writers.items():
            with watch.measure(stage):
                path = write(frame, result, stem)
            written += [] if path is None else [path]
        self._results.add(file, result)
        if frame.index is None:
            self._save(file, [result])
        moment = _moment(frame)
        typer.echo(
            f"{shown(str(file.path))}{moment}: {counted(len(faces), 'face')}; {result.refined} of {result.candidates} "
            "candidates went through the second stage."
        )
        if not len(faces) and not file.settings.turned:
            typer.echo("  If the picture may lie on its side or head, --turned searches it turned as well.")
        for line in (*result.remarks, *map(str, written)):
            typer.echo(f"  {shown(line)}")
        if self._timings:
            stages = (result.timings | watch.timings).items()
            typer.echo("  " + ", ".join(f"{stage} {seconds * 1000:.0f} ms" for stage, seconds in stages))


def _moment(frame: Frame) -> str:
    """Text with the frame number, or the page number from 1."""
    if frame.index is None:
        return ""
    return f", page {frame.index + 1}" if frame.seconds is None else f", frame {frame.index}"


def _thresholded(part: Searched[_File], least_score: float = 1.0) -> FindResult:
    """The result with thresholds applied; faces down to `least_score` are kept, too."""
    from tinyface_core.search.finder import visible

    file = part.key
    faces = visible(part.result.faces, min(file.min_score, least_score), file.min_size)
    return replace(part.result, faces=faces, min_score=file.min_score, min_size=file.min_size)


def _complete(file: _File, path: Path, finder: FaceFinder, progress: Progress) -> None:
    """Look again at gaps and ends of the tracks of a video, follow them between, and update its results file."""
    from tinyface_core.media.video import Video
    from tinyface_core.rendering import counted
    from tinyface_core.results import ResultFileError, read_saved, write_results
    from tinyface_core.search.following import followed_in
    from tinyface_core.search.second_pass import look_again

    try:
        first = [result for result, _ in read_saved(path) if result.is_searched]
    except ResultFileError:  # the video could not be searched, which was already reported
        return
    with Video(file.path) as video:

        def frame_at(number: int) -> Frame:
            progress("look again", number, max(video.frame_estimate, number))
            return video.frame(number)

        second = look_again(first, finder, frame_at)
        progress("look again", video.frame_estimate, video.frame_estimate)
    before, after = (sum(int((r.faces.origins == Origin.FOUND).sum()) for r in results) for results in (first, second))
    frames = Counter[bool]()

    def whole() -> Iterator[FindResult]:
        for result in followed_in(file.path, second, progress=progress):
            frames[result.is_searched] += 1
            yield result

    write_results(path, whole())
    typer.echo(f"  A second look at gaps and ends of tracks found {counted(after - before, 'face')} more.")
    if between := frames[False]:
        typer.echo(f"  Faces were followed through {counted(between, 'frame')} between the searched ones.")


def _tell_tracks(file: _File, results: Sequence[FindResult]) -> None:
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
