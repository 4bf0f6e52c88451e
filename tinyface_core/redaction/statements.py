"""What the analyst said of faces, from a project or a file of results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from tinyface_core.export.json_file import read
from tinyface_core.export.material import Material
from tinyface_core.project.records import ProjectFace
from tinyface_core.project.store import Project
from tinyface_core.redaction.choice import Said
from tinyface_core.types import LEAST_SHOWN, LEFT_OUT, FindResult, Origin, Verdict

Statements = Callable[[Path], list[Said]]
"""Gives what was said of the faces of a photo or video."""


def read_statements(file: Path) -> Statements:
    """What a project (`.tinyface`) or a file of results (JSON) says.

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
                return said_of(project.faces(source))

        return of_project
    material = read([file])
    return lambda path: _said_in(material, path)


def said_of(faces: Iterable[ProjectFace]) -> list[Said]:
    """What a project says of faces of one photo or video: verdicts, notes, drawn boxes, and all that it shows."""
    return [
        Said(face.face.box, face.verdict, face.index or 0, face.seconds or 0.0, face.note, face.face.track)
        for face in faces
        if face.verdict or face.note or face.drawn or (face.face.score >= LEAST_SHOWN and face.face.track != LEFT_OUT)
    ]


def results_of(results: Iterable[FindResult], path: Path) -> list[FindResult]:
    """Those of one photo or video, in the order of its frames."""
    mine = [result for result in results if Path(result.source).resolve() == path.resolve()]
    return sorted(mine, key=lambda result: result.index or 0)


def _said_in(material: Material, path: Path) -> list[Said]:
    said = []
    for result in results_of(material.results, path):
        for _, face, statement in material.faces(result):
            if statement.verdict != Verdict.UNDECIDED or statement.note or face.origin == Origin.DRAWN:
                seconds = result.seconds or 0.0
                said.append(Said(face.box, statement.verdict, result.index or 0, seconds, statement.note, face.track))
    return said
