"""Filters and sorts a project's faces in SQL and reads them page by page."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tinyface_core.project.groups import NUMBER
from tinyface_core.project.query import OF_FACES, Condition
from tinyface_core.project.records import ProjectFace
from tinyface_core.project.rows import FACE_COLUMNS
from tinyface_core.project.store import Project
from tinyface_core.types import LEFT_OUT, Verdict

ORDERS = {
    "found": ("faces.picture", "faces.frame", "faces.id"),
    "verdict": ("verdict", "faces.picture", "faces.frame", "faces.id"),
    "score": ("score",),
    "probability": ("face_probability",),
    "size": ("faces.size",),
    "time": ("faces.seconds",),
    "note": ("note",),
    "group": (f"{NUMBER} = 0", NUMBER),
}
"""What faces can be sorted by, in SQL; score and size have indices, and what is found lies in its order."""


@dataclass(frozen=True, slots=True)
class FaceCriteria:
    """What a face must be to be listed.

    Attributes:
        lowest_score, highest_score: in [0, 1], both ends included; faces drawn by hand are listed all the same.
        smallest, largest: longer side in pixels, both ends included.
        verdicts: those that are listed, None for all.
        source: the one picture whose faces are listed, None for all.
        question: that they answer, None for all.
    """

    lowest_score: float = 0.0
    highest_score: float = 1.0
    smallest: float = 0.0
    largest: float = float("inf")
    verdicts: frozenset[Verdict] | None = None
    source: str | None = None
    question: Condition | None = None


@dataclass(frozen=True, slots=True)
class Listing(FaceCriteria):
    """Which faces of a project are listed, and in which order.

    Attributes:
        order: one of `ORDERS`.
        falling: the other way round.
    """

    order: str = "found"
    falling: bool = False

    @classmethod
    def of(cls, criteria: FaceCriteria, order: str = "found", falling: bool = False) -> Listing:
        """The faces that meet criteria, which may hold more than a file can be asked for."""
        values = {field.name: getattr(criteria, field.name) for field in fields(FaceCriteria)}
        return cls(**values, order=order, falling=falling)

    def count(self, project: Project) -> int:
        """How many faces there are.

        Raises:
            ProjectError: as every method here, if the project cannot be read.
        """
        faces, values = self._faces(project)
        return int(project.row(f"SELECT count(*) FROM {faces}", values)[0])

    def frames(self, project: Project) -> NDArray[np.int64]:
        """Number of each picture, and how many of its searched frames have how many such faces, `(P, 3)`."""
        faces, values = self._faces(project)
        searched = "SELECT 1 FROM runs AS of_it WHERE (of_it.picture, of_it.frame) = (faces.picture, faces.frame)"
        query = (
            f"SELECT faces.picture, count(DISTINCT faces.frame), count(*) FROM {faces} "
            f"AND track <> {LEFT_OUT} AND EXISTS ({searched}) GROUP BY faces.picture ORDER BY faces.picture"
        )
        return _rows(project, query, values, 3)

    def page(self, project: Project, first: int, count: int) -> list[ProjectFace]:
        """So many of them from this one on; fewer at the end."""
        # SQLite would rather sort what a range of the other index gives, which may be nearly all there is.
        index = f"INDEXED BY faces_by_{self.order}" if self.order in ("score", "size") and self.source is None else ""
        faces, values = self._faces(project, index)
        order = ", ".join(f"{part}{' DESC' * self.falling}" for part in ORDERS[self.order])
        with project.reading() as connection:
            # The inner one runs through an index alone, and the rows of one page are looked up.
            rows = connection.execute(
                f"SELECT picture, {FACE_COLUMNS} FROM faces JOIN "
                f"(SELECT faces.picture AS p, faces.frame AS f, faces.id AS i FROM {faces} ORDER BY {order} "
                f"LIMIT ? OFFSET ?) ON (picture, frame, id) = (p, f, i) ORDER BY {order}",
                (*values, count, first),
            ).fetchall()
            sources = {id_: project.source_of(id_) for id_ in {row[0] for row in rows}}
            return [project.face_of(sources[row[0]], row[1:]) for row in rows]

    def _faces(self, project: Project, index: str = "") -> tuple[str, tuple[object, ...]]:
        """These faces for SQL, up to a condition that can be added to, and its values."""
        parts: list[tuple[str, tuple[object, ...]]] = []
        if self.lowest_score > 0:
            parts.append(("score >= ?", (self.lowest_score,)))
        if self.highest_score < 1:
            parts.append(("(score <= ? OR drawn)", (self.highest_score,)))
        if self.smallest > 0:
            parts.append(("faces.size >= ?", (self.smallest,)))
        if self.largest < float("inf"):
            parts.append(("faces.size <= ?", (self.largest,)))
        if self.verdicts is not None:
            parts.append((f"verdict IN ({', '.join('?' * len(self.verdicts))})", tuple(map(str, self.verdicts))))
        if self.source is not None:
            parts.append(("faces.picture = ?", (project.id_of(self.source),)))
        if self.question is not None:
            parts.append((f"({self.question.sql})", self.question.values))
        where = " AND ".join(sql for sql, _ in parts) or "TRUE"
        others = OF_FACES if self.question is not None else ""
        return f"faces {index} {others} WHERE {where}", tuple(value for _, of in parts for value in of)


def searched_frames(project: Project, source: str | None = None) -> NDArray[np.int64]:
    """Number of each searched picture, or of this one, and how many of its frames were searched, `(P, 2)`.

    Raises:
        ProjectError: if the project cannot be read.
    """
    only, values = ("", ()) if source is None else ("WHERE picture = ? ", (project.id_of(source),))
    return _rows(project, f"SELECT picture, count(*) FROM runs {only}GROUP BY picture ORDER BY picture", values, 2)


def _rows(project: Project, query: str, values: tuple[object, ...], columns: int) -> NDArray[np.int64]:
    with project.reading() as connection:
        return np.fromiter(connection.execute(query, values), np.dtype((np.int64, columns)))  # there may be a million
