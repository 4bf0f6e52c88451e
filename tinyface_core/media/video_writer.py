"""Writes a video with new frames at the original times; copies sound and subtitles, but no metadata."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from av.codec import Codec
from av.container import InputContainer, OutputContainer
from av.format import Flags
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from tinyface_core.media.encoding import Encoding
from tinyface_core.media.opening import MediaError
from tinyface_core.media.upright import display_matrix
from tinyface_core.media.video_file import Continued, place

SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm")
"""Supported containers; videos in other containers are written as .mp4 or .mkv."""

_SOFTWARE = {"h264": "libx264", "hevc": "libx265", "vp9": "libvpx-vp9", "av1": "libsvtav1"}
_HARDWARE = {"nvenc": "cq", "qsv": "global_quality", "amf": "qvbr_quality_level", "videotoolbox": "global_quality"}
"""Suffixes of the names of hardware encoders, and the names of their quality option."""

_QUALITY = {"h264": 20, "hevc": 22, "vp9": 30, "av1": 30}
_OPTIONS = {
    "libx264": {"preset": "veryfast"},
    "libx265": {"preset": "veryfast", "x265-params": "log-level=error"},
    "libvpx-vp9": {"b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"},
    "libsvtav1": {"preset": "9"},
}
_KEPT_TAGS = ("language",)


class VideoWriter:
    """Writes one video; a context manager.

    Attributes:
        remarks: sentences for the user about what could not be copied.
    """

    def __init__(self, source: Path, video: VideoStream, first: VideoFrame, target: Path, encoding: Encoding) -> None:
        """Open the output file, whose suffix is one of `SUFFIXES`; sound and subtitles are copied from the source.

        Raises:
            MediaError: if the codec is not supported.
        """
        self.remarks: list[str] = []
        self._source: InputContainer = av.open(place(source))
        # By its suffix .m4v would be a format that holds H.264 alone.
        form = "mp4" if target.suffix.lower() == ".m4v" else None
        self._container: OutputContainer = av.open(place(target), "w", format=form)
        try:
            codec = _codec(encoding, video, target.suffix.lower())
            self.encoder, options = self._encoder(codec, encoding)
            self._video = self._add_video(video, first, options)
            if codec == "hevc" and target.suffix.lower() in (".mp4", ".m4v", ".mov"):
                # By default the muxer writes "hev1", which players of Apple do not play.
                self._video.codec_context.codec_tag = "hvc1"
            self._copies = dict(self._add_copies(target.suffix))
        except BaseException:
            self._end()
            raise
        self._waiting = self._packets()
        self._next = next(self._waiting, None)
        self._last_pts: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._container.mux(self._video.encode(None))
                self._copy_until(None)
        finally:
            self._end()

    @property
    def pixel_format(self) -> str:
        """Pixel format of the written frames."""
        return str(self._video.codec_context.pix_fmt)

    def write(self, frame: VideoFrame, pts: int, time_base: Fraction) -> None:
        """Write the next frame, in `pixel_format`, with this time stamp; dropped if it is not later than the last."""
        if self._last_pts is not None and pts <= self._last_pts:
            return
        self._last_pts = pts
        self._copy_until(pts * time_base)
        if (frame.width, frame.height) != (self._video.codec_context.width, self._video.codec_context.height):
            frame = frame.reformat(width=self._video.codec_context.width, height=self._video.codec_context.height)
        frame.pts, frame.time_base = pts, time_base
        self._container.mux(self._video.encode(frame))

    def _encoder(self, codec: str, encoding: Encoding) -> tuple[str, dict[str, str]]:
        quality = _QUALITY[codec] if encoding.quality is None else encoding.quality
        if encoding.hardware:
            for name, option in _HARDWARE.items():
                if works(f"{codec}_{name}"):
                    return f"{codec}_{name}", {option: str(quality)}
            self.remarks.append(f"No graphics card here encodes {codec}: it was encoded on the processor.")
        software = _SOFTWARE[codec]
        return software, {"crf": str(quality), **_OPTIONS[software]}

    def _add_video(self, source: VideoStream, first: VideoFrame, options: dict[str, str]) -> VideoStream:
        stream: Any = self._container.add_stream(self.encoder, rate=source.average_rate or source.guessed_rate or 25)
        context = stream.codec_context
        context.width, context.height = first.width, first.height
        context.pix_fmt = _pixel_format(self.encoder, first)
        if first.width % 2 or first.height % 2:
            context.pix_fmt = context.pix_fmt.replace("yuv420p", "yuv444p").replace("yuv422p", "yuv444p")
        context.time_base = source.time_base
        context.thread_count, context.thread_type = 0, "AUTO"
        for name in ("color_range", "colorspace", "color_primaries", "color_trc"):
            setattr(context, name, getattr(first, name))
        if first.format.name.startswith("yuvj"):
            context.color_range = 2  # this pixel format implies full range
        if source.sample_aspect_ratio:
            context.sample_aspect_ratio = source.sample_aspect_ratio
        stream.options = options
        stream.time_base = source.time_base
        matrix = display_matrix(first)
        if matrix is not None:
            stream.set_display_matrix(matrix.tolist())
        return stream  # type: ignore[no-any-return]

    def _add_copies(self, suffix: str) -> Iterator[tuple[int, Stream]]:
        """Output streams by the index of their source stream."""
        for stream in (*self._source.streams.audio, *self._source.streams.subtitles):
            copy = _copied(self._container, stream)
            if copy is None:
                kind = "sound" if isinstance(stream, AudioStream) else "subtitles"
                self.remarks.append(
                    f"{suffix} files do not hold such {kind} ({_codec_name(stream)}): they are left out."
                )
            else:
                yield stream.index, copy
        if any(stream.disposition & av.stream.Disposition.attached_pic for stream in self._source.streams.video):
            self.remarks.append("The cover picture is left out: it may show faces.")

    def _packets(self) -> Iterator[Packet[Any]]:
        if not self._copies:
            return
        streams = [stream for stream in self._source.streams if stream.index in self._copies]
        pauses_end = bool(self._source.format.flags & cast(int, Flags.ts_discont.value))
        stamps = {stream.index: Continued(1 / (stream.time_base or Fraction(1)), pauses_end) for stream in streams}
        last: dict[int, int] = {}
        for packet in self._source.demux(streams):
            if packet.dts is not None and packet.size and not packet.is_discard:
                stamps[packet.stream_index].go_on(packet)
                if packet.dts >= last.get(packet.stream_index, packet.dts):  # skip damaged time stamps
                    last[packet.stream_index] = packet.dts
                    yield packet

    def _copy_until(self, seconds: Fraction | None) -> None:
        """Copy packets up to this time, or all remaining ones (None)."""
        while (packet := self._next) is not None:
            if seconds is not None and packet.time_base * (packet.dts or 0) > seconds:
                return
            packet.stream = self._copies[packet.stream_index]
            self._container.mux(packet)
            self._next = next(self._waiting, None)

    def _end(self) -> None:
        self._source.close()
        self._container.close()


def suffix_for(path: Path) -> str:
    """The suffix for a copy of a video: its own, or that of a container that supports its sound and subtitles."""
    own = path.suffix.lower()
    if own in SUFFIXES:
        return own
    with av.open(place(path)) as source, av.open(io.BytesIO(), "w", format="mp4") as probe:
        streams = (*source.streams.audio, *source.streams.subtitles)
        return ".mp4" if all(_copied(probe, stream) is not None for stream in streams) else ".mkv"


def works(encoder: str) -> bool:
    """Whether an encoder works; hardware encoders must be tried out."""
    try:
        context: Any = av.CodecContext.create(encoder, "w")
        context.width, context.height, context.pix_fmt = 256, 256, "yuv420p"
        context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
        frame = VideoFrame.from_ndarray(np.zeros((384, 256), np.uint8), "yuv420p")
        frame.pts = 0
        return bool([*context.encode(frame), *context.encode(None)])
    except (av.error.FFmpegError, ValueError, OSError):
        return False


def planar(frame: VideoFrame, pixel_format: str) -> VideoFrame:
    """A copy of a frame in a planar format; the decoder may still need its own frame."""
    name = frame.format.name.replace("yuvj", "yuv")
    if name != pixel_format:
        like: Any = {"src_color_range": frame.color_range, "dst_color_range": frame.color_range}
        return frame.reformat(format=pixel_format, **like)
    copy = VideoFrame(frame.width, frame.height, pixel_format)
    for old, new in zip(planes(frame), planes(copy), strict=True):
        new[...] = old
    return copy


def planes(frame: VideoFrame) -> list[NDArray[Any]]:
    """Views of the planes `(h, w)` of a frame in a planar format, which write into it."""
    kind = np.dtype("<u2" if frame.format.components[0].bits > 8 else "u1")
    return [
        np.frombuffer(memoryview(plane), kind).reshape(-1, plane.line_size // kind.itemsize)[
            : plane.height, : plane.width
        ]
        for plane in frame.planes
    ]


def _codec(encoding: Encoding, video: VideoStream, suffix: str) -> str:
    own = video.codec_context.codec.canonical_name
    codec = encoding.codec or (own if own in _SOFTWARE else "h264")
    if codec not in _SOFTWARE:
        raise MediaError(f"Videos are not written in {codec}: choose one of {', '.join(_SOFTWARE)}.")
    if suffix == ".webm" and codec not in ("vp9", "av1"):
        codec = "vp9"
    if suffix == ".mov" and codec in ("vp9", "av1"):
        raise MediaError(f"{suffix} files do not hold videos in {codec}: choose h264 or hevc.")
    return codec


def _pixel_format(encoder: str, frame: VideoFrame) -> str:
    """The pixel format supported by the encoder that preserves the frame best."""
    formats = [form.name for form in Codec(encoder, "w").video_formats or ()]
    own = frame.format.name.replace("yuvj", "yuv")
    if own in formats and own.startswith(("yuv4", "gray")) and "a" not in own[3:4]:
        return own
    deep = frame.format.components[0].bits > 8
    return "yuv420p10le" if deep and "yuv420p10le" in formats else "yuv420p"


def _copied(container: OutputContainer, stream: Stream) -> Stream | None:
    """An output stream for the same packets; None if the container does not support them."""
    try:
        copy = container.add_stream_from_template(stream)
    except (ValueError, av.error.FFmpegError):
        return None
    copy.metadata.clear()
    copy.metadata.update({tag: stream.metadata[tag] for tag in _KEPT_TAGS if tag in stream.metadata})
    copy.disposition = stream.disposition
    return copy


def _codec_name(stream: Stream) -> str:
    return stream.codec_context.name if stream.codec_context is not None else "unknown"
