"""Parquet files with the results of a distributed scan, and their import into a project. Needs pyarrow, an extra."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from tinyface_core.checked import Count, Edge, Number, Share, Side, checked, checked_json
from tinyface_core.failures import in_a_line
from tinyface_core.file_state import FileState
from tinyface_core.files import check_regular, replacing
from tinyface_core.media.fetching import is_url
from tinyface_core.media.shot import Shot
from tinyface_core.project.places import name_bytes, text_of
from tinyface_core.project.scanned import FoundFile, Outcome, ScannedFile, ScannedFiles, as_before
from tinyface_core.project.store import Project
from tinyface_core.results import settings_from_json
from tinyface_core.types import Detections, Face, FindResult, UserError

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

_ROWS_AT_ONCE = 500


class PartError(UserError):
    """A part file that cannot be used; the message is one sentence for the user."""


def _schema(with_every: bool = True) -> pyarrow.Schema:
    """The columns of a part; those of older versions do not have the step between searched frames."""
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
            *([("every", pa.int64())] if with_every else []),
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


class _File(Struct):
    """See `ScannedFile`."""

    path: bytes
    size: int
    modified: int
    reason: str

    def __post_init__(self) -> None:
        """Reject everything but absolute paths, of any operating system, and URLs."""
        name = text_of(self.path)
        absolute = PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute()
        if not (absolute or is_url(name)) or "\0" in name:
            raise ValueError("a path that is none")

    @property
    def file(self) -> ScannedFile:
        return ScannedFile(text_of(self.path), FileState(self.size, self.modified), self.reason)


class _Face(Struct):
    """See `Face`."""

    x1: Edge
    y1: Edge
    x2: Edge
    y2: Edge
    score: Share
    detector_score: Share
    face_probability: Share | None
    real_probability: Share | None
    refined: bool

    def __post_init__(self) -> None:
        """Reject a box whose end lies before its start."""
        if not (self.x1 <= self.x2 and self.y1 <= self.y2):
            raise ValueError("a box that is none")

    @property
    def face(self) -> Face:
        box = (self.x1, self.y1, self.x2, self.y2)
        return Face(box, self.score, self.detector_score, self.face_probability, self.real_probability, self.refined)


class _Result(Struct):
    """See `FindResult`."""

    frame: Count | None
    seconds: Number | None
    width: Side
    height: Side
    candidates: Count
    refined: Count
    weights: str
    settings: str
    timings: str
    remarks: str
    cut: bool
    faces: list[_Face]
    every: Count = 0

    def of(self, source: str) -> FindResult:
        """The result as that of the picture at this path.

        Raises:
            ValueError: if one of the JSON texts is invalid.
        """
        return FindResult(
            source,
            self.width,
            self.height,
            Detections.of_faces(face.face for face in self.faces),
            self.candidates,
            self.refined,
            checked_json(self.timings, dict[str, Number]),
            settings_from_json(checked_json(self.settings, dict[str, Any])),
            checked_json(self.weights, dict[str, str]),
            checked_json(self.remarks, tuple[str, ...]),
            self.frame,
            self.seconds,
            cut=self.cut,
            every=self.every,
        )


class _Row(_File, kw_only=True):
    """See `FoundFile`."""

    sha256: str
    likeness: int | None
    taken: str | None
    camera: str | None
    results: list[_Result] | None


def parts_in(folder: Path) -> list[Path]:
    """The complete part files in a folder, in the order in which they were written."""
    return sorted(folder.glob("part-*.parquet"))


def write_part(path: Path, found: Sequence[FoundFile]) -> None:
    """Write a part file atomically."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {
            "path": name_bytes(file.file.path),
            "size": file.file.state.size,
            "modified": file.file.state.modified,
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
        table = pa.Table.from_pylist(rows, schema=_schema())
        pq.write_table(table, part, compression="zstd", write_page_checksum=True)


def read_part(path: Path) -> Iterator[FoundFile]:
    """Read the records of a part file.

    Raises:
        PartError: if it is not a part file or damaged.
    """
    with _opened(path, "scan its pictures again") as file:
        if not any(file.schema_arrow.equals(schema) for schema in (_schema(), _schema(with_every=False))):
            raise PartError(f"{path.name} is no part of a scan: name files that a scan wrote.")
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            yield from map(_found, batch.to_pylist())


def read_files(path: Path) -> Iterator[ScannedFile]:
    """Read which files a part has, without their faces.

    Raises:
        PartError: if it is not a part file or damaged.
    """
    with _opened(path, "remove it, and its pictures are scanned again") as file:
        columns = file.read(columns=["path", "size", "modified", "reason"]).to_pylist()
        files = [checked(row, _File).file for row in columns]
    yield from files


@contextmanager
def _opened(path: Path, remedy: str) -> Iterator[pyarrow.parquet.ParquetFile]:
    """Open a part file; errors in the block become a `PartError` that ends with this remedy."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        check_regular(path)
    except OSError as error:
        raise PartError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            yield file
    except (pa.ArrowException, OSError, ValueError) as error:
        raise PartError(f"{path.name} is damaged ({in_a_line(error)}): {remedy}.") from error


def import_parts(
    project: Project, parts: Iterable[Path], failed: Callable[[Path, PartError], object] | None = None
) -> Iterator[Outcome]:
    """Import part files, each as a whole or not at all, with the same result as a scan; known results are skipped.

    `failed` is called for each part that cannot be read; without it, the first of them ends the import.

    Yields:
        The outcome of each file, after its part was imported.

    Raises:
        PartError: see `failed`; the parts before it have been imported.
        ProjectError: if the project cannot be written.
    """
    files = ScannedFiles(project)
    with files.alone():
        for part in parts:
            try:
                with project.together():
                    outcomes = [_take(files, found) for found in read_part(part)]
            except PartError as error:
                if failed is None:
                    raise
                failed(part, error)
            else:
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
        "every": result.every,
        "faces": [_face_row(face) for face in result.faces],
    }


def _face_row(face: Face) -> dict[str, Any]:
    names = ("score", "detector_score", "face_probability", "real_probability", "refined")
    box = dict(zip(("x1", "y1", "x2", "y2"), face.box, strict=True))
    return box | {name: getattr(face, name) for name in names}


def _found(values: dict[str, Any]) -> FoundFile:
    row = checked(values, _Row)
    path = row.file.path
    results = None if row.results is None else tuple(result.of(path) for result in row.results)
    return FoundFile(row.file, row.sha256, results, row.likeness, Shot(row.taken, row.camera))
