"""Scans folders into a project: what is new there or has changed is searched, each content once.

Files are listed, told apart and decoded ahead of the search, and stored behind it (see `run_pipeline`). All but the
first are stored many in one change, a second's worth at most, so a scan that is killed loses no more and goes on where
it was: what is in the project is not searched again, neither then nor by the next scan.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from threading import Event, Thread

from tinyface_core.failures import defect_sentence, has_no_room, user_sentence
from tinyface_core.files import NotRegularError
from tinyface_core.media.images import MediaError
from tinyface_core.media.shot import read_shot
from tinyface_core.media.sources import list_media, read_frames
from tinyface_core.pace import Advance
from tinyface_core.project.likeness import can_compare, perceptual_hash, prepare_hashing
from tinyface_core.project.records import ChangeError, ProjectError
from tinyface_core.project.relink import fingerprint
from tinyface_core.project.scanned import FAILED_ELSEWHERE, FoundFile, Outcome, ScannedFile, ScannedFiles, as_before
from tinyface_core.project.store import Project
from tinyface_core.search.pipeline import AHEAD, Ended, Searched, run_pipeline
from tinyface_core.search.tally import Tally
from tinyface_core.search.wanted import wanted_first
from tinyface_core.types import LEAST_KEPT, Cancelled, CancelToken, FindResult, Frame, UserError, stop_if_asked

SECONDS_BETWEEN_LOOKS = 600.0
"""Where a watch is told nothing, as on drives of other machines."""

SECONDS_TO_RETURN = 10.0
"""Between two looks for a folder that is not there."""

_SECONDS_BETWEEN_CHANGES = 1.0
_MOST_IN_A_CHANGE = 200
_COUNTED_AT_ONCE, _SECONDS_OF_REST = 200, 0.005


NEWS = frozenset(Outcome) - {Outcome.UNCHANGED, Outcome.FAILED_BEFORE}
"""What changes a project."""


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """What is to be scanned.

    Attributes:
        paths: photos, videos, and folders of them; where many machines scan, also URLs of object stores.
        every: step between frames of a video that are searched.
        retry: whether files that failed and have not changed since are tried again.
    """

    paths: Sequence[Path | str]
    every: int = 30
    retry: bool = False


class Observer:
    """Told how a scan goes, in its threads; does nothing, so that one need only do what it wants to."""

    def counted(self, advance: Advance) -> None:
        """A file is done, or passed over since it is as before."""

    def searched(self, frame: Frame, result: FindResult) -> None:
        """A frame was searched; its result has the faces that are kept."""

    def stored(self, change: Sequence[tuple[FoundFile, Outcome]]) -> None:
        """What was found out of these files is in the project."""

    def failed(self, path: Path, error: BaseException) -> None:
        """A file could not be searched, or a folder could not be read."""

    def wanted(self) -> Sequence[Path]:
        """Files of the scan that come first now; asked before each file, a new wish is another object."""
        return ()


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is not as the project knows it.

    Attributes:
        file: as it is now.
        sha256: of its content.
        needs_search: whether the project has not searched this content.
        error: why its content could not be read.
    """

    file: ScannedFile
    sha256: str = ""
    needs_search: bool = False
    error: Exception | None = None

    @property
    def path(self) -> Path:
        return Path(self.file.path)


def kept(result: FindResult, least_score: float = LEAST_KEPT) -> FindResult:
    """A search with the faces that are kept, by default those of a project."""
    return replace(result, faces=result.faces.take(result.faces.scores >= least_score), min_score=least_score)


def noted(found: FoundFile, frame: Frame, path: Path) -> FoundFile:
    """With what is noted beside its faces of a photo, which lies at this path; of pages the first stands for all."""
    if frame.seconds is not None or frame.index:
        return found
    likeness = perceptual_hash(frame.pixels) if can_compare() else None
    return replace(found, likeness=likeness, shot=read_shot(path))


def failed(found: FoundFile, error: BaseException) -> FoundFile:
    """A file that could not be searched, with the reason."""
    reason = user_sentence(error) or defect_sentence(error)
    return FoundFile(replace(found.file, reason=reason), found.sha256)


def scan(
    project: Project,
    order: ScanOrder,
    search: Callable[[Frame], FindResult],
    observer: Observer | None = None,
    cancel: CancelToken | None = None,
    ahead: int = AHEAD,
    at_once: int = 1,
    stop: Event | None = None,
) -> Counter[Outcome]:
    """Search what is new in files and folders and what has changed; verdicts stay with the faces that cover the old.

    Args:
        project: where everything goes.
        order: what is to be scanned.
        search: of a frame; runs in `at_once` threads.
        observer: told how it goes.
        cancel: asked between two files.
        ahead: see `run_pipeline`; with less, files that are wanted come sooner.
        at_once: see `run_pipeline`.
        stop: likewise.

    Returns:
        How many files there were by what was done with them.

    Raises:
        Cancelled, KeyboardInterrupt: what was searched till then is in the project.
        ProjectError: if the project cannot be written.
        OSError: if the disk is full to which the observer writes; the files that it could not write are not taken in.
        UserError: if another scan works on it.
    """
    with ScannedFiles(project).alone():
        return _Scan(project, order, search, observer or Observer(), cancel).run(ahead, at_once, stop)


def rounds(order: ScanOrder, watch: bool, cancel: CancelToken | None = None) -> Iterator[ScanOrder]:
    """What is to be scanned now; where it is watched, again whenever something changes there, until it is cancelled.

    A folder that vanished and came back, as a drive does that is mounted again, is watched anew.
    """
    yield order
    if not watch:
        return
    from watchfiles import watch as changes

    again = replace(order, retry=False)
    while cancel is None or not cancel.is_set():
        watched, looked = _there(order.paths), time.monotonic()
        yield again  # what changed while nobody watched
        patience = SECONDS_BETWEEN_LOOKS if len(watched) == len(order.paths) else SECONDS_TO_RETURN
        timeout = round(patience * 1000)
        for told in changes(
            *watched, stop_event=cancel, rust_timeout=timeout, yield_on_timeout=True, ignore_permission_denied=True
        ):
            if _there(order.paths) != watched:
                break
            if told or time.monotonic() - looked >= SECONDS_BETWEEN_LOOKS:
                looked = time.monotonic()
                yield again


def _there(paths: Sequence[Path | str]) -> dict[Path | str, tuple[int, int]]:
    """Those of these places that are there, with what tells each from another at the same place."""
    states = {}
    for path in paths:
        with suppress(OSError):
            state = os.stat(path)  # noqa: PTH116, URLs come here too
            states[path] = state.st_dev, state.st_ino
    return states


class _Scan:
    def __init__(
        self,
        project: Project,
        order: ScanOrder,
        search: Callable[[Frame], FindResult],
        observer: Observer,
        cancel: CancelToken | None,
    ) -> None:
        self._project, self._files = project, ScannedFiles(project)
        self._order, self._search, self._observer, self._cancel = order, search, observer, cancel
        self._paths = [Path(os.path.abspath(path)) for path in order.paths]  # noqa: PTH100, it takes ".." out
        self._unread: set[Path] = set()
        self._stopped = False
        # Contents and files on their way through the pipeline, which the project does not have yet.
        self._under_way: set[str] = set()
        self._current: FoundFile | None = None
        self._waiting: list[FoundFile] = []
        self._writer = ThreadPoolExecutor(1, "writing")
        self._written: Future[None] = Future()
        self._written.set_result(None)
        self._changed = float("-inf")  # the first file is stored at once: somebody may wait for it
        self._tally = Tally(observer.counted)

    def run(self, ahead: int, at_once: int, stop: Event | None) -> Counter[Outcome]:
        counting = Thread(target=self._tally.list, args=(self._listed(),), name="counting", daemon=True)
        counting.start()
        try:
            run_pipeline(
                self._changed_files(),
                self._frames,
                lambda _key, frame: self._search(frame),
                self._store,
                ahead,
                at_once,
                stop,
            )
        finally:
            self._stopped = True
            counting.join()
            with self._writer:
                self._hand_over()
                self._written.result()
        self._tally.outcomes[Outcome.GONE] = self._forget_gone()
        return self._tally.outcomes

    # -- listing, in the thread that decodes --------------------------------------------------------------

    def _changed_files(self) -> Iterator[_File]:
        listed = list_media(self._paths, self._cancel, self._could_not_list)
        for path in wanted_first(listed, self._observer.wanted, self._is_left):
            if self._stopped:
                return
            began, key = time.monotonic(), self._looked_at(path)
            if isinstance(key, Outcome):
                self._tally.passed(key, time.monotonic() - began)
            else:
                yield key
                prepare_hashing()  # while the first file is searched

    def _is_left(self, path: Path) -> bool:
        return str(path) not in self._under_way and self._files.known(str(path)) is None

    def _looked_at(self, path: Path) -> _File | Outcome:
        """The file, if there is something to do with it; else what it is."""
        file = ScannedFile.at(path)
        known = self._files.known(file.path)
        if (before := as_before(known, file, self._order.retry)) is not None:
            return before
        if known is not None:
            self._tally.change()
        try:
            sha256, _ = fingerprint(path)
        except (NotRegularError, OSError) as error:
            return _File(file, error=error)
        needs_search = self._files.needs_search(file.path, sha256, self._under_way)
        self._under_way.update((file.path, sha256) if needs_search else (file.path,))
        return _File(file, sha256, needs_search)

    def _could_not_list(self, path: Path, error: MediaError) -> None:
        self._unread.add(path)
        self._observer.failed(path, error)

    def _frames(self, key: _File) -> Iterable[Frame]:
        if key.error is not None:
            raise key.error
        return read_frames(key.path, self._order.every, self._cancel) if key.needs_search else ()

    # -- storing, in a thread of its own ------------------------------------------------------------------

    def _store(self, part: Searched[_File] | Ended[_File]) -> None:
        found = self._current or FoundFile(part.key.file, part.key.sha256, () if part.key.needs_search else None)
        if isinstance(part, Searched):
            result = kept(part.result)
            self._observer.searched(part.frame, result)
            found = replace(found, results=(*(found.results or ()), result))
            self._current = noted(found, part.frame, part.key.path)
            return
        self._current = None
        if part.stopped or isinstance(part.error, Cancelled):
            return
        if part.error is not None:
            if isinstance(part.error, ProjectError) or has_no_room(part.error):
                raise part.error  # of the project, or of what is written beside it, not of this file
            found = self._failed(found, part.error)
        self._waiting.append(found)
        if len(self._waiting) >= _MOST_IN_A_CHANGE or time.monotonic() - self._changed >= _SECONDS_BETWEEN_CHANGES:
            self._hand_over()

    def _failed(self, found: FoundFile, error: BaseException) -> FoundFile:
        self._observer.failed(Path(found.file.path), error)
        return failed(found, error)

    def _hand_over(self) -> None:
        """Have what waits written while more is found; one change is on its way at most."""
        self._written.result()
        self._written = self._writer.submit(self._write, self._waiting)
        self._waiting, self._changed = [], time.monotonic()

    def _write(self, waiting: Sequence[FoundFile]) -> None:
        """Store these in one change; what the project refuses fails, and the rest is stored."""
        try:
            outcomes = self._write_together(waiting)
        except (ChangeError, ValueError):
            outcomes = [self._write_alone(found) for found in waiting]
        self._under_way.difference_update(name for found in waiting for name in (found.file.path, found.sha256))
        for found, outcome in zip(waiting, outcomes, strict=True):
            if outcome is Outcome.FAILED and not found.file.reason:
                self._observer.failed(Path(found.file.path), UserError(FAILED_ELSEWHERE))
        if waiting:
            self._observer.stored(list(zip(waiting, outcomes, strict=True)))
        for outcome in outcomes:
            self._tally.done(outcome)

    def _write_together(self, waiting: Sequence[FoundFile]) -> list[Outcome]:
        with self._project.together():
            return [self._files.store(found) for found in waiting]

    def _write_alone(self, found: FoundFile) -> Outcome:
        try:
            return self._files.store(found)
        except (ChangeError, ValueError) as error:
            return self._files.store(self._failed(found, error))

    # -- counting -----------------------------------------------------------------------------------------

    def _listed(self) -> Iterator[tuple[int, int]]:
        """Count all files, and those of them that are known, while the first are searched."""
        with suppress(Cancelled):
            listed = list_media(self._paths, self._cancel, lambda _path, _error: None)
            while not self._stopped and (files := [str(path) for path in islice(listed, _COUNTED_AT_ONCE)]):
                yield len(files), self._files.count_known(files, self._order.retry)
                time.sleep(_SECONDS_OF_REST)  # whoever else needs Python's lock, as a window does, gets it

    def _forget_gone(self) -> int:
        stop_if_asked(self._cancel)
        # A drive may have gone while it was scanned.
        folders = [path for path in self._paths if path.is_dir() and any(path.iterdir())]
        # Of an unplugged disk its empty folder may be left: that nothing is found says nothing.
        return self._files.forget(
            path for path in self._files.gone(folders) if self._unread.isdisjoint([Path(path), *Path(path).parents])
        )
