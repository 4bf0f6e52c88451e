"""The card of the Fine-tune dialog that says what it learns from: the project, other data sets, old data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from tinyface_core.datasets.check import DataCheck
from tinyface_core.datasets.registry import READERS, DatasetReader
from tinyface_core.registry import Entry
from tinyface_core.training.finetune.request import DataSource, Target

from ..jobs.training import check_sources
from ..parts import list_parts, title_of
from ..sentences import in_users_language
from ..session.project import ProjectOffer
from ..settings import Settings
from ..style.figures import whole
from ..style.labels import as_tip
from ..style.widgets import Mark, empty, fill_card, label, lay_out, push_button, tool_button
from ..work import LatestJob, Worker
from .asking import ask_folder
from .fine_tune_texts import band_text

_ANNOTATIONS = {"wider": "*.mat *.txt", "coco": "*.json", "project": "*.tinyface", "yolo": "", "voc": "", "fddb": ""}
"""What the file of annotations is called, "" where they fill a folder; a form of a package may have either."""
_LONGEST_NAME = 320
"""Pixels that the name of a project has."""
_LEVEL_COLOURS = {"good": "confirmed", "warning": "warning", "stop": "not_a_face"}
_LEVEL_ICONS = {"good": "confirmed", "note": "info", "warning": "warning", "stop": "failed"}


class DataCard(QFrame):
    """Asks for data, looks them over, and says what they are good for."""

    changed = Signal()
    """Other data are chosen, of which nothing is known yet."""
    checked = Signal()
    """They were looked over."""

    def __init__(self, settings: Settings, offer: ProjectOffer, worker: Worker) -> None:
        super().__init__()
        self._settings, self._offer, self._worker = settings, offer, worker
        self.target: Target = "detector"
        """What is trained; not all findings are about each network."""
        self.old: list[DataSource] = []
        self._sources: list[DataSource] = []
        self._forms: dict[str, str] = {}
        self._check: DataCheck | None = None
        self._checking = LatestJob(worker)
        self._look = QTimer(self, singleShot=True, interval=250)
        self._look.timeout.connect(self._check_data)
        self.use_project = QCheckBox(self._project_text())
        self.use_project.setToolTip(self.tr("Faces you confirmed, rejected or drew"))
        self.use_project.toggled.connect(lambda _: self._show_sources())
        self._listed = lay_out(QVBoxLayout(), spacing=2)
        self.add = push_button(self.tr("Add annotated pictures"), picture="open-folder")
        self.add.setToolTip(self.tr("WIDER FACE, FDDB, COCO, YOLO or Pascal VOC, or another project"))
        self.add.setMenu(self._kinds(self.add_source))
        self.add_old = push_button(self.tr("Add old data against forgetting"), picture="undo")
        self.add_old.setToolTip(
            self.tr("Pictures like those that the weights were trained on; they make up a share of every step")
        )
        self.add_old.setMenu(self._kinds(partial(self.add_source, old=True)))
        for button in (self.add, self.add_old):
            button.setAutoDefault(False)  # it would look like the one that starts
        buttons = lay_out(QHBoxLayout(), self.add, self.add_old, None)
        self.sizes = label(rank="second", wrap=True)
        self.findings = lay_out(QVBoxLayout(), spacing=4)
        title = self.tr("2  What it learns from")
        fill_card(self, title, self.use_project, self._listed, buttons, self.sizes, self.findings)

    def begin(self) -> None:
        """Take the project if there is something to learn in it, and look the data over."""
        if self._offer.verdicts or self._offer.drawn:
            self.use_project.setChecked(True)  # looks the data over soon
        else:
            self._check_data()

    @property
    def is_usable(self) -> bool:
        """Whether there are data that were looked over, with something to learn."""
        return self._check is not None and self._check.usable and bool(self.sources())

    def show_offer(self, offer: ProjectOffer) -> None:
        """The user went on working in the window meanwhile."""
        before, self._offer = self._offer, offer
        if offer == before:
            return
        self.use_project.setText(self._project_text())
        if self.use_project.isChecked():
            self._show_sources()
        elif not (before.verdicts or before.drawn or self._sources):
            self.use_project.setChecked(True)

    def sources(self) -> list[DataSource]:
        """What is learned from."""
        own = [DataSource("project", str(self._offer.path))] if self.use_project.isChecked() else []
        return own + self._sources

    def add_source(self, source: DataSource, old: bool = False) -> None:
        """Learn from another data set too, or mix in old data."""
        (self.old if old else self._sources).append(source)
        self._show_sources()

    def _project_text(self) -> str:
        said = self.tr("Verdicts: {verdicts}. Drawn faces: {drawn}. Complete pictures: {complete}.").format(
            verdicts=whole(self._offer.verdicts),
            drawn=whole(self._offer.drawn),
            complete=whole(self._offer.complete),
        )
        name = self._offer.name or self.tr("the work in this window")
        name = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _LONGEST_NAME)
        return self.tr("This project: {name}").format(name=name.replace("&", "&&")) + f"\n{said}"

    def _kinds(self, take: Callable[[DataSource], object]) -> QMenu:
        menu = QMenu(self)

        def offer(entries: list[Entry[DatasetReader]]) -> None:
            menu.clear()
            for entry in entries:
                self._forms[entry.name] = title_of(entry)
                known = _ANNOTATIONS.get(entry.name)
                for pattern in ("*", "") if known is None else (known,):
                    text = self.tr("{form}: file and folder of pictures")
                    if not pattern:
                        text = self.tr("{form}: folder of annotations and folder of pictures")
                    if entry.name == "project":
                        text = self.tr("Another project")
                    action = menu.addAction(text.format(form=self._forms[entry.name]))
                    action.triggered.connect(partial(self._ask_source, entry.name, pattern, take))

        list_parts(self._worker, READERS, offer)
        return menu

    def _ask_source(self, kind: str, pattern: str, take: Callable[[DataSource], object], *_checked: object) -> None:
        start = self._settings.open_folder
        if pattern:
            annotations, _ = QFileDialog.getOpenFileName(self, self.tr("Annotations"), start, f"({pattern})")
        else:
            annotations = ask_folder(self, self.tr("Folder of the annotations"), start)
        if not annotations:
            return
        images = ""
        if kind != "project":
            images = ask_folder(self, self.tr("Folder of the pictures"), str(Path(annotations).parent))
            if not images:
                return
        self._settings.open_folder = str(Path(annotations).parent)
        take(DataSource(kind, annotations, images))

    def _show_sources(self) -> None:
        empty(self._listed)
        for sources, text in ((self._sources, "{name}"), (self.old, self.tr("Old data: {name}"))):
            for source in sources:
                self._listed.addWidget(self._source_row(sources, source, text))
        self._check = None
        self._look.start()
        self.changed.emit()

    def _source_row(self, sources: list[DataSource], source: DataSource, text: str) -> QWidget:
        def leave_out() -> None:
            sources.remove(source)
            self._show_sources()

        row = QWidget()
        form = self._forms.get(source.kind, source.kind)
        title = label(text.format(name=f"{form}  {Path(source.annotations).name}"))
        title.setToolTip(as_tip(f"{source.annotations}\n{source.images}".strip()))
        remove = tool_button("cancel", self.tr("Leave these out"), leave_out)
        lay_out(QHBoxLayout(row), title, remove, None, margins=(22, 0, 0, 0))
        return row

    def _check_data(self) -> None:
        sources = self.sources()
        empty(self.findings)
        self.sizes.clear()
        if not sources:
            self._checking.cancel()
            self._say("note", self.tr("Confirm, reject and draw faces in the window, or add annotated pictures."))
            return
        self._say("", self.tr("Checking the data…"))
        job = self._checking.start(lambda cancel, report: check_sources(sources, cancel, report))
        job.then(self._show_check, self._show_no_data)

    def _show_check(self, check: DataCheck) -> None:
        self._check = check
        empty(self.findings)
        sizes = ",  ".join(f"{band_text(name)}: {whole(count)}" for name, count in check.faces.items())
        self.sizes.setText(
            self.tr(
                "Pictures: {pictures}, complete: {complete}.  Faces {sizes}.  Rejected places:\u00a0{negatives}."
            ).format(
                pictures=whole(check.pictures),
                complete=whole(check.complete),
                sizes=sizes,
                negatives=whole(check.negatives),
            )
        )
        for finding in check.findings:
            if finding.kind != "few sharp" or self.target != "detector":
                self._say(finding.level, in_users_language(finding.sentence))
        self.checked.emit()

    def _show_no_data(self, sentence: str, _details: str) -> None:
        empty(self.findings)
        self._say("stop", sentence)

    def _say(self, level: str, sentence: str) -> None:
        row = QWidget()
        mark: QWidget | int = 26 if not level else Mark(_LEVEL_ICONS[level], 16, _LEVEL_COLOURS.get(level, "text"))
        text = label(sentence, "warning" if level in ("warning", "stop") else "", wrap=True)
        line = lay_out(QHBoxLayout(row), mark, (text, 1), margins=(0, 0, 0, 0), spacing=10)
        if isinstance(mark, QWidget):
            line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        self.findings.addWidget(row)
