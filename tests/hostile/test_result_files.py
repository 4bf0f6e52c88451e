"""Files of results that were changed by hand, by another program, or by someone who means harm: one sentence each."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyface_core.export.json_file import read
from tinyface_core.results import FORMAT, read_results, write_results
from tinyface_core.types import Detections, Face, FindResult, UserError

FACES = Detections.of_faces([Face((1.0, 2.0, 9.0, 9.0), 0.5, 0.5), Face((3.0, 2.0, 9.0, 9.0), 0.4, 0.4, 0.1, 0.2)])


def document(folder: Path) -> dict[str, Any]:
    write_results(folder / "found.json", [FindResult("/photos/a.png", 20, 10, FACES, 2, 0)])
    values: dict[str, Any] = json.loads((folder / "found.json").read_text("utf-8"))
    return values


def refusal(path: Path, wanted: str) -> None:
    """Each way to read the file ends in the same one sentence."""
    for way in (read_results, lambda path: read([path])):
        with pytest.raises(UserError) as caught:
            way(path)
        said = str(caught.value)
        assert path.name in said and wanted in said and "\n" not in said


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("score", "high", "results[0].faces[1].score: expected float, got str"),
        ("score", 1.5, "<= 1"),
        ("score", True, "got bool"),
        ("detector_score", None, "got null"),
        ("face_probability", [], "got array"),
        ("refined", 2, "expected bool"),
        ("stride", -1, ">= 0"),
        ("track", 0.5, "track"),
        ("box", [1, 2, 3], "length 4"),
        ("box", [1, 2, 1e9, 1e9], "<= 1000000"),
        ("box", [5, 5, 5, 9], "without an area"),
        ("box", "1234", "expected array"),
        ("box", {"x": 1}, "expected array"),
        ("verdict", 7, "expected str"),
        ("note", {}, "expected str"),
    ],
)
def test_a_face_that_makes_no_sense_is_named(tmp_path: Path, name: str, value: object, wanted: str) -> None:
    values = document(tmp_path)
    values["results"][0]["faces"][1][name] = value
    (tmp_path / "x.json").write_text(json.dumps(values))
    refusal(tmp_path / "x.json", wanted)


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (lambda result: result.update(width=0), "width"),
        (lambda result: result.update(height=10**12), "height"),
        (lambda result: result.update(source=None), "source"),
        (lambda result: result.update(index=-3), "index"),
        (lambda result: result.update(seconds="soon"), "seconds"),
        (lambda result: result.update(faces={}), "faces"),
        (lambda result: result.update(timings=[1]), "timings"),
        (lambda result: result.update(remarks="none"), "remarks"),
        (lambda result: result.update(weights={"detector": 1}), "weights"),
        (lambda result: result.pop("candidates"), "candidates"),
        (lambda result: result["settings"].update(effort="hard"), "effort"),
        (lambda result: result["settings"].update(budget="all"), "budget"),
        (lambda result: result["settings"].update(context=-1), "context"),
        (lambda result: result["settings"].update(nms_iou=2), "nms_iou"),
        (lambda result: result.update(settings=None), "settings"),
    ],
)
def test_a_result_that_makes_no_sense_is_named(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], wanted: str
) -> None:
    values = document(tmp_path)
    change(values["results"][0])
    (tmp_path / "x.json").write_text(json.dumps(values))
    refusal(tmp_path / "x.json", wanted)


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "no results"),
        (b"[" * 100_000, "no { at character 0"),
        (b'{"format": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"format": "tinyface-find-results", "version": NaN, "results": []}', "NaN is no number"),
        (b'{"format": "tinyface-find-results", "version": 1e999, "results": []}', "version"),
        (b'{"format": "tinyface-find-results", "version": "2", "results": []}', "version"),
        (b'{"format": "tinyface-find-results", "version": 2, "results": 5}', "no [ at character 61"),
        (b'{"format": "tinyface-find-results", "version": 2, "results": [], "more": 5]', "no , at character 74"),
        (b'{"format": "tinyface-find-results", "version": 2, "results": []} {}', "more text follows"),
        (b'{"format": "tinyface-find-results", "version": 2}', "has no results"),
        (b"\xff\xfe{\x00}\x00", "UTF-16"),
        (b"\xfe\xff\x00{\x00}", "UTF-16"),
        (b'"\xe9t\xe9"', "UTF-8"),
        (b"\x00" * 1000, "no results"),
    ],
)
def test_what_is_no_document_is_said_in_a_sentence(tmp_path: Path, content: bytes, wanted: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    refusal(tmp_path / "x.json", wanted)


def test_a_byte_order_mark_is_no_reason_to_refuse(tmp_path: Path) -> None:
    text = json.dumps(document(tmp_path))
    (tmp_path / "x.json").write_text(text, "utf-8-sig")
    assert read_results(tmp_path / "x.json") == read_results(tmp_path / "found.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with a name here")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.json")
    refusal(tmp_path / "x.json", "no regular file")


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def _places(values: object, at: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner: list[tuple[object, object]] = []
    if isinstance(values, dict):
        inner = list(values.items())
    elif isinstance(values, list):
        inner = list(enumerate(values))
    return [at, *(place for key, value in inner for place in _places(value, (*at, key)))]


@settings(max_examples=150)
@given(data=st.data(), value=ANY_JSON)
def test_any_value_in_any_place_is_read_or_refused_in_a_sentence(
    tmp_path: Path, data: st.DataObject, value: object
) -> None:
    values: Any = document(tmp_path)
    place = data.draw(st.sampled_from(_places(values)[1:]))
    holder = values
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    (tmp_path / "x.json").write_text(json.dumps(values))
    try:
        (result,) = read_results(tmp_path / "x.json")
    except UserError as error:
        assert "x.json" in str(error)
    except ValueError as error:
        assert place == ("results",) and "unpack" in str(error)  # an empty list, or a longer one
    else:
        assert all(0 <= face.score <= 1 and face.box[0] < face.box[2] for face in result.faces)


@settings(max_examples=100)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(UserError):
        read_results(tmp_path / "x.json")


@settings(max_examples=100)
@given(
    boxes=st.lists(st.tuples(*[st.floats(-1e5, 1e5, width=32)] * 2, *[st.floats(0.5, 1e5, width=32)] * 2), max_size=5),
    score=st.floats(0, 1),
    seen=st.none() | st.floats(0, 1),
    name=st.text(min_size=1),
)
def test_whatever_a_search_gives_comes_back_equal(
    tmp_path: Path, boxes: list[tuple[float, float, float, float]], score: float, seen: float | None, name: str
) -> None:
    faces = Detections.of_faces([Face((x, y, x + w, y + h), score, score, seen, None) for x, y, w, h in boxes])
    result = FindResult(name, 20, 10, faces, len(boxes), 0)
    write_results(tmp_path / "x.json", [result])
    assert json.loads((tmp_path / "x.json").read_text("utf-8"))["format"] == FORMAT
    assert read_results(tmp_path / "x.json") == [result]
