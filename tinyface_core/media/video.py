"""Reads videos: frames in order, or any frame by its number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tinyface_core.files import Opened
from tinyface_core.media.frame_index import CountedFrames, FrameIndex, read_index
from tinyface_core.media.opening import MediaError
from tinyface_core.media.scenes import SceneCuts
from tinyface_core.media.step import Step
from tinyface_core.media.upright import Display
from tinyface_core.media.video_file import Key, VideoFile, sentences
from tinyface_core.types import CancelToken, Frame, RgbImage, stop_if_asked

_INTERLACED = "The video is stored as interlaced: if what moves is split into lines, search a deinterlaced copy."
_TRIES = 3
"""Number of key frames from which decoding is tried, as the nearest may be damaged."""


class _Decoded(NamedTuple):
    """A frame with its number, and whether it is damaged or depends on a damaged one."""

    number: int
    frame: VideoFrame
    is_doubtful: bool


class StoredFrame(NamedTuple):
    """A stored frame, its number and seconds as in `Frame`, and how it is displayed."""

    number: int
    seconds: float
    frame: VideoFrame
    display: Display


class Video(Opened):
    """A video file, read frame by frame with bounded memory.

    Frames are numbered from 0 in presentation order; seconds are relative to the first frame. Both come from an index
    of the time stamps in the file, which is read (without decoding) when it is first needed. So a number always means
    the same frame, even if frames before it are damaged.

    Not thread-safe, but `frames` and `frame` may be used at the same time, because `frames` opens the file again.

    Attributes:
        width, height: of the upright frames with square pixels.
        fps: mean frame rate; 0 if unknown.
        duration: in seconds; None if unknown.
        frame_estimate: number of frames by the header, or by duration and rate; 0 if unknown. `count_frames` is exact.
    """

    def __init__(self, path: Path) -> None:
        """Open a file and decode its first frame.

        Raises:
            MediaError: if it is missing, not a video, damaged, or its frames are too large.
        """
        self.path = path
        self._index: FrameIndex | None = None
        self._running: Iterator[_Decoded] | None = None
        self._reached = -1
        self._file = VideoFile(path)
        try:
            with sentences(path):
                first = next(self._file.decoded(self._file.packets()), None)
            if first is None:
                raise MediaError(f"{path.name} holds no frame that can be decoded: convert it to MP4 (H.264).")
        except BaseException:
            self._file.close()
            raise
        stream = self._file.stream
        self._first = first
        self._aspect = stream.sample_aspect_ratio or Fraction(1)
        self.width, self.height = self._display(first).size(first)
        rate = stream.guessed_rate if self._file.counted else stream.average_rate or stream.guessed_rate
        self.fps = float(rate) if rate else 0.0
        self.duration = self._file.duration
        self.frame_estimate = stream.frames or round((self.duration or 0) * self.fps)

    def close(self) -> None:
        """Close the file."""
        self._running = None
        self._file.close()

    @property
    def stream(self) -> VideoStream:
        """The video stream of the file."""
        return self._file.stream

    @property
    def first(self) -> VideoFrame:
        """The first decoded frame."""
        return self._first

    @property
    def is_counted(self) -> bool:
        """Whether the time stamps are unusable and frames are counted."""
        return self._file.counted

    def poster(self) -> RgbImage:
        """The first frame, RGB uint8 `(height, width, 3)`, upright; does not read the file."""
        return self._display(self._first).upright(self._first)

    def frames(self, every: int | Step = 1, cancel: CancelToken | None = None, start: int = 0) -> Iterator[Frame]:
        """Frames 0, `every`, 2 `every`, ... from `start`, with cuts between them.

        Frames that cannot be decoded are skipped; a neighbouring frame has a remark about them.

        Raises:
            MediaError: if nothing can be decoded.
            Cancelled: once `cancel` is set; checked before each frame.
            ValueError: if `every` is less than 1.
        """
        if isinstance(every, Step):
            every = every.frames(self.fps)
        if every < 1:
            raise ValueError(f"Every n-th frame needs n of at least 1, not {every}.")
        cuts = SceneCuts()
        for frame in self._in_order(every, cancel, start):
            yield replace(frame, cut=cuts.is_cut(frame.pixels), every=every)

    def _in_order(self, every: int, cancel: CancelToken | None, start: int) -> Iterator[Frame]:
        index = self._indexed(cancel)
        if index.count is not None and start >= index.count:
            return
        with VideoFile(self.path) as file, sentences(self.path):
            held: _Decoded | None = None
            lost: list[int] = []
            remarks = () if start else self._remarks(index)
            following = start
            for decoded in next(_decodings(file, index, start, cancel), ()):
                if decoded.number < following:  # before the start
                    continue
                lost += range(following, decoded.number)
                following = decoded.number + 1
                if decoded.number % every:
                    continue
                if held is not None:
                    yield self._frame(held, index, (*remarks, *_damage(lost)))
                    remarks, lost = (), []
                held = decoded
            lost += range(following, index.count or following)
            if held is not None:
                yield self._frame(held, index, (*remarks, *_damage(lost)))

    def stored_frames(self, cancel: CancelToken | None = None) -> Iterator[StoredFrame]:
        """All decoded frames; those that cannot be decoded are skipped.

        Raises:
            MediaError, Cancelled: as `frames`.
        """
        index = self._indexed(cancel)
        with VideoFile(self.path) as file, sentences(self.path):
            for number, frame in index.numbered(file.decoded(file.packets(), cancel)):
                yield StoredFrame(number, index.seconds(number), frame, self._display(frame))

    def count_frames(self, cancel: CancelToken | None = None) -> int:
        """Exact number of frames, including damaged ones.

        Raises:
            MediaError, Cancelled: as `frame`.
        """
        index = self._indexed(cancel)
        if isinstance(index, CountedFrames) and index.count is None:
            with VideoFile(self.path) as file, sentences(self.path):
                self._index = index = replace(index, count=sum(1 for _ in file.decoded(file.packets(), cancel)))
        return index.count or 0

    def frame(self, number: int, cancel: CancelToken | None = None) -> Frame:
        """The frame with this number, from 0 in presentation order.

        Raises:
            MediaError: if there is no such frame, or it cannot be decoded.
        """
        index = self._indexed(cancel)
        found = None
        if number >= 0 and (index.count is None or number < index.count):
            with sentences(self.path):
                found = self._look_for(number, index, cancel)
        if found is not None:
            return self._frame(found, index, () if number else self._remarks(index))
        count = self.count_frames(cancel)
        if not 0 <= number < count:
            raise MediaError(f"{self.path.name} has frames 0 to {count - 1}, not {number}.")
        raise MediaError(f"Frame {number} of {self.path.name} is damaged: choose another one.")

    def _look_for(self, number: int, index: FrameIndex, cancel: CancelToken | None) -> _Decoded | None:
        """The frame with this number; continues decoding from the last one if that is faster than seeking."""
        if self._running is not None and index.goes_on(self._reached, number):
            found = self._run_to(number, cancel)
            if found is not None:
                return found
        self._running = None  # free the decoder before another one is created
        # Later calls continue this decoding, so it must not use the token of this call.
        for frames in islice(_decodings(self._file, index, number), _TRIES):
            self._running, self._reached = frames, -1
            found = self._run_to(number, cancel)
            if found is not None:
                return found
        return None

    def _run_to(self, number: int, cancel: CancelToken | None) -> _Decoded | None:
        for decoded in self._running or ():
            stop_if_asked(cancel)
            self._reached = decoded.number
            if decoded.number >= number:
                return decoded if decoded.number == number else None
        self._running = None
        return None

    def _display(self, frame: VideoFrame) -> Display:
        return Display.of(frame, self._aspect)

    def _indexed(self, cancel: CancelToken | None) -> FrameIndex:
        if self._index is None:
            with VideoFile(self.path) as file, sentences(self.path):
                self._index = read_index(file, self._first.pts, cancel)
        return self._index

    def _remarks(self, index: FrameIndex) -> tuple[str, ...]:
        """On the whole video; its first frame has them."""
        return (*index.remarks, _INTERLACED) if self._first.interlaced_frame else index.remarks

    def _frame(self, decoded: _Decoded, index: FrameIndex, remarks: tuple[str, ...] = ()) -> Frame:
        number, frame, is_doubtful = decoded
        if is_doubtful:
            remarks = (*remarks, f"Frame {number} is damaged: parts of what it shows may be wrong.")
        pixels = self._display(frame).upright(frame)
        return Frame(pixels, str(self.path), number, index.seconds(number), remarks)


def _decodings(
    file: VideoFile, index: FrameIndex, number: int, cancel: CancelToken | None = None
) -> Iterator[Iterator[_Decoded]]:
    """Decodings that reach a frame, from the nearest key frame first; requesting one invalidates the one before."""
    for key in index.starts(number):
        packets = file.packets() if key is None else file.packets_from(key)
        if packets is None:  # the container could not seek to this key frame
            continue
        frames = _judged(index, index.numbered(file.decoded(packets, cancel)))
        first = next(frames, None)
        # If the key frame is damaged, the decoded frames would depend on where decoding started.
        if first is not None and (key is None or _begins(first.frame, key)):
            yield chain([first], frames)


def _begins(first: VideoFrame, key: Key) -> bool:
    """Whether the first decoded frame is undamaged and not after the key frame."""
    return not first.is_corrupt and (key.is_hidden or first.pts is None or first.pts <= key.time)


def _judged(index: FrameIndex, numbered: Iterator[tuple[int, VideoFrame]]) -> Iterator[_Decoded]:
    """Mark frames as doubtful from a damaged or missing frame until the next key frame."""
    doubtful, following = False, None
    for number, frame in numbered:
        missed = following is not None and number > following
        doubtful = (doubtful or missed) and not frame.key_frame
        doubtful = doubtful or frame.is_corrupt or index.is_doubtful(number)
        following = number + 1
        yield _Decoded(number, frame, doubtful)


def _damage(lost: list[int]) -> Iterator[str]:
    if len(lost) == 1:
        yield f"Frame {lost[0]} is damaged and was passed over."
    elif lost and len(lost) == lost[-1] - lost[0] + 1:
        yield f"Frames {lost[0]} to {lost[-1]} are damaged and were passed over."
    elif lost:
        yield f"{len(lost)} of the frames {lost[0]} to {lost[-1]} are damaged and were passed over."
