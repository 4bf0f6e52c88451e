"""What a detector needs beside a function that searches one picture, and how it looks at larger or smaller copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from tinyface_core.boxes import nms
from tinyface_core.detector.joining import Candidates, joined
from tinyface_core.detector.pyramid import Pyramid, PyramidLevel
from tinyface_core.detector.registry import Detector
from tinyface_core.types import CancelToken, Proposal, RgbImage, stop_if_asked

# What a copy has to say about a face that it did not find: the floor of our own detector's scores.
_LEAST_SCORE = 0.05

Rows = NDArray[np.float64]
"""Boxes with scores `(N, 5)`: x1, y1, x2, y2 in pixels and a score in [0, 1]."""


@dataclass(frozen=True)
class OneByOne:
    """A detector made of a function that searches one picture; see `tinyface_core.detector.registry.Detector`.

    Attributes:
        name: what the user calls it.
        digest: SHA-256 of its weights.
        search: RGB picture to rows, in any order, after suppression.
    """

    name: str
    digest: str
    search: Callable[[RgbImage], Rows]

    def propose(self, images: Sequence[RgbImage], cancel: CancelToken | None = None) -> list[list[Proposal]]:
        """See `Detector`."""
        found = []
        for image in images:
            stop_if_asked(cancel, "The search was cancelled.")
            found.append(as_proposals(self.search(image)))
        return found


@dataclass(frozen=True)
class PyramidDetector:
    """A detector that looks at enlarged or reduced copies of each picture and joins what it sees there.

    Attributes:
        detector: looks at every copy.
        pyramid: the copies.
        nms_iou: of two candidates that overlap by more, the better one stays.
    """

    detector: Detector
    pyramid: Pyramid
    nms_iou: float = 0.45

    @property
    def name(self) -> str:
        """The detector's name and the scales."""
        return f"{self.detector.name} at {' and '.join(f'{level.scale:g}x' for level in self.pyramid)}"

    @property
    def digest(self) -> str:
        """The detector's."""
        return self.detector.digest

    def propose(self, images: Sequence[RgbImage], cancel: CancelToken | None = None) -> list[list[Proposal]]:
        """See `Detector`."""
        return [self._search(image, cancel) for image in images]

    def _search(self, image: RgbImage, cancel: CancelToken | None) -> list[Proposal]:
        found = [self._search_copy(image, level, cancel) for level in self.pyramid]
        return joined(found, self.pyramid, self.nms_iou, _LEAST_SCORE).as_proposals()

    def _search_copy(self, image: RgbImage, level: PyramidLevel, cancel: CancelToken | None) -> Candidates:
        copy = _resized(image, level.scale)
        # The copy's sides are whole pixels, so its true scale differs a little between the axes.
        x, y = copy.shape[1] / image.shape[1], copy.shape[0] / image.shape[0]
        proposals = self.detector.propose([copy], cancel)[0]
        boxes = torch.tensor([p.box for p in proposals], dtype=torch.float32).reshape(-1, 4)
        boxes /= torch.tensor([x, y, x, y])
        scores = torch.tensor([p.score for p in proposals], dtype=torch.float32)
        strides = torch.tensor([p.branch for p in proposals], dtype=torch.long)
        side = (boxes[:, 2:] - boxes[:, :2]).amax(dim=1)
        return Candidates(boxes, scores, strides).take((side >= level.smallest) & (side < level.largest))


def as_proposals(rows: Rows) -> list[Proposal]:
    """Rows as proposals, best first."""
    ordered = rows[np.argsort(-rows[:, 4], kind="stable")]
    return [Proposal((x1, y1, x2, y2), score) for x1, y1, x2, y2, score in ordered.tolist()]


def suppressed(rows: Rows, iou: float) -> Rows:
    """Rows after greedy non-maximum suppression, best first."""
    order: NDArray[np.int64] = nms(torch.from_numpy(rows[:, :4]), torch.from_numpy(rows[:, 4]), iou).numpy()
    return rows[order]


def _resized(image: RgbImage, scale: float) -> RgbImage:
    if scale == 1:
        return image
    from tinyface_core.opencv import cv2

    size = (max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)
