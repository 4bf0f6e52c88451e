"""Demuxes and decodes a video file from the start or from a key frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, cast

import av
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tinyface_core.files import Opened
from tinyface_core.media.opening import DoesNotFit, MediaError
from tinyface_core.types import CancelToken, stop_if_asked

LARGEST_PIXELS = 8192 * 8192
"""Videos with larger frames are refused before decoding; 8K has half as many pixels."""

_SHARED_PIXELS = 4096 * 2304
"""Larger frames are decoded by one thread, because each thread keeps several frames."""

_LISTS = frozenset(("concat", "dash", "hls", "imf"))
"""Formats that refer to other files or URLs."""

_NOT_THE_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image

_LONGEST_PAUSE, _FARTHEST_BACK, _FARTHEST_BACK_GUESSED = 10, Fraction(1, 10), 1
"""Seconds by which time stamps jump forward or back at the joint of two recordings, as in ffmpeg. The last one is for
containers without decoding time stamps, whose guessed values may go back further.
"""


@dataclass(frozen=True, slots=True)
class Key:
    """A key frame, from which decoding can start.

    Attributes:
        time: presentation time stamp, in the stream's time base.
        seek: time stamp for seeking; None if the file must be read from the start.
        is_hidden: whether an edit list hides it.
        place: position of its packet in the file, in bytes; None if unknown.
    """

    time: int
    seek: int | None
    place: int | None
    is_hidden: bool = False


class Continued:
    """Makes the time stamps of a stream continuous at joints, where they restart."""

    def __init__(self, second: Fraction, pauses_end: bool) -> None:
        """`second`: in the stream's time base; `pauses_end`: whether a long gap is a joint, as in transport streams."""
        self._second, self._pauses_end, self.joints = second, pauses_end, 0
        self._offset, self._next_decoded, self._next_shown = 0, 0, 0
        self._last: int | None = None

    def go_on(self, packet: Packet[Any]) -> None:
        """Correct the time stamps of the next packet."""
        shown, decoded = packet.pts, packet.dts
        stamp = shown if decoded is None else decoded
        if stamp is None:
            return
        here = stamp + self._offset
        farthest = _FARTHEST_BACK if self._pauses_end and decoded is not None else _FARTHEST_BACK_GUESSED
        back = self._last is not None and here < self._last - farthest * self._second
        away = abs(here - self._next_decoded) > _LONGEST_PAUSE * self._second
        if back or (self._last is not None and self._pauses_end and away):
            self.joints += 1
            ends = ((self._next_decoded, decoded), (self._next_shown, shown))
            self._offset = max(end - begin for end, begin in ends if begin is not None)
        self._last = stamp + self._offset
        self._next_decoded = self._last + (packet.duration or 1)
        if decoded is not None:
            packet.dts = decoded + self._offset
        if shown is not None:
            packet.pts = shown + self._offset
            self._next_shown = max(self._next_shown, packet.pts + (packet.duration or 1))


class VideoFile(Opened):
    """The main video stream of a file, ignoring cover pictures and stills; not thread-safe.

    Attributes:
        kind: name of the container format in FFmpeg.
        counted: whether its time stamps are known to be unusable.
        sought_by_showing: whether seeking uses presentation time stamps instead of decoding time stamps.
        joints: number of joints (see `Continued`) in the latest pass over all packets.
    """

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            MediaError: if it is missing, not a video, or its frames are too large.
        """
        self.path = path
        self._container, self.stream = _open(path)
        self._is_fresh = True
        self.kind = self._container.format.name
        # AVI has no presentation time stamps.
        unordered = self.kind == "avi" and not self.stream.codec_context.codec.intra_only
        # FFmpeg numbers the packets of raw streams, which is the presentation order only for intra-only codecs.
        self.counted = unordered or (self._has(Flags.no_timestamps) and not self.stream.codec_context.codec.intra_only)
        self.sought_by_showing = self._has(Flags.seek_to_pts)
        self.joints = 0

    def close(self) -> None:
        """Close the file."""
        self._container.close()

    @property
    def duration(self) -> float | None:
        """Duration in seconds; None if unknown."""
        if self.stream.duration and self.stream.time_base:
            return float(self.stream.duration * self.stream.time_base)
        return self._container.duration / av.time_base if self._container.duration else None

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """All packets in decoding order, with continuous time stamps.

        Time stamps restart in recordings that were concatenated, or after a receiver lost the signal.
        """
        if not self._is_fresh:
            self._container.close()
            self._container, self.stream = _open(self.path)
        self._is_fresh = False
        stamps = Continued(1 / (self.stream.time_base or Fraction(1)), self._has(Flags.ts_discont))
        for packet in self._demuxed():
            stamps.go_on(packet)
            self.joints = stamps.joints
            yield packet

    def packets_from(self, key: Key) -> Iterator[Packet[VideoStream]] | None:
        """Packets from this key frame or an earlier one; None if seeking finds neither."""
        if key.seek is not None and self._sought(key.seek):
            packets = self._demuxed()
            # Packets before the first key frame depend on missing frames.
            first = next((packet for packet in packets if packet.is_keyframe), None)
            if first is None or (first.pts is not None and first.pts > key.time):
                return None
            # After damage, AVI's packet numbers may lead to another packet: compare the position.
            if first.pts != key.time or first.pos == key.place:
                return chain([first], packets)
        packets = self.packets()
        return next((chain([packet], packets) for packet in packets if packet.pts == key.time), None)

    def _sought(self, stamp: int) -> bool:
        """Seek; returns whether the container supports it."""
        self._is_fresh = False
        try:
            self._container.seek(stamp, stream=self.stream, backward=True)
        except av.error.FFmpegError:
            return False
        return True

    def decoded(
        self, packets: Iterable[Packet[VideoStream]], cancel: CancelToken | None = None
    ) -> Iterator[VideoFrame]:
        """Decoded frames in presentation order; packets that cannot be decoded are skipped."""
        for packet in packets:
            stop_if_asked(cancel)
            try:
                frames = packet.decode()
            except (av.error.InvalidDataError, av.error.ArgumentError, av.error.PatchWelcomeError):
                continue
            yield from (frame for frame in frames if isinstance(frame, VideoFrame))

    def _has(self, flag: Flags) -> bool:
        return bool(self._container.format.flags & cast(int, flag.value))

    def _demuxed(self) -> Iterator[Packet[VideoStream]]:
        try:
            yield from self._container.demux(self.stream)
        except av.error.InvalidDataError:
            return  # the rest of the file cannot be read
        except IndexError:
            return  # from PyAV, if FFmpeg detected another stream in damaged data


def _open(path: Path) -> tuple[InputContainer, VideoStream]:
    with sentences(path):
        if path.exists() and not path.is_file() and not path.is_dir():
            raise MediaError(f"{path} is no regular file: choose a video.")
        # Also limits the decoders that FFmpeg runs while it opens a file.
        limit = {"max_pixels": str(LARGEST_PIXELS)}
        container = av.open(place(path), options=limit)
        try:
            if container.format.name in _LISTS:
                raise MediaError(f"{path.name} is a list of other files, not a video: open those.")
            stream = _the_video(path, container)
            context = stream.codec_context
            if context.width * context.height > LARGEST_PIXELS:
                raise MediaError(
                    f"{path.name} has frames of {context.width} x {context.height} pixels, more than the limit of "
                    f"{LARGEST_PIXELS / 1e6:.0f} megapixels: reduce it first."
                )
            # Without this the missing rest of a damaged JPEG frame would be uninitialised memory.
            context.options = {**limit, "err_detect": "explode"} if context.codec.intra_only else limit
            # The decision must be the same every time: damaged frames differ with and without threads.
            if context.width * context.height <= _SHARED_PIXELS:
                stream.thread_type = "AUTO"
        except BaseException:
            container.close()
            raise
    return container, stream


def place(path: Path) -> str:
    """A path for FFmpeg, which would interpret names such as "pipe:0.mp4" as URLs."""
    return str(path.absolute())


def _the_video(path: Path, container: InputContainer) -> VideoStream:
    moving = [stream for stream in container.streams.video if not stream.disposition & _NOT_THE_VIDEO]
    if not moving:
        raise MediaError(f"{path.name} has no moving pictures in it, only sound or a still: choose a video.")
    several = [stream for stream in moving if stream.frames != 1] or moving
    best = container.streams.best("video")
    stream = best if isinstance(best, VideoStream) and best in several else several[0]
    if stream.codec_context is None:
        raise MediaError(f"{path.name} was made by an unknown codec: convert it to MP4 (H.264).")
    return stream


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Convert all errors of FFmpeg to a `MediaError`."""
    try:
        yield
    except FileNotFoundError:
        raise MediaError(f"{path} does not exist: check the name.") from None
    except IsADirectoryError:
        raise MediaError(f"{path} is a folder: open the videos in it.") from None
    except PermissionError:
        raise MediaError(f"{path.name} may not be read: check its permissions.") from None
    except MemoryError:
        raise DoesNotFit(path) from None
    except (av.error.FFmpegError, OSError, ValueError) as error:
        if path.is_dir():
            raise MediaError(f"{path} is a folder: open the videos in it.") from None
        if path.exists() and path.stat().st_size == 0:
            raise MediaError(f"{path.name} is empty: get a fresh copy of it.") from None
        reason = getattr(error, "strerror", None) or error
        raise MediaError(
            f"{path.name} is not a video that can be read ({reason}): convert it to MP4 (H.264)."
        ) from error
