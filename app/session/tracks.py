"""Tracks of videos in the window: linked during the search, split and joined, shown on every frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter

import numpy as np
from PySide6.QtCore import QObject, Signal

from tinyface_core.project.records import ProjectFace
from tinyface_core.types import FindResult, Frame, Origin

from ..jobs.linking import LeftOut, Linked, link_faces
from ..models.face_commands import FaceCommands
from ..models.face_entry import FaceEntry
from ..models.visible_faces import VisibleFaces
from ..work import Job, LatestJob, Worker

_FEWEST_NEW, _SHARE_NEW = 20, 0.25
"""Faces are linked again once so many frames more were searched, and such a share of those that were linked."""

FrameResults = Mapping[tuple[str, int | None], FindResult]
"""Searches by source and frame number."""


@dataclass(frozen=True, slots=True)
class Life:
    """A track on the time line.

    Attributes:
        first, last: frames from which on and up to which it is shown.
        found: those in which it was found or drawn; in the others it was followed, or is interpolated.
        face: that leads it.
    """

    first: int
    last: int
    found: tuple[int, ...]
    face: FaceEntry


class VideoTracks(QObject):
    """Keeps the faces of videos linked."""

    followed = Signal()
    """Faces of a video lie otherwise in frames that were not searched."""
    failed = Signal(str, str)
    """One sentence for the user, details to copy."""

    def __init__(self, visible: VisibleFaces, commands: FaceCommands, results: FrameResults, parent: QObject) -> None:
        super().__init__(parent)
        self._visible, self._faces, self._commands, self._results = visible, visible.faces, commands, results
        self._worker = Worker(self)
        self._linking = LatestJob(self._worker)
        self._frames: dict[str, int] = {}
        self._linked = ""
        self.left_out: Callable[[str], LeftOut] = lambda _source: lambda _frames, _cancel: []
        """Gives what reads the faces of a video that the window does not have."""

    def follow_search(self, source: str) -> None:
        """One frame more of a video was searched: link its faces, unless that is too soon."""
        frames = self._frames[source] = self._frames.get(source, 0) + 1
        if frames >= _FEWEST_NEW and not self._linking.is_busy:
            self.link(source)

    def link(self, source: str) -> Job[int]:
        """Link the faces of a video as far as it was searched, beside the window."""
        entries, results = tuple(self._faces.entries()), tuple(self._results.values())

        def end(frames: int) -> None:
            self._frames[source] = min(0, _FEWEST_NEW - round(frames * _SHARE_NEW))

        def take(part: dict[int, Linked] | list[ProjectFace]) -> None:
            if isinstance(part, list):
                self._faces.add_found(part)
            else:
                self._faces.link(part)

        self._linked, left_out = source, self.left_out(source)
        job = self._linking.start(lambda cancel, report: link_faces(entries, results, source, left_out, cancel, report))
        job.partial.connect(take)
        return job.then(end, self.failed.emit)

    def forget(self, source: str) -> None:
        """A video is closed: link its faces no more."""
        if source == self._linked:
            self._linking.cancel()

    def stop(self) -> None:
        """End all work."""
        self._linking.cancel()
        self._worker.stop()

    def split(self, key: int, frame: int) -> None:
        """Make a track of its own of what a track is from a frame on."""
        entry = self._faces.entry(key)
        members = [] if entry is None else self._faces.tracks.members(entry)
        after = [member for member in members if (member.index or 0) >= frame]
        if entry is None or not after or len(after) == len(members):
            self.failed.emit(self.tr("A track is split at a frame between its first and its last one: go there."), "")
            return
        number = self._faces.tracks.next_number(entry.source)
        tracks = {member.key: member.face.track for member in members} | {member.key: number for member in after}
        self._commands.set_tracks(tracks, self.tr("Split the track"))

    def join(self, keys: Sequence[int]) -> None:
        """Make one track of several faces and tracks of one video."""
        chosen = [entry for key in keys if (entry := self._faces.entry(key)) is not None and entry.index is not None]
        parts = {self._faces.tracks.lead(entry): self._faces.tracks.members(entry) for entry in chosen}
        if len(parts) < 2 or len({entry.source for entry in chosen}) > 1:
            self.failed.emit(self.tr("Select two or more tracks of one video in the list to join them."), "")
            return
        frames = [{member.index for member in members} for members in parts.values()]
        if any(one & other for one, other in combinations(frames, 2)):
            self.failed.emit(self.tr("These tracks are two people: both are found in the same frame."), "")
            return
        numbers = [entry.face.track for entry in chosen if entry.face.track >= 0]
        number = min(numbers, default=self._faces.tracks.next_number(chosen[0].source))
        name, stack = self.tr("Join tracks"), self._commands.stack
        lead = next((self._faces.lead(entry) for entry in chosen if self._faces.lead(entry).verdict), chosen[0])
        members = [member for part in parts.values() for member in part]
        stack.beginMacro(name)
        self._commands.set_tracks({member.key: number for member in members}, name)
        self._commands.set_verdicts([lead.key], lead.verdict)
        stack.endMacro()

    def faces_at(self, frame: Frame) -> list[FaceEntry]:
        """Faces of the tracks that pass the filter where they lie between two frames; under the key of their lead."""
        if frame.index is None:
            return []
        here = {entry.face.track for entry in self._faces.entries_of(frame.source, frame.index)}
        faces = []
        for lead in self._leads_at(frame.source, frame.index):
            if lead.face.track not in here and (track := self._faces.tracks.track(lead)) is not None:
                face = track.face_at(frame.index)
                if face is not None:
                    said = lead.verdict, lead.note
                    faces.append(FaceEntry(frame.source, face, frame.index, frame.seconds, *said, key=lead.key))
        return faces

    def life(self, key: int) -> Life | None:
        """Where a face's track is on the time line; None of a face without a track."""
        entry = self._faces.entry(key)
        track = None if entry is None else self._faces.tracks.track(entry)
        if entry is None or track is None:
            return None
        found = track.frames[track.origins != Origin.FILLED]
        return Life(track.reach.start, track.reach.stop - 1, tuple(found.tolist()), self._faces.lead(entry))

    def on_time_line(self, source: str) -> tuple[list[int], dict[int, int]]:
        """Frames of a video that have faces which pass the filter, and how many there are in each second.

        Of faces that are not linked yet so many count as are in one frame of the second.
        """
        rows = [entry for entry in self._visible.entries() if entry.source == source and entry.index is not None]
        # Of a long video these are hundreds of thousands, which are asked for at every change.
        frames = np.frombuffer(b"".join(map(self._faces.tracks.frames, rows)), np.int64)
        lives = np.array([(one.summary.first, one.summary.last) for one in rows if one.summary is not None])
        begins, ends = lives.reshape(-1, 2).astype(np.int64).T
        alone = Counter(
            (int(one.seconds), one.index) for one in rows if one.summary is None and one.seconds is not None
        )
        seconds = Counter({second: count for (second, _), count in sorted(alone.items(), key=itemgetter(1))})
        length = int(ends.max(initial=-1)) + 2
        changes = np.bincount(begins, minlength=length) - np.bincount(ends + 1, minlength=length)
        seconds.update(dict(enumerate(np.cumsum(changes).tolist())))
        return np.unique(frames).tolist(), dict(+seconds)

    def _leads_at(self, source: str, frame: int) -> list[FaceEntry]:
        leads = (self._faces.entry(key) for key in self._faces.tracks.leads_at(source, frame))
        return [lead for lead in leads if lead is not None and self._visible.filter.accepts(lead)]
