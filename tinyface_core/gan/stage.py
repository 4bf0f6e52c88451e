"""Generator and discriminator as one trained second stage; see `tinyface_core.gan.second_stage.SecondStage`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import mirrored, square_rois
from tinyface_core.gan.networks import StageNetworks
from tinyface_core.gan.second_stage import Judgement
from tinyface_core.rois import cut_rois
from tinyface_core.stopwatch import Stopwatch
from tinyface_core.types import Floats, RgbImage, Runtime


class GanSecondStage:
    """Enlarges small crops with G and judges them with D; large ones D judges as they are."""

    def __init__(
        self,
        networks: StageNetworks,
        name: str = "gan",
        digest: str = "",
        fusion: Mapping[str, float] | None = None,
        context: float | None = None,
    ) -> None:
        """Take networks into use.

        Args:
            networks: with their weights.
            name: for the result.
            digest: SHA-256 of the weights, for the result.
            fusion: the calibrated rule of `tinyface_core.search.fusion`.
            context: share of a box's side added round it; None for what the preset says.
        """
        self.name, self.digest = name, digest
        self.fusion: Mapping[str, float] = fusion or {}
        self.context = networks.preset.context if context is None else context
        self._networks, self._preset = networks, networks.preset

    @property
    def runtime(self) -> Runtime:
        """See `SecondStage`."""
        return self._networks.runtime

    def judge(self, picture: RgbImage, boxes: Floats) -> Judgement:
        """See `SecondStage`. The verdict is the mean of those on the crop and on its mirror image."""
        watch = Stopwatch()
        rois = square_rois(boxes, self.context)
        sides = rois[:, 2] - rois[:, 0]
        small = sides <= self._preset.enlarged_to
        face, real, places = np.empty(len(boxes)), np.empty(len(boxes)), np.full((len(boxes), 4), np.nan)
        for rows, enlarge in ((np.flatnonzero(small), True), (np.flatnonzero(~small), False)):
            if not len(rows):
                continue
            crops, around = self._crops(picture, boxes[rows], rois[rows], enlarge, watch)
            with watch.measure("generate"):
                high = self._networks.enlarge(crops).refined if enlarge else np.divide(crops, 255, dtype=np.float32)
            with watch.measure("discriminate"):
                face[rows], real[rows], box = self._verdict(high, around)
            # What is large enough for D to judge as it is, the detector has seen as well.
            if enlarge and box is not None:
                places[rows] = np.tile(rois[rows, :2], 2) + box * sides[rows, None]
        return Judgement(face, real, places, watch.timings)

    def _crops(
        self, picture: RgbImage, boxes: Floats, rois: Floats, small: bool, watch: Stopwatch
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
        """Crops of the regions, and those of what lies round them where that is judged too."""
        preset = self._preset
        with watch.measure("crop"):
            crops = cut_rois(picture, rois, preset.low if small else preset.high)
            if not small or not self._networks.has_surroundings:
                return crops, None
            return crops, cut_rois(picture, square_rois(boxes, preset.surroundings_context), preset.surroundings)

    def _verdict(
        self, high: NDArray[np.float32], around: NDArray[np.uint8] | None
    ) -> tuple[Floats, Floats, Floats | None]:
        """Probabilities `(N,)` of a face and of a natural picture, and boxes `(N, 4)` in shares of the crop's side."""
        seen = self._networks.judge(high, around)
        mirror = self._networks.judge(high[:, :, ::-1], None if around is None else around[:, :, ::-1])
        face, real = _sigmoid((seen.in_place + mirror.in_place) / 2), _sigmoid((seen.real + mirror.real) / 2)
        if seen.box is None or mirror.box is None:
            return face, real, None
        return face, real, (seen.box + mirrored(mirror.box, 1)) / 2

    def leave_accelerator(self) -> bool:
        """See `SecondStage`."""
        return self._networks.leave_accelerator()


def _sigmoid(logits: NDArray[np.floating[Any]]) -> Floats:
    probabilities: Floats = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return probabilities
