"""What a search found, as plain JSON values and back (schema: resources/schema/find-result.schema.json)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tinyface_core.files import replacing
from tinyface_core.types import Box, Face, FindResult, UserError

FORMAT = "tinyface-find-results"
SCHEMA_VERSION = 1
"""Raised when a reader of the older form would misread the newer one."""


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
        "settings": dict(result.settings),
        "weights": dict(result.weights),
        "device": result.device,
        "remarks": list(result.remarks),
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
        faces=tuple(_face_from_json(face) for face in values["faces"]),
        candidates=int(values["candidates"]),
        refined=int(values["refined"]),
        timings={str(stage): float(seconds) for stage, seconds in values["timings"].items()},
        settings=dict(values["settings"]),
        weights={str(role): str(name) for role, name in values["weights"].items()},
        device=str(values["device"]),
        remarks=tuple(values["remarks"]),
        index=values["index"],
        seconds=values["seconds"],
    )


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
    """Write plain values as readable UTF-8 JSON, whole or not at all.

    Raises:
        OSError: if it cannot be written.
        ValueError: if a number is not finite, which JSON cannot hold.
    """
    with replacing(path) as part:
        part.write_text(json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False) + "\n", "utf-8")


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
    }


def _face_from_json(values: dict[str, Any]) -> Face:
    return Face(
        box=_box(values["box"]),
        score=float(values["score"]),
        detector_score=float(values["detector_score"]),
        face_probability=values["face_probability"],
        real_probability=values["real_probability"],
        refined=bool(values["refined"]),
    )


def _box(values: Sequence[float]) -> Box:
    x1, y1, x2, y2 = map(float, values)
    return x1, y1, x2, y2
