"""Frames of a video between searched ones, with the faces that were followed through them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from tinyface_core.export.late import ReadLate
from tinyface_core.export.material import ExportPicture
from tinyface_core.project.records import ProjectFace, track_of
from tinyface_core.types import Detections, Origin


class FollowedFrames(ReadLate[ExportPicture]):
    """The frames of one video, also those through which its faces were followed, which are computed on each access."""

    def __init__(self, pictures: Sequence[ExportPicture]) -> None:
        """Find out which frames there are.

        Args:
            pictures: the searched frames, one at least, in order.
        """
        self._pictures = pictures
        self._searched = np.array([picture.result.index or 0 for picture in pictures])
        self._seconds = np.array([picture.result.seconds or 0.0 for picture in pictures])
        members: defaultdict[int, list[ProjectFace]] = defaultdict(list)
        for picture in pictures:
            for entry in picture.entries:
                if entry.face.track >= 0 and entry.face.origin != Origin.FILLED:
                    members[entry.face.track].append(entry)
        self._leads = [faces[0] for faces in members.values()]
        self._tracks = [track_of(faces) for faces in members.values()]
        frames = [frame for faces in members.values() for face in faces for frame in _followed(face)]
        self._frames = np.union1d(self._searched, np.array(frames, np.int64))

    def __len__(self) -> int:
        return len(self._frames)

    def _at(self, place: int) -> ExportPicture:
        number = int(self._frames[place])
        before = max(int(np.searchsorted(self._searched, number, "right")) - 1, 0)
        result = self._pictures[before].result
        if result.index == number:
            return self._pictures[before]
        seconds = self._time_of(number)
        found = ((lead, track.face_at(number)) for lead, track in zip(self._leads, self._tracks, strict=True))
        entries = [
            replace(lead, face=face, index=number, seconds=seconds, moves_before=b"", moves_behind=b"")
            for lead, face in found
            if face is not None
        ]
        entries.sort(key=lambda entry: -entry.face.score)
        faces = Detections.of_faces(entry.face for entry in entries)
        between = replace(result, faces=faces, index=number, seconds=seconds, candidates=0, refined=0, timings={})
        return ExportPicture(replace(between, remarks=(), cut=False), tuple(entries))

    def _time_of(self, number: int) -> float:
        """Seconds of a frame by those of the searched ones, which go on in the same step behind the last of them."""
        last = self._searched[-1]
        if number <= last or last == self._searched[0]:
            return float(np.interp(number, self._searched, self._seconds))
        step = (self._seconds[-1] - self._seconds[0]) / (last - self._searched[0])
        return float(self._seconds[-1] + step * (number - last))


def _followed(face: ProjectFace) -> Iterator[int]:
    """Frames that a face was followed through."""
    here, before, behind = face.index or 0, len(face.moves_before) // 8, len(face.moves_behind) // 8
    yield from range(here - before, here)
    yield from range(here + 1, here + behind)
