"""What is written for other programs stays within their bounds, and runs nothing there."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyface_core.export.case import Case
from tinyface_core.export.material import FaceKey, Material, Statement
from tinyface_core.export.naming import unique_names
from tinyface_core.export.registry import export
from tinyface_core.types import Detections, Face, FindResult

SIDES = st.sampled_from([1, 3, 613, 777, 999, 1024, 1920, 6000])


def one_face(source: str, width: int, height: int, box: tuple[float, float, float, float]) -> FindResult:
    return FindResult(source, width, height, Detections.of_faces([Face(box, 0.5, 0.5)]), 1, 0)


@settings(max_examples=200)
@given(
    width=SIDES,
    height=SIDES,
    edges=st.tuples(*[st.floats(-0.2, 1.2)] * 4).filter(lambda e: abs(e[0] - e[2]) > 1e-3 < abs(e[1] - e[3])),
)
def test_yolo_boxes_never_leave_the_picture(
    tmp_path: Path, width: int, height: int, edges: tuple[float, float, float, float]
) -> None:
    x1, x2, y1, y2 = *sorted((edges[0], edges[2])), *sorted((edges[1], edges[3]))
    box = (x1 * width, y1 * height, x2 * width, y2 * height)
    export("yolo", Material([one_face("a.png", width, height, box)]), tmp_path / "yolo")
    text = (tmp_path / "yolo" / "labels" / "a.txt").read_text()
    for line in text.splitlines():
        _, x, y, w, h = map(float, line.split())
        assert x - w / 2 >= -1e-12 and y - h / 2 >= -1e-12 and x + w / 2 <= 1 + 1e-12 and y + h / 2 <= 1 + 1e-12
        for (middle, side), (low, high) in {(x, w): (x1, x2), (y, h): (y1, y2)}.items():
            assert middle - side / 2 == pytest.approx(max(low, 0), abs=1.1e-6)
            assert middle + side / 2 == pytest.approx(min(high, 1), abs=1.1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "\u3000@x",
        "\uff1d1",
    ],
)
def test_no_column_of_text_is_a_formula_in_a_spreadsheet(tmp_path: Path, text: str) -> None:
    result = one_face(text, 20, 20, (1.0, 2.0, 3.0, 4.0))
    said = {FaceKey(text, None, 0): Statement(note=text)}
    export("csv", Material([result], said), tmp_path / "faces.csv")
    with (tmp_path / "faces.csv").open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["note"] == "'" + text
    assert not row["source"].lstrip().startswith(tuple("=+-@\uff1d")), "control characters are shown as text"
    assert row["score"] == "0.5", "numbers stay numbers"


@pytest.mark.parametrize("form", ["csv", "html"])
def test_signs_that_command_a_terminal_or_stop_a_reader_are_escapes_in_what_is_written(
    form: str, tmp_path: Path
) -> None:
    result = one_face("/gone/a.jpg", 20, 20, (1.0, 2.0, 3.0, 4.0))
    note = "first\n\tsecond\0\x1b[2J\x07\x9b\udce9\ufffe <b>"
    material = Material([result], {FaceKey("/gone/a.jpg", None, 0): Statement(note=note)}, case=Case(title="t\x00t"))
    export(form, material, tmp_path / "written")
    text = (tmp_path / "written").read_text("utf-8")
    assert not set(text) & {chr(code) for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE)}
    shown = "first\n\tsecond\\x00\\x1b[2J\\x07\\x9b\\xe9\\ufffe "
    assert shown + ("<b>" if form == "csv" else "&lt;b&gt;") in text


def test_names_that_some_disks_hold_for_one_are_written_apart() -> None:
    names = unique_names(["x", "X", "caf\u00e9", "cafe\u0301", "y"])
    assert list(names) == ["x_1", "X_2", "caf\u00e9_1", "cafe\u0301_2", "y"]
