"""The scanned files of a project: where its pictures are, and which files failed.

Files with equal content are copies of one picture.
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

from tinyface_core.file_state import FileState
from tinyface_core.media.shot import Shot
from tinyface_core.media.sources import is_video
from tinyface_core.project.places import NAME, name_bytes
from tinyface_core.project.records import ProjectError, ProjectPicture, by_frame, faces_in
from tinyface_core.project.store import Project
from tinyface_core.project.turning import turn_picture
from tinyface_core.project.verdicts import carry_over
from tinyface_core.types import FindResult, UserError

FAILED_ELSEWHERE = "Another file of the same content could not be searched."
"""Reason given for a copy of a file that could not be searched."""

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """A file when it was scanned.

    Attributes:
        path: absolute path.
        state: its size and time; -1 both if it does not exist, such as with a broken link.
        reason: a sentence for the user on why it could not be searched; empty if it was searched.
    """

    path: str
    state: FileState
    reason: str = ""

    @staticmethod
    def at(path: Path) -> ScannedFile:
        """A file as it is now."""
        return ScannedFile(str(path), FileState.if_there(path))


class Outcome(StrEnum):
    """What a scan did with a file."""

    SEARCHED = "searched"
    COPY = "copies"
    """The project has a picture of the same content."""
    MOVED = "moved"
    """The project has a picture of the same content whose file no longer exists: it was moved here."""
    UNCHANGED = "as before"
    FAILED = "failed"
    FAILED_BEFORE = "failed before"
    """It is unchanged and was not tried again."""
    GONE = "gone"


def _scanned(path: str, size: int, modified: int, reason: str) -> ScannedFile:
    return ScannedFile(path, FileState(size, modified), reason)


def as_before(known: ScannedFile | None, now: ScannedFile, retry: bool) -> Outcome | None:
    """The outcome of a file that need not be scanned again; None if it must be, as after a failure with `retry`."""
    if known is None or known.state != now.state or (known.reason and retry):
        return None
    return Outcome.FAILED_BEFORE if known.reason else Outcome.UNCHANGED


@dataclass(frozen=True, slots=True)
class FoundFile:
    """The result of scanning a file.

    Attributes:
        file: its state, with a reason if it could not be searched.
        sha256: digest of its content; empty if it could not be read.
        results: results of its frames, with the faces to store; None if the content was not searched.
        likeness: perceptual hash of a photo, None if not computed.
        shot: time and camera from the photo's metadata.
    """

    file: ScannedFile
    sha256: str = ""
    results: tuple[FindResult, ...] | None = None
    likeness: int | None = None
    shot: Shot = field(default_factory=Shot)


class ScannedFiles:
    """The table of scanned files of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def known(self, path: str) -> ScannedFile | None:
        """The state of a file when it was scanned last, None if it never was."""
        query = f"SELECT path, size, modified, reason FROM files WHERE path = {NAME}"
        row = self._project.row(query, (name_bytes(path),))
        return None if row is None else _scanned(*row)

    def count_known(self, paths: Sequence[str], retry: bool) -> int:
        """How many of these files were scanned; with `retry` failed ones are not counted."""
        named, wanted = ", ".join([NAME] * len(paths)), "AND reason = ''" if retry else ""
        query = f"SELECT count(*) FROM files WHERE path IN ({named}) {wanted}"
        return int(self._project.row(query, [name_bytes(path) for path in paths])[0])

    def failed(self) -> list[ScannedFile]:
        """The files that could not be searched, ordered by path."""
        query = "SELECT path, size, modified, reason FROM files WHERE reason <> '' ORDER BY path"
        return [_scanned(*row) for row in self._project.rows(query)]

    def picture_with(self, sha256: str) -> str | None:
        """Path of a searched picture with this content, None if there is none."""
        with self._project.reading() as connection:
            row = connection.execute(
                "SELECT min(id) FROM pictures WHERE sha256 = ? AND EXISTS (SELECT 1 FROM runs WHERE picture = id)",
                (sha256,),
            ).fetchone()
            return None if row[0] is None else self._project.source_of(row[0])

    def content_at(self, path: str) -> str | None:
        """SHA-256 of the searched picture at this path; "" if it was not searched but has faces or was reviewed.

        None if there is no picture, or one of which nothing is known.
        """
        row = self._project.row(
            "SELECT CASE WHEN EXISTS (SELECT 1 FROM runs WHERE picture = id) THEN sha256 "
            "WHEN reviewed OR EXISTS (SELECT 1 FROM faces WHERE picture = id) THEN '' END "
            "FROM pictures WHERE id = ?",
            (self._project.id_of(path),),
        )
        return None if row is None else row[0]

    def elsewhere(self, path: str) -> str | None:
        """Another existing file of the picture that the project has at this path."""
        rows = self._project.rows(
            f"SELECT path FROM files WHERE picture = ? AND path <> {NAME} ORDER BY path",
            (self._project.id_of(path), name_bytes(path)),
        )
        return next((other for (other,) in rows if os.path.exists(other)), None)  # noqa: PTH110, files of a copy

    def needs_search(self, path: str, sha256: str, under_way: Container[str] = ()) -> bool:
        """Whether the content of the file at this path must be searched, and is not among those `under_way`."""
        here = self.content_at(path)
        if here is not None and self.elsewhere(path) is None:
            return here != sha256  # a changed picture is searched again, even if it now equals another one
        # In this order: what is no longer under way has been stored in the project.
        return sha256 not in under_way and self.picture_with(sha256) is None

    def of_picture(self, path: str) -> str | None:
        """Path of the picture that a scan found in a file, None if it found none."""
        with self._project.reading() as connection:
            row = connection.execute(
                f"SELECT picture FROM files WHERE path = {NAME} AND reason = ''", (name_bytes(path),)
            ).fetchone()
            return None if row is None or row[0] is None else self._project.source_of(row[0])

    def gone(self, folders: Sequence[Path]) -> Iterator[str]:
        """The files in these folders and their subfolders that no longer exist."""
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

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the project against other scans, also by other programs and computers.

        Raises:
            UserError: if another scan is running.
            ProjectError: if nothing can be written beside the project.
        """
        path = self._project.path
        file = path.with_name(f".{path.name}.scan")
        lock = FileLock(file, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise UserError(f"Another scan works on {path.name}: wait until it has ended, or stop it.") from None
        except PermissionError:
            raise ProjectError(
                f"{path.name} cannot be written: copy it into a folder of your own and open the copy."
            ) from None
        try:
            yield
        finally:
            with suppress(OSError):  # Windows does not remove open files
                file.unlink()
            lock.release()

    def store(self, found: FoundFile) -> Outcome:
        """Store the result of scanning a file; verdicts are carried over to matching new faces."""
        with self._project.together():
            return self._store(found)

    def _store(self, found: FoundFile) -> Outcome:
        project, path = self._project, found.file.path
        here, elsewhere = self.content_at(path), self.elsewhere(path)
        if found.sha256 and here not in (None, found.sha256) and elsewhere is not None:
            project.move_pictures({path: elsewhere})  # the old content still exists there
            here = None
        if found.file.reason:
            self.put(found.file)
            return Outcome.FAILED
        if found.results is None:
            return self._store_copy(found, path if here == found.sha256 else self.picture_with(found.sha256))
        project.add_pictures([ProjectPicture(path, is_video(Path(path)))])
        if not is_video(Path(path)) and any(result.index is not None for result in found.results):
            self.note_pages(path)
        project.set_fingerprint(path, found.sha256, found.file.state.size)
        if here:
            project.set_reviewed(path, False)
            turn_picture(project, path, 0)  # the file was changed and may have been rotated
        before = by_frame(project.faces(path))
        for result in found.results:
            faces = faces_in(result)
            project.put_result(result, carry_over(before[result.index], faces))
        self.put_photo(path, found.likeness, found.shot)
        self.put(found.file, path)
        return Outcome.SEARCHED

    def _store_copy(self, found: FoundFile, source: str | None) -> Outcome:
        if source is None:  # another file of this content has just failed
            self.put(replace(found.file, reason=FAILED_ELSEWHERE))
            return Outcome.FAILED
        path, moved = found.file.path, not os.path.lexists(source) and os.path.lexists(found.file.path)
        if source != path and self.content_at(path) is None and self._project.id_of(path) is not None:
            self._project.remove_pictures([path])  # it was listed before it was known to be a copy
        if moved:  # False if neither file exists, as with parts of a scan on another computer
            self._project.move_pictures({source: path})
        self.put(found.file, path if moved else source)
        return Outcome.MOVED if moved else Outcome.UNCHANGED if source == path else Outcome.COPY

    def put(self, file: ScannedFile, source: str | None = None) -> None:
        """Store the state of a file, and its picture in the project, if there is one."""
        picture = None if source is None else self._project.id_of(source)
        with self._project.together() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO files VALUES ({NAME}, ?, ?, ?, {NAME})",
                (name_bytes(file.path), file.state.size, file.state.modified, picture, name_bytes(file.reason)),
            )

    def put_failure(self, source: str, reason: str) -> None:
        """Store why a picture of the project cannot be searched; an empty reason removes the failure."""
        if reason:
            self.put(replace(ScannedFile.at(Path(source)), reason=reason), source)
            return
        with self._project.together() as connection:
            connection.execute(f"DELETE FROM files WHERE path = {NAME} AND reason <> ''", (name_bytes(source),))

    def note_pages(self, source: str) -> None:
        """Store that a picture has pages; faces it had as a photo become faces of the first page."""
        with self._project.together() as connection:
            id_ = (self._project.id_of(source),)
            connection.execute("UPDATE pictures SET has_pages = 1 WHERE id = ?", id_)
            connection.execute("UPDATE OR IGNORE faces SET frame = 0 WHERE picture = ? AND frame = -1", id_)
            connection.execute("DELETE FROM runs WHERE picture = ? AND frame = -1", id_)

    def put_photo(self, source: str, likeness: int | None, shot: Shot) -> None:
        """Store a photo's perceptual hash in [-2**63, 2**63), and its time and camera."""
        with self._project.together() as connection:
            connection.execute(
                "UPDATE pictures SET likeness = ?, taken = ?, camera = ? WHERE id = ?",
                (likeness, shot.taken, shot.camera, self._project.id_of(source)),
            )

    def forget(self, paths: Iterable[str]) -> tuple[int, dict[str, str]]:
        """Remove files that no longer exist; a picture that has other files gets the path of one of them.

        Returns:
            How many were removed, and the new paths of pictures by their old ones.
        """
        gone = list(paths)
        with self._project.together() as connection:
            moved = {path: other for path in gone if (other := self.elsewhere(path)) is not None}
            self._project.move_pictures(moved)
            connection.executemany(f"DELETE FROM files WHERE path = {NAME}", [(name_bytes(path),) for path in gone])
        return len(gone), moved
