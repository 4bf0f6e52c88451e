"""The review of a redacted copy: what was covered, and what a person should check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tinyface_core import __version__
from tinyface_core.boxes import longer_side
from tinyface_core.export.case import number_writer, words
from tinyface_core.export.material import WORDS
from tinyface_core.export.report import data_uri
from tinyface_core.files import replacing, write_json
from tinyface_core.names import shown
from tinyface_core.pages import page_environment
from tinyface_core.project.relink import fingerprint
from tinyface_core.redaction.decisions import Decision
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.types import FindResult, Floats, Origin, RgbImage

MOST_PICTURES = 24
_LARGEST_SIDE = 960
_LONG_GAP = 0.3
"""Seconds without the face from which a filled gap is doubtful."""

_AT_EDGE = 0.5
"""Maximum distance from the edge of the picture, in sides of the face, of a face that enters or leaves there."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in a copy that a person should check.

    Attributes:
        begin, end: seconds in a video; 0 in a photo.
        frame: number of the frame that shows it best; 0 in a photo.
        face: number of the face or track, from 1.
        why: the reason, for use in a sentence.
        weight: importance; higher ones are listed first.
    """

    begin: float
    end: float
    frame: int
    face: int
    why: str
    weight: float


@dataclass(frozen=True, slots=True)
class Review:
    """The content of a report.

    Attributes:
        doubts: the most important first.
        settings: by name, as plain values.
        searched: number of searched frames; faces were followed through the others.
        whole: number of those that were searched as a whole in all copies, not only near faces.
        confirmed_by: who has checked the copy; empty if nobody has.
        remarks: sentences about what could not be preserved.
        pictures: before and after, as returned by `picture`, by frame number.
        language: of the HTML file, one of `export.case.LANGUAGES`.
    """

    source: Path
    target: Path
    decisions: Sequence[Decision]
    doubts: Sequence[Doubt]
    settings: Mapping[str, Any]
    results: Sequence[FindResult]
    searched: int
    whole: int
    confirmed_by: str = ""
    remarks: Sequence[str] = ()
    pictures: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    language: str = "en"


def doubts_of(decisions: Sequence[Decision], results: Sequence[FindResult], step: int = 1) -> list[Doubt]:
    """Doubtful points: low scores, tracks that begin or end in the middle of the picture, long gaps, uncovered faces.

    A gap in the track of a sure face is more important than a face with a low score, which may be none. Of the results,
    in order, one of `step` was searched; in the others faces were followed.
    """
    found = [doubt for one in decisions for doubt in _doubts(one, results, step)]
    return sorted(found, key=lambda doubt: (-doubt.weight, doubt.begin))


def watched_frames(doubts: Sequence[Doubt], results: Sequence[FindResult]) -> list[int]:
    """Frames to show before and after covering: those of the most important doubts, and some spread over the video."""
    frames = list(dict.fromkeys(doubt.frame for doubt in doubts))[:MOST_PICTURES]
    spread = np.linspace(0, len(results) - 1, min(4, len(results))).astype(int)
    return list(dict.fromkeys([*frames, *(results[place].index or 0 for place in spread)]))


def picture(pixels: RgbImage) -> str:
    """A reduced JPEG data URI of pixels RGB uint8 `(H, W, 3)`, so that all pictures of a report fit into memory."""
    return data_uri(pixels, _LARGEST_SIDE)


def write_review(review: Review, target: Path) -> None:
    """Write the report as one HTML file or as JSON, by the suffix of its name.

    Raises:
        OSError: if it cannot be written, or source or copy cannot be read.
    """
    values = _values(review)
    if target.suffix == ".json":
        write_json(target, values)
        return
    environment, say, number = page_environment(), words(review.language), number_writer(review.language)
    environment.filters |= {"t": say, "n": number}
    template = environment.from_string(Path(__file__).with_name("review.html.jinja").read_text("utf-8"))
    stream = template.stream(**values, pictures=_pictures(review), language=review.language)
    with replacing(target) as part, part.open("w", encoding="utf-8", errors="backslashreplace") as file:
        file.writelines(stream)


def _doubts(one: Decision, results: Sequence[FindResult], step: int) -> Iterator[Doubt]:
    track, number = one.track, one.number
    begin, end = float(track.seconds[0]), float(track.seconds[-1])
    best = int(track.scores.argmax())
    score = float(track.scores[best])
    if score < LEAST_SHOWN and not one.verdict:
        yield Doubt(begin, end, int(track.frames[best]), number, f"never sure, best score {score:.2f}", score)
    if not one.covered:
        yield Doubt(begin, end, int(track.frames[best]), number, "left visible", 1)
    if results[0].index is None:
        return
    places = {result.index: place for place, result in enumerate(results)}
    size = results[0].width, results[0].height
    first, last = places.get(int(track.frames[0]), 0), places.get(int(track.frames[-1]), len(results) - 1)
    middle = "in the middle of the picture"
    if first > 0 and not results[first].cut and not _at_edge(track.boxes[0], size):
        why = f"begins at {begin:.1f} s {middle}"
        yield Doubt(begin, begin, int(track.frames[0]), number, why, 0.5 * score)
    broke_off = last < len(results) - 1 and not results[last + 1].cut
    if broke_off and not _at_edge(track.boxes[-1], size):
        yield Doubt(end, end, int(track.frames[-1]), number, f"ends at {end:.1f} s {middle}", 0.6 * score)
    known = np.flatnonzero(track.origins != Origin.FILLED)
    for here, there in pairwise(known.tolist()):
        gap = float(track.seconds[there] - track.seconds[here])
        if there > here + step and gap >= _LONG_GAP:
            between = int(track.frames[(here + there) // 2])
            why = f"not found for {gap:.1f} s"
            yield Doubt(float(track.seconds[here]), float(track.seconds[there]), between, number, why, 0.7 * score)


def _at_edge(box: Floats, size: tuple[int, int]) -> bool:
    near = _AT_EDGE * (box[2:] - box[:2])
    return bool((box[:2] < near).any() or (box[2:] > np.array(size) - near).any())


def _values(review: Review) -> dict[str, Any]:
    first = review.results[0]
    return {
        "program": f"Tiny Face Inspector {__version__}",
        "is_video": first.index is not None,
        "source": _file(review.source),
        "copy": _file(review.target),
        "confirmed_by": review.confirmed_by,
        "settings": dict(review.settings),
        "search": {**asdict(first.settings), "weights": dict(first.weights)},
        "searched_frames": review.searched,
        "whole_frames": review.whole,
        "remarks": list(review.remarks),
        "doubts": [asdict(doubt) for doubt in review.doubts],
        "faces": [_face(one) for one in review.decisions],
    }


def _file(path: Path) -> dict[str, Any]:
    digest, size = fingerprint(path)
    return {"name": shown(path.name), "sha256": digest, "bytes": size}


def _face(one: Decision) -> dict[str, Any]:
    track = one.track
    return {
        "number": one.number,
        "begin": float(track.seconds[0]),
        "end": float(track.seconds[-1]),
        "frames": len(track),
        "filled": int((track.origins == Origin.FILLED).sum()),
        "drawn": int((track.origins == Origin.DRAWN).sum()),
        "size": float(longer_side(track.boxes).max()),
        "best_score": float(track.scores.max()),
        "covered": one.covered,
        "verdict": WORDS[one.verdict],
        "note": one.note,
    }


def _pictures(review: Review) -> Iterator[dict[str, Any]]:
    for frame, pair in review.pictures.items():
        doubts = [doubt for doubt in review.doubts if doubt.frame == frame]
        seconds = next((result.seconds for result in review.results if result.index == frame), None)
        yield {"frame": frame, "seconds": seconds, "doubts": doubts, "before": pair[0], "after": pair[1]}
