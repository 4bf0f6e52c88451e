"""The comparison panel: the selected face or region enlarged by several upscalers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from tinyface_core.names import output_stem
from tinyface_core.tracks import Track
from tinyface_core.types import Box, Face, Frame
from tinyface_core.upscalers.spread import NAME as GUESSED

from ..jobs.comparing import ComparisonQueue
from ..jobs.enlarging_regions import RegionRequest
from ..jobs.upscaling import SMALLEST_MEASURED, Comparison, ComparisonRequest
from ..models.images import to_image, to_pixels
from ..settings import Settings
from ..style.figures import duration
from ..style.labels import as_tip
from ..style.widgets import label, lay_out, named, push_button, tool_button
from ..work import Worker
from .comparison_bar import ComparisonBar, Subject
from .comparison_grid import ComparisonGrid
from .comparison_sheet import draw_sheet
from .comparison_tiles import ORIGINAL, TRUTH, Tile, make_tiles
from .crop_view import LinkedView
from .keys import keeps_key
from .pair_page import PairPage
from .pair_view import Look
from .saving import ask_file, save_file

_ORIGINAL_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_O)


class ComparisonPanel(QWidget):
    """Original pixels and enlargements of a face, of the visible region, or of the whole picture."""

    larger_wanted = Signal(float)
    """The user wants to see a face of at least so many pixels."""
    saved = Signal(str)
    """A sentence."""

    def __init__(self, settings: Settings, *, seen: Callable[[], Box] | None = None) -> None:
        """`seen` returns the visible part of the picture."""
        super().__init__()
        self._settings, self._seen = settings, seen
        self._picture: Frame | None = None
        self._face: tuple[Frame, Face] | None = None
        self._track: Track | None = None
        self._tiles: list[Tile] = []
        self._measure = False
        self.view = LinkedView(self)
        self.queue = ComparisonQueue(self)
        self.queue.ready.connect(self._show)
        self.queue.part_ready.connect(self._show)
        self.queue.progress.connect(self._tell_progress)
        self.queue.failed.connect(self._give_up)
        self._saver = Worker(self)
        self.bar = ComparisonBar(settings, self.queue.worker)
        self.bar.look_chosen.connect(self.show_as)
        self.bar.subject_chosen.connect(self._change_subject)
        self.bar.methods.listed.connect(self._ask_soon)
        for button, slot in (
            (self.bar.measure, self._set_measure),
            (self.bar.original, self.show_original),
            (self.bar.fit, lambda _on: self.view.fit()),
        ):
            button.clicked.connect(slot)
        self.bar.copy.triggered.connect(lambda _on: self.copy())
        self.bar.save.triggered.connect(lambda _on: self.ask_save())
        # A face passed by with the arrow keys, or a view on its way, is not worth a run of the networks.
        self._asking = QTimer(self, singleShot=True, interval=60)
        self._asking.timeout.connect(self._ask)
        # The crops of another face must not stay for long.
        self._waiting = QTimer(self, singleShot=True, interval=400)
        self._waiting.timeout.connect(lambda: self._leave(self.tr("Enlarging…")))

        self.grid, self.pairs = ComparisonGrid(self.view), PairPage(self.view)
        self.message = label(self.tr("Select a face to see it enlarged."), "second", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message_page = self._make_message_page()
        self._pages = QStackedWidget()
        # However many methods are ticked, they share the room that the user gives the panel.
        self._pages.setMinimumSize(200, 76)
        for page in (self._message_page, self.grid, self.pairs):
            self._pages.addWidget(page)
        self.remark = label(self._remark(reduced=False), "warning", wrap=True)
        self.remark.setToolTip(self.tr("Hold Space or O to see the original pixels."))
        self.failures = label(rank="second", wrap=True, name=self.tr("Methods that failed"))
        self.failures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.failures.hide()
        parts = (self.bar, (self._pages, 1), self._make_progress(), self.failures, self.remark)
        lay_out(QVBoxLayout(self), *parts, margins=(8, 6, 8, 8), spacing=6)
        self._choose_look(Look(look) if (look := settings.value("comparison/look", "")) in [*Look] else None)
        settings.changed.connect(self._follow_settings)
        self._enable(False)
        self.setFocusProxy(self.bar.looks[None])

    def set_face(self, frame: Frame | None, face: Face | None, track: Track | None = None) -> None:
        """Set the face to compare, or None, and its track; returns at once."""
        self._face = None if frame is None or face is None else (frame, face)
        self._track = track
        if self.subject == Subject.FACE:
            self._change_subject()

    def set_picture(self, frame: Frame | None) -> None:
        """Set the shown picture, or None."""
        self._picture = frame
        if self.subject != Subject.FACE:
            self._change_subject()

    def follow_view(self) -> None:
        """Follow the visible part of the picture."""
        if self.subject == Subject.VIEW:
            self._ask_soon()

    @property
    def subject(self) -> Subject:
        """What is enlarged."""
        return self.bar.subject

    def stop(self) -> None:
        """Cancel the running comparison and wait for it; for the end of the program."""
        self._asking.stop()
        self.queue.stop()
        self._saver.wait()

    def sheet(self) -> QImage:
        """The current comparison as one picture: all crops, or the pair as shown."""
        tiles = self.pairs.tiles() if self._pages.currentWidget() is self.pairs else self._tiles
        return draw_sheet(tiles, self.remark.text())

    def copy(self) -> None:
        """Copy the sheet to the clipboard."""
        if self.bar.copy.isEnabled():
            QGuiApplication.clipboard().setImage(self.sheet())

    def ask_save(self) -> None:
        """Ask for a file, and save the sheet as PNG."""
        title, kinds = self.tr("Save the comparison"), self.tr("PNG pictures (*.png)")
        path = ask_file(self, title, kinds, self._settings, self.file_name())
        if path is not None:
            self.save(path)

    def file_name(self) -> str:
        """Suggested file name of the sheet: picture, frame, subject."""
        request = self._request()
        if request is None:
            return "comparison.png"
        parts = [output_stem(Path(request.frame.source).stem)]
        if request.frame.index is not None:
            parts.append(f"{request.frame.index:06}")
        if isinstance(request, ComparisonRequest):
            parts.append("face-{:.0f}-{:.0f}".format(*request.face.box))
        elif self.subject == Subject.VIEW:
            parts.append("part-{:.0f}-{:.0f}".format(*request.region))
        return "-".join([*parts, "comparison.png"])

    def save(self, path: Path) -> None:
        """Write the sheet as PNG in a worker thread."""
        sheet = self.sheet()
        methods = [Path(tile.name).stem for tile in self._tiles if tile.name not in (ORIGINAL, TRUTH, GUESSED)]

        def write() -> None:
            from tinyface_core.upscalers.provenance import save_enlarged

            save_enlarged(path, to_pixels(sheet), methods)

        save_file(self._saver, path, write).then(self.saved.emit, self._say)

    def show_original(self, original: bool) -> None:
        """Show the original pixels everywhere, or the enlargements again."""
        self.bar.original.setChecked(original)
        for crop in (*self.grid.crops, self.pairs.pair):
            crop.show_original(original)

    def show_as(self, look: Look | None) -> None:
        """Show a pair in some way, or all side by side; stored in the settings."""
        self._choose_look(look)
        self._settings.set_value("comparison/look", str(look or ""))

    def _make_message_page(self) -> QWidget:
        page = QWidget()
        self.unmeasured = push_button(self.tr("Enlarge it all the same"), lambda: self._set_measure(False))
        self.larger = push_button(self.tr("Go to a larger face"), lambda: self.larger_wanted.emit(SMALLEST_MEASURED))
        self._ways_out = QWidget()
        lay_out(QHBoxLayout(self._ways_out), None, self.unmeasured, self.larger, None, margins=(0, 0, 0, 0))
        lay_out(QVBoxLayout(page), None, self.message, self._ways_out, None, margins=(0, 0, 0, 0))
        return page

    def _make_progress(self) -> QWidget:
        self.progress = named(QProgressBar(textVisible=False), self.tr("Progress"))
        self.stage = label(rank="second")
        self.stop_button = tool_button("cancel", self.tr("Stop enlarging"), self._cancel)
        self._progress_row = QWidget()
        row = lay_out(QHBoxLayout(self._progress_row), self.stage, (self.progress, 1), self.stop_button, spacing=6)
        row.setContentsMargins(0, 0, 0, 0)
        self._progress_row.hide()
        return self._progress_row

    def _follow_settings(self, name: str) -> None:
        if name in ("comparison_methods", "several_frames", "guessed", "device", "gan"):
            self._ask_soon()

    def _change_subject(self) -> None:
        self.view.fit()
        self._ask_soon()

    def _set_measure(self, on: bool) -> None:
        self._measure = on
        self.bar.measure.setChecked(on)
        self._ask_soon()

    def _request(self) -> ComparisonRequest | RegionRequest | None:
        settings = self._settings
        how: dict[str, Any] = {
            "methods": self.bar.methods.ticked(),
            "device": settings.device,
            "measure": self._measure,
            "gan": settings.gan,
        }
        if self.subject == Subject.FACE:
            if self._face is None:
                return None
            frame, face = self._face
            track = self._track if settings.several_frames else None
            return ComparisonRequest(frame, face, track=track, guessed=settings.guessed, **how)
        picture = self._picture
        if picture is None:
            return None
        whole: Box = (0, 0, picture.width, picture.height)
        region = self._seen() if self.subject == Subject.VIEW and self._seen is not None else whole
        return RegionRequest(picture, region, **how)

    def _ask_soon(self) -> None:
        self.queue.cancel()
        self._progress_row.hide()
        request = self._request()
        if request is None:
            self._give_up(self.tr("Select a face to see it enlarged."))
            self._tell_reduced(self._measure, forced=False)
        elif isinstance(request, ComparisonRequest) and request.too_small:
            self._refuse(request.face)
        else:
            self._asking.start(60 if self.subject == Subject.FACE else 400)
            self._waiting.start()

    def _ask(self) -> None:
        request = self._request()
        if request is not None:
            self.queue.ask(request)

    def _refuse(self, face: Face) -> None:
        """Show that a face is too small to be measured, and what can be done instead."""
        text = self.tr("This face has {size} pixels; to be reduced and measured it would need {least}.")
        self._give_up(text.format(size=round(face.size), least=SMALLEST_MEASURED))
        self._tell_reduced(forced=False, reduced=True)
        self._ways_out.show()

    def _cancel(self) -> None:
        self.queue.cancel()
        self._progress_row.hide()
        if any(tile.image.isNull() for tile in self._tiles) or not self._tiles:
            self._give_up(self.tr("Stopped."))

    def _give_up(self, sentence: str) -> None:
        """Nothing is awaited any more."""
        self._asking.stop()
        self._waiting.stop()
        self._progress_row.hide()
        self._leave(sentence)
        self.remark.setText(self._remark(reduced=False))

    def _leave(self, sentence: str) -> None:
        """Show a sentence in place of the crops."""
        self._tiles = []
        self._enable(False)
        self._say(sentence)

    def _tell_progress(self, method: str, done: int, total: int, remaining: float) -> None:
        text = self.bar.methods.title(method)
        if remaining >= 1:
            text += self.tr(", {time} left").format(time=duration(remaining))
        self.stage.setText(text)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self._progress_row.show()

    def _show(self, comparison: Comparison) -> None:
        self._waiting.stop()
        if not comparison.pending:
            self._progress_row.hide()
        reduced = comparison.request.reduction > 1
        self._tell_reduced(reduced, forced=reduced and not comparison.request.measure)
        self.remark.setText(self._remark(reduced))
        self.failures.setText("\n".join(comparison.failures))
        self.failures.setVisible(bool(comparison.failures))
        self._tiles = make_tiles(comparison, self.bar.methods.title)
        original = to_image(comparison.crops.original if comparison.truth is None else comparison.truth)
        self.grid.show_tiles(self._tiles, original, self.bar.methods.about)
        for before, crop in pairwise((self.bar.out, *self.grid.crops)):
            QWidget.setTabOrder(before, crop)  # new ones would come behind all else in the window
        self.pairs.show_tiles(self._tiles, original)
        self._enable(not comparison.pending)
        self._choose_look(self._look)
        self.show_original(self.bar.original.isChecked())

    def _choose_look(self, look: Look | None) -> None:
        self._look = look
        self.bar.tick(look)
        if look is not None:
            self.pairs.set_look(look)
        if self._tiles:
            self._pages.setCurrentWidget(self.grid if look is None else self.pairs)

    def _tell_reduced(self, reduced: bool, forced: bool) -> None:
        self.bar.measure.setChecked(reduced)
        self.bar.measure.setEnabled(not forced)
        self.bar.measure.setToolTip(self._measure_tip(forced))

    def _measure_tip(self, forced: bool) -> str:
        if forced:
            return self.tr("This is large enough as it is: it was reduced, to measure what each method makes of it")
        return self.tr("Reduce it to a quarter, enlarge it again and measure against the truth")

    def _remark(self, reduced: bool) -> str:
        remark = self.tr("Refined pixels are generated, not evidence.")
        if not reduced:
            return remark
        return self.tr("It was reduced first, so that the truth is known.") + " " + remark

    def _say(self, sentence: str, details: str = "") -> None:
        self.message.setToolTip(as_tip(details))
        self.message.setText(sentence)
        self._ways_out.hide()
        self._pages.setCurrentWidget(self._message_page)

    def _enable(self, on: bool) -> None:
        for part in (self.bar.original, self.bar.fit, self.bar.copy, self.bar.save):
            part.setEnabled(on)

    def event(self, event: QEvent) -> bool:
        """Keep Space and O from the window, where they play a video and set the end of the played part."""
        return keeps_key(event, lambda key: key.key() in _ORIGINAL_KEYS and not key.modifiers()) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space or O, held, shows the original pixels; a digit shows that many pixels of the screen for each."""
        if event.key() in _ORIGINAL_KEYS and not event.modifiers():
            if not event.isAutoRepeat():
                self.show_original(True)
            return
        if self._tiles and Qt.Key.Key_1 <= event.key() <= Qt.Key.Key_9:
            crop = self.pairs.pair if self._pages.currentWidget() is self.pairs else self.grid.crops[0]
            widest = max(tile.image.width() for tile in self._tiles)
            crop.show_whole((event.key() - Qt.Key.Key_0) * widest)
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Show the enlargements again."""
        if event.key() in _ORIGINAL_KEYS:
            if not event.isAutoRepeat():
                self.show_original(False)
            return
        super().keyReleaseEvent(event)
