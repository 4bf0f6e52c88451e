"""Parts of a scan as Parquet files: what many machines find, on its way into a project. Needs pyarrow, an extra."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tinyface_core.checked import Number, checked_json
from tinyface_core.files import replacing
from tinyface_core.media.shot import Shot
from tinyface_core.project.places import name_bytes
from tinyface_core.project.scanned import FoundFile, Outcome, ScannedFile, ScannedFiles, as_before
from tinyface_core.project.store import Project
from tinyface_core.results import settings_from_json
from tinyface_core.types import Detections, Face, FindResult, UserError

if TYPE_CHECKING:
    import pyarrow

_ROWS_AT_ONCE = 500
_FARTHEST = 1e6


class PartError(UserError):
    """A part that cannot be used; the message is one sentence for the user."""


def _schema() -> pyarrow.Schema:
    import pyarrow as pa

    face = pa.struct(
        [
            *((name, pa.float64()) for name in ("x1", "y1", "x2", "y2", "score", "detector_score")),
            *((name, pa.float64()) for name in ("face_probability", "real_probability")),
            ("refined", pa.bool_()),
        ]
    )
    result = pa.struct(
        [
            ("frame", pa.int64()),
            ("seconds", pa.float64()),
            *((name, pa.int64()) for name in ("width", "height", "candidates", "refined")),
            *((name, pa.string()) for name in ("weights", "settings", "timings", "remarks")),
            ("cut", pa.bool_()),
            ("faces", pa.list_(face)),
        ]
    )
    return pa.schema(
        [
            ("path", pa.binary()),  # names of files need not be UTF-8
            ("size", pa.int64()),
            ("modified", pa.int64()),
            ("reason", pa.string()),
            ("sha256", pa.string()),
            ("likeness", pa.int64()),
            ("taken", pa.string()),
            ("camera", pa.string()),
            ("results", pa.list_(result)),
        ]
    )


def parts_in(folder: Path) -> list[Path]:
    """The parts in a folder, in the order in which they were written, without what a killed program left half."""
    return sorted(folder.glob("part-*.parquet"))


def write_part(path: Path, found: Sequence[FoundFile]) -> None:
    """Write a part, whole or not at all.

    Raises:
        OSError: if the disk is full or the folder cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {
            "path": name_bytes(file.file.path),
            "size": file.file.size,
            "modified": file.file.modified,
            "reason": file.file.reason,
            "sha256": file.sha256,
            "likeness": file.likeness,
            "taken": file.shot.taken,
            "camera": file.shot.camera,
            "results": None if file.results is None else [_row(result) for result in file.results],
        }
        for file in found
    ]
    with replacing(path) as part:
        pq.write_table(pa.Table.from_pylist(rows, schema=_schema()), part, compression="zstd")


def read_part(path: Path) -> Iterator[FoundFile]:
    """What a part holds, in its order.

    Raises:
        PartError: if it is no such file, or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(_schema()):
                raise PartError(f"{path.name} is no part of a scan: name files that a scan wrote.")
            for batch in file.iter_batches(_ROWS_AT_ONCE):
                yield from map(_found, batch.to_pylist())
    except (pa.ArrowException, OSError, ValueError) as error:
        raise PartError(f"{path.name} is damaged ({error}): scan its pictures again.") from error


def read_files(path: Path) -> Iterator[ScannedFile]:
    """The files of a part alone, without reading what was found in them.

    Raises:
        PartError: if it is no such file, or damaged.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        columns = pq.read_table(path, columns=["path", "size", "modified", "reason"]).to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise PartError(f"{path.name} is damaged ({error}): remove it, and its pictures are scanned again.") from error
    yield from map(_file, columns)


def import_parts(project: Project, parts: Iterable[Path]) -> Iterator[Outcome]:
    """Take parts into a project, as a scan would have; what it has already is not taken in twice.

    Yields:
        What was done with each file, once it is in the project.

    Raises:
        PartError: if a part cannot be read; those before it are in the project.
        ProjectError: if the project cannot be written.
    """
    files = ScannedFiles(project)
    with files.alone():
        for part in parts:
            with project.together():
                outcomes = [_take(files, found) for found in read_part(part)]
            yield from outcomes


def _take(files: ScannedFiles, found: FoundFile) -> Outcome:
    before = as_before(files.known(found.file.path), found.file, retry=not found.file.reason)
    if before is not None:
        return before
    if found.results is not None and not files.needs_search(found.file.path, found.sha256):
        found = FoundFile(found.file, found.sha256)
    return files.store(found)


def _row(result: FindResult) -> dict[str, Any]:
    return {
        "frame": result.index,
        "seconds": result.seconds,
        "width": result.width,
        "height": result.height,
        "candidates": result.candidates,
        "refined": result.refined,
        "weights": json.dumps(result.weights),
        "settings": json.dumps(asdict(result.settings)),
        "timings": json.dumps(result.timings),
        "remarks": json.dumps(result.remarks),
        "cut": result.cut,
        "faces": [_face_row(face) for face in result.faces],
    }


def _face_row(face: Face) -> dict[str, Any]:
    names = ("score", "detector_score", "face_probability", "real_probability", "refined")
    box = dict(zip(("x1", "y1", "x2", "y2"), face.box, strict=True))
    return box | {name: getattr(face, name) for name in names}


def _file(row: dict[str, Any]) -> ScannedFile:
    path = row["path"].decode("utf-8", "surrogateescape")
    return ScannedFile(path, row["size"], row["modified"], row["reason"])


def _found(row: dict[str, Any]) -> FoundFile:
    file, shot = _file(row), Shot(row["taken"], row["camera"])
    results = None if row["results"] is None else tuple(_result(file.path, result) for result in row["results"])
    return FoundFile(file, row["sha256"], results, row["likeness"], shot)


def _result(source: str, row: dict[str, Any]) -> FindResult:
    faces = Detections.of_faces(
        Face((f.pop("x1"), f.pop("y1"), f.pop("x2"), f.pop("y2")), **f) for f in map(dict, row["faces"])
    )
    if not _make_sense(faces):
        raise ValueError("boxes or scores that make no sense")
    return FindResult(
        source,
        row["width"],
        row["height"],
        faces,
        row["candidates"],
        row["refined"],
        checked_json(row["timings"], dict[str, Number]),
        settings_from_json(checked_json(row["settings"], dict[str, Any])),
        checked_json(row["weights"], dict[str, str]),
        checked_json(row["remarks"], tuple[str, ...]),
        row["frame"],
        row["seconds"],
        cut=bool(row["cut"]),
    )


def _make_sense(faces: Detections) -> bool:
    boxes, shares = faces.boxes, np.stack([faces.scores, faces.detector_scores])
    in_order = (boxes[:, :2] <= boxes[:, 2:]).all() and (np.abs(boxes) <= _FARTHEST).all()
    return bool(in_order and (shares >= 0).all() and (shares <= 1).all())
