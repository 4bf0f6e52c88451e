"""The results of `tinyface find`: found now, or reused from an earlier search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tinyface_core.commands.find_files import SearchedFile, timing
from tinyface_core.file_state import FileState
from tinyface_core.media.step import frames_left
from tinyface_core.names import shown

if TYPE_CHECKING:
    from tinyface_core.search.finder import FaceFinder
    from tinyface_core.search.journal import SearchJournal
    from tinyface_core.types import FindResult, Frame


class FoundResults:
    """The results of all files; those of an interrupted search with the same settings and weights are reused.

    With `resume` those of a finished search are reused, too. Results of a video are kept in a journal until its results
    file is complete: if faces are linked, also with the second look and the faces that were followed.
    """

    def __init__(self, output: Path, finder: FaceFinder, resume: bool, outputs: Sequence[str]) -> None:
        """`outputs` names what else is written; an interrupted search with other outputs is not reused."""
        self._output, self._finder, self.resume, self._outputs = output, finder, resume, outputs
        self._found: dict[str, dict[int | None, FindResult]] = {}
        self.states: dict[str, FileState] = {}
        """Of the files by name, each from before it is searched."""
        self._kept: dict[str, SearchJournal] = {}
        self._aside: dict[str, dict[int | None, FindResult]] = {}
        self._unwritten = set[str]()

    def frames(self, file: SearchedFile) -> Iterator[Frame]:
        """The frames of a file that are still to be searched."""
        with suppress(OSError):  # reading the file reports such an error
            self.states[file.name] = FileState.of(file.path)
        finished = self._finished(file) if self.resume else {}
        done = self._found[file.name] = finished | self._interrupted(file)
        self._aside[file.name] = self._put_aside(file)
        if not done:
            yield from file.frames()
        elif None not in done:
            step = file.step.frames(timing(file.path)[0]) if file.is_video else 1
            yield from frames_left(file.frames, step, frozenset(done))

    def known(self, file: SearchedFile, frame: Frame) -> FindResult | None:
        """The result of a frame that was found, and put aside, when an earlier search was interrupted."""
        return self._aside.get(file.name, {}).get(frame.index)

    def put_aside(self, file: SearchedFile, result: FindResult) -> None:
        """Keep the result of a frame of which nothing is written, as the search is interrupted."""
        self._aside[file.name][result.index] = result

    def add(self, file: SearchedFile, result: FindResult) -> None:
        """Add the result of a frame."""
        self._found[file.name][result.index] = result
        self._aside[file.name].pop(result.index, None)
        self._unwritten.add(file.name)
        if result.index is not None:
            if file.name not in self._kept:
                self._kept[file.name] = self._keep(file, self._kept_at(file))
            self._kept[file.name].add(result)

    def end(self, file: SearchedFile) -> list[FindResult]:
        """The results of a file in order; empty if all of them were reused from a results file."""
        from tinyface_core.results import write_results

        found, aside = self._found.pop(file.name, {}), self._aside.pop(file.name, {})
        if aside:
            with suppress(OSError):  # else they are searched again
                write_results(self._aside_at(file), aside.values())
        return sorted(found.values(), key=lambda result: result.index or 0) if file.name in self._unwritten else []

    def forget(self, file: SearchedFile) -> None:
        """Delete what was kept of a file, whose results file is complete."""
        from tinyface_core.search.journal import forget_search

        if file.name in self._kept:
            self._kept.pop(file.name).close()
            forget_search(file.results_path(self._output))
        self._aside_at(file).unlink(missing_ok=True)

    def followed(self, file: SearchedFile) -> SearchJournal:
        """A journal of what comes after the search of a video: its second look, and the faces that were followed."""
        from tinyface_core.search.journal import followed_journal_of

        return self._keep(file, followed_journal_of(file.results_path(self._output)))

    def _finished(self, file: SearchedFile) -> dict[int | None, FindResult]:
        from tinyface_core.results import ResultFileError, read_saved

        path, state = file.results_path(self._output), self.states.get(file.name)
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

    def _interrupted(self, file: SearchedFile) -> dict[int | None, FindResult]:
        from tinyface_core.rendering import counted

        if not self._kept_at(file).exists():
            return {}
        self._kept[file.name] = kept = self._keep(file, self._kept_at(file))
        found = {result.index: result for result in kept.earlier()}
        if found:
            self._unwritten.add(file.name)
            frames = counted(len(found), "frame")
            typer.echo(f"{shown(str(file.path))}: goes on behind {frames} of an interrupted search.")
        return found

    def _put_aside(self, file: SearchedFile) -> dict[int | None, FindResult]:
        from tinyface_core.results import ResultFileError, read_saved

        with suppress(OSError, ResultFileError):
            results = [result for result, _ in read_saved(self._aside_at(file)) if self._is_same(file, result)]
            return {result.index: result for result in results if result.file == self.states.get(file.name)}
        return {}

    def _is_same(self, file: SearchedFile, result: FindResult) -> bool:
        mine = (str(file.path), self._finder.settings, self._finder.weights, file.min_score, file.min_size)
        return mine == (result.source, result.settings, result.weights, result.min_score, result.min_size)

    def _kept_at(self, file: SearchedFile) -> Path:
        from tinyface_core.search.journal import journal_of

        return journal_of(file.results_path(self._output))

    def _aside_at(self, file: SearchedFile) -> Path:
        path = file.results_path(self._output)
        return path.with_stem(f"{path.stem}-unwritten")

    def _keep(self, file: SearchedFile, path: Path) -> SearchJournal:
        from tinyface_core.search.journal import SearchJournal, identity_of

        about = identity_of(
            file.path,
            self._finder,
            linked=file.linked,
            step=asdict(file.step),
            indices=file.indices,
            written=self._outputs,
            thresholds=[file.min_score, file.min_size],
        )
        return SearchJournal(path, about)
