"""Reads the faces of a project from its file during an export, one picture at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from tinyface_core.export.followed import file_pictures, picture_of
from tinyface_core.export.lazy import LazySequence
from tinyface_core.export.material import ExportPicture, FaceKey, Statement
from tinyface_core.project.groups import FaceGroups
from tinyface_core.project.listing import FaceCriteria, Listing, in_frames
from tinyface_core.project.records import ProjectError, by_frame
from tinyface_core.project.rows import frame_of
from tinyface_core.project.store import Project
from tinyface_core.types import LEFT_OUT, CancelToken, stop_if_asked

_ALL = -1


@dataclass(frozen=True, slots=True)
class _File:
    """The frames of one picture or video, and the groups of their faces by id."""

    source: str = ""
    pictures: Sequence[ExportPicture] = ()
    groups: Mapping[int, int] = field(default_factory=dict)


class StoredPictures(LazySequence[ExportPicture]):
    """Pictures of a project with the faces that meet criteria, sorted by score."""

    def __init__(
        self,
        project: Project,
        criteria: FaceCriteria,
        frames: NDArray[np.int64],
        only_faces: bool = False,
        cancel: CancelToken | None = None,
    ) -> None:
        """Create the sequence; of files with frames or pages the faces are read once, to know how many pictures it has.

        Args:
            project: to read from.
            criteria: for the faces.
            frames: id and number of searched frames of each picture, `(P, 2)`: from `searched_frames`, or the first
                columns of `Listing.frames` if only those with such faces are wanted.
            only_faces: whether only searched frames with such faces are in it, and these faces alone; else all searched
                frames and what else `file_pictures` gives.
            cancel: asked between two files.
        """
        self._project, self._listing, self._only_faces = project, Listing.of(criteria), only_faces
        self._ids, self._counts = frames.T
        self._last = _File()
        if not only_faces:
            self._counts = self._counts.copy()
            for row in np.flatnonzero(np.isin(self._ids, in_frames(project))).tolist():
                stop_if_asked(cancel)
                self._counts[row] = len(self._of(project.source_of(int(self._ids[row]))).pictures)
        self._ends = self._counts.cumsum()

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
            faces = [entry for entry in listed if entry.face.track != LEFT_OUT]
            results = self._project.results(source)
            if self._only_faces:
                entries = by_frame(faces)
                found = [(result, entries[result.index]) for result in results if entries[result.index]]
                pictures: Sequence[ExportPicture] = [picture_of(*one) for one in found]
            else:
                pictures = file_pictures(results, faces)
            self._last = _File(source, pictures, FaceGroups(self._project).numbers(source))
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
