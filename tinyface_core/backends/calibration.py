"""Calibration data for 8-bit networks: crops of pictures like those to be searched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.media.images import load_image
from tinyface_core.onnx_runtime import OnnxSession
from tinyface_core.presets import GanPreset
from tinyface_core.rois import cut_rois
from tinyface_core.types import RgbImage, UserError

_MOST_PICTURES = 32
_ROWS, _COLUMNS = 512, 640
"""Of the parts for a detector, in pixels."""

_CROPS, _TOGETHER = 16, 32
"""Crops of each kind from a picture, and how many go through a network together."""

_LARGEST = 10.0
"""Side of the largest crops that a second stage judges as they are, as a multiple of the smallest ones'."""


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
    """A part `(1, H, W, 3)` of each picture for a detector; both ends of the pixels' range are in each."""
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
    """Batches of crops for the networks of a second stage, by the names of `export.gan_onnx`.

    Squares anywhere in the pictures, of the sizes that candidates have: theirs give the same scales.

    Args:
        pictures: RGB.
        preset: gives the crops' sides.
        generator: ONNX in floating point; the discriminator is to judge its pictures.
    """
    random, largest = np.random.default_rng(0), preset.enlarged_to
    small, large, wide = ([] for _ in range(3))
    for picture in pictures:
        height, width = picture.shape[:2]
        centres = random.random((_CROPS, 2)) * (width, height)

        def squares(sides: NDArray[np.float64], centres: NDArray[np.float64] = centres) -> NDArray[np.float64]:
            return np.concatenate([centres - sides[:, None] / 2, centres + sides[:, None] / 2], axis=1)

        sides = np.geomspace(preset.low / 2, largest, _CROPS)
        small.append(cut_rois(picture, squares(sides), preset.low))
        around = sides * (1 + preset.surroundings_context) / (1 + preset.context)
        wide.append(cut_rois(picture, squares(around), max(1, preset.surroundings)))
        large.append(cut_rois(picture, squares(np.geomspace(largest, _LARGEST * largest, _CROPS)), preset.high))
    enlarge = OnnxSession(generator)
    lows, highs, wides = (_batches(np.concatenate(crops)) for crops in (small, large, wide))
    made = [enlarge({"crops": batch}, ("refined",))[0] for batch in lows]
    direct = [np.divide(batch, 255, dtype=np.float32) for batch in highs]
    return {"generator": lows, "discriminator": [*made, *direct], "surroundings": wides}


def _batches(crops: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    return [crops[start : start + _TOGETHER] for start in range(0, len(crops), _TOGETHER)]
