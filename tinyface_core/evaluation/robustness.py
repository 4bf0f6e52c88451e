"""Measures detection under the degradations of `tinyface_core.datasets.conditions`, at three strengths each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import best_matches, longer_side
from tinyface_core.datasets.annotations import TellUnreadable, with_pixels
from tinyface_core.datasets.conditions import CONDITIONS
from tinyface_core.evaluation.annotated import AnnotatedSet, annotated_truth
from tinyface_core.evaluation.curves import Curve
from tinyface_core.evaluation.prediction import protocol_rows
from tinyface_core.evaluation.wider import MATCH_IOU, WiderReport, evaluate_wider
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.types import CancelToken, Finder, Frame, Progress, UserError, no_progress, stop_if_asked

SMALL = 20.0
"""Faces with a shorter longer side, in pixels, count as small in `ConditionResult.small_kept`."""


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """Result under one condition.

    Attributes:
        condition: a key of `CONDITIONS`, empty for the original pictures.
        strength: in the unit of the condition.
        report: by the protocol of WIDER FACE, with the single subset "all".
        kept: of the faces that are shown in the original pictures, the share that is still shown, in [0, 1].
        small_kept: the same for faces under `SMALL` pixels in the original pictures.
    """

    condition: str
    strength: float
    report: WiderReport
    kept: float
    small_kept: float

    def as_json(self) -> dict[str, object]:
        """All figures as plain JSON values."""
        own = {"condition": self.condition, "strength": self.strength, "kept": self.kept, "small_kept": self.small_kept}
        return own | self.report.as_json()


def chosen_conditions(names: Sequence[str]) -> list[str]:
    """The conditions with these names, all if there are no names.

    Raises:
        UserError: if one does not exist.
    """
    unknown = [name for name in names if name not in CONDITIONS]
    if unknown:
        raise UserError(f"There is no condition {unknown[0]}; known: {', '.join(CONDITIONS)}.")
    return list(names or CONDITIONS)


def measure_robustness(
    finder: Finder,
    annotated: AnnotatedSet,
    conditions: Sequence[str],
    rounds: int = 1000,
    seed: int = 0,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
    unreadable: TellUnreadable = lambda _path, _error: None,
) -> Iterator[ConditionResult]:
    """Search the original pictures, then under each of `CONDITIONS` at each strength; yields results one by one.

    The intervals are of so many resamplings of the pictures; 0: none. With one seed noise is the same for every finder.
    Pictures that cannot be read at first are told, and do not count. Progress is called as `progress("evaluate", done,
    total)`.

    Raises:
        MediaError: if a picture can no longer be read.
        UserError: if none can be read.
    """
    rows = [("", 0.0)] + [(name, strength) for name in conditions for strength in CONDITIONS[name].strengths]
    pictures, left_out = annotated.pictures, list[str]()
    shown: NDArray[np.bool_] | None = None

    def leave_out(path: Path, error: Exception) -> None:
        left_out.append(path.name)
        unreadable(path, error)

    for row, (name, strength) in enumerate(rows):
        predictions, read, truth, found = {}, [], [], []
        for number, (picture, pixels) in enumerate(with_pixels(pictures, None if row else leave_out)):
            stop_if_asked(cancel, "The evaluation was cancelled.")
            boxes = picture.boxes
            if name:
                rng = np.random.default_rng((seed, number))
                pixels, boxes = CONDITIONS[name].apply(pixels, boxes, strength, rng)
            faces = finder.find(Frame(pixels, str(picture.path)), cancel).faces
            predictions[picture.name] = protocol_rows(faces)
            read.append(picture)
            truth.append(replace(picture, boxes=boxes))
            overlap, _ = best_matches(boxes, faces.boxes[faces.scores >= LEAST_SHOWN])
            found.append((overlap >= MATCH_IOU) & ~picture.ignored)
            progress("evaluate", row * len(pictures) + number + 1, len(rows) * len(pictures))
        if not read:
            raise UserError(f"None of the {len(pictures)} pictures can be read: choose others.")
        pictures, now = tuple(read), np.concatenate(found)
        shown = now if shown is None else shown
        small = np.concatenate([longer_side(picture.boxes) < SMALL for picture in pictures])
        report = evaluate_wider(predictions, annotated_truth(truth), None, rounds, seed)
        report = replace(report, oddities=replace(annotated.oddities, unreadable=tuple(left_out)))
        yield ConditionResult(name, strength, report, _share(now, shown), _share(now, shown & small))


def condition_curves(results: Sequence[ConditionResult]) -> dict[str, Curve]:
    """Average precision by condition, from the original pictures (0) to the strongest degradation (3)."""
    plain = [result.report.subsets["all"].ap for result in results if not result.condition]
    names = dict.fromkeys(result.condition for result in results if result.condition)
    curves = {}
    for name in names:
        values = plain + [result.report.subsets["all"].ap for result in results if result.condition == name]
        curves[CONDITIONS[name].title] = Curve(np.arange(len(values), dtype=np.float64), np.array(values))
    return curves


def _share(now: NDArray[np.bool_], before: NDArray[np.bool_]) -> float:
    return float((now & before).sum() / max(before.sum(), 1))
