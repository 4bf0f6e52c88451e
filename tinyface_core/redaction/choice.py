"""Whose faces are covered: by number, by verdict, or all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tinyface_core.boxes import iou_matrix
from tinyface_core.redaction.order import Choice, Which
from tinyface_core.tracks import Track, tracks_of
from tinyface_core.types import Box, FindResult, Origin, UserError, Verdict

_SAME_FACE = 0.4
"""Overlap from which a statement is one on the face of a track."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the analyst said of a face, or drew.

    Attributes:
        box: xyxy in pixels of the upright picture.
        verdict: of the analyst.
        frame: number in a video, 0 in a photo.
        seconds: time stamp in a video.
        note: of the analyst.
    """

    box: Box
    verdict: Verdict = Verdict.UNDECIDED
    frame: int = 0
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A face of a photo, or a track of a video, and whether it is covered.

    Attributes:
        track: of a photo in a single frame.
        covered: whether it is.
        verdict: what the analyst said of it; undecided where that does not agree.
        note: of the analyst.
    """

    track: Track
    covered: bool
    verdict: Verdict = Verdict.UNDECIDED
    note: str = ""

    @property
    def number(self) -> int:
        """As people count, from 1."""
        return self.track.number + 1


def decide(tracks: Sequence[Track], said: Iterable[Said], choice: Choice) -> list[Decision]:
    """Decide for each track; what was said or drawn where no track is becomes one of its own.

    Args:
        tracks: of one photo or video.
        said: about faces in it.
        choice: whose faces are covered.

    Raises:
        UserError: if a chosen number does not exist.
    """
    by_track: dict[int, list[Said]] = {}
    tracks = list(tracks)
    for one in said:
        place = _place_of(one, tracks)
        if place is None:
            if one.verdict == Verdict.NOT_A_FACE:
                continue
            place = len(tracks)
            number = max((track.number for track in tracks), default=-1) + 1
            tracks.append(_drawn(one, tracks[0].source if tracks else "", number))
        by_track.setdefault(place, []).append(one)
    known = {track.number + 1 for track in tracks}
    if unknown := choice.numbers - known:
        raise UserError(f"There is no face {min(unknown)}: they are numbered from 1 to {max(known, default=0)}.")
    return [_decision(track, by_track.get(place, []), choice) for place, track in enumerate(tracks)]


def subjects(results: Sequence[FindResult]) -> list[Track]:
    """The tracks of a video's results, or the faces of a photo's, each as a track of one frame."""
    if results and results[0].index is not None:
        return tracks_of(results)
    return tracks_of(
        replace(result, index=0, seconds=0.0, faces=replace(result.faces, tracks=np.arange(len(result.faces))))
        for result in results
    )


def _place_of(one: Said, tracks: Sequence[Track]) -> int | None:
    """The place of the track whose box at that moment overlaps most with what was spoken of."""
    best, place_of_best = _SAME_FACE, None
    for place, track in enumerate(tracks):
        if not track.frames[0] <= one.frame <= track.frames[-1]:
            continue
        box = [np.interp(one.frame, track.frames, track.boxes[:, edge]) for edge in range(4)]
        overlap = float(iou_matrix(np.array([box]), np.array([one.box]))[0, 0])
        if overlap > best:
            best, place_of_best = overlap, place
    return place_of_best


def _drawn(one: Said, source: str, number: int) -> Track:
    return Track(
        source,
        number,
        np.array([one.frame]),
        np.array([one.seconds]),
        np.array([one.box], np.float64),
        np.ones(1),
        np.array([Origin.DRAWN.value]),
    )


def _decision(track: Track, said: Sequence[Said], choice: Choice) -> Decision:
    verdicts = {one.verdict for one in said} - {Verdict.UNDECIDED}
    # Where verdicts on one track differ, nobody knows: then it counts as undecided.
    verdict = verdicts.pop() if len(verdicts) == 1 else Verdict.UNDECIDED
    chosen = track.number + 1 in choice.numbers or verdict == Verdict.CONFIRMED
    covered = {Which.ALL: True, Which.ALL_BUT: not chosen, Which.ONLY: chosen}[choice.which]
    notes = dict.fromkeys(one.note for one in said if one.note)
    return Decision(track, covered and verdict != Verdict.NOT_A_FACE, verdict, "; ".join(notes))
