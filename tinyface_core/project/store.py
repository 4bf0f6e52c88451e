"""A project: the pictures of one file, what searches found in them, and the user's verdicts on the faces."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from tinyface_core.project.database import ProjectDatabase
from tinyface_core.project.pasted import put_pasted
from tinyface_core.project.places import NAME, place_of
from tinyface_core.project.records import (
    ProjectCounts,
    ProjectError,
    ProjectFace,
    ProjectPicture,
    Remaining,
    by_frame,
)
from tinyface_core.project.rows import (
    FACE_COLUMNS,
    PUT_FACE,
    PUT_MOVES,
    PUT_RUN,
    RUN_COLUMNS,
    face_of,
    face_row,
    frame_of,
    index_of,
    result_of,
    run_row,
)
from tinyface_core.project.schema import SENSIBLE
from tinyface_core.project.verdicts import join_verdicts
from tinyface_core.types import LEFT_OUT, NO_TRACK, FindResult


class Project(ProjectDatabase):
    """An open project file; see `create` and `open`."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """See `ProjectDatabase.open`.

        Pasted pictures that are missing from the user's folder, as on another computer, are written there again.
        """
        project = super().open(path)
        project._restore_pasted()
        return project

    def pictures(self) -> list[ProjectPicture]:
        """All pictures, in the order in which they were added."""
        return [picture for page in self.picture_pages() for picture in page]

    def picture_pages(self) -> Iterator[list[ProjectPicture]]:
        """`pictures` in pages of some thousand; the project may change meanwhile."""
        query = (
            "SELECT id, path, seen_at, is_video, sha256, size, reviewed, has_pages, turn, remaining, "
            f"EXISTS (SELECT 1 FROM runs WHERE picture = id), {SENSIBLE['pictures']} FROM pictures WHERE TRUE"
        )
        for rows in self.paged(query):
            self._ids.clear()  # another program may have changed paths
            if not all(row[-1] for row in rows):
                raise ProjectError(f"{self._path.name} holds pictures that make no sense: open an earlier copy.")
            ends = rows[0][0], rows[-1][0]
            faces = "SELECT picture, count(*) FROM faces WHERE picture BETWEEN ? AND ? GROUP BY picture"
            counts = dict(self.rows(faces, ends))
            yield [
                ProjectPicture(
                    source := self.place(*place),
                    bool(is_video),
                    sha256,
                    size,
                    bool(reviewed),
                    counts.get(id_, 0),
                    bool(searched),
                    (now := _size_of(source)) is None,
                    bool(has_pages),
                    turn,
                    Remaining(remaining),
                    bool(searched and sha256) and now not in (None, size),
                )
                for id_, *place, is_video, sha256, size, reviewed, has_pages, turn, remaining, searched, _ in rows
            ]

    def without_fingerprint(self) -> Iterator[str]:
        """Pictures without a fingerprint; the project may change meanwhile."""
        for rows in self.paged("SELECT id, path, seen_at FROM pictures WHERE sha256 = ''"):
            yield from (self.place(path, seen_at) for _, path, seen_at in rows)

    def faces(self, source: str, left_out: bool | None = None, frames: range | None = None) -> list[ProjectFace]:
        """The faces of one picture or video, ordered by frame and then by descending score.

        Args:
            source: of the picture.
            left_out: True for those alone that linking took for false detections, which are most of a video, False for
                the others, None for both.
            frames: the frames or pages that are asked for, None for all, and for a photo.
        """
        which = "" if left_out is None else f"AND track {'=' if left_out else '<>'} {LEFT_OUT} "
        where, values = "", [self.id_of(source)]
        if frames is not None:
            where, values = "AND frame >= ? AND frame < ? ", [*values, frames.start, frames.stop]
        order = "ORDER BY frame, score DESC, y1, x1, id"
        rows = self.rows(f"SELECT {FACE_COLUMNS} FROM faces WHERE picture = ? {where}{which}{order}", values)
        return [self.face_of(source, row) for row in rows]

    def face_of(self, source: str, row: Sequence[Any]) -> ProjectFace:
        """A face from its `FACE_COLUMNS`.

        Raises:
            ProjectError: if they are invalid.
        """
        *values, sensible = row
        if not sensible:
            raise ProjectError(f"{self._path.name} holds faces that make no sense: open an earlier copy.")
        return face_of(source, values)

    def all_faces(self) -> Iterator[list[ProjectFace]]:
        """The faces of each picture that has any, without those that linking left out."""
        for page in self.picture_pages():
            for picture in page:
                if picture.faces and (faces := self.faces(picture.source, left_out=False)):
                    yield faces

    def results(self, source: str | None = None) -> list[FindResult]:
        """The last search of every frame, of one picture or of all; without the faces, see `faces`."""
        chosen = "" if source is None else "WHERE picture = ? "
        query = (
            f"SELECT path, seen_at, {RUN_COLUMNS} "
            f"FROM runs JOIN pictures ON pictures.id = picture {chosen}ORDER BY picture, frame"
        )
        rows = self.rows(query, () if source is None else (self.id_of(source),))
        try:
            return [result_of(source or self.place(*row[:2]), row[2:]) for row in rows]
        except ValueError as error:
            raise ProjectError(
                f"{self._path.name} holds a search that makes no sense ({error}): open an earlier copy."
            ) from error

    def has_more_faces_than(self, count: int, *, alone: bool = False) -> bool:
        """Whether more than `count` faces, or so many in no track, were not left out by linking."""
        only = f"track = {NO_TRACK}" if alone else f"track <> {LEFT_OUT}"
        return self.row(f"SELECT 1 FROM faces WHERE {only} LIMIT 1 OFFSET ?", (count,)) is not None

    def counts(self) -> ProjectCounts:
        """Numbers of pictures and faces."""
        with self.reading() as connection:
            pictures, reviewed = connection.execute("SELECT count(*), total(reviewed) FROM pictures").fetchone()
            verdicts = dict(connection.execute("SELECT verdict, count(*) FROM faces GROUP BY verdict"))
            drawn = connection.execute("SELECT count(*) FROM faces WHERE drawn").fetchone()[0]
            searched = connection.execute("SELECT count(*) FROM runs").fetchone()[0]
        return ProjectCounts(pictures, searched, int(reviewed), sum(verdicts.values()), drawn, verdicts)

    def add_pictures(self, pictures: Iterable[ProjectPicture]) -> None:
        """Add photos and videos that the project does not have.

        Raises:
            ProjectError: as every method that writes, if the file cannot be written.
        """
        with self.together() as connection:
            for p in pictures:
                if self.id_of(p.source) is not None:
                    continue
                connection.execute(
                    "INSERT INTO pictures (path, seen_at, is_video, sha256, size, reviewed, has_pages) "
                    f"VALUES ({NAME}, {NAME}, ?, ?, ?, ?, ?) "
                    "ON CONFLICT (path) DO UPDATE SET seen_at = excluded.seen_at",
                    (*place_of(p.source, self._folder), p.is_video, p.sha256, p.size, p.reviewed, p.has_pages),
                )

    def remove_pictures(self, sources: Iterable[str]) -> None:
        """Remove pictures with all their faces."""
        with self.together() as connection:
            connection.executemany("DELETE FROM pictures WHERE id = ?", [(self.id_of(s),) for s in sources])
            self._ids.clear()

    def set_reviewed(self, source: str, reviewed: bool) -> None:
        """Store whether every face of a picture is marked."""
        with self.together() as connection:
            connection.execute("UPDATE pictures SET reviewed = ? WHERE id = ?", (reviewed, self._id(source)))

    def set_remaining(self, source: str, remaining: Remaining) -> None:
        """Store what the search of a video has still to do."""
        with self.together() as connection:
            connection.execute("UPDATE pictures SET remaining = ? WHERE id = ?", (remaining, self._id(source)))

    def set_fingerprint(self, source: str, sha256: str, size: int) -> None:
        """Store a picture's fingerprint."""
        with self.together() as connection:
            connection.execute(
                "UPDATE pictures SET sha256 = ?, size = ? WHERE id = ?", (sha256, size, self._id(source))
            )

    def forget_search(self, source: str) -> None:
        """Forget what was found in a file that is another one now; drawn faces, and those with a verdict, stay."""
        with self.together() as connection:
            picture = (self._id(source),)
            connection.execute("DELETE FROM runs WHERE picture = ?", picture)
            connection.execute(
                "DELETE FROM faces WHERE picture = ? AND NOT drawn AND verdict = '' AND note = ''", picture
            )
            self.set_fingerprint(source, "", -1)

    def move_pictures(self, moved: dict[str, str]) -> None:
        """Change the paths of pictures, given as new paths by old ones.

        If the project has a picture at the new path already, the two are merged, with the verdicts of both.
        """
        with self.together() as connection:
            for old, new in moved.items():
                if new != old and self.id_of(new) is not None:
                    self._join(connection, old, new)
                else:
                    connection.execute(
                        f"UPDATE OR IGNORE pictures SET path = {NAME}, seen_at = {NAME} WHERE id = ?",
                        (*place_of(new, self._folder), self._id(old)),
                    )
                self._ids.clear()

    def _join(self, connection: sqlite3.Connection, old: str, new: str) -> None:
        """Merge the old picture into the new one."""
        before, after = self._id(old), self._id(new)
        searched = {
            index_of(row[0]) for row in connection.execute("SELECT frame FROM runs WHERE picture = ?", (after,))
        }
        known, found = by_frame(self.faces(old)), by_frame(self.faces(new))
        connection.execute("DELETE FROM faces WHERE picture = ? AND NOT drawn", (after,))
        for frame in known.keys() | found.keys():
            earlier = [replace(face, source=new) for face in known[frame]]
            detected = [face for face in found[frame] if not face.drawn]
            self.put_faces(join_verdicts(earlier, detected) if frame in searched else earlier + detected)
        ids = (after, before)
        connection.execute("UPDATE OR IGNORE runs SET picture = ? WHERE picture = ?", ids)
        connection.execute("UPDATE OR IGNORE pasted SET picture = ? WHERE picture = ?", ids)
        connection.execute("UPDATE files SET picture = ? WHERE picture = ?", ids)
        connection.execute(
            "UPDATE pictures SET reviewed = max(reviewed, (SELECT reviewed FROM pictures WHERE id = ?)) WHERE id = ?",
            (before, after),
        )
        connection.execute("DELETE FROM pictures WHERE id = ?", (before,))

    def keep_pasted(self, source: str, content: bytes) -> None:
        """Store the content of a pasted picture's file in the project."""
        with self.together() as connection:
            connection.execute("INSERT OR REPLACE INTO pasted VALUES (?, ?)", (self._id(source), content))

    def _restore_pasted(self) -> None:
        with self.reading() as connection:
            kept = connection.execute(
                "SELECT id, path, seen_at FROM pasted JOIN pictures ON pictures.id = picture"
            ).fetchall()
            lost = {id_: source for id_, *place in kept if not Path(source := self.place(*place)).exists()}
            moved = {}
            for id_, source in lost.items():
                content = connection.execute("SELECT content FROM pasted WHERE picture = ?", (id_,)).fetchone()[0]
                try:
                    moved[source] = str(put_pasted(Path(source).name, content))
                except OSError:
                    continue  # such as a full disk: the picture is shown as missing and stays in the project
        if moved:
            self.move_pictures(moved)

    def put_result(self, result: FindResult, faces: Sequence[ProjectFace]) -> None:
        """Store a search of one frame, with these faces, in place of an earlier one; drawn faces stay."""
        with self.together() as connection:
            picture, frame = self._id(result.source), frame_of(result.index)
            connection.execute("DELETE FROM faces WHERE picture = ? AND frame = ? AND NOT drawn", (picture, frame))
            connection.execute(PUT_RUN, run_row(picture, result))
            self.put_faces(faces)

    def put_faces(self, faces: Sequence[ProjectFace]) -> None:
        """Add faces, or replace those with the same id."""
        with self.together() as connection:
            connection.executemany(PUT_FACE, [face_row(self._id(face.source), face) for face in faces])

    def put_moves(self, faces: Sequence[ProjectFace]) -> None:
        """Store of faces how they moved through frames that were not searched."""
        with self.together() as connection:
            connection.executemany(
                PUT_MOVES,
                [
                    (face.moves_before, face.moves_behind, self._id(face.source), frame_of(face.index), face.id)
                    for face in faces
                ],
            )

    def remove_faces(self, faces: Sequence[ProjectFace]) -> None:
        """Remove faces."""
        with self.together() as connection:
            connection.executemany(
                "DELETE FROM faces WHERE picture = ? AND frame = ? AND id = ?",
                [(self.id_of(face.source), frame_of(face.index), face.id) for face in faces],
            )


def _size_of(path: str) -> int | None:
    try:
        return os.stat(path).st_size  # noqa: PTH116, there may be a million
    except OSError:
        return None
