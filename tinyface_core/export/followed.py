"""The pictures of one file, of a video with the boxes of its tracks where nothing was found or searched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from tinyface_core.export.lazy import LazySequence
from tinyface_core.export.material import ExportPicture
from tinyface_core.project.records import ProjectFace, frames_with_faces, track_of
from tinyface_core.types import Detections, FindResult, Origin


def file_pictures(results: Iterable[FindResult], faces: Sequence[ProjectFace]) -> Sequence[ExportPicture]:
    """The pictures of one file, each with its faces by falling score.

    A frame of a video in which a face was only drawn is one of them, as is one through which faces were followed.
    Between two boxes of a track searched frames have one, too.

    Args:
        results: of its searched pictures, one at least; their own faces are not looked at.
        faces: those that are to be exported.
    """
    from tinyface_core.linking import filled

    frames = frames_with_faces(results, faces)
    pictures = [picture_of(result, of_frame) for result, of_frame in frames]
    if pictures[0].result.seconds is None:
        return pictures
    leads = {entry.face.track: entry for _, of_frame in frames for entry in of_frame}
    for place, result in enumerate(filled([picture.result for picture in pictures])):
        between = [
            replace(leads[face.track], face=face, index=result.index, seconds=result.seconds)
            for face in result.faces
            if face.origin == Origin.FILLED
        ]
        if between:
            pictures[place] = picture_of(result, [*frames[place][1], *between])
    return FollowedFrames(pictures)


def picture_of(result: FindResult, entries: Iterable[ProjectFace]) -> ExportPicture:
    """A picture with these faces, by falling score."""
    ordered = tuple(sorted(entries, key=lambda entry: -entry.face.score))
    return ExportPicture(replace(result, faces=Detections.of_faces(entry.face for entry in ordered)), ordered)


class FollowedFrames(LazySequence[ExportPicture]):
    """The frames of one video, also those through which its faces were followed, which are computed on each access."""

    def __init__(self, pictures: Sequence[ExportPicture]) -> None:
        """Find out which frames there are; at least one was searched."""
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
        self._reaches = np.array([(track.reach.start, track.reach.stop) for track in self._tracks]).reshape(-1, 2).T
        frames = [frame for faces in members.values() for face in faces for frame in face.reach]
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
        near = np.flatnonzero((self._reaches[0] <= number) & (number < self._reaches[1]))
        entries = [
            replace(self._leads[row], face=face, index=number, seconds=seconds, moves_before=b"", moves_behind=b"")
            for row in near
            if (face := self._tracks[row].face_at(number)) is not None
        ]
        between = replace(result, index=number, seconds=seconds, candidates=0, refined=0, timings={})
        return picture_of(replace(between, remarks=(), cut=False), entries)

    def _time_of(self, number: int) -> float:
        """Seconds of a frame by those of the searched ones, which go on in the same step behind the last of them."""
        last = self._searched[-1]
        if number <= last or last == self._searched[0]:
            return float(np.interp(number, self._searched, self._seconds))
        step = (self._seconds[-1] - self._seconds[0]) / (last - self._searched[0])
        return float(self._seconds[-1] + step * (number - last))
