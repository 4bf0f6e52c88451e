"""Thumbnails of video frames for the preview above the time line; decoded in a thread of their own."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from tinyface_core.types import CancelToken

from ..models.images import to_image
from ..work import LatestJob, Worker
from .loading import screen_pixels, shrunk

if TYPE_CHECKING:
    from tinyface_core.media.video import Video

_SIDE = 160
"""Of a thumbnail, in Qt's pixels."""
_MOST_KEPT = 300


class FrameThumbnails(QObject):
    """Thumbnails of one video: of several waiting requests only the last is decoded; recent ones are cached."""

    ready = Signal(QImage)
    """A thumbnail; that of the latest request comes last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A video may be used by one thread only: this worker has one.
        self._worker = Worker(self)
        # Each wish that was begun is shown, or nothing would be seen while the mouse moves.
        self._latest = LatestJob(self._worker, let_run=True)
        self._side = screen_pixels(_SIDE)
        self._path: Path | None = None
        self._video: Video | None = None
        self._images: OrderedDict[int, QImage] = OrderedDict()

    def set_video(self, path: Path | None) -> None:
        """Serve this video from now on; it is opened at the first request."""
        self._latest.cancel()
        self._path = path
        self._images.clear()

    def ask(self, number: int) -> None:
        """Request a frame, for which `ready` is emitted soon; undecodable frames have no thumbnail."""
        path = self._path
        if path is None:
            return
        if number in self._images:
            self._latest.cancel()
            self._images.move_to_end(number)
            self.ready.emit(self._images[number])
            return
        self._latest.start(lambda cancel, _report: self._decoded(path, number, cancel)).then(
            lambda image: self._take(number, image)
        )

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self.set_video(None)
        self._worker.stop()

    def _take(self, number: int, image: QImage) -> None:
        self._images[number] = image
        if len(self._images) > _MOST_KEPT:
            self._images.popitem(last=False)
        self.ready.emit(image)

    def _decoded(self, path: Path, number: int, cancel: CancelToken) -> QImage:
        """Runs in the worker thread, which alone uses the video."""
        from tinyface_core.media.video import Video

        if self._video is None or self._video.path != path:
            if self._video is not None:
                self._video.close()
                self._video = None
            self._video = Video(path)
        image = to_image(shrunk(self._video.frame(number, cancel).pixels, self._side))
        image.setDevicePixelRatio(self._side / _SIDE)
        return image
