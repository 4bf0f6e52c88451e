"""Parts of scans from elsewhere: whatever stands in them, a project takes it in and stays whole, or one sentence."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.hostile.test_result_files import _places
from tinyface_core.commands.app import app
from tinyface_core.file_state import FileState
from tinyface_core.project.parts import PartError, import_parts, read_files, read_part, write_part
from tinyface_core.project.scanned import FoundFile, ScannedFile
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, Face, FindResult

_FACES = Detections.of_faces([Face((1.0, 2.0, 9.0, 9.0), 0.5, 0.5, 0.1, 0.2)])
FOUND = FoundFile(ScannedFile("/a.jpg", FileState(5, 6)), "ab" * 32, (FindResult("/a.jpg", 20, 10, _FACES, 1, 1),), 7)
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


def test_a_damaged_part_is_told_and_the_others_are_taken_in(tmp_path: Path) -> None:
    case, parts = tmp_path / "case.tinyface", tmp_path / "parts"
    for number in range(3):
        write_part(
            parts / f"part-{number}.parquet", [replace(FOUND, file=ScannedFile(f"/{number}.jpg", FileState(5, 6)))]
        )
    (parts / "part-0.parquet").write_bytes(b"PAR1")
    done = CliRunner().invoke(app, ["project", "import", str(case), str(parts), str(tmp_path / "gone.parquet")])
    assert done.exit_code == 1 and "searched 1, copies 1" in done.stdout
    assert "part-0.parquet is damaged" in done.stderr and "gone.parquet cannot be read" in done.stderr


def test_a_part_with_a_changed_number_is_not_believed(tmp_path: Path) -> None:
    part = tmp_path / "part-1.parquet"
    write_part(part, [replace(FOUND, results=(replace(FOUND.results[0], width=123_456_789),))])
    content = part.read_bytes()
    place = content.index((123_456_789).to_bytes(8, "little"))
    part.write_bytes(content[:place] + (20).to_bytes(8, "little") + content[place + 8 :])
    with pytest.raises(PartError, match="damaged"):
        list(read_part(part))
