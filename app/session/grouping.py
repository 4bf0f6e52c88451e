"""Groups similar faces in the background, stores the groups in the project and shows them in the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from tinyface_core.groups.registry import standard_embedders
from tinyface_core.project.groups import FaceGroups
from tinyface_core.types import CancelToken

from ..sentences import in_users_language
from ..style.figures import counted, whole
from ..work import Job, LatestJob, Report, Worker
from .project import ProjectSession
from .session import Session
from .status import Status

if TYPE_CHECKING:
    from tinyface_core.groups.grouping import Grouped
    from tinyface_core.groups.registry import Embedder
    from tinyface_core.project.store import Project

MakeEmbedder = Callable[[], "Embedder"]
"""Runs in a worker thread."""


@dataclass(frozen=True, slots=True)
class _Found:
    grouped: Grouped
    numbers: dict[int, int]
    troubles: list[str]


class Grouping(QObject):
    """Runs one grouping at a time."""

    status_changed = Signal(object)
    """`Status`."""
    ended = Signal(str)
    """A sentence: what was grouped, or that groups were forgotten."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""
    likeness_found = Signal()
    """The list knows how much each face looks like the selected one."""

    def __init__(self, project: ProjectSession, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._project, self._session = project, session
        self._worker, self._reader = Worker(self), Worker(self)
        self._reading, self._comparing = LatestJob(self._reader), LatestJob(self._reader)
        self._job: Job[_Found] | None = None
        project.changed.connect(self.cancel)
        project.loaded.connect(self._read)
        project.follower.wrote.connect(lambda _others: self._read())

    @property
    def is_busy(self) -> bool:
        """Whether a grouping runs."""
        return self._job is not None

    def start_with(self, name: str, looser: float) -> None:
        """Group with the embedder of this name; see `start`."""
        self.start(lambda: standard_embedders().make(name), looser)

    def start(self, make: MakeEmbedder, looser: float = 1.0) -> None:
        """Group the faces of the project with an embedder; `looser` scales its limit of the distance."""
        if self.is_busy:
            self.failed.emit(self.tr("Faces are grouped already: wait until it has ended, or stop it."), "")
            return
        file = self._project.file
        job = self._job = self._worker.start(lambda cancel, report: _group(file(), make, looser, cancel, report))
        job.progress.connect(self._tell)
        job.then(self._end, self.failed.emit).done.connect(self._finish)
        self.status_changed.emit(Status(self.tr("Looking at faces…"), busy=True))

    def forget(self) -> None:
        """Delete all groups and features in the project."""
        file = self._project.file
        job = self._worker.start(lambda _cancel, _report: FaceGroups(file()).forget())
        job.then(lambda _nothing: self._take_forgotten(), self.failed.emit)

    def compare(self, key: int) -> None:
        """Compute how similar each face is to this one."""
        entry, file = self._session.faces.entry(key), self._project.file
        if entry is None:
            self.failed.emit(self.tr("Select a face first: the others are ordered by how much they look like it."), "")
            return
        job = self._comparing.start(lambda _cancel, _report: FaceGroups(file()).likeness(entry))
        job.then(self._take_likeness, self.failed.emit)

    def cancel(self) -> None:
        """Stop; computed features are kept, groups do not change."""
        if self._job is not None:
            self._job.cancel()

    def stop(self) -> None:
        """End all work."""
        self._worker.stop()
        self._reader.stop()

    def _read(self) -> None:
        file = self._project.file
        self._reading.start(lambda _cancel, _report: FaceGroups(file()).numbers()).then(self._session.faces.set_groups)

    def _tell(self, stage: str, done: int, total: int, remaining: float) -> None:
        if stage == "look":
            sentence = self.tr("Looking at faces: {done} of {total} pictures")
        else:
            sentence = self.tr("Comparing faces: {done} of {total}")
        sentence = sentence.format(done=whole(done), total=whole(total))
        self.status_changed.emit(Status(sentence, done, total, remaining, busy=True))

    def _end(self, found: _Found) -> None:
        self._session.faces.set_groups(found.numbers)
        one, many = self.tr("1 group of faces that look alike"), self.tr("{count} groups of faces that look alike")
        alone = counted(found.grouped.alone, self.tr("1 face alone"), self.tr("{count} faces alone"))
        self.ended.emit(f"{counted(found.grouped.groups, one, many)} · {alone}")
        if found.troubles:
            self.failed.emit(found.troubles[0], "\n".join(found.troubles))

    def _finish(self) -> None:
        self._job = None
        self.status_changed.emit(Status(self.tr("Ready")))

    def _take_forgotten(self) -> None:
        self._session.faces.set_groups({})
        self.ended.emit(self.tr("Groups and features were deleted from the project."))

    def _take_likeness(self, likeness: dict[int, float]) -> None:
        if not likeness:
            self.failed.emit(self.tr("This face was not compared: group the faces first, or again."), "")
            return
        self._session.faces.set_likeness(likeness)
        self.likeness_found.emit()


def _group(project: Project, make: MakeEmbedder, looser: float, cancel: CancelToken, report: Report) -> _Found:
    from tinyface_core.groups.grouping import group_faces

    troubles: list[str] = []
    embedder = make()
    grouped = group_faces(
        project,
        embedder,
        max(1 - looser * (1 - embedder.least), 0.0),
        failed=lambda _path, error: troubles.append(in_users_language(str(error))),
        progress=report,
        cancel=cancel,
    )
    return _Found(grouped, FaceGroups(project).numbers(), troubles)
