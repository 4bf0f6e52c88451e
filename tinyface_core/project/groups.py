"""Groups of similar faces in a project, and the features behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinyface_core.project.records import ProjectFace
from tinyface_core.project.rows import frame_of
from tinyface_core.project.schema import SENSIBLE
from tinyface_core.project.store import Project
from tinyface_core.types import Box

NUMBER = (
    "ifnull((SELECT number FROM looks "
    "WHERE looks.picture = faces.picture AND looks.frame = faces.frame AND looks.face = faces.id), 0)"
)
"""SQL expression for the number of a face's group, 0 for none."""

_STORED = np.dtype("<f2")
_OF_FACES = "looks JOIN faces ON (faces.picture, faces.frame, faces.id) = (looks.picture, looks.frame, looks.face)"


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """The features of faces, and their groups.

    Attributes:
        ids: ids of the faces `(N,)`.
        vectors: features of unit length, float32 `(N, D)`.
        numbers: numbers of the faces' groups `(N,)`, 0 for a face without a group.
    """

    ids: NDArray[np.int64]
    vectors: NDArray[np.float32]
    numbers: NDArray[np.int64]


class FaceGroups:
    """The groups of one project; there are none until they are asked for. Each method may raise a `ProjectError`."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def numbers(self, source: str | None = None) -> dict[int, int]:
        """Group numbers by face id, of one picture or of all; faces without a group are left out."""
        only, values = ("", ()) if source is None else (" AND looks.picture = ?", (self._project.id_of(source),))
        return dict(self._project.rows(f"SELECT face, number FROM {_OF_FACES} WHERE number > 0{only}", values))

    def are_there(self) -> bool:
        """Whether any face is in a group."""
        return self._project.row("SELECT 1 FROM looks WHERE number > 0") is not None

    def looked_at(self, source: str, embedder: str) -> dict[int, Box]:
        """Boxes by face id of those faces of a picture that have features of this embedder."""
        rows = self._project.rows(
            "SELECT face, x1, y1, x2, y2 FROM looks WHERE picture = ? AND embedder = ? AND length(features) > 0",
            (self._project.id_of(source), embedder),
        )
        return {face: (x1, y1, x2, y2) for face, x1, y1, x2, y2 in rows}

    def looks(self, embedder: str) -> Looks:
        """The features that an embedder computed, in the order of the pictures; invalid ones are left out."""
        rows = self._project.rows(
            f"SELECT face, number, features FROM {_OF_FACES} "
            f"WHERE embedder = ? AND length(features) > 0 AND {SENSIBLE['looks']}",
            (embedder,),
        )
        rows = [row for row in rows if len(row[2]) == len(rows[0][2]) and len(row[2]) % _STORED.itemsize == 0]
        ids, numbers = (np.array([row[place] for row in rows], np.int64) for place in (0, 1))
        stored = np.frombuffer(b"".join(row[2] for row in rows), _STORED).astype(np.float32)
        vectors = stored.reshape(len(rows), -1) if rows else np.zeros((0, 1), np.float32)
        lengths = np.linalg.norm(vectors, axis=1)
        good = np.abs(lengths - 1) < 0.1
        return Looks(ids[good], vectors[good] / lengths[good, None], numbers[good])

    def likeness(self, face: ProjectFace) -> dict[int, float]:
        """Cosine similarity of each face to this one, in [-1, 1], by id.

        Only one face of a track has features: they count for the whole track. Empty if neither this face nor its track
        has features.
        """
        picture = self._project.id_of(face.source)
        named = self._project.row(
            "SELECT embedder FROM looks WHERE (picture, frame, face) = (?, ?, ?)",
            (picture, frame_of(face.index), face.id),
        )
        tracks = self._project.rows(f"SELECT face, faces.picture, track FROM {_OF_FACES} WHERE track >= 0")
        looks = self.looks("" if named is None else named[0])
        rows = {id_: row for row, id_ in enumerate(looks.ids.tolist())}
        compared = {place: rows[id_] for id_, *place_ in tracks if id_ in rows and (place := tuple(place_))}
        rows |= {id_: compared[place] for id_, *place_ in tracks if (place := tuple(place_)) in compared}
        if face.id not in rows:
            return {}
        likeness = (looks.vectors @ looks.vectors[rows[face.id]]).tolist()
        return {id_: likeness[row] for id_, row in rows.items()}

    def put(self, embedder: str, faces: Sequence[ProjectFace], vectors: NDArray[np.float32]) -> None:
        """Store the features `(N, D)` of faces of one picture; their group numbers stay."""
        with self._project.together() as connection:
            for face, vector in zip(faces, vectors.astype(_STORED), strict=True):
                values = (self._project.id_of(face.source), frame_of(face.index), face.id, embedder, *face.face.box)
                connection.execute(
                    "INSERT INTO looks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET "
                    "embedder = excluded.embedder, features = excluded.features, "
                    "x1 = excluded.x1, y1 = excluded.y1, x2 = excluded.x2, y2 = excluded.y2",
                    (*values, vector.tobytes()),
                )

    def set_numbers(self, embedder: str, numbers: Mapping[int, int], tracks: Iterable[ProjectFace]) -> None:
        """Store the groups of faces, by face id, as compared by an embedder; all other faces lose features and groups.

        Faces in `tracks` stand for a whole track, whose other faces get the same group.
        """
        with self._project.together() as connection:
            connection.execute(
                "CREATE TEMPORARY TABLE IF NOT EXISTS numbers (face INTEGER PRIMARY KEY, number INTEGER)"
            )
            connection.execute("DELETE FROM numbers")
            connection.executemany("INSERT INTO numbers VALUES (?, ?)", numbers.items())
            connection.execute(
                "DELETE FROM looks "
                "WHERE face NOT IN (SELECT face FROM numbers) OR embedder <> ? OR length(features) = 0",
                (embedder,),
            )
            connection.execute("UPDATE looks SET number = (SELECT number FROM numbers WHERE numbers.face = looks.face)")
            connection.executemany(
                "INSERT OR IGNORE INTO looks SELECT picture, frame, id, ?, x1, y1, x2, y2, x'', ? "
                "FROM faces WHERE picture = ? AND track = ?",
                [(embedder, numbers[face.id], self._project.id_of(face.source), face.face.track) for face in tracks],
            )

    def forget(self) -> None:
        """Remove all groups and features from the project."""
        with self._project.together() as connection:
            connection.execute("DELETE FROM looks")
