"""A project file: one SQLite file, written while the user works.

It uses a rollback journal rather than a write-ahead log: every commit is in the one file, so a copy of it is complete,
and network drives work. If the program is killed, SQLite restores the last commit when the file is opened next.

Several programs may use one file. Each change is a transaction that affects only the changed faces, so two programs
overwrite each other's work only if both change the same face.

A `Project` may be used from any thread; its methods are serialized by a lock.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tinyface_core.failures import reason
from tinyface_core.files import replacing
from tinyface_core.media.fetching import is_url
from tinyface_core.project.pasted import put_pasted
from tinyface_core.project.places import NAME, place_of, text_of
from tinyface_core.project.records import (
    ChangeError,
    ProjectCounts,
    ProjectError,
    ProjectFace,
    ProjectPicture,
    by_frame,
)
from tinyface_core.project.rows import (
    FACE_COLUMNS,
    PUT_FACE,
    PUT_RUN,
    RUN_COLUMNS,
    face_of,
    face_row,
    frame_of,
    index_of,
    result_of,
    run_row,
)
from tinyface_core.project.schema import SENSIBLE, VERSION, bring_up_to_date, check_content, version_of
from tinyface_core.project.verdicts import join_verdicts
from tinyface_core.types import FindResult

SUFFIX = ".tinyface"
"""Suffix of project files."""

_PATIENCE_SECONDS = 10.0
_CACHE_KIB = 4000
_PICTURES_AT_ONCE = 2000
_MOST_REMEMBERED = 10_000
_OF_SQLITE = (sqlite3.Error, UnicodeDecodeError)
"""Errors of SQLite; its message may not be valid UTF-8 if the file is damaged."""
_OF_CHANGES = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError)
"""Errors caused by the values of a statement rather than by the file."""


class Project:
    """An open project file; see `Project.create` and `Project.open`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._folder = path.parent
        self._connection = connection
        self._lock = threading.RLock()
        self._depth = 0
        self._ids: dict[str, int] = {}  # a cache

    # -- opening and closing ---------------------------------------------------------------------

    @staticmethod
    def create(path: Path) -> Project:
        """Make a new, empty project; an existing file at `path` is replaced.

        Raises:
            ProjectError: if it cannot be written.
        """
        path = path.absolute()
        try:
            with replacing(path) as part, closing(sqlite3.connect(part)) as connection:
                bring_up_to_date(connection)
        except (OSError, sqlite3.Error) as error:
            raise _unwritable(path, error) from error
        return Project.open(path)

    @staticmethod
    def open(path: Path) -> Project:
        """Open a project; a file of an older version is migrated, and a copy of it is kept.

        Pasted pictures that are missing from the user's folder, as on another computer, are written there again.

        Raises:
            ProjectError: if it is missing, not a project, of a newer version of the program, or cannot be written.
        """
        path = path.absolute()
        if not path.is_file():
            raise ProjectError(f"The project {path} does not exist: check the name.")
        try:
            connection = sqlite3.connect(
                f"{path.as_uri()}?mode=rw", _PATIENCE_SECONDS, isolation_level=None, check_same_thread=False, uri=True
            )
            try:
                connection.text_factory = text_of
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
                connection.execute("PRAGMA cache_spill = OFF")  # large transactions are written only at their end
                connection.execute("PRAGMA trusted_schema = OFF")
                connection.execute("PRAGMA cell_size_check = ON")
                version = version_of(connection)
                if version == 0:  # `create` leaves no such file
                    raise ProjectError("This file is empty, it was not copied whole: open an earlier copy of it.")
                if version < VERSION:
                    _copy(connection, path.with_name(f"{path.stem}.version-{version}{SUFFIX}"))
                bring_up_to_date(connection)
                check_content(connection)
            except BaseException:
                connection.close()
                raise
        except _OF_SQLITE as error:
            raise ProjectError(_sentence(path, error)) from error
        except OSError as error:
            raise ProjectError(
                f"{path.name} is of an older version and no copy could be kept beside it ({reason(error)}): make room."
            ) from error
        except ProjectError as error:
            raise ProjectError(f"{path.name}: {error}") from error
        project = Project(path, connection)
        project._restore_pasted()
        return project

    def close(self) -> None:
        """Close the file; all changes have been saved."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """The project's file."""
        return self._path

    def save_as(self, path: Path) -> Project:
        """Save a copy, with paths relative to its own folder, and open it; this project is not changed.

        Raises:
            ProjectError: if it cannot be written.
        """
        path = path.absolute()
        if path == self._path:
            return Project.open(path)
        try:
            with self.reading() as connection, replacing(path) as part, closing(sqlite3.connect(part)) as copy:
                connection.backup(copy)
                copy.execute("UPDATE pictures SET path = '/' || id || path")  # old and new paths must not collide
                copy.executemany(
                    f"UPDATE pictures SET path = {NAME}, seen_at = {NAME} WHERE id = ?",
                    (
                        (*place_of(self.place(old, seen_at), path.parent), id_)
                        for id_, old, seen_at in connection.execute("SELECT id, path, seen_at FROM pictures")
                    ),
                )
                copy.commit()
        except (OSError, sqlite3.Error) as error:
            raise _unwritable(path, error) from error
        return Project.open(path)

    def check(self) -> list[str]:
        """Descriptions of everything that is wrong with the file."""
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            lost = connection.execute("PRAGMA foreign_key_check").fetchall()
            wrong = {
                table: connection.execute(f"SELECT count(*) FROM {table} WHERE NOT ({sensible})").fetchone()[0]
                for table, sensible in SENSIBLE.items()
            }
        return [
            *(line for line in found if line != "ok"),
            *(f"a row of {row[0]} has lost its picture" for row in lost),
            *(f"{count} of its {table} make no sense" for table, count in wrong.items() if count),
        ]

    def compact(self) -> int:
        """Free the space of removed rows, and update SQLite's statistics for its query planner.

        Returns:
            By how many bytes the file has shrunk.

        Raises:
            ProjectError: if there is no space for a second copy, or another program uses the file; it is not changed.
        """
        before = self._path.stat().st_size
        with self.reading() as connection:
            connection.execute("VACUUM")
            connection.execute("ANALYZE")
        return before - self._path.stat().st_size

    # -- reading ------------------------------------------------------------------------------------

    def pictures(self) -> list[ProjectPicture]:
        """All pictures, in the order in which they were added."""
        return [picture for page in self.picture_pages() for picture in page]

    def picture_pages(self) -> Iterator[list[ProjectPicture]]:
        """`pictures` in pages of some thousand; the project may change meanwhile."""
        query = (
            "SELECT id, path, seen_at, is_video, sha256, size, reviewed, has_pages, turn, "
            "EXISTS (SELECT 1 FROM runs WHERE picture = id) FROM pictures WHERE TRUE"
        )
        for rows in self.paged(query):
            self._ids.clear()  # another program may have changed paths
            ends = rows[0][0], rows[-1][0]
            faces = "SELECT picture, count(*) FROM faces WHERE picture BETWEEN ? AND ? GROUP BY picture"
            counts = dict(self.rows(faces, ends))
            yield [
                ProjectPicture(
                    source := self.place(path, seen_at),
                    bool(is_video),
                    sha256,
                    size,
                    bool(reviewed),
                    counts.get(id_, 0),
                    bool(searched),
                    not os.path.exists(source),  # noqa: PTH110, there may be a million
                    bool(has_pages),
                    turn,
                )
                for id_, path, seen_at, is_video, sha256, size, reviewed, has_pages, turn, searched in rows
            ]

    def without_fingerprint(self) -> Iterator[str]:
        """Pictures without a fingerprint; the project may change meanwhile."""
        for rows in self.paged("SELECT id, path, seen_at FROM pictures WHERE sha256 = ''"):
            yield from (self.place(path, seen_at) for _, path, seen_at in rows)

    def faces(self, source: str) -> list[ProjectFace]:
        """The faces of one picture or video, ordered by frame and then by descending score."""
        query = f"SELECT {FACE_COLUMNS} FROM faces WHERE picture = ? ORDER BY frame, score DESC, y1, x1, id"
        return [self.face_of(source, row) for row in self.rows(query, (self.id_of(source),))]

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
        """The faces of each picture that has any."""
        for page in self.picture_pages():
            for picture in page:
                if picture.faces and (faces := self.faces(picture.source)):
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

    def version(self) -> int:
        """A number that changes when another program changes the file."""
        return int(self.row("PRAGMA data_version")[0])

    def has_more_faces_than(self, count: int) -> bool:
        """Whether the project has more than `count` faces, without counting them all."""
        return self.row("SELECT 1 FROM faces LIMIT 1 OFFSET ?", (count,)) is not None

    def counts(self) -> ProjectCounts:
        """Numbers of pictures and faces."""
        with self.reading() as connection:
            pictures, reviewed = connection.execute("SELECT count(*), total(reviewed) FROM pictures").fetchone()
            verdicts = dict(connection.execute("SELECT verdict, count(*) FROM faces GROUP BY verdict"))
            drawn = connection.execute("SELECT count(*) FROM faces WHERE drawn").fetchone()[0]
        return ProjectCounts(pictures, int(reviewed), sum(verdicts.values()), drawn, verdicts)

    # -- writing --------------------------------------------------------------------------------------

    def add_pictures(self, pictures: Iterable[ProjectPicture]) -> None:
        """Add photos and videos that the project does not have.

        Raises:
            ProjectError: as every method that writes, if the file cannot be written.
        """
        with self.writing() as connection:
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
        with self.writing() as connection:
            connection.executemany("DELETE FROM pictures WHERE id = ?", [(self.id_of(s),) for s in sources])
            self._ids.clear()

    def set_reviewed(self, source: str, reviewed: bool) -> None:
        """Store whether every face of a picture is marked."""
        with self.writing() as connection:
            connection.execute("UPDATE pictures SET reviewed = ? WHERE id = ?", (reviewed, self._id(source)))

    def set_fingerprint(self, source: str, sha256: str, size: int) -> None:
        """Store a picture's fingerprint."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE pictures SET sha256 = ?, size = ? WHERE id = ?", (sha256, size, self._id(source))
            )

    def move_pictures(self, moved: dict[str, str]) -> None:
        """Change the paths of pictures, given as new paths by old ones.

        If the project has a picture at the new path already, the two are merged, with the verdicts of both.
        """
        with self.writing() as connection:
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
            self._put_faces(connection, join_verdicts(earlier, detected) if frame in searched else earlier + detected)
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
        with self.writing() as connection:
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
        """Store a search of one frame in place of an earlier one; drawn faces stay.

        Args:
            result: the search, whose own faces are ignored.
            faces: its faces with ids, verdicts and notes.
        """
        with self.writing() as connection:
            picture, frame = self._id(result.source), frame_of(result.index)
            connection.execute("DELETE FROM faces WHERE picture = ? AND frame = ? AND NOT drawn", (picture, frame))
            connection.execute(PUT_RUN, run_row(picture, result))
            self._put_faces(connection, faces)

    def put_faces(self, faces: Sequence[ProjectFace]) -> None:
        """Add faces, or replace those with the same id."""
        with self.writing() as connection:
            self._put_faces(connection, faces)

    def remove_faces(self, faces: Sequence[ProjectFace]) -> None:
        """Remove faces."""
        with self.writing() as connection:
            connection.executemany(
                "DELETE FROM faces WHERE picture = ? AND frame = ? AND id = ?",
                [(self.id_of(face.source), frame_of(face.index), face.id) for face in faces],
            )

    def _put_faces(self, connection: sqlite3.Connection, faces: Sequence[ProjectFace]) -> None:
        connection.executemany(PUT_FACE, [face_row(self._id(face.source), face) for face in faces])

    # -- transactions -----------------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for the modules of this package.

        Raises:
            ProjectError: in place of errors of SQLite, also in the block.
        """
        with self._lock:
            try:
                yield self._connection
            except _OF_SQLITE as error:
                of_change = isinstance(error, _OF_CHANGES)
                raise (ChangeError if of_change else ProjectError)(_sentence(self._path, error)) from error

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows of a query, for the modules of this package; may raise a `ProjectError`."""
        with self.reading() as connection:
            return connection.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[object] = ()) -> Any:
        """The first row of a query or None, for the modules of this package; may raise a `ProjectError`."""
        with self.reading() as connection:
            return connection.execute(query, values).fetchone()

    def paged(self, query: str, values: Sequence[object] = ()) -> Iterator[list[Any]]:
        """Rows of pictures in pages of some thousand; the project may change meanwhile.

        Args:
            query: a query whose first column is a picture's id and that ends with a condition.
            values: its parameters.
        """
        query, last = f"{query} AND pictures.id > ? ORDER BY pictures.id LIMIT ?", 0
        while rows := self.rows(query, (*values, last, _PICTURES_AT_ONCE)):
            yield rows
            last = rows[-1][0]

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make all changes in the block one transaction, which is also faster.

        Raises:
            ProjectError: if the file cannot be written; nothing is changed then.
        """
        with self.writing():
            yield

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """`reading` in a transaction; nested blocks belong to the outer transaction."""
        with self.reading() as connection:
            if self._depth:
                yield connection
                return
            # The lock is taken at once: two programs that upgrade a read lock could wait for each other.
            connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # it must not hide the first error
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    self._ids.clear()
                raise
            finally:
                self._depth -= 1

    def place(self, path: str, seen_at: str) -> str:
        """Absolute path of a picture: its path relative to the project's folder if that exists, else `seen_at`.

        So a project that was moved together with its pictures finds them.
        """
        if is_url(path):
            return path
        beside = os.path.normpath(self._folder / path)
        return beside if beside == seen_at or os.path.exists(beside) else seen_at  # noqa: PTH110

    def id_of(self, source: str) -> int | None:
        """The id of a picture, None if it is not part of the project."""
        id_ = self._ids.get(source)
        if id_ is None:
            rows = self.rows(
                f"SELECT id, path, seen_at FROM pictures WHERE path = {NAME} "
                f"UNION SELECT id, path, seen_at FROM pictures WHERE seen_at = {NAME}",
                place_of(source, self._folder),
            )
            id_ = next((row[0] for row in rows if self.place(*row[1:]) == source), None)
            if id_ is not None:
                if len(self._ids) >= _MOST_REMEMBERED:
                    self._ids.clear()
                self._ids[source] = id_
        return id_

    def source_of(self, id_: int) -> str:
        """Path of the picture with this id."""
        return self.place(*self.row("SELECT path, seen_at FROM pictures WHERE id = ?", (id_,)))

    def _id(self, source: str) -> int:
        id_ = self.id_of(source)
        if id_ is None:
            raise ChangeError(f"{Path(source).name} is not part of the project.")
        return id_


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    with replacing(path) as part, closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)


def _unwritable(path: Path, error: Exception) -> ProjectError:
    return ProjectError(
        f"The project {path.name} cannot be written to {path.parent} ({reason(error)}): choose another place."
    )


def _sentence(path: Path, error: Exception) -> str:
    code = getattr(error, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"Another program is writing to {path.name}: try again in a moment."
    if code.startswith("SQLITE_NOTADB"):
        return f"{path.name} is not a project: choose another file."
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return f"{path.name} cannot be written: copy it into a folder of your own and open the copy."
    if code.startswith("SQLITE_FULL"):
        return f"The disk is full: {path.name} could not be written."
    if code.startswith("SQLITE_CORRUPT") or isinstance(error, UnicodeDecodeError):
        return f"{path.name} is damaged: open an earlier copy."
    return f"{path.name} cannot be used ({error}): close it in other programs, or open a copy."
