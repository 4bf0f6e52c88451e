"""Detectors side by side: each by itself, at twice the pictures' size, thoroughly, and with the second stage."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.detector.pyramid import PyramidLevel, SearchPlan
from tinyface_core.detector.registry import Detector, standard_detectors
from tinyface_core.evaluation.prediction import predict
from tinyface_core.evaluation.submission import write_submission
from tinyface_core.evaluation.wider import SUBSETS, WiderGroundTruth, evaluate_wider
from tinyface_core.files import write_json
from tinyface_core.memory import peak_memory_megabytes
from tinyface_core.runtime import Runtime
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import CancelToken, Detections, RgbImage

if TYPE_CHECKING:
    from tinyface_core.gan.stage import GanSecondStage
    from tinyface_core.search.finder import FaceFinder


@dataclass(frozen=True, slots=True)
class Contender:
    """One row of the table.

    Attributes:
        detector: name in the registry.
        scale: of the copy of the picture that it searches.
        thorough: whether it searches the copies of `tinyface find --effort thorough`.
        second_stage: whether the default second stage judges what it proposes.
    """

    detector: str
    scale: float = 1.0
    thorough: bool = False
    second_stage: bool = False

    @property
    def label(self) -> str:
        """What the table shows."""
        copy = "" if self.scale == 1 else f" at {self.scale:g}x"
        thorough = ", thorough" if self.thorough else ""
        return f"{self.detector}{copy}{thorough}{' + second stage' if self.second_stage else ''}"

    @property
    def folder(self) -> str:
        """The label as a file name."""
        return self.label.replace(" + ", "-with-").replace(", ", "-").replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of a contender.

    Attributes:
        label: of the contender.
        weights: name and SHA-256 of everything that took part.
        pictures: how many it was measured on.
        ap: by "easy", "medium", "hard": average precision in [0, 1].
        intervals: of these, over resampled pictures.
        recall_under_16: of faces under 16 pixels at one false positive a picture, in [0, 1].
        milliseconds: a picture, mean, without reading the file.
        processor_milliseconds: of processor time, all cores together, likewise.
        megabytes: most memory that the process needed, pictures and libraries included.
    """

    label: str
    weights: str
    pictures: int
    ap: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    recall_under_16: float
    milliseconds: float
    processor_milliseconds: float
    megabytes: float


class _AtScale:
    """A detector that searches one enlarged copy of each picture."""

    def __init__(self, detector: Detector, scale: float) -> None:
        self.name, self.digest = f"{detector.name} at {scale:g}x", detector.digest
        self.plan: SearchPlan = replace(detector.plan, pyramids=dict.fromkeys(Effort, (PyramidLevel(scale),)))
        self._detector = detector

    @property
    def runtime(self) -> Runtime:
        return self._detector.runtime

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        return self._detector.propose(pixels, finest_stride)

    def leave_accelerator(self) -> bool:
        return self._detector.leave_accelerator()


def contenders(detectors: Sequence[str], second_stage: bool) -> list[Contender]:
    """The rows for some detectors: plain and at twice the size, ours thorough as well, and with the second stage."""
    from tinyface_core.own_weights import installed_weights

    ours = {entry.name for entry in installed_weights().entries if entry.role == "detector"}
    rows = []
    for name in detectors:
        alone = [Contender(name)]
        if name in ours:
            alone.append(Contender(name, thorough=True))
        rows += [*alone, Contender(name, 2.0)]
        if second_stage:
            rows += [replace(row, second_stage=True) for row in alone]
    return rows


def measure_contender(
    contender: Contender,
    pictures: Sequence[AnnotatedPicture],
    truth: WiderGroundTruth,
    calibration: Sequence[AnnotatedPicture],
    output: Path,
    budget: int = 128,
    cancel: CancelToken | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Measured:
    """Search the pictures, measure by the WIDER FACE protocol, keep predictions and figures in `output`.

    What is there already, of the same weights and as many pictures, is not measured again. Run each contender in
    a process of its own, or the memory is that of all.

    Args:
        contender: to measure.
        pictures: of the validation set.
        truth: of these.
        calibration: training pictures that fit the rule which joins a detector's score and the face head; the
            default detector has the rule of the manifest.
        output: folder of the table.
        budget: candidates of a picture that go through the second stage, at most.
        cancel: asked before each picture.
        progress: called as `progress(done, total)` after each picture.

    Raises:
        Cancelled: soon after `cancel` is set.
        UserError: if there is no such detector, or nothing to fit the rule on.
        WeightsError: if weights are missing or changed.
    """
    from tinyface_core.evaluation.calibration import uncalibrated
    from tinyface_core.own_weights import installed_weights
    from tinyface_core.search.finder import FaceFinder

    detector: Detector = standard_detectors().make(contender.detector, Runtime())
    if contender.scale != 1:
        detector = _AtScale(detector, contender.scale)
    stage = _second_stage() if contender.second_stage else None
    weights = " + ".join(f"{part.name} {part.digest}".strip() for part in (detector, stage) if part is not None)
    if stage is not None:  # with another rule the same weights give other figures
        weights += f" {dict(stage.fusion)}"
    path = output / contender.folder / "measured.json"
    before = read_measured(path)
    if before is not None and (before.weights, before.pictures) == (weights, len(pictures)):
        return before
    settings = SearchSettings(effort=Effort.THOROUGH if contender.thorough else Effort.BALANCED, budget=budget)
    if stage is not None and contender.detector != installed_weights().default("detector").name:
        # The rule in the manifest is for the default detector's scores.
        stage.fusion = uncalibrated(stage.fusion)
        stage.fusion = stage.fusion | _rule(FaceFinder(detector, stage, settings), calibration)
    run = predict(FaceFinder(detector, stage, settings), pictures, cancel, progress)
    write_submission(output / contender.folder / "predictions", run.predictions)
    report = evaluate_wider(run.predictions, truth)
    bounds = {name: report.subsets[name].interval for name in SUBSETS}
    measured = Measured(
        contender.label,
        weights,
        len(pictures),
        {name: report.subsets[name].ap for name in SUBSETS},
        {name: (bound.low, bound.high) for name, bound in bounds.items() if bound is not None},
        report.recall_under_16,
        float(run.milliseconds.mean()),
        float(run.processor_milliseconds.mean()),
        peak_memory_megabytes(),
    )
    write_json(path, asdict(measured))
    return measured


def read_measured(path: Path) -> Measured | None:
    """What `measure_contender` kept, None if there is nothing."""
    if not path.is_file():
        return None
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    measured = Measured(**values)
    return replace(measured, intervals={name: (low, high) for name, (low, high) in measured.intervals.items()})


def _second_stage() -> GanSecondStage:
    from tinyface_core.backends.loading import load_second_stage
    from tinyface_core.own_weights import installed_weights

    manifest = installed_weights()
    return load_second_stage(manifest, manifest.default("gan"), Runtime())


def _rule(finder: FaceFinder, calibration: Sequence[AnnotatedPicture]) -> dict[str, float]:
    from tinyface_core.evaluation.calibration import collect_candidates, fit_fusion
    from tinyface_core.media.images import load_image

    return fit_fusion(collect_candidates((p, finder.candidates(load_image(p.path))) for p in calibration))
