"""Opening and closing pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QUndoStack

from tinyface_core.folders import typed_path
from tinyface_core.types import CancelToken, Frame

from ..jobs.loading import Listed, list_pictures
from ..models.faces import FacesModel
from ..models.images import to_pixels
from ..models.pictures import Picture, State
from ..settings import Settings
from ..style.figures import whole
from ..work import Job, Report, Worker
from .searches import Searches
from .shown import ShownPicture

T = TypeVar("T")

MOST_SECONDS_TO_PAINT = 0.5
"""A window that is closed paints no more."""

_AFTER_PAINTING = 5
"""Milliseconds; with 0 it would be before."""


class OpenedPictures(QObject):
    """Opens files, folders and pasted pictures, and closes pictures in all parts of the session."""

    failed = Signal(str, str)
    """One sentence for the user, details to copy."""
    opening = Signal()
    """Others are opened."""
    scan_wanted = Signal(object)
    """`list[Path]` with folders among them, which are scanned while they are listed."""
    listed = Signal()
    """All that was opened last is in the window."""

    def __init__(
        self,
        shown: ShownPicture,
        searches: Searches,
        faces: FacesModel,
        undo_stack: QUndoStack,
        settings: Settings,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._shown, self._pictures = shown, shown.pictures
        self._searches, self._faces, self._undo_stack, self._settings = searches, faces, undo_stack, settings
        self._worker = Worker(self)
        self._show_first = False
        self.painted = threading.Event()
        """Set once the pictures that were listed last are on the screen."""

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files and folders; the first new picture is shown, all are searched depending on the settings."""
        if not paths:
            return
        self.opening.emit()
        self._searches.say(self.tr("Looking for pictures…"))
        wanted = [typed_path(str(path)).absolute() for path in paths]
        job = self._worker.start(lambda *_: any(path.is_dir() for path in wanted))
        job.then(lambda with_folders: self._open(wanted, with_folders), self._fail)

    def _open(self, wanted: list[Path], with_folders: bool) -> None:
        searched = self._settings.search_on_open
        state = State.WAITING if searched else State.IDLE
        self.painted.clear()
        job = self._worker.start(lambda cancel, report: list_pictures(wanted, cancel, self._one_by_one(report), state))
        self._take_in(job.then(lambda listed: self._end(wanted, listed)), searched and not with_folders)
        if searched and with_folders:
            self.scan_wanted.emit(wanted)

    def _one_by_one(self, report: Report) -> Callable[[list[Picture]], None]:
        """Lists pictures in portions; the window takes one before it gets the next."""

        def tell(portion: list[Picture]) -> None:
            self.painted.clear()
            report.partial(portion)
            self.painted.wait(MOST_SECONDS_TO_PAINT)

        return tell

    def open_image(self, pixels: QImage) -> None:
        """Open a picture from the clipboard, which is saved as a file in the user's folder."""
        title = self.tr("Pasted picture")

        def work(_cancel: CancelToken, report: Report) -> None:
            from tinyface_core.project.pasted import save_pasted

            frame = Frame(to_pixels(pixels), title)
            try:
                path = save_pasted(frame.pixels, title)
            except OSError:
                # It can be looked at all the same, but is part of no project.
                self._shown.cache.pin(frame)
                report.partial([Picture(title)])
                raise
            report.partial([Picture(str(path))])

        job = self._worker.start(work).then(lambda _none: self._searches.tell_ready())
        self._take_in(job, self._settings.search_on_open)

    def close_picture(self, source: str) -> None:
        """Close one picture; the next one is shown."""
        row = self._pictures.row_of(source)
        if row < 0:
            return
        self._searches.forget(source)
        self._faces.remove_picture(source)
        self.leave_out([source])

    def leave_out(self, sources: Sequence[str]) -> None:
        """Remove pictures without results from the list; the next one is shown."""
        shown, place = self._shown.source, 0
        if shown is not None and shown in sources:
            gone, row = set(sources), self._pictures.row_of(shown)
            place = sum(picture.source not in gone for picture in self._pictures.pictures()[:row])
        self._pictures.remove(sources)
        for source in sources:
            self._shown.cache.forget(source)
        if shown in sources:
            left = self._pictures.pictures()
            self._shown.show(left[min(place, len(left) - 1)].source if left else None)
        self._searches.tell_ready()

    def close_all(self) -> None:
        """Close everything."""
        self._searches.cancel()
        self._searches.results.clear()
        self._pictures.clear()
        self._faces.clear()
        self._undo_stack.clear()
        self._shown.show(None)
        self._searches.tell_ready()

    def stop(self) -> None:
        """End all work."""
        self._worker.stop()

    def _take_in(self, job: Job[T], searched: bool) -> None:
        self._show_first = True
        job.failed.connect(self._fail)
        job.partial.connect(lambda pictures: self._add(pictures, searched))

    def _add(self, pictures: list[Picture], searched: bool) -> None:
        new = self._pictures.add(pictures)
        if searched:
            self._searches.search(new)
        if self._show_first:
            self._show_first = False
            source = pictures[0].source
            if self._shown.source is None:
                # It brings all panels with it: that and to list what was opened are two turns' work.
                QTimer.singleShot(0, self, lambda: self._show_alone(source))
            else:
                self._shown.show(source)
        QTimer.singleShot(_AFTER_PAINTING, self.painted.set)

    def _show_alone(self, source: str) -> None:
        if self._shown.source is None and self._pictures.row_of(source) >= 0:
            self._shown.show(source)

    def _end(self, wanted: list[Path], listed: Listed) -> None:
        opened = set(wanted)
        alone = (path for path in wanted if path not in listed.refused and opened.isdisjoint(path.parents))
        self._settings.remember_recent(*alone)
        sentences = list(listed.refused.values())
        if len(sentences) > 1:
            text = self.tr("{count} of {all} files or folders could not be opened. The first: {reason}")
            told = text.format(count=whole(len(sentences)), all=whole(len(wanted)), reason=sentences[0])
            self.failed.emit(told, "\n".join(sentences))
        elif sentences:
            self.failed.emit(sentences[0], "")
        elif not listed.found:
            self.failed.emit(self.tr("There are no pictures or videos in that folder."), "")
        self.painted.set()
        self.listed.emit()
        self._searches.tell_ready()

    def _fail(self, sentence: str, details: str) -> None:
        self._searches.tell_ready()
        self.failed.emit(sentence, details)
