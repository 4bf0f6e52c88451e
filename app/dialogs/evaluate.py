"""The Evaluate dialog: measures weights on a folder of annotated pictures and shows figures and curves."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.datasets.registry import READERS
from tinyface_core.folders import typed_path

from ..jobs.evaluating import Evaluation, EvaluationRequest, Measurable, evaluate, measurable, save_evaluation
from ..jobs.loading import prepare_plots
from ..parts import list_parts, offer
from ..sentences import in_users_language
from ..settings import Settings
from ..style.figures import decimal, whole
from ..style.widgets import fill_table, lay_out, named, number_field, push_button, resize_on_screen, table, tool_button
from .asking import ask_folder
from .fine_tune_texts import band_text
from .job_dialog import JobDialog

if TYPE_CHECKING:
    from tinyface_core.evaluation.bootstrap import Interval

    from ..views.curves import HeightPlot, PrecisionRecallPlot


class EvaluateDialog(JobDialog):
    """Average precision, recall by face height and their intervals, of any detector on the user's own pictures."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Evaluate weights"), self.tr("Evaluate"), parent)
        self._settings = settings
        self._evaluation: Evaluation | None = None
        resize_on_screen(self, 1040, 700)
        columns = lay_out(QHBoxLayout(), self._make_choices(), (self._make_results(), 1))
        layout = lay_out(QVBoxLayout(self), (columns, 1))
        self.message.setText(self.tr("Choose pictures with annotations that the weights were not trained on."))
        self.add_foot(layout)
        tip = self.tr("Figures as JSON, curves as CSV, SVG and PNG")
        self.save = push_button(self.tr("Save the report…"), self._ask_save, tip=tip)
        self.save.setAutoDefault(False)
        self.save.setEnabled(False)
        self.buttons.addButton(self.save, QDialogButtonBox.ButtonRole.ResetRole)
        self.start.clicked.connect(self._start)
        self._follow()
        # One thread does all of it in turn, so that the plots are there before anything is measured.
        self.worker.start(lambda _cancel, _report: prepare_plots()).then(self._make_plots, self.tell_failure)
        list_parts(self.worker, READERS, partial(offer, self.kind))
        choice = settings.search
        self.worker.start(lambda _cancel, _report: measurable(choice)).then(self._show_detectors, self.tell_failure)

    def _make_choices(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(330)
        form = QFormLayout(side)
        form.setContentsMargins(0, 0, 8, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self.kind = QComboBox()
        self.images, images = self._make_path(self.tr("Folder of the pictures"), files=False)
        self.annotations, annotations = self._make_path(self.tr("File or folder of the annotations"), files=True)
        self.detector = QComboBox()
        self.second_stage = QCheckBox(self.tr("Second stage (generator and discriminator)"))
        self.second_stage.setToolTip(self.tr("Enlarge and judge small candidates, as the program does by default"))
        self.second_stage.setChecked(self._settings.second_stage)
        self.pictures = number_field(QSpinBox())
        self.pictures.setRange(0, 1_000_000)
        self.pictures.setSpecialValueText(self.tr("All"))
        self.kind.setToolTip(self.tr("How the annotations are written down"))
        self.detector.setToolTip(self.tr("What is measured: detectors joined by + vote, as they do in searches"))
        self.pictures.setToolTip(self.tr("How many pictures are searched, spread evenly over the list"))
        for title, widget, row in (
            (self.tr("Form of the annotations"), self.kind, self.kind),
            (self.tr("Pictures"), self.images, images),
            (self.tr("Annotations"), self.annotations, annotations),
            (self.tr("Detector"), self.detector, self.detector),
            (self.tr("How many pictures"), self.pictures, self.pictures),
        ):
            widget.setAccessibleName(title)
            form.addRow(title, row)
        form.addRow(self.second_stage)
        return side

    def _make_path(self, explanation: str, files: bool) -> tuple[QLineEdit, QWidget]:
        edit = QLineEdit()
        edit.setToolTip(explanation)
        edit.textChanged.connect(self._follow)

        def choose_file() -> None:
            edit.setText(QFileDialog.getOpenFileName(self, explanation, edit.text())[0] or edit.text())

        def choose_folder() -> None:
            edit.setText(ask_folder(self, explanation, edit.text()) or edit.text())

        row = QWidget()
        layout = lay_out(QHBoxLayout(row), (edit, 1), margins=(0, 0, 0, 0))
        if files:
            layout.addWidget(tool_button("open", self.tr("Choose a file"), choose_file))
        layout.addWidget(tool_button("open-folder", self.tr("Choose a folder"), choose_folder))
        return edit, row

    def _make_results(self) -> QTabWidget:
        titles = [
            self.tr("Faces"),
            self.tr("AP"),
            self.tr("95 % interval"),
            self.tr("Recall"),
            self.tr("95 % interval"),
            self.tr("IoU over 0.7"),
            self.tr("Count"),
        ]
        self.table = table(titles, self.tr("Figures"))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.results = named(QTabWidget(), self.tr("Results"))
        self._pages = QWidget(), QWidget()
        for page, title in zip(self._pages, (self.tr("Precision and recall"), self.tr("By face height")), strict=True):
            self.results.addTab(page, title)
        self.results.addTab(self.table, self.tr("Figures"))
        return self.results

    def _make_plots(self, _prepared: None) -> None:
        from ..views.curves import HeightPlot, PrecisionRecallPlot

        self.curves: PrecisionRecallPlot = PrecisionRecallPlot(self.tr("Recall"), self.tr("Precision"))
        self.heights: HeightPlot = HeightPlot(
            self.tr("Height of the face in pixels"), self.tr("Recall at one false positive a picture")
        )
        named(self.curves, self.tr("Precision over recall"))
        named(self.heights, self.tr("Recall by face height"))
        for page, plot in zip(self._pages, (self.curves, self.heights), strict=True):
            lay_out(QVBoxLayout(page), plot, margins=(0, 0, 0, 0))

    def request(self) -> EvaluationRequest:
        """The request according to the dialog."""
        return EvaluationRequest(
            self.kind.currentData(),
            typed_path(self.images.text().strip()),
            typed_path(self.annotations.text().strip()),
            replace(
                self._settings.search,
                detector=self.detector.currentData() or "",
                second_stage=self.second_stage.isChecked(),
            ),
            self.pictures.value(),
        )

    def _show_detectors(self, known: Measurable) -> None:
        for names, title in known.titles.items():
            self.detector.addItem(title, names)
        self.detector.setCurrentIndex(max(0, self.detector.findData(known.chosen)))
        self._follow()

    def _follow(self) -> None:
        filled = bool(self.images.text().strip() and self.annotations.text().strip() and self.detector.count())
        self.start.setEnabled(filled and not self.is_running)

    def _start(self) -> None:
        request = self.request()
        self.run(lambda cancel, progress: evaluate(request, cancel, progress), self._show)
        self.message.setText(self.tr("Reading the annotations…"))

    def show_running(self, running: bool) -> None:
        """Disable the fields during the measurement."""
        super().show_running(running)
        self.save.setEnabled(not running and self._evaluation is not None)
        for widget in (self.kind, self.images, self.annotations, self.detector, self.second_stage, self.pictures):
            widget.setEnabled(not running)
        self._follow()

    def progress_text(self, _stage: str, done: int, total: int) -> str:
        """Progress in pictures."""
        return self.tr("{done} of {total} pictures").format(done=whole(done), total=whole(total))

    def _show(self, evaluation: Evaluation) -> None:
        self._evaluation, report = evaluation, evaluation.report
        titles = {name: self.tr("All") if name == "all" else name for name in report.subsets}
        self.curves.show_curves(
            {
                f"{titles[name]}: AP {decimal(result.ap, 3)}": (result.curve.x, result.curve.y)
                for name, result in report.subsets.items()
            }
        )
        bands = {name: band for name, band in report.heights.items() if name != "under 16"}
        bars = []
        for name, band in bands.items():
            bounds = band.recall_interval
            low, high = (band.recall, band.recall) if bounds is None else (bounds.low, bounds.high)
            bars.append((band_text(name).removesuffix(" px"), band.recall, low, high))
        self.heights.show_bars(bars)
        rows = [
            (titles[name], decimal(r.ap, 4), _bounds(r.interval), "", "", decimal(r.close, 3), whole(r.faces))
            for name, r in report.subsets.items()
        ]
        for name, b in report.heights.items():
            recall = decimal(b.recall, 4), _bounds(b.recall_interval), decimal(b.close, 3)
            figures = (decimal(b.ap, 4), "", *recall) if b.faces else ("",) * 5
            rows.append((band_text(name), *figures, whole(b.faces)))
        fill_table(self.table, rows, figures_from=1)
        told = self.tr("Pictures: {pictures}. Faces: {faces}. {milliseconds} ms a picture.").format(
            pictures=whole(report.pictures), faces=whole(report.faces), milliseconds=round(evaluation.milliseconds)
        )
        self.message.setText(" ".join([told, *map(in_users_language, report.oddities.sentences)]))

    def _ask_save(self) -> None:
        folder = ask_folder(self, self.tr("Save the report"), self._settings.export_folder)
        if folder:
            self.save_to(Path(folder))

    def save_to(self, folder: Path) -> None:
        """Write the report of the last evaluation into a folder."""
        evaluation = self._evaluation
        if evaluation is not None:
            self.run(lambda _cancel, _report: (folder, save_evaluation(evaluation, folder)), self._tell_saved)

    def _tell_saved(self, outcome: tuple[Path, str]) -> None:
        folder, remark = outcome
        text = self.tr("The report is in {folder}.").format(folder=folder)
        self.message.setText(f"{text} {remark}".strip())


def _bounds(interval: Interval | None) -> str:
    return "" if interval is None else f"{decimal(interval.low, 3)} - {decimal(interval.high, 3)}"
