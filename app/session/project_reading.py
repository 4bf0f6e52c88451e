"""Reads a project for the window, part by part: its pictures, then their searches and faces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tinyface_core.project.listing import FaceCriteria, Listing
from tinyface_core.project.records import ProjectCounts, ProjectFace, ProjectPicture
from tinyface_core.project.scanned import ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.search.journal import changed
from tinyface_core.types import FindResult

from ..models.pictures import Picture, State
from ..work import Report
from .excerpt import Loaded

_FACES_AT_ONCE = 400
_RESULTS_AT_ONCE = 200
_FRAMES_AT_ONCE = 1000
_NO_END = 2**62


def listed_pictures(
    pictures: Sequence[ProjectPicture], missing: str = "", failed: Mapping[str, str] | None = None
) -> list[Picture]:
    """Pictures of a project for the list of the window.

    `missing` returns a reason for missing files; `failed` has the reasons of failed searches by source.
    """
    reasons = {p.source: missing if p.missing else (failed or {}).get(p.source, "") for p in pictures}
    reasons |= {p.source: changed(p.path) for p in pictures if p.changed}
    return [
        Picture(
            p.source,
            p.is_video,
            State.FAILED if reasons[p.source] else State.DONE if p.searched else State.IDLE,
            p.faces,
            reasons[p.source],
            p.reviewed,
            p.has_pages,
            p.turn,
            p.remaining,
            p.changed,
        )
        for p in pictures
    ]


@dataclass(frozen=True, slots=True)
class ProjectRead:
    """Result of reading a project.

    Attributes:
        version: version of its data before reading.
        counts: numbers of faces, if the project is too large for the window.
    """

    version: int
    missing: int
    changed: int
    counts: ProjectCounts | None


def load_project(project: Project, missing: str, shown: FaceCriteria | None, report: Report) -> ProjectRead:
    """Report the pictures of a project in parts, then their results and faces.

    `missing` returns a reason for a missing file; `shown` filters the counted faces, None of a project that is too
    large for the window; `report` ends the reading if the job is cancelled.
    """
    version = project.version()
    sources: list[str] = []
    lost, replaced, failed = 0, 0, {file.path: file.reason for file in ScannedFiles(project).failed()}
    counts = {} if shown is None else _counts(project, shown)
    for page in project.picture_pages():
        if shown is not None:
            page = [
                replace(picture, faces=counts.get(project.id_of(picture.source), 0)) if picture.searched else picture
                for picture in page
            ]
        lost += sum(picture.missing for picture in page)
        replaced += sum(picture.changed for picture in page)
        report.partials([listed_pictures(page, missing, failed)])
        if shown is not None:
            sources += [picture.source for picture in page]
    if shown is None:
        return ProjectRead(version, lost, replaced, project.counts())
    faces: list[ProjectFace] = []
    results: list[FindResult] = []
    for number, source in enumerate(sources):
        report("open", number, len(sources))
        searched = project.results(source)
        results += searched
        for frames in _stretches(searched):
            faces += project.faces(source, left_out=False, frames=frames)
            # A video may have more faces than the window takes in at once.
            whole = len(faces) // _FACES_AT_ONCE * _FACES_AT_ONCE
            report.partials(Loaded([], faces[at : at + _FACES_AT_ONCE]) for at in range(0, whole, _FACES_AT_ONCE))
            del faces[:whole]
        if len(results) >= _FACES_AT_ONCE or number == len(sources) - 1 or number == 0:
            report.partials([Loaded([], faces)])
            parts = (results[at : at + _RESULTS_AT_ONCE] for at in range(0, len(results), _RESULTS_AT_ONCE))
            report.partials(Loaded(part, []) for part in parts)
            faces, results = [], []
    return ProjectRead(version, lost, replaced, None)


def _stretches(searched: Sequence[FindResult]) -> Iterator[range | None]:
    """Parts of a video that together are all of it, each with so many searched frames; None for a photo."""
    begins = [result.index for result in searched[::_FRAMES_AT_ONCE] if result.index is not None]
    if not begins:
        yield None
    for begin, end in pairwise([0, *begins[1:], _NO_END] if begins else []):
        yield range(begin, end)


def _counts(project: Project, shown: FaceCriteria) -> dict[int | None, int]:
    """Number of shown faces of each picture by its id in the project; of videos those in searched frames."""
    frames = Listing.of(replace(shown, source=None)).frames(project)
    return {picture: faces for picture, _frames, faces in frames.tolist()}
