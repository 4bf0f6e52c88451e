"""Cuts thumbnails of a project's faces when a view needs them, one picture at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage

from tinyface_core.types import CancelToken, Frame, UserError

from ..models.face_entry import FaceEntry
from ..models.faces import FacesModel
from ..models.images import cut_thumbnail
from ..work import JobQueue, Report, Work, Worker
from .loading import FrameCache

if TYPE_CHECKING:
    from tinyface_core.media.sources import OpenedFrames

_SECONDS_OPEN = 10
"""Seconds after the last thumbnail until a video is closed."""

_MOST_BESIDE = 500
"""Missing thumbnails of other faces that are cut with those that are asked for: all those of a crowd would push out of
the memory what is being looked at."""

_Place = tuple[str, int | None]


class FaceThumbnails(QObject):
    """Serves `FacesModel.thumbnail_wanted`, the latest request first."""

    def __init__(self, faces: FacesModel, cache: FrameCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._faces = faces
        self._cache = cache
        self._worker = Worker(self)
        self._queue: JobQueue[_Place, dict[int, QImage]] = JobQueue(self._worker, self._cut, self, newest_first=True)
        self._queue.result.connect(self._take)
        self._asked: set[int] = set()
        self._tried: set[int] = set()
        """Faces whose thumbnails are being made or cannot be made; others may be requested again."""
        self._opened: OpenedFrames | None = None
        """Used only by the worker thread."""
        self._closing = QTimer(self, singleShot=True, interval=_SECONDS_OPEN * 1000)
        self._closing.timeout.connect(self._close)
        self._queue.idle.connect(self._closing.start)
        self._queue.started.connect(lambda _place: self._closing.stop())
        faces.thumbnail_wanted.connect(self._ask)

    def stop(self) -> None:
        """Stop."""
        self._closing.stop()
        self._queue.cancel()
        self._worker.stop()

    def _ask(self, entry: FaceEntry) -> None:
        if entry.key not in self._tried:
            self._asked.add(entry.key)
            self._queue.add([(entry.source, entry.index)])

    def _take(self, place: _Place, images: dict[int, QImage]) -> None:
        self._tried.difference_update(entry.key for entry in self._faces.entries_of(*place))
        self._faces.set_thumbnails(images)

    def _cut(self, place: _Place) -> Work[dict[int, QImage]] | None:
        untried = {
            entry.key: entry.face.box for entry in self._faces.entries_of(*place) if entry.key not in self._tried
        }
        asked = {key: box for key, box in untried.items() if key in self._asked}
        if not asked:
            return None
        missing = untried.keys() - asked.keys() - self._faces.known_thumbnails(untried).keys()
        beside = [key for key in untried if key in missing][:_MOST_BESIDE]
        boxes = {key: untried[key] for key in beside} | asked
        self._asked -= asked.keys()
        self._tried.update(boxes)

        def work(_cancel: CancelToken, _report: Report) -> dict[int, QImage]:
            try:
                pixels = self._frame(*place).pixels
            except UserError:
                if Path(place[0]).exists():
                    raise
                return {}  # the file may come back, as on a drive that is plugged in again
            return {key: cut_thumbnail(pixels, box) for key, box in boxes.items()}

        return work

    def _frame(self, source: str, index: int | None) -> Frame:
        if index is None:
            return self._cache.get(source)
        if self._opened is None:
            from tinyface_core.media.sources import OpenedFrames

            self._opened = OpenedFrames()
        return self._opened.frame(Path(source), index, self._cache.turn_of(source))

    def _close(self) -> None:
        if (opened := self._opened) is not None:
            self._worker.start(lambda _cancel, _report: opened.close())
