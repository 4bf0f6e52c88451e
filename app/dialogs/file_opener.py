"""What the user opens: chosen in a dialog, dropped, pasted, or picked among the recent ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from tinyface_core.bundled import resource
from tinyface_core.project.store import SUFFIX

from ..session.project import ProjectSession
from ..session.session import Session

SAMPLES = resource("samples")
_FIRST_SAMPLE = "orchestra.webp"
"""The one with tiny faces is shown first."""


class FileOpener(QObject):
    """Opens photos, videos, folders and projects."""

    def __init__(self, session: Session, project: ProjectSession, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._settings = session.settings
        self._project = project
        self._window = window

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open photos, videos and folders; a project takes the place of the present one."""
        projects = [path for path in paths if path.suffix == SUFFIX]
        if projects:
            self._project.open(projects[0])
        else:
            self._session.opened.open_paths(paths)

    def open_samples(self) -> None:
        """Open the pictures that come with the program."""
        self.open_paths([SAMPLES / _FIRST_SAMPLE, SAMPLES])

    def open_data(self, data: QMimeData) -> bool:
        """Open what was dropped or pasted; whether there was anything."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.open_paths(paths)
            return True
        image = data.imageData() if data.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            self._session.opened.open_image(image)
            return True
        return False

    def paste(self) -> None:
        """Open what was copied."""
        if not self.open_data(QGuiApplication.clipboard().mimeData()):
            self._session.failed.emit(self.tr("There is no picture to paste: copy a picture or files first."), "")

    def ask_photos(self) -> None:
        """Ask for photos and open them."""
        from tinyface_core.media.sources import PICTURE_SUFFIXES

        self._ask_files(self.tr("Open photos"), self.tr("Photos"), PICTURE_SUFFIXES)

    def ask_video(self) -> None:
        """Ask for videos and open them."""
        from tinyface_core.media.sources import VIDEO_SUFFIXES

        self._ask_files(self.tr("Open a video"), self.tr("Videos"), VIDEO_SUFFIXES)

    def ask_folder(self) -> None:
        """Ask for a folder and open all that is in it."""
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder"), self._settings.open_folder)
        if chosen:
            self._settings.open_folder = chosen
            self.open_paths([Path(chosen)])

    def _ask_files(self, title: str, kind: str, suffixes: frozenset[str]) -> None:
        patterns = " ".join(f"*{suffix}" for suffix in sorted(suffixes))
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window, title, self._settings.open_folder, f"{kind} ({patterns});;{self.tr('All files')} (*)"
        )
        if chosen:
            self._settings.open_folder = str(Path(chosen[0]).parent)
            self._session.opened.open_paths([Path(name) for name in chosen])
