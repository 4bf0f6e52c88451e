"""Results survive the way through JSON, and what is written keeps to the published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from tinyface_core.results import ResultFileError, read_results, result_to_json, write_results
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Detections, Face, FindResult, Origin

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


def frame(number: int, *faces: Face, cut: bool = False, every: int = 2) -> FindResult:
    plain = replace(RESULT, candidates=0, refined=0, remarks=(), timings={"detect": 0.1} if number % 2 == 0 else {})
    found = Detections.of_faces(faces)
    return replace(plain, source="v.mp4", index=number, seconds=number / 25, cut=cut, every=every, faces=found)


FOLLOWED = Face((10.25, 20.5, 22.0, 36.12), 0.91, 0.91, track=3, origin=Origin.FILLED)
FOUND = Face((11.25, 20.5, 23.0, 36.12), 0.9123, 0.8, 0.95, 0.4, refined=True, stride=8, track=3)
VIDEO = [
    frame(0, FOUND, replace(FOUND, detector_score=FOUND.score, track=-1)),
    frame(1, FOLLOWED, replace(FOLLOWED, track=4)),
    frame(2, FOUND, FOLLOWED, cut=True),
    frame(3),
    replace(frame(4, FOUND, every=4), remarks=("The frame is damaged.",), candidates=9),
]


def test_frames_of_a_video_come_back_equal(tmp_path: Path) -> None:
    results = [RESULT, *VIDEO, replace(RESULT, source="pages.tif", index=0), frame(8, FOUND), RESULT]
    path = tmp_path / "found.json"
    write_results(path, iter(results))
    assert read_results(path) == results
    first, second = (result for result in read_results(path)[1:3])
    assert first.settings is second.settings, "an hour has a hundred thousand frames"


def test_what_frames_have_in_common_is_written_once_and_followed_faces_are_rows_of_numbers(tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    write_results(path, VIDEO)
    first, second = json.loads(path.read_text("utf-8"))["results"]
    assert [len(part["frames"]) for part in (first, second)] == [4, 1], "another step, so another part"
    assert "settings" not in first["frames"][0] and first["settings"]["effort"] == "thorough"
    rows = [[track, 0.91, 10.25, 20.5, 22.0, 36.12] for track in (3, 4)]
    assert first["frames"][1] == {"index": 1, "seconds": 0.04, "followed": rows}
    assert first["frames"][3] == {"index": 3, "seconds": 0.12}


def test_frames_have_short_numbers_but_every_box_an_area(tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    face = replace(FOUND, box=(1 / 3, 2 / 3, 10 / 3, 20 / 3), score=2 / 3, detector_score=1 / 7)
    tiny = replace(FOUND, box=(5.001, 5.001, 5.002, 5.002))
    write_results(path, [frame(0, face, tiny)])
    first, second = read_results(path)[0].faces
    assert (first.box, first.score, first.detector_score) == ((0.33, 0.67, 3.33, 6.67), 0.6667, 0.1429)
    assert second.box == tiny.box


def test_frames_of_a_crowd_are_several_times_smaller_than_each_by_itself(tmp_path: Path) -> None:
    """As they were written before; the boxes are as odd as those of a search."""
    found = Detections.of(np.random.default_rng(0).random((30, 4)) + np.array([10, 10, 30, 30]), np.full(30, 2 / 3))
    found = replace(found, tracks=np.arange(30))
    between = replace(found, origins=np.full(30, Origin.FILLED.value))
    frames = [replace(frame(n, every=3), faces=between if n % 3 else found) for n in range(30)]
    write_results(tmp_path / "found.json", frames)
    before = sum(len(json.dumps(result_to_json(one), indent=1)) for one in frames)
    assert (tmp_path / "found.json").stat().st_size < before / 6


def test_a_file_that_another_program_has_written_anew_is_read(tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    write_results(path, [RESULT, *VIDEO])
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")), sort_keys=True, indent=4))
    assert read_results(path) == [RESULT, *VIDEO]


def test_a_file_that_ends_in_the_middle_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "found.json"
    write_results(path, VIDEO)
    path.write_text(path.read_text("utf-8")[:-400])
    with pytest.raises(ResultFileError, match=r"found\.json is damaged"):
        read_results(path)


@pytest.mark.parametrize(
    ("damage", "wanted"),
    [
        (lambda f: f.update(followed=[[1, 0.5, 3, 2, 3, 4]]), r"results\[0\]\.frames\[1\].*without an area"),
        (lambda f: f.update(followed=[[-1, 0.5, 1, 2, 3, 4]]), r"frames\[1\]\.followed\[0\]\[0\].*>= 0"),
        (lambda f: f.update(followed=[[1, 1.5, 1, 2, 3, 4]]), "<= 1"),
        (lambda f: f.update(followed=[[1, 0.5, 1, 2]]), "length 6"),
        (lambda f: f.pop("index"), "index"),
        (lambda f: f.pop("seconds"), "seconds"),
        (lambda f: f.update(faces=7), "faces"),
    ],
)
def test_a_frame_that_makes_no_sense_is_named(tmp_path: Path, damage, wanted: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "found.json"
    write_results(path, VIDEO)
    values = json.loads(path.read_text("utf-8"))
    damage(values["results"][0]["frames"][1])
    path.write_text(json.dumps(values))
    with pytest.raises(ResultFileError, match=wanted):
        read_results(path)


def test_frames_of_the_third_version_are_read(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    old = [result_to_json(result) for result in VIDEO]
    path.write_text(json.dumps({"format": "tinyface-find-results", "version": 3, "results": old}, indent=1))
    assert read_results(path) == VIDEO


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
    write_results(path, [RESULT, *VIDEO])
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d["results"][0]["faces"][0].update(score=1.5),
        lambda d: d["results"][0]["faces"][0].update(box=[1, 2, 3]),
        lambda d: d["results"][0].pop("settings"),
        lambda d: d.update(version=3),
        lambda d: d["results"][0]["faces"][0].update(origin="guessed"),
        lambda d: d["results"][0].update(surprise=1),
        lambda d: d["results"][0]["settings"].update(effort="hard"),
        lambda d: d["results"][0]["faces"][0].pop("origin"),
        lambda d: d["results"][1].pop("settings"),
        lambda d: d["results"][1].update(surprise=1),
        lambda d: d["results"][1]["frames"][0].update(surprise=1),
        lambda d: d["results"][1]["frames"][0].pop("seconds"),
        lambda d: d["results"][1]["frames"][1].update(followed=[[1, 0.5, 3, 3]]),
    ],
)
def test_the_schema_refuses_what_is_wrong(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "found.json"
    write_results(path, [RESULT, *VIDEO])
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
