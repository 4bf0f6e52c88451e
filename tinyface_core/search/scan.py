"""Scans folders into a project: what is new there or has changed is searched, each content once.

Files are listed, told apart and decoded ahead of the search, and stored behind it (see `run_pipeline`). Many are stored
in one change, a second's worth at most, so a scan that is killed loses no more and goes on where it was: what is in the
project is not searched again, neither then nor by the next scan.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from threading import Lock, Thread

from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.files import NotRegularError
from tinyface_core.media.images import MediaError
from tinyface_core.media.shot import Shot, read_shot
from tinyface_core.media.sources import is_video, list_media, read_frames
from tinyface_core.project.likeness import can_compare, perceptual_hash
from tinyface_core.project.records import ChangeError, ProjectError, ProjectFace, ProjectPicture
from tinyface_core.project.relink import fingerprint
from tinyface_core.project.scanned import ScannedFile, ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.project.verdicts import carry_over
from tinyface_core.search.pipeline import Ended, Searched, run_pipeline
from tinyface_core.types import LEAST_KEPT, Cancelled, CancelToken, Detections, FindResult, Frame, stop_if_asked

_SECONDS_BETWEEN_CHANGES = 1.0
_MOST_IN_A_CHANGE = 200


class Outcome(StrEnum):
    """What a scan did with a file."""

    SEARCHED = "searched"
    COPY = "copies"
    """The project has a picture of the same content."""
    UNCHANGED = "as before"
    FAILED = "failed"
    FAILED_BEFORE = "failed before"
    """It has not changed since, and was not tried again."""
    GONE = "gone"


NEWS = frozenset(Outcome) - {Outcome.UNCHANGED, Outcome.FAILED_BEFORE}
"""What changes a project."""


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """What is to be scanned.

    Attributes:
        paths: photos, videos, and folders of them.
        every: step between frames of a video that are searched.
        retry: whether files that failed and have not changed since are tried again.
    """

    paths: Sequence[Path]
    every: int = 30
    retry: bool = False


class Observer:
    """Told how a scan goes, in its threads; does nothing, so that one need only do what it wants to."""

    def counted(self, done: int, total: int) -> None:
        """So many files are done, of so many that are listed so far."""

    def searched(self, frame: Frame, result: FindResult) -> None:
        """A frame was searched; its result has the faces that are kept."""

    def failed(self, path: Path, error: BaseException) -> None:
        """A file could not be searched, or a folder could not be read."""


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


@dataclass(slots=True)
class _Found:
    """What is to be stored of a file."""

    key: _File
    results: list[tuple[FindResult, list[ProjectFace]]] = field(default_factory=list)
    likeness: int | None = None
    shot: Shot = field(default_factory=Shot)


def scan(
    project: Project,
    order: ScanOrder,
    search: Callable[[Frame], FindResult],
    observer: Observer | None = None,
    cancel: CancelToken | None = None,
) -> Counter[Outcome]:
    """Search what is new in files and folders and what has changed; verdicts stay with the faces that cover the old.

    Args:
        project: where everything goes.
        order: what is to be scanned.
        search: of a frame; in the thread of the caller.
        observer: told how it goes.
        cancel: asked between two files.

    Returns:
        How many files there were by what was done with them.

    Raises:
        Cancelled, KeyboardInterrupt: what was searched till then is in the project.
        ProjectError: if the project cannot be written.
    """
    return _Scan(project, order, search, observer or Observer(), cancel).run()


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
        # Contents on their way through the pipeline, which the project does not have yet.
        self._under_way: set[str] = set()
        self._current: _Found | None = None
        self._waiting: list[_Found] = []
        self._changed = time.monotonic()
        self._outcomes: Counter[Outcome] = Counter()
        self._listed = 0
        self._telling = Lock()

    def run(self) -> Counter[Outcome]:
        counting = Thread(target=self._count, name="counting", daemon=True)
        counting.start()
        try:
            run_pipeline(self._changed_files(), self._frames, lambda _key, frame: self._search(frame), self._store)
        finally:
            self._stopped = True
            counting.join()
            self._write()
        self._outcomes[Outcome.GONE] = self._forget_gone()
        return self._outcomes

    # -- listing, in the thread that decodes --------------------------------------------------------------

    def _changed_files(self) -> Iterator[_File]:
        for path in list_media(self._paths, self._cancel, self._could_not_list):
            if self._stopped:
                return
            key = self._looked_at(path)
            if key is not None:
                yield key

    def _looked_at(self, path: Path) -> _File | None:
        """The file, if there is something to do with it."""
        try:
            file = ScannedFile.at(path)
        except OSError as error:
            return _File(ScannedFile(str(path), -1, -1), error=error)
        known = self._files.known(path)
        if known is not None and known.is_as(file) and not (known.reason and self._order.retry):
            self._done(Outcome.FAILED_BEFORE if known.reason else Outcome.UNCHANGED)
            return None
        try:
            sha256, _ = fingerprint(path)
        except (NotRegularError, OSError) as error:
            return _File(file, error=error)
        needs_search = self._needs_search(file.path, sha256)
        if needs_search:
            self._under_way.add(sha256)
        return _File(file, sha256, needs_search)

    def _needs_search(self, path: str, sha256: str) -> bool:
        here = self._files.content_at(path)
        if here is not None and self._files.elsewhere(path) is None:
            return here != sha256  # a changed picture is searched again, even where it has become the same as another
        # In this order: what was under way a moment ago is in the project now.
        return sha256 not in self._under_way and self._files.picture_with(sha256) is None

    def _could_not_list(self, path: Path, error: MediaError) -> None:
        self._unread.add(path)
        self._observer.failed(path, error)

    def _frames(self, key: _File) -> Iterable[Frame]:
        if key.error is not None:
            raise key.error
        return read_frames(key.path, self._order.every, self._cancel) if key.needs_search else ()

    # -- storing, in a thread of its own ------------------------------------------------------------------

    def _store(self, part: Searched[_File] | Ended[_File]) -> None:
        found = self._current or _Found(part.key)
        if isinstance(part, Searched):
            self._current = found
            found.results.append(self._kept(part))
            if part.frame.index is None:
                found.shot = read_shot(part.key.path)
                found.likeness = perceptual_hash(part.frame.pixels) if can_compare() else None
            return
        self._current = None
        if part.stopped or isinstance(part.error, Cancelled):
            return
        if part.error is not None:
            if isinstance(part.error, ProjectError):
                raise part.error  # of the project, not of this file
            found = self._failed(part.key, part.error)
        self._waiting.append(found)
        if len(self._waiting) >= _MOST_IN_A_CHANGE or time.monotonic() - self._changed >= _SECONDS_BETWEEN_CHANGES:
            self._write()

    def _kept(self, part: Searched[_File]) -> tuple[FindResult, list[ProjectFace]]:
        result = part.result
        faces = result.faces.take(result.faces.scores >= LEAST_KEPT)
        self._observer.searched(part.frame, replace(result, faces=faces, min_score=LEAST_KEPT))
        return replace(result, faces=Detections.of([], [])), [ProjectFace(part.key.file.path, face) for face in faces]

    def _failed(self, key: _File, error: BaseException) -> _Found:
        self._observer.failed(key.path, error)
        reason = user_sentence(error) or defect_sentence(error)
        return _Found(replace(key, file=replace(key.file, reason=reason)))

    def _write(self) -> None:
        """Store what waits, in one change; what the project refuses fails, and the rest is stored."""
        waiting = self._waiting
        try:
            outcomes = self._write_together(waiting)
        except (ChangeError, ValueError):
            outcomes = [self._write_alone(found) for found in waiting]
        self._waiting = []
        self._under_way.difference_update(found.key.sha256 for found in waiting)
        self._changed = time.monotonic()
        for outcome in outcomes:
            self._done(outcome)

    def _write_together(self, waiting: Sequence[_Found]) -> list[Outcome]:
        with self._project.together():
            return [self._put(found) for found in waiting]

    def _write_alone(self, found: _Found) -> Outcome:
        try:
            return self._write_together([found])[0]
        except (ChangeError, ValueError) as error:
            return self._write_together([self._failed(found.key, error)])[0]

    def _put(self, found: _Found) -> Outcome:
        key, path = found.key, found.key.file.path
        here, elsewhere = self._files.content_at(path), self._files.elsewhere(path)
        if key.sha256 and here not in (None, key.sha256) and elsewhere is not None:
            self._project.move_pictures({path: elsewhere})  # what was here lies there still
            here = None
        if key.file.reason:
            self._files.put(key.file)
            return Outcome.FAILED
        if not key.needs_search:
            return self._put_copy(key, path if here == key.sha256 else self._files.picture_with(key.sha256))
        self._project.add_pictures([ProjectPicture(path, is_video(key.path))])
        self._project.set_fingerprint(path, key.sha256, key.file.size)
        if here:
            self._project.set_reviewed(path, False)
        before = self._project.faces(path)
        for result, faces in found.results:
            self._project.put_result(result, carry_over([face for face in before if face.index == result.index], faces))
        self._files.put_photo(path, found.likeness, found.shot)
        self._files.put(key.file, path)
        return Outcome.SEARCHED

    def _put_copy(self, key: _File, source: str | None) -> Outcome:
        if source is None:  # the first file of this content failed a moment ago, and so would this one
            self._files.put(replace(key.file, reason="Another file of the same content could not be searched."))
            return Outcome.FAILED
        self._files.put(key.file, source)
        return Outcome.UNCHANGED if source == key.file.path else Outcome.COPY

    # -- counting -----------------------------------------------------------------------------------------

    def _count(self) -> None:
        """Count all files while the first are searched."""
        with suppress(Cancelled):
            for _ in list_media(self._paths, self._cancel, lambda _path, _error: None):
                if self._stopped:
                    return
                self._listed += 1

    def _done(self, outcome: Outcome) -> None:
        with self._telling:
            self._outcomes[outcome] += 1
            done = self._outcomes.total()
            self._observer.counted(done, max(done, self._listed))

    def _forget_gone(self) -> int:
        stop_if_asked(self._cancel)
        folders = [path for path in self._paths if path.is_dir()]
        # Of an unplugged disk its empty folder may be left: that nothing is found says nothing.
        return self._files.forget(
            path for path in self._files.gone(folders) if self._unread.isdisjoint([Path(path), *Path(path).parents])
        )
