"""Writes redacted copies of videos, with one frame in memory at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tinyface_core.files import replacing
from tinyface_core.media.video import StoredFrame, Video
from tinyface_core.media.video_file import sentences
from tinyface_core.media.video_writer import VideoWriter, planar, planes
from tinyface_core.opencv import cv2
from tinyface_core.redaction.covering import cover, cover_over
from tinyface_core.redaction.decisions import Decision
from tinyface_core.redaction.moments import Moments
from tinyface_core.redaction.order import Covering, Order
from tinyface_core.types import CancelToken, FindResult, Floats, Progress, RgbImage, no_progress, stop_if_asked

_ROWS = 16
"""Maximum number of rows of the picture that share a row of a plane."""

Seen = Callable[[int, RgbImage, RgbImage], None]
"""Called with a frame number and the upright pixels before and after covering, RGB uint8 `(H, W, 3)`."""


def write_video(
    path: Path,
    target: Path,
    decisions: Sequence[Decision],
    results: Sequence[FindResult],
    order: Order,
    watched: Collection[int],
    seen: Seen,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> list[str]:
    """Write a copy with faces covered; times, sound, subtitles, rotation and colours are preserved, metadata are not.

    The target has one of `media.video_writer.SUFFIXES`; results are of all searched frames, in order. `seen` is called
    for the frames `watched`, and `progress("write", done, total)`. A cancelled copy is deleted. Returns remarks for the
    user.

    Raises:
        MediaError: if the video cannot be read, or not written in this encoding.
    """
    moments = Moments([one.track for one in decisions if one.covered], results, order.lead)
    with Video(path) as video, replacing(target) as part:
        stream, total, written = video.stream, video.frame_estimate, 0
        stamps = _Stamps(video)
        with sentences(path), VideoWriter(path, stream, video.first, part, order.encoding) as writer:
            for stored in video.stored_frames(cancel):
                stop_if_asked(cancel)
                boxes = moments.boxes(stored.seconds)
                if stored.number in watched:
                    before = stored.display.upright(stored.frame)
                    seen(stored.number, before, cover(before, boxes, order.covering)[0])
                writer.write(_covered(stored, boxes, order.covering, writer.pixel_format), *stamps.of(stored))
                written += 1
                progress("write", min(written, total or written), total or written)
        return list(writer.remarks)


class _Stamps:
    """Time stamps of frames in the time base of the stream; computed from seconds if the stream has no usable ones."""

    def __init__(self, video: Video) -> None:
        self._base = video.stream.time_base or Fraction(1, 90_000)
        self._first = video.first.pts or 0
        self._counted = video.is_counted

    def of(self, stored: StoredFrame) -> tuple[int, Fraction]:
        pts = stored.frame.pts
        if self._counted or pts is None:
            pts = self._first + round(stored.seconds / self._base)
        return pts, self._base


def _covered(stored: StoredFrame, boxes: Floats, covering: Covering, pixel_format: str) -> VideoFrame:
    """A copy of the frame in which only covered pixels are changed."""
    frame, display = stored.frame, stored.display
    copy = planar(frame, pixel_format)
    if not len(boxes):
        return copy
    pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    shown = display.turned(pixels)  # a view of them
    width, height = display.size(frame)
    stretch = np.array([shown.shape[1] / width, shown.shape[0] / height])
    mask = display.stored(cover_over(shown, boxes * np.tile(stretch, 2), covering))
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return copy
    # Only rows with covered pixels are converted back, starting at a row at which a row of every plane starts.
    first, end = int(rows[0]) // _ROWS * _ROWS, -(-int(rows[-1] + 1) // _ROWS) * _ROWS
    painted = VideoFrame.from_numpy_buffer(pixels[first:end], "rgb24").reformat(
        format=pixel_format, dst_colorspace=frame.colorspace, dst_color_range=frame.color_range or "MPEG"
    )
    masks: dict[tuple[int, ...], NDArray[np.uint8]] = {}
    for old, new in zip(planes(copy), planes(painted), strict=True):
        if new.shape not in masks:
            masks[new.shape] = _reduced(mask[first:end], new.shape).view(np.uint8)
        begin = first * old.shape[0] // mask.shape[0]
        cv2.copyTo(new, masks[new.shape], old[begin : begin + len(new)])
    return copy


def _reduced(mask: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """The mask for a plane with fewer pixels: a pixel is covered if it contains a covered one."""
    rows, columns = -(-mask.shape[0] // shape[0]), -(-mask.shape[1] // shape[1])
    reduced = np.zeros(shape, bool)
    for row in range(rows):
        for column in range(columns):
            part = mask[row::rows, column::columns]
            reduced[: part.shape[0], : part.shape[1]] |= part
    return reduced
