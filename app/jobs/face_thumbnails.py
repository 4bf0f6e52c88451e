"""Thumbnails of faces that a project brought along: cut when a view asks for them, picture by picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThreadPool

from tinyface_core.types import Frame

from ..models.faces import FaceEntry, FacesModel, cut_thumbnails
from .job import Job
from .loading import FrameCache

_Place = tuple[str, int | None]


class FaceThumbnails(QObject):
    """Serves `FacesModel.thumbnail_wanted`; the frame asked for last comes first."""

    def __init__(self, faces: FacesModel, cache: FrameCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faces = faces
        self._cache = cache
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._wanted: list[_Place] = []
        self._tried: set[int] = set()
        self._job: Job | None = None
        faces.thumbnail_wanted.connect(self._ask)

    def stop(self) -> None:
        """Make no more."""
        self._wanted.clear()
        self._pool.waitForDone()

    def _ask(self, entry: FaceEntry) -> None:
        if entry.key in self._tried:
            return
        place = (entry.source, entry.index)
        if self._wanted[-1:] != [place]:
            if place in self._wanted:
                self._wanted.remove(place)
            self._wanted.append(place)
        self._next()

    def _next(self) -> None:
        if self._job is not None or not self._wanted:
            return
        source, index = self._wanted.pop()
        entries = [entry for entry in self._faces.entries_of(source, index) if entry.key not in self._tried]
        if not entries:
            self._next()
            return
        self._tried.update(entry.key for entry in entries)
        boxes = [entry.face for entry in entries]
        job = Job(lambda _cancel, _report: cut_thumbnails(self._frame(source, index).pixels, boxes), self)
        job.result.connect(
            lambda images: self._faces.set_thumbnails(
                {entry.key: image for entry, image in zip(entries, images, strict=True)}
            )
        )
        job.done.connect(self._finish)
        self._job = job
        job.start(self._pool)

    def _frame(self, source: str, index: int | None) -> Frame:
        if index is None:
            return self._cache.get(source)
        from tinyface_core.media.video import Video

        with Video(Path(source)) as video:
            return video.frame(index)

    def _finish(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        self._next()
