"""Scans folders into a project: searches new and changed files, and copies of one content only once.

Files are listed, hashed and decoded ahead of the search, and stored after it (see `run_pipeline`). The results of about
a second are stored in one transaction. So a scan that is killed loses no more than that, and the next one continues
there: files in the project are not searched again.
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
from threading import Thread

from tinyface_core.failures import defect_sentence, has_no_room, user_sentence
from tinyface_core.files import NotRegularError, absolute
from tinyface_core.media.opening import MediaError
from tinyface_core.media.shot import read_shot
from tinyface_core.media.sources import Unplugged, list_media, read_frames
from tinyface_core.media.step import SAMPLED, Step
from tinyface_core.pace import Advance
from tinyface_core.project.likeness import can_compare, perceptual_hash, prepare_hashing
from tinyface_core.project.records import ChangeError, ProjectError
from tinyface_core.project.relink import fingerprint
from tinyface_core.project.scanned import FAILED_ELSEWHERE, FoundFile, Outcome, ScannedFile, ScannedFiles, as_before
from tinyface_core.project.store import Project
from tinyface_core.search.pipeline import Concurrency, Ended, Searched, run_pipeline
from tinyface_core.search.tally import Tally
from tinyface_core.search.wanted import wanted_first
from tinyface_core.search_settings import LEAST_KEPT
from tinyface_core.types import Cancelled, CancelToken, FindResult, Frame, UserError, stop_if_asked

SECONDS_BETWEEN_LOOKS = 600.0
"""Seconds between scans of a watched folder if the system reports no changes, as on network drives."""

SECONDS_TO_RETURN = 10.0
"""Seconds between checks for a folder that does not exist."""

_SECONDS_BETWEEN_CHANGES = 1.0
_MOST_IN_A_CHANGE = 200
_COUNTED_AT_ONCE, _SECONDS_OF_REST = 200, 0.005


NEWS = frozenset(Outcome) - {Outcome.UNCHANGED, Outcome.FAILED_BEFORE}
"""The outcomes that change a project."""


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """What to scan.

    Attributes:
        paths: photos, videos, and folders of them; for distributed scans also URLs of object stores.
        every: how far apart the searched frames of a video are; by default a second.
        retry: whether to search unchanged files again that failed before.
    """

    paths: Sequence[Path | str]
    every: Step = SAMPLED
    retry: bool = False


class Observer:
    """Callbacks of a scan, called in its threads; these do nothing, and subclasses override what they need."""

    def counted(self, advance: Advance) -> None:
        """A file is done, or was skipped because it is unchanged."""

    def searched(self, frame: Frame, result: FindResult) -> None:
        """A frame was searched; its result has only the faces that are stored."""

    def stored(self, change: Sequence[tuple[FoundFile, Outcome]]) -> None:
        """The results of these files were stored in the project."""

    def failed(self, path: Path, error: BaseException) -> None:
        """A file could not be searched or a folder not read; `Unplugged`: what is scanned is no longer there."""

    def wanted(self) -> Sequence[Path]:
        """Files to scan first; called before each file, and must return a new object if they change."""
        return ()


@dataclass(frozen=True, slots=True)
class _File:
    """A new or changed file.

    Attributes:
        file: its current state.
        sha256: digest of its content.
        needs_search: whether the project has no results of this content.
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
    """A result with only the faces that are stored, by default those of a project."""
    return replace(result, faces=result.faces.take(result.faces.scores >= least_score), min_score=least_score)


def noted(found: FoundFile, frame: Frame, path: Path) -> FoundFile:
    """Add the perceptual hash and metadata of a photo, read from `path`; of several pages, those of the first."""
    if frame.seconds is not None or frame.index:
        return found
    likeness = perceptual_hash(frame.pixels) if can_compare() else None
    return replace(found, likeness=likeness, shot=read_shot(path))


def failed(found: FoundFile, error: BaseException) -> FoundFile:
    """The record of a file that could not be searched, with the reason."""
    reason = user_sentence(error) or defect_sentence(error)
    return FoundFile(replace(found.file, reason=reason), found.sha256)


def scan(
    project: Project,
    order: ScanOrder,
    search: Callable[[Frame], FindResult],
    observer: Observer | None = None,
    cancel: CancelToken | None = None,
    how: Concurrency | None = None,
) -> Counter[Outcome]:
    """Search new and changed files and store the results; returns the number of files by outcome.

    Verdicts are carried over to matching new faces. `search` runs in several threads; the less may wait for it
    (`Concurrency.ahead`), the sooner wanted files are searched.

    Raises:
        Cancelled, KeyboardInterrupt: results up to then have been stored.
        ProjectError: if the project cannot be written.
        OSError: if the disk is full to which the observer writes; the files concerned are not stored.
        UserError: if another scan of the project is running.
    """
    with ScannedFiles(project).alone():
        return _Scan(project, order, search, observer or Observer(), cancel).run(how)


def rounds(order: ScanOrder, watch: bool, cancel: CancelToken | None = None) -> Iterator[ScanOrder]:
    """Yield the order once; with `watch`, again whenever something changes in its folders, until cancelled.

    A folder that disappears and comes back, such as a drive that is mounted again, is watched again.
    """
    yield order
    if not watch:
        return
    from watchfiles import watch as changes

    again = replace(order, retry=False)
    while cancel is None or not cancel.is_set():
        watched, looked = _there(order.paths), time.monotonic()
        yield again  # for changes before the watch began
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
    """Device and inode of those of these paths that exist."""
    states = {}
    for path in paths:
        with suppress(OSError):
            state = os.stat(path)  # noqa: PTH116, URLs come here too
            states[path] = state.st_dev, state.st_ino
    return states


def _holds_anything(folder: Path) -> bool:
    with suppress(OSError):
        return any(folder.iterdir())
    return False


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
        self._paths = [absolute(path) for path in order.paths]
        self._unread: set[Path] = set()
        self._stopped = False
        # Digests and paths in the pipeline that have not been stored yet.
        self._under_way: set[str] = set()
        self._current: FoundFile | None = None
        self._waiting: list[FoundFile] = []
        self._writer = ThreadPoolExecutor(1, "writing")
        self._written: Future[None] = Future()
        self._written.set_result(None)
        self._changed = float("-inf")  # the first file is stored at once, since the user may wait for it
        self._tally = Tally(observer.counted)

    def run(self, how: Concurrency | None) -> Counter[Outcome]:
        counting = Thread(target=self._tally.list, args=(self._listed(),), name="counting", daemon=True)
        counting.start()
        try:
            run_pipeline(self._changed_files(), self._frames, lambda _key, frame: self._search(frame), self._store, how)
        finally:
            self._stopped = True
            counting.join()
            with self._writer:
                self._hand_over()
                self._written.result()
        self._tally.outcomes[Outcome.GONE] += self._forget_gone()
        return self._tally.outcomes

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
        """A file that has to be scanned, or the outcome of one that is skipped."""
        file = ScannedFile.at(path)
        known = self._files.known(file.path)
        if (before := as_before(known, file, self._order.retry)) is not None:
            return before
        if known is not None:
            self._tally.change()
        try:
            sha256, _ = fingerprint(path)
        except FileNotFoundError:  # a link to nothing
            return _File(file, error=MediaError(f"{path} does not exist: check the name."))
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
        if part.error is not None and (isinstance(part.error, ProjectError) or has_no_room(part.error)):
            raise part.error  # not caused by this file
        if (part.error is not None or found.results is None) and not os.path.lexists(found.file.path):
            self._skip_vanished(found)
            return
        if part.error is not None:
            found = self._failed(found, part.error)
        self._waiting.append(found)
        if len(self._waiting) >= _MOST_IN_A_CHANGE or time.monotonic() - self._changed >= _SECONDS_BETWEEN_CHANGES:
            self._hand_over()

    def _skip_vanished(self, found: FoundFile) -> None:
        """A file was removed since it was listed, or its drive unplugged: the next scan finds what became of it."""
        self._under_way.difference_update((found.file.path, found.sha256))
        if self._files.known(found.file.path) is None:  # known files are counted when they are forgotten
            self._tally.done(Outcome.GONE)

    def _failed(self, found: FoundFile, error: BaseException) -> FoundFile:
        self._observer.failed(Path(found.file.path), error)
        return failed(found, error)

    def _hand_over(self) -> None:
        """Store the waiting results in the writing thread, once it has finished the ones before."""
        self._written.result()
        self._written = self._writer.submit(self._write, self._waiting)
        self._waiting, self._changed = [], time.monotonic()

    def _write(self, waiting: Sequence[FoundFile]) -> None:
        """Store results in one transaction; if the project rejects one, store them one by one, and that one fails."""
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

    def _listed(self) -> Iterator[tuple[int, int]]:
        """Count all files and those scanned before, in a thread beside the search."""
        with suppress(Cancelled):
            listed = list_media(self._paths, self._cancel, lambda _path, _error: None)
            while not self._stopped and (files := [str(path) for path in islice(listed, _COUNTED_AT_ONCE)]):
                yield len(files), self._files.count_known(files, self._order.retry)
                time.sleep(_SECONDS_OF_REST)  # lets other threads, such as the window's, get the GIL

    def _forget_gone(self) -> int:
        stop_if_asked(self._cancel)
        # An empty folder may be the mount point of a drive that was unplugged, maybe during the scan.
        folders = [path for path in self._paths if _holds_anything(path)]
        for path in self._paths:
            if path not in self._unread and path not in folders and not path.is_file():
                self._observer.failed(path, Unplugged(path))
        gone, moved = self._files.forget(
            path for path in self._files.gone(folders) if self._unread.isdisjoint([Path(path), *Path(path).parents])
        )
        if moved:
            copies = (FoundFile(ScannedFile.at(Path(copy))) for copy in moved.values())
            self._observer.stored([(copy, Outcome.MOVED) for copy in copies])
        return gone
