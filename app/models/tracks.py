"""Tracks in the list of faces: one row represents all faces of a track."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field, replace

from tinyface_core.project.records import track_of
from tinyface_core.tracks import Track

from .face_entry import FaceEntry, TrackSummary

TrackKey = tuple[str, int]
"""Path of a video and number of a track in it."""


@dataclass(slots=True, eq=False)
class _Members:
    """The faces of a track by key; the first one leads, its row is in the list."""

    faces: dict[int, FaceEntry] = field(default_factory=dict)
    frames: array[int] = field(default_factory=lambda: array("q"))
    """Of the faces, in no order."""
    summary: TrackSummary | None = None
    track: Track | None = None
    told: int = -1
    """The lead that has the summary."""
    reach: range = range(0)
    """Outside of these frames it has never been: what is asked about a frame need not look at it."""

    @property
    def lead(self) -> int:
        return next(iter(self.faces), -1)


class TrackTable:
    """The tracks of the faces in the list, updated as faces are added, changed and removed."""

    def __init__(self) -> None:
        self._tracks: dict[TrackKey, _Members] = {}
        self._changed: dict[TrackKey, None] = {}

    def note(self, before: FaceEntry | None, after: FaceEntry | None) -> None:
        """Note that a face was added, changed or removed."""
        # What is said of tracks refers to faces, which must not refer to what was said before, and so on for ever.
        if after is not None and after.summary is not None:
            after = replace(after, summary=None)
        old, new = key_of(before), key_of(after)
        if before is not None and old is not None and old != new:
            members = self._tracks[old]
            del members.faces[before.key]
            members.frames.remove(before.index or 0)
            members.summary = members.track = None
            self._changed[old] = None
        if after is not None and new is not None:
            members = self._tracks.setdefault(new, _Members())
            if before is not None and old == new:
                if before.face is not after.face:
                    members.summary = members.track = None
                    self._changed[new] = None
                elif before.moves_behind != after.moves_behind or before.moves_before != after.moves_before:
                    members.track = None
            else:
                members.track = None
                members.frames.append(after.index or 0)
                members.summary = members.summary and members.summary.with_face(after)
                self._changed[new] = None
            members.faces[after.key] = after
            members.reach = _together(members.reach, after.reach)

    def take_changes(self) -> dict[int, TrackSummary | None]:
        """Summaries of changed tracks by their leading faces; None for a face that no longer leads."""
        summaries: dict[int, TrackSummary | None] = {}
        changed, self._changed = self._changed, {}
        for key in changed:
            summaries.setdefault(self._tracks[key].told, None)
        for key in changed:
            members = self._tracks[key]
            if members.faces:
                members.summary = members.summary or TrackSummary.of(members.faces.values())
                members.told = members.lead
                summaries[members.lead] = members.summary
            else:
                del self._tracks[key]
        return summaries

    def lead(self, entry: FaceEntry) -> int:
        """Key of the face whose row represents a face: the first of its track, or itself."""
        key = key_of(entry)
        members = None if key is None else self._tracks.get(key)
        return entry.key if members is None or not members.faces else members.lead

    def lead_of(self, track: TrackKey) -> int | None:
        """Key of the leading face of a track; None if the track no longer exists."""
        members = self._tracks.get(track)
        return members.lead if members is not None and members.faces else None

    def members(self, entry: FaceEntry) -> list[FaceEntry]:
        """All faces of a face's track, or only itself."""
        key = key_of(entry)
        return [entry] if key is None or key not in self._tracks else list(self._tracks[key].faces.values())

    def frames(self, entry: FaceEntry) -> array[int]:
        """Frames of all faces of a face's track, or its own, in 64 bits each; in no order."""
        key = key_of(entry)
        return array("q", [entry.index or 0]) if key is None or key not in self._tracks else self._tracks[key].frames

    def track(self, entry: FaceEntry) -> Track | None:
        """The track of a face with its boxes by frame."""
        key = key_of(entry)
        if key is None or key not in self._tracks:
            return None
        members = self._tracks[key]
        if members.track is None:
            members.track = track_of(sorted(members.faces.values(), key=lambda face: face.index or 0))
        return members.track

    def leads_at(self, source: str, frame: int) -> list[int]:
        """Keys of the leading faces of the tracks of a video that may be visible in a frame."""
        near = (members for (of, _), members in self._tracks.items() if frame in members.reach and of == source)
        return [members.lead for members in near if members.faces]

    def next_number(self, source: str) -> int:
        """An unused track number of a video."""
        return max((number for of, number in self._tracks if of == source), default=-1) + 1


def _together(one: range, other: range) -> range:
    """The range from one to the other."""
    return range(min(one.start, other.start), max(one.stop, other.stop)) if one else other


def key_of(entry: FaceEntry | None) -> TrackKey | None:
    """The track of a face; None if it has none."""
    return None if entry is None or entry.face.track < 0 else (entry.source, entry.face.track)
