"""Interpolation with OpenCV as upscalers."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np

from tinyface_core.types import CancelToken, CropBatch

# Names of OpenCV's constants, since OpenCV is imported only when a crop is enlarged.
INTERPOLATIONS = MappingProxyType(
    {
        "nearest": "INTER_NEAREST",
        "bilinear": "INTER_LINEAR",
        "bicubic": "INTER_CUBIC",
        "lanczos": "INTER_LANCZOS4",
    }
)


class Interpolation:
    """Nearest, bilinear, bicubic or Lanczos interpolation."""

    def __init__(self, name: str) -> None:
        """One of the keys of `INTERPOLATIONS`."""
        self.name = name

    def enlarge(self, crops: CropBatch, factor: int, cancel: CancelToken | None = None) -> CropBatch:
        """See `Upscaler`; too fast to need cancelling."""
        from tinyface_core.opencv import cv2

        if factor < 1:
            raise ValueError(f"An enlargement by {factor} is not possible: give 1 or more.")
        count, height, width, _ = crops.shape
        out = np.empty((count, height * factor, width * factor, 3), np.uint8)
        kind = getattr(cv2, INTERPOLATIONS[self.name])
        for target, crop in zip(out, crops, strict=True):
            target[...] = cv2.resize(crop, (width * factor, height * factor), interpolation=kind)
        return out


def make_interpolation(name: str, _device: str) -> Interpolation:
    """An upscaler by one of the keys of `INTERPOLATIONS`; it always runs on the CPU."""
    return Interpolation(name)
