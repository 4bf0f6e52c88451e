"""MB-FCN as a detector: computes boxes and scores from the outputs of the network, on any backend."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import decode
from tinyface_core.detector.anchors import anchors_at, branches_from
from tinyface_core.detector.pyramid import (
    BLURRED,
    BLURRED_THOROUGH,
    BRIEF,
    FIRST_OPINION,
    STANDARD,
    THOROUGH,
    SearchPlan,
)
from tinyface_core.presets import DetectorPreset
from tinyface_core.runtime import RunsNetworks, Runtime
from tinyface_core.search_settings import Effort
from tinyface_core.types import Detections, RgbImage
from tinyface_core.weights import WeightsError

_PADDING = 127
_MULTIPLE = 32


class DetectorNetwork(RunsNetworks, Protocol):
    """MB-FCN with its weights, on some backend."""

    @property
    def preset(self) -> DetectorPreset:
        """Its shape."""

    def __call__(
        self, pictures: NDArray[np.uint8], finest_stride: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Scores `(N, A)` in [0, 1] and deltas `(N, A, 4)` of RGB pictures `(N, H, W, 3)`, sides multiples of 32.

        Anchors are in the order of `anchors_at`, without those of branches with strides less than `finest_stride`.
        Deltas are undefined where the score is not greater than the preset's floor.
        """


class MBFCNDetector:
    """The default detector; see `tinyface_core.detector.registry.Detector`."""

    def __init__(self, network: DetectorNetwork, name: str = "mbfcn", digest: str = "") -> None:
        """Make a detector of a network with its weights; name and SHA-256 of these are for results."""
        self.name, self.digest = name, digest
        self._network, self._preset = network, network.preset
        self.plan = SearchPlan(
            {Effort.FAST: BRIEF, Effort.BALANCED: STANDARD, Effort.THOROUGH: THOROUGH},
            self._preset.tile,
            self._preset.tile_overlap,
            _MULTIPLE,
            self._preset.proposals,
            self._preset.nms_iou,
            self._preset.score_floor,
            shared={Effort.THOROUGH: FIRST_OPINION},
            blurred={Effort.FAST: BLURRED, Effort.BALANCED: BLURRED, Effort.THOROUGH: BLURRED_THOROUGH},
            calibrated=True,
        )

    @property
    def runtime(self) -> Runtime:
        """See `Detector`."""
        return self._network.runtime

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        """See `Detector`."""
        padded = _pad(pixels)
        scores, deltas = (output[0] for output in self._network(padded[None], finest_stride))
        chosen = np.flatnonzero(scores > self._preset.score_floor)
        # Far more than remain after NMS; limits the time for a picture full of texture.
        if len(chosen) > (most := 10 * self._preset.proposals):
            chosen = chosen[np.argpartition(-scores[chosen], most)[:most]]
        if not (np.isfinite(scores.sum()) and np.isfinite(deltas[chosen]).all()):
            raise WeightsError(f"The detector {self.name} gives what is no number: use other weights.")
        branches = branches_from(self._preset.branches, finest_stride)
        anchors, strides = anchors_at(branches, padded.shape[0], padded.shape[1], chosen)
        return Detections.of(decode(deltas[chosen].astype(np.float64), anchors), scores[chosen], strides)

    def leave_accelerator(self) -> bool:
        """See `Detector`."""
        return self._network.leave_accelerator()


def _pad(pixels: RgbImage) -> RgbImage:
    from tinyface_core.opencv import cv2

    below, right = (-side % _MULTIPLE for side in pixels.shape[:2])
    if not below and not right:
        return pixels
    padded = cv2.copyMakeBorder(pixels, 0, below, 0, right, cv2.BORDER_CONSTANT, value=(_PADDING,) * 3)
    return np.asarray(padded, np.uint8)
