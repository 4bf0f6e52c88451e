"""The Weights dialog: installed weights with their cards, and which of them are in use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.detector.registry import SECOND_DETECTOR, DetectorMaker, standard_detectors
from tinyface_core.own_weights import SUFFIX, OwnWeights, installed_weights, send
from tinyface_core.registry import Entry
from tinyface_core.weights import WeightsEntry, WeightsError

from ..parts import about_of, title_of
from ..sentences import in_users_language
from ..settings import Settings
from ..style import icon
from ..style.figures import decimal
from ..style.widgets import lay_out, named, push_button, resize_on_screen
from ..views.notice import Notice
from ..work import Worker
from .asking import confirm


class _Row(NamedTuple):
    """A row of the list: weights with their card, or a detector of another package."""

    role: str
    name: str
    kind: str
    card: str
    weights: WeightsEntry | None


class WeightsDialog(QDialog):
    """Choice of the weights of detector and second stage, stored in `settings` at once."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(self.tr("Weights"))
        self.list = named(QListWidget(), self.tr("Installed weights"), self.tr("Those in use have a tick"))
        self.list.setMaximumWidth(250)
        self.card = named(QTextBrowser(openExternalLinks=True), self.tr("Card of the selected weights"))
        tip = self.tr("Searches from now on use the selected weights")
        self.use = push_button(self.tr("Use these weights"), self._use, tip=tip)
        self.back = push_button(self.tr("Go back"), self._go_back, picture="undo")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.use, self.back):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self.trouble = Notice()
        row = lay_out(QHBoxLayout(), self.list, (self.card, 1))
        lay_out(QVBoxLayout(self), self.trouble, (row, 1), self._make_tools(), buttons)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter on the list uses what is selected; no button is meant by it
        resize_on_screen(self, 760, 480)
        self.list.currentItemChanged.connect(self._show_card)
        self.list.itemActivated.connect(lambda _: self._use())
        self._entries: list[WeightsEntry] = []
        self._detectors: list[Entry[DetectorMaker]] = []
        self._rows: list[_Row] = []
        self._worker = Worker(self)
        self._load()
        self.list.setCurrentRow(0)

    def done(self, result: int) -> None:
        """Close, after finishing the current file."""
        self._worker.wait()
        super().done(result)

    def _load(self) -> None:
        try:
            manifest = installed_weights()
            self._entries = list(manifest.entries)
        except WeightsError as error:
            self.trouble.say(str(error))
        self._fill()
        self._worker.start(lambda _cancel, _report: _other_detectors()).then(self._take_detectors)

    def _take_detectors(self, detectors: list[Entry[DetectorMaker]]) -> None:
        self._detectors = detectors
        self._fill()

    def _make_tools(self) -> QHBoxLayout:
        self.rename = push_button(self.tr("Rename…"), lambda: self._of_selected(self._ask_name))
        self.notes = push_button(self.tr("Notes…"), lambda: self._of_selected(self._ask_notes), picture="note")
        self.delete = push_button(self.tr("Delete…"), lambda: self._of_selected(self._ask_delete), picture="trash")
        self.export = push_button(self.tr("Export…"), lambda: self._of_selected(self._ask_export), picture="export")
        self.receive = push_button(self.tr("Import…"), self._ask_import, picture="open")
        self.export.setToolTip(self.tr("Write these weights and their card into one file"))
        self.receive.setToolTip(self.tr("Import an exported file; its SHA-256 is checked"))
        return lay_out(QHBoxLayout(), self.receive, self.export, self.rename, self.notes, self.delete, None)

    def _of_selected(self, ask: Callable[[WeightsEntry], None]) -> None:
        entry = self._current()
        if entry is not None:
            ask(entry)

    def _ask_name(self, entry: WeightsEntry) -> None:
        title = self.tr("Rename weights")
        name, agreed = QInputDialog.getText(self, title, self.tr("Name"), text=entry.name)
        if agreed and name.strip() != entry.name:
            self._change(lambda: OwnWeights().rename(entry.name, name), lambda: self._follow(entry, name.strip()))

    def _follow(self, entry: WeightsEntry, name: str) -> None:
        """Change the settings if the renamed weights are in use, or the ones to go back to; no name: they are gone."""
        used, previous = entry.role, f"previous_{entry.role}"
        if getattr(self._settings, used, None) == entry.name:
            setattr(self._settings, used, name)
        if getattr(self._settings, previous, None) == entry.name:
            setattr(self._settings, previous, name or ("-" if getattr(self._settings, used) else ""))

    def _ask_notes(self, entry: WeightsEntry) -> None:
        text, agreed = QInputDialog.getMultiLineText(self, self.tr("Notes"), entry.name, entry.notes)
        if agreed:
            self._change(lambda: OwnWeights().annotate(entry.name, text))

    def _ask_delete(self, entry: WeightsEntry) -> None:
        if confirm(self, self.tr("Delete the weights {name}?").format(name=entry.name), self.tr("Delete")):
            # Searches must not look for what is gone: back to those that come with the program.
            self._change(lambda: OwnWeights().remove(entry.name), lambda: self._follow(entry, ""))

    def _ask_export(self, entry: WeightsEntry) -> None:
        path, _ = QFileDialog.getSaveFileName(self, self.tr("Export weights"), f"{entry.name}{SUFFIX}")
        if path:
            manifest = installed_weights()
            self._change(lambda: send(manifest, entry, Path(path)))

    def _ask_import(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Import weights"), "", f"(*{SUFFIX})")
        if path:
            self._change(lambda: OwnWeights().receive(Path(path)))

    def _change(self, change: Callable[[], object], then: Callable[[], object] = lambda: None) -> None:
        def follow(_result: object) -> None:
            then()
            self._load()

        self.trouble.hide()
        job = self._worker.start(lambda _cancel, _report: change())
        job.then(follow, self.trouble.say)

    def _make_rows(self) -> list[_Row]:
        roles = {"detector": self.tr("Detector"), "gan": self.tr("Second stage"), "shown": self.tr("Shows faces")}
        rows = [_Row(e.role, e.name, f"{roles[e.role]} · {e.preset}", self._text(e), e) for e in self._entries]
        for part in self._detectors:
            card = f"## {title_of(part)}\n\n{about_of(part)}"
            if part.name == SECOND_DETECTOR:
                said = self.tr("with Balanced and Thorough, beside weights of MB-FCN; both vote")
                card += "\n\n" + _line(self.tr("Used"), said)
            rows.append(_Row("detector", part.name, f"{roles['detector']} · {title_of(part)}", card, None))
        return rows

    def _chosen(self, row: _Row) -> bool:
        # Which generator shows faces follows from the second stage: there is no choice of its own.
        name = getattr(self._settings, row.role, "")
        known = [other.name for other in self._rows if other.role == row.role]
        return row.name == (name if name in known else known[0])

    def _in_use(self, row: _Row) -> bool:
        chosen = self._settings.detector
        quick = row.weights is not None and row.weights.quick and not chosen
        votes = row.name == SECOND_DETECTOR and chosen in {"", *(entry.name for entry in self._entries)}
        return quick or votes or self._chosen(row)

    def _fill(self) -> None:
        place = self.list.currentRow()
        self.list.clear()
        self._rows = self._make_rows()
        for row in self._rows:
            item = QListWidgetItem(f"{row.name}\n{row.kind}")
            item.setIcon(icon("confirmed" if self._in_use(row) else "undecided"))
            self.list.addItem(item)
        self.list.setCurrentRow(place)

    def _show_card(self) -> None:
        row, entry = self._row(), self._current()
        self.use.setEnabled(row is not None and row.role != "shown" and not self._chosen(row))
        self.card.setMarkdown("" if row is None else row.card)
        self.export.setEnabled(entry is not None)
        own = entry is not None and Path(entry.file).is_absolute()
        for button in (self.rename, self.notes, self.delete):
            button.setEnabled(own)
            button.setToolTip("" if own else self.tr("These are part of the program and cannot be changed"))
        previous = "" if row is None else getattr(self._settings, f"previous_{row.role}", "")
        self.back.setEnabled(bool(previous))
        name = self.tr("the program's own") if previous == "-" else previous
        self.back.setToolTip(self.tr("Use {name} again").format(name=name) if previous else "")

    def _row(self) -> _Row | None:
        # Rows are places in a list: a Python object kept in an item may be freed after Python itself.
        place = self.list.currentRow()
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def _current(self) -> WeightsEntry | None:
        row = self._row()
        return None if row is None else row.weights

    def _text(self, entry: WeightsEntry) -> str:
        lines = [
            f"## {entry.name}",
            _line(self.tr("Preset"), entry.preset),
            _line(self.tr("Trained on"), in_users_language(entry.data)),
            _line(self.tr("Licence"), in_users_language(entry.licence)),
            _line(self.tr("Trained"), entry.date),
            _line(self.tr("File"), entry.file),
            f"**SHA-256:** `{entry.sha256}`",
        ]
        if entry.quick:
            lines.append(_line(self.tr("Used"), self.tr("with Fast, unless other weights are chosen")))
        if entry.started_from:
            lines.append(_line(self.tr("Fine-tuned from"), entry.started_from))
        if entry.notes:
            lines.append(_line(self.tr("Notes"), entry.notes))
        if entry.measured:
            rows = "\n".join(
                f"| {self._figure(name)} | {decimal(value, 3)} |" for name, value in entry.measured.items()
            )
            title = self.tr("Measured")
            lines.append(f"| {title} | |\n| --- | --- |\n{rows}")
        return "\n\n".join(lines)

    def _figure(self, name: str) -> str:
        return {
            "wider_easy_ap": self.tr("WIDER FACE easy, AP"),
            "wider_medium_ap": self.tr("WIDER FACE medium, AP"),
            "wider_hard_ap": self.tr("WIDER FACE hard, AP"),
            "recall_under_16_px": self.tr("Recall under 16 px"),
            "psnr_bicubic": self.tr("PSNR of bicubic, dB"),
            "psnr_g1": self.tr("PSNR of G1, dB"),
            "psnr_g2": self.tr("PSNR of G2, dB"),
            "sharpness_bicubic": self.tr("Sharpness of bicubic, share of the real"),
            "sharpness_g1": self.tr("Sharpness of G1, share of the real"),
            "sharpness_g2": self.tr("Sharpness of G2, share of the real"),
            "face_auc": self.tr("Face head's AUC"),
            "small_face_auc": self.tr("AUC on small faces"),
            "box_iou": self.tr("Box head's IoU"),
            "held_back_ap": self.tr("Held-back pictures, AP"),
            "held_back_ap_before": self.tr("Held-back pictures, AP before"),
        }.get(name, name.replace("_", " "))

    def _use(self) -> None:
        row = self._row()
        if row is not None:
            # The program's own choice, which is another one with Fast.
            standard = next(other for other in self._rows if other.role == row.role)
            self._settings.use_weights(row.role, "" if row is standard else row.name)
            self._fill()

    def _go_back(self) -> None:
        row = self._row()
        if row is not None:
            self._settings.go_back(row.role)
            self._fill()


def _other_detectors() -> list[Entry[DetectorMaker]]:
    """Usable detectors without a card in the manifest: those of other projects and of plug-in packages."""
    own = {entry.name for entry in installed_weights().entries}
    return [part for part in standard_detectors().entries() if part.name not in own]


def _line(title: str, said: str) -> str:
    return f"**{title}:** {said}"
