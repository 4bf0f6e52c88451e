"""Reads from the disk in worker threads: folder listings, pictures, thumbnails."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage, QTransform

from tinyface_core.types import CancelToken, Frame, RgbImage, UserError

from ..models.images import to_image
from ..models.pictures import Picture, State
from ..sentences import in_users_language
from ..work import JobQueue, Work, Worker

if TYPE_CHECKING:
    from tinyface_core.media.opening import MediaError

_SIDE = 128
"""Of a thumbnail, in Qt's pixels: as large as the film strip shows it."""
_MOST_QUEUED = 200
_FIRST_PORTION, _PORTION = 50, 500
_SECONDS_OF_REST = 0.01
_MOST_KEPT_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """Result of listing files and folders.

    Attributes:
        refused: a sentence for each path that could not be opened.
    """

    found: int
    refused: dict[Path, str] = field(default_factory=dict)


def list_pictures(
    paths: list[Path], cancel: CancelToken, tell: Callable[[list[Picture]], None], state: State = State.IDLE
) -> Listed:
    """List the photos and videos among `paths` and in the folders among them; missing ones are skipped.

    They are passed to `tell` in portions with pauses, so that the window stays responsive with 100,000 pictures; photos
    are in `state`.
    """
    from tinyface_core.media.pages import has_pages
    from tinyface_core.media.sources import NothingFound, is_video, list_media

    refused: dict[Path, MediaError] = {}
    found, portion = 0, []
    for path in list_media(paths, cancel, refused.__setitem__):
        if is_video(path):
            portion.append(Picture(str(path), is_video=True))
        else:
            portion.append(Picture(str(path), state=state, has_pages=has_pages(path)))
        found += 1
        if len(portion) == (_PORTION if found > _PORTION else _FIRST_PORTION):
            tell(portion)
            portion = []
            time.sleep(_SECONDS_OF_REST)
    if portion:
        tell(portion)
    # Of several folders an empty one is told; where there is nothing else, nothing was found at all.
    reasons = ((path, error) for path, error in refused.items() if found or not isinstance(error, NothingFound))
    told = {path: in_users_language(str(error)) for path, error in reasons}
    return Listed(found, told)


def prepare() -> None:
    """Import the libraries that read pictures, before the first one is opened."""
    from PIL import Image

    from tinyface_core.media import images, sources  # noqa: F401

    Image.init()


def prepare_scan() -> None:
    """Import the library that hashes files, before a folder is opened."""
    from tinyface_core.project.likeness import prepare_hashing

    prepare_hashing()


def prepare_plots() -> None:
    """Import the library that draws curves, for dialogs with curves."""
    import pyqtgraph  # noqa: F401


class FrameCache:
    """Cache of recently read photos, shared by the window's jobs; thread-safe."""

    def __init__(self) -> None:
        self._frames: OrderedDict[str, Frame] = OrderedDict()
        self._pinned: dict[str, Frame] = {}
        self._turns: dict[str, int] = {}
        self._reading: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, source: str) -> Frame:
        """A photo, from memory or from the disk.

        Raises:
            MediaError: if it cannot be read.
        """
        with self._lock:
            waiting = self._reading.setdefault(source, threading.Lock())
        # View and search want the same picture at the same time: the second one waits for the first.
        with waiting:
            turn, frame = self.turn_of(source), self._known(source)
            if frame is not None and frame.turn == turn:
                return frame
            from tinyface_core.media.images import load_image
            from tinyface_core.media.turning import turned_frame

            frame = load_image(Path(source)) if frame is None else frame
            frame = turned_frame(frame, turn - frame.turn)
            with self._lock:
                if source in self._pinned:
                    self._pinned[source] = frame
                else:
                    self._frames[source] = frame
                while len(self._frames) > 1 and self._kept_bytes() > _MOST_KEPT_BYTES:
                    self._frames.popitem(last=False)
                self._reading.pop(source, None)
            return frame

    def _known(self, source: str) -> Frame | None:
        with self._lock:
            if source in self._frames:
                self._frames.move_to_end(source)
            return self._pinned.get(source) or self._frames.get(source)

    def turn(self, source: str, turn: int) -> None:
        """Return a photo rotated clockwise by so many degrees from now on."""
        with self._lock:
            self._turns[source] = turn

    def turn_of(self, source: str) -> int:
        """Rotation of a picture in degrees."""
        with self._lock:
            return self._turns.get(source, 0)

    def pin(self, frame: Frame) -> None:
        """Keep a pasted picture, which is not on the disk, until `forget`."""
        with self._lock:
            self._pinned[frame.source] = frame

    def forget(self, source: str) -> None:
        """Drop a picture that was closed."""
        with self._lock:
            self._frames.pop(source, None)
            self._pinned.pop(source, None)
            self._turns.pop(source, None)

    def _kept_bytes(self) -> int:
        return sum(frame.pixels.nbytes for frame in self._frames.values())


class ThumbnailLoader(QObject):
    """Makes thumbnails, the latest request first."""

    ready = Signal(object, QImage)

    def __init__(self, cache: FrameCache, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache, self._side = cache, screen_pixels(_SIDE)
        self._worker = Worker(self)
        # What was scrolled past long ago will be asked for again when it is seen again.
        self._queue: JobQueue[tuple[str, bool, int], QImage] = JobQueue(
            self._worker, self._work, self, newest_first=True, most=_MOST_QUEUED
        )
        self._queue.result.connect(self._take)
        self._queue.failed.connect(lambda wish, _sentence, _details: self._failed.add(wish))
        self._failed: set[tuple[str, bool, int]] = set()

    def ask(self, source: str, is_video: bool, turn: int = 0) -> None:
        """Request a thumbnail, rotated by so many degrees; a second request moves it to the front."""
        wish = (source, is_video, turn)
        if wish not in self._failed and wish != self._queue.running:
            self._queue.add([wish])

    def stop(self) -> None:
        """Stop and wait for the thread."""
        self._queue.cancel()
        self._worker.stop()

    def _take(self, wish: tuple[str, bool, int], image: QImage) -> None:
        if not image.isNull():
            self.ready.emit(wish[0], image)

    def _work(self, wish: tuple[str, bool, int]) -> Work[QImage]:
        return lambda _cancel, _report: self._made(*wish)

    def _made(self, source: str, is_video: bool, turn: int) -> QImage:
        """A thumbnail; a null one of a missing file, which may come back, as with a drive."""
        try:
            return self._make(source, is_video, turn)
        except UserError:
            if Path(source).exists():
                raise
            return QImage()

    def _make(self, source: str, is_video: bool, turn: int) -> QImage:
        if is_video:
            from tinyface_core.media.video import Video

            with Video(Path(source)) as video:
                return to_image(shrunk(video.poster(), self._side))
        if not Path(source).exists():
            return to_image(shrunk(self._cache.get(source).pixels, self._side))
        from tinyface_core.media.images import thumbnail

        return to_image(thumbnail(Path(source), self._side)).transformed(QTransform().rotate(turn))


def screen_pixels(side: int) -> int:
    """Convert device-independent pixels to those of the screen with the highest resolution; for the GUI thread only."""
    application = QGuiApplication.instance()
    return math.ceil(side * (application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1))


def shrunk(pixels: RgbImage, side: int) -> RgbImage:
    """The picture as a thumbnail, RGB uint8, with a longer side of `side` pixels."""
    from tinyface_core.opencv import cv2

    scale = side / max(pixels.shape[:2])
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    return cast(RgbImage, cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
