"""The story of a fine-tuning: some pictures corrected by the truth, learned for some minutes, measured on the others.

    python -m benchmarks.fine_tune --images VAL --ground-truth LISTS --old-images TRAIN --old-list TRAIN.mat

An analyst is played who knows the truth: candidates of the present weights are confirmed or rejected, missed faces
are drawn, pictures marked as complete. All goes through a project file and the same run that the dialog starts. What
comes out is measured by the official protocol on the pictures that the analyst never saw. Validation pictures are
learned from here, so these weights are for this story alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from tinyface_core.backends.torch import TorchDetectorNetwork
from tinyface_core.boxes import coverage_matrix, iou_matrix
from tinyface_core.datasets.annotations import AnnotatedPicture, existing
from tinyface_core.datasets.wider import read_wider
from tinyface_core.detector.growth import detector_network
from tinyface_core.detector.network import MBFCNDetector
from tinyface_core.device import choose_device
from tinyface_core.evaluation.prediction import predict
from tinyface_core.evaluation.submission import Predictions
from tinyface_core.evaluation.wider import WiderGroundTruth, compare_wider, evaluate_wider, read_ground_truth
from tinyface_core.media.images import load_image
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.search.finder import FaceFinder, visible
from tinyface_core.training.events import ConsoleEvents
from tinyface_core.training.finetune.process import work_on
from tinyface_core.training.finetune.request import DataSource, FineTuneRequest, Numbers
from tinyface_core.training.finetune.runs import create_run
from tinyface_core.types import Detections, Face, Verdict
from tinyface_core.weights import load_tensors

_LISTED = 0.3
"""Candidates of a lower score are not shown to the analyst, as in the window."""


def finder_of(weights: Path, preset: str) -> FaceFinder:
    model = detector_network(load_tensors(weights), preset)
    return FaceFinder(MBFCNDetector(TorchDetectorNetwork(model, choose_device("auto"))))


def corrected(project: Project, picture: AnnotatedPicture, finder: FaceFinder) -> dict[str, int]:
    """Play the analyst on one picture; how often each thing was said."""
    source = str(picture.path)
    result = finder.find(load_image(picture.path))
    listed = visible(result.faces, _LISTED)
    truth, unclear = (picture.boxes[mask] for mask in (~picture.ignored, picture.ignored))
    overlap = iou_matrix(listed.boxes, truth)
    doubtful = coverage_matrix(listed.boxes, unclear).max(axis=1, initial=0) >= 0.5
    said = {"face": 0, "not a face": 0, "unsure": 0, "drawn": 0}
    faces, confirmed = [], set()
    for number, face in enumerate(listed):
        best = int(overlap[number].argmax()) if len(truth) else -1
        if best >= 0 and overlap[number, best] >= 0.5 and best not in confirmed:
            confirmed.add(best)
            verdict = Verdict.CONFIRMED
        elif doubtful[number]:
            verdict = Verdict.UNSURE
        else:
            verdict = Verdict.NOT_A_FACE
        said[verdict] += 1
        faces.append(ProjectFace(source, face, verdict=verdict))
    missed = [tuple(box) for number, box in enumerate(truth.tolist()) if number not in confirmed]
    said["drawn"] = len(missed)
    faces += [ProjectFace(source, Face(box, 1.0, 1.0), verdict=Verdict.CONFIRMED, drawn=True) for box in missed]
    faces += [
        ProjectFace(source, Face(tuple(box), 1.0, 1.0), verdict=Verdict.UNSURE, drawn=True) for box in unclear.tolist()
    ]
    project.add_pictures([ProjectPicture(source, reviewed=True)])
    project.put_result(replace(result, faces=Detections.of([], [])), faces)
    return said


def report(name: str, truth: WiderGroundTruth, predictions: Predictions, rounds: int) -> dict[str, object]:
    result = evaluate_wider(predictions, truth, rounds=rounds)
    print(f"{name}: {result.pictures} pictures, {result.faces} faces")
    for subset, figures in result.subsets.items():
        assert figures.interval is not None
        print(f"  {subset:10} AP {figures.ap:.3f} ({figures.interval.low:.3f} - {figures.interval.high:.3f})")
    for band, height in result.heights.items():
        found = f"recall at 1 false alarm a picture {height.recall:.3f}"
        print(f"  {band:10} AP {height.ap:.3f}  {found}  n={height.faces}")
    return result.as_json()


def chosen(pictures: Sequence[AnnotatedPicture], count: int) -> list[AnnotatedPicture]:
    """Pictures by the hash of their names: nobody picked them."""
    return sorted(pictures, key=lambda picture: hashlib.sha256(picture.name.encode()).digest())[:count]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=Path, required=True, help="folder of the validation pictures")
    parser.add_argument("--ground-truth", type=Path, required=True, help="folder of the official .mat files")
    parser.add_argument("--old-images", type=Path, help="folder of the training pictures, against forgetting")
    parser.add_argument("--old-list", type=Path, help="wider_face_train.mat")
    parser.add_argument("--corrected", type=int, default=40)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rate", type=float, default=Numbers().detector_rate)
    parser.add_argument("--old-share", type=float, default=Numbers().old_share)
    parser.add_argument("--detector-share", type=float, default=Numbers().detector_share)
    parser.add_argument("--folder", type=Path, default=Path("runs/story"))
    parser.add_argument("--rounds", type=int, default=1000)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    pictures = existing(read_wider(arguments.images, arguments.ground_truth / "wider_face_val.mat"))[0]
    shown = chosen(pictures, arguments.corrected)
    names = {picture.name for picture in shown}
    others = [picture for picture in pictures if picture.name not in names]
    source = DataSource("project", str(folder / "story.tinyface"))
    old = (
        ()
        if arguments.old_images is None
        else (DataSource("wider", str(arguments.old_list), str(arguments.old_images)),)
    )
    numbers = replace(
        Numbers(),
        detector_steps=arguments.steps,
        detector_rate=arguments.rate,
        detector_share=arguments.detector_share,
        old_share=arguments.old_share,
    )
    run = create_run(FineTuneRequest("story", "detector", (source,), old, numbers=numbers), folder / "runs")
    preset = json.loads((run.folder / "starts.json").read_text())["detector"]["preset"]
    before = finder_of(run.folder / "start-detector.safetensors", preset)
    totals: dict[str, int] = {}
    with Project.create(folder / "story.tinyface") as project:
        for picture in shown:
            for what, count in corrected(project, picture, before).items():
                totals[what] = totals.get(what, 0) + count
    print(f"{len(shown)} pictures corrected: {totals}")
    began = time.perf_counter()
    if work_on(run, ConsoleEvents()):
        raise SystemExit(run.outcome())
    minutes = (time.perf_counter() - began) / 60
    after = finder_of(run.folder / "detector.safetensors", preset)
    first, second = (predict(finder, others).predictions for finder in (before, after))
    truth = read_ground_truth(arguments.ground_truth)
    results = {
        "minutes": minutes,
        "said": totals,
        "numbers": asdict(numbers),
        "before": report("before", truth, first, arguments.rounds),
        "after": report("after", truth, second, arguments.rounds),
    }
    print(f"after minus before, {minutes:.1f} minutes of the whole run:")
    for subset, difference in compare_wider(first, second, truth, rounds=arguments.rounds).items():
        low, high = difference.interval.low, difference.interval.high
        print(f"  {subset:10} {difference.value:+.3f} ({low:+.3f} to {high:+.3f})")
        results[f"difference {subset}"] = [difference.value, low, high]
    comparison = run.comparison()
    assert comparison is not None
    print(f"held back, {comparison.pictures} pictures: " + json.dumps(comparison.counts))
    (folder / f"{run.folder.name}.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
