"""Calibration data for 8-bit networks: crops of pictures like those to be searched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import squares
from tinyface_core.media.images import load_image
from tinyface_core.onnx_runtime import OnnxSession
from tinyface_core.presets import GanPreset
from tinyface_core.rois import cut_rois
from tinyface_core.types import RgbImage, UserError

_MOST_PICTURES = 32
_ROWS, _COLUMNS = 512, 640
"""Height and width in pixels of the parts of pictures for a detector."""

_CROPS, _TOGETHER = 16, 32
"""Number of crops of each kind from a picture, and batch size."""

_LARGEST = 10.0
"""Largest side of the crops that the discriminator judges directly, as a multiple of the smallest one."""


def calibration_pictures(folder: Path) -> list[RgbImage]:
    """A few dozen pictures, spread over a folder.

    Raises:
        UserError: if there are none.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if not files:
        raise UserError(f"There are no pictures in {folder}.")
    return [load_image(path).pixels for path in files[:: -(-len(files) // _MOST_PICTURES)]]


def detector_parts(pictures: Sequence[RgbImage]) -> list[NDArray[np.uint8]]:
    """A part `(1, H, W, 3)` of each picture for a detector; each contains the values 0 and 255."""
    random, parts = np.random.default_rng(0), []
    for picture in pictures:
        height, width = picture.shape[:2]
        top, left = random.integers(0, max(1, height - _ROWS)), random.integers(0, max(1, width - _COLUMNS))
        part = np.full((1, _ROWS, _COLUMNS, 3), 127, np.uint8)
        seen = picture[top : top + _ROWS, left : left + _COLUMNS]
        part[0, : seen.shape[0], : seen.shape[1]] = seen
        part[0, 0, 0], part[0, 0, 1] = 0, 255
        parts.append(part)
    return parts


def stage_crops(
    pictures: Sequence[RgbImage], preset: GanPreset, generator: bytes
) -> dict[str, list[NDArray[np.float32] | NDArray[np.uint8]]]:
    """Batches of crops of RGB pictures for the networks of a second stage, by the names of `export.gan_onnx`.

    The crops are random squares of the sizes of candidates, which give the same scales as real candidates. Pictures of
    the generator, ONNX in floating point, are input of the discriminator.
    """
    random, largest = np.random.default_rng(0), preset.enlarged_to
    small, large, wide = ([] for _ in range(3))
    for picture in pictures:
        height, width = picture.shape[:2]
        middles = random.random((_CROPS, 2)) * (width, height)
        sides = np.geomspace(preset.low / 2, largest, _CROPS)
        small.append(cut_rois(picture, squares(middles, sides), preset.low))
        around = sides * (1 + preset.surroundings_context) / (1 + preset.context)
        wide.append(cut_rois(picture, squares(middles, around), max(1, preset.surroundings)))
        large.append(
            cut_rois(picture, squares(middles, np.geomspace(largest, _LARGEST * largest, _CROPS)), preset.high)
        )
    enlarge = OnnxSession(generator)
    lows, highs, wides = (_batches(np.concatenate(crops)) for crops in (small, large, wide))
    made = [enlarge({"crops": batch}, ("refined",))[0] for batch in lows]
    direct = [np.divide(batch, 255, dtype=np.float32) for batch in highs]
    return {"generator": lows, "discriminator": [*made, *direct], "surroundings": wides}


def _batches(crops: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    return [crops[start : start + _TOGETHER] for start in range(0, len(crops), _TOGETHER)]
