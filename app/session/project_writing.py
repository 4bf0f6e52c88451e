"""Writes the changes of the window's models into the project file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from tinyface_core.project.pasted import is_pasted
from tinyface_core.project.places import in_project
from tinyface_core.project.records import ProjectPicture, Remaining
from tinyface_core.project.scanned import ScannedFiles
from tinyface_core.project.store import Project
from tinyface_core.project.turning import turn_picture
from tinyface_core.types import Detections, FindResult

from ..jobs.autosaving import Autosave, Change
from ..models.face_entry import FaceEntry
from ..models.pictures import Picture
from .session import Session


class ProjectWriter(QObject):
    """Passes changes of pictures and faces on to the autosave, except those loaded from the file."""

    faces_changed = Signal()
    """The analyst has changed or drawn faces."""

    def __init__(self, session: Session, autosave: Autosave, parent: QObject) -> None:
        super().__init__(parent)
        self._autosave, self._searches = autosave, session.searches
        self._is_paused = False
        pictures, faces = session.pictures, session.faces
        pictures.added.connect(self._add_pictures)
        pictures.removed.connect(self._remove_pictures)
        pictures.reviewed_changed.connect(self._write_reviewed)
        pictures.remaining_changed.connect(self._write_remaining)
        pictures.renewed.connect(self._forget_search)
        pictures.failed.connect(self._write_failure)
        pictures.turned.connect(self._write_turn)
        faces.searched.connect(self._write_result)
        faces.written.connect(self._write_faces)
        faces.moved.connect(self._write_moves)
        faces.taken.connect(self._remove_faces)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Ignore changes of pictures in the block, since they come from the file."""
        self._is_paused = True
        try:
            yield
        finally:
            self._is_paused = False

    def _add_pictures(self, pictures: list[Picture]) -> None:
        if self._is_paused or not any(in_project(picture.source) for picture in pictures):
            return

        # Made in the worker: there may be a thousand of them.
        def add(project: Project) -> None:
            new = (p for p in pictures if in_project(p.source))
            project.add_pictures([ProjectPicture(p.source, p.is_video, has_pages=p.has_pages) for p in new])
            for picture in pictures:
                if is_pasted(picture.source) and Path(picture.source).exists():
                    project.keep_pasted(picture.source, Path(picture.source).read_bytes())

        self._autosave.change(add)
        if not self._searches.is_scanning:  # a scan reads all files anyway
            self._autosave.fingerprint()

    def _remove_pictures(self, sources: list[str]) -> None:
        if not self._is_paused:
            self._autosave.change(lambda project: project.remove_pictures(sources))

    def _change_picture(self, source: str, change: Change) -> None:
        if in_project(source) and not self._is_paused:
            self._autosave.change(change)

    def _write_reviewed(self, source: str, reviewed: bool) -> None:
        self._change_picture(source, lambda project: project.set_reviewed(source, reviewed))

    def _write_remaining(self, source: str, remaining: Remaining) -> None:
        if in_project(source):
            self._autosave.change(lambda project: project.set_remaining(source, remaining))

    def _forget_search(self, source: str) -> None:
        self._change_picture(source, lambda project: project.forget_search(source))
        self._autosave.fingerprint()

    def _write_turn(self, picture: Picture, _by: int) -> None:
        self._change_picture(picture.source, lambda project: turn_picture(project, picture.source, picture.turn))

    def _write_failure(self, source: str, reason: str) -> None:
        self._change_picture(source, lambda project: ScannedFiles(project).put_failure(source, reason))

    def _write_result(self, result: FindResult, entries: tuple[FaceEntry, ...]) -> None:
        if in_project(result.source):
            plain = replace(result, faces=Detections.of([], []))  # the change may wait: keep no faces twice

            def put(project: Project) -> None:
                project.put_result(plain, entries)
                ScannedFiles(project).put_failure(result.source, "")

            self._autosave.change(put)

    def _write_faces(self, entries: tuple[FaceEntry, ...]) -> None:
        if self._change_faces(entries, lambda project, faces: project.put_faces(faces)):
            self.faces_changed.emit()

    def _write_moves(self, entries: tuple[FaceEntry, ...]) -> None:
        self._change_faces(entries, lambda project, faces: project.put_moves(faces))

    def _remove_faces(self, entries: tuple[FaceEntry, ...]) -> None:
        self._change_faces(entries, lambda project, faces: project.remove_faces(faces))

    def _change_faces(
        self, entries: tuple[FaceEntry, ...], change: Callable[[Project, Sequence[FaceEntry]], None]
    ) -> bool:
        """Write the faces whose pictures can be part of a project; returns whether there are any."""
        faces = [entry for entry in entries if in_project(entry.source)]
        if faces:
            self._autosave.change(lambda project: change(project, faces))
        return bool(faces)
