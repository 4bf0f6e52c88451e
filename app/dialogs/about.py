"""The About dialog: the program, its libraries, their versions and licences."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, metadata, version

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from tinyface_core import __version__

from ..style import icon
from ..style.widgets import fill_table, label, lay_out, resize_on_screen, table

_PARTS = (
    "PySide6_Essentials", "torch", "torchvision", "numpy", "scipy", "opencv-python", "pillow", "av",
    "pyqtgraph", "superqt", "safetensors", "typer", "platformdirs", "lightning-fabric", "spandrel",
    "pillow-heif",
)  # fmt: skip


class AboutDialog(QDialog):
    """Name, version, purpose, and a table of parts that can be copied for a report."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Tiny Face Inspector"))
        mark = QLabel()
        mark.setPixmap(icon("app").pixmap(64, 64))
        release = self.tr("Version {version} · Python {python} · {system}").format(
            version=__version__, python=platform.python_version(), system=platform.platform(terse=True)
        )
        purpose = self.tr("Finds very small faces in pictures and videos, and shows what it found. MIT licence.")
        words = lay_out(
            QVBoxLayout(),
            label("Tiny Face Inspector", "title"),
            label(release, "second"),
            label(purpose, wrap=True),
            label(self.tr("Refined pixels are generated, not evidence."), "warning"),
        )
        top = lay_out(QHBoxLayout(), mark, (words, 1), spacing=14)
        self.parts = self._make_table()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip(self.tr("Copy all versions, for a report"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        buttons.rejected.connect(self.reject)
        lay_out(QVBoxLayout(self), top, (self.parts, 1), buttons, spacing=12)
        resize_on_screen(self, 560, 480)

    def text(self) -> str:
        """All versions, a line each."""
        lines = [f"Tiny Face Inspector {__version__}", f"Python {platform.python_version()}", platform.platform()]
        return "\n".join(lines + [f"{name} {release} ({licence})" for name, release, licence in _installed()])

    def _make_table(self) -> QTableWidget:
        parts = table([self.tr("Part"), self.tr("Version"), self.tr("Licence")], self.tr("Versions and licences"))
        parts.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        parts.setShowGrid(False)
        parts.setTabKeyNavigation(False)
        parts.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        parts.horizontalHeader().setStretchLastSection(True)
        fill_table(parts, _installed())
        return parts


def _installed() -> list[tuple[str, str, str]]:
    rows = []
    for name in _PARTS:
        try:
            about = metadata(name)
        except PackageNotFoundError:
            continue
        stated = [*(about.get_all("License-Expression") or []), *(about.get_all("License") or []), ""][0]
        # Some packages put the whole text of their licence into this field.
        if not stated or "\n" in stated.strip():
            stated = _classified(about.get_all("Classifier"))
        rows.append((name, version(name), stated))
    return rows


def _classified(classifiers: list[str] | None) -> str:
    found = [line.split("::")[-1].strip() for line in classifiers or [] if line.startswith("License ::")]
    return ", ".join(found) or "–"
