"""The FDDB protocol (Jain and Learned-Miller, 2010): discrete and continuous ROC curves over ellipses.

At every score threshold the detections are matched one to one with the annotated ellipses so that the sum of their
overlaps (IoU) is maximal. In the discrete curve a matched detection counts as 1 if its overlap is over 0.5; in the
continuous curve it counts as its overlap. The false positives of both curves are the detections that do not count in
the discrete one. Overlaps are computed by counting pixels, as in the published tools, and not clipped to the picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.datasets.fddb import FddbFaces, ellipse_boxes, read_fddb_table
from tinyface_core.evaluation.submission import official_lines
from tinyface_core.files import read_text, replacing
from tinyface_core.types import Floats, UserError

OPERATING_POINTS = (50, 100, 200, 500, 1000, 2000)


@dataclass(frozen=True, slots=True, eq=False)
class FddbCurves:
    """ROC curves `(T,)` by decreasing score.

    Attributes:
        scores: score threshold of each point.
        false_positives: number of false positives at this threshold.
        discrete, continuous: true-positive rates in [0, 1].
    """

    scores: Floats
    false_positives: Floats
    discrete: Floats
    continuous: Floats

    def discrete_at(self, false_positives: float) -> float:
        """Highest discrete rate with at most this number of false positives."""
        return _at(self.discrete, self.false_positives, false_positives)

    def continuous_at(self, false_positives: float) -> float:
        """Highest continuous rate with at most this number of false positives."""
        return _at(self.continuous, self.false_positives, false_positives)


@dataclass(frozen=True, slots=True)
class FddbReport:
    """Result of the FDDB protocol.

    Attributes:
        pictures, faces: number of measured pictures and faces.
        listed: number of pictures in the folds.
    """

    curves: FddbCurves
    folds: Mapping[int, FddbCurves]
    pictures: int
    faces: int
    listed: int

    def as_json(self) -> dict[str, object]:
        """The figures without the curves, as plain JSON values."""
        points = {
            str(count): {
                "discrete": self.curves.discrete_at(count),
                "continuous": self.curves.continuous_at(count),
            }
            for count in OPERATING_POINTS
        }
        folds = {str(fold): curves.discrete_at(50) for fold, curves in self.folds.items()}
        return {
            "pictures": self.pictures,
            "listed_pictures": self.listed,
            "faces": self.faces,
            "true_positive_rate_at_false_positives": points,
            "discrete_rate_at_50_false_positives_by_fold": folds,
        }


def evaluate_fddb(predictions: Mapping[str, NDArray[np.float64]], faces: Sequence[FddbFaces]) -> FddbReport:
    """Measure predictions, by picture name `(N, 5)` x, y, width, height, score, on the pictures that they have.

    Raises:
        UserError: if a name is not listed, or there is no face to measure on.
    """
    unknown = predictions.keys() - {picture.name for picture in faces}
    if unknown:
        raise UserError(f'There are predictions for "{min(unknown)}", which is not in the FDDB folds.')
    measured = [picture for picture in faces if picture.name in predictions]
    if not sum(len(picture.ellipses) for picture in measured):
        raise UserError("There is nothing to measure: no annotated face lies in a picture with predictions.")
    outcomes = [_match(np.asarray(predictions[p.name], np.float64).reshape(-1, 5), p.ellipses) for p in measured]
    folds = {}
    for fold in sorted({picture.fold for picture in measured}):
        rows = [row for row, picture in enumerate(measured) if picture.fold == fold]
        folds[fold] = _curves([outcomes[row] for row in rows], sum(len(measured[row].ellipses) for row in rows))
    total = sum(len(picture.ellipses) for picture in measured)
    return FddbReport(_curves(outcomes, total), folds, len(measured), total, len(faces))


def rectangle_ellipse_overlaps(rectangles: Floats, ellipses: Floats) -> Floats:
    """IoU `(N, M)` of rectangles `(N, 4)` x, y, width, height and ellipses `(M, 5)`, by counting pixel centres."""
    overlaps = np.zeros((len(rectangles), len(ellipses)))
    corners = np.concatenate([rectangles[:, :2], rectangles[:, :2] + rectangles[:, 2:]], axis=1)
    # A pixel belongs to a rectangle if its centre does.
    edges = np.ceil(corners - 0.5).astype(np.int64)
    areas = (edges[:, 2:] - edges[:, :2]).clip(min=0).prod(axis=1)
    for column, (ellipse, box) in enumerate(zip(ellipses, ellipse_boxes(ellipses), strict=True)):
        left, top = np.floor(box[:2]).astype(np.int64)
        right, bottom = np.ceil(box[2:]).astype(np.int64)
        major, minor, angle, centre_x, centre_y = ellipse
        y, x = np.mgrid[top:bottom, left:right] + 0.5
        along = ((x - centre_x) * np.cos(angle) + (y - centre_y) * np.sin(angle)) / major
        across = ((y - centre_y) * np.cos(angle) - (x - centre_x) * np.sin(angle)) / minor
        inside: NDArray[np.bool_] = np.less_equal(along**2 + across**2, 1)
        # A summed-area table gives the shared pixels of all rectangles at once.
        sums = np.pad(inside.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
        x1, x2 = (edges[:, k].clip(left, right) - left for k in (0, 2))
        y1, y2 = (edges[:, k].clip(top, bottom) - top for k in (1, 3))
        shared = sums[y2, x2] - sums[y1, x2] - sums[y2, x1] + sums[y1, x1]
        overlaps[:, column] = shared / np.maximum(areas + inside.sum() - shared, 1)
    return overlaps


def write_fddb_detections(
    folder: Path, predictions: Mapping[str, NDArray[np.float64]], faces: Sequence[FddbFaces]
) -> None:
    """Write the official text of each fold, `fold-XX-out.txt`.

    It contains every picture of the fold in order: name, count, then one line `x y width height score` per detection.
    """
    for fold in sorted({picture.fold for picture in faces}):
        lines = []
        for picture in faces:
            if picture.fold == fold:
                rows = predictions.get(picture.name, np.zeros((0, 5)))
                lines += official_lines(picture.name, rows)
        with replacing(folder / f"fold-{fold:02}-out.txt") as part:
            part.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_fddb_detections(path: Path) -> dict[str, NDArray[np.float64]]:
    """Read official texts with rectangles: a file, or a folder of `fold-XX-out.txt`.

    Raises:
        FileNotFoundError: if there is no such file.
        UserError: if one has another format, or contains ellipses.
    """
    files = sorted(path.glob("fold-*-out.txt")) if path.is_dir() else [path]
    if not files:
        raise FileNotFoundError(f"{path} holds no fold-XX-out.txt.")
    found: dict[str, NDArray[np.float64]] = {}
    for file in files:
        if any(len(line.split()) > 5 for line in read_text(file).splitlines()):
            raise UserError(f"{file.name} holds more than x y width height score: ellipses are not read.")
        found |= read_fddb_table(file)
    return found


def write_fddb_rocs(folder: Path, curves: FddbCurves) -> None:
    """Write both curves in the official format, by increasing score.

    Lines are `rate false_positives score` in `DiscROC.txt`, and `rate false_positives` in `ContROC.txt`.
    """
    points = list(zip(curves.discrete, curves.continuous, curves.false_positives, curves.scores, strict=True))[::-1]
    discrete = [f"{rate:.6f} {wrong:.0f} {score:.9g}" for rate, _, wrong, score in points]
    continuous = [f"{rate:.6f} {wrong:.0f}" for _, rate, wrong, _ in points]
    for name, lines in (("DiscROC.txt", discrete), ("ContROC.txt", continuous)):
        with replacing(folder / name) as part:
            part.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _match(rows: Floats, ellipses: Floats) -> Floats:
    """For each distinct score in one picture, `(4, K)`: score, and changes of detections, true positives, overlap."""
    from scipy.optimize import linear_sum_assignment

    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    overlaps = rectangle_ellipse_overlaps(rows[:, :4], ellipses)
    touches: NDArray[np.bool_] = np.greater(overlaps.max(axis=1, initial=0.0), 0)
    # The last detection of each distinct score.
    ends = np.flatnonzero(np.diff(rows[:, 4], append=-np.inf))
    right, overlap = np.zeros(len(ends)), np.zeros(len(ends))
    matched = 0
    for point, end in enumerate(ends):
        chosen = np.flatnonzero(touches[: end + 1])
        if len(chosen) == matched:  # detections that overlap no face do not change the matching
            right[point], overlap[point] = (right[point - 1], overlap[point - 1]) if point else (0, 0)
            continue
        matched = len(chosen)
        pairs = linear_sum_assignment(overlaps[chosen], maximize=True)
        values = overlaps[chosen][pairs]
        right[point], overlap[point] = (values > 0.5).sum(), values.sum()
    detections = (ends + 1).astype(np.float64)
    return np.stack([rows[ends, 4], *(np.diff(values, prepend=0.0) for values in (detections, right, overlap))])


def _curves(outcomes: Sequence[Floats], faces: int) -> FddbCurves:
    every = np.concatenate(outcomes, axis=1)
    scores, detections, right, overlap = every[:, np.argsort(-every[0], kind="stable")]
    ends = np.flatnonzero(np.diff(scores, append=-np.inf))
    detected, correct, shared = (np.cumsum(values)[ends] for values in (detections, right, overlap))
    total = max(faces, 1)
    return FddbCurves(scores[ends], detected - correct, correct / total, shared / total)


def _at(rates: Floats, false_positives: Floats, limit: float) -> float:
    return float(rates[false_positives <= limit].max(initial=0.0))
