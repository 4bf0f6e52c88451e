"""Export: which pictures, which faces, which formats, where; written beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QThreadPool, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.jobs.exporting import ExportPicture, ExportRequest, export_files
from app.jobs.job import Job
from app.models.faces import FaceEntry, FacesModel
from app.models.verdict import Verdict
from app.models.visible_faces import VisibleFaces
from app.settings import Settings
from app.style import icon
from tinyface_core.types import CancelToken, FindResult, Progress

Exporter = Callable[[ExportRequest, CancelToken, Progress], list[Path]]


class ExportDialog(QDialog):
    """Writes the faces of the opened pictures as files."""

    def __init__(
        self,
        faces: FacesModel,
        visible: VisibleFaces,
        results: Sequence[FindResult],
        current: str | None,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        export: Exporter = export_files,
    ) -> None:
        """`results`: of the searched pictures; `current`: source of the picture on the screen."""
        super().__init__(parent)
        self._faces, self._visible, self._results = faces, visible, results
        self._current, self._settings, self._export = current, settings, export
        self._job: Job | None = None
        self._pool = QThreadPool(self)
        self.setWindowTitle(self.tr("Export"))
        self.setMinimumWidth(520)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addLayout(self._make_choices())
        layout.addWidget(self._make_formats())
        layout.addLayout(self._make_folder())
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the export"))
        self.progress.hide()
        self.message = QLabel()
        self.message.setWordWrap(True)
        layout.addWidget(self.progress)
        layout.addWidget(self.message)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.open_folder = QPushButton(self.tr("Open the folder"))
        self.open_folder.clicked.connect(self._open_folder)
        self.open_folder.setEnabled(False)
        self.start = QPushButton(self.tr("Export"))
        self.start.setDefault(True)
        self.start.clicked.connect(self._start)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self._cancel)
        buttons.addButton(self.open_folder, QDialogButtonBox.ButtonRole.ResetRole)
        for button in (self.start, self.cancel):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        self.cancel.hide()
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self._follow()

    # -- parts -----------------------------------------------------------------------------------------

    def _make_choices(self) -> QFormLayout:
        form = QFormLayout()
        self.pictures = QComboBox()
        self.pictures.addItem(self.tr("All opened pictures"), "all")
        if self._current is not None:
            self.pictures.addItem(self.tr("The picture on the screen"), "current")
        self.which = QComboBox()
        for text, value in (
            (self.tr("Those that pass the filters of the list"), "visible"),
            (self.tr("Confirmed ones only"), "confirmed"),
            (self.tr("All but those that are not faces"), "not refused"),
            (self.tr("All candidates"), "all"),
        ):
            self.which.addItem(text, value)
        for title, box, explanation in (
            (self.tr("Pictures"), self.pictures, self.tr("Pictures whose faces are written")),
            (self.tr("Faces"), self.which, self.tr("Faces that are written")),
        ):
            box.setToolTip(explanation)
            box.setAccessibleName(title)
            box.currentIndexChanged.connect(self._follow)
            form.addRow(title, box)
        return form

    def _make_formats(self) -> QGroupBox:
        group = QGroupBox(self.tr("Formats"))
        grid = QGridLayout(group)
        self.formats: dict[str, QCheckBox] = {}
        for place, (name, text, explanation) in enumerate(
            (
                ("csv", self.tr("CSV table"), self.tr("One row a face, for a spreadsheet")),
                ("json", "JSON", self.tr("Faces with settings and weights, enough to repeat the run")),
                ("coco", "COCO", self.tr("COCO object detection annotations")),
                ("yolo", "YOLO", self.tr("One text file a picture, boxes as shares of its sides")),
                ("crops", self.tr("Face crops"), self.tr("Every face by every upscaler ticked in the comparison")),
                ("annotated", self.tr("Annotated pictures"), self.tr("Pictures with boxes drawn")),
                ("html", self.tr("HTML report"), self.tr("Pictures, faces, settings and weights, for any browser")),
            )
        ):
            box = QCheckBox(text)
            box.setToolTip(explanation)
            box.setChecked(name in self._settings.export_formats)
            box.toggled.connect(self._follow)
            self.formats[name] = box
            grid.addWidget(box, place // 2, place % 2)
        return group

    def _make_folder(self) -> QHBoxLayout:
        self.folder = QLineEdit(self._settings.export_folder or str(Path.home() / "faces"))
        self.folder.setAccessibleName(self.tr("Folder to write to"))
        self.folder.setToolTip(self.tr("Folder to write to; it is made if it does not exist"))
        self.folder.textChanged.connect(self._follow)
        choose = QToolButton()
        choose.setIcon(icon("open-folder"))
        choose.setToolTip(self.tr("Choose a folder"))
        choose.setAccessibleName(self.tr("Choose a folder"))
        choose.clicked.connect(self._choose_folder)
        row = QHBoxLayout()
        label = QLabel(self.tr("Folder"))
        label.setBuddy(self.folder)
        row.addWidget(label)
        row.addWidget(self.folder, 1)
        row.addWidget(choose)
        return row

    # -- what is written ---------------------------------------------------------------------------------

    def request(self) -> ExportRequest:
        """What the dialog says now."""
        formats = tuple(name for name, box in self.formats.items() if box.isChecked())
        pictures = tuple(
            self._picture(result)
            for result in self._results
            if self.pictures.currentData() == "all" or result.source == self._current
        )
        return ExportRequest(
            pictures,
            formats,
            Path(self.folder.text()).expanduser(),
            tuple(self._settings.comparison_methods),
            self._settings.device,
        )

    def _picture(self, result: FindResult) -> ExportPicture:
        entries = [e for e in self._faces.entries_of(result.source, result.index) if self._wanted(e)]
        entries.sort(key=lambda entry: -entry.face.score)
        return ExportPicture(
            replace(result, faces=tuple(entry.face for entry in entries)),
            tuple(str(entry.verdict) for entry in entries),
            tuple(entry.note for entry in entries),
        )

    def _wanted(self, entry: FaceEntry) -> bool:
        match self.which.currentData():
            case "visible":
                return self._visible.filter.accepts(entry)
            case "confirmed":
                return entry.verdict == Verdict.CONFIRMED
            case "not refused":
                return entry.verdict != Verdict.NOT_A_FACE
            case _:
                return True

    # -- running -----------------------------------------------------------------------------------------

    def _follow(self) -> None:
        if self._job is not None:
            return
        request = self.request()
        faces = sum(len(picture.result.faces) for picture in request.pictures)
        self.message.setText(
            self.tr("Faces: {faces} · Pictures: {pictures}").format(
                faces=f"{faces:,}", pictures=f"{len(request.pictures):,}"
            )
        )
        self.start.setEnabled(bool(request.pictures and request.formats and self.folder.text().strip()))

    def _start(self) -> None:
        request = self.request()
        self._settings.export_folder = str(request.folder)
        self._settings.export_formats = list(request.formats)
        export = self._export
        self._job = Job(lambda cancel, progress: export(request, cancel, progress), self)
        self._job.progress.connect(self._tell_progress)
        self._job.result.connect(self._tell_written)
        self._job.failed.connect(self._tell_failure)
        self._job.cancelled.connect(self._tell_cancelled)
        self._job.done.connect(self._finish)
        self.progress.setRange(0, 0)
        self._run_state(True)
        self._job.start(self._pool)

    def _run_state(self, running: bool) -> None:
        self.progress.setVisible(running)
        self.start.setVisible(not running)
        self.cancel.setVisible(running)
        for widget in (self.pictures, self.which, self.folder, *self.formats.values()):
            widget.setEnabled(not running)

    def _tell_progress(self, stage: str, done: int, total: int, remaining: float) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        text = self.tr("{stage}: {done} of {total}").format(stage=stage, done=done, total=total)
        if remaining >= 1:
            text += self.tr(", {seconds} s left").format(seconds=round(remaining))
        self.message.setText(text)

    def _tell_written(self, paths: list[Path]) -> None:
        self.message.setText(self.tr("{count} files written.").format(count=f"{len(paths):,}"))
        self.open_folder.setEnabled(True)

    def _tell_failure(self, sentence: str, details: str) -> None:
        self.message.setText(sentence)
        self.message.setToolTip(details)

    def _tell_cancelled(self) -> None:
        self.message.setText(self.tr("Cancelled; files that were finished are kept."))

    def _finish(self) -> None:
        self._job = None
        self._run_state(False)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"), self.folder.text())
        if folder:
            self.folder.setText(folder)

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._settings.export_folder))

    def reject(self) -> None:
        """Close; what runs is cancelled and waited for."""
        self._cancel()
        self._pool.waitForDone(5000)
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """As `reject`."""
        self._cancel()
        self._pool.waitForDone(5000)
        super().closeEvent(event)
