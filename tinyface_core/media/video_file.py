"""Demuxes and decodes a video file from the start or from a key frame."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any, Self, cast

import av
from av.container import InputContainer
from av.format import Flags
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tinyface_core.media.images import DoesNotFit, MediaError
from tinyface_core.types import CancelToken, stop_if_asked

LARGEST_PIXELS = 8192 * 8192
"""Videos whose frames have more pixels are refused before a decoder makes room for them; 8K has half as many."""

_SHARED_PIXELS = 4096 * 2304
"""Frames with more pixels are decoded one at a time, as each thread holds several."""

_LISTS = frozenset(("concat", "dash", "hls", "imf"))
"""Kinds of files that only name others, from wherever they like."""

_NOT_THE_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image

_LONGEST_PAUSE, _FARTHEST_BACK, _FARTHEST_BACK_GUESSED = 10, Fraction(1, 10), 1
"""Seconds by which time stamps jump on, or go back, that are those of another recording, as in ffmpeg; other containers
than streams do not store the order of decoding, and what is guessed of it goes back farther.
"""


@dataclass(frozen=True, slots=True)
class Key:
    """A frame from which decoding can start.

    Attributes:
        time: when it is shown, in the stream's time base.
        seek: what the container is searched by; None where it must be read from the start.
        is_hidden: whether an edit list hides it.
        place: of its packet in the file, in bytes; None where the container does not say.
    """

    time: int
    seek: int | None
    place: int | None
    is_hidden: bool = False


class Continued:
    """Makes the time stamps of one stream go on where those of its file begin anew.

    Attributes:
        joints: how many such places there were.
    """

    def __init__(self, second: Fraction, pauses_end: bool) -> None:
        """`second`: in the stream's time base; `pauses_end`: whether it is a stream, in which long pauses are none."""
        self._second, self._pauses_end, self.joints = second, pauses_end, 0
        self._offset, self._next_decoded, self._next_shown = 0, 0, 0
        self._last: int | None = None

    def go_on(self, packet: Packet[Any]) -> None:
        """Take the next packet of the stream, and change its time stamps."""
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


class VideoFile:
    """The one video in a file, passing over cover pictures and stills; not to be shared by threads.

    Attributes:
        path: the file.
        kind: of container, as FFmpeg names it.
        counted: whether its time stamps are known not to tell frames apart.
        sought_by_showing: whether the container is searched by times of showing, otherwise by those of decoding.
        joints: places where time stamps begin anew that the latest pass over all packets has met.
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
        # AVI stores an order of decoding and a rate, no times of showing.
        unordered = self.kind == "avi" and not self.stream.codec_context.codec.intra_only
        # FFmpeg numbers the packets of raw streams, which is their order of showing where each stands by itself.
        self.counted = unordered or (self._has(Flags.no_timestamps) and not self.stream.codec_context.codec.intra_only)
        self.sought_by_showing = self._has(Flags.seek_to_pts)
        self.joints = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    @property
    def duration(self) -> float | None:
        """In seconds, None where the file does not say."""
        if self.stream.duration and self.stream.time_base:
            return float(self.stream.duration * self.stream.time_base)
        return self._container.duration / av.time_base if self._container.duration else None

    def packets(self) -> Iterator[Packet[VideoStream]]:
        """All packets in the order of decoding, with time stamps that go on where those of the file begin anew.

        Recordings that were joined byte by byte have such places, and receivers that lost the signal.
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
        """Packets from this key frame, or an earlier one, on; None if the container finds neither."""
        if key.seek is not None and self._sought(key.seek):
            packets = self._demuxed()
            # What comes before a key frame would be decoded from pictures that are not there.
            first = next((packet for packet in packets if packet.is_keyframe), None)
            if first is None or (first.pts is not None and first.pts > key.time):
                return None
            # AVI counts packets: behind a damaged place it finds others by their number than it gave that number to.
            if first.pts != key.time or first.pos == key.place:
                return chain([first], packets)
        packets = self.packets()
        return next((chain([packet], packets) for packet in packets if packet.pts == key.time), None)

    def _sought(self, stamp: int) -> bool:
        """Whether the container could be searched; that of a raw stream of JPEG pictures can not."""
        self._is_fresh = False
        try:
            self._container.seek(stamp, stream=self.stream, backward=True)
        except av.error.FFmpegError:
            return False
        return True

    def decoded(
        self, packets: Iterable[Packet[VideoStream]], cancel: CancelToken | None = None
    ) -> Iterator[VideoFrame]:
        """Frames in the order of showing; what cannot be decoded is passed over.

        Raises:
            Cancelled: once `cancel` is set.
        """
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
            return  # what is behind such a place cannot be found
        except IndexError:
            return  # PyAV at the end of a file in whose damaged parts FFmpeg took something for a further stream


def _open(path: Path) -> tuple[InputContainer, VideoStream]:
    with sentences(path):
        if path.exists() and not path.is_file() and not path.is_dir():
            raise MediaError(f"{path} is no regular file: choose a video.")
        # Asked of the decoders, which FFmpeg lets run already while it opens a file.
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
            # Of a damaged JPEG picture the rest is whatever its memory held, and nothing tells: it is passed over.
            context.options = {**limit, "err_detect": "explode"} if context.codec.intra_only else limit
            # Always by threads or never: they make something else of damaged frames than one alone.
            if context.width * context.height <= _SHARED_PIXELS:
                stream.thread_type = "AUTO"
            else:
                # A container and its streams name each other: those let go of keep frames until chance collects them.
                gc.collect()
        except BaseException:
            container.close()
            raise
    return container, stream


def place(path: Path) -> str:
    """A path as FFmpeg takes it, which would read "pipe:0.mp4" or "http:" as something else than a file here."""
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
    """Every way FFmpeg can fail becomes a sentence."""
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
