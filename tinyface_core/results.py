"""What a search found, as plain JSON values and back (schema: resources/schema/find-result.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from tinyface_core.files import replacing
from tinyface_core.types import Box, Detections, Effort, Face, FindResult, SearchSettings, UserError

FORMAT = "tinyface-find-results"
SCHEMA_VERSION = 2
"""Raised when a reader of the older form would misread the newer one."""


_FORMER_NAMES = {"refine": "second_stage", "refine_budget": "budget"}


class ResultFileError(UserError):
    """A file that does not hold results; the message is one sentence for the user."""


def result_to_json(result: FindResult) -> dict[str, Any]:
    """One result as plain values; `result_from_json` gives an equal one back.

    Boxes are `[x1, y1, x2, y2]` in pixels of the frame.
    """
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
    }


def result_from_json(values: dict[str, Any]) -> FindResult:
    """The result that `result_to_json` was given; unknown fields are passed over.

    Raises:
        KeyError, TypeError, ValueError: if a field is missing or of another kind.
    """
    return FindResult(
        source=str(values["source"]),
        width=int(values["width"]),
        height=int(values["height"]),
        faces=Detections.of_faces(map(_face_from_json, values["faces"])),
        candidates=int(values["candidates"]),
        refined=int(values["refined"]),
        timings={str(stage): float(seconds) for stage, seconds in values["timings"].items()},
        settings=settings_from_json({"device": values.get("device", "auto")} | values["settings"]),
        weights={str(role): str(name) for role, name in values["weights"].items()},
        remarks=tuple(values["remarks"]),
        index=values["index"],
        seconds=values["seconds"],
        min_score=float(values.get("min_score", 0)),
        min_size=float(values.get("min_size", 0)),
    )


def settings_from_json(values: dict[str, Any]) -> SearchSettings:
    """The settings whose fields these are; what older programs called otherwise is understood, the rest passed over.

    Raises:
        ValueError: if there is no such effort.
    """
    known = {field.name for field in fields(SearchSettings)}
    named = {_FORMER_NAMES.get(name, name): value for name, value in values.items()}
    given = {name: value for name, value in named.items() if name in known}
    return SearchSettings(**given | {"effort": Effort(given.get("effort", Effort.BALANCED))})


def document(results: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Results of `result_to_json` inside the envelope that files have."""
    return {"format": FORMAT, "version": SCHEMA_VERSION, "results": list(results)}


def write_results(path: Path, results: Sequence[FindResult]) -> None:
    """Write results as one JSON file, whole or not at all.

    Raises:
        OSError: if it cannot be written.
    """
    write_document(path, document(map(result_to_json, results)))


def write_document(path: Path, values: dict[str, Any]) -> None:
    """Write plain values as readable UTF-8 JSON, whole or not at all; undecodable names as JSON's own escapes.

    Raises:
        OSError: if it cannot be written.
        ValueError: if a number is not finite, which JSON cannot hold.
    """
    with replacing(path) as part:
        text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        part.write_text(text, "utf-8", errors="backslashreplace")  # a lone surrogate becomes \udce9, as JSON writes it


def read_results(path: Path) -> list[FindResult]:
    """Read a file of `write_results`.

    Raises:
        ResultFileError: if it is missing, not such a file, or of a newer version.
    """
    return [result_from_json(result) for result in read_document(path)]


def read_document(path: Path) -> list[dict[str, Any]]:
    """The results in a file of `write_results` as plain values, which `result_from_json` is sure to take.

    Raises:
        ResultFileError: as `read_results`.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
        if values["format"] != FORMAT:
            raise ResultFileError(f"{path.name} holds no results of a search: choose another file.")
        if values["version"] > SCHEMA_VERSION:
            raise ResultFileError(f"{path.name} was written by a newer version of the program: update this one.")
        results: list[dict[str, Any]] = list(values["results"])
        for result in results:
            result_from_json(result)
        return results
    except OSError as error:
        raise ResultFileError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ResultFileError(f"{path.name} holds no results of a search: choose another file.") from error


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
    }


def _face_from_json(values: dict[str, Any]) -> Face:
    return Face(
        box=_box(values["box"]),
        score=float(values["score"]),
        detector_score=float(values["detector_score"]),
        face_probability=values["face_probability"],
        real_probability=values["real_probability"],
        refined=bool(values["refined"]),
        stride=int(values.get("stride", 0)),
        track=-1 if values.get("track") is None else int(values["track"]),
    )


def _box(values: Sequence[float]) -> Box:
    x1, y1, x2, y2 = map(float, values)
    return x1, y1, x2, y2
