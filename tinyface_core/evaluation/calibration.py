"""Calibration: the logistic rule that joins the detector's score and the face head (see `search.fusion.fuse`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from tinyface_core.boxes import coverage_matrix, iou_matrix
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.types import FindResult, UserError

_CERTAIN = 1e-4


@dataclass(frozen=True, slots=True)
class Candidates:
    """Judged candidates of annotated pictures.

    Attributes:
        detector: `(N,)` detector scores in [0, 1].
        face: `(N,)` probabilities of the face head in [0, 1].
        is_face: `(N,)` bool; IoU with an annotated face of at least one half.
    """

    detector: NDArray[np.float64]
    face: NDArray[np.float64]
    is_face: NDArray[np.bool_]


def collect_candidates(
    pictures: Iterable[AnnotatedPicture], search: Callable[[AnnotatedPicture], FindResult]
) -> Candidates:
    """Search annotated pictures and label what was found; what lies on ignored faces is left out.

    Args:
        pictures: that neither measure nor choose anything else.
        search: gives the result of a picture, its second stage run on every candidate.
    """
    rows: list[NDArray[Any]] = []
    for picture in pictures:
        found = search(picture).faces
        found = found.take(found.refined)
        truth, ignored = picture.boxes[~picture.ignored], picture.boxes[picture.ignored]
        hit = (iou_matrix(found.boxes, truth) >= 0.5).any(axis=1)
        doubtful = (coverage_matrix(found.boxes, ignored) >= 0.5).any(axis=1)
        doubtful |= (iou_matrix(found.boxes, ignored) >= 0.3).any(axis=1)
        clear = hit | ~doubtful
        rows.append(np.column_stack([found.detector_scores, found.face_probabilities, hit])[clear])
    table = np.concatenate([np.zeros((0, 3)), *rows])
    return Candidates(table[:, 0], table[:, 1], table[:, 2].astype(bool))


def uncalibrated(rule: Mapping[str, float]) -> dict[str, float]:
    """What of a rule does not depend on the detector's scores; candidates for `fit_fusion` are found with that.

    `uncalibrated(rule) | fit_fusion(candidates)` is the new rule.
    """
    return {name: value for name, value in rule.items() if name == "box"}


def fit_fusion(candidates: Candidates) -> dict[str, float]:
    """The logistic rules of `search.fusion.fuse` with the greatest likelihood, with and without the face head.

    Raises:
        UserError: if there are only faces or only others.
    """
    if candidates.is_face.all() or not candidates.is_face.any():
        raise UserError("Calibration needs faces and other candidates: give it more pictures.")
    inputs = np.stack(
        [
            logit(candidates.detector.clip(_CERTAIN, 1 - _CERTAIN)),
            logit(candidates.face.clip(_CERTAIN, 1 - _CERTAIN)),
            np.ones(len(candidates.face)),
        ],
        axis=1,
    )
    label = candidates.is_face.astype(np.float64)

    both = _fit(inputs, label)
    alone = _fit(inputs[:, [0, 2]], label)
    return {
        "detector": both[0],
        "face": both[1],
        "bias": both[2],
        "detector_alone": alone[0],
        "bias_alone": alone[1],
    }


def _fit(inputs: NDArray[np.float64], label: NDArray[np.float64]) -> list[float]:
    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = inputs @ weights
        gradient = inputs.T @ (expit(total) - label) / len(label)
        return float(np.mean(np.logaddexp(0, total) - label * total)), gradient

    best = minimize(loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B").x
    return [float(weight) for weight in best]
