"""The official WIDER FACE protocol (Yang et al., CVPR 2016, and its published evaluation tools), vectorised.

A prediction is matched to the annotated face with the highest overlap (IoU of boxes with inclusive edges, hence + 1
pixel), if it is at least 0.5. Predictions matched to a face outside the subset are ignored; of several predictions
matched to one face the one with the highest score is a true positive, the others are false positives. Scores are
normalised to [0, 1] over the whole set and compared with 1000 thresholds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyface_core.datasets.annotations import Oddities
from tinyface_core.datasets.check import SIZE_BANDS
from tinyface_core.datasets.matlab import read_matlab
from tinyface_core.datasets.wider import WiderFaces, read_wider_list, wider_names
from tinyface_core.evaluation.bootstrap import (
    Difference,
    Interval,
    paired_difference,
    percentile_interval,
    resampling_weights,
)
from tinyface_core.evaluation.curves import Curve, average_precision, ratio
from tinyface_core.evaluation.submission import Predictions
from tinyface_core.types import Floats, UserError

SUBSETS = ("easy", "medium", "hard")
HEIGHT_BANDS = {"under 16": (0.0, 16.0)} | {name: (low, high) for name, low, high in SIZE_BANDS}
"""Ranges of heights by name, in pixels, `low <= height < high`."""
THRESHOLDS = 1000
MATCH_IOU, CLOSE_IOU = 0.5, 0.7


@dataclass(frozen=True, slots=True)
class WiderGroundTruth:
    """The ground truth of the protocol.

    Attributes:
        pictures: names, boxes and invalid labels in the official order.
        subsets: by subset name, for each picture, a bool mask `(N,)` of the faces that count.
        listed: number of pictures in the official list; more than `pictures` after `only`.
    """

    pictures: tuple[WiderFaces, ...]
    subsets: Mapping[str, tuple[NDArray[np.bool_], ...]]
    listed: int

    def only(self, names: Collection[str]) -> WiderGroundTruth:
        """Restrict to the pictures in `names` ("event/file")."""
        rows = [row for row, picture in enumerate(self.pictures) if picture.name in names]
        subsets = {subset: tuple(masks[row] for row in rows) for subset, masks in self.subsets.items()}
        return WiderGroundTruth(tuple(self.pictures[row] for row in rows), subsets, self.listed)


@dataclass(frozen=True, slots=True)
class GroupResult:
    """Result of the faces of a subset, or of a range of heights; all others are ignored.

    Attributes:
        ap: average precision in [0, 1].
        interval: of the average precision, by resampling pictures; None if not requested, and for heights.
        faces: number of faces that count.
        curve: recall (x) and precision (y) at the 1000 thresholds.
        recall: at the report's operating score, in [0, 1].
        recall_interval: of the recall, by resampling pictures; None if not requested.
        close: share, in [0, 1], of the faces found at the operating score whose box has an IoU over `CLOSE_IOU`.
    """

    ap: float
    interval: Interval | None
    faces: int
    curve: Curve
    recall: float
    recall_interval: Interval | None
    close: float


@dataclass(frozen=True, slots=True)
class WiderReport:
    """Result of the WIDER FACE protocol.

    Attributes:
        subsets: by "easy", "medium", "hard".
        heights: by the names of `HEIGHT_BANDS`.
        pictures, faces: number of measured pictures and of all annotated faces in them.
        listed: number of pictures in the official list.
        missing: number of measured pictures without predictions, which count as "nothing found".
        operating_score: lowest score with at most one false positive per picture on average.
        oddities: what is to be told of the annotations.
    """

    subsets: Mapping[str, GroupResult]
    heights: Mapping[str, GroupResult]
    pictures: int
    faces: int
    listed: int
    missing: int
    operating_score: float
    oddities: Oddities = field(default_factory=Oddities)

    @property
    def is_subset(self) -> bool:
        """Whether only some pictures were measured, so that figures are not comparable with the benchmark."""
        return self.pictures < self.listed

    @property
    def remark(self) -> str:
        """About the measured pictures, and what is odd about the annotations."""
        measured = f"Measured on all {self.listed} pictures of the list."
        if self.is_subset:
            measured = (
                f"Measured on {self.pictures} of the {self.listed} pictures in the list: "
                "not comparable with figures of the whole set."
            )
        return " ".join([measured, *self.oddities.sentences])

    @property
    def recall_under_16(self) -> float:
        """Recall of faces under 16 pixels in height at one false positive per picture."""
        return self.heights["under 16"].recall

    def as_json(self) -> dict[str, object]:
        """The figures without the curves, as plain JSON values."""
        return {
            "remark": self.remark,
            "pictures": self.pictures,
            "listed_pictures": self.listed,
            "is_subset": self.is_subset,
            "missing_predictions": self.missing,
            "missing_files": len(self.oddities.missing),
            "unreadable_files": len(self.oddities.unreadable),
            "pictures_with_empty_boxes": len(self.oddities.empty),
            "classes_taken_as_faces": list(self.oddities.classes),
            "faces": self.faces,
            "operating_score": self.operating_score if np.isfinite(self.operating_score) else None,
            "subsets": {
                name: _figures(result) | {"interval": _bounds(result.interval)} for name, result in self.subsets.items()
            },
            "heights": {name: _figures(result) for name, result in self.heights.items()},
        }


def read_ground_truth(folder: Path) -> WiderGroundTruth:
    """Read `wider_face_val.mat` and `wider_{easy,medium,hard}_val.mat`.

    Raises:
        FileNotFoundError: if one of the four files is missing.
        UserError: if they do not belong together.
    """
    pictures = tuple(read_wider_list(folder / "wider_face_val.mat"))
    subsets = {}
    for name in SUBSETS:
        path = folder / f"wider_{name}_val.mat"
        if not path.is_file():
            raise FileNotFoundError(f"{path} is missing; the official evaluation tools of WIDER FACE hold it.")
        try:
            lists = [entry for event in read_matlab(path)["gt_list"].ravel() for entry in event.ravel()]
            if len(lists) != len(pictures):
                raise ValueError(f"it lists {len(lists)} pictures, wider_face_val.mat {len(pictures)}")
            subsets[name] = tuple(_mask(entry, len(p.boxes)) for p, entry in zip(pictures, lists, strict=True))
        except ValueError as error:
            raise UserError(f"{path.name} does not belong to wider_face_val.mat: {error}.") from error
        except (KeyError, TypeError, AttributeError) as error:
            raise UserError(f"{path.name} holds no list of faces for each picture: get a fresh copy.") from error
    return WiderGroundTruth(pictures, subsets, len(pictures))


def _mask(listed: Any, count: int) -> NDArray[np.bool_]:
    """Mask of the faces in a list of their numbers, from 1."""
    numbers = np.asarray(listed, np.int64).ravel()
    if len(numbers) and not (numbers.min() >= 1 and numbers.max() <= count):
        raise ValueError(f"it names face {numbers.max()} of {count}")
    mask = np.zeros(count, bool)
    mask[numbers - 1] = True
    return mask


def evaluate_wider(
    predictions: Predictions,
    ground_truth: WiderGroundTruth,
    only: Collection[str] | None = None,
    rounds: int = 1000,
    seed: int = 0,
) -> WiderReport:
    """Measure predictions by the official protocol, on all pictures or on a subset of them.

    Args:
        predictions: by official name "event/file", `(N, 5)` x, y, width, height, score; any order.
        ground_truth: see `read_ground_truth`.
        only: names of the pictures to measure; None for those that have predictions. Scores are normalised over these
            pictures.
        rounds: number of resamplings of the pictures for the intervals, 0 for none; scores are not normalised again.
        seed: of the resampling.

    Raises:
        UserError: if a name is not in the ground truth, or predictions have another shape or are not finite.
    """
    truth = _chosen(ground_truth, predictions, only)
    matches = _Matches(truth.pictures, predictions)
    weights = resampling_weights(len(truth.pictures), rounds, seed) if rounds else None
    operating_score = matches.operating_score()
    subsets, heights = {}, {}
    for name, masks in truth.subsets.items():
        subsets[name] = matches.measure(np.concatenate(masks), operating_score, weights, resamples_ap=True)
    for name, (low, high) in HEIGHT_BANDS.items():
        kept = matches.valid & (matches.heights >= low) & (matches.heights < high)
        heights[name] = matches.measure(kept, operating_score, weights, resamples_ap=False)
    missing = sum(picture.name not in predictions for picture in truth.pictures)
    faces = len(matches.heights)
    return WiderReport(subsets, heights, len(truth.pictures), faces, truth.listed, missing, operating_score)


def compare_wider(
    first: Predictions,
    second: Predictions,
    ground_truth: WiderGroundTruth,
    rounds: int = 1000,
    seed: int = 0,
) -> dict[str, Difference]:
    """Differences in average precision, `second` minus `first`, by subset, with a paired bootstrap over pictures.

    Both are measured on the pictures with predictions in both.

    Raises:
        UserError: as `evaluate_wider`.
    """
    shared = first.keys() & second.keys()
    one, two = (resampled_wider(kind, ground_truth, shared, rounds, seed) for kind in (first, second))
    return {name: paired_difference(one[name], two[name]) for name in one}


def resampled_wider(
    predictions: Predictions, ground_truth: WiderGroundTruth, only: Collection[str], rounds: int, seed: int = 0
) -> dict[str, NDArray[np.float64]]:
    """Average precision by subset `(1 + rounds,)`: on the pictures in `only`, then with each resampling of them.

    The same seed gives the same draws.

    Raises:
        UserError: as `evaluate_wider`.
    """
    truth = _chosen(ground_truth, {}, only)
    weights = resampling_weights(len(truth.pictures), rounds, seed)
    weights = np.concatenate([np.ones((1, len(truth.pictures))), weights])
    matches = _Matches(truth.pictures, predictions)
    return {name: matches.count(np.concatenate(masks)).resampled_ap(weights) for name, masks in truth.subsets.items()}


@dataclass(frozen=True, slots=True)
class _Counts:
    """New proposals and true positives by picture and threshold `(P, T)`, and faces by picture `(P,)`."""

    proposals: Floats
    found: Floats
    faces: Floats

    def curve(self, weights: Floats | None = None) -> Curve:
        """Recall and precision `(..., T)` with weights of the pictures `(..., P)`, by default 1."""
        if weights is None:
            weights = np.ones(len(self.faces))
        found = np.cumsum(weights @ self.found, axis=-1)
        proposals = np.cumsum(weights @ self.proposals, axis=-1)
        return Curve(ratio(found, (weights @ self.faces)[..., None]), ratio(found, proposals))

    def resampled_ap(self, weights: Floats) -> Floats:
        """Average precision `(rounds,)` for weights `(rounds, P)`."""
        # In parts, to save memory.
        parts = [self.curve(part) for part in np.array_split(weights, max(1, len(weights) // 100))]
        return np.concatenate([average_precision(part.x, part.y) for part in parts])


class _Matches:
    """All predictions of the set, each with its matched face; the matching does not depend on the subset."""

    def __init__(self, pictures: tuple[WiderFaces, ...], predictions: Predictions) -> None:
        self._pictures = len(pictures)
        counts = np.array([len(picture.boxes) for picture in pictures])
        starts = np.concatenate([[0], np.cumsum(counts)])
        self._face_picture = np.repeat(np.arange(self._pictures), counts)
        boxes = np.concatenate([picture.boxes for picture in pictures])
        invalid = np.concatenate([picture.invalid for picture in pictures])
        self.heights: Floats = boxes[:, 3]
        self.valid: NDArray[np.bool_] = ~invalid & (boxes[:, 2] > 0) & (boxes[:, 3] > 0)
        scores, faces, overlaps, owners = [], [], [], []
        for number, picture in enumerate(pictures):
            rows = _checked(picture.name, predictions.get(picture.name))
            rows = rows[np.argsort(-rows[:, 4], kind="stable")]
            best, overlap = _best_overlaps(rows[:, :4], picture.boxes)
            scores.append(rows[:, 4])
            faces.append(np.where(overlap >= MATCH_IOU, best + starts[number], -1))
            overlaps.append(overlap)
            owners.append(np.full(len(rows), number))
        self._scores = np.concatenate(scores)
        self._face = np.concatenate(faces)
        self._overlap = np.concatenate(overlaps)
        self._picture = np.concatenate(owners)
        # Predictions of a picture are sorted by score, so the first one of a face is the true positive.
        _, firsts = np.unique(self._face, return_index=True)
        self._first = np.zeros(len(self._face), bool)
        self._first[firsts] = True
        self._first &= self._face >= 0
        self._bin = _threshold_bins(self._scores)
        self._judged = counts[self._picture] > 0  # the protocol ignores pictures without faces

    def count(self, kept: NDArray[np.bool_]) -> _Counts:
        """Counts for the subset of faces `kept (faces,)`."""
        in_subset = kept[self._face] & (self._face >= 0)
        proposal = ((self._face < 0) | in_subset) & self._judged
        found = self._first & in_subset
        return _Counts(self._histogram(proposal), self._histogram(found), self._faces_by_picture(kept))

    def measure(self, kept: NDArray[np.bool_], score: float, weights: Floats | None, resamples_ap: bool) -> GroupResult:
        """Measure the faces in the mask `kept (faces,)` at an operating score; `weights` are those of resamplings."""
        counts = self.count(kept)
        curve = counts.curve()
        resampled = None if weights is None or not resamples_ap else counts.resampled_ap(weights)
        return GroupResult(
            float(average_precision(curve.x, curve.y)),
            None if resampled is None else percentile_interval(resampled),
            int(kept.sum()),
            curve,
            *self._recall_at(score, kept, weights),
            self._close_at(score, kept),
        )

    def operating_score(self) -> float:
        """Lowest score with at most one false positive per picture on average; infinite if there is none.

        Duplicate boxes on a valid face are false positives; boxes on an invalid face are not.
        """
        wrong = (self._face < 0) | (~self._first & self.valid[self._face])
        scores, inverse = np.unique(-self._scores, return_inverse=True)
        false_positives = np.cumsum(np.bincount(inverse, weights=wrong, minlength=len(scores)))
        allowed = int(np.searchsorted(false_positives, self._pictures, side="right"))
        return float(-scores[allowed - 1]) if allowed else float("inf")

    def _recall_at(
        self, score: float, kept: NDArray[np.bool_], weights: Floats | None
    ) -> tuple[float, Interval | None]:
        """Recall of the faces in the mask `kept` at `score`, and its interval by resampling with `weights`."""
        found = self._found(score, kept)
        by_picture = np.bincount(self._picture[found], minlength=self._pictures).astype(np.float64)
        faces = self._faces_by_picture(kept)
        recall = float(ratio(by_picture.sum(), faces.sum()))
        return recall, None if weights is None else percentile_interval(ratio(weights @ by_picture, weights @ faces))

    def _close_at(self, score: float, kept: NDArray[np.bool_]) -> float:
        """Share of the faces in the mask `kept` that are found at `score` whose box has an IoU over `CLOSE_IOU`."""
        found = self._found(score, kept)
        return float(ratio((self._overlap[found] > CLOSE_IOU).sum(), found.sum()))

    def _found(self, score: float, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(self._first & kept[self._face] & (self._scores >= score))

    def _faces_by_picture(self, kept: NDArray[np.bool_]) -> Floats:
        return np.bincount(self._face_picture[kept], minlength=self._pictures).astype(np.float64)

    def _histogram(self, chosen: NDArray[np.bool_]) -> Floats:
        cells = self._picture[chosen] * THRESHOLDS + self._bin[chosen]
        flat = np.bincount(cells, minlength=self._pictures * THRESHOLDS)
        return flat.reshape(self._pictures, THRESHOLDS).astype(np.float64)


def _chosen(ground_truth: WiderGroundTruth, predictions: Predictions, only: Collection[str] | None) -> WiderGroundTruth:
    names = [picture.name for picture in ground_truth.pictures]
    unknown = predictions.keys() - set(names)
    if unknown:
        raise UserError(f'There are predictions for "{min(unknown)}", which is not in the WIDER FACE list.')
    chosen = ground_truth.only(wider_names(predictions.keys() if only is None else only, names))
    if not chosen.pictures:
        raise UserError("There is no picture to measure on: neither predictions nor names were given.")
    if not any(len(picture.boxes) for picture in chosen.pictures):
        raise UserError("There is nothing to measure: the chosen pictures have no annotated face.")
    return chosen


def _checked(name: str, rows: NDArray[np.float64] | None) -> Floats:
    if rows is None:
        return np.zeros((0, 5))
    table = np.asarray(rows, np.float64)
    if table.size == 0:
        return np.zeros((0, 5))
    if table.ndim != 2 or table.shape[1] != 5 or not np.isfinite(table).all():
        raise UserError(f"The predictions for {name} must be finite rows of x, y, width, height, score.")
    return table


def _best_overlaps(predicted: Floats, annotated: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Index `(N,)` of the annotated box with the highest overlap and this overlap `(N,)`; -1 if there is none."""
    if len(predicted) == 0 or len(annotated) == 0:
        return np.zeros(len(predicted), np.int64), np.full(len(predicted), -1.0)
    a, b = predicted[:, None, :], annotated[None, :, :]
    width = np.minimum(a[..., 0] + a[..., 2], b[..., 0] + b[..., 2]) - np.maximum(a[..., 0], b[..., 0]) + 1
    height = np.minimum(a[..., 1] + a[..., 3], b[..., 1] + b[..., 3]) - np.maximum(a[..., 1], b[..., 1]) + 1
    shared = np.maximum(width, 0) * np.maximum(height, 0)
    areas = (predicted[:, 2] + 1) * (predicted[:, 3] + 1), (annotated[:, 2] + 1) * (annotated[:, 3] + 1)
    overlaps = shared / (areas[0][:, None] + areas[1][None, :] - shared)
    best = overlaps.argmax(axis=1)
    return best, overlaps[np.arange(len(best)), best]


def _threshold_bins(scores: Floats) -> NDArray[np.int64]:
    """Index of the first threshold 1 - t / 1000, t = 1..1000, that each normalised score reaches."""
    if len(scores) == 0:
        return np.zeros(0, np.int64)
    low, high = scores.min(), scores.max()
    stretched = (scores - low) / (high - low) if high > low else np.ones(len(scores))
    rising = (1 - np.arange(1, THRESHOLDS + 1) / THRESHOLDS)[::-1]
    return THRESHOLDS - np.searchsorted(rising, stretched, side="right")


def _figures(result: GroupResult) -> dict[str, object]:
    return {
        "ap": result.ap,
        "faces": result.faces,
        "recall_at_1_fp_per_picture": result.recall,
        "recall_interval": _bounds(result.recall_interval),
        "close_share": result.close,
    }


def _bounds(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]
