"""Questions about project files: which one, where to, and whether what was said of a picture may go."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from tinyface_core.project.store import SUFFIX

from ..models.faces import FacesModel
from ..session.project import ProjectSession
from ..settings import Settings

translate = QCoreApplication.translate


def ask_new(parent: QWidget, session: ProjectSession, settings: Settings) -> None:
    """Ask for a file and begin an empty project in it."""
    path = _ask_file_to_write(
        parent, translate("ProjectFiles", "New project"), settings, translate("ProjectFiles", "Project")
    )
    if path is not None:
        session.new(path)


def ask_open(parent: QWidget, session: ProjectSession, settings: Settings) -> None:
    """Ask for a project and open it."""
    chosen, _ = QFileDialog.getOpenFileName(
        parent, translate("ProjectFiles", "Open project"), settings.project_folder, _kinds()
    )
    if chosen:
        settings.project_folder = str(Path(chosen).parent)
        session.open(Path(chosen))


def ask_save_as(parent: QWidget, session: ProjectSession, settings: Settings) -> None:
    """Ask for a file and go on in it."""
    name = session.path.stem if session.is_named else translate("ProjectFiles", "Project")
    path = _ask_file_to_write(parent, translate("ProjectFiles", "Save project as"), settings, name)
    if path is not None:
        session.save_as(path)


def ask_relink(parent: QWidget, session: ProjectSession, settings: Settings) -> None:
    """Ask for a folder and look for missing pictures in it."""
    chosen = QFileDialog.getExistingDirectory(
        parent, translate("ProjectFiles", "Look for missing pictures in"), settings.open_folder
    )
    if chosen:
        session.relink(Path(chosen))


def may_close(parent: QWidget, faces: FacesModel, source: str) -> bool:
    """Whether a picture may be closed; asks where verdicts, notes or drawn boxes would go with it."""
    said = sum(1 for e in faces.entries() if e.source == source and (e.verdict or e.note or e.drawn))
    if not said:
        return True
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(
        translate("ProjectFiles", "Close {name} and forget what you said of it?").format(name=Path(source).name)
    )
    box.setInformativeText(
        translate("ProjectFiles", "{count} verdicts, notes or drawn boxes leave the project with it.").format(
            count=said
        )
    )
    remove = box.addButton(translate("ProjectFiles", "Close and forget"), QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    box.exec()
    return box.clickedButton() is remove


def _ask_file_to_write(parent: QWidget, title: str, settings: Settings, name: str) -> Path | None:
    start = str(Path(settings.project_folder) / f"{name}{SUFFIX}")
    chosen, _ = QFileDialog.getSaveFileName(parent, title, start, _kinds())
    if not chosen:
        return None
    path = Path(chosen)
    settings.project_folder = str(path.parent)
    return path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)


def _kinds() -> str:
    return f"{translate('ProjectFiles', 'Projects')} (*{SUFFIX})"
