"""Searches photos and videos for a redaction.

A few frames per second of a video are searched as a whole. Some more are searched only near the tracks found in these,
and for large faces. Through the remaining frames, faces are followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tinyface_core.file_state import FileState
from tinyface_core.media.sources import is_video, read_frame, read_frames
from tinyface_core.media.step import frames_left
from tinyface_core.media.video import Video
from tinyface_core.redaction.moments import Moments
from tinyface_core.redaction.order import Order, Schedule
from tinyface_core.redaction.sureness import linked, worth_covering, worth_linking
from tinyface_core.search.following import followed_and_kept
from tinyface_core.search.journal import SearchJournal, followed_journal_of, identity_of, journal_of
from tinyface_core.search.pipeline import Concurrency, Ended, Searched, run_pipeline, searches_at_once
from tinyface_core.tracks import tracks_of
from tinyface_core.types import CancelToken, FindResult, Frame, KnownFinder, Progress, no_progress, stop_if_asked


def search(
    path: Path,
    target: Path,
    finder: KnownFinder,
    order: Order,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
    turn: int = 0,
) -> Iterator[FindResult]:
    """Search a photo, or the frames of a video, whose faces are linked into tracks; results come in order.

    Args:
        path: the original.
        target: the copy that will be written. The journals of the search of a video are beside it until the copy is
            written, so that an interrupted search can be resumed.
        finder: searches the frames. If its settings have a focus, no frame of a video is searched as a whole.
        order: minimum score and searched frames.
        cancel: checked at each frame.
        progress: called as `progress("search", done, total)`; of what an interrupted search has left with "read", and
            before faces are linked, which takes its time in a crowd, with "link" and no numbers.
        turn: clockwise rotation of a photo in degrees.

    Raises:
        MediaError: if the file cannot be read, or was changed while it was searched.
        OSError: if the journal cannot be written.
    """
    state = FileState.if_there(path)
    if not is_video(path):
        result = finder.find(read_frame(path, None, turn), cancel)
        yield replace(result, faces=worth_covering(result.faces, order.least_score), file=state)
        return
    with Video(path) as video:
        schedule, frames = order.schedule(video.fps), video.frame_estimate
    if finder.settings.focus:
        schedule = replace(schedule, whole=schedule.step)
    steps = {"every": schedule.step, "whole": schedule.whole}
    about = identity_of(path.resolve(), finder, **steps, least_score=order.least_score)
    with SearchJournal(journal_of(target), about) as kept:
        total = -(-frames // schedule.step)
        results = _VideoSearch(path, total, kept, finder, order, schedule, cancel, progress).run()
    progress("link", 0, 0)
    results = [replace(result, every=schedule.step, file=state) for result in results]
    results = linked(results, order.least_score, cancel)
    with SearchJournal(followed_journal_of(target), about) as kept:
        yield from followed_and_kept(path, results, kept, kept.earlier(), cancel, progress)


@dataclass(frozen=True, slots=True)
class _VideoSearch:
    """One or two passes over a video: frames searched as a whole, then all searched frames; the journal has both.

    Results are read from there once a pass is over: small arrays that stay among the large ones of a search keep memory
    from being used again.
    """

    path: Path
    total: int
    kept: SearchJournal
    finder: KnownFinder
    order: Order
    schedule: Schedule
    cancel: CancelToken | None
    progress: Progress
    searched: set[int | None] = field(default_factory=set)

    def _earlier(self) -> Iterator[FindResult]:
        for done, result in enumerate(self.kept.earlier(), 1):
            self.progress("read", min(done, self.total), self.total)
            self.searched.add(result.index)
            yield result

    def run(self) -> list[FindResult]:
        """The results of all searched frames, in order, not linked."""
        step, whole = self.schedule.step, self.schedule.whole
        first, second = _passes(self._earlier())
        if not second:
            first = self._search(first, whole, lambda frame: self.finder.find(frame, self.cancel))
        if whole == step:
            return first
        known = {result.index: result for result in first}
        self.progress("link", 0, 0)
        tracks = linked(first, self.order.least_score, self.cancel)
        moments = Moments(tracks_of(tracks), tracks, self.order.lead)

        def find(frame: Frame) -> FindResult:
            if (result := known.get(frame.index)) is not None:
                # Whether there is a cut depends on the frame read before.
                return replace(result, cut=frame.cut, remarks=frame.remarks)
            if frame.cut:
                return self.finder.find(frame, self.cancel)
            found = self.finder.find(frame, self.cancel, expected=moments.boxes(frame.seconds or 0.0))
            return replace(found, near=True)

        return self._search(second, step, find)

    def _search(
        self, results: Sequence[FindResult], step: int, find: Callable[[Frame], FindResult]
    ) -> list[FindResult]:
        """Search the frames behind those of `results`; returns the results of the last pass in the journal."""
        before = range((results[-1].index or 0) + 1 if results else 0)

        def store(part: Searched[Path] | Ended[Path]) -> None:
            if isinstance(part, Ended):
                if part.error is not None:
                    raise part.error
                return
            faces = worth_linking(part.result.faces, self.order.least_score)
            self.kept.add(replace(part.result, faces=faces, timings={}))
            self.searched.add(part.frame.index)
            done = len(self.searched)
            self.progress("search", min(done, self.total or done), self.total or done)

        def find_in(_path: Path, frame: Frame) -> FindResult:
            stop_if_asked(self.cancel)
            return find(frame)

        def frames(path: Path) -> Iterator[Frame]:
            return frames_left(lambda start: read_frames(path, step, self.cancel, start), step, before)

        run_pipeline([self.path], frames, find_in, store, Concurrency(searches_at_once(self.finder.settings)))
        first, second = _passes(self.kept.earlier())
        return second or first


def _passes(results: Iterable[FindResult]) -> tuple[list[FindResult], list[FindResult]]:
    """The results of the first pass over a video and those of the second, which starts at a lower frame number."""
    passes: tuple[list[FindResult], list[FindResult]] = [], []
    for result in results:
        is_second = passes[1] or (passes[0] and (result.index or 0) <= (passes[0][-1].index or 0))
        passes[bool(is_second)].append(result)
    return passes
