"""Search results as JSON (schema: resources/schema/find-result.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from msgspec import UNSET, Meta, Struct, UnsetType

from tinyface_core.checked import Count, Edge, JsonReader, Number, Share, Side, Turn, checked
from tinyface_core.file_state import FileState
from tinyface_core.files import read_text, replacing
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import NO_TRACK, Detections, Face, FindResult, Origin, UserError

T = TypeVar("T")

FORMAT = "tinyface-find-results"
SCHEMA_VERSION = 4
"""Increased only if older readers would misread the new format."""

_FORMER_NAMES = {"refine": "second_stage", "refine_budget": "budget"}


class ResultFileError(UserError):
    """A file that does not contain results; the message is one sentence for the user."""


def result_to_json(result: FindResult) -> dict[str, Any]:
    """One result as plain JSON values, the inverse of `read_results`; boxes are `[x1, y1, x2, y2]` in pixels."""
    return {name: getattr(result, name) for name in _OF_A_RESULT} | {
        "faces": [_face_to_json(face) for face in result.faces],
        "timings": dict(result.timings),
        "settings": asdict(result.settings),
        "weights": dict(result.weights),
        "remarks": list(result.remarks),
        "file": None if result.file is None else asdict(result.file),
    }


class SavedFace(Struct):
    """A face as stored in files: see `Face`, with the analyst's verdict, note and group.

    Without a detector's score it is the score.
    """

    box: tuple[Edge, Edge, Edge, Edge]
    score: Share
    detector_score: Share | UnsetType = UNSET
    face_probability: Share | None = None
    real_probability: Share | None = None
    refined: bool = False
    stride: Count = 0
    track: Count | None = None
    origin: Literal["found", "filled", "drawn"] = "found"
    verdict: str = ""
    note: str = ""
    group: Count = 0

    def __post_init__(self) -> None:
        """Refuse a box without an area."""
        _check_area(*self.box)

    @property
    def face(self) -> Face:
        """The face alone."""
        return Face(
            self.box,
            self.score,
            self.score if self.detector_score is UNSET else self.detector_score,
            self.face_probability,
            self.real_probability,
            self.refined,
            self.stride,
            NO_TRACK if self.track is None else self.track,
            Origin[self.origin.upper()],
        )


class Head(Struct, kw_only=True):
    """What frames of a video have in common; see `FindResult`."""

    source: str
    width: Side
    height: Side
    settings: dict[str, Any]
    weights: dict[str, str]
    device: str = "auto"
    min_score: Share = 0
    min_size: Annotated[float, Meta(ge=0, le=1e6)] = 0
    turn: Turn = 0
    every: Count = 0
    file: FileState | None = None

    def common(self) -> dict[str, Any]:
        """These fields of a result.

        Raises:
            ValueError: if the settings are invalid.
        """
        settings = settings_from_json({"device": self.device} | self.settings)
        return {name: getattr(self, name) for name in _HEAD} | {"settings": settings}


class SavedResult(Head, kw_only=True):
    """The result of a picture as stored in files, or in those of older versions of a frame; see `FindResult`."""

    index: Count | None
    seconds: Number | None
    faces: list[SavedFace]
    candidates: Count
    refined: Count
    timings: dict[str, Number]
    remarks: tuple[str, ...]
    cut: bool = False
    near: bool = False

    def result(self) -> FindResult:
        """The result without the analyst's statements.

        Raises:
            ValueError: if the settings are invalid.
        """
        return replace(_found(self, Detections.of_faces(saved.face for saved in self.faces)), **self.common())


class SavedFrame(Struct, kw_only=True):
    """A frame of a video; see `FindResult`. It has either faces or followed ones: track, score and box of each."""

    index: Count
    seconds: Number | None
    faces: list[SavedFace] = []
    followed: list[tuple[Count, Share, Edge, Edge, Edge, Edge]] = []
    candidates: Count = 0
    refined: Count = 0
    timings: dict[str, Number] = {}
    remarks: tuple[str, ...] = ()
    cut: bool = False
    near: bool = False

    def __post_init__(self) -> None:
        """Refuse boxes without an area."""
        for _, _, *box in self.followed:
            _check_area(*box)

    def found(self) -> FindResult:
        """What was found in it, of an unknown search."""
        faces = Detections.of_faces(saved.face for saved in self.faces)
        if self.followed:
            rows = np.array(self.followed, np.float64)
            followed = Detections.of(rows[:, 2:], rows[:, 1])
            origins = np.full(len(rows), Origin.FILLED.value, np.int64)
            followed = replace(followed, tracks=rows[:, 0].astype(np.int64), origins=origins)
            faces = Detections.together([faces, followed]) if self.faces else followed
        return _found(self, faces)


def _check_area(x1: float, y1: float, x2: float, y2: float) -> None:
    if not (x1 < x2 and y1 < y2):
        raise ValueError("a box without an area")


def _found(saved: SavedResult | SavedFrame, faces: Detections) -> FindResult:
    return FindResult("", 1, 1, faces, **{name: getattr(saved, name) for name in _OF_A_FRAME})


_HEAD = ("source", "width", "height", "weights", "min_score", "min_size", "turn", "every", "file")
_OF_A_FRAME = ("candidates", "refined", "timings", "remarks", "index", "seconds", "cut", "near")
_OF_A_RESULT, _OF_A_FACE = ([item.name for item in fields(kind)] for kind in (FindResult, Face))


def settings_from_json(values: Mapping[str, Any]) -> SearchSettings:
    """Settings from their JSON values; names of older versions are understood, unknown ones are ignored.

    Raises:
        ValueError: if a value has the wrong type or is out of range.
    """
    return checked({_FORMER_NAMES.get(name, name): value for name, value in values.items()}, SearchSettings)


def document(results: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The whole content of a results file, for `write_document`, from values of `result_to_json`."""
    return {"format": FORMAT, "version": SCHEMA_VERSION, "results": _joined(results)}


def _joined(results: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Pictures as they are, and frames of a video behind what they have in common."""
    for head, frames in groupby(results, lambda result: None if result["seconds"] is None else head_of(result)):
        if head is None:
            yield from frames
        else:
            yield head | {"frames": map(frame_of, frames)}


def head_of(result: dict[str, Any]) -> dict[str, Any]:
    """What a value of `result_to_json` has in common with other frames of its video; read as a `Head`."""
    return {name: result[name] for name in (*_HEAD, "settings")}


def frame_of(result: dict[str, Any]) -> dict[str, Any]:
    """The rest of a value of `result_to_json`, without what is usual; read as a `SavedFrame`."""
    faces = [_short_face(face) for face in result["faces"]]
    own = {"index": result["index"], "seconds": result["seconds"]}
    own |= {name: result[name] for name in _OF_A_FRAME if result[name]}
    if not all(face.keys() == _FOLLOWED and face["origin"] == "filled" for face in faces):
        return own | {"faces": faces}
    followed = [[face["track"], face["score"], *face["box"]] for face in faces]
    return own | ({"followed": followed} if followed else {})


def rounded(result: FindResult) -> FindResult:
    """The result with short numbers if it is of a frame of a video, of which an hour has a hundred thousand."""
    if result.seconds is None:
        return result
    faces, boxes = result.faces, result.faces.boxes.round(2)
    has_area = (boxes[:, :2] < boxes[:, 2:]).all(axis=1, keepdims=True)
    columns = "scores", "detector_scores", "face_probabilities", "real_probabilities"
    numbers = {name: getattr(faces, name).round(4) for name in columns}
    faces = replace(faces, boxes=np.where(has_area, boxes, faces.boxes), **numbers)
    timings = {stage: round(seconds, 4) for stage, seconds in result.timings.items()}
    return replace(result, faces=faces, timings=timings, seconds=round(result.seconds, 6))


_USUAL = {
    "face_probability": None,
    "real_probability": None,
    "refined": False,
    "stride": 0,
    "track": None,
    "origin": "found",
}
_FOLLOWED = {"box", "score", "track", "origin"}


def _short_face(face: dict[str, Any]) -> dict[str, Any]:
    left_out = {"size"}
    if face["detector_score"] == face["score"]:
        left_out.add("detector_score")
    return {name: value for name, value in face.items() if name not in left_out and _USUAL.get(name, "") != value}


def write_results(path: Path, results: Iterable[FindResult]) -> None:
    """Write results as one JSON file, atomically, one after the other; see `rounded`."""
    write_document(path, document(result_to_json(rounded(result)) for result in results))


def write_document(path: Path, values: dict[str, Any]) -> None:
    """Write plain values as UTF-8 JSON, atomically; lone surrogates in names are escaped.

    Values may be iterators: they are written as lists, an item a line.

    Raises:
        ValueError: if a number is not finite.
    """
    with replacing(path) as part, part.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(_parts(values))
        file.write("\n")


def _parts(value: Any) -> Iterator[str]:
    """The JSON text in parts."""
    if isinstance(value, Iterator):
        before = "["
        for item in value:
            yield f"{before}\n"
            yield from _parts(item)
            before = ","
        yield "[]" if before == "[" else "\n]"
    elif isinstance(value, dict) and any(isinstance(inner, Iterator) for inner in value.values()):
        for number, (name, inner) in enumerate(value.items()):
            yield f"{',' if number else '{'}{json.dumps(name)}:"
            yield from _parts(inner)
        yield "}"
    else:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def read_results(path: Path) -> list[FindResult]:
    """Read a file written by `write_results`.

    Raises:
        ResultFileError: if it is missing, not such a file, damaged, or of a newer version.
    """
    return [result for result, _ in read_saved(path)]


def read_saved(path: Path) -> Iterator[tuple[FindResult, Sequence[SavedFace]]]:
    """As `read_results`, each result with its faces as stored, in the same order; without them if all were followed.

    Raises:
        ResultFileError: as `read_results`.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise ResultFileError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    try:
        head = _envelope(JsonReader(text))
    except ValueError as error:
        raise ResultFileError(f"{path.name} holds no results of a search ({error}): choose another file.") from error
    if head.format != FORMAT:
        raise ResultFileError(f"{path.name} holds no results of a search: choose another file.")
    if head.version > SCHEMA_VERSION:
        raise ResultFileError(f"{path.name} was written by a newer version of the program: update this one.")
    try:
        yield from _results(JsonReader(text))
    except ValueError as error:
        raise ResultFileError(f"{path.name} is damaged ({error}): search the pictures again.") from error


class _Envelope(Struct):
    format: str
    version: int


def _envelope(reader: JsonReader) -> _Envelope:
    """What the file says of itself; the results are behind that, unless someone else has written it anew."""
    head = {}
    for name in reader.members():
        if name != "results":
            head[name] = reader.value()
        elif "format" in head and "version" in head:
            break
        else:
            for _ in reader.items():
                reader.value()
    return checked(head, _Envelope)


def _results(reader: JsonReader) -> Iterator[tuple[FindResult, Sequence[SavedFace]]]:
    has_results = False
    for name in reader.members():
        if name != "results":
            reader.value()
            continue
        has_results = True
        for number in reader.items():
            yield from _frames_of(reader, f"results[{number}]")
    reader.end()
    if not has_results:
        raise ValueError("it has no results")


def _frames_of(reader: JsonReader, where: str) -> Iterator[tuple[FindResult, Sequence[SavedFace]]]:
    """A picture, or the frames of a video, which become arrays one by one."""
    values: dict[str, Any] = {}
    frames: list[tuple[FindResult, Sequence[SavedFace]]] | None = None
    for name in reader.members():
        if name != "frames":
            values[name] = reader.value()
            continue
        frames = []
        for number in reader.items():
            frame = _checked(reader.value(), SavedFrame, f"{where}.frames[{number}]")
            frames.append((frame.found(), _said(frame.faces)))
    if frames is None:
        saved = _checked(values, SavedResult, where)
        yield saved.result(), _said(saved.faces)
    else:
        common = _checked(values, Head, where).common()
        yield from ((replace(found, **common), said) for found, said in frames)


def _said(faces: Sequence[SavedFace]) -> Sequence[SavedFace]:
    return faces if any(face.verdict or face.note or face.group for face in faces) else ()


def _checked(values: Any, kind: type[T], where: str) -> T:
    try:
        return checked([values], list[kind])[0]  # type: ignore[valid-type]
    except ValueError as error:
        raise ValueError(where + str(error).removeprefix("[0]")) from error


def _face_to_json(face: Face) -> dict[str, Any]:
    return {name: getattr(face, name) for name in _OF_A_FACE} | {
        "box": list(face.box),
        "size": face.size,
        "track": None if face.track < 0 else face.track,
        "origin": face.origin.name.lower(),
    }
