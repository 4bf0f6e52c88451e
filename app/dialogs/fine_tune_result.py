"""Page 3 of the Fine-tune dialog: results before and after, and whether to adopt the new weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTabWidget, QVBoxLayout, QWidget

from tinyface_core.training.finetune.comparison import Change, Comparison
from tinyface_core.training.finetune.known_photo import FACES
from tinyface_core.training.finetune.runs import Run, adopt
from tinyface_core.weights import WeightsEntry

from ..jobs.training import cut_changes
from ..settings import Settings
from ..style import colours_of
from ..style.figures import decimal, signed, whole
from ..style.widgets import fill_table, label, lay_out, named, push_button, table
from ..views.change_pairs import ChangePairs
from ..views.face_sheet import FaceSheet
from ..work import LatestJob, Worker
from .asking import confirm
from .fine_tune_texts import band_text

T = TypeVar("T")

_MANY_FORGOTTEN = 4
"""Faces of the known photo, a ninth of them, that are no longer found."""

_KINDS = ("found now", "lost now", "false alarm gone", "new false alarm")


class ResultPage(QWidget):
    """Shows what a finished run gained and cost."""

    done = Signal(str)
    """The run is decided on; a sentence that says how."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._run: Run | None = None
        self._worker = Worker(self, threads=3)
        self._loading_sheet, self._loading, self._cutting = (LatestJob(self._worker) for _ in range(3))
        self.title = label(rank="title")
        self.verdict = label(wrap=True)
        self.measured = label(rank="second", wrap=True)
        titles = [
            self.tr("Longer side of the face"),
            self.tr("Faces"),
            self.tr("AP before"),
            self.tr("AP after"),
            self.tr("Difference"),
        ]
        self.elsewhere = label(rank="second", wrap=True)
        forgets = self.tr("It forgets: add old data, learn for a shorter time, or take a smaller share of it.")
        self.forgets = label(forgets, rank="warning", wrap=True)
        self._hide_photo()
        self.table = table(titles, self.tr("Average precision by size of faces"))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setShowGrid(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.changes = named(QTabWidget(), self.tr("What has changed"))
        self._deciding = False
        self._galleries = {kind: ChangePairs() for kind in _KINDS}
        for kind, gallery in self._galleries.items():
            self.changes.addTab(gallery, kind)
        self.faces = FaceSheet(self.changes)
        self.faces.hide()
        self.trouble = label(rank="warning", wrap=True)
        self.trouble.hide()
        parts = (
            self.title,
            self.verdict,
            self.measured,
            self.elsewhere,
            self.forgets,
            self.table,
            (self.changes, 1),
            self.trouble,
        )
        lay_out(QVBoxLayout(self), *parts, self._make_buttons(), margins=(20, 16, 20, 12), spacing=8)

    def show_run(self, run: Run, name: str) -> None:
        """Show a run that is finished."""
        self._run = run
        self.title.setText(name)
        self.verdict.clear()
        self.measured.clear()
        self._hide_photo()
        self.trouble.hide()
        self.table.setRowCount(0)
        for gallery in self._galleries.values():
            gallery.clear()
            gallery.say("")
        if self.changes.indexOf(self.faces) >= 0:
            self.changes.removeTab(self.changes.indexOf(self.faces))
        self._loading_sheet.start(lambda _cancel, _report: QImage(str(run.faces_sheet))).then(self._show_faces)
        self._loading.start(lambda _cancel, _report: run.comparison()).then(self._show, self._complain)

    def stop(self) -> None:
        """End all work; what was decided is done first, with what follows from it."""
        if self._deciding:
            self._worker.wait()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall)  # the worker's news
        self._worker.stop()

    def _make_buttons(self) -> QHBoxLayout:
        self.adopt = push_button(self.tr("Adopt"), lambda: self._take_in(use=True))
        self.adopt.setProperty("primary", True)
        self.adopt.setToolTip(self.tr("Search with the new weights from now on; Weights, Go back undoes it"))
        self.keep = push_button(self.tr("Keep without using"), lambda: self._take_in(use=False), picture="save")
        self.keep.setToolTip(self.tr("Put the new weights beside the others; nothing else changes"))
        self.discard = push_button(self.tr("Discard"), self._discard, picture="trash")
        self.discard.setToolTip(self.tr("Delete the new weights"))
        return lay_out(QHBoxLayout(), self.discard, None, self.keep, self.adopt)

    def _show(self, comparison: Comparison | None) -> None:
        if comparison is None:
            self.verdict.setText(self.tr("It was not measured."))
            return
        self.verdict.setText(self._judge(comparison))
        self.measured.setText(self._figures(comparison))
        self._show_photo(comparison)
        self._fill_table(comparison)
        titles = {
            "found now": self.tr("Found now ({count})"),
            "lost now": self.tr("Lost now ({count})"),
            "false alarm gone": self.tr("False alarms gone ({count})"),
            "new false alarm": self.tr("New false alarms ({count})"),
        }
        for kind, gallery in self._galleries.items():
            count = comparison.counts.get(kind, 0)
            self.changes.setTabText(self.changes.indexOf(gallery), titles[kind].format(count=count))
            gallery.say("" if count else self.tr("None"))
        if self.changes.indexOf(self.faces) < 0:
            some = [gallery for kind, gallery in self._galleries.items() if comparison.counts.get(kind)]
            self.changes.setCurrentWidget(some[0] if some else self._galleries[_KINDS[0]])
        job = self._cutting.start(lambda cancel, _report: cut_changes(comparison, cancel))
        job.then(self._show_crops, self._complain)

    def _judge(self, comparison: Comparison) -> str:
        overall = comparison.bands[0]
        values = {
            "before": decimal(overall.before, 3),
            "after": decimal(overall.after, 3),
            "difference": signed(overall.difference),
            "low": signed(overall.low),
            "high": signed(overall.high),
        }
        if not comparison.tells:
            text = self.tr(
                "Too few pictures were held back to tell: average precision {before} before, {after} after. Add "
                "pictures, or look at the changes below."
            )
        elif overall.low > 0:
            text = self.tr("Better: average precision went from {before} to {after} ({difference}, {low} to {high}).")
        elif overall.high < 0:
            text = self.tr("Worse: average precision went from {before} to {after} ({difference}, {low} to {high}).")
        else:
            text = self.tr(
                "No clear difference: average precision {before} before, {after} after ({difference}, {low} to {high})."
            )
        return text.format(**values)

    def _figures(self, comparison: Comparison) -> str:
        parts = [
            self.tr("Pictures held back, and measured on: {count}.").format(count=whole(comparison.pictures)),
            self.tr("Measured without CenterFace, which votes too in searches with Balanced and Thorough."),
        ]
        if comparison.left_out:
            left_out = self.tr("Missing or unreadable pictures, neither learned from nor measured on: {count}.")
            parts.insert(1, left_out.format(count=whole(comparison.left_out)))
        if comparison.tells:
            parts.append(self.tr("In brackets: 95 % intervals over pictures."))
        decided = self.tr("Found is what scores {before} before, {after} after: one false alarm a picture each.")
        parts.append(decided.format(**_both(comparison.score, 2)))
        known = {
            "psnr_g1": self.tr("PSNR of G1: {before} to {after} dB"),
            "psnr_g2": self.tr("PSNR of G2: {before} to {after} dB"),
            "face_auc": self.tr("face head's AUC: {before} to {after}"),
            "small_face_auc": self.tr("AUC on small faces: {before} to {after}"),
        }
        for name, template in known.items():
            if name in comparison.figures:
                parts.append(template.format(**_both(comparison.figures[name], 2 if name.startswith("psnr") else 3)))
        return "   ".join(parts)

    def _hide_photo(self) -> None:
        self.elsewhere.hide()
        self.forgets.hide()

    def _show_photo(self, comparison: Comparison) -> None:
        """How it does on a photo that it did not learn from."""
        found, others = (comparison.figures.get(name, (0, 0)) for name in ("photo_found", "photo_false"))
        text = self.tr(
            "Elsewhere, in a photo of an orchestra that it did not learn from: {before} of {faces} tiny faces found "
            "before, {after} after; other boxes {false_before} before, {false_after} after."
        )
        numbers = (found[0], FACES, found[1], *others)
        names = ("before", "faces", "after", "false_before", "false_after")
        text = text.format(**{name: whole(number) for name, number in zip(names, numbers, strict=True)})
        self.elsewhere.setText(text)
        self.elsewhere.setVisible("photo_found" in comparison.figures)
        self.forgets.setVisible(found[0] - found[1] >= _MANY_FORGOTTEN)

    def _fill_table(self, comparison: Comparison) -> None:
        colours = colours_of(self.palette())
        rows = []
        for row, band in enumerate(comparison.bands):
            before, after = decimal(band.before, 3), decimal(band.after, 3)
            difference = signed(band.difference)
            if comparison.tells:
                before += f"  ({decimal(band.before_low, 2)} – {decimal(band.before_high, 2)})"
                after += f"  ({decimal(band.after_low, 2)} – {decimal(band.after_high, 2)})"
                text = self.tr("{difference}  ({low} to {high})")
                difference = text.format(difference=difference, low=signed(band.low), high=signed(band.high))
            size = band_text(band.name) if row else self.tr("All")
            rows.append((size, whole(band.faces), before, after, difference))
        fill_table(self.table, rows, figures_from=1)
        for row, band in enumerate(comparison.bands):
            cell = self.table.item(row, 4)
            if comparison.tells and cell is not None and (band.low > 0 or band.high < 0):
                cell.setForeground(QColor(colours.confirmed if band.low > 0 else colours.not_a_face))
            self.table.setRowHeight(row, 26)
        height = self.table.horizontalHeader().sizeHint().height() + 26 * len(comparison.bands) + 4
        self.table.setFixedHeight(height)

    def _show_crops(self, images: dict[Change, QImage]) -> None:
        colours = colours_of(self.palette())
        for change, image in images.items():
            good = change.kind in ("found now", "false alarm gone")
            colour = colours.confirmed if good else colours.not_a_face
            self._galleries[change.kind].add(image, change, QColor(colour))

    def _show_faces(self, sheet: QImage) -> None:
        if sheet.isNull():
            return  # a run of the detector alone
        self.faces.show_sheet(sheet)
        self.changes.insertTab(0, self.faces, self.tr("Enlarged faces"))
        self.changes.setCurrentIndex(0)

    def _take_in(self, use: bool) -> None:
        self._decide(adopt, lambda added: self._finish(added, use))

    def _finish(self, added: list[WeightsEntry], use: bool) -> None:
        names = ", ".join(QLocale().quoteString(entry.name) for entry in added)
        if use:
            for entry in added:
                self._settings.use_weights(entry.role, entry.name)
            self._tell(self.tr("Searches use {names} from now on. Weights, Go back undoes it.").format(names=names))
        else:
            self._tell(self.tr("{names} lies among the weights; nothing uses it yet.").format(names=names))

    def _discard(self) -> None:
        question, details = self.tr("Delete the new weights?"), self.tr("What was learned is lost.")
        if confirm(self, question, self.tr("Discard"), details):
            said = self.tr("The new weights are deleted.")
            self._decide(lambda run: run.discard(), lambda _result: self._tell(said))

    def _decide(self, decide: Callable[[Run], T], then: Callable[[T], object]) -> None:
        run = self._run
        if run is not None:
            self._enable(False)
            self._deciding = True
            job = self._worker.start(lambda _cancel, _report: decide(run)).then(then, self._complain)
            job.done.connect(lambda: setattr(self, "_deciding", False))

    def _tell(self, sentence: str) -> None:
        self._enable(True)
        self.done.emit(sentence)

    def _enable(self, on: bool) -> None:
        for button in (self.adopt, self.keep, self.discard):
            button.setEnabled(on)

    def _complain(self, sentence: str, _details: str) -> None:
        self._enable(True)
        self.trouble.setText(sentence)
        self.trouble.show()


def _both(values: tuple[float, float], places: int) -> dict[str, str]:
    return {"before": decimal(values[0], places), "after": decimal(values[1], places)}
