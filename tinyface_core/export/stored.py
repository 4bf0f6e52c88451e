"""Reads the faces of a project from its file during an export, one picture at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tinyface_core.export.late import ReadLate
from tinyface_core.export.material import ExportPicture, FaceKey, Statement
from tinyface_core.project.groups import FaceGroups
from tinyface_core.project.listing import FaceCriteria, Listing
from tinyface_core.project.records import ProjectError, by_frame
from tinyface_core.project.rows import frame_of
from tinyface_core.project.store import Project
from tinyface_core.types import LEFT_OUT, Detections

_ALL = -1


@dataclass(frozen=True, slots=True)
class _File:
    """The frames of one picture or video, and the groups of their faces by id."""

    source: str = ""
    pictures: tuple[ExportPicture, ...] = ()
    groups: Mapping[int, int] = field(default_factory=dict)


class StoredPictures(ReadLate[ExportPicture]):
    """Searched frames of a project with the faces that meet criteria, sorted by score."""

    def __init__(
        self, project: Project, criteria: FaceCriteria, frames: NDArray[np.int64], with_empty: bool = True
    ) -> None:
        """Create the sequence; nothing is read yet.

        Args:
            project: to read from.
            criteria: for the faces.
            frames: id and number of frames of each picture, `(P, 2)`: from `searched_frames`, or the first columns of
                `Listing.frames`.
            with_empty: whether to include frames without such faces.
        """
        self._project, self._listing, self._with_empty = project, Listing.of(criteria), with_empty
        self._ids, self._counts = frames.T
        self._ends = self._counts.cumsum()
        self._last = _File()

    def __len__(self) -> int:
        return int(self._ends[-1]) if len(self._ends) else 0

    def _at(self, place: int) -> ExportPicture:
        row = int(np.searchsorted(self._ends, place, "right"))
        pictures = self._of(self._project.source_of(int(self._ids[row]))).pictures
        if len(pictures) != self._counts[row]:  # an IndexError would silently end an iteration
            raise ProjectError(f"{self._project.path.name} was changed while it was read: try again.")
        return pictures[place - int(self._ends[row])]

    def said(self, key: FaceKey) -> Statement | None:
        """The statement on a face; None if it is not in this sequence."""
        file = self._of(key.source)
        place = bisect_left(file.pictures, frame_of(key.frame), key=lambda picture: frame_of(picture.result.index))
        for picture in file.pictures[place : place + 1]:
            if picture.result.index == key.frame and key.face < len(picture.entries):
                entry = picture.entries[key.face]
                return Statement(entry.verdict, entry.note, file.groups.get(entry.id, 0))
        return None

    @property
    def statements(self) -> Mapping[FaceKey, Statement]:
        """The statements by face."""
        return _Statements(self)

    def _of(self, source: str) -> _File:
        if source != self._last.source:
            listed = replace(self._listing, source=source).page(self._project, 0, _ALL)
            faces = by_frame(entry for entry in listed if entry.face.track != LEFT_OUT)
            pictures = []
            for result in self._project.results(source):
                entries = tuple(sorted(faces[result.index], key=lambda entry: -entry.face.score))
                if entries or self._with_empty:
                    found = replace(result, faces=Detections.of_faces(entry.face for entry in entries))
                    pictures.append(ExportPicture(found, entries))
            self._last = _File(source, tuple(pictures), FaceGroups(self._project).numbers(source))
        return self._last


class _Statements(Mapping[FaceKey, Statement]):
    def __init__(self, pictures: StoredPictures) -> None:
        self._pictures = pictures

    def __getitem__(self, key: FaceKey) -> Statement:
        said = self._pictures.said(key)
        if said is None:
            raise KeyError(key)
        return said

    def __iter__(self) -> Iterator[FaceKey]:
        for picture in self._pictures:
            for number in range(len(picture.entries)):
                yield FaceKey(picture.result.source, picture.result.index, number)

    def __len__(self) -> int:
        return sum(len(picture.entries) for picture in self._pictures)
