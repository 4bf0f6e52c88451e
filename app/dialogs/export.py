"""The Export dialog: which pictures, faces and formats are written to which folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.export.material import Format
from tinyface_core.folders import typed_path
from tinyface_core.names import first_names
from tinyface_core.project.listing import FaceCriteria
from tinyface_core.registry import Entry
from tinyface_core.types import LEFT_OUT, FindResult, KnownFinder, Verdict

from ..jobs.autosaving import OpenFile
from ..jobs.exporting import EXPORTS, ExportRequest, FaceChoice, already_there, export_files
from ..jobs.exporting_project import ProjectChoice
from ..jobs.redacting import Copied, RedactRequest, redact_files
from ..models.face_entry import FaceEntry
from ..models.faces import FacesModel
from ..models.visible_faces import VisibleFaces
from ..parts import about_of, list_parts, title_of
from ..settings import Settings
from ..style.figures import counted, whole
from ..style.widgets import add_row, choice_box, lay_out, named, push_button, tab_on, tool_button
from ..work import LatestJob
from .asking import ask_folder
from .job_dialog import JobDialog
from .redaction_page import RedactionPage
from .report_case import ReportCase

_REPORTS = ("html", "pdf")
"""Formats with a head."""
_COLUMNS = 3
"""Of formats: with fewer the dialog is higher than a small screen."""
_LEAST_WIDTH = 496
"""Of the pages in pixels; a minimum of the dialog's own would not grow with the texts of its buttons."""


@dataclass(frozen=True, eq=False)
class ExportOffer:
    """Everything that the window can export.

    Attributes:
        visible: those that pass the filter.
        results: of the searched pictures.
        current: source of the shown picture.
        sources: all opened photos and videos, for redacted copies.
        finder: returns the finder for redacted copies; called in a worker thread.
        project: the project, if the window does not have all of its faces.
        searched: number of searched pictures of that project.
        opened: files that must not be overwritten, in addition to `sources`.
    """

    faces: FacesModel
    visible: VisibleFaces
    results: Sequence[FindResult]
    current: str | None = None
    sources: Sequence[str] = ()
    finder: Callable[[], KnownFinder] | None = None
    project: OpenFile | None = None
    searched: int = 0
    opened: Sequence[str] = ()


class ExportDialog(JobDialog):
    """Writes the faces of the opened pictures as files."""

    def __init__(self, offer: ExportOffer, settings: Settings, parent: QWidget | None = None) -> None:
        """Create the dialog; its choices are stored in the settings."""
        super().__init__(self.tr("Export"), self.tr("Export"), parent)
        self._offer, self._settings = offer, settings
        self.look_again: Callable[[], ExportOffer] = lambda: offer
        """Gives what the window can export now: it can be used while copies are redacted."""
        self._wanted, self._finished = dict[str, str](), set[str]()
        self._counting = LatestJob(self.worker)
        self.case = ReportCase(settings)
        parts = (self._make_pictures(), self._make_pages(), self._make_folder())
        self.add_foot(lay_out(QVBoxLayout(self), *parts, spacing=10))
        self.open_folder = push_button(self.tr("Open the folder"), self._open_folder)
        self.open_folder.setEnabled(False)
        self.buttons.addButton(self.open_folder, QDialogButtonBox.ButtonRole.ResetRole)
        self.start.clicked.connect(self._start)
        list_parts(self.worker, EXPORTS, self._list_formats)

    def _make_pictures(self) -> QFormLayout:
        form = QFormLayout()
        self.pictures = choice_box({"all": self.tr("All opened pictures")})
        if self._offer.current is not None:
            self.pictures.addItem(self.tr("The picture on the screen"), "current")
        add_row(form, self.tr("Pictures"), self.pictures, self.tr("Pictures that are written, or whose faces are"))
        self.pictures.currentIndexChanged.connect(self._follow)
        return form

    def _make_pages(self) -> QTabWidget:
        self.pages, faces = QTabWidget(), QWidget()
        self.pages.setMinimumWidth(_LEAST_WIDTH)
        self.pages.setAccessibleName(self.tr("What is written"))
        self.pages.addTab(faces, self.tr("Faces"))
        lay_out(QVBoxLayout(faces), self._make_choices(), self._make_formats(), self.case, None)
        self.pages.currentChanged.connect(self._follow)
        return self.pages

    @cached_property
    def redaction(self) -> RedactionPage:
        """The page of redacted copies; create it before the dialog is shown, which must not grow later."""
        page = RedactionPage(self.pages)
        self.pages.addTab(page, self.tr("Redacted copies"))
        fields = page.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        tab_on(self.pages.tabBar(), *fields)
        page.changed.connect(self._follow)
        return page

    def _make_choices(self) -> QFormLayout:
        form = QFormLayout()
        which = {
            "visible": self.tr("Those that pass the filters of the list"),
            "confirmed": self.tr("Confirmed ones only"),
            "not refused": self.tr("All but those that are not faces"),
            "all": self.tr("All candidates"),
        }
        self.which = choice_box(which)
        add_row(form, self.tr("Faces"), self.which, self.tr("Faces that are written"))
        self.which.currentIndexChanged.connect(self._follow)
        return form

    def _make_formats(self) -> QGroupBox:
        group = QGroupBox(self.tr("Formats"))
        self._grid = QGridLayout(group)
        self.formats: dict[str, QCheckBox] = {}
        return group

    def _list_formats(self, entries: list[Entry[Format]]) -> None:
        new = [entry for entry in entries if entry.name not in self.formats]
        ticked = self._settings.export_formats
        for entry in new:
            box = QCheckBox(title_of(entry))
            box.setToolTip(about_of(entry))
            box.setChecked(entry.name in ticked)
            box.toggled.connect(self._follow)
            self._grid.addWidget(box, len(self.formats) // _COLUMNS, len(self.formats) % _COLUMNS)
            self.formats[entry.name] = box
        tab_on(self.which, *self.formats.values())
        if new:
            self._follow()

    def _make_folder(self) -> QHBoxLayout:
        self.folder = QLineEdit(self._settings.export_folder or str(Path.home() / "faces"))
        tip = self.tr("Folder to write to; it is created if it does not exist")
        named(self.folder, self.tr("Folder to write to"), tip)
        self.folder.textChanged.connect(self._follow)
        title = QLabel(self.tr("Folder"))
        title.setBuddy(self.folder)
        self.choose = tool_button("open-folder", self.tr("Choose a folder"), self._choose_folder)
        return lay_out(QHBoxLayout(), title, (self.folder, 1), self.choose)

    def tick(self, form: str) -> None:
        """Check this format and no other."""
        for name, box in self.formats.items():
            box.setChecked(name == form)

    def request(self) -> ExportRequest:
        """The request according to the dialog."""
        return self._choice().fill(self._settings_of_request())

    def _settings_of_request(self) -> ExportRequest:
        """The request without the pictures."""
        formats = tuple(name for name, box in self.formats.items() if box.isChecked())
        methods, folder = tuple(self._settings.comparison_methods), typed_path(self.folder.text())
        case = self.case.case()
        return ExportRequest(
            (),
            formats,
            folder,
            methods,
            self._settings.device,
            self._settings.gan,
            case,
            opened=(*self._offer.opened, *self._offer.sources),
        )

    def _choice(self) -> FaceChoice | ProjectChoice:
        if self._offer.project is not None:
            return ProjectChoice(self._offer.project, self._criteria(), self._offer.searched)
        results = tuple(result for result in self._offer.results if self._is_chosen(result.source))
        accepts: dict[str, Callable[[FaceEntry], bool]] = {
            "visible": self._offer.visible.accepts,
            "confirmed": lambda face: face.verdict == Verdict.CONFIRMED,
            "not refused": lambda face: face.verdict != Verdict.NOT_A_FACE and face.face.track != LEFT_OUT,
            "all": lambda face: face.face.track != LEFT_OUT,
        }
        faces = self._offer.faces
        return FaceChoice(results, tuple(faces.entries()), accepts[self.which.currentData()], faces.looks.numbers)

    def _is_chosen(self, source: str) -> bool:
        return self.pictures.currentData() == "all" or source == self._offer.current

    def _criteria(self) -> FaceCriteria:
        """Filter for the faces of a project that is too large for the window."""
        verdicts = {
            "confirmed": frozenset({Verdict.CONFIRMED}),
            "not refused": frozenset(Verdict) - {Verdict.NOT_A_FACE},
        }
        which = self.which.currentData()
        chosen = self._offer.visible.filter if which == "visible" else FaceCriteria(verdicts=verdicts.get(which))
        return chosen if self.pictures.currentData() == "all" else replace(chosen, source=self._offer.current)

    def _redacts(self) -> bool:
        return "redaction" in self.__dict__ and self.pages.currentWidget() is self.redaction

    def redaction_request(self) -> RedactRequest:
        """The request according to the page of redacted copies."""
        chosen = tuple(filter(self._is_chosen, self._offer.sources))
        faces = tuple(self._offer.faces.entries())
        turns = {result.source: result.turn for result in self._offer.results if result.turn}
        order, picture = self.redaction.order(), self.redaction.picture_file()
        return RedactRequest(chosen, turns, faces, order, picture, typed_path(self.folder.text()))

    def _follow(self) -> None:
        if self._redacts():
            self._counting.cancel()
            request = self.redaction_request()
            text = self.tr("Photos and videos: {count}").format(count=whole(len(request.sources)))
            if not self.redaction.is_complete():
                text += " · " + self.tr("choose the picture that is laid over faces")
            self.message.setText(text)
            complete = request.sources and self.redaction.is_complete() and self.folder.text().strip()
            self.start.setEnabled(bool(complete))
            return
        self._follow_faces()

    def _follow_faces(self) -> None:
        choice, request = self._choice(), self._settings_of_request()
        pictures = choice.searched
        job = self._counting.start(lambda _cancel, _report: (choice.count(), already_there(request)))
        job.then(lambda found: self._tell(*found, pictures), self._refuse)
        self.case.setVisible(any(name in _REPORTS for name in request.formats))
        self.start.setEnabled(bool(pictures and request.formats and self.folder.text().strip()))

    def _tell(self, faces: int, there: list[Path], pictures: int) -> None:
        text = self.tr("Faces: {faces} · Pictures: {pictures}").format(faces=whole(faces), pictures=whole(pictures))
        if there:
            text += " · " + self.tr("writes over {names}").format(names=", ".join(path.name for path in there))
        self.message.setText(text)

    def _refuse(self, sentence: str, details: str) -> None:
        self.tell_failure(sentence, details)
        self.start.setEnabled(False)

    def _start(self) -> None:
        self._offer = self.look_again()
        if self._redacts() and self._offer.finder is not None:
            copies, finder = self.redaction_request(), self._offer.finder
            self._settings.export_folder = str(copies.folder)
            done = self._begin({source: Path(source).name for source in copies.sources})
            self.run(lambda cancel, progress: redact_files(copies, finder, cancel, progress, done), self._tell_copied)
            self.leave_window_free()
            return
        choice, request = self._choice(), self._settings_of_request()
        self._settings.export_folder = str(request.folder)
        self._settings.export_formats = list(request.formats)
        self.case.keep()
        self._counting.cancel()
        done = self._begin({name: self.formats[name].text() for name in request.formats})
        self.run(
            lambda cancel, progress: export_files(choice.fill(request, cancel), cancel, progress, done),
            self._tell_written,
        )

    def _begin(self, wanted: dict[str, str]) -> Callable[[str], object]:
        """What is to be written, with its titles; returns what the work calls with each part that is finished."""
        self._wanted, self._finished = wanted, set[str]()
        return self._finished.add

    def show_running(self, running: bool) -> None:
        """Disable the fields during the export."""
        super().show_running(running)
        for widget in (self.pictures, self.pages, self.folder, self.choose, self.open_folder):
            widget.setEnabled(not running)  # the last too: what a cancelled run has finished lies there

    def progress_text(self, stage: str, done: int, total: int) -> str:
        """Progress in faces for crops, otherwise in formats."""
        texts = {
            "crops": self.tr("Enlarging faces: {done} of {total}"),
            "read": self.tr("Reading what was searched before: {done} of {total}"),
            "search": self.tr("Searching frames: {done} of {total}"),
            "link": self.tr("Linking faces over the frames…"),
            "follow": self.tr("Following faces: frame {done} of {total}"),
            "files": self.tr("Copies written: {done} of {total}"),
            "write": self.tr("Writing frames: {done} of {total}"),
        }
        text = texts.get(stage, self.tr("Writing: {done} of {total}"))
        return text.format(done=whole(done), total=whole(total))

    def cancelled_text(self) -> str:
        """Say what is finished, and stays, and what is not."""
        parts: tuple[list[str], list[str]] = ([], [])
        for name, title in self._wanted.items():
            parts[name in self._finished].append(title)
        rest, finished = (f"{whole(len(of))} ({first_names(of)})" if of else whole(0) for of in parts)
        text = self.tr("Cancelled. Finished, and kept: {finished}. Not finished: {rest}.")
        if self._redacts() and parts[False]:
            text += " " + self.tr("Videos are taken up where they were left, if copied into this folder again.")
        return text.format(finished=finished, rest=rest)

    def _tell_written(self, paths: list[Path]) -> None:
        self.message.setText(counted(len(paths), self.tr("1 file written."), self.tr("{count} files written.")))

    def _tell_copied(self, copied: Copied) -> None:
        if not copied.failures:
            self._tell_written(list(copied.written))
            return
        failed, total = len(copied.failures), len(self._wanted)
        sentence = copied.failures[0]
        if total > 1:
            counts = self.tr("Not copied: {failed} of {total} files.")
            sentence += " " + counts.format(failed=whole(failed), total=whole(total))
        self.tell_failure(sentence, "\n".join(copied.failures) if failed > 1 else "")

    def _choose_folder(self) -> None:
        folder = ask_folder(self, self.tr("Choose a folder"), self.folder.text())
        if folder:
            self.folder.setText(folder)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._settings.export_folder))
