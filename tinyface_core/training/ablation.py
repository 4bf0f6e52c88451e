"""The paper's ablation (Table 2): baseline, each component left out in turn, and everything, from one configuration.

All variants share the detectors' candidates, the mined crops, the seeds and, if they have the same generator, the
pre-training; they differ only in the component that is left out. An interrupted run is resumed from its folder.
"""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyface_core.detector.registry import standard_detectors
from tinyface_core.evaluation.bootstrap import (
    Difference,
    Interval,
    mean_over_trainings,
    paired_difference,
    percentile_interval,
)
from tinyface_core.evaluation.submission import Predictions
from tinyface_core.evaluation.wider import (
    SUBSETS,
    WiderGroundTruth,
    WiderReport,
    evaluate_wider,
    read_ground_truth,
    resampled_wider,
)
from tinyface_core.files import write_json
from tinyface_core.own_weights import installed_weights
from tinyface_core.runtime import Runtime
from tinyface_core.training.ablation_settings import VARIANTS, AblationSettings, Variant
from tinyface_core.training.ablation_work import AblationWork, read_earlier
from tinyface_core.training.events import JobEvents
from tinyface_core.types import CancelToken, UserError


@dataclass(frozen=True, slots=True)
class AblationRow:
    """The results of one variant behind one detector.

    Attributes:
        reports: its results by the WIDER FACE protocol, one for each seed; one for the baseline.
        ap: their mean average precision by subset in [0, 1], with an interval over pictures and seeds.
        over_baseline: difference to the baseline by subset, paired by picture; empty for the baseline.
        below_all: difference to the variant with everything, paired by picture and seed; empty for that variant.
    """

    detector: str
    variant: Variant
    reports: tuple[WiderReport, ...]
    ap: Mapping[str, Measured]
    over_baseline: Mapping[str, Difference] = field(default_factory=dict)
    below_all: Mapping[str, Difference] = field(default_factory=dict)

    @property
    def ap_under_16(self) -> float:
        """Mean average precision of faces under 16 pixels in height."""
        return float(np.mean([report.heights["under 16"].ap for report in self.reports]))

    def as_json(self) -> dict[str, object]:
        """All results as JSON values."""
        return {
            "detector": self.detector,
            "variant": self.variant.name,
            "paper_ap": dict(zip(SUBSETS, self.variant.paper, strict=True)),
            "ap": {name: asdict(measured) for name, measured in self.ap.items()},
            "ap_under_16": self.ap_under_16,
            "difference_to_baseline": {name: asdict(d) for name, d in self.over_baseline.items()},
            "difference_to_all": {name: asdict(d) for name, d in self.below_all.items()},
            "seeds": [report.as_json() for report in self.reports],
        }


@dataclass(frozen=True, slots=True)
class Measured:
    """A mean over trainings and its 95 % interval over pictures and trainings."""

    value: float
    interval: Interval


def run_ablation(
    settings: AblationSettings, folder: Path, events: JobEvents, cancel: CancelToken | None = None
) -> list[AblationRow]:
    """Train and measure every variant, or resume an interrupted run in `folder`; returns a row for each, in order.

    A resumed run must have the same settings, but may have more seeds and other `rounds`. The folder gets crops,
    candidates, weights, predictions and `ablation.json`; events tell of each finished variant.

    Raises:
        Cancelled: when asked to stop; call again to resume.
        UserError: if `folder` holds a run with other settings, or the configuration cannot be used.
        FileNotFoundError: if pictures or annotations are missing.
    """
    names = settings.detectors or (installed_weights().default("detector").name,)
    detectors = {name: standard_detectors().make(name, Runtime()) for name in names}
    recipe: dict[str, Any] = json.loads(json.dumps(asdict(settings), default=str))
    recipe["detectors"] = [f"{detector.name} {detector.digest}".strip() for detector in detectors.values()]
    del recipe["rounds"]
    recipe["seeds"] = list(settings.seeds[:1])  # the same run may be taken up with more of them
    if settings.start:
        recipe["start"] = f"{settings.start} {installed_weights().entry(settings.start).sha256}"
    _claim(folder, recipe)
    work = AblationWork(settings, detectors, folder, events, cancel)
    truth = read_ground_truth(settings.validation.ground_truth)
    predictions: dict[tuple[str, str], list[Predictions]] = defaultdict(list)
    for seed, name, variant in itertools.product(settings.seeds, names, VARIANTS):
        if variant.second_stage or seed == settings.seeds[0]:  # the baseline has no training
            predictions[name, variant.name].append(work.predictions(name, variant, seed))
    rows = [row for name in names for row in _rows(name, settings, predictions, truth)]
    document = {
        "settings": recipe,
        "seeds": settings.seeds,
        "rounds": settings.rounds,
        "crops": work.crop_counts(),
        "rows": [row.as_json() for row in rows],
    }
    write_json(folder / "ablation.json", document)
    return rows


def _rows(
    detector: str,
    settings: AblationSettings,
    predictions: Mapping[tuple[str, str], Sequence[Predictions]],
    truth: WiderGroundTruth,
) -> list[AblationRow]:
    """The rows of one detector."""
    measured, seed = list(predictions[detector, VARIANTS[0].name][0]), settings.seeds[0]
    resampled: dict[str, dict[str, NDArray[np.float64]]] = {}
    for variant in VARIANTS:
        each = [
            resampled_wider(kind, truth, measured, max(1, settings.rounds), seed)
            for kind in predictions[detector, variant.name]
        ]
        resampled[variant.name] = {
            subset: mean_over_trainings(np.stack([one[subset] for one in each]), seed) for subset in SUBSETS
        }

    def difference(first: str, second: str) -> Mapping[str, Difference]:
        if first == second:
            return {}
        return {name: paired_difference(resampled[first][name], resampled[second][name]) for name in SUBSETS}

    return [
        AblationRow(
            detector,
            variant,
            tuple(evaluate_wider(kind, truth, measured, rounds=0) for kind in predictions[detector, variant.name]),
            {name: Measured(float(ap[0]), percentile_interval(ap[1:])) for name, ap in resampled[variant.name].items()},
            difference(VARIANTS[0].name, variant.name),
            difference("all", variant.name),
        )
        for variant in VARIANTS
    ]


def _claim(folder: Path, recipe: Mapping[str, Any]) -> None:
    """Write the settings of the run into a new folder; reject a folder of a run with other settings."""
    path = folder / "settings.json"
    if path.exists():
        if read_earlier(path, dict[str, Any]) != recipe:
            raise UserError(f"{folder} holds an ablation with other settings or weights: choose another folder.")
        return
    write_json(path, recipe)
