"""Rotates pictures by hand, together with their faces and verdicts; can be undone."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QTransform, QUndoStack

from tinyface_core.media.turning import turned_result, turned_size
from tinyface_core.project.turning import turned_face

from ..models.face_commands import Step
from ..models.face_entry import FaceEntry
from ..models.faces import FacesModel
from ..models.pictures import Picture
from .searches import Searches
from .shown import ShownPicture


class PictureTurning(QObject):
    """Rotates photos and files of pages, and searches them again, since faces on their sides were missed."""

    def __init__(
        self, shown: ShownPicture, faces: FacesModel, undo_stack: QUndoStack, searches: Searches, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._shown, self._faces, self._undo_stack, self._searches = shown, faces, undo_stack, searches
        shown.pictures.turned.connect(self._follow)

    def turn(self, by: int) -> None:
        """Rotate the shown picture clockwise by so many degrees, as one undo step."""
        picture, frame = self._shown.picture, self._shown.frame
        if picture is None or picture.is_video or frame is None:
            return
        text = QCoreApplication.translate("PictureTurning", "Turn the picture")
        apply = partial(self._apply, picture.source, turned_size(frame.width, frame.height, frame.turn))
        self._undo_stack.push(Step(text, partial(apply, by), partial(apply, -by)))

    def _apply(self, source: str, size_in_file: tuple[int, int], by: int) -> None:
        """Rotate a picture with its faces, and search it again if it was searched."""
        picture = self._shown.pictures.picture(source)
        if picture is None:  # closed meanwhile
            return
        self._searches.queue.drop(source)  # what it finds would lie elsewhere
        size = turned_size(*size_in_file, picture.turn)
        turned = [self._turned(entry, size, by) for entry in self._faces.entries() if entry.source == source]
        self._shown.pictures.set_turn(source, (picture.turn + by) % 360)
        self._faces.follow(turned, [], [])
        if any(searched == source for searched, _index in self._searches.results):
            self._searches.search([source])

    def _turned(self, entry: FaceEntry, size: tuple[int, int], by: int) -> FaceEntry:
        result = self._searches.results.get((entry.source, entry.index))
        return turned_face(entry, *(size if result is None else (result.width, result.height)), by)

    def _follow(self, picture: Picture, by: int) -> None:
        """Follow the rotation of a picture, in this or another window."""
        results = self._searches.results
        for key in [key for key in results if key[0] == picture.source]:
            results[key] = turned_result(results[key], by)
        keys = (entry.key for entry in self._faces.entries() if entry.source == picture.source)
        known, transform = self._faces.known_thumbnails(keys), QTransform().rotate(by)
        self._faces.set_thumbnails({key: image.transformed(transform) for key, image in known.items()})
        self._shown.show_turned(picture)
