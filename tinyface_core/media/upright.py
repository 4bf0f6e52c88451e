"""How video frames are displayed: rotation, mirroring, square pixels."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from av.sidedata.sidedata import SideDataContainer
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tinyface_core.types import RgbImage

_MOST_STRETCHED = 8
"""Pixel aspect ratios beyond this, or its inverse, are ignored as errors."""

P = TypeVar("P", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Display:
    """How the stored frames of a video are displayed.

    Attributes:
        transposed: whether rows and columns are swapped.
        columns, rows: whether the order of columns and rows is reversed after that.
        aspect: aspect ratio of a stored pixel, width by height.
    """

    transposed: bool
    columns: bool
    rows: bool
    aspect: Fraction

    @staticmethod
    def of(frame: VideoFrame, aspect: Fraction) -> Display:
        """From the frame's display matrix (ISO/IEC 14496-12, 6.2.2)."""
        matrix = display_matrix(frame)
        if matrix is None:
            return Display(False, False, False, aspect)
        a, b, _u, c, d = matrix[:5].astype(np.int64)  # x' = a x + c y and y' = b x + d y, in fixed point
        if abs(b) + abs(c) > abs(a) + abs(d):
            return Display(True, bool(c < 0), bool(b < 0), aspect)
        return Display(False, bool(a < 0), bool(d < 0), aspect)

    def size(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height of the displayed frame."""
        width, height = self._square(frame)
        return (height, width) if self.transposed else (width, height)

    def upright(self, frame: VideoFrame) -> RgbImage:
        """The displayed frame, RGB uint8 `(H, W, 3)`, with square pixels."""
        width, height = self._square(frame)
        pixels = frame.to_ndarray(format="rgb24", width=width, height=height)
        return np.ascontiguousarray(self.turned(pixels), np.uint8)

    def turned(self, pixels: NDArray[P]) -> NDArray[P]:
        """Stored pixels `(H, W, ...)` in display orientation, not stretched; a view."""
        if self.transposed:
            pixels = pixels.swapaxes(0, 1)
        return pixels[:: -1 if self.rows else 1, :: -1 if self.columns else 1]

    def stored(self, pixels: NDArray[P]) -> NDArray[P]:
        """The inverse of `turned`."""
        pixels = pixels[:: -1 if self.rows else 1, :: -1 if self.columns else 1]
        return pixels.swapaxes(0, 1) if self.transposed else pixels

    def _square(self, frame: VideoFrame) -> tuple[int, int]:
        """Width and height of the stored frame with square pixels."""
        if 1 < self.aspect <= _MOST_STRETCHED:
            return round(frame.width * self.aspect), frame.height
        if 1 > self.aspect >= Fraction(1, _MOST_STRETCHED):
            return frame.width, round(frame.height / self.aspect)
        return frame.width, frame.height


def display_matrix(frame: VideoFrame) -> NDArray[np.int32] | None:
    """The nine fixed-point numbers of a frame's display matrix; None if there is none."""
    # Not `frame.side_data`: it and the frame form a reference cycle, freed by the collector dozens of frames later.
    matrix: Any = SideDataContainer(frame).get("DISPLAYMATRIX")  # type: ignore[call-arg]
    return None if matrix is None else np.frombuffer(matrix, np.int32)[:9]
