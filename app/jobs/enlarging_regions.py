"""Enlarges the visible region, or a whole picture, by several upscalers, in tiles and with progress."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from tinyface_core.types import Box, CancelToken, Frame, Progress, RgbImage, UserError
from tinyface_core.upscalers.enlargement import CropSet, Enlargement

from .upscaling import REDUCTION, Comparison, LoadedUpscalers, Request, Tell, gather

LARGEST_REGION_MADE = 2**23
"""Maximum number of pixels of the enlargement of a region; larger ones are first reduced, and measured."""

_LEAST_SIDE = 8


@dataclass(frozen=True, eq=False)
class RegionRequest(Request):
    """A region of a picture to enlarge.

    Attributes:
        region: xyxy in pixels of the frame, clipped to it.
    """

    frame: Frame
    region: Box

    @property
    def pixels(self) -> RgbImage:
        """The pixels that the region touches; may be empty."""
        x1, y1, x2, y2 = self.region
        height, width = self.frame.pixels.shape[:2]
        top, bottom = max(math.floor(y1), 0), min(math.ceil(y2), height)
        left, right = max(math.floor(x1), 0), min(math.ceil(x2), width)
        return self.frame.pixels[top : max(top, bottom), left : max(left, right)]

    @property
    def reduction(self) -> int:
        """Factor by which the region is reduced before it is enlarged; 1: not at all."""
        height, width = self.pixels.shape[:2]
        needed = math.ceil(math.sqrt(height * width * REDUCTION**2 / LARGEST_REGION_MADE))
        return max(REDUCTION, needed) if self.measure or needed > 1 else 1


def compare_region(
    request: RegionRequest, upscalers: LoadedUpscalers, cancel: CancelToken, progress: Progress, tell: Tell
) -> Comparison:
    """Enlarge a region by each method in turn, see `Tell`; for a reduced region the quality is measured.

    Raises:
        UserError: if too few pixels would be left to enlarge.
    """
    from tinyface_core.opencv import cv2
    from tinyface_core.upscalers.regions import enlarge_region
    from tinyface_core.upscalers.registry import own_factor, spared_seconds

    whole, by = request.pixels, request.reduction
    height, width = (side // by for side in whole.shape[:2])
    if min(height, width) < _LEAST_SIDE:
        sentence = QCoreApplication.translate(
            "ComparisonPanel", "There are less than {least} pixels a side: too few to be enlarged."
        )
        raise UserError(sentence.format(least=_LEAST_SIDE * by))

    def reduced(to: tuple[int, int]) -> RgbImage:
        covered = np.ascontiguousarray(whole[: height * by, : width * by])
        return np.asarray(cv2.resize(covered, to, interpolation=cv2.INTER_AREA), np.uint8)

    low = reduced((width, height)) if by > 1 else np.ascontiguousarray(whole)

    def make(method: str) -> Enlargement:
        upscaler = upscalers.get(method, request.device, request.gan)
        started = time.perf_counter()
        pixels = enlarge_region(low, upscaler, REDUCTION, cancel, progress)
        seconds = time.perf_counter() - started + spared_seconds(upscaler)
        return Enlargement(method, pixels, seconds * 1000, own_factor(upscaler))

    def truth(made: RgbImage) -> RgbImage | None:
        return reduced((made.shape[1], made.shape[0])) if by > 1 else None

    return gather(request, CropSet(request.region, low, ()), make, truth, cancel, tell)
