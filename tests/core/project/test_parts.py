"""Parts of a scan: what comes out of a file is what went in, and a project takes it in as a scan would have."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.core.search.made_scan import content, found_in, save_photo, scanned
from tinyface_core.file_state import FileState
from tinyface_core.media.sources import read_frames
from tinyface_core.project.parts import PartError, import_parts, read_files, read_part, write_part
from tinyface_core.project.relink import fingerprint
from tinyface_core.project.scanned import FoundFile, Outcome, ScannedFile
from tinyface_core.project.store import Project
from tinyface_core.search.scan import kept, noted


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    for number in range(3):
        save_photo(folder / f"{number}.jpg", number)
    save_photo(folder / "4 as 1.jpg", 1)
    return folder


def found(path: Path) -> FoundFile:
    frame = next(read_frames(path))
    searched = FoundFile(ScannedFile.at(path), fingerprint(path)[0], (kept(found_in(frame)),))
    return noted(searched, frame, path)


def taken(case: Path, *parts: Path) -> Counter[Outcome]:
    if not case.exists():
        Project.create(case).close()
    with Project.open(case) as project:
        return Counter(import_parts(project, parts))


def test_what_is_written_is_read_whatever_its_name(tmp_path: Path, photos: Path) -> None:
    odd = ScannedFile("/photos/\udcff.jpg", FileState(5, 6), "It is damaged.")
    files = [*map(found, sorted(photos.iterdir())), FoundFile(odd, "ab", None)]
    write_part(tmp_path / "a.parquet", files)
    assert [f.file for f in files] == list(read_files(tmp_path / "a.parquet"))
    for before, after in zip(files, read_part(tmp_path / "a.parquet"), strict=True):
        assert (before.file, before.sha256, before.likeness, before.shot) == (
            after.file, after.sha256, after.likeness, after.shot
        )  # fmt: skip
        for one, other in zip(before.results or (), after.results or (), strict=True):
            assert list(one.faces) == list(other.faces)
            assert (one.source, one.width, one.settings) == (other.source, other.width, other.settings)


def test_the_step_between_searched_frames_is_kept_and_parts_of_before_there_was_one_are_read(
    tmp_path: Path, photos: Path
) -> None:
    part, old = tmp_path / "a.parquet", tmp_path / "old.parquet"
    file = found(photos / "0.jpg")
    assert file.results
    write_part(part, [replace(file, results=(replace(file.results[0], index=4, seconds=0.16, every=4),))])
    columns = pq.read_table(part)
    kind = columns.schema.field("results").type.value_type
    fields = [field for field in kind if field.name != "every"]
    schema = columns.schema.set(8, pa.field("results", pa.list_(pa.struct(fields))))
    pq.write_table(pa.Table.from_pylist(columns.to_pylist(), schema=schema), old)
    for path, every in ((part, 4), (old, 0)):
        (read,) = read_part(path)
        assert read.results and [(one.index, one.every) for one in read.results] == [(4, every)]


def test_a_project_takes_parts_in_as_a_scan_would_and_nothing_twice(tmp_path: Path, photos: Path) -> None:
    paths = [photos / name for name in ("0.jpg", "1.jpg", "2.jpg", "4 as 1.jpg")]
    parts = [tmp_path / "1.parquet", tmp_path / "2.parquet"]
    write_part(parts[0], list(map(found, paths[:2])))
    write_part(parts[1], list(map(found, paths[1:])))
    assert taken(tmp_path / "case.tinyface", *parts) == {Outcome.SEARCHED: 3, Outcome.COPY: 1, Outcome.UNCHANGED: 1}
    scanned(tmp_path / "plain.tinyface", photos)
    assert content(tmp_path / "case.tinyface") == content(tmp_path / "plain.tinyface")


def test_what_is_no_part_or_makes_no_sense_is_a_sentence_and_changes_nothing(tmp_path: Path, photos: Path) -> None:
    good, case = tmp_path / "good.parquet", tmp_path / "case.tinyface"
    write_part(good, [found(photos / "0.jpg")])
    (tmp_path / "text.parquet").write_text("no parquet")
    pq.write_table(pa.table({"x": [1]}), tmp_path / "other.parquet")
    (tmp_path / "short.parquet").write_bytes(good.read_bytes()[:-20])
    table = pq.read_table(good)
    rows = table.to_pylist()
    rows[0]["results"][0]["faces"] = [{"x1": 0.0, "y1": 0.0, "x2": 5.0, "y2": 5.0, "score": 7.0, "detector_score": 0.5}]
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), tmp_path / "senseless.parquet")
    for name in ("text", "other", "short", "senseless"):
        with pytest.raises(PartError, match=f"^{name}.parquet is (no part|damaged)"):
            taken(case, tmp_path / f"{name}.parquet")
    assert content(case)["files"] == []
