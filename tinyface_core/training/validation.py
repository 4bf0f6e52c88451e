"""Validation measurements during training."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tinyface_core.backends.torch import TorchDetectorNetwork
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.detector.network import MBFCNDetector
from tinyface_core.device import choose_device
from tinyface_core.evaluation.annotated import AnnotatedSet, measure_finder
from tinyface_core.search.finder import FaceFinder
from tinyface_core.types import CancelToken


def detector_validation(
    annotated: AnnotatedSet, device: str = "auto", cancel: CancelToken | None = None
) -> Callable[[MBFCN], Mapping[str, float]]:
    """Make a function that measures a detector on annotated pictures during training.

    Returns:
        A function of the network that returns "AP easy", "AP medium", "AP hard" (or "AP all") and "recall under 16 px",
        each in [0, 1]. It raises `Cancelled` soon after `cancel` is set.
    """

    def measure(model: MBFCN) -> Mapping[str, float]:
        finder = FaceFinder(MBFCNDetector(TorchDetectorNetwork(model, choose_device(device))))
        report, _ = measure_finder(finder, annotated, rounds=0, cancel=cancel)
        figures = {f"AP {name}": result.ap for name, result in report.subsets.items()}
        return figures | {"recall under 16 px": report.recall_under_16}

    return measure
