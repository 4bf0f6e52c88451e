"""Which copies of a picture to search: AP on WIDER FACE and time, for other copies than those of the program.

    python -m benchmarks.copies VAL LISTS 1:0:256,1/4:128:1280:8 1:16:256:0:.25,1.9:0:128:8:.25:.1:32,1/4:128:1280:8

Each argument behind the two folders is one list of copies: scale:smallest:largest:finest stride:say:least score:smaller
than, as the fields of `PyramidLevel`, the last two those of its `Focus`; "mirrored" at the end where the copy is. What
is left out is the default. Behind a plus, as in "1:0:256+1:0:256", is a list of copies that CenterFace searches beside
the detector. The effort sets detector and budget of the second stage. "Searched area" is that of all tiles, as a
multiple of the pictures' own.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from tinyface_core.backends.loading import load_second_stage
from tinyface_core.datasets.annotations import existing, with_pixels
from tinyface_core.datasets.wider import read_wider
from tinyface_core.detector.pyramid import Focus, Pyramid, PyramidLevel
from tinyface_core.detector.registry import SECOND_DETECTOR, Detector, standard_detectors
from tinyface_core.evaluation.prediction import predict
from tinyface_core.evaluation.wider import SUBSETS, evaluate_wider, read_ground_truth
from tinyface_core.own_weights import installed_weights
from tinyface_core.presets import GAN_PRESETS
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search_settings import AND, Effort, SearchSettings
from tinyface_core.types import Detections, RgbImage


def main() -> None:
    """Print a row for each list of copies."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path, help="folder of the WIDER FACE validation pictures")
    parser.add_argument("ground_truth", type=Path, help="folder of the official .mat files")
    parser.add_argument("copies", nargs="+", help="lists of copies")
    parser.add_argument("--effort", type=Effort, choices=list(Effort), default=Effort.BALANCED)
    parser.add_argument("--no-second-stage", action="store_true")
    parser.add_argument("--backend", default="auto")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--rule-out", type=float, default=GAN_PRESETS["desktop"].ruled_out, help="GanPreset.ruled_out")
    chosen = parser.parse_args()
    GAN_PRESETS["desktop"] = replace(GAN_PRESETS["desktop"], ruled_out=chosen.rule_out)
    settings = SearchSettings.of(
        chosen.effort,
        second_stage=not chosen.no_second_stage,
        backend=chosen.backend,
        precision=chosen.precision,
    )
    pictures = existing(read_wider(chosen.images, chosen.ground_truth / "wider_face_val.mat"))[0]
    truth = read_ground_truth(chosen.ground_truth)
    print("| copies | " + " | ".join(SUBSETS) + " | recall under 16 px | searched area | processor ms a picture |")
    print("| --- |" + " --- |" * (len(SUBSETS) + 3))
    area = sum(pixels.shape[0] * pixels.shape[1] for _, pixels in with_pixels(pictures))
    for text in chosen.copies:
        searched: list[int] = []
        run = predict(_finder(settings, [pyramid(part) for part in text.split(AND)], searched), pictures)
        report = evaluate_wider(run.predictions, truth, run.predictions.keys(), rounds=0)
        figures = [report.subsets[name].ap for name in SUBSETS] + [report.recall_under_16]
        cells = " | ".join(f"{figure:.4f}" for figure in figures)
        cells += f" | {sum(searched) / area:.2f}"
        print(f"| {text} | {cells} | {np.mean(run.processor_milliseconds):.0f} |", flush=True)


def pyramid(text: str) -> Pyramid:
    """The copies that are written as "1:16:256:0:.25,1.9:0:128:8:.25:.1:32"."""
    levels = []
    for level in text.split(","):
        *words, last = level.split(":")
        mirrored = last == "mirrored"
        words += [] if mirrored else [last]
        scale, *numbers = float(Fraction(words[0])), *map(float, words[1:])
        smallest, largest, finest, say = (*numbers[:4], *(0.0, math.inf, 0.0, 0.0)[len(numbers) :])
        focus = Focus(*numbers[4:]) if len(numbers) > 4 else None
        levels.append(PyramidLevel(scale, smallest, largest, int(finest), say, focus, mirrored))
    return tuple(levels)


class Noting:
    """A detector that searches other copies than its own and notes the pixels of each tile."""

    def __init__(self, detector: Detector, copies: Pyramid, searched: list[int]) -> None:
        self._detector, self._searched = detector, searched
        self.name, self.digest, self.runtime = detector.name, detector.digest, detector.runtime
        self.plan = replace(
            detector.plan, pyramids=dict.fromkeys(Effort, copies), shared={}, later={}, blurred={}, blurred_later={}
        )

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        """See `Detector`."""
        self._searched.append(pixels.shape[0] * pixels.shape[1])
        return self._detector.propose(pixels, finest_stride)

    def leave_accelerator(self) -> bool:
        """See `Detector`."""
        return self._detector.leave_accelerator()


def _finder(settings: SearchSettings, lists: Sequence[Pyramid], searched: list[int]) -> FaceFinder:
    """A finder that searches these copies, one list for each detector, and notes the pixels of each tile."""
    manifest, registry = installed_weights(), standard_detectors()
    names = (manifest.default("detector", settings.effort).name, SECOND_DETECTOR)
    detector, *others = (
        Noting(registry.make(name, settings.runtime), copies, searched)
        for name, copies in zip(names, lists, strict=False)
    )
    stage = load_second_stage(manifest, manifest.default("gan"), settings.runtime, settings.context)
    return FaceFinder(detector, stage, settings, others)


if __name__ == "__main__":
    main()
