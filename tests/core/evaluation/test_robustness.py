"""What is measured under hard conditions."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from tinyface_core.commands.app import app
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.evaluation.annotated import AnnotatedSet, annotated_truth
from tinyface_core.evaluation.report_files import write_robustness_report
from tinyface_core.evaluation.robustness import chosen_conditions, measure_robustness
from tinyface_core.opencv import cv2
from tinyface_core.types import CancelToken, Detections, FindResult, Frame, UserError

FACES = np.array([[20, 20, 50, 60], [70, 30, 82, 42]], np.float32)


class ColourFinder:
    """Finds the red places of a picture."""

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        red = (frame.pixels[..., 0].astype(int) - frame.pixels[..., 2]) > 100
        _, _, places, _ = cv2.connectedComponentsWithStats(red.astype(np.uint8))
        x, y, width, height, _ = places[1:].T
        boxes = np.stack([x, y, x + width, y + height], axis=1)
        faces = Detections.of(boxes, np.linspace(0.9, 0.8, len(boxes)))
        return FindResult(frame.source, frame.width, frame.height, faces, len(faces), 0)


@pytest.fixture
def annotated(tmp_path: Path) -> AnnotatedSet:
    pixels = np.zeros((100, 120, 3), np.uint8)
    for x1, y1, x2, y2 in FACES.astype(int):
        pixels[y1:y2, x1:x2, 0] = 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    picture = AnnotatedPicture("a", tmp_path / "a.png", FACES, np.zeros(2, bool))
    return AnnotatedSet((picture,), annotated_truth([picture]))


def test_what_is_lost_under_a_condition_is_counted_against_the_plain_pictures(
    annotated: AnnotatedSet, tmp_path: Path
) -> None:
    results = list(measure_robustness(ColourFinder(), annotated, ["grey", "turn"], rounds=20))
    assert [(r.condition, r.strength) for r in results] == [
        ("", 0.0), ("grey", 0.5), ("grey", 0.8), ("grey", 1.0), ("turn", 90), ("turn", 180), ("turn", 270),
    ]  # fmt: skip
    aps = [r.report.subsets["all"].ap for r in results]
    assert aps[:2] == [1.0, 1.0] and aps[2:4] == [0.0, 0.0]
    assert results[5].report.subsets["all"].ap == 1.0, "faces are where the turned picture shows them"
    assert [(r.kept, r.small_kept) for r in results[:4]] == [(1.0, 1.0), (1.0, 1.0), (0.0, 0.0), (0.0, 0.0)]
    assert results[0].report.subsets["all"].recall == 1.0

    write_robustness_report(tmp_path / "out", results)
    written = json.loads((tmp_path / "out" / "robustness.json").read_text())["results"]
    assert written[3]["condition"] == "grey" and written[3]["subsets"]["all"]["ap"] == 0.0
    table = (tmp_path / "out" / "robustness.csv").read_text().splitlines()
    assert table[0] == "condition,ap,recall_at_1_fp_per_picture,kept,small_kept"
    assert table[1] == "plain 0,1,1,1,1" and len(table) == 8
    assert (tmp_path / "out" / "robustness.png").stat().st_size > 1000


def test_a_picture_that_cannot_be_read_is_told_once_and_does_not_count(annotated: AnnotatedSet, tmp_path: Path) -> None:
    broken = replace(annotated.pictures[0], name="b", path=tmp_path / "b.png")
    broken.path.write_bytes(b"no picture")
    both, told = replace(annotated, pictures=(broken, *annotated.pictures)), list[Path]()
    results = measure_robustness(ColourFinder(), both, ["grey"], 0, unreadable=lambda path, _: told.append(path))
    reports = [result.report for result in results]
    assert [(report.pictures, report.as_json()["unreadable_files"]) for report in reports] == [(1, 1)] * 4
    assert reports[0].subsets["all"].ap == 1.0 and told == [broken.path]
    with pytest.raises(UserError, match="None of the 1 pictures can be read"):
        list(measure_robustness(ColourFinder(), replace(annotated, pictures=(broken,)), []))


def test_an_unknown_condition_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UserError, match="no condition fog; known: grey, "):
        chosen_conditions(["grey", "fog"])
    ran = CliRunner().invoke(
        app, ["evaluate", "robustness", "--images", ".", "--annotations", ".", "--conditions", "fog"]
    )
    assert ran.exit_code != 0
