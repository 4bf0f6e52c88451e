"""Measures weights on annotated pictures in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tinyface_core.types import CancelToken, Progress, SearchSettings

if TYPE_CHECKING:
    from tinyface_core.evaluation.wider import WiderReport


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """A measurement.

    Attributes:
        kind: format of the annotations, a key of `tinyface_core.datasets.registry`.
        images: folder of the pictures.
        annotations: file or folder.
        settings: of the search.
        pictures: number of pictures, spread evenly over the list; 0: all.
    """

    kind: str
    images: Path
    annotations: Path
    settings: SearchSettings = SearchSettings()
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures, and the mean time per picture in milliseconds."""

    request: EvaluationRequest
    report: WiderReport
    milliseconds: float


def evaluate(request: EvaluationRequest, cancel: CancelToken, progress: Progress) -> Evaluation:
    """Read the annotations, search the pictures, measure.

    Raises:
        Cancelled: soon after `cancel` is set.
        OSError, ValueError, MediaError, WeightsError: one sentence for the user.
    """
    # Imported here: a window must not wait for torch and scipy.
    from tinyface_core.evaluation.annotated import measure_finder, open_annotated
    from tinyface_core.search.finder import build_finder

    annotated = open_annotated(request.kind, request.images, request.annotations).spread(request.pictures)
    finder = build_finder(request.settings)
    progress("evaluate", 0, len(annotated.pictures))
    report, run = measure_finder(finder, annotated, cancel=cancel, progress=progress)
    return Evaluation(request, report, float(run.milliseconds.mean()))


def save_evaluation(evaluation: Evaluation, folder: Path) -> str:
    """Write figures and curves as JSON, CSV, SVG and PNG; returns a sentence if that failed, else ""."""
    from tinyface_core.evaluation.report_files import write_wider_report

    document = evaluation.report.as_json() | {"milliseconds_per_picture": evaluation.milliseconds}
    return write_wider_report(folder, evaluation.report, document, str(evaluation.request.images))
