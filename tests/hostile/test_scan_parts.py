"""Parts of scans from elsewhere: whatever stands in them, a project takes it in and stays whole, or one sentence."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.hostile.test_result_files import _places
from tinyface_core.project.parts import PartError, import_parts, read_files, write_part
from tinyface_core.project.scanned import FoundFile, ScannedFile
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, Face, FindResult

_FACES = Detections.of_faces([Face((1.0, 2.0, 9.0, 9.0), 0.5, 0.5, 0.1, 0.2)])
FOUND = FoundFile(ScannedFile("/a.jpg", 5, 6), "ab" * 32, (FindResult("/a.jpg", 20, 10, _FACES, 1, 1),), 7)
NUMBERS = (float("nan"), float("inf"), -1.0, 7.0, 1e300)
VALUES: dict[type, tuple[Any, ...]] = {
    float: (None, *NUMBERS),
    int: (None, -1, 0, 2**62, -(2**62)),
    str: (None, "", "x", "[]", '{"a": 1e999}', '{"effort": "hard"}', "[" * 20_000, "\0"),
    bytes: (None, b"", b"a.jpg", b"/a\0.jpg", b"/caf\xe9.jpg", b"x" * 70_000),
    bool: (None,),
    list: (None, [], [None]),
    type(None): (),
}


def test_any_value_in_any_place_is_taken_in_whole_or_refused_in_a_sentence(tmp_path: Path) -> None:
    part, case = tmp_path / "part-1.parquet", tmp_path / "case.tinyface"
    write_part(part, [FOUND])
    table = pq.read_table(part)
    (row,) = table.to_pylist()
    refused = taken = 0
    Project.create(case).close()
    for place in _places(row)[1:]:
        holder = row
        for key in place[:-1]:
            holder = holder[key]
        for value in VALUES.get(type(holder[place[-1]]), ()):
            changed: Any = deepcopy(row)
            inside = changed
            for key in place[:-1]:
                inside = inside[key]
            inside[place[-1]] = value
            pq.write_table(pa.Table.from_pylist([changed], schema=table.schema), part)
            with Project.open(case) as project:
                try:
                    with project.together():
                        list(import_parts(project, [part]))
                        project.results()
                        list(project.all_faces())
                        assert project.check() == [], (place, value)
                        taken += 1
                        raise _Undo
                except PartError as error:
                    assert "part-1.parquet" in str(error) and "\n" not in str(error)
                    refused += 1
                except _Undo:
                    pass
    assert refused > 70 and taken > 20


class _Undo(Exception):
    """Takes back what was taken in."""


def test_a_list_of_files_that_makes_no_sense_is_a_sentence(tmp_path: Path) -> None:
    part = tmp_path / "part-1.parquet"
    write_part(part, [FOUND])
    table = pq.read_table(part)
    rows = table.to_pylist()
    for name, value in (("path", None), ("path", b"\0"), ("size", None), ("reason", None)):
        pq.write_table(pa.Table.from_pylist([{**rows[0], name: value}], schema=table.schema), part)
        with pytest.raises(PartError, match=r"part-1\.parquet is damaged .*: remove it"):
            list(read_files(part))
