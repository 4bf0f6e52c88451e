"""Sample pictures during detector training: detections beside annotations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.backends.torch import TorchDetectorNetwork
from tinyface_core.boxes import nms
from tinyface_core.datasets.annotations import AnnotatedPicture, spread
from tinyface_core.datasets.detection import CropRules, cut_crop
from tinyface_core.datasets.pixel_cache import PixelSource
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.detector.network import MBFCNDetector
from tinyface_core.media.saving import save_png
from tinyface_core.presets import DetectorPreset
from tinyface_core.rendering import annotated_picture
from tinyface_core.types import Detections, Frame, RgbImage

_CROPS = 4
_GAP = 8
_LEAST_SCORE, _SHOWN = 0.3, 60
"""Minimum score and maximum number of drawn boxes."""


class DetectorSamples:
    """Writes sample pictures of a few fixed training crops, which depend on the seed."""

    def __init__(
        self,
        pictures: Sequence[AnnotatedPicture],
        pixels: PixelSource,
        preset: DetectorPreset,
        rules: CropRules,
        seed: int,
    ) -> None:
        """Cut the crops from pictures spread evenly over the list."""
        self._preset = preset
        self._crops: list[tuple[RgbImage, NDArray[np.float32]]] = []
        for number in spread(range(len(pictures)), _CROPS):
            picture = pictures[number]
            rng = np.random.default_rng((seed, number))
            crop = cut_crop(pixels[number], picture.boxes, picture.ignored, picture.negatives, rules, rng)
            self._crops.append((crop.pixels, crop.faces))

    def write(self, path: Path, model: MBFCN) -> None:
        """Write a PNG: the crops with annotated boxes above, with the boxes and scores of the evaluated model below."""
        taught, found = [], []
        for crop, boxes in self._crops:
            frame = Frame(crop, "")
            taught.append(annotated_picture(frame, Detections.of(boxes, np.ones(len(boxes))), labels=False))
            found.append(annotated_picture(frame, self._search(model, crop)))
        save_png(path, np.concatenate([_row(taught), _row(found)]))

    def _search(self, model: MBFCN, crop: RgbImage) -> Detections:
        found = MBFCNDetector(TorchDetectorNetwork(model, next(model.parameters()).device)).propose(crop)
        found = found.take(found.scores >= _LEAST_SCORE)
        return found.take(nms(found.boxes, found.scores, self._preset.nms_iou, _SHOWN))


def _row(crops: Sequence[RgbImage]) -> RgbImage:
    side = crops[0].shape[0]
    row = np.full((side + _GAP, len(crops) * (side + _GAP) - _GAP, 3), 255, np.uint8)
    for place, crop in enumerate(crops):
        row[:side, place * (side + _GAP) : place * (side + _GAP) + side] = crop
    return row
