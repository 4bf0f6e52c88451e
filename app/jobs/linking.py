"""Links the faces of a video into tracks in a worker thread, then searches the gaps of the tracks again."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from pathlib import Path

import numpy as np

from tinyface_core.project.records import ProjectFace, by_frame, frames_with_faces
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.tracks import packed_moves
from tinyface_core.types import (
    NO_TRACK,
    Box,
    CancelToken,
    Detections,
    FindResult,
    KnownFinder,
    Origin,
    Verdict,
    stop_if_asked,
)

from ..models.face_entry import FaceEntry
from ..work import Report

_AT_ONCE = 500
"""Number of faces that the window processes at once."""
_UNSAID = Verdict.UNDECIDED, ""
_FRAMES_AT_ONCE = 1000
"""Number of frames whose faces are read from the project at once."""
_SECONDS_BETWEEN_TOLD = 60

Linked = tuple[int, Verdict, str]
"""The number of a face's track, and the verdict and note of the track; may be empty."""

LeftOut = Callable[[range, CancelToken], list[ProjectFace]]
"""Reads the faces of a video that linking left out in these frames: the window does not have them."""


def link_faces(
    entries: Sequence[FaceEntry],
    results: Sequence[FindResult],
    source: str,
    left_out: LeftOut,
    cancel: CancelToken,
    report: Report,
) -> int:
    """Link the faces of one video, of the results those that are of it; returns how many frames were linked.

    Partial results are `dict[int, Linked]` of faces that are otherwise now, by key, and `list[ProjectFace]` of those
    that were left out (see `LeftOut`) and are in a track now. Tracks of which the analyst said something, or to which
    faces were added by hand, keep the faces that they have.
    """
    # Imported here: linking needs scipy, which takes a moment, and this is not the GUI thread.
    from tinyface_core.linking import tracked

    ours = [entry for entry in entries if entry.source == source and entry.index is not None]
    given = {entry.face.track for entry in ours if entry.face.track >= 0 and _is_said(entry)}
    known = {(entry.index, entry.id) for entry in ours}
    frames = list(_frames(ours, results, source))
    stretches = [frames[first : first + _FRAMES_AT_ONCE] for first in range(0, len(frames), _FRAMES_AT_ONCE)]

    def others(stretch: list[tuple[FindResult, list[FaceEntry]]]) -> defaultdict[int | None, list[ProjectFace]]:
        stop_if_asked(cancel)
        (first, _), (last, _) = stretch[0], stretch[-1]
        read = left_out(range(first.index or 0, (last.index or 0) + 1), cancel)
        return by_frame(face for face in read if (face.index, face.id) not in known)

    bare, ids = [], []
    for stretch in stretches:
        more = others(stretch)
        for result, _ in stretch:
            added = Detections.of_faces(face.face for face in more[result.index])
            faces = _with_tracks(Detections.together([result.faces, added]), given)
            bare.append(replace(result, faces=faces))
            ids.append([face.id for face in more[result.index]])
    tracks: defaultdict[int, list[FaceEntry]] = defaultdict(list)
    taken: dict[tuple[int | None, int], int] = {}
    for result, (_, of_frame), added_ids in zip(tracked(bare, LEAST_SHOWN, cancel), frames, ids, strict=True):
        numbers = iter(result.faces.tracks.tolist())
        for entry, track in zip(of_frame, numbers, strict=False):
            tracks[track].append(entry)
        taken |= {(result.index, id_): track for id_, track in zip(added_ids, numbers, strict=True) if track >= 0}
    verdicts = _verdicts(tracks)
    told = list(_changes(tracks, verdicts))
    report.partials(dict(told[first : first + _AT_ONCE]) for first in range(0, len(told), _AT_ONCE))
    for stretch in stretches if taken else ():
        new = []
        for face in chain.from_iterable(others(stretch).values()):
            if (track := taken.get((face.index, face.id))) is not None:
                verdict, note = verdicts.get(track, _UNSAID)
                new.append(replace(face.with_track(track, settled=False), verdict=verdict, note=note))
        report.partials(new[first : first + _AT_ONCE] for first in range(0, len(new), _AT_ONCE))
    return len(frames)


def look_again(
    entries: Sequence[FaceEntry],
    results: Sequence[FindResult],
    source: str,
    finder: KnownFinder,
    cancel: CancelToken,
    report: Report,
) -> list[ProjectFace]:
    """Look again where the linked tracks of a video must have faces; see `tinyface_core.search.second_pass`."""
    from tinyface_core.linking import filled
    from tinyface_core.search.second_pass import look_again_in

    ours = [one for one in entries if one.source == source and one.face.track >= 0]
    said = {one.face.track: one for one in ours}
    faces = []
    first = filled([result for result, _ in _frames(ours, results, source)])
    for before, after in zip(first, look_again_in(Path(source), first, finder, cancel, report), strict=True):
        known = {face.box for face in before.faces if face.origin != Origin.FILLED}
        for face in after.faces:
            if face.origin == Origin.FOUND and face.box not in known:
                track = said[face.track]
                faces.append(ProjectFace(source, face, after.index, after.seconds, track.verdict, track.note))
    return faces


def follow(
    entries: Sequence[FaceEntry], results: Sequence[FindResult], source: str, cancel: CancelToken, report: Report
) -> None:
    """Follow the linked tracks of a video through the frames that were not searched.

    Told in partial lists of the faces that moved otherwise than it is known of them.
    """
    from tinyface_core.linking import filled
    from tinyface_core.search.following import can_follow, followed_in

    ours = [one for one in entries if one.source == source and one.face.track >= 0]
    searched = filled([result for result, _ in _frames(ours, results, source)])
    tracks: defaultdict[int, list[FaceEntry]] = defaultdict(list)
    for one in sorted(ours, key=lambda one: one.index or 0):
        tracks[one.face.track].append(one)
    begin = _not_followed_from(tracks.values())
    rest = [result for result in searched if (result.index or 0) >= begin]
    whole = followed_in(Path(source), rest, cancel, report, begin) if can_follow(searched) else ()
    here = {(one.index, one.face.track): one for one in ours}
    moves = {one.key: [one.moves_before if one.index == begin else b"", b""] for one in ours}
    last: dict[int, FaceEntry] = {}
    boxes: defaultdict[int, list[Box]] = defaultdict(list)
    final = [] if whole else ours

    def tell() -> None:
        told = [replace(one, moves_before=moves[one.key][0], moves_behind=moves[one.key][1]) for one in final]
        changed = [one for one, before in zip(told, final, strict=True) if one != before]
        report.partials(changed[first : first + _AT_ONCE] for first in range(0, len(changed), _AT_ONCE))
        final.clear()

    def end(track: int) -> None:
        entry = last.pop(track)
        if way := boxes.pop(track):
            moves[entry.key][1] = packed_moves(entry.face.box, [*way, way[-1]])
        final.append(entry)

    index, numbers, told_at = begin - 1, {result.index for result in rest}, time.monotonic()
    for result in whole:
        # A frame between that cannot be decoded has the box of the next one.
        since, index = (result.index or 0) - index, result.index or 0
        for face in result.faces:
            track, entry = face.track, here.get((index, face.track))
            if entry is None:
                boxes[track] += [face.box] * since
                continue
            if before := last.get(track):
                boxes[track] += [face.box] * (since - 1)
                if boxes[track]:
                    moves[before.key][1] = packed_moves(before.face.box, [*boxes[track], face.box])
                final.append(before)
            elif boxes[track] and entry is tracks[track][0]:
                moves[entry.key][0] = packed_moves(face.box, boxes[track][::-1])
            last[track], boxes[track] = entry, []
        if index in numbers:
            for track, entry in list(last.items()):
                if entry is tracks[track][-1] and entry.index != index:
                    end(track)
            if time.monotonic() - told_at > _SECONDS_BETWEEN_TOLD:
                tell()
                told_at = time.monotonic()
    for track in list(last):
        end(track)
    tell()


def _not_followed_from(tracks: Iterable[Sequence[FaceEntry]]) -> int:
    """The frame up to which faces were followed before that was interrupted; 0 if they were not."""
    followed, rest = 0, []
    for before, behind in chain.from_iterable(map(pairwise, tracks)):
        first, second = before.index or 0, behind.index or 0
        if before.moves_behind:
            followed = max(followed, second)
        elif second - first > 1:
            rest.append(first)
    return min([followed, *rest])


def _is_said(entry: FaceEntry) -> bool:
    return bool(entry.settled or entry.verdict or entry.note or entry.found or entry.drawn)


def _frames(
    entries: Sequence[FaceEntry], results: Sequence[FindResult], source: str
) -> Iterator[tuple[FindResult, list[FaceEntry]]]:
    """Each frame that was searched or drawn in, with its faces."""
    frames = frames_with_faces((result for result in results if result.source == source), entries)
    return ((replace(frame, faces=Detections.of_faces(one.face for one in faces)), faces) for frame, faces in frames)


def _with_tracks(faces: Detections, given: set[int]) -> Detections:
    kept = [track if track in given else NO_TRACK for track in faces.tracks.tolist()]
    return replace(faces, tracks=np.array(kept, np.int64))


def _verdicts(tracks: Mapping[int, list[FaceEntry]]) -> dict[int, tuple[Verdict, str]]:
    """What the analyst said of tracks, by number; other tracks are not in it."""
    verdicts = {}
    for track, faces in tracks.items():
        said = next((face for face in faces if face.verdict or face.note), None)
        if track >= 0 and said is not None:
            verdicts[track] = said.verdict, said.note
    return verdicts


def _changes(
    tracks: Mapping[int, list[FaceEntry]], verdicts: Mapping[int, tuple[Verdict, str]]
) -> Iterator[tuple[int, Linked]]:
    for track, faces in tracks.items():
        said = verdicts.get(track)
        for face in faces:
            is_alone = track < 0 and _is_said(face)
            unsaid = said is not None and (face.verdict, face.note) != said
            if not is_alone and (face.face.track != track or unsaid):
                yield face.key, (track, *(said or _UNSAID))
