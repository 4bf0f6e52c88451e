"""Measures detection under the degradations of `tinyface_core.datasets.conditions`, at three strengths each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import best_matches, longer_side
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.conditions import CONDITIONS
from tinyface_core.evaluation.annotated import annotated_truth
from tinyface_core.evaluation.curves import Curve
from tinyface_core.evaluation.prediction import protocol_rows
from tinyface_core.evaluation.wider import MATCH_IOU, WiderReport, evaluate_wider
from tinyface_core.media.images import load_image
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
    pictures: Sequence[AnnotatedPicture],
    conditions: Sequence[str],
    rounds: int = 1000,
    seed: int = 0,
    cancel: CancelToken | None = None,
    progress: Progress = no_progress,
) -> Iterator[ConditionResult]:
    """Search the original pictures, then under each of `CONDITIONS` at each strength; yields results one by one.

    The intervals are of so many resamplings of the pictures; 0: none. With one seed noise is the same for every finder.
    Progress is called as `progress("evaluate", done, total)`.

    Raises:
        MediaError: if a picture cannot be read.
    """
    rows = [("", 0.0)] + [(name, strength) for name in conditions for strength in CONDITIONS[name].strengths]
    shown: NDArray[np.bool_] | None = None
    small = np.concatenate([longer_side(picture.boxes) < SMALL for picture in pictures])
    for row, (name, strength) in enumerate(rows):
        predictions, truth, found = {}, [], []
        for number, picture in enumerate(pictures):
            stop_if_asked(cancel, "The evaluation was cancelled.")
            frame, boxes = load_image(picture.path), picture.boxes
            if name:
                rng = np.random.default_rng((seed, number))
                pixels, boxes = CONDITIONS[name].apply(frame.pixels, boxes, strength, rng)
                frame = Frame(pixels, frame.source)
            faces = finder.find(frame, cancel).faces
            predictions[picture.name] = protocol_rows(faces)
            truth.append(replace(picture, boxes=boxes))
            overlap, _ = best_matches(boxes, faces.boxes[faces.scores >= LEAST_SHOWN])
            found.append((overlap >= MATCH_IOU) & ~picture.ignored)
            progress("evaluate", row * len(pictures) + number + 1, len(rows) * len(pictures))
        now = np.concatenate(found)
        shown = now if shown is None else shown
        report = evaluate_wider(predictions, annotated_truth(truth), None, rounds, seed)
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
