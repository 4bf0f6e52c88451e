"""What a project knows of scanned files: where its pictures are, and which files failed.

A picture is a content, a file is a place that holds it: two files of equal content are one picture.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from tinyface_core.media.shot import Shot
from tinyface_core.media.sources import is_video
from tinyface_core.project.places import NAME, name_bytes
from tinyface_core.project.records import ProjectPicture, by_frame, faces_in
from tinyface_core.project.store import Project
from tinyface_core.project.turning import turn_picture
from tinyface_core.project.verdicts import carry_over
from tinyface_core.types import Detections, FindResult, UserError

FAILED_ELSEWHERE = "Another file of the same content could not be searched."
"""Why a file could not."""

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
        """The file that lies there now; of one that is not there, as where a link leads nowhere, both are -1."""
        try:
            state = path.stat()
        except OSError:
            return ScannedFile(str(path), -1, -1)
        return ScannedFile(str(path), state.st_size, state.st_mtime_ns)

    def is_as(self, other: ScannedFile) -> bool:
        """Whether nobody has written to it between the two looks."""
        return (self.size, self.modified) == (other.size, other.modified)


class Outcome(StrEnum):
    """What a scan did with a file."""

    SEARCHED = "searched"
    COPY = "copies"
    """The project has a picture of the same content."""
    MOVED = "moved"
    """The project has a picture of the same content, which is not where it was: it lies here now."""
    UNCHANGED = "as before"
    FAILED = "failed"
    FAILED_BEFORE = "failed before"
    """It has not changed since, and was not tried again."""
    GONE = "gone"


def as_before(known: ScannedFile | None, now: ScannedFile, retry: bool) -> Outcome | None:
    """What is said of a file with which there is nothing to do, as it is known already; None of any other.

    Args:
        known: the file as it was met last, None if it never was.
        now: as it is now.
        retry: whether one that failed is tried again although it has not changed.
    """
    if known is None or not known.is_as(now) or (known.reason and retry):
        return None
    return Outcome.FAILED_BEFORE if known.reason else Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class FoundFile:
    """What a scan found out of a file.

    Attributes:
        file: as it was met; with a reason where it could not be searched.
        sha256: of its content, as `fingerprint` gives it; empty where it could not be read.
        results: of its frames, with the faces that are kept; None where the content was not searched.
        likeness: perceptual hash of a photo, None where it was not computed.
        shot: what the camera noted.
    """

    file: ScannedFile
    sha256: str = ""
    results: tuple[FindResult, ...] | None = None
    likeness: int | None = None
    shot: Shot = field(default_factory=Shot)


class ScannedFiles:
    """The files of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project

    # -- reading ----------------------------------------------------------------------------------------

    def known(self, path: str) -> ScannedFile | None:
        """The file as it was met last, None if it never was."""
        query = f"SELECT path, size, modified, reason FROM files WHERE path = {NAME}"
        row = self._project.row(query, (name_bytes(path),))
        return None if row is None else ScannedFile(*row)

    def count_known(self, paths: Sequence[str], retry: bool) -> int:
        """How many of these files a scan has met, but for failed ones where these are tried again."""
        named, wanted = ", ".join([NAME] * len(paths)), "AND reason = ''" if retry else ""
        query = f"SELECT count(*) FROM files WHERE path IN ({named}) {wanted}"
        return int(self._project.row(query, [name_bytes(path) for path in paths])[0])

    def failed(self) -> list[ScannedFile]:
        """The files that could not be searched, by path."""
        query = "SELECT path, size, modified, reason FROM files WHERE reason <> '' ORDER BY path"
        return [ScannedFile(*row) for row in self._project.rows(query)]

    def picture_with(self, sha256: str) -> str | None:
        """Path of the picture with this content that has been searched."""
        with self._project.reading() as connection:
            row = connection.execute(
                "SELECT min(id) FROM pictures WHERE sha256 = ? AND EXISTS (SELECT 1 FROM runs WHERE picture = id)",
                (sha256,),
            ).fetchone()
            return None if row[0] is None else self._project.source_of(row[0])

    def content_at(self, path: str) -> str | None:
        """SHA-256 of what was searched at this path, "" of a picture that was not.

        None where there is no picture, or one that was listed and of which nothing is known.
        """
        row = self._project.row(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM runs WHERE picture = id) THEN sha256 "
            "WHEN reviewed OR EXISTS (SELECT 1 FROM faces WHERE picture = id) THEN '' END "
            "FROM pictures WHERE id = ?",
            (self._project.id_of(path),),
        )
        return None if row is None else row[0]

    def elsewhere(self, path: str) -> str | None:
        """Another file, which is there, of the picture that the project has at this path."""
        rows = self._project.rows(
            f"SELECT path FROM files WHERE picture = ? AND path <> {NAME} ORDER BY path",
            (self._project.id_of(path), name_bytes(path)),
        )
        return next((other for (other,) in rows if os.path.exists(other)), None)  # noqa: PTH110, files of a copy

    def needs_search(self, path: str, sha256: str, under_way: Container[str] = ()) -> bool:
        """Whether a content that lies at this path is to be searched, and is not `under_way` into the project."""
        here = self.content_at(path)
        if here is not None and self.elsewhere(path) is None:
            return here != sha256  # a changed picture is searched again, even where it has become the same as another
        # In this order: what was under way a moment ago is in the project now.
        return sha256 not in under_way and self.picture_with(sha256) is None

    def of_picture(self, path: str) -> str | None:
        """Source of the picture that lies in a file, None where no scan has met one there."""
        with self._project.reading() as connection:
            row = connection.execute(
                f"SELECT picture FROM files WHERE path = {NAME} AND reason = ''", (name_bytes(path),)
            ).fetchone()
            return None if row is None or row[0] is None else self._project.source_of(row[0])

    def gone(self, folders: Sequence[Path]) -> Iterator[str]:
        """The files in and under these folders that are not there any more."""
        tops = tuple(os.path.join(folder, "") for folder in folders)  # noqa: PTH118, it ends with a separator
        for path in self._paths():
            if path.startswith(tops) and not os.path.lexists(path):
                yield path

    def _paths(self) -> Iterator[str]:
        query, last = f"SELECT path FROM files WHERE path > {NAME} ORDER BY path LIMIT ?", b""
        while rows := self._project.rows(query, (last, _AT_ONCE)):
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

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other scans out of this project, also those of other programs and machines.

        Raises:
            UserError: if there is one.
        """
        path = self._project.path
        file = path.with_name(f".{path.name}.scan")
        lock = FileLock(file, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise UserError(f"Another scan works on {path.name}: wait until it has ended, or stop it.") from None
        try:
            yield
        finally:
            with suppress(OSError):  # Windows keeps what is open
                file.unlink()
            lock.release()

    def store(self, found: FoundFile) -> Outcome:
        """Take in what was found out of a file; verdicts stay with the faces that cover the old ones."""
        with self._project.together():
            return self._store(found)

    def _store(self, found: FoundFile) -> Outcome:
        project, path = self._project, found.file.path
        here, elsewhere = self.content_at(path), self.elsewhere(path)
        if found.sha256 and here not in (None, found.sha256) and elsewhere is not None:
            project.move_pictures({path: elsewhere})  # what was here lies there still
            here = None
        if found.file.reason:
            self.put(found.file)
            return Outcome.FAILED
        if found.results is None:
            return self._store_copy(found, path if here == found.sha256 else self.picture_with(found.sha256))
        project.add_pictures([ProjectPicture(path, is_video(Path(path)))])
        if not is_video(Path(path)) and any(result.index is not None for result in found.results):
            self.note_pages(path)
        project.set_fingerprint(path, found.sha256, found.file.size)
        if here:
            project.set_reviewed(path, False)
            turn_picture(project, path, 0)  # who changed the file may have turned it
        before = by_frame(project.faces(path))
        for result in found.results:
            faces = faces_in(result)
            project.put_result(replace(result, faces=Detections.of([], [])), carry_over(before[result.index], faces))
        self.put_photo(path, found.likeness, found.shot)
        self.put(found.file, path)
        return Outcome.SEARCHED

    def _store_copy(self, found: FoundFile, source: str | None) -> Outcome:
        if source is None:  # the first file of this content failed a moment ago, and so would this one
            self.put(replace(found.file, reason=FAILED_ELSEWHERE))
            return Outcome.FAILED
        path, moved = found.file.path, not os.path.lexists(source) and os.path.lexists(found.file.path)
        if source != path and self.content_at(path) is None and self._project.id_of(path) is not None:
            self._project.remove_pictures([path])  # it was listed before this was known
        if moved:  # a part of a scan elsewhere speaks of files that are not here
            self._project.move_pictures({source: path})
        self.put(found.file, path if moved else source)
        return Outcome.MOVED if moved else Outcome.UNCHANGED if source == path else Outcome.COPY

    def put(self, file: ScannedFile, source: str | None = None) -> None:
        """Note what a file is now.

        Args:
            file: with a reason, if there is no picture.
            source: path of its picture in the project.
        """
        picture = None if source is None else self._project.id_of(source)
        with self._project.writing() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO files VALUES ({NAME}, ?, ?, ?, {NAME})",
                (name_bytes(file.path), file.size, file.modified, picture, name_bytes(file.reason)),
            )

    def put_failure(self, source: str, reason: str) -> None:
        """Note why a picture of the project cannot be searched; with an empty reason, that it can."""
        if reason:
            self.put(replace(ScannedFile.at(Path(source)), reason=reason), source)
            return
        with self._project.writing() as connection:
            connection.execute(f"DELETE FROM files WHERE path = {NAME} AND reason <> ''", (name_bytes(source),))

    def note_pages(self, source: str) -> None:
        """Note that a picture has pages; what was said of it as a photo was said of the first one."""
        with self._project.writing() as connection:
            id_ = (self._project.id_of(source),)
            connection.execute("UPDATE pictures SET has_pages = 1 WHERE id = ?", id_)
            connection.execute("UPDATE OR IGNORE faces SET frame = 0 WHERE picture = ? AND frame = -1", id_)
            connection.execute("DELETE FROM runs WHERE picture = ? AND frame = -1", id_)

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
        with self._project.writing() as connection:
            moved = {path: other for path in gone if (other := self.elsewhere(path)) is not None}
            self._project.move_pictures(moved)
            connection.executemany(f"DELETE FROM files WHERE path = {NAME}", [(name_bytes(path),) for path in gone])
        return len(gone)
