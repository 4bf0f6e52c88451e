"""Exports the faces of a project that is too large for the window, directly from its file."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tinyface_core.export.stored import StoredPictures
from tinyface_core.project.listing import FaceCriteria, Listing, searched_frames
from tinyface_core.types import CancelToken

from .autosaving import OpenFile
from .exporting import ExportRequest


@dataclass(frozen=True, slots=True)
class ProjectChoice:
    """The faces of a project to write; `FaceChoice` is the same for the window."""

    file: OpenFile
    criteria: FaceCriteria
    searched: int

    def fill(self, request: ExportRequest, cancel: CancelToken | None = None) -> ExportRequest:
        """The request with the searched pictures and the chosen faces in them, best first."""
        file = self.file()
        pictures = StoredPictures(file, self.criteria, searched_frames(file, self.criteria.source), cancel=cancel)
        return replace(request, pictures=pictures, statements=pictures.statements, faces=self.count())

    def count(self) -> int:
        """Number of faces that are written."""
        return Listing.of(self.criteria).count(self.file())
