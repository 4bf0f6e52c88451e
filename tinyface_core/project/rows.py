"""Converts faces and searches to rows of a project's tables and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from tinyface_core.checked import Number, checked_json
from tinyface_core.project.records import ProjectFace
from tinyface_core.project.schema import SENSIBLE
from tinyface_core.results import settings_from_json
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Detections, Face, FindResult, Origin, Verdict

_NO_FRAME = -1
_STORED_COLUMNS = (
    "id, frame, seconds, x1, y1, x2, y2, score, detector_score, face_probability, real_probability, "
    "refined, drawn, verdict, note, found_x1, found_y1, found_x2, found_y2, track, settled, sharpness, "
    "moves_before, moves_behind"
)
FACE_COLUMNS = f"{_STORED_COLUMNS}, {SENSIBLE['faces']}"
"""The columns that `Project.face_of` needs."""
PUT_FACE = (
    f"INSERT OR REPLACE INTO faces (picture, {_STORED_COLUMNS}, size) "
    f"VALUES ({', '.join('?' * (2 + len(_STORED_COLUMNS.split(','))))})"
)
"""Takes a `face_row`."""
PUT_MOVES = "UPDATE faces SET moves_before = ?, moves_behind = ? WHERE picture = ? AND frame = ? AND id = ?"
RUN_COLUMNS = (
    "frame, seconds, runs.width, runs.height, candidates, refined, device, weights, settings, timings, remarks, cut, "
    "every, turn, "
    f"{SENSIBLE['runs']}"
)
"""The columns that `result_of` needs; `turn` is a column of the picture."""
PUT_RUN = f"INSERT OR REPLACE INTO runs VALUES ({', '.join('?' * 14)})"
"""Takes a `run_row`."""


def frame_of(index: int | None) -> int:
    """The frame number in the tables, -1 for a photo."""
    return _NO_FRAME if index is None else index


def index_of(frame: int) -> int | None:
    """The inverse of `frame_of`; None for a photo."""
    return None if frame == _NO_FRAME else frame


def face_row(picture: int, face: ProjectFace) -> tuple[Any, ...]:
    """The row of a face for `PUT_FACE`; `picture` is the id of its picture."""
    said = face.face
    return (
        picture,
        face.id,
        frame_of(face.index),
        face.seconds,
        *said.box,
        said.score,
        said.detector_score,
        said.face_probability,
        said.real_probability,
        said.refined,
        face.drawn,
        str(face.verdict),
        face.note.encode("utf-8", "replace").decode("utf-8"),  # a text field may return lone surrogates
        *(face.found or (None,) * 4),
        said.track,
        face.settled,
        face.sharpness,
        face.moves_before,
        face.moves_behind,
        said.size,
    )


def face_of(source: str, row: Sequence[Any]) -> ProjectFace:
    """A face from its `FACE_COLUMNS` except the last, which says whether they are valid."""
    id_, frame, seconds, x1, y1, x2, y2, score, detector, probability, real, refined, drawn, verdict, note, *more = row
    *found, track, settled, sharpness, moves_before, moves_behind = more
    changed = None if None in found else (found[0], found[1], found[2], found[3])
    origin = Origin.DRAWN if drawn or changed else Origin.FOUND
    face = Face((x1, y1, x2, y2), score, detector, probability, real, bool(refined), track=track, origin=origin)
    said = Verdict(verdict), note, bool(drawn), id_, changed, bool(settled), sharpness, moves_before, moves_behind
    return ProjectFace(source, face, index_of(frame), seconds, *said)


def run_row(picture: int, result: FindResult) -> tuple[Any, ...]:
    """The row of a search for `PUT_RUN`, without its faces; `picture` is the id of its picture."""
    return (
        picture,
        frame_of(result.index),
        result.seconds,
        result.width,
        result.height,
        result.candidates,
        result.refined,
        result.settings.device,
        *map(json.dumps, (result.weights, asdict(result.settings), result.timings, result.remarks)),
        result.cut,
        result.every,
    )


@lru_cache(64)
def _settings(device: str, text: str) -> SearchSettings:
    """Frames of a video share them: a long one has tens of thousands."""
    return settings_from_json({"device": device} | checked_json(text, dict[str, Any]))


def result_of(source: str, row: Sequence[Any]) -> FindResult:
    """A search from its `RUN_COLUMNS`, without faces.

    Raises:
        ValueError: if they are invalid.
    """
    frame, seconds, width, height, candidates, refined, device, *texts, cut, every, turn, sensible = row
    weights, settings, timings, remarks = texts
    if not sensible:
        raise ValueError(f"a picture of {width} x {height} pixels")
    return FindResult(
        source,
        width,
        height,
        Detections.of([], []),
        candidates,
        refined,
        checked_json(timings, dict[str, Number]),
        _settings(device, settings),
        checked_json(weights, dict[str, str]),
        checked_json(remarks, tuple[str, ...]),
        index_of(frame),
        seconds,
        cut=bool(cut),
        turn=turn,
        every=every,
    )
