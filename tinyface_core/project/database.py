"""The file of a project: opening and copying it, its transactions and errors, and which row is which picture.

It is one SQLite file with a rollback journal rather than a write-ahead log: every commit is in the one file, so a copy
of it is complete, and network drives work. If the program is killed, SQLite restores the last commit when the file is
opened next.

Several programs may use one file. Each change is a transaction that affects only the changed faces, so two programs
overwrite each other's work only if both change the same face.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from tinyface_core.failures import reason
from tinyface_core.files import NotRegularError, Opened, check_regular, replacing
from tinyface_core.media.fetching import is_url
from tinyface_core.project.places import NAME, place_of, text_of
from tinyface_core.project.records import ChangeError, ProjectError
from tinyface_core.project.schema import SENSIBLE, VERSION, bring_up_to_date, check_content, version_of

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


class ProjectDatabase(Opened):
    """The open file of a project; may be used from any thread, its methods are serialized by a lock."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._folder = path.parent
        self._connection = connection
        self._lock = threading.RLock()
        self._depth = 0
        self._ids: dict[str, int] = {}  # a cache

    @classmethod
    def create(cls, path: Path) -> Self:
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
        return cls.open(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a project; a file of an older version is migrated, and a copy of it is kept.

        Raises:
            ProjectError: if it is missing, not a project, of a newer version of the program, or cannot be written.
        """
        path = path.absolute()
        try:
            check_regular(path)
        except (FileNotFoundError, NotADirectoryError):
            raise ProjectError(f"The project {path} does not exist: check the name.") from None
        except IsADirectoryError:
            raise ProjectError(f"{path} is a folder: choose a project file.") from None
        except NotRegularError as error:
            raise ProjectError(str(error)) from None
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
        return cls(path, connection)

    def close(self) -> None:
        """Close the file; all changes have been saved."""
        with self._lock:
            self._connection.close()

    @property
    def path(self) -> Path:
        """The project's file."""
        return self._path

    def save_as(self, path: Path) -> Self:
        """Save a copy, with paths relative to its own folder, and open it; this project is not changed.

        Raises:
            ProjectError: if it cannot be written.
        """
        path = path.absolute()
        if path == self._path:
            return type(self).open(path)
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
        return type(self).open(path)

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

    def version(self) -> int:
        """A number that changes when another program changes the file."""
        return int(self.row("PRAGMA data_version")[0])

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

        The first column of the query is a picture's id, and it ends with a condition.
        """
        query, last = f"{query} AND pictures.id > ? ORDER BY pictures.id LIMIT ?", 0
        while rows := self.rows(query, (*values, last, _PICTURES_AT_ONCE)):
            yield rows
            last = rows[-1][0]

    @contextmanager
    def together(self) -> Iterator[sqlite3.Connection]:
        """Make all changes in the block one transaction, which is also faster; nested blocks belong to the outer one.

        It gives `reading`'s connection.

        Raises:
            ProjectError: if the file cannot be written; nothing is changed then.
        """
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
        return f"The disk is full, so {path.name} cannot be written: make room."
    if code.startswith("SQLITE_CORRUPT") or isinstance(error, UnicodeDecodeError):
        return f"{path.name} is damaged: open an earlier copy."
    return f"{path.name} cannot be used ({error}): close it in other programs, or open a copy."
