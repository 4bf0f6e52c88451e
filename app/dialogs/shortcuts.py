"""Lists all keyboard shortcuts: those of the window's actions, of lists and of the comparison."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHeaderView, QLineEdit, QVBoxLayout, QWidget

from ..style.widgets import fill_table, lay_out, named, resize_on_screen, table


class ShortcutsDialog(QDialog):
    """A searchable table of keys."""

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        """`actions`: actions of the window; those without a key are omitted."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        rows = [
            (
                action.text().replace("&", "").rstrip("…"),
                # More than two would hide those that one looks for.
                ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in _usual(action)[:2]),
            )
            for action in actions
            if _usual(action)
        ]
        rows += [row for row in self._fixed() if row[0] not in {text for text, _ in rows}]
        self._rows = rows
        self.search = QLineEdit(placeholderText=self.tr("Search"), clearButtonEnabled=True)
        tip = self.tr("Show only commands and keys with these letters")
        named(self.search, self.tr("Search for a command or key"), tip)
        self.search.textChanged.connect(self._narrow)
        self.table = table([self.tr("Command"), self.tr("Key")], self.tr("Commands and keys"))
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        fill_table(self.table, rows)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        lay_out(QVBoxLayout(self), self.search, (self.table, 1), buttons)
        resize_on_screen(self, 600, 560)

    def _fixed(self) -> list[tuple[str, str]]:
        return [
            (self.tr("Confirm the selected faces"), "Y"),
            (self.tr("Not a face"), "N"),
            (self.tr("Unsure"), "U"),
            (self.tr("Remove the verdict"), self.tr("Backspace")),
            (self.tr("Write a note (face list)"), "F2"),
            (self.tr("Original pixels, while held (comparison)"), self.tr("Space, O")),
            (self.tr("Zoom the crops (comparison)"), "+, −"),
            (self.tr("Whole crop (comparison)"), "0"),
            (self.tr("Move the split border, or change the one of two (comparison)"), self.tr("Left, Right")),
        ]

    def _narrow(self, text: str) -> None:
        for row, cells in enumerate(self._rows):
            self.table.setRowHidden(row, not any(text.casefold() in cell.casefold() for cell in cells))


def _usual(action: QAction) -> list[QKeySequence]:
    """Omit keys for special keyboards: those with more than twelve function keys, or with keys such as "Save"."""
    shown = []
    for keys in action.shortcuts():
        key = keys[0].key()  # type: ignore[index]
        if key < Qt.Key.Key_Back and not Qt.Key.Key_F13 <= key <= Qt.Key.Key_F35:
            shown.append(keys)
    return shown
