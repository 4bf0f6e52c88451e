"""A project file: SQLite, one file that can be mailed, written while the user works.

The journal is a rollback journal, not a write-ahead log: what is committed lies in the one file at once, so a copy of
it is complete, and it works on network drives. A program that is killed leaves the last commit; SQLite undoes what
was half written when the file is opened next. Any number of programs may use one file: each change is a transaction of
its own that names the faces it changes, so two programs overwrite each other's work only where both change one face.

Core types go in and come out; a `Project` may be used from any thread, by one at a time.
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
"""Of project files."""

_PATIENCE_SECONDS = 10.0
_CACHE_KIB = 4000
_PICTURES_AT_ONCE = 2000
_MOST_REMEMBERED = 10_000
_OF_SQLITE = (sqlite3.Error, UnicodeDecodeError)
"""The second where a damaged file leaves bytes in SQLite's own message that are no UTF-8."""
_OF_CHANGES = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, sqlite3.ProgrammingError)
"""What SQLite raises because of what it was given, not because of the file."""


class Project:
    """An open project file; see `Project.create` and `Project.open`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._folder = path.parent
        self._connection = connection
        self._lock = threading.RLock()
        self._depth = 0
        self._ids: dict[str, int] = {}  # of the pictures that were asked for last

    # -- opening and closing ---------------------------------------------------------------------

    @staticmethod
    def create(path: Path) -> Project:
        """Make a new, empty project in place of whatever lies at `path`.

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
        """Open a project; a file of an older version is brought up to date, and a copy of it is kept.

        A pasted picture whose file is not among this user's own, as on another computer, is put there again.

        Raises:
            ProjectError: if it is missing, no project, of a newer program, or cannot be written.
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
                connection.execute("PRAGMA cache_spill = OFF")  # a change of many rows is written at its end alone
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
        """Let go of the file; every change is in it already."""
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
        """A copy at `path`, opened, whose relative paths start from its own folder; this project stays as it is.

        Raises:
            ProjectError: if it cannot be written.
        """
        path = path.absolute()
        if path == self._path:
            return Project.open(path)
        try:
            with self.reading() as connection, replacing(path) as part, closing(sqlite3.connect(part)) as copy:
                connection.backup(copy)
                copy.execute("UPDATE pictures SET path = '/' || id || path")  # none may meet another on its way
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
        """What is wrong with the file, as sentences; empty where nothing is."""
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
        """Give the room of what was removed back to the disk, and let SQLite see anew how its tables are filled.

        Returns:
            Bytes that the file has become smaller.

        Raises:
            ProjectError: if there is no room for a second copy, or another program uses the file; it stays as it was.
        """
        before = self._path.stat().st_size
        with self.reading() as connection:
            connection.execute("VACUUM")
            connection.execute("ANALYZE")
        return before - self._path.stat().st_size

    # -- reading ------------------------------------------------------------------------------------

    def pictures(self) -> list[ProjectPicture]:
        """Every picture, in the order in which they were added.

        The path from the project's folder counts first, so that a project that was moved together with its
        pictures finds them; then the place where each was last.
        """
        return [picture for page in self.picture_pages() for picture in page]

    def picture_pages(self) -> Iterator[list[ProjectPicture]]:
        """As `pictures`, some thousand at once; others may write meanwhile."""
        query = (
            "SELECT id, path, seen_at, is_video, sha256, size, reviewed, has_pages, turn, "
            "EXISTS (SELECT 1 FROM runs WHERE picture = id) FROM pictures WHERE TRUE"
        )
        for rows in self.paged(query):
            self._ids.clear()  # others may have moved pictures
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
        """Pictures of whose content nothing is known yet; others may write meanwhile."""
        for rows in self.paged("SELECT id, path, seen_at FROM pictures WHERE sha256 = ''"):
            yield from (self.place(path, seen_at) for _, path, seen_at in rows)

    def faces(self, source: str) -> list[ProjectFace]:
        """The faces of one picture or video, frame by frame, best first."""
        query = f"SELECT {FACE_COLUMNS} FROM faces WHERE picture = ? ORDER BY frame, score DESC, y1, x1, id"
        return [self.face_of(source, row) for row in self.rows(query, (self.id_of(source),))]

    def face_of(self, source: str, row: Sequence[Any]) -> ProjectFace:
        """A face from its `FACE_COLUMNS`.

        Raises:
            ProjectError: if they make no sense.
        """
        *values, sensible = row
        if not sensible:
            raise ProjectError(f"{self._path.name} holds faces that make no sense: open an earlier copy.")
        return face_of(source, values)

    def all_faces(self) -> Iterator[list[ProjectFace]]:
        """Picture by picture, the faces of each that has any."""
        for page in self.picture_pages():
            for picture in page:
                if picture.faces and (faces := self.faces(picture.source)):
                    yield faces

    def results(self, source: str | None = None) -> list[FindResult]:
        """The last search of every frame, of one picture or of all, without the faces, which `faces` gives."""
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
        """A number that is another one once somebody else has changed the file."""
        return int(self.row("PRAGMA data_version")[0])

    def has_more_faces_than(self, count: int) -> bool:
        """Whether the project has more faces, without counting them all."""
        return self.row("SELECT 1 FROM faces LIMIT 1 OFFSET ?", (count,)) is not None

    def counts(self) -> ProjectCounts:
        """How much the project holds."""
        with self.reading() as connection:
            pictures, reviewed = connection.execute("SELECT count(*), total(reviewed) FROM pictures").fetchone()
            verdicts = dict(connection.execute("SELECT verdict, count(*) FROM faces GROUP BY verdict"))
            drawn = connection.execute("SELECT count(*) FROM faces WHERE drawn").fetchone()[0]
        return ProjectCounts(pictures, int(reviewed), sum(verdicts.values()), drawn, verdicts)

    # -- writing --------------------------------------------------------------------------------------

    def add_pictures(self, pictures: Iterable[ProjectPicture]) -> None:
        """Add photos and videos; those that are there already stay as they are.

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
        """Forget pictures with everything said of them."""
        with self.writing() as connection:
            connection.executemany("DELETE FROM pictures WHERE id = ?", [(self.id_of(s),) for s in sources])
            self._ids.clear()

    def set_reviewed(self, source: str, reviewed: bool) -> None:
        """Note that every face of a picture is marked, or that it is not so any more."""
        with self.writing() as connection:
            connection.execute("UPDATE pictures SET reviewed = ? WHERE id = ?", (reviewed, self._id(source)))

    def set_fingerprint(self, source: str, sha256: str, size: int) -> None:
        """Note what a picture's file holds."""
        with self.writing() as connection:
            connection.execute(
                "UPDATE pictures SET sha256 = ?, size = ? WHERE id = ?", (sha256, size, self._id(source))
            )

    def move_pictures(self, moved: dict[str, str]) -> None:
        """Note that pictures lie elsewhere: old source to new source.

        A picture that the project knows at its new place too becomes one with it: what was said of either stays.
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
        """Give the new picture what the old one has, and forget the old one."""
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
        """Keep what a pasted picture's file holds in the project itself."""
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
                    continue  # No room: it is missing, as a file that was moved is, and still in the project.
        if moved:
            self.move_pictures(moved)

    def put_result(self, result: FindResult, faces: Sequence[ProjectFace]) -> None:
        """Take in a search of one frame, in place of an earlier one; drawn faces stay.

        Args:
            result: the search; its own faces are not looked at.
            faces: its faces with their ids, and with verdicts and notes that they keep.
        """
        with self.writing() as connection:
            picture, frame = self._id(result.source), frame_of(result.index)
            connection.execute("DELETE FROM faces WHERE picture = ? AND frame = ? AND NOT drawn", (picture, frame))
            connection.execute(PUT_RUN, run_row(picture, result))
            self._put_faces(connection, faces)

    def put_faces(self, faces: Sequence[ProjectFace]) -> None:
        """Add faces, or replace those of the same id."""
        with self.writing() as connection:
            self._put_faces(connection, faces)

    def remove_faces(self, faces: Sequence[ProjectFace]) -> None:
        """Take faces away."""
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
        """The tables, for the parts of this package.

        Raises:
            ProjectError: in place of SQLite's errors, from the block too.
        """
        with self._lock:
            try:
                yield self._connection
            except _OF_SQLITE as error:
                of_change = isinstance(error, _OF_CHANGES)
                raise (ChangeError if of_change else ProjectError)(_sentence(self._path, error)) from error

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """All rows that a query gives, for the parts of this package; may raise a `ProjectError`."""
        with self.reading() as connection:
            return connection.execute(query, values).fetchall()

    def row(self, query: str, values: Sequence[object] = ()) -> Any:
        """The first row that a query gives, None where there is none; may raise a `ProjectError`."""
        with self.reading() as connection:
            return connection.execute(query, values).fetchone()

    def paged(self, query: str, values: Sequence[object] = ()) -> Iterator[list[Any]]:
        """Rows of pictures, some thousand at once; others may write meanwhile.

        Args:
            query: up to a condition that can be added to; a picture's number is its first column.
            values: of the query.
        """
        query, last = f"{query} AND pictures.id > ? ORDER BY pictures.id LIMIT ?", 0
        while rows := self.rows(query, (*values, last, _PICTURES_AT_ONCE)):
            yield rows
            last = rows[-1][0]

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make all changes inside one: done wholly or not at all, and quicker than one by one.

        Raises:
            ProjectError: if the file cannot be written; nothing was changed then.
        """
        with self.writing():
            yield

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """As `reading`, for changes, which are made wholly or not at all."""
        with self.reading() as connection:
            if self._depth:
                yield connection
                return
            # The lock is asked for at the start: asked for later, two programs could wait for each other.
            connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # it must not hide what went wrong
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    self._ids.clear()
                raise
            finally:
                self._depth -= 1

    def place(self, path: str, seen_at: str) -> str:
        """Where a picture lies: at its path from the project's folder, if it is there, or where it was seen last."""
        if is_url(path):
            return path
        beside = os.path.normpath(self._folder / path)
        return beside if beside == seen_at or os.path.exists(beside) else seen_at  # noqa: PTH110

    def id_of(self, source: str) -> int | None:
        """The number of a picture in the tables, None if it is not part of the project."""
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
        """Path of the picture with this number."""
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
