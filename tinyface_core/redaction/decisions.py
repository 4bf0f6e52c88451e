"""Decides which faces are covered: by number, by verdict, or all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from tinyface_core.boxes import iou_matrix
from tinyface_core.redaction.order import Choice, Which
from tinyface_core.tracks import Track, tracks_of
from tinyface_core.types import NO_TRACK, Box, FindResult, Origin, UserError, Verdict

_SAME_FACE = 0.4
"""Minimum IoU of a statement's box with the box of the track that it refers to."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of the analyst on a face, or a face that the analyst drew.

    Attributes:
        box: xyxy in pixels of the upright picture.
        frame: number in a video, 0 in a photo.
        seconds: time stamp in a video.
        track: number of the track to which the analyst assigned it, or `NO_TRACK`.
    """

    box: Box
    verdict: Verdict = Verdict.UNDECIDED
    frame: int = 0
    seconds: float = 0.0
    note: str = ""
    track: int = NO_TRACK


@dataclass(frozen=True, slots=True, eq=False)
class Decision:
    """A face of a photo, or a track of a video, and whether it is covered.

    Attributes:
        track: for a photo, a track of one frame.
        verdict: of the analyst; undecided if there are different verdicts on one track.
    """

    track: Track
    covered: bool
    verdict: Verdict = Verdict.UNDECIDED
    note: str = ""

    @property
    def number(self) -> int:
        """Number for the user, from 1."""
        return self.track.number + 1


def decide(tracks: Sequence[Track], said: Iterable[Said], choice: Choice) -> list[Decision]:
    """Decide for each track of one photo or video; statements that refer to no track become tracks of their own.

    Raises:
        UserError: if a chosen number does not exist.
    """
    tracks, by_track = list(tracks), defaultdict[int, list[Said]](list)
    alone: defaultdict[int, list[Said]] = defaultdict(list)
    for one, place in _places(list(said), tracks):
        if place is not None:
            by_track[place].append(one)
        elif one.verdict != Verdict.NOT_A_FACE:
            # Statements with the same track number are one new track; each of the others is a track of its own.
            alone[one.track if one.track >= 0 else -1 - len(alone)].append(one)
    highest = max((track.number for track in tracks), default=-1)
    for number, members in enumerate(alone.values(), highest + 1):
        by_track[len(tracks)] = members
        tracks.append(_drawn(members, number))
    known = {track.number + 1 for track in tracks}
    if unknown := choice.numbers - known:
        raise UserError(f"There is no face {min(unknown)}: they are numbered from 1 to {max(known, default=0)}.")
    return [_decision(track, by_track[place], choice) for place, track in enumerate(tracks)]


def subjects(results: Iterable[FindResult]) -> list[Track]:
    """The tracks of a video's results, or the faces of a photo's, each as a track of one frame."""
    return tracks_of(result if result.index is not None else _of_photo(result) for result in results)


def _of_photo(result: FindResult) -> FindResult:
    faces = replace(result.faces, tracks=np.arange(len(result.faces)))
    return replace(result, index=0, seconds=0.0, faces=faces)


def _places(said: Sequence[Said], tracks: Sequence[Track]) -> Iterator[tuple[Said, int | None]]:
    """Each statement with the index of the track whose box in that frame overlaps most, None if none does."""
    begins, ends = (np.array([track.frames[at] for track in tracks], np.int64) for at in (0, -1))
    for frame, members in groupby(sorted(said, key=lambda one: one.frame), key=lambda one: one.frame):
        spoken = list(members)
        there = np.flatnonzero((begins <= frame) & (frame <= ends)).tolist()
        boxes = [face.box for place in there if (face := tracks[place].face_at(frame)) is not None]
        overlaps = iou_matrix(np.reshape([one.box for one in spoken], (-1, 4)), np.reshape(boxes, (-1, 4)))
        for one, row in zip(spoken, overlaps, strict=True):
            yield one, there[int(row.argmax())] if row.max(initial=0) > _SAME_FACE else None


def _drawn(members: Sequence[Said], number: int) -> Track:
    rows = sorted(members, key=lambda one: one.frame)
    count = len(rows)
    return Track(
        "",
        number,
        np.array([one.frame for one in rows]),
        np.array([one.seconds for one in rows]),
        np.array([one.box for one in rows], np.float64),
        np.ones(count),
        np.full(count, Origin.DRAWN.value),
    )


def _decision(track: Track, said: Sequence[Said], choice: Choice) -> Decision:
    verdicts = {one.verdict for one in said} - {Verdict.UNDECIDED}
    # Different verdicts on one track count as undecided.
    verdict = verdicts.pop() if len(verdicts) == 1 else Verdict.UNDECIDED
    chosen = track.number + 1 in choice.numbers or verdict == Verdict.CONFIRMED
    covered = {Which.ALL: True, Which.ALL_BUT: not chosen, Which.ONLY: chosen}[choice.which]
    notes = dict.fromkeys(one.note for one in said if one.note)
    return Decision(track, covered and verdict != Verdict.NOT_A_FACE, verdict, "; ".join(notes))
