"""Search results as JSON (schema: resources/schema/find-result.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from tinyface_core.checked import Count, Edge, Number, Share, Side, Turn, checked, read_json
from tinyface_core.files import replacing
from tinyface_core.types import Detections, Face, FindResult, Origin, SearchSettings, UserError

FORMAT = "tinyface-find-results"
SCHEMA_VERSION = 3
"""Increased only if older readers would misread the new format."""

_FORMER_NAMES = {"refine": "second_stage", "refine_budget": "budget"}


class ResultFileError(UserError):
    """A file that does not contain results; the message is one sentence for the user."""


def result_to_json(result: FindResult) -> dict[str, Any]:
    """One result as plain JSON values, the inverse of `read_results`; boxes are `[x1, y1, x2, y2]` in pixels."""
    return {
        "source": result.source,
        "index": result.index,
        "seconds": result.seconds,
        "width": result.width,
        "height": result.height,
        "faces": [_face_to_json(face) for face in result.faces],
        "candidates": result.candidates,
        "refined": result.refined,
        "timings": dict(result.timings),
        "settings": asdict(result.settings),
        "weights": dict(result.weights),
        "remarks": list(result.remarks),
        "min_score": result.min_score,
        "min_size": result.min_size,
        "cut": result.cut,
        "turn": result.turn,
        "every": result.every,
    }


class SavedFace(Struct):
    """A face as stored in files: see `Face`, with the analyst's verdict, note and group."""

    box: tuple[Edge, Edge, Edge, Edge]
    score: Share
    detector_score: Share
    face_probability: Share | None
    real_probability: Share | None
    refined: bool
    stride: Count = 0
    track: Count | None = None
    origin: Literal["found", "filled", "drawn"] = "found"
    verdict: str = ""
    note: str = ""
    group: Count = 0

    def __post_init__(self) -> None:
        """Refuse a box without an area."""
        x1, y1, x2, y2 = self.box
        if not (x1 < x2 and y1 < y2):
            raise ValueError("a box without an area")

    @property
    def face(self) -> Face:
        """The face alone."""
        track = -1 if self.track is None else self.track
        return Face(
            self.box,
            self.score,
            self.detector_score,
            self.face_probability,
            self.real_probability,
            self.refined,
            self.stride,
            track,
            Origin[self.origin.upper()],
        )


class SavedResult(Struct):
    """A result as stored in files; see `FindResult`."""

    source: str
    index: Count | None
    seconds: Number | None
    width: Side
    height: Side
    faces: list[SavedFace]
    candidates: Count
    refined: Count
    timings: dict[str, Number]
    settings: dict[str, Any]
    weights: dict[str, str]
    remarks: tuple[str, ...]
    device: str = "auto"
    min_score: Share = 0
    min_size: Annotated[float, Meta(ge=0, le=1e6)] = 0
    cut: bool = False
    turn: Turn = 0
    every: Count = 0

    def result(self) -> FindResult:
        """The result without the analyst's statements.

        Raises:
            ValueError: if the settings are invalid.
        """
        return FindResult(
            source=self.source,
            width=self.width,
            height=self.height,
            faces=Detections.of_faces(saved.face for saved in self.faces),
            candidates=self.candidates,
            refined=self.refined,
            timings=self.timings,
            settings=settings_from_json({"device": self.device} | self.settings),
            weights=self.weights,
            remarks=self.remarks,
            index=self.index,
            seconds=self.seconds,
            min_score=self.min_score,
            min_size=self.min_size,
            cut=self.cut,
            turn=self.turn,
            every=self.every,
        )


class _Document(Struct):
    results: list[SavedResult]


class _Envelope(Struct):
    format: str
    version: int
    results: list[Any]


def settings_from_json(values: Mapping[str, Any]) -> SearchSettings:
    """Settings from their JSON values; names of older versions are understood, unknown ones are ignored.

    Raises:
        ValueError: if a value has the wrong type or is out of range.
    """
    return checked({_FORMER_NAMES.get(name, name): value for name, value in values.items()}, SearchSettings)


def document(results: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The whole content of a results file, for `write_document`, from values of `result_to_json`."""
    return {"format": FORMAT, "version": SCHEMA_VERSION, "results": iter(results)}


def write_results(path: Path, results: Sequence[FindResult]) -> None:
    """Write results as one JSON file, atomically.

    Raises:
        OSError: if it cannot be written.
    """
    write_document(path, document(map(result_to_json, results)))


def write_document(path: Path, values: dict[str, Any]) -> None:
    """Write plain values as indented UTF-8 JSON, atomically; lone surrogates in names are escaped.

    Values may be iterators: they are written as lists, item by item.

    Raises:
        OSError: if it cannot be written.
        ValueError: if a number is not finite.
    """
    with replacing(path) as part, part.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(_document_parts(values))


def _document_parts(values: Mapping[str, Any]) -> Iterator[str]:
    """The JSON text in parts."""
    for number, (name, value) in enumerate(values.items()):
        yield ("," if number else "{") + f"\n {_dumped(name, 1)}: "
        if not isinstance(value, Iterator):
            yield _dumped(value, 1)
            continue
        before = "["
        for entry in value:
            yield f"{before}\n  {_dumped(entry, 2)}"
            before = ","
        yield "[]" if before == "[" else "\n ]"
    yield "\n}\n"


def _dumped(value: Any, depth: int) -> str:
    text = json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)
    return text.replace("\n", "\n" + " " * depth)  # line breaks inside JSON strings are escaped


def read_results(path: Path) -> list[FindResult]:
    """Read a file written by `write_results`.

    Raises:
        ResultFileError: if it is missing, not such a file, damaged, or of a newer version.
    """
    return [result for result, _ in read_saved(path)]


def read_saved(path: Path) -> list[tuple[FindResult, list[SavedFace]]]:
    """As `read_results`, each result with its faces as stored, in the same order.

    Raises:
        ResultFileError: as `read_results`.
    """
    try:
        read = read_json(path, _Envelope)
    except OSError as error:
        raise ResultFileError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    except ValueError as error:
        raise ResultFileError(f"{path.name} holds no results of a search ({error}): choose another file.") from error
    if read.format != FORMAT:
        raise ResultFileError(f"{path.name} holds no results of a search: choose another file.")
    if read.version > SCHEMA_VERSION:
        raise ResultFileError(f"{path.name} was written by a newer version of the program: update this one.")
    try:
        saved = checked({"results": read.results}, _Document).results
        return [(one.result(), one.faces) for one in saved]
    except ValueError as error:
        raise ResultFileError(f"{path.name} is damaged ({error}): search the pictures again.") from error


def _face_to_json(face: Face) -> dict[str, Any]:
    return {
        "box": list(face.box),
        "score": face.score,
        "detector_score": face.detector_score,
        "face_probability": face.face_probability,
        "real_probability": face.real_probability,
        "refined": face.refined,
        "size": face.size,
        "stride": face.stride,
        "track": None if face.track < 0 else face.track,
        "origin": face.origin.name.lower(),
    }
