"""Projects with too many faces for the window: loads those of the shown picture and the first of the list."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.project.listing import Listing
from tinyface_core.project.records import ProjectFace
from tinyface_core.project.store import Project
from tinyface_core.types import FindResult

from ..jobs.autosaving import OpenFile
from ..models.face_columns import Column
from ..models.visible_faces import VisibleFaces
from ..work import LatestJob, Report, Worker

MOST_ALONE, MOST_FACES = 200_000, 600_000
"""A project with more faces that each have a row, or with more faces in all, is not loaded whole."""

_PAGE = 500
_PORTION = 100
_FaceId = tuple[str, int | None, int]
_ORDERS = {
    None: "found",
    Column.FACE: "found",
    Column.PICTURE: "found",
    Column.VERDICT: "verdict",
    Column.SCORE: "score",
    Column.PROBABILITY: "probability",
    Column.SIZE: "size",
    Column.TIME: "time",
    Column.FRAMES: "time",
    Column.GROUP: "group",
    Column.LIKENESS: "found",
    Column.NOTE: "note",
}


def is_too_large(project: Project) -> bool:
    """Whether a project has too many faces for the window."""
    return project.has_more_faces_than(MOST_ALONE, alone=True) or project.has_more_faces_than(MOST_FACES)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A part of a project: results without faces, and faces."""

    results: list[FindResult]
    faces: list[ProjectFace]


class ProjectExcerpt(QObject):
    """Limits the list of faces to the first ones by filter and order; more are loaded on scrolling."""

    loaded = Signal(object)
    """`Loaded`, to be taken into the models."""
    reading = Signal(str, bool)
    """Source of a picture, and whether its searches are being read or have all come."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""

    def __init__(self, visible: VisibleFaces, parent: QObject) -> None:
        super().__init__(parent)
        self._visible = visible
        self._file: OpenFile | None = None
        self._worker, self._pictures = Worker(self), Worker(self)
        self._listing = LatestJob(self._worker)
        self._ids: list[_FaceId] = []
        self._whole: set[str] = set()
        # A slider that is dragged asks for one list, not for one at every step; nor does a search.
        self._asking = QTimer(self, singleShot=True, interval=60)
        self._asking.timeout.connect(lambda: self._ask(0, _PAGE))
        self._again = QTimer(self, singleShot=True, interval=2000)
        self._again.timeout.connect(lambda: self._ask(0, max(_PAGE, len(self._ids))))
        visible.filter_changed.connect(lambda _filter: self._start(self._asking))
        visible.order_changed.connect(lambda: self._start(self._asking))
        visible.more_wanted.connect(self._ask_more)

    @property
    def is_shown(self) -> bool:
        """Whether the window's project is too large to be loaded entirely."""
        return self._file is not None

    def show(self, file: OpenFile | None) -> None:
        """List an excerpt of a file; None: of none."""
        self._listing.cancel()
        self._file, self._ids, self._whole = file, [], set()
        self._visible.show_excerpt(None if file is None else [], None if file is None else 0)
        if file is not None:
            self._ask(0, _PAGE)

    def show_picture(self, source: str | None) -> None:
        """Load the faces of the shown picture."""
        file = self._file
        if file is not None and source is not None and source not in self._whole:
            self._whole.add(source)
            job = self._pictures.start(lambda _cancel, report: _tell_picture(file(), source, report))
            job.partial.connect(self.loaded)
            job.failed.connect(self.failed)
            job.done.connect(lambda: self.reading.emit(source, False))
            self.reading.emit(source, True)

    def refresh(self) -> None:
        """Reload as many faces soon, since the file has changed."""
        if not self._again.isActive():
            self._start(self._again)

    def stop(self) -> None:
        """End all work."""
        self._worker.stop()
        self._pictures.stop()

    def _start(self, timer: QTimer) -> None:
        if self._file is not None:
            timer.start()

    def _ask_more(self) -> None:
        if not self._listing.is_busy:
            self._ask(len(self._ids), _PAGE)

    def _ask(self, first: int, most: int) -> None:
        file, listing = self._file, self._wanted()
        if file is None:
            return
        known = self._visible.listed_of or None if first else None
        job = self._listing.start(lambda _cancel, report: _page(file(), listing, first, most, known, report))
        job.partial.connect(lambda part: self._take(first, part))
        job.then(self._show, self.failed.emit)

    def _wanted(self) -> Listing:
        column, falling = self._visible.order
        return Listing.of(self._visible.filter, _ORDERS[column], falling)

    def _take(self, first: int, part: Loaded | list[_FaceId]) -> None:
        if isinstance(part, Loaded):
            self.loaded.emit(part)
        else:
            self._ids[first:] = part
            self._show(self._visible.listed_of or 0 if first else 0)

    def _show(self, count: int) -> None:
        key_of = self._visible.faces.key_of
        self._visible.show_excerpt([key for id_ in self._ids if (key := key_of(*id_)) is not None], count)


def _page(project: Project, listing: Listing, first: int, most: int, count: int | None, report: Report) -> int:
    """Report a page of a listing, then the ids of its faces in order; returns the total number."""
    faces = listing.page(project, first, most)
    for start in range(0, len(faces), _PORTION):
        report.partial(Loaded([], faces[start : start + _PORTION]))
    report.partial([(face.source, face.index, face.id) for face in faces])
    return listing.count(project) if count is None else count


def _tell_picture(project: Project, source: str, report: Report) -> None:
    """Report the faces of a picture, then its results; a video has many of both."""
    faces, results = project.faces(source, left_out=False), project.results(source)
    report.partials(Loaded([], faces[at : at + _PAGE]) for at in range(0, len(faces), _PAGE))
    report.partials(Loaded(results[at : at + _PORTION], []) for at in range(0, len(results), _PORTION))
