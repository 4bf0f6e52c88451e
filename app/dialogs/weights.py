"""The weights that are installed, each with its card, and which of them the program uses."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.settings import Settings
from app.style import icon
from tinyface_core.weights import Manifest, WeightsEntry, WeightsError


class WeightsDialog(QDialog):
    """Choose detector and generator/discriminator weights; the choice goes to `settings` at once."""

    def __init__(self, settings: Settings, parent: QWidget | None = None, folder: Path | None = None) -> None:
        """`folder` holds the manifest; by default that of the program."""
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Weights"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Installed weights"))
        self.list.setToolTip(self.tr("Those in use have a tick"))
        self.list.setMaximumWidth(250)
        self.card = QTextBrowser()
        self.card.setAccessibleName(self.tr("Card of the selected weights"))
        self.card.setOpenExternalLinks(True)
        self.use = QPushButton(self.tr("Use these weights"))
        self.use.setToolTip(self.tr("Searches from now on use the selected weights"))
        self.use.clicked.connect(self._use)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.use, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self._trouble = QLabel()
        self._trouble.setProperty("rank", "warning")
        self._trouble.setWordWrap(True)
        self._trouble.hide()
        row = QHBoxLayout()
        row.addWidget(self.list)
        row.addWidget(self.card, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._trouble)
        layout.addLayout(row, 1)
        layout.addWidget(buttons)
        self.resize(720, 440)
        self.list.currentItemChanged.connect(self._show_card)
        self.list.itemActivated.connect(lambda _: self._use())
        self._entries: list[WeightsEntry] = []
        try:
            self._entries = list(Manifest.load(folder).entries)
        except WeightsError as error:
            self._trouble.setText(str(error))
            self._trouble.show()
        self._fill()
        self.list.setCurrentRow(0)

    def _chosen(self, entry: WeightsEntry) -> bool:
        name = self._settings.detector if entry.role == "detector" else self._settings.gan
        known = [other.name for other in self._entries if other.role == entry.role]
        return entry.name == (name if name in known else known[0])

    def _fill(self) -> None:
        row = self.list.currentRow()
        self.list.clear()
        for entry in self._entries:
            role = self.tr("Detector") if entry.role == "detector" else self.tr("Second stage")
            item = QListWidgetItem(f"{entry.name}\n{role} · {entry.preset}")
            item.setIcon(icon("confirmed" if self._chosen(entry) else "undecided"))
            self.list.addItem(item)
        self.list.setCurrentRow(row)

    def _show_card(self) -> None:
        entry = self._current()
        self.use.setEnabled(entry is not None and not self._chosen(entry))
        self.card.setMarkdown("" if entry is None else self._text(entry))

    def _current(self) -> WeightsEntry | None:
        # Rows are places in the list of entries: a Python object kept in an item may be freed after Python itself.
        row = self.list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def _text(self, entry: WeightsEntry) -> str:
        lines = [
            f"## {entry.name}",
            f"**{self.tr('Preset')}:** {entry.preset}",
            f"**{self.tr('Trained on')}:** {entry.data}",
            f"**{self.tr('Licence')}:** {entry.licence}",
            f"**{self.tr('Trained')}:** {entry.date}",
            f"**{self.tr('File')}:** {entry.file}",
            f"**SHA-256:** `{entry.sha256}`",
        ]
        if entry.measured:
            rows = "\n".join(f"| {name} | {value:g} |" for name, value in entry.measured.items())
            lines.append(f"| {self.tr('Measured')} | |\n| --- | --- |\n{rows}")
        return "\n\n".join(lines)

    def _use(self) -> None:
        entry = self._current()
        if entry is not None:
            setattr(self._settings, entry.role, entry.name)
            self._fill()
