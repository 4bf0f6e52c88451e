"""The trained second stage; see `tinyface_core.gan.second_stage.SecondStage`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import square_rois
from tinyface_core.gan.fusion import leaves_early, log_odds
from tinyface_core.gan.networks import StageNetworks
from tinyface_core.gan.second_stage import Judgement
from tinyface_core.rois import cut_rois
from tinyface_core.runtime import Runtime
from tinyface_core.stopwatch import Stopwatch
from tinyface_core.types import Detections, Floats, RgbImage
from tinyface_core.weights import WeightsError


class GanSecondStage:
    """Judges candidates with D: small ones after enlargement by G, large ones directly."""

    def __init__(
        self,
        networks: StageNetworks,
        name: str = "gan",
        digest: str = "",
        fusion: Mapping[str, float] | None = None,
        context: float | None = None,
    ) -> None:
        """Make a second stage; name and SHA-256 of the weights are for the result, no context is the preset's."""
        self.name, self.digest = name, digest
        self.fusion: Mapping[str, float] = fusion or {}
        self.context = networks.preset.context if context is None else context
        self._networks, self._preset = networks, networks.preset

    @property
    def runtime(self) -> Runtime:
        """See `SecondStage`."""
        return self._networks.runtime

    def judge(self, picture: RgbImage, candidates: Detections) -> Judgement:
        """See `SecondStage`; candidates decided by their surroundings skip G and D (`GanPreset.undecided`)."""
        watch, preset, boxes = Stopwatch(), self._preset, candidates.boxes
        said = Judgement.nothing(len(candidates))
        rois = square_rois(boxes, self.context)
        sides = rois[:, 2] - rois[:, 0]
        small, undecided = sides <= preset.enlarged_to, np.ones(len(candidates), bool)
        rows = np.flatnonzero(small)
        if self._networks.has_surroundings and len(rows):
            with watch.measure("crop"):
                wider = square_rois(boxes[rows], preset.surroundings_context)
                around = cut_rois(picture, wider, preset.surroundings)
            with watch.measure("surroundings"):
                logits, box = self._networks.judge_surroundings(around)
            said.surroundings[rows] = _sigmoid(logits)
            if box is not None:
                said.boxes[rows] = _in_picture(box, wider)
            undecided = self._undecided(candidates, said, preset.ruled_out)
        for rows, enlarge in ((np.flatnonzero(small & undecided), True), (np.flatnonzero(~small), False)):
            if not len(rows):
                continue
            with watch.measure("crop"):
                crops = cut_rois(picture, rois[rows], preset.low if enlarge else preset.high)
            with watch.measure("generate"):
                high = self._networks.enlarge(crops).refined if enlarge else np.divide(crops, 255, dtype=np.float32)
            with watch.measure("discriminate"):
                real, face, box = self._networks.judge(high)
            said.face[rows], said.real[rows] = _sigmoid(face), _sigmoid(real)
            if box is not None:
                whole = sides[rows] <= preset.high  # for reduced regions the detector's boxes are more precise
                others = said.boxes[rows] if enlarge else boxes[rows]
                said.boxes[rows[whole]] = _mean_of_known(others, _in_picture(box, rois[rows]))[whole]
        return replace(said, timings=watch.timings)

    def undecided(self, candidates: Detections) -> NDArray[np.bool_]:
        """See `SecondStage`."""
        return self._undecided(candidates, Judgement.nothing(len(candidates)))

    def _undecided(self, candidates: Detections, said: Judgement, ruled_out: float = math.inf) -> NDArray[np.bool_]:
        if not leaves_early(self.fusion):
            return np.ones(len(candidates), bool)
        odds = log_odds(candidates.detector_scores, said.surroundings, said.face, self.fusion)
        return (np.abs(odds) < self._preset.undecided) & (odds > -ruled_out)

    def leave_accelerator(self) -> bool:
        """See `SecondStage`."""
        return self._networks.leave_accelerator()


def _in_picture(boxes: NDArray[np.float32], rois: Floats) -> Floats:
    """Convert boxes from shares of the side of square regions to pixels of the picture."""
    placed: Floats = np.tile(rois[:, :2], 2) + boxes * (rois[:, 2:3] - rois[:, :1])
    return placed


def _mean_of_known(first: Floats, second: Floats) -> Floats:
    """Mean of two boxes, or the second one where the first is NaN."""
    return np.where(np.isnan(first), second, (first + second) / 2)


def _sigmoid(logits: NDArray[np.floating[Any]]) -> Floats:
    if not np.isfinite(logits).all():
        raise WeightsError("The second stage gives what is no number: use other weights.")
    probabilities: Floats = 1 / (1 + np.exp(-logits.astype(np.float64)))
    return probabilities
