"""Frames of a video on demand: the window asks, a thread of its own decodes, the newest wish wins."""

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
    from tinyface_core.media.video import Video

_USUAL_FPS = 25.0


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What the time line needs: number of frames and frames a second."""

    frames: int
    fps: float


@dataclass(frozen=True, slots=True)
class ShownFrame:
    """A decoded frame, ready to be painted."""

    frame: Frame
    pyramid: Pyramid


class VideoPlayer(QObject):
    """Plays, steps and seeks in one video without ever waiting in the GUI thread."""

    opened = Signal(object)
    """`VideoInfo`."""
    shown = Signal(object)
    """`ShownFrame`."""
    failed = Signal(str, str)
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A video may be used by one thread only: this worker has one.
        self._worker = Worker(self)
        self._latest = LatestJob(self._worker, let_run=True)
        self._video: Video | None = None
        self._path: Path | None = None
        self.info = VideoInfo(0, _USUAL_FPS)
        """Of the open video; no frames while none is open."""
        self._number = -1
        self._wanted: int | None = None
        self.playing = False
        """Whether it runs; see `play` and `pause`."""
        self._play_from = (0, 0.0)
        self._tick = QTimer(self, singleShot=True)
        self._tick.timeout.connect(self._play_on)

    def open(self, path: Path, number: int = 0) -> None:
        """Open a video and show one of its frames."""
        self.close()
        self._path = path
        self._wanted = number
        self._latest.start(lambda cancel, _report: self._open(path, cancel)).then(self._take_info, self.failed.emit)

    def close(self) -> None:
        """Let go of the video."""
        self.pause()
        self._latest.cancel()
        self._wanted, self._number, self._path = None, -1, None
        self.info = VideoInfo(0, _USUAL_FPS)

    def stop(self) -> None:
        """Close and wait for the thread; for the end of the program."""
        self.close()
        self._worker.stop()

    def seek(self, number: int) -> None:
        """Show a frame; of many wishes in a row only the last is decoded."""
        if self._path is None:
            return
        last = max(self.info.frames - 1, 0)
        number = min(max(number, 0), last)
        if self.playing:
            self._play_from = (number, monotonic())
        self._want(number)

    def step(self, by: int) -> None:
        """Go some frames on or back, paused."""
        self.pause()
        self.seek((self._number if self._wanted is None else self._wanted) + by)

    def play(self) -> None:
        """Run from the present frame, from the start at the end."""
        if self._path is None or self.playing:
            return
        self.playing = True
        start = 0 if self._number >= self.info.frames - 1 else self._number
        self._play_from = (start, monotonic())
        self.playing_changed.emit(True)
        self._play_on()

    def pause(self) -> None:
        """Stop at the present frame."""
        self._tick.stop()
        if self.playing:
            self.playing = False
            self.playing_changed.emit(False)

    def _play_on(self) -> None:
        # The clock decides, not the decoder: a slow machine drops frames instead of time.
        start, since = self._play_from
        number = start + int((monotonic() - since) * self.info.fps)
        if number >= self.info.frames - 1:
            self._want(self.info.frames - 1)
            self.pause()
            return
        if number > self._number or self._number >= self.info.frames - 1:
            self._want(number)
        self._tick.start(max(5, round(1000 / self.info.fps / 2)))

    def _want(self, number: int) -> None:
        if number != self._wanted:
            self._wanted = number
            self._decode()

    def _decode(self) -> None:
        number = self._wanted
        if number is not None and self.info.frames:
            self._latest.start(lambda cancel, _report: self._frame(number, cancel)).then(self._show, self._fail)

    def _show(self, shown: ShownFrame) -> None:
        self._number = shown.frame.index or 0
        if self._number == self._wanted:
            self._wanted = None
        self.shown.emit(shown)

    def _fail(self, sentence: str, details: str) -> None:
        self._wanted = None
        self.failed.emit(sentence, details)

    def _take_info(self, info: VideoInfo) -> None:
        self.info = info
        self.opened.emit(info)
        self._decode()

    # -- in the video's thread ------------------------------------------------------------------------

    def _open(self, path: Path, cancel: CancelToken) -> VideoInfo:
        from tinyface_core.media.video import Video

        if self._video is not None:
            self._video.close()
            self._video = None
        self._video = Video(path)
        return VideoInfo(self._video.count_frames(cancel), self._video.fps or _USUAL_FPS)

    def _frame(self, number: int, cancel: CancelToken) -> ShownFrame:
        assert self._video is not None
        frame = self._video.frame(number, cancel)
        return ShownFrame(frame, Pyramid(frame.pixels))
