"""The file of the window's project, opened or created when a worker thread first needs it."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from tinyface_core.folders import user_folder
from tinyface_core.names import local_time
from tinyface_core.project.database import SUFFIX
from tinyface_core.project.store import Project

_MOST_UNNAMED = 20
_MOST_FORGOTTEN = 100
"""Unnamed work on more pictures or frames of videos is kept even without verdicts, because its search took long."""


def unnamed_title(path: Path) -> str:
    """The title of unnamed work for the user, with its time; "" for other files."""
    time = QDateTime.fromString(path.stem, "'Unsaved work 'yyyy-MM-dd HH.mm.ss.zzz")
    title = QCoreApplication.translate("Project", "Work without a name, {time}")
    return title.format(time=QLocale().toString(time, QLocale.FormatType.ShortFormat)) if time.isValid() else ""


def may_be_forgotten(pictures: int) -> bool:
    """Whether unnamed work on so many pictures or frames of videos may be deleted if it has no verdicts."""
    return pictures <= _MOST_FORGOTTEN


class ProjectFile:
    """A project file that is opened or created at the first call, in a worker thread."""

    def __init__(self, path: Path, create: bool = False) -> None:
        self.path = path
        self._create = create
        self._project: Project | None = None
        self._lock = threading.Lock()

    def __call__(self) -> Project:
        """The open project; for worker threads only."""
        with self._lock:
            if self._project is None:
                self._project = Project.create(self.path) if self._create else Project.open(self.path)
                if self._create and self.is_unnamed:
                    _drop_oldest(self.path.parent)
                self._create = False
            return self._project

    @staticmethod
    def unnamed() -> ProjectFile:
        """A new file for unnamed work."""
        return ProjectFile(_unnamed_folder() / f"Unsaved work {local_time()}{SUFFIX}", create=True)

    @property
    def is_unnamed(self) -> bool:
        """Whether it contains unnamed work."""
        return self.path.parent == _unnamed_folder()

    @property
    def is_open(self) -> bool:
        """Whether it is open."""
        return self._project is not None

    def close(self, forget_if_empty: bool) -> bool:
        """Close the file; on request it is deleted if nobody worked on it and little was searched; returns whether."""
        with self._lock:
            if self._project is None:
                return False
            counts = self._project.counts()
            said = counts.drawn + counts.reviewed + counts.judged
            forget = forget_if_empty and not said and may_be_forgotten(max(counts.pictures, counts.searched))
            self._project.close()
            self._project = None
        if forget:
            _delete(self.path)
        return forget

    def delete(self) -> None:
        """Close and delete it, since the work continues under another name."""
        with self._lock:
            if self._project is not None:
                self._project.close()
        _delete(self.path)


def _unnamed_folder() -> Path:
    return user_folder("projects")


def _drop_oldest(folder: Path) -> None:
    files = sorted(folder.glob(f"*{SUFFIX}"), key=lambda path: path.stat().st_mtime)
    for path in files[:-_MOST_UNNAMED]:
        _delete(path)


def _delete(path: Path) -> None:
    """Delete a file of unnamed work; if it is still read, Windows refuses, and it goes once it is one of the oldest."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
