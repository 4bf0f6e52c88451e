"""Measures weights on annotated pictures in a worker thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tinyface_core.detector.registry import standard_detectors
from tinyface_core.own_weights import installed_weights
from tinyface_core.search_settings import AND, SearchSettings
from tinyface_core.types import CancelToken, Progress

from ..parts import title_of
from .finding import with_votes

if TYPE_CHECKING:
    from tinyface_core.evaluation.wider import WiderReport


@dataclass(frozen=True, slots=True)
class EvaluationRequest:
    """A measurement.

    Attributes:
        kind: format of the annotations, a key of `tinyface_core.datasets.registry`.
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
    """The figures of a measurement.

    Attributes:
        milliseconds: mean time per picture.
    """

    request: EvaluationRequest
    weights: dict[str, str]
    report: WiderReport
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Measurable:
    """The detectors that can be measured.

    Attributes:
        titles: by names as in `SearchSettings.detector`; first those of the effort.
        chosen: names of those that searches use at present.
    """

    titles: dict[str, str]
    chosen: str


def measurable(choice: SearchSettings) -> Measurable:
    """What searches with these settings, and with each other detector in place of the chosen one, would use.

    Raises:
        WeightsError: if no weights of a detector are installed.
    """
    titles, manifest = {entry.name: title_of(entry) for entry in standard_detectors().entries()}, installed_weights()
    searches = [with_votes(replace(choice, detector=name), manifest).detector for name in ("", *titles)]
    together = {names: " + ".join(titles[name] for name in names.split(AND)) for names in searches}
    return Measurable(together, with_votes(choice, manifest).detector)


def evaluate(request: EvaluationRequest, cancel: CancelToken, progress: Progress) -> Evaluation:
    """Read the annotations, search the pictures, measure.

    Raises:
        OSError, ValueError, MediaError, WeightsError: one sentence for the user.
    """
    # Imported here: a window must not wait for torch and scipy.
    from tinyface_core.evaluation.annotated import measure_finder, open_annotated
    from tinyface_core.search.finder import build_finder

    annotated = open_annotated(request.kind, request.images, request.annotations).spread(request.pictures)
    finder = build_finder(request.settings)
    progress("evaluate", 0, len(annotated.pictures))
    report, run = measure_finder(finder, annotated, cancel=cancel, progress=progress)
    return Evaluation(request, finder.weights, report, float(run.milliseconds.mean()))


def save_evaluation(evaluation: Evaluation, folder: Path) -> str:
    """Write figures and curves as JSON, CSV, SVG and PNG; returns a sentence if that failed, else ""."""
    from tinyface_core.evaluation.report_files import write_wider_report

    more = {"milliseconds_per_picture": evaluation.milliseconds, "weights": evaluation.weights}
    document = evaluation.report.as_json() | more
    return write_wider_report(folder, evaluation.report, document, str(evaluation.request.images))
