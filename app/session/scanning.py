"""Scans folders of any size into the window's project, like `tinyface scan`."""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.media.sources import Unplugged, is_video
from tinyface_core.media.step import SAMPLED, Step
from tinyface_core.pace import Advance
from tinyface_core.project.scanned import FoundFile, Outcome, ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.search.pipeline import Concurrency, searches_at_once
from tinyface_core.search.resuming import ResumedSearch
from tinyface_core.search.scan import Observer, ScanOrder, rounds, scan
from tinyface_core.types import CancelToken, KnownFinder

from ..models.pictures import Picture, State
from ..sentences import in_users_language
from ..style.figures import counted, decimal, whole
from ..work import Job, Report, Worker
from .pictures import MOST_SECONDS_TO_PAINT
from .project import ProjectSession, Scanned
from .session import Session
from .status import Status

_FILES_AT_ONCE = 50
_AHEAD = 4
"""Megabytes of decoded pictures that wait: what is looked at comes behind these."""
_COPIES_AT_ONCE = 100
_SECONDS_BETWEEN_COUNTS = 0.05


class FolderScan(QObject):
    """Searches opened folders; results are first stored in the project, then shown in the window."""

    status_changed = Signal(object)
    """`Status`."""
    ended = Signal(str)
    """A sentence: what was found."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""

    def __init__(self, project: ProjectSession, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._project, self._session = project, session
        self._worker = Worker(self, threads=2)  # one may wait for changes
        self._job: Job[None] | None = None
        self._stop = threading.Event()
        self._order: list[Path] = []
        self._again = False
        self._in_round = False
        self._watches = False
        self._closed: set[str] = set()
        self._wanted: Sequence[Path] = ()
        self._copies: list[str] = []
        self._leaving = QTimer(self, singleShot=True, interval=50)
        self._leaving.timeout.connect(self._let_copies_go)
        project.changed.connect(self._leave)
        session.opened.scan_wanted.connect(self.start)
        session.opened.listed.connect(self._settle)
        session.pictures.removed.connect(self._closed.update)
        session.searches.eye_moved.connect(self._follow_the_eye)

    def start(self, paths: Sequence[Path]) -> None:
        """Scan these folders too; the scan restarts, skipping what is done."""
        self._order += [path for path in paths if path not in self._order]
        if self._job is None:
            self._begin()
        else:
            self._again = True
            self._stop.set()

    def watch(self, watches: bool) -> None:
        """Set whether scans go on waiting for changes until they are stopped."""
        self._watches = watches

    def cancel(self) -> None:
        """Stop; results so far are in the project."""
        self._again = False
        self._stop.set()

    def stop(self) -> None:
        """End all work."""
        self._leave()
        self._worker.stop()

    def _begin(self) -> None:
        file, engine, settings = self._project.file, self._session.engine, self._session.settings
        every = Step(settings.video_step) if settings.video_step > 0 else SAMPLED
        order, choice, watches = ScanOrder(tuple(self._order), every), settings.search, self._watches
        stop, painted = threading.Event(), self._session.opened.painted
        self._stop = stop

        def work(_cancel: CancelToken, report: Report) -> None:
            painted.wait(MOST_SECONDS_TO_PAINT)  # a scan leaves little of the processor to the first paint
            telling = _Telling(file(), report, lambda: self._wanted)
            _scan(file(), order, watches, engine.finder(choice), stop, telling)

        self._in_round = True
        self._closed.clear()
        self._job = self._worker.start(work)
        self._job.partial.connect(self._take)
        self._job.failed.connect(self.failed)
        self._job.done.connect(self._go_on)
        self._session.searches.is_scanning = True
        self.status_changed.emit(Status(self.tr("Looking for pictures…"), busy=True))

    def _go_on(self) -> None:
        self._job, self._in_round = None, False
        if self._again:
            self._again = False
            self._begin()
            return
        self._order = []
        self._settle()

    def _leave(self) -> None:
        """Forget the scan of the previous project."""
        self._stop.set()
        self._copies = []
        if self._job is not None:
            self._job.cancel()
            self._again = self._session.pictures.rowCount() > 0  # it has another name, and the scan goes on in it

    def _follow_the_eye(self, sources: list[str]) -> None:
        pictures, folders = self._session.pictures, tuple(f"{path}{os.sep}" for path in self._order)
        found = [pictures.picture(source) for source in sources if source.startswith(folders)]
        self._wanted = [Path(p.source) for p in found if p is not None and p.state == State.WAITING]

    def _take(self, part: Advance | Scanned | Failed | Counter[Outcome]) -> None:
        match part:
            case Advance():
                self._tell(part)
            case Scanned():
                self._project.take_scanned(part)
                for source in self._closed.intersection(picture.source for picture in part.pictures):
                    self._session.opened.close_picture(source)
            case Failed() if part.is_unplugged:
                self.failed.emit(in_users_language(part.sentence), "")
            case Failed():
                self._project.take_failure(part.source, part.sentence, part.details)
            case _:
                self._in_round = False
                self._end(part)
                self._settle(with_moved=part[Outcome.MOVED] + part[Outcome.GONE] > 0)

    def _settle(self, with_moved: bool = False) -> None:
        """After a round reset waiting pictures and remove copies and moved files from the strip."""
        if self._in_round:
            return
        waits, file = self._session.searches.queue.waits, self._project.file
        pictures = self._session.pictures.pictures()
        left = [p.source for p in pictures if p.state == State.WAITING and not waits(p.source)]
        known = [p.source for p in pictures if p.state != State.WAITING] if with_moved else []
        self._worker.start(lambda *_: _fates(file(), left, known)).then(self._tell_fates, self.failed.emit)

    def _tell_fates(self, fates: _Fates) -> None:
        session = self._session
        for source, sentence in fates.failed.items():
            self._project.take_failure(source, sentence, "")
        session.pictures.set_states(fates.searched, State.DONE)
        session.pictures.set_states(fates.left, State.IDLE)
        for source in fates.moved:
            session.opened.close_picture(source)
        self._copies += fates.copies
        self._let_copies_go()
        session.searches.is_scanning = self._job is not None
        session.searches.tell_ready()
        self._project.note_contents()
        if self._job is not None:
            self.status_changed.emit(Status(self.tr("Waiting for changes in the folder…"), busy=True))

    def _let_copies_go(self) -> None:
        """Remove some at once, since removing thousands from a long film strip takes a second."""
        some, self._copies = self._copies[:_COPIES_AT_ONCE], self._copies[_COPIES_AT_ONCE:]
        self._session.opened.leave_out(some)
        self._closed.difference_update(some)
        if self._copies:
            self._leaving.start()

    def _tell(self, advance: Advance) -> None:
        done, total = advance.done, advance.total
        sentence = self.tr("{done} of {total} files").format(done=whole(done), total=whole(total))
        if rate := advance.per_second:
            pace = whole(rate) if rate >= 10 else decimal(rate, 1)
            sentence += " · " + self.tr("{rate} a second").format(rate=pace)
        self.status_changed.emit(Status(sentence, done, total, advance.seconds_left, busy=True))

    def _end(self, outcomes: Counter[Outcome]) -> None:
        if not outcomes.total():
            self.ended.emit(self.tr("No photo or video was found"))
            return
        others = {
            Outcome.COPY: (self.tr("1 is a copy"), self.tr("{count} are copies")),
            Outcome.MOVED: (self.tr("1 was moved"), self.tr("{count} were moved")),
            Outcome.UNCHANGED: (self.tr("1 is unchanged"), self.tr("{count} are unchanged")),
            Outcome.FAILED: (self.tr("1 failed"), self.tr("{count} failed")),
            Outcome.FAILED_BEFORE: (self.tr("1 had failed before"), self.tr("{count} had failed before")),
            Outcome.GONE: (self.tr("1 is gone"), self.tr("{count} are gone")),
        }
        searched = counted(
            outcomes[Outcome.SEARCHED], self.tr("1 file was searched"), self.tr("{count} files were searched")
        )
        parts = [searched if outcomes[Outcome.SEARCHED] else self.tr("No new file was searched")]
        parts += [counted(outcomes[kind], *words) for kind, words in others.items() if outcomes[kind]]
        self.ended.emit(", ".join(parts))


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that could not be searched, or what was opened and is no longer there.

    Attributes:
        source: its path.
        sentence: the reason, as the core says it.
        details: of a defect, to copy.
        is_unplugged: whether it is no longer there.
    """

    source: str
    sentence: str
    details: str = ""
    is_unplugged: bool = False


@dataclass(frozen=True, slots=True)
class _Fates:
    """What became of waiting pictures, by source: reasons of failures, moved files, copies, searched and others."""

    failed: dict[str, str] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class _Telling(Observer):
    """Reports stored results in parts that do not block the window."""

    def __init__(self, project: Project, report: Report, wanted: Callable[[], Sequence[Path]]) -> None:
        self._project, self._report = project, report
        self.wanted = wanted  # type: ignore[method-assign]
        self._told, self._last = 0.0, Advance(0, 0)

    def counted(self, advance: Advance) -> None:
        """See `Observer`."""
        now, self._last = time.monotonic(), advance
        if now - self._told >= _SECONDS_BETWEEN_COUNTS:
            self._told = now
            self._report.partial(advance)

    def failed(self, path: Path, error: BaseException) -> None:
        """See `Observer`."""
        sentence = user_sentence(error) or defect_sentence(error)
        details = "" if user_sentence(error) else "".join(traceback.format_exception(error))
        self._report.partial(Failed(str(path), sentence, details, isinstance(error, Unplugged)))

    def stored(self, change: Sequence[tuple[FoundFile, Outcome]]) -> None:
        """See `Observer`."""
        searched = [found.file.path for found, outcome in change if outcome in (Outcome.SEARCHED, Outcome.MOVED)]
        for first in range(0, len(searched), _FILES_AT_ONCE):
            sources = searched[first : first + _FILES_AT_ONCE]
            faces = {source: self._project.faces(source) for source in sources}
            results = [result for source in sources for result in self._project.results(source)]
            in_frames = {result.source for result in results if result.index is not None}
            pictures = [
                Picture(
                    source,
                    is_video(Path(source)),
                    State.DONE,
                    len(faces[source]),
                    has_pages=source in in_frames and not is_video(Path(source)),
                )
                for source in sources
            ]
            self._report.partial(Scanned(pictures, results, [face for of_one in faces.values() for face in of_one]))

    def ended(self, outcomes: Counter[Outcome]) -> None:
        """Note that all folders were scanned once."""
        self._report.partial(self._last)
        self._report.partial(outcomes)


def _scan(
    project: Project, order: ScanOrder, watches: bool, finder: KnownFinder, cancel: CancelToken, telling: _Telling
) -> None:
    for wanted in rounds(order, watches, cancel):
        how = Concurrency(searches_at_once(finder.settings), _AHEAD)
        with ResumedSearch(project.path, finder, cancel) as search:
            telling.ended(scan(project, wanted, search, telling, cancel, how))
            search.forget()


def _fates(project: Project, waiting: Sequence[str], known: Sequence[str]) -> _Fates:
    files, fates = ScannedFiles(project), _Fates()
    fates.moved.extend(source for source in known if not os.path.lexists(source) and project.id_of(source) is None)
    for source in waiting:
        file, picture = files.known(source), files.of_picture(source)
        if file is not None and file.reason:
            fates.failed[source] = file.reason
        elif picture not in (None, source):
            fates.copies.append(source)
        else:
            (fates.searched if files.content_at(source) else fates.left).append(source)
    return fates
