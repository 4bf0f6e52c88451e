"""Fits by how much scores of small faces rise in blurred, noisy and compressed pictures.

    python -m benchmarks.score_calibration VAL LISTS --limit 100 --backend onnxruntime --precision int8

Searches validation pictures of WIDER FACE as they are and under each condition, mild and medium, without calibration:
by one detector with the second stage, by two without it, and by two with it. Prints the amounts of
`tinyface_core.search.calibration` that make the labels of candidates with a score of at least 0.1 most likely, fitted
to every second picture too; and for each condition AP, faces found and false boxes at the score that is shown, before
and after.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from tinyface_core.backends.loading import load_second_stage
from tinyface_core.boxes import best_matches, coverage_matrix
from tinyface_core.datasets.annotations import AnnotatedPicture, existing, with_pixels
from tinyface_core.datasets.conditions import CONDITIONS
from tinyface_core.datasets.wider import read_wider
from tinyface_core.detector.network import MBFCNDetector
from tinyface_core.detector.registry import SECOND_DETECTOR, standard_detectors
from tinyface_core.gan.fusion import logit
from tinyface_core.own_weights import installed_weights
from tinyface_core.search.calibration import JUDGED, VOTED, burden, smallness
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search.quality import quality_of
from tinyface_core.search_settings import LEAST_SHOWN, Effort, SearchSettings
from tinyface_core.types import Detections, Frame

WORN = ("grey", "dark", "noise", "focus", "motion", "jpeg", "video")
AS_THEY_ARE = ("as they are", 0.0)
SEARCHES = {
    "one detector, second stage": SearchSettings.of(Effort.BALANCED, second_detector=False),
    "two detectors": SearchSettings.of(Effort.BALANCED, second_stage=False),
    "two detectors, second stage": SearchSettings.of(Effort.BALANCED),
}
AMOUNTS = len(VOTED)
LEAST = math.log(0.1 / 0.9)
"""Log-odds from which on candidates are fitted: others are far from being shown."""


@dataclass(frozen=True)
class Labelled:
    """The candidates of one search of one picture.

    Attributes:
        odds: `(N,)` log-odds of their scores without calibration.
        is_face: `(N,)`.
        shares: `(N, 6)` what the amounts `VOTED` and `JUDGED` are multiplied by.
    """

    picture: int
    condition: tuple[str, float]
    odds: NDArray[np.float64]
    is_face: NDArray[np.bool_]
    shares: NDArray[np.float64]


def main() -> None:
    """Search, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path, help="folder of the WIDER FACE validation pictures")
    parser.add_argument("ground_truth", type=Path, help="folder of the official .mat files")
    parser.add_argument("--limit", type=int, default=100, help="number of pictures, spread over all")
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--precision", default="auto")
    chosen = parser.parse_args()
    pictures = existing(read_wider(chosen.images, chosen.ground_truth / "wider_face_val.mat"))[0]
    pictures = pictures[:: max(len(pictures) // chosen.limit, 1)]
    searched = {}
    for name, settings in SEARCHES.items():
        settings = replace(settings, backend=chosen.backend, precision=chosen.precision)
        searched[name] = search_all(uncalibrated(settings), pictures, settings.second_detector)
        print(f"searched: {name}", flush=True)
    for title, part in (("all", slice(None)), ("even", slice(0, None, 2)), ("odd", slice(1, None, 2))):
        numbers = range(len(pictures))[part]
        part_of = {name: [one for one in found if one.picture in numbers] for name, found in searched.items()}
        voted, judged = fitted(part_of)
        print(f"{title} pictures: VOTED = {voted.round(1).tolist()}, JUDGED = {judged.round(1).tolist()}")
    for name, candidates in searched.items():
        print(f"\n| {name} | AP | faces | false boxes |\n| --- | --- | --- | --- |")
        faces = sum(int((~picture.ignored).sum()) for picture in pictures)
        for condition in dict.fromkeys(one.condition for one in candidates):
            rows = [one for one in candidates if one.condition == condition]
            print(f"| {condition[0]} {condition[1]:g} | " + " | ".join(before_and_after(rows, faces)) + " |")


def uncalibrated(settings: SearchSettings) -> FaceFinder:
    """A finder whose scores are not calibrated."""
    manifest, registry = installed_weights(), standard_detectors()
    names = (manifest.default("detector", settings.effort).name, SECOND_DETECTOR)[: 1 + settings.second_detector]
    first, *others = (registry.make(name, settings.runtime) for name in names)
    assert isinstance(first, MBFCNDetector)
    first.plan = replace(first.plan, calibrated=False)
    stage = load_second_stage(manifest, manifest.default("gan"), settings.runtime, settings.context)
    return FaceFinder(first, stage, settings, others)


def search_all(finder: FaceFinder, pictures: Sequence[AnnotatedPicture], voted: bool) -> list[Labelled]:
    """The labelled candidates of all pictures, as they are and under each condition."""
    rows = [AS_THEY_ARE, *((name, strength) for name in WORN for strength in CONDITIONS[name].strengths[:2])]
    found = []
    for number, (picture, pixels) in enumerate(with_pixels(pictures)):
        for row, (name, strength) in enumerate(rows):
            worn = pixels
            if row:
                worn, _ = CONDITIONS[name].apply(pixels, picture.boxes, strength, np.random.default_rng((row, number)))
            faces = finder.find(Frame(worn, picture.name)).faces
            weight = burden(quality_of(worn))
            shares = np.hstack([np.tile(weight * voted, (len(faces), 1)), weight * faces.refined[:, None]])
            shares *= smallness(faces.sizes)[:, None]
            clear, is_face = labels(faces, picture)
            found.append(Labelled(number, (name, strength), logit(faces.scores)[clear], is_face[clear], shares[clear]))
    return found


def labels(faces: Detections, picture: AnnotatedPicture) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which boxes count, and which of them are a face's first; boxes are sorted by score.

    As in training, boxes with an IoU of 0.3 to 0.5 are neither face nor background.
    """
    overlap, match = best_matches(faces.boxes, picture.boxes)
    hit, background = overlap >= 0.5, overlap < 0.3
    first = np.zeros(len(faces), bool)
    first[np.unique(np.where(hit, match, -1), return_index=True)[1]] = True
    ignored = np.append(picture.ignored, False)[np.where(hit, match, -1)]
    beside = (coverage_matrix(faces.boxes, picture.boxes[picture.ignored]) >= 0.5).any(axis=1)
    return (hit & ~ignored) | (background & ~beside), hit & first


def fitted(searched: Mapping[str, Sequence[Labelled]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Amounts `VOTED` and `JUDGED`, none negative; each kind of search has a line of its own from odds to labels."""
    columns: list[NDArray[Any]] = []
    labels_, weights = [], []
    for number, candidates in enumerate(searched.values()):
        for one in candidates:
            near = one.odds >= LEAST
            line = np.zeros((near.sum(), 2 * len(searched)))
            line[:, 2 * number : 2 * number + 2] = np.column_stack([np.ones(near.sum()), one.odds[near]])
            columns.append(np.hstack([line, one.shares[near]]))
            labels_.append(one.is_face[near])
            total = sum((other.odds >= LEAST).sum() for other in candidates if other.condition == one.condition)
            weights.append(np.full(near.sum(), (3.0 if one.condition == AS_THEY_ARE else 1.0) / total))
    table, label, weight = np.vstack(columns), np.concatenate(labels_), np.concatenate(weights)

    def loss(numbers: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = table @ numbers
        return float(weight @ (np.logaddexp(0, odds) - label * odds)), table.T @ (weight * (expit(odds) - label))

    lines = 2 * len(searched)
    start = np.array([0.0, 1.0] * len(searched) + [0.0] * 2 * AMOUNTS)
    bounds = [(None, None)] * lines + [(0.0, None)] * 2 * AMOUNTS
    best = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}).x
    amounts = best[lines:] / best[1:lines:2].mean()
    return amounts[:AMOUNTS], amounts[AMOUNTS:]


def before_and_after(rows: Sequence[Labelled], faces: int) -> list[str]:
    """AP, found faces and false boxes at the score that is shown, each without and with the amounts in use."""
    is_face = np.concatenate([one.is_face for one in rows])
    least = logit(np.array([LEAST_SHOWN]))[0]
    cells = []
    for amounts in (np.zeros(2 * AMOUNTS), np.array([*VOTED, *JUDGED])):
        odds = np.concatenate([one.odds + one.shares @ amounts for one in rows])
        shown = odds >= least
        hits = np.cumsum(is_face[np.argsort(-odds, kind="stable")])
        precision = np.maximum.accumulate((hits / np.arange(1, len(hits) + 1))[::-1])[::-1]
        ap = float(np.diff(hits, prepend=0) @ precision) / faces
        cells.append((f"{ap:.3f}", f"{(shown & is_face).sum()}", f"{(shown & ~is_face).sum()}"))
    return [" → ".join(pair) for pair in zip(*cells, strict=True)]


if __name__ == "__main__":
    main()
