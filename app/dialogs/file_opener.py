"""Opens files that are chosen, dropped or pasted; asks for project files, and before a picture is closed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from tinyface_core.bundled import resource
from tinyface_core.project.database import SUFFIX

from ..session.project import ProjectSession
from ..session.scanning import FolderScan
from ..session.session import Session
from ..style.figures import counted
from .asking import ask_folder, confirm

SAMPLES = resource("samples")
_FIRST_SAMPLE = "orchestra.webp"
"""The one with tiny faces is shown first."""


class FileOpener(QObject):
    """Opens photos, videos, folders and projects, and closes them."""

    def __init__(self, session: Session, project: ProjectSession, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._settings = session.settings
        self._project = project
        self._window = window
        self.scan = FolderScan(project, session, self)
        """Searches folders into the project."""

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open photos, videos and folders; a project replaces the current one and is opened alone."""
        projects = [path for path in paths if path.suffix == SUFFIX]
        if projects:
            self._project.open(projects[0])
            if len(paths) > 1:
                sentence = self.tr("Only {name} is opened: open the other files once the project is loaded.")
                self._session.failed.emit(sentence.format(name=projects[0].name), "")
        else:
            self._session.opened.open_paths(paths)

    def open_samples(self) -> None:
        """Open the sample pictures."""
        self.open_paths([SAMPLES / _FIRST_SAMPLE, SAMPLES])

    @staticmethod
    def can_open(data: QMimeData) -> bool:
        """Whether it contains anything to open; links to the web are not fetched."""
        return bool(_local_files(data)) or data.hasImage()

    def open_data(self, data: QMimeData) -> bool:
        """Open what was dropped or pasted; returns whether there was anything."""
        if paths := _local_files(data):
            self.open_paths(paths)
            return True
        image = data.imageData() if data.hasImage() else None
        if isinstance(image, QImage) and not image.isNull():
            self._session.opened.open_image(image)
            return True
        return False

    def paste(self) -> None:
        """Open the content of the clipboard."""
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
        """Ask for a folder and open its content."""
        chosen = ask_folder(self._window, self.tr("Open a folder"), self._settings.open_folder)
        if chosen:
            self._settings.open_folder = chosen
            self.open_paths([Path(chosen)])

    def close_picture(self, source: str) -> None:
        """Close a picture; asks first if verdicts, notes or drawn boxes would be removed with it."""
        entries = self._session.faces.entries()
        said = sum(1 for e in entries if e.source == source and (e.verdict or e.note or e.drawn))
        if not said or self._may_forget(source, said):
            self._session.opened.close_picture(source)

    def ask_new_project(self) -> None:
        """Ask for a file and start an empty project in it."""
        path = self._ask_project_to_write(self.tr("New project"), self.tr("Project"))
        if path is not None:
            self._project.new(path)

    def ask_project(self) -> None:
        """Ask for a project and open it."""
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open project"), self._settings.project_folder, self._projects()
        )
        if chosen:
            self._settings.project_folder = str(Path(chosen).parent)
            self._project.open(Path(chosen))

    def ask_save_project(self) -> None:
        """Ask for a file and save the project there."""
        name = self._project.path.stem if self._project.is_named else self.tr("Project")
        path = self._ask_project_to_write(self.tr("Save project as"), name)
        if path is not None:
            self._project.save_as(path)

    def ask_relink(self) -> bool:
        """Ask for a folder and look for missing pictures in it; returns whether one was chosen."""
        title, folder = self.tr("Look for missing pictures in"), self._settings.open_folder
        chosen = ask_folder(self._window, title, folder)
        if chosen:
            self._project.relink(Path(chosen))
        return bool(chosen)

    def _may_forget(self, source: str, said: int) -> bool:
        question = self.tr("Close {name} and delete what you entered for it?").format(name=Path(source).name)
        one = self.tr("1 verdict, note or drawn box is removed from the project with it.")
        many = self.tr("{count} verdicts, notes or drawn boxes are removed from the project with it.")
        details = counted(said, one, many)
        return confirm(self._window, question, self.tr("Close and forget"), details)

    def _ask_project_to_write(self, title: str, name: str) -> Path | None:
        start = str(Path(self._settings.project_folder) / f"{name}{SUFFIX}")
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, start, self._projects())
        if not chosen:
            return None
        path = Path(chosen)
        self._settings.project_folder = str(path.parent)
        return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)

    def _projects(self) -> str:
        title = self.tr("Projects")
        return f"{title} (*{SUFFIX})"

    def _ask_files(self, title: str, kind: str, suffixes: frozenset[str]) -> None:
        all_files = self.tr("All files")
        patterns = " ".join(f"*{suffix}" for suffix in sorted(suffixes))
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window, title, self._settings.open_folder, f"{kind} ({patterns});;{all_files} (*)"
        )
        if chosen:
            self._settings.open_folder = str(Path(chosen[0]).parent)
            self._session.opened.open_paths([Path(name) for name in chosen])


def _local_files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
