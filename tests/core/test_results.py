"""Results survive the way through JSON, and what is written keeps to the published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tinyface_core.results import ResultFileError, read_results, write_results
from tinyface_core.types import Detections, Effort, Face, FindResult, Origin, SearchSettings

SCHEMA = Path(__file__).parents[2] / "resources" / "schema" / "find-result.schema.json"

RESULT = FindResult(
    source="/photos/crowd ü.jpg",
    width=640,
    height=480,
    faces=Detections.of_faces(
        [
            Face((10.25, 20.5, 22.0, 36.125), 0.91, 0.8, 0.95, 0.4, refined=True),
            Face((-1.0, 3.0, 5.0, 9.0), 0.3, 0.3, stride=4, track=2),
            Face((-1.0, 3.0, 5.0, 9.5), 0.3, 0.3, track=3, origin=Origin.FILLED),
        ]
    ),
    candidates=40,
    refined=1,
    timings={"detect": 0.12, "generate": 0.3},
    settings=SearchSettings.of(Effort.THOROUGH, detector="d", context=0.4, backend="torch"),
    weights={"detector": "desktop-1 0123abcd"},
    remarks=("Memory ran out and tiles were halved.",),
    min_score=0.3,
)


def test_results_come_back_equal(tmp_path: Path) -> None:
    results = [RESULT, replace(RESULT, source="v.mp4", index=7, seconds=0.28, faces=Detections.of([], []))]
    path = tmp_path / "found.json"
    write_results(path, results)
    assert read_results(path) == results


def test_results_of_the_first_version_are_read_with_their_settings_under_todays_names(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    write_results(path, [RESULT])
    values = json.loads(path.read_text("utf-8"))
    (old,) = values["results"]
    for name in ("min_score", "min_size"):
        del old[name]
    for face in old["faces"]:
        del face["stride"], face["track"]
    old["settings"] = {"refine": False, "refine_budget": 7, "batch": 64, "nms_iou": 0.5, "min_score": 0.4}
    path.write_text(json.dumps(values | {"version": 1, "results": [old | {"device": "cuda:0"}]}))
    (result,) = read_results(path)
    assert result.settings == SearchSettings(second_stage=False, budget=7, nms_iou=0.5, device="cuda:0")
    assert (result.min_score, result.min_size) == (0, 0)
    assert [face.box for face in result.faces] == [face.box for face in RESULT.faces]


def test_faces_of_the_second_version_were_all_found(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    write_results(path, [RESULT])
    values = json.loads(path.read_text("utf-8"))
    for face in values["results"][0]["faces"]:
        del face["origin"]
    values["results"][0]["settings"] = {}
    path.write_text(json.dumps(values | {"version": 2}))
    (result,) = read_results(path)
    assert result.settings == SearchSettings(), "what is not written is as it comes"
    assert [(face.track, face.origin) for face in result.faces] == [(n, Origin.FOUND) for n in (-1, 2, 3)]


def test_what_is_written_keeps_to_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    write_results(path, [RESULT])
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d["results"][0]["faces"][0].update(score=1.5),
        lambda d: d["results"][0]["faces"][0].update(box=[1, 2, 3]),
        lambda d: d["results"][0].pop("settings"),
        lambda d: d.update(version=4),
        lambda d: d["results"][0]["faces"][0].update(origin="guessed"),
        lambda d: d["results"][0].update(surprise=1),
        lambda d: d["results"][0]["settings"].update(effort="hard"),
    ],
)
def test_the_schema_refuses_what_is_wrong(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "found.json"
    write_results(path, [RESULT])
    values = json.loads(path.read_text("utf-8"))
    damage(values)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, json.loads(SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (None, "cannot be read"),
        ("no json", "holds no results"),
        ("[]", "holds no results"),
        ('{"format": "coco"}', "holds no results"),
        ('{"format": "tinyface-find-results", "version": 1, "results": [{}]}', "is damaged"),
        ('{"format": "tinyface-find-results", "version": 99, "results": []}', "newer version"),
    ],
)
def test_other_files_are_refused_in_one_sentence(tmp_path: Path, content: str | None, wanted: str) -> None:
    path = tmp_path / "x.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ResultFileError, match=wanted):
        read_results(path)


@pytest.mark.parametrize(
    ("box", "context", "is_read"),
    [
        ([1, 2, 3, 4], 10, True),
        ([1, 2, 3, 4], 10.5, False),
        ([1, 2, 3, 4], -0.1, False),
        ([3, 2, 3, 4], 0, False),
        ([1, 4, 3, 4], 0, False),
    ],
)
def test_boxes_without_an_area_and_settings_out_of_bounds_are_refused(
    tmp_path: Path, box: list[float], context: float, is_read: bool
) -> None:
    path = tmp_path / "found.json"
    write_results(path, [RESULT])
    content = json.loads(path.read_text())
    content["results"][0]["faces"][0]["box"] = box
    content["results"][0]["settings"]["context"] = context
    path.write_text(json.dumps(content))
    if is_read:
        assert read_results(path)[0].settings.context == context  # type: ignore[union-attr]
    else:
        with pytest.raises(ResultFileError, match="is damaged"):
            read_results(path)
