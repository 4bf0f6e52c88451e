"""The faces of a project that is too large for the window, read from its file while they are exported."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import overload

import numpy as np

from tinyface_core.export.material import FaceKey, Statement
from tinyface_core.project.listing import FaceCriteria, Listing, searched_frames
from tinyface_core.project.records import by_frame
from tinyface_core.project.rows import frame_of
from tinyface_core.project.store import Project
from tinyface_core.types import LEFT_OUT, Detections

from .autosaving import OpenFile
from .exporting import ExportPicture, ExportRequest

_ALL = -1


@dataclass(frozen=True, slots=True)
class ProjectChoice:
    """Which faces of a project to write; see `FaceChoice`, which has those of the window.

    Attributes:
        file: of the project.
        criteria: what a face must be.
        searched: how many pictures there are.
    """

    file: OpenFile
    criteria: FaceCriteria
    searched: int

    def fill(self, request: ExportRequest) -> ExportRequest:
        """With the searched pictures, and of videos the searched frames, and the chosen faces in them, best first."""
        pictures = StoredPictures(self.file(), self.criteria, request.groups)
        return replace(request, pictures=pictures, statements=pictures.statements)

    def count(self) -> int:
        """How many faces are written."""
        return Listing.of(self.criteria).count(self.file())


class StoredPictures(Sequence[ExportPicture]):
    """The searched frames of a project with the faces that are chosen; no more than one picture's are in memory."""

    def __init__(self, project: Project, criteria: FaceCriteria, groups: Mapping[int, int] | None = None) -> None:
        """`groups`: of faces that look alike, by id."""
        self._project, self._criteria = project, criteria
        self.groups = groups or {}
        self._ids, frames = searched_frames(project, criteria.source).T
        self._ends = frames.cumsum()
        self._last: tuple[str, list[ExportPicture]] = "", []

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    @overload
    def __getitem__(self, place: int) -> ExportPicture: ...
    @overload
    def __getitem__(self, place: slice) -> list[ExportPicture]: ...
    def __getitem__(self, place: int | slice) -> ExportPicture | list[ExportPicture]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        number = range(len(self))[place]
        row = int(np.searchsorted(self._ends, number, "right"))
        return self.of(self._project.source_of(int(self._ids[row])))[number - int(self._ends[row])]

    def of(self, source: str) -> list[ExportPicture]:
        """The frames of one picture or video."""
        if source != self._last[0]:
            listed = replace(Listing.of(self._criteria), source=source).page(self._project, 0, _ALL)
            faces = by_frame(entry for entry in listed if entry.face.track != LEFT_OUT)
            pictures = []
            for result in self._project.results(source):
                entries = tuple(sorted(faces[result.index], key=lambda entry: -entry.face.score))
                found = replace(result, faces=Detections.of_faces(entry.face for entry in entries))
                pictures.append(ExportPicture(found, entries))
            self._last = source, pictures
        return self._last[1]

    @property
    def statements(self) -> Mapping[FaceKey, Statement]:
        """What was said of them."""
        return _Statements(self)


class _Statements(Mapping[FaceKey, Statement]):
    def __init__(self, pictures: StoredPictures) -> None:
        self._pictures = pictures

    def __getitem__(self, key: FaceKey) -> Statement:
        pictures = self._pictures.of(key.source)  # a video may have many thousand, by their frames
        place = bisect_left(pictures, frame_of(key.frame), key=lambda picture: frame_of(picture.result.index))
        for picture in pictures[place : place + 1]:
            if picture.result.index == key.frame and key.face < len(picture.entries):
                entry = picture.entries[key.face]
                return Statement(entry.verdict, entry.note, self._pictures.groups.get(entry.id, 0))
        raise KeyError(key)

    def __iter__(self) -> Iterator[FaceKey]:
        for picture in self._pictures:
            for number in range(len(picture.entries)):
                yield FaceKey(picture.result.source, picture.result.index, number)

    def __len__(self) -> int:
        return sum(len(picture.entries) for picture in self._pictures)
