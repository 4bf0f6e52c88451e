"""Measures a finder on an annotated data set: WIDER FACE with its subsets, others as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from tinyface_core.datasets.annotations import (
    AnnotatedPicture,
    Oddities,
    TellUnreadable,
    existing,
    spread,
    to_pixel_numbers,
)
from tinyface_core.datasets.registry import READERS
from tinyface_core.datasets.wider import WiderFaces, read_wider
from tinyface_core.evaluation.prediction import PredictionRun, predict
from tinyface_core.evaluation.wider import SUBSETS, WiderGroundTruth, WiderReport, evaluate_wider, read_ground_truth
from tinyface_core.types import CancelToken, Finder, Progress, no_progress


@dataclass(frozen=True, slots=True)
class AnnotatedSet:
    """Pictures to search, and their ground truth.

    Attributes:
        oddities: what is to be told of the annotations.
    """

    pictures: tuple[AnnotatedPicture, ...]
    truth: WiderGroundTruth
    oddities: Oddities = field(default_factory=Oddities)

    def spread(self, count: int) -> AnnotatedSet:
        """`count` of the pictures, evenly spread over the list; all if there are fewer or `count` is 0."""
        return replace(self, pictures=tuple(spread(self.pictures, count)))


def open_annotated(kind: str, images: Path, annotations: Path) -> AnnotatedSet:
    """Read annotated pictures of a kind in `tinyface_core.datasets.registry.READERS`.

    For "wider" a folder with the four official files gives the subsets easy, medium and hard; a list alone gives the
    subset "all".

    Raises:
        FileNotFoundError: if files are missing.
        UserError: if the annotations are broken, or there is no such kind.
    """
    if kind == "wider" and annotations.is_dir():
        lists = [annotations / f"wider_{part}_val.mat" for part in ("face", *SUBSETS)]
        if all(path.is_file() for path in lists):
            pictures, oddities = existing(read_wider(images, lists[0]))
            return AnnotatedSet(tuple(pictures), read_ground_truth(annotations), oddities)
        found = sorted(annotations.glob("wider_face_*.mat")) or sorted(annotations.glob("wider_face_*_bbx_gt.txt"))
        if not found:
            raise FileNotFoundError(f"{annotations} holds no wider_face_val.mat and no wider_face_val_bbx_gt.txt.")
        annotations = found[-1]
    listed = READERS.make(kind, images, annotations)
    if len({picture.name for picture in listed}) < len(listed):  # what is found in them is kept by name
        listed = [replace(picture, name=str(picture.path)) for picture in listed]
    pictures, oddities = existing(listed)
    return AnnotatedSet(tuple(pictures), annotated_truth(listed), oddities)


def annotated_truth(pictures: Sequence[AnnotatedPicture]) -> WiderGroundTruth:
    """Ground truth for the protocol of WIDER FACE with the single subset "all".

    As in that protocol, ignored faces are neither true nor false positives, and pictures without faces do not count.
    """
    faces, counted = [], []
    for picture in pictures:
        faces.append(WiderFaces(picture.name, to_pixel_numbers(picture.boxes.astype(np.float64)), picture.ignored))
        counted.append(~picture.ignored)
    return WiderGroundTruth(tuple(faces), {"all": tuple(counted)}, len(faces))


def measure_finder(
    finder: Finder,
    annotated: AnnotatedSet,
    rounds: int = 1000,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
    unreadable: TellUnreadable = lambda _path, _error: None,
) -> tuple[WiderReport, PredictionRun]:
    """Search the pictures and measure by the WIDER FACE protocol; those that cannot be read are told, and do not count.

    The intervals are of so many resamplings; 0: none. Progress is called as `progress("evaluate", done, total)`.

    Raises:
        UserError: if none can be read.
    """
    left_out = list[str]()

    def leave_out(path: Path, error: Exception) -> None:
        left_out.append(path.name)
        unreadable(path, error)

    run = predict(finder, annotated.pictures, cancel, partial(progress, "evaluate"), leave_out)
    report = evaluate_wider(run.predictions, annotated.truth, rounds=rounds)
    return replace(report, oddities=replace(annotated.oddities, unreadable=tuple(left_out))), run
