"""Fits the logistic rules that fuse the detector's score with the second stage (see `gan.fusion`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from tinyface_core.boxes import iou_matrix, lie_on
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.gan.second_stage import Judgement
from tinyface_core.types import Detections, UserError

_CERTAIN = 1e-4


@dataclass(frozen=True, slots=True)
class Candidates:
    """Labelled candidates of annotated pictures.

    Attributes:
        detector: `(N,)` detector scores in [0, 1].
        surroundings: `(N,)` probabilities of the surroundings network, in [0, 1]; NaN if it did not run.
        face: `(N,)` probabilities of the face head, in [0, 1]; NaN if it did not run.
        is_face: `(N,)` bool; IoU with an annotated face of at least 0.5.
    """

    detector: NDArray[np.float64]
    surroundings: NDArray[np.float64]
    face: NDArray[np.float64]
    is_face: NDArray[np.bool_]


def collect_candidates(searched: Iterable[tuple[AnnotatedPicture, tuple[Detections, Judgement]]]) -> Candidates:
    """Label the candidates found in annotated pictures; those on ignored faces are skipped.

    The pictures, which nothing else uses, come with the results of `FaceFinder.candidates` under `uncalibrated`.
    """
    rows: list[NDArray[Any]] = []
    for picture, (found, said) in searched:
        truth, ignored = picture.boxes[~picture.ignored], picture.boxes[picture.ignored]
        hit = (iou_matrix(found.boxes, truth) >= 0.5).any(axis=1)
        clear = hit | ~lie_on(found.boxes, ignored)
        rows.append(np.column_stack([found.detector_scores, said.surroundings, said.face, hit])[clear])
    detector, surroundings, face, is_face = np.concatenate([np.zeros((0, 4)), *rows]).T
    return Candidates(detector, surroundings, face, is_face.astype(bool))


def uncalibrated(rule: Mapping[str, float]) -> dict[str, float]:
    """The part of a rule that does not depend on the detector's scores, under which candidates are collected.

    The new rule is `uncalibrated(rule) | fit_fusion(candidates)`.
    """
    return {name: value for name, value in rule.items() if name == "box"}


def fit_fusion(candidates: Candidates) -> dict[str, float]:
    """Fit the logistic rules of `gan.fusion.fuse` by maximum likelihood.

    There is one rule per number of networks that have judged a candidate: the rule for the detector alone is fitted on
    all candidates, the others on those that the discriminator has judged.

    Raises:
        UserError: if there are only faces or only non-faces.
    """
    seen = ~np.isnan(candidates.face)
    if any(not labels.any() or labels.all() for labels in (candidates.is_face, candidates.is_face[seen])):
        raise UserError("Calibration needs faces and other candidates: give it more pictures.")
    values = np.column_stack([candidates.detector, candidates.surroundings, candidates.face])
    own, around, face = np.nan_to_num(logit(values.clip(_CERTAIN, 1 - _CERTAIN))).T
    label = candidates.is_face.astype(np.float64)
    rule = _fit({"detector_alone": own, "bias_alone": np.ones_like(own)}, label)
    looks = {"detector": own, "surroundings": around, "bias": np.ones_like(own)}
    if np.isnan(candidates.surroundings[seen]).all():
        del looks["surroundings"]
    else:
        rule |= _fit({f"{name}_first": values[seen] for name, values in looks.items()}, label[seen])
    return rule | _fit({name: values[seen] for name, values in (looks | {"face": face}).items()}, label[seen])


def _fit(inputs: Mapping[str, NDArray[np.float64]], label: NDArray[np.float64]) -> dict[str, float]:
    """Weights by name of a logistic regression on named inputs `(N,)`."""
    table = np.column_stack(list(inputs.values()))

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = table @ weights
        gradient = table.T @ (expit(total) - label) / len(label)
        return float(np.mean(np.logaddexp(0, total) - label * total)), gradient

    best = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x
    return dict(zip(inputs, best.tolist(), strict=True))
