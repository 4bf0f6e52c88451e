"""Verdicts and notes for a redaction, from a project or a results file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from tinyface_core.export.json_file import read
from tinyface_core.export.material import Material
from tinyface_core.media.sources import read_frame
from tinyface_core.media.turning import as_in_file
from tinyface_core.project.records import ProjectFace
from tinyface_core.project.store import Project
from tinyface_core.project.turning import turn_of, turned_face
from tinyface_core.redaction.decisions import Said
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.types import LEFT_OUT, FindResult, Origin, Verdict

Statements = Callable[[Path], list[Said]]
"""Returns the statements on the faces of a photo or video."""


def read_statements(file: Path) -> Statements:
    """The statements in a project (`.tinyface`) or a results file (JSON).

    Raises:
        UserError: if it is neither, or damaged.
    """
    if file.suffix.lower() == ".tinyface":
        with Project.open(file) as project:
            found = {Path(picture.source).resolve(): picture.source for picture in project.pictures()}

        def of_project(path: Path) -> list[Said]:
            source = found.get(path.resolve())
            if source is None:
                return []
            with Project.open(file) as project:
                return said_of(_as_in_file(project, source))

        return of_project
    return statements_in(read([file]))


def statements_in(material: Material) -> Statements:
    """The statements in a results file that was read by `tinyface_core.export.json_file.read`."""
    files = by_file(material.results)
    return lambda path: _said_in(material, files.get(path.resolve(), []))


def said_of(faces: Iterable[ProjectFace]) -> list[Said]:
    """The statements on faces of one photo or video of a project: those with a verdict or note, drawn, or shown."""
    return [
        Said(face.face.box, face.verdict, face.index or 0, face.seconds or 0.0, face.note, face.face.track)
        for face in faces
        if face.verdict or face.note or face.drawn or (face.face.score >= LEAST_SHOWN and face.face.track != LEFT_OUT)
    ]


def _as_in_file(project: Project, source: str) -> list[ProjectFace]:
    """Faces with boxes in the original orientation of the file."""
    turn, faces = turn_of(project, source), project.faces(source)
    if not turn or not faces:
        return faces
    frame = read_frame(Path(source), faces[0].index, turn)
    return [turned_face(face, frame.width, frame.height, -turn) for face in faces]


def by_file(results: Iterable[FindResult]) -> dict[Path, list[FindResult]]:
    """Results by the resolved path of the file, in the order of its frames and in its original orientation."""
    resolved = cache(lambda source: Path(source).resolve())  # once per file, not per frame
    files: defaultdict[Path, list[FindResult]] = defaultdict(list)
    for result in sorted(results, key=lambda result: result.index or 0):
        files[resolved(result.source)].append(as_in_file(result))
    return dict(files)


def _said_in(material: Material, results: Iterable[FindResult]) -> list[Said]:
    said = []
    for result in results:
        for _, face, statement in material.faces(result):
            if statement.verdict != Verdict.UNDECIDED or statement.note or face.origin == Origin.DRAWN:
                seconds = result.seconds or 0.0
                said.append(Said(face.box, statement.verdict, result.index or 0, seconds, statement.note, face.track))
    return said
