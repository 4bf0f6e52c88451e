"""Actions on the selected face: copy or save its pixels, show its file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from tinyface_core.files import replacing

from ..models.images import cut_face
from ..session.session import Session
from ..views.saving import ask_file, save_file
from ..work import Worker


class Crops(QObject):
    """Copies and saves the original pixels of the selected face, and opens the folder of the picture."""

    failed = Signal(str, str)
    """One sentence for the user, details to copy."""
    saved = Signal(str)
    """A sentence."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._worker = Worker(self)

    def stop(self) -> None:
        """Wait for the current file."""
        self._worker.wait()

    def copy(self) -> None:
        """Copy the face's original pixels to the clipboard."""
        crop = self._crop()
        if crop is not None:
            QGuiApplication.clipboard().setImage(crop)

    def ask_save(self) -> None:
        """Ask for a file, and save the face's original pixels as PNG."""
        crop = self._crop()
        if crop is None:
            return
        name = f"{Path(self._session.shown.source or 'face').stem}-face.png"
        title, kinds = self.tr("Save the face"), self.tr("PNG pictures (*.png)")
        path = ask_file(self._window, title, kinds, self._session.settings, name)
        if path is not None:
            self.save(crop, path)

    def save(self, crop: QImage, path: Path) -> None:
        """Write a crop as PNG in a worker thread."""

        def write() -> None:
            with replacing(path) as part:
                if not crop.save(str(part), "PNG"):  # type: ignore[call-overload]
                    raise OSError

        save_file(self._worker, path, write).then(self.saved.emit, self.failed.emit)

    def show_folder(self) -> None:
        """Open the folder of the shown picture."""
        source = Path(self._session.shown.source or "")
        if source.is_absolute():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(source.parent)))

    def _crop(self) -> QImage | None:
        frame, entry = self._session.shown.frame, self._session.faces.entry(self._session.selection.key)
        if frame is None or entry is None or (frame.source, frame.index) != (entry.source, entry.index):
            self.failed.emit(self.tr("Select a face of the picture on the screen first."), "")
            return None
        return cut_face(frame.pixels, entry.face.box)
