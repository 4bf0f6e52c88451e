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
"""SQL of the sort orders. Score and size have indices; "found" is the order of the table itself."""


@dataclass(frozen=True, slots=True)
class FaceCriteria:
    """Which faces are listed: those that meet all criteria.

    Attributes:
        lowest_score, highest_score: range of scores in [0, 1], inclusive; `highest_score` does not exclude faces that
            were drawn by hand.
        smallest, largest: range of the longer side in pixels, inclusive.
        verdicts: the verdicts to list, None for all.
        source: the only picture to list, None for all.
        question: an additional condition, None for none.
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
    """Criteria and sort order of a list of faces.

    Attributes:
        order: a key of `ORDERS`.
        falling: whether the order is descending.
    """

    order: str = "found"
    falling: bool = False

    @classmethod
    def of(cls, criteria: FaceCriteria, order: str = "found", falling: bool = False) -> Listing:
        """A listing by criteria of a subclass, whose additional fields are ignored."""
        values = {field.name: getattr(criteria, field.name) for field in fields(FaceCriteria)}
        return cls(**values, order=order, falling=falling)

    def count(self, project: Project) -> int:
        """Number of listed faces.

        Raises:
            ProjectError: as every method here, if the project cannot be read.
        """
        faces, values = self._faces(project)
        return int(project.row(f"SELECT count(*) FROM {faces}", values)[0])

    def frames(self, project: Project) -> NDArray[np.int64]:
        """Per picture: its id, how many searched frames have listed faces, and how many those are `(P, 3)`."""
        faces, values = self._faces(project)
        searched = "SELECT 1 FROM runs AS of_it WHERE (of_it.picture, of_it.frame) = (faces.picture, faces.frame)"
        query = (
            f"SELECT faces.picture, count(DISTINCT faces.frame), count(*) FROM {faces} "
            f"AND track <> {LEFT_OUT} AND EXISTS ({searched}) GROUP BY faces.picture ORDER BY faces.picture"
        )
        return _rows(project, query, values, 3)

    def page(self, project: Project, first: int, count: int) -> list[ProjectFace]:
        """At most `count` faces, from number `first` on."""
        # Without the hint, SQLite may use the other index for a range and sort its result, nearly all faces.
        index = f"INDEXED BY faces_by_{self.order}" if self.order in ("score", "size") and self.source is None else ""
        faces, values = self._faces(project, index)
        order = ", ".join(f"{part}{' DESC' * self.falling}" for part in ORDERS[self.order])
        with project.reading() as connection:
            # The inner query reads only an index; only the rows of this page are looked up in the table.
            rows = connection.execute(
                f"SELECT picture, {FACE_COLUMNS} FROM faces JOIN "
                f"(SELECT faces.picture AS p, faces.frame AS f, faces.id AS i FROM {faces} ORDER BY {order} "
                f"LIMIT ? OFFSET ?) ON (picture, frame, id) = (p, f, i) ORDER BY {order}",
                (*values, count, first),
            ).fetchall()
            sources = {id_: project.source_of(id_) for id_ in {row[0] for row in rows}}
            return [project.face_of(sources[row[0]], row[1:]) for row in rows]

    def _faces(self, project: Project, index: str = "") -> tuple[str, tuple[object, ...]]:
        """The part of a query from the table's name on, to which a condition can be appended, and its values."""
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
    """For each searched picture, or only this one, its id and its number of searched frames `(P, 2)`.

    Raises:
        ProjectError: if the project cannot be read.
    """
    only, values = ("", ()) if source is None else ("WHERE picture = ? ", (project.id_of(source),))
    return _rows(project, f"SELECT picture, count(*) FROM runs {only}GROUP BY picture ORDER BY picture", values, 2)


def in_frames(project: Project) -> NDArray[np.int64]:
    """The ids of videos and files with pages that were searched `(P,)`.

    Raises:
        ProjectError: if the project cannot be read.
    """
    return _rows(project, "SELECT DISTINCT picture FROM runs WHERE frame >= 0", (), 1)[:, 0]


def _rows(project: Project, query: str, values: tuple[object, ...], columns: int) -> NDArray[np.int64]:
    with project.reading() as connection:
        return np.fromiter(connection.execute(query, values), np.dtype((np.int64, columns)))  # there may be a million
