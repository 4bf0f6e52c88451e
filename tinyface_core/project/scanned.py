"""What a project knows of files that were scanned: where its pictures lie, and which files could not be searched.

A picture is a content, a file is a place where it lies: of two files with one content a project has one picture.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.media.shot import Shot
from tinyface_core.project.store import Project, name_bytes

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file as a scan met it.

    Attributes:
        path: absolute.
        size: in bytes.
        modified: when it was changed last, in nanoseconds since 1970.
        reason: why it could not be searched, a sentence for the user; empty where it was.
    """

    path: str
    size: int
    modified: int
    reason: str = ""

    @staticmethod
    def at(path: Path) -> ScannedFile:
        """The file that lies there now.

        Raises:
            OSError: if there is none.
        """
        state = path.stat()
        return ScannedFile(str(path), state.st_size, state.st_mtime_ns)

    def is_as(self, other: ScannedFile) -> bool:
        """Whether nobody has written to it between the two looks."""
        return (self.size, self.modified) == (other.size, other.modified)


class ScannedFiles:
    """The files of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project

    # -- reading ----------------------------------------------------------------------------------------

    def known(self, path: Path) -> ScannedFile | None:
        """The file as it was met last, None if it never was."""
        with self._project.reading() as connection:
            row = connection.execute(
                "SELECT path, size, modified, reason FROM files WHERE path = CAST(? AS TEXT)", (name_bytes(str(path)),)
            ).fetchone()
        return None if row is None else ScannedFile(*row)

    def failed(self) -> list[ScannedFile]:
        """The files that could not be searched, by path."""
        with self._project.reading() as connection:
            rows = connection.execute("SELECT path, size, modified, reason FROM files WHERE reason <> '' ORDER BY path")
            return [ScannedFile(*row) for row in rows.fetchall()]

    def picture_with(self, sha256: str) -> str | None:
        """Path of the picture with this content that has been searched."""
        with self._project.reading() as connection:
            row = connection.execute(
                "SELECT min(id) FROM pictures WHERE sha256 = ? AND EXISTS (SELECT 1 FROM runs WHERE picture = id)",
                (sha256,),
            ).fetchone()
            return None if row[0] is None else self._project.source_of(row[0])

    def content_at(self, path: str) -> str | None:
        """SHA-256 of what was searched at this path: "" of a picture that was not, None where there is no picture."""
        with self._project.reading() as connection:
            row = connection.execute(
                "SELECT CASE WHEN EXISTS (SELECT 1 FROM runs WHERE picture = id) THEN sha256 ELSE '' END "
                "FROM pictures WHERE id = ?",
                (self._project.id_of(path),),
            ).fetchone()
        return None if row is None else str(row[0])

    def elsewhere(self, path: str) -> str | None:
        """Another file, which is there, of the picture that the project has at this path."""
        with self._project.reading() as connection:
            rows = connection.execute(
                "SELECT path FROM files WHERE picture = ? AND path <> CAST(? AS TEXT) ORDER BY path",
                (self._project.id_of(path), name_bytes(path)),
            ).fetchall()
        return next((other for (other,) in rows if os.path.exists(other)), None)  # noqa: PTH110, files of a copy

    def gone(self, folders: Sequence[Path]) -> Iterator[str]:
        """The files in and under these folders that are not there any more."""
        tops = tuple(os.path.join(folder, "") for folder in folders)  # noqa: PTH118, it ends with a separator
        for path in self._paths():
            if path.startswith(tops) and not os.path.lexists(path):
                yield path

    def _paths(self) -> Iterator[str]:
        last = b""
        while True:
            with self._project.reading() as connection:
                rows = connection.execute(
                    "SELECT path FROM files WHERE path > CAST(? AS TEXT) ORDER BY path LIMIT ?", (last, _AT_ONCE)
                ).fetchall()
            if not rows:
                return
            yield from (path for (path,) in rows)
            last = name_bytes(rows[-1][0])

    def likenesses(self) -> tuple[list[str], NDArray[np.int64]]:
        """Paths of the pictures whose perceptual hash is known, with their hashes `(N,)`."""
        with self._project.reading() as connection:
            rows = connection.execute(
                "SELECT id, likeness FROM pictures WHERE likeness IS NOT NULL ORDER BY id"
            ).fetchall()
            return [self._project.source_of(id_) for id_, _ in rows], np.array([bits for _, bits in rows], np.int64)

    # -- writing ----------------------------------------------------------------------------------------

    def put(self, file: ScannedFile, source: str | None = None) -> None:
        """Note what a file is now.

        Args:
            file: with a reason, if there is no picture.
            source: path of its picture in the project.
        """
        picture = None if source is None else self._project.id_of(source)
        with self._project.writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES (CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT))",
                (name_bytes(file.path), file.size, file.modified, picture, name_bytes(file.reason)),
            )

    def put_failure(self, source: str, reason: str) -> None:
        """Note why a picture of the project cannot be searched; with an empty reason, that it can."""
        if reason:
            path = Path(source)
            file = ScannedFile.at(path) if path.exists() else ScannedFile(source, -1, 0)
            self.put(replace(file, reason=reason), source)
            return
        with self._project.writing() as connection:
            connection.execute("DELETE FROM files WHERE path = CAST(? AS TEXT) AND reason <> ''", (name_bytes(source),))

    def put_photo(self, source: str, likeness: int | None, shot: Shot) -> None:
        """Note of a photo its perceptual hash, in [-2**63, 2**63), and what the camera noted."""
        with self._project.writing() as connection:
            connection.execute(
                "UPDATE pictures SET likeness = ?, taken = ?, camera = ? WHERE id = ?",
                (likeness, shot.taken, shot.camera, self._project.id_of(source)),
            )

    def forget(self, paths: Iterable[str]) -> int:
        """Forget files that are gone; a picture that lay there is looked for in its other files from now on.

        Returns:
            How many there were.
        """
        gone = list(paths)
        with self._project.together():
            moved = {path: other for path in gone if (other := self.elsewhere(path)) is not None}
            self._project.move_pictures(moved)
            with self._project.writing() as connection:
                connection.executemany(
                    "DELETE FROM files WHERE path = CAST(? AS TEXT)", [(name_bytes(path),) for path in gone]
                )
        return len(gone)
