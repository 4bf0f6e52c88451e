"""Notices changes that other programs make to the project file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import LEFT_OUT, CancelToken, FindResult, stop_if_asked

from ..jobs.autosaving import OpenFile
from ..models.face_entry import FaceEntry
from ..work import LatestJob, Worker


@dataclass(frozen=True, slots=True)
class Others:
    """Changes made by other programs.

    Attributes:
        new: faces that the window does not have.
        gone: keys of deleted faces.
        results: results of the pictures with new faces, without the faces.
    """

    changed: list[FaceEntry]
    new: list[ProjectFace]
    gone: list[int]
    pictures: list[ProjectPicture]
    results: list[FindResult]


class ProjectFollower(QObject):
    """Checks every few seconds, in a worker thread, whether another program changed the file."""

    wrote = Signal(object)
    """`Others`."""

    def __init__(self, entries: Callable[[], Sequence[FaceEntry]], parent: QObject) -> None:
        """`entries` returns the faces of the window."""
        super().__init__(parent)
        self._entries = entries
        self._worker = Worker(self)
        self._looking = LatestJob(self._worker)
        self._file: OpenFile | None = None
        self._version: int | None = None
        self.timer = QTimer(self, interval=2000)
        self.timer.timeout.connect(self.look)
        self.may_look: Callable[[], bool] = lambda: True
        """Whether the file holds all that the window knows; asked before a look and after it."""

    def follow(self, file: OpenFile, version: int | None) -> None:
        """Watch a file from the version at which it was read; without a version from now on."""
        self._looking.cancel()
        self._file, self._version = file, version
        self.timer.start()

    def stop(self) -> None:
        """Stop watching."""
        self.timer.stop()
        self._worker.stop()

    def look(self) -> None:
        """Start a check now."""
        file = self._file
        if file is None or self._looking.is_busy or not self.may_look():
            return
        version, entries = self._version, list(self._entries())
        job = self._looking.start(lambda cancel, _report: _look(file(), version, entries, cancel))
        job.then(lambda seen: self._take(*seen))

    def _take(self, version: int, others: Others | None) -> None:
        # What the window wrote meanwhile would count as foreign: the next look sees it as it is.
        if others is None or self.may_look():
            self._version = version
            if others is not None:
                self.wrote.emit(others)


def _look(
    project: Project, version: int | None, entries: list[FaceEntry], cancel: CancelToken
) -> tuple[int, Others | None]:
    now = project.version()
    if version is None or now == version:
        return now, None
    known = {(entry.source, entry.index, entry.id): entry for entry in entries}
    changed, new = [], []
    for faces in project.all_faces():
        stop_if_asked(cancel)
        for face in faces:
            entry = known.pop((face.source, face.index, face.id), None)
            if entry is None:
                new.append(face)
            elif _said(entry) != _said(face):
                said = replace(entry, verdict=face.verdict, note=face.note, face=face.face, found=face.found)
                said = replace(said, moves_before=face.moves_before, moves_behind=face.moves_behind)
                changed.append(replace(said, settled=face.settled))
    pictures = project.pictures()
    sources = {picture.source for picture in pictures}
    gone = [entry.key for entry in known.values() if entry.source in sources and entry.face.track != LEFT_OUT]
    results = [result for source in sorted({face.source for face in new}) for result in project.results(source)]
    return now, Others(changed, new, gone, pictures, results)


def _said(face: ProjectFace) -> tuple[object, ...]:
    said = face.verdict, face.note, face.face.box, face.face.track, face.settled
    return *said, face.moves_before, face.moves_behind
