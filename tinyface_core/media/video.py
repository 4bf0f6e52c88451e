"""Videos: frames in order, and any one frame exactly, by number or by time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tinyface_core.media.images import MediaError
from tinyface_core.types import CancelToken, Frame, stop_if_asked


@dataclass(frozen=True, slots=True)
class _Index:
    """Presentation times of all frames, in units of the stream's time base.

    Attributes:
        times: rising, one a frame.
        keys: rising; for each frame from which decoding can start, its time of showing and that of
            decoding, by which containers are searched.
    """

    times: list[int]
    keys: list[tuple[int, int]]


class Video:
    """A video file, read frame by frame with bounded memory.

    Frames are numbered in the order in which they are shown, from 0; seconds count from the first
    one. Both stay exact with B-frames and variable frame rates, since they come from an index of
    the file's own time stamps, read (without decoding) at the first call that needs it.

    Not to be shared by threads: each opens its own. `frames` may run beside `frame`, since it
    reads the file by itself.

    Attributes:
        path: the file.
        width, height: of the upright frames, in pixels.
        fps: mean frames a second, 0 where the file does not say.
        duration: in seconds, None where the file does not say.
        frame_estimate: number of frames as the file's header says or duration and rate tell, 0 if
            neither does; `count_frames` is exact.
    """

    def __init__(self, path: Path) -> None:
        """Open a file and decode its first frame.

        Raises:
            MediaError: if it is missing, not a video, or damaged.
        """
        self.path = path
        self._index: _Index | None = None
        self._decoder: Iterator[VideoFrame] | None = None
        self._position: int | None = None
        self._container, self._stream = _open(path)
        try:
            with _sentences(path):
                first = next(_decode(self._container.demux(self._stream)), None)
            if first is None:
                raise MediaError(f"{path.name} holds no frame that can be decoded: convert it to MP4 (H.264).")
        except BaseException:
            self._container.close()
            raise
        # AVI stores no time of showing, only a rate: there the frames are counted instead.
        self._counted = self._container.format.name == "avi"
        self._origin = 0 if self._counted else first.pts or 0
        sideways = _quarter_turns(first) % 2 == 1
        self.width, self.height = (first.height, first.width) if sideways else (first.width, first.height)
        rate = self._stream.average_rate or self._stream.guessed_rate
        self.fps = float(rate) if rate else 0.0
        self.duration = self._known_duration()
        self.frame_estimate = self._stream.frames or round((self.duration or 0) * self.fps)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._decoder = None
        self._container.close()

    def frames(self, every: int = 1, cancel: CancelToken | None = None) -> Iterator[Frame]:
        """Frames 0, `every`, 2 `every`, ... with their number and seconds.

        Raises:
            MediaError: if nothing can be decoded; damaged places inside the file are passed over.
            Cancelled: once `cancel` is set, asked before each frame is decoded.
            ValueError: if `every` is less than 1.
        """
        if every < 1:
            raise ValueError(f"Every n-th frame needs n of at least 1, not {every}.")
        container, stream = _open(self.path)
        with container, _sentences(self.path):
            # Frame threads double the speed of a long run but delay the first frame of a seek.
            stream.thread_type = "AUTO"
            for number, frame in enumerate(_decode(container.demux(stream), cancel)):
                if number % every == 0:
                    yield self._upright(frame, number)

    def count_frames(self, cancel: CancelToken | None = None) -> int:
        """Exact number of frames.

        Raises:
            MediaError, Cancelled: as `frame`.
        """
        return len(self._indexed(cancel).times)

    def frame(self, number: int, cancel: CancelToken | None = None) -> Frame:
        """The frame with this number, counted from 0 in the order of showing.

        Raises:
            MediaError: if there is no such frame, or the file cannot be decoded there.
            Cancelled: once `cancel` is set.
        """
        times = self._indexed(cancel).times
        if not 0 <= number < len(times):
            raise MediaError(f"{self.path.name} has frames 0 to {len(times) - 1}, not {number}.")
        with _sentences(self.path):
            return self._upright(self._decode_at(times[number], cancel), number)

    def _decode_at(self, time: int, cancel: CancelToken | None) -> VideoFrame:
        """The frame shown at `time`; decoding goes on from the last one where that is the shorter way."""
        keys = self._indexed(cancel).keys
        before = [key for key in keys if key[0] <= time]
        key = before[-1][0] if before else self._origin
        if self._decoder is None or self._position is None or not key <= self._position < time:
            # Some containers land behind the key frame that was asked for: then an earlier one is tried.
            starts = (self._decoder_from(*key) for key in reversed(before))
            self._decoder = next((start for start in starts if start is not None), None)
            self._position = None
        for frame in self._decoder or ():
            stop_if_asked(cancel)
            if frame.pts is None:
                continue
            self._position = frame.pts
            # Beyond `time` only where its own frame is damaged: the next good one stands in.
            if frame.pts >= time:
                return frame
        self._decoder = None
        raise MediaError(f"{self.path.name} is damaged at {self._seconds(time):.2f} s: try an earlier place.")

    def _decoder_from(self, key: int, decoded: int) -> Iterator[VideoFrame] | None:
        """Frames from the key frame shown at `key`, or an earlier one; None if the container landed later."""
        if self._counted:
            # Seeking would leave the decoder holding frames, and the count would be out by them.
            self._container.close()
            self._container, self._stream = _open(self.path)
            return _counted(_decode(self._container.demux(self._stream)))
        self._container.seek(decoded, stream=self._stream, backward=True)
        packets = self._container.demux(self._stream)
        # What comes before a key frame would be decoded from pictures that are not there.
        for packet in packets:
            if packet.is_keyframe:
                return _decode(chain([packet], packets)) if (packet.pts or key) <= key else None
        return None

    def _indexed(self, cancel: CancelToken | None) -> _Index:
        if self._index is None:
            self._index = self._read_index(cancel)
        return self._index

    def _read_index(self, cancel: CancelToken | None) -> _Index:
        container, stream = _open(self.path)
        with container, _sentences(self.path):
            if self._counted:
                return self._read_index_by_decoding(cancel)
            times, keys = [], []
            for packet in container.demux(stream):
                stop_if_asked(cancel)
                if packet.size == 0 or packet.is_discard:
                    continue
                if packet.pts is None:
                    return self._read_index_by_decoding(cancel)
                times.append(packet.pts)
                if packet.is_keyframe:
                    keys.append((packet.pts, packet.pts if packet.dts is None else packet.dts))
        return _Index(sorted(set(times)), sorted(set(keys)))

    def _read_index_by_decoding(self, cancel: CancelToken | None) -> _Index:
        container, stream = _open(self.path)
        with container:
            stream.thread_type = "AUTO"
            frames = _decode(container.demux(stream), cancel)
            stamps = [frame.pts for frame in (_counted(frames) if self._counted else frames)]
        times = sorted({frame_time for frame_time in stamps if frame_time is not None})
        # Such files give right times only when read from the start.
        return _Index(times, [(time, 0) for time in times[:1]])

    def _upright(self, frame: VideoFrame, number: int) -> Frame:
        pixels = np.rot90(frame.to_ndarray(format="rgb24"), _quarter_turns(frame))
        time = number if self._counted else frame.pts
        seconds = number / (self.fps or 25) if time is None else self._seconds(time)
        return Frame(np.ascontiguousarray(pixels, np.uint8), str(self.path), number, seconds)

    def _seconds(self, time: int) -> float:
        return float((time - self._origin) * self._time_base())

    def _time_base(self) -> Fraction:
        if self._counted:
            return 1 / (self._stream.average_rate or Fraction(25))
        return self._stream.time_base or Fraction(1, av.time_base)

    def _known_duration(self) -> float | None:
        if self._stream.duration:
            return float(self._stream.duration * (self._stream.time_base or self._time_base()))
        if self._container.duration:
            return self._container.duration / av.time_base
        return None


def _open(path: Path) -> tuple[InputContainer, VideoStream]:
    with _sentences(path):
        container = av.open(str(path))
    if not container.streams.video:
        container.close()
        raise MediaError(f"{path.name} has no pictures in it, only sound: choose a video.")
    return container, container.streams.video[0]


def _decode(packets: Iterable[Packet[VideoStream]], cancel: CancelToken | None = None) -> Iterator[VideoFrame]:
    """Frames in the order of showing; packets that cannot be decoded are passed over."""
    for packet in packets:
        stop_if_asked(cancel)
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        yield from (frame for frame in frames if isinstance(frame, VideoFrame))


def _counted(frames: Iterable[VideoFrame]) -> Iterator[VideoFrame]:
    """The same frames, stamped with their number."""
    for number, frame in enumerate(frames):
        frame.pts = number
        yield frame


def _quarter_turns(frame: VideoFrame) -> int:
    """How often the stored frame is turned counter-clockwise by 90 degrees to stand upright."""
    return round(frame.rotation / 90) % 4


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    """Every way FFmpeg can fail becomes a sentence."""
    try:
        yield
    except FileNotFoundError:
        raise MediaError(f"{path} does not exist: check the name.") from None
    except IsADirectoryError:
        raise MediaError(f"{path} is a folder: open the videos in it.") from None
    except PermissionError:
        raise MediaError(f"{path.name} may not be read: check its permissions.") from None
    except (av.error.FFmpegError, OSError, ValueError) as error:
        if path.is_dir():
            raise MediaError(f"{path} is a folder: open the videos in it.") from None
        if path.stat().st_size == 0:
            raise MediaError(f"{path.name} is empty: get a fresh copy of it.") from None
        reason = getattr(error, "strerror", None) or error
        raise MediaError(
            f"{path.name} is not a video that can be read ({reason}): convert it to MP4 (H.264)."
        ) from error
