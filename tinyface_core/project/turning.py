"""Rotates pictures of a project, with their faces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tinyface_core.media.sources import read_frame
from tinyface_core.media.turning import turned_box
from tinyface_core.project.records import F
from tinyface_core.project.store import Project


def turned_face(face: F, width: float, height: float, by: int) -> F:
    """A face after its picture, of this size, was rotated clockwise by `by` more degrees."""
    box = turned_box(face.face.box, width, height, by)
    found = None if face.found is None else turned_box(face.found, width, height, by)
    return replace(face, face=replace(face.face, box=box), found=found)


def turn_of(project: Project, source: str) -> int:
    """Degrees by which the user rotated a picture clockwise.

    Raises:
        ProjectError: if the project cannot be read.
    """
    row = project.row("SELECT turn FROM pictures WHERE id = ?", (project.id_of(source),))
    return 0 if row is None else int(row[0])


def turn_picture(project: Project, source: str, turn: int) -> None:
    """Set the rotation of a photo, or of all pages of a file, to `turn` degrees clockwise, and rotate its faces.

    Raises:
        ProjectError: if the project cannot be written; nothing is changed then.
        MediaError: if faces were drawn in a page that was not searched, and its file cannot be read.
    """
    with project.together() as connection:
        before = turn_of(project, source)
        by = (turn - before) % 360
        if not by:
            return
        sizes = {result.index: (result.width, result.height) for result in project.results(source)}
        faces = []
        for face in project.faces(source):
            if face.index not in sizes:
                frame = read_frame(Path(source), face.index, before)
                sizes[face.index] = frame.width, frame.height
            faces.append(turned_face(face, *sizes[face.index], by))
        project.put_faces(faces)
        picture = project.id_of(source)
        if by % 180:
            connection.execute("UPDATE runs SET width = height, height = width WHERE picture = ?", (picture,))
        connection.execute("UPDATE pictures SET turn = ? WHERE id = ?", (turn, picture))
