"""Decodes frames of a video in a thread of its own; a new request replaces a waiting one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from tinyface_core.types import CancelToken, Frame

from ..models.pyramid import Pyramid
from ..work import LatestJob, Worker

if TYPE_CHECKING:
    from tinyface_core.media.pages import Pages
    from tinyface_core.media.video import Video

_USUAL_FPS = 25.0
_FASTEST = 8.0


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """For the time line: number of frames, frames a second, and whether they have times, which pages have not."""

    frames: int
    fps: float
    has_clock: bool = True


@dataclass(frozen=True, slots=True)
class ShownFrame:
    """A decoded frame with its image pyramid."""

    frame: Frame
    pyramid: Pyramid


class VideoPlayer(QObject):
    """Plays, steps and seeks in a video or a file of pages, without blocking the GUI thread."""

    opened = Signal(object)
    """`VideoInfo`."""
    shown = Signal(object)
    """`ShownFrame`."""
    failed = Signal(str, str)
    """One sentence as the core says it, details."""
    playing_changed = Signal(bool)
    """Whether it plays; also emitted if only the speed changes."""
    marks_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A video may be used by one thread only: this worker has one.
        self._worker = Worker(self)
        self._latest = LatestJob(self._worker, let_run=True)
        self._video: Video | Pages | None = None
        self._turn = 0
        self.path: Path | None = None
        """Path of the open video, or None."""
        self.info = VideoInfo(0, _USUAL_FPS)
        """Data of the open video; no frames if none is open."""
        self.number = -1
        """Number of the shown frame; -1 for none."""
        self._wanted: int | None = None
        self.playing = False
        """Whether it plays; see `play` and `pause`."""
        self.speed = 1.0
        """Speed relative to the recording; negative backwards."""
        self.marks: tuple[int | None, int | None] = (None, None)
        """First and last frame of the part that is played repeatedly; None: the end of the video."""
        self._play_from = (0, 0.0)
        self._tick = QTimer(self, singleShot=True)
        self._tick.timeout.connect(self._play_on)

    def open(self, path: Path, number: int = 0, turn: int = 0) -> None:
        """Open a video, or a file of pages rotated by so many degrees, and show one of its frames."""
        self.close()
        self.path = path
        self._wanted = number
        job = self._latest.start(lambda cancel, _report: self._open(path, turn, cancel)).then(self._take_info)
        job.failed_because.connect(self.failed)

    def close(self) -> None:
        """Close the video."""
        self.pause()
        self._latest.cancel()
        self._wanted, self.number, self.path = None, -1, None
        self.marks = (None, None)
        self.info = VideoInfo(0, _USUAL_FPS)

    def stop(self) -> None:
        """Close and wait for the thread; for the end of the program."""
        self.close()
        self._worker.stop()

    def seek(self, number: int) -> None:
        """Show a frame; of several waiting requests only the last is decoded."""
        if self.path is None:
            return
        last = max(self.info.frames - 1, 0)
        number = min(max(number, 0), last)
        if self.playing:
            self._play_from = (number, monotonic())
        self._want(number)

    def step(self, by: int) -> None:
        """Pause and go some frames forwards or backwards."""
        self.pause()
        self.seek((self.number if self._wanted is None else self._wanted) + by)

    def play(self, speed: float = 1.0) -> None:
        """Play from the current frame, at the end from the start; while playing, only change the speed."""
        if self.path is None or not self.info.has_clock:
            return
        self.playing, self.speed = True, speed
        begin, end = self._way()
        here = max(self.number, 0)
        self._play_from = (begin if (here - end) * speed >= 0 else here, monotonic())
        self.playing_changed.emit(True)
        self._play_on()

    def shuttle(self, way: int) -> None:
        """Play forwards (1) or backwards (-1); each repeated call doubles the speed, up to eight times."""
        quicker = self.playing and self.speed * way > 0
        self.play(way * min(abs(self.speed) * 2, _FASTEST) if quicker else float(way))

    def mark(self, end: int) -> None:
        """Set the start (0) or end (1) of the played part to the current frame; a second call there removes it."""
        marks = list(self.marks)
        marks[end] = None if marks[end] == self.number else self.number
        first, last = marks
        if first is not None and last is not None and first >= last:
            marks[1 - end] = None
        self.marks = (marks[0], marks[1])
        self.marks_changed.emit()

    def _way(self) -> tuple[int, int]:
        """First and last frame in the order of playing."""
        first, last = self.marks
        way = first or 0, max(self.info.frames - 1, 0) if last is None else last
        return way if self.speed > 0 else way[::-1]

    def pause(self) -> None:
        """Stop at the current frame."""
        self._tick.stop()
        if self.playing:
            self.playing = False
            self.playing_changed.emit(False)

    def _play_on(self) -> None:
        # The clock decides, not the decoder: a slow machine drops frames instead of time.
        start, since = self._play_from
        number = start + int((monotonic() - since) * self.info.fps * self.speed)
        begin, end = self._way()
        if (number - end) * self.speed >= 0:
            if self.marks == (None, None):
                self._want(end)
                self.pause()
                return
            number = begin
            self._play_from = (begin, monotonic())
        if number != self.number:
            self._want(number)
        self._tick.start(max(5, round(1000 / self.info.fps / 2)))

    def _want(self, number: int) -> None:
        if number != self._wanted:
            self._wanted = number
            self._decode()

    def _decode(self) -> None:
        number = self._wanted
        if number is not None and self.info.frames:
            job = self._latest.start(lambda cancel, _report: self._frame(number, cancel)).then(self._show)
            job.failed_because.connect(self._fail)

    def _show(self, shown: ShownFrame) -> None:
        self.number = shown.frame.index or 0
        if self.number == self._wanted:
            self._wanted = None
        self.shown.emit(shown)

    def _fail(self, reason: str, details: str) -> None:
        self._wanted = None
        self.failed.emit(reason, details)

    def _take_info(self, info: VideoInfo) -> None:
        self.info = info
        self.opened.emit(info)
        self._decode()

    def _open(self, path: Path, turn: int, cancel: CancelToken) -> VideoInfo:
        from tinyface_core.media.sources import is_video, open_frames

        if self._video is not None:
            self._video.close()
            self._video = None
        self._video, self._turn = open_frames(path), turn
        return VideoInfo(self._video.count_frames(cancel), self._video.fps or _USUAL_FPS, is_video(path))

    def _frame(self, number: int, cancel: CancelToken) -> ShownFrame:
        from tinyface_core.media.turning import turned_frame

        assert self._video is not None
        frame = turned_frame(self._video.frame(number, cancel), self._turn)
        return ShownFrame(frame, Pyramid(frame.pixels))
