"""Enlarges the same crops with several upscalers."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from tinyface_core.boxes import square_rois
from tinyface_core.rois import cut_rois
from tinyface_core.types import Box, CancelToken, Floats, Frame, Progress, no_progress, stop_if_asked
from tinyface_core.upscalers.enlargement import CropSet, Enlargement
from tinyface_core.upscalers.registry import Upscaler, own_factor, spared_seconds, weights_of

LARGEST_MADE, LARGEST_ORIGINAL = 4096, 2048
"""Maximum side in pixels of an enlargement, and of the original crop."""

LARGEST_ENLARGED = 96
"""Maximum side in pixels of the crop of a face that is enlarged; more would be slow and show nothing new."""


def warm_up(upscalers: Sequence[Upscaler], factor: int = 4) -> None:
    """Enlarge one small crop, so that measured times do not include imports and kernel selection."""
    for upscaler in upscalers:
        upscaler.enlarge(np.zeros((1, 16, 16, 3), np.uint8), factor)


def compare_crops(
    frame: Frame,
    boxes: Sequence[Box],
    upscalers: Sequence[Upscaler],
    factor: int = 4,
    context: float = 0.4,
    cancel: CancelToken | None = None,
    largest: int = LARGEST_MADE,
    progress: Progress = no_progress,
) -> list[CropSet]:
    """Enlarge a square crop round each xyxy box with several upscalers, from the same pixels.

    The context is a share of a box's longer side; a larger crop than `largest` pixels is not enlarged. Progress is told
    before each enlargement.

    Returns:
        One set per box, in their order. `original` has the pixels of the frame as they are, reduced to
        `LARGEST_ORIGINAL` if the crop is larger. There are no enlargements of a crop larger than `largest`, or if they
        would exceed `LARGEST_MADE`.
    """
    if not boxes:
        return []
    rois = _whole_pixels(square_rois(np.asarray(boxes, np.float64), context))
    sets = []
    for number, roi in enumerate(rois):
        own = int(roi[2] - roi[0])
        crop = cut_rois(frame.pixels, roi[None], min(own, LARGEST_ORIGINAL))
        enlargements = []
        for place, upscaler in enumerate(upscalers if own <= min(largest, LARGEST_MADE // factor) else ()):
            stop_if_asked(cancel, "The comparison was stopped.")
            progress("enlargements", number * len(upscalers) + place, len(rois) * len(upscalers))
            started = time.perf_counter()
            pixels = upscaler.enlarge(crop, factor, cancel)[0]
            milliseconds = (time.perf_counter() - started + spared_seconds(upscaler)) * 1000
            made = Enlargement(upscaler.name, pixels, milliseconds, own_factor(upscaler), weights=weights_of(upscaler))
            enlargements.append(made)
        x1, y1, x2, y2 = (float(edge) for edge in roi)
        sets.append(CropSet((x1, y1, x2, y2), np.ascontiguousarray(crop[0]), tuple(enlargements)))
    return sets


def _whole_pixels(rois: Floats) -> Floats:
    """The square regions `(N, 4)` moved to whole pixels, so that cutting them out changes no pixel."""
    sides = np.maximum(1, np.rint(rois[:, 2:] - rois[:, :2]))
    corners = np.rint((rois[:, :2] + rois[:, 2:] - sides) / 2)
    return np.concatenate([corners, corners + sides], axis=1)
