"""Folders of any size into the window's project, by the same scan as `tinyface scan`."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tinyface_core.media.sources import is_video
from tinyface_core.pace import Pace
from tinyface_core.project.scanned import FoundFile, Outcome
from tinyface_core.project.store import Project
from tinyface_core.search.scan import Observer, ScanOrder, rounds, scan
from tinyface_core.types import CancelToken

from ..jobs.finding import Finder
from ..models.pictures import Picture, State
from ..style.figures import decimal, whole
from ..work import Job, Report, Worker
from .project import ProjectSession, Scanned
from .session import Session
from .status import Status

_FILES_AT_ONCE = 50
_EVERY = 30
"""Step between frames of videos, where the window is set to search scenes."""


class FolderScan(QObject):
    """One scan at a time; what it finds is in the project first, and then in the window."""

    status_changed = Signal(object)
    """`Status`."""
    ended = Signal(str)
    """A sentence: what was found; also when it was stopped."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""

    def __init__(self, project: ProjectSession, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._project, self._settings, self._engine = project, session.settings, session.engine
        self._worker = Worker(self)
        self._job: Job[Counter[Outcome]] | None = None
        self._pace = Pace()
        self._watches = False
        project.changed.connect(self.cancel)

    def start(self, folders: list[Path]) -> None:
        """Scan these; what runs already goes on, and these are refused in a sentence."""
        if self._job is not None:
            self.failed.emit(self.tr("A folder is scanned already: wait until it has ended, or stop it."), "")
            return
        file, every, watches = self._project.file, self._settings.video_step or _EVERY, self._watches
        choice, engine = self._settings.search, self._engine

        def work(cancel: CancelToken, report: Report) -> Counter[Outcome]:
            return _scan(file(), ScanOrder(folders, every), watches, engine.finder(choice), cancel, report)

        self._pace = Pace()
        self._job = self._worker.start(work)
        self._job.progress.connect(lambda _stage, done, total, _left: self._tell(done, total))
        self._job.partial.connect(self._project.take_scanned)
        self._job.then(self._end, self.failed.emit).done.connect(self._forget)
        self.status_changed.emit(Status(self.tr("Looking for pictures..."), busy=True))

    def watch(self, watches: bool) -> None:
        """Whether a scan that begins goes on to wait for changes, until it is stopped."""
        self._watches = watches

    def cancel(self) -> None:
        """Stop; what was found till then is in the project."""
        if self._job is not None:
            self._job.cancel()

    def stop(self) -> None:
        """End all work."""
        self._worker.stop()

    def _tell(self, done: int, total: int) -> None:
        self._pace.see(time.monotonic(), done)
        sentence = self.tr("{done} of {total} files").format(done=whole(done), total=whole(total))
        if rate := self._pace.per_second:
            pace = whole(rate) if rate >= 10 else decimal(rate, 1)
            sentence += " · " + self.tr("{rate} a second").format(rate=pace)
        self.status_changed.emit(Status(sentence, done, total, self._pace.seconds_for(total - done), busy=True))

    def _end(self, outcomes: Counter[Outcome]) -> None:
        words = {
            Outcome.SEARCHED: self.tr("searched {count}"),
            Outcome.COPY: self.tr("copies {count}"),
            Outcome.UNCHANGED: self.tr("as before {count}"),
            Outcome.FAILED: self.tr("failed {count}"),
            Outcome.FAILED_BEFORE: self.tr("failed before {count}"),
            Outcome.GONE: self.tr("gone {count}"),
        }
        parts = [text.format(count=whole(outcomes[kind])) for kind, text in words.items() if outcomes[kind]]
        self.ended.emit(self.tr("Scanned: {what}").format(what=", ".join(parts) or self.tr("no photo or video")))

    def _forget(self) -> None:
        self._job = None
        self.status_changed.emit(Status(self.tr("Ready")))


class _Telling(Observer):
    """Tells what is stored, in parts that the window takes in without a pause."""

    def __init__(self, project: Project, report: Report) -> None:
        self._project, self._report = project, report
        self._stored: list[FoundFile] = []

    def counted(self, done: int, total: int) -> None:
        """See `Observer`."""
        self._report("files", done, total)

    def stored(self, found: FoundFile, outcome: Outcome) -> None:
        """See `Observer`."""
        if outcome == Outcome.SEARCHED:
            self._stored.append(found)
        if len(self._stored) >= _FILES_AT_ONCE:
            self.tell()

    def tell(self) -> None:
        """Tell what was not told yet."""
        sources, self._stored = [found.file.path for found in self._stored], []
        if sources:
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


def _scan(
    project: Project, order: ScanOrder, watches: bool, finder: Finder, cancel: CancelToken, report: Report
) -> Counter[Outcome]:
    observer, outcomes = _Telling(project, report), Counter[Outcome]()
    try:
        for wanted in rounds(order, watches, cancel):
            outcomes = scan(project, wanted, lambda frame: finder.find(frame, cancel), observer, cancel)
            observer.tell()
    finally:
        observer.tell()
    return outcomes
