"""The frames of a video: numbers, times, and the key frame to start decoding from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from av.video.frame import VideoFrame

from tinyface_core.media.video_file import Key, VideoFile
from tinyface_core.types import CancelToken, stop_if_asked


class FrameIndex(Protocol):
    """Numbers the frames of a video in presentation order, from 0.

    Attributes:
        count: number of frames; None if not yet known.
        remarks: sentences for the user about missing frames.
    """

    @property
    def count(self) -> int | None: ...  # noqa: D102
    @property
    def remarks(self) -> tuple[str, ...]: ...  # noqa: D102

    def numbered(self, frames: Iterable[VideoFrame]) -> Iterator[tuple[int, VideoFrame]]:
        """Add their numbers to decoded frames; frames without a number are dropped."""

    def starts(self, number: int) -> Iterator[Key | None]:
        """Key frames from which this frame can be decoded, nearest first; None for the start of the file."""

    def goes_on(self, reached: int, number: int) -> bool:
        """Whether decoding should continue from frame `reached` rather than seek, to get to frame `number`."""

    def seconds(self, number: int) -> float:
        """Presentation time of a frame relative to the first one."""

    def is_doubtful(self, number: int) -> bool:
        """Whether the container marks the frame as damaged."""


@dataclass(frozen=True, slots=True)
class StampedFrames:
    """Frames identified by their time stamps, so that a frame that cannot be decoded still has its number.

    Attributes:
        times: of all frames, increasing, in the stream's time base.
        keys: key frames, increasing.
        time_base: in seconds.
        doubtful: times of frames that are marked as damaged.
        remarks: see `FrameIndex`.
    """

    times: Sequence[int]
    keys: Sequence[Key]
    time_base: Fraction
    doubtful: frozenset[int] = frozenset()
    remarks: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.times)

    def numbered(self, frames: Iterable[VideoFrame]) -> Iterator[tuple[int, VideoFrame]]:
        """See `FrameIndex`."""
        for frame in frames:
            if frame.pts is not None:
                number = bisect_left(self.times, frame.pts)
                if number < len(self.times) and self.times[number] == frame.pts:
                    yield number, frame

    def starts(self, number: int) -> Iterator[Key | None]:
        """See `FrameIndex`."""
        if number > 0:
            behind = bisect_right(self.keys, self.times[number], key=lambda key: key.time)
            yield from reversed(self.keys[:behind])
        yield None

    def goes_on(self, reached: int, number: int) -> bool:
        """See `FrameIndex`."""
        key = next(self.starts(number))
        return reached < number and (key is None or key.time <= self.times[reached])

    def seconds(self, number: int) -> float:
        """See `FrameIndex`."""
        return float((self.times[number] - self.times[0]) * self.time_base)

    def is_doubtful(self, number: int) -> bool:
        """See `FrameIndex`."""
        return self.times[number] in self.doubtful


@dataclass(frozen=True, slots=True)
class CountedFrames:
    """Frames of a file without usable time stamps, which are counted by decoding from the start.

    Attributes:
        rate: frames a second.
        count, remarks: see `FrameIndex`.
    """

    rate: float
    count: int | None = None
    remarks: tuple[str, ...] = field(default=(), init=False)

    def numbered(self, frames: Iterable[VideoFrame]) -> Iterator[tuple[int, VideoFrame]]:
        """See `FrameIndex`."""
        return enumerate(frames)

    def starts(self, number: int) -> Iterator[Key | None]:
        """See `FrameIndex`."""
        yield None

    def goes_on(self, reached: int, number: int) -> bool:
        """See `FrameIndex`."""
        return reached < number

    def seconds(self, number: int) -> float:
        """See `FrameIndex`."""
        return number / self.rate

    def is_doubtful(self, number: int) -> bool:
        """See `FrameIndex`."""
        return False


def read_index(file: VideoFile, first: int | None, cancel: CancelToken | None = None) -> FrameIndex:
    """Index the frames of a file, read from start to end, without decoding.

    `first` is the time stamp of the first frame that could be decoded; None if none could.
    """
    counted = CountedFrames(float(file.stream.guessed_rate or file.stream.average_rate or 25))
    if file.counted or first is None:
        return counted
    times, keys, read, hidden, joints = set(), {}, 0, False, 0
    doubtful, latest = set[int](), [0, 0]
    for packet in file.packets():
        stop_if_asked(cancel)
        if packet.size == 0:
            continue
        if packet.pts is None:
            return counted
        read += 1
        if file.joints > joints:
            # At a joint the continuity counter restarts, which is not damage; decoders report incomplete frames.
            joints = file.joints
            doubtful.difference_update(latest)
        latest = [latest[-1], packet.pts]
        if packet.is_keyframe:
            seek = packet.pts if packet.dts is None or file.sought_by_showing else packet.dts
            keys[packet.pts] = Key(packet.pts, seek, packet.pos, packet.is_discard)
        if packet.is_discard:  # an edit list hides it
            hidden = True
            continue
        times.add(packet.pts)
        if packet.is_corrupt:
            doubtful.add(packet.pts)
    kept = sorted(time for time in times if time >= first)
    # The header's number of frames is only reliable for MOV/MP4 without hidden frames.
    promised = file.stream.frames if file.kind.startswith("mov") and not hidden else 0
    return StampedFrames(
        kept,
        [replace(keys[time], seek=None) if file.joints else keys[time] for time in sorted(keys)],
        file.stream.time_base or Fraction(1),
        frozenset(doubtful),
        tuple(_remarks(len(times) - len(kept), promised - read, promised)),
    )


def _remarks(undecodable: int, missing: int, promised: int) -> Iterator[str]:
    if undecodable > 0:
        what = "first frame" if undecodable == 1 else f"first {undecodable} frames"
        yield f"The video's {what} could not be decoded, nor counted: it may have been cut there."
    if missing > 0:
        yield f"The video breaks off: {missing} of its {promised} frames are missing."
