"""The selected face enlarged by several upscalers: side by side with linked zoom, or two under a split border."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication, QImage, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from tinyface_core.registry import Entry
from tinyface_core.types import Face, Frame
from tinyface_core.upscalers.registry import UpscalerMaker, is_model_file, standard_upscalers

from ..jobs.upscaling import SMALLEST_MEASURED, Comparison, ComparisonRequest, Enlarge, UpscalingQueue
from ..models.images import to_frame, to_image
from ..parts import about_of, list_parts, title_of
from ..settings import Settings
from ..style import icon
from ..style.figures import decimal
from ..style.widgets import label, lay_out, named, push_button, tool_button
from .comparison_sheet import SheetCell, draw_sheet
from .crop_view import Crop, CropView, LinkedView, SplitView

_GAP = 6
_ORIGINAL = "original"
_TRUTH = "truth"


@dataclass(frozen=True, slots=True, eq=False)
class _Tile:
    name: str
    title: str
    image: QImage
    cost: str = ""
    quality: str = ""
    blocks: bool = False

    @property
    def figures(self) -> str:
        """Cost and quality in one line."""
        return " · ".join(part for part in (self.cost, self.quality) if part)

    @property
    def crop(self) -> Crop:
        """The crop with what is written on it."""
        title = f"{self.title} · {self.cost}" if self.cost else self.title
        return Crop(self.image, title, self.quality, self.blocks)


class ComparisonPanel(QWidget):
    """Original pixels and enlargements of one face."""

    larger_wanted = Signal(float)
    """The user wants to see a face of at least so many pixels."""

    def __init__(self, settings: Settings, parent: QWidget | None = None, *, enlarge: Enlarge | None = None) -> None:
        """`enlarge` replaces the program's own upscalers, in tests."""
        super().__init__(parent)
        self._settings = settings
        self._frame: Frame | None = None
        self._face: Face | None = None
        self._tiles: list[_Tile] = []
        self._upscalers: dict[str, Entry[UpscalerMaker]] = {}
        self._measure = False
        self.crops: list[CropView] = []
        self.view = LinkedView(self)
        self.queue = UpscalingQueue(enlarge, self)
        self.queue.ready.connect(self._show)
        self.queue.part_ready.connect(self._show)
        self.queue.failed.connect(self._give_up)
        # A face passed by with the arrow keys is not worth a run of the networks.
        self._asking = QTimer(self, singleShot=True, interval=60)
        self._asking.timeout.connect(self._ask)
        # The crops of another face must not stay for long.
        self._waiting = QTimer(self, singleShot=True, interval=400)
        self._waiting.timeout.connect(lambda: self._leave(self.tr("Enlarging…")))

        self._grid_page = QWidget()
        self._grid = QGridLayout(self._grid_page)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._split_page = self._make_split_page()
        self.message = label(self.tr("Select a face to see it enlarged."), "second", wrap=True)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message_page = self._make_message_page()
        self._pages = QStackedWidget()
        # However many methods are ticked, they share the room that the user gives the panel.
        self._pages.setMinimumSize(200, 76)
        for page in (self._message_page, self._grid_page, self._split_page):
            self._pages.addWidget(page)
        self.remark = label(self._remark(reduced=False), "warning", wrap=True)
        self.remark.setToolTip(self.tr("Hold Space or O to see the original pixels."))
        self.failures = label(rank="second", wrap=True, name=self.tr("Methods that failed"))
        self.failures.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.failures.hide()
        parts = (self._make_bar(), (self._pages, 1), self.failures, self.remark)
        lay_out(QVBoxLayout(self), *parts, margins=(8, 6, 8, 8), spacing=6)
        settings.changed.connect(self._follow_settings)
        self._enable(False)

    # -- what the window asks ------------------------------------------------------------------------

    def set_face(self, frame: Frame | None, face: Face | None) -> None:
        """Compare this face, or none; returns at once."""
        self._frame, self._face = frame, face
        if frame is None or face is None:
            self.queue.cancel()
            self._give_up(self.tr("Select a face to see it enlarged."))
        else:
            self.view.fit()
            self._ask_soon()

    def stop(self) -> None:
        """End what runs and wait for it; at closing."""
        self._asking.stop()
        self.queue.stop()

    def methods(self) -> tuple[str, ...]:
        """The methods ticked, in the order of the menu."""
        ticked = self._settings.comparison_methods
        files = [name for name in ticked if is_model_file(name)]
        return (*(name for name in self._upscalers if name in ticked), *files)

    def sheet(self) -> QImage:
        """What is compared now as one picture: all crops, or the split as it stands."""
        if self._pages.currentWidget() is self._split_page:
            first, second = self._pair()
            figures = " | ".join(tile.figures for tile in (first, second) if tile.figures)
            cells = [SheetCell(self._split_image(), f"{first.title} | {second.title}", figures)]
        else:
            cells = [SheetCell(tile.image, tile.title, tile.figures) for tile in self._tiles]
        return draw_sheet(cells, self.remark.text())

    def copy(self) -> None:
        """Put the sheet on the clipboard."""
        if self.copy_button.isEnabled():
            QGuiApplication.clipboard().setImage(self.sheet())

    def save(self, path: Path | None = None) -> None:
        """Save the sheet as PNG; asks for the file where none is given."""
        if not self.save_button.isEnabled():
            return
        if path is None:
            folder = Path(self._settings.export_folder or Path.home())
            title, kinds = self.tr("Save the comparison"), self.tr("PNG pictures (*.png)")
            name, _ = QFileDialog.getSaveFileName(self, title, str(folder / "comparison.png"), kinds)
            if not name:
                return
            path = Path(name).with_suffix(".png")
        from tinyface_core.upscalers.provenance import save_enlarged

        try:
            methods = [tile.name for tile in self._tiles if tile.name not in (_ORIGINAL, _TRUTH)]
            save_enlarged(path, to_frame(self.sheet(), "").pixels, methods)
        except OSError:
            self._say(self.tr("{path} cannot be written: choose another folder.").format(path=path))

    def show_original(self, original: bool) -> None:
        """Show the original pixels everywhere, or the enlargements again."""
        self.original_button.setChecked(original)
        for crop in self.crops:
            crop.show_original(original)
        self.split.show_original(original)

    def show_split(self, split: bool) -> None:
        """Two crops under a border, or all side by side."""
        (self.split_button if split else self.side_button).setChecked(True)
        self._settings.set_value("comparison/split", split)
        if self._tiles:
            self._pages.setCurrentWidget(self._split_page if split else self._grid_page)

    # -- parts -----------------------------------------------------------------------------------------

    def _make_bar(self) -> QHBoxLayout:
        side, split = self.tr("All side by side"), self.tr("Two under a border")
        self.side_button = tool_button("side-by-side", side, lambda: self.show_split(False), checkable=True)
        self.split_button = tool_button("split", split, lambda: self.show_split(True), checkable=True)
        group = QButtonGroup(self)
        group.addButton(self.side_button)
        group.addButton(self.split_button)
        (self.split_button if self._settings.value("comparison/split", False) else self.side_button).setChecked(True)
        self.methods_button = tool_button("compare", self.tr("Choose upscalers"), text=self.tr("Methods"))
        self.methods_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.methods_button.setMenu(QMenu(self))
        list_parts(self.queue.worker, standard_upscalers(), self._take_upscalers)
        self.measure_button = tool_button(
            "ruler",
            self._measure_tip(forced=False),
            self._set_measure,
            name=self.tr("Measure against the truth"),
            text=self.tr("Measure"),
            checkable=True,
        )
        original = self.tr("Original pixels (hold Space or O)")
        self.original_button = tool_button("original", original, self.show_original, checkable=True)
        self.fit_button = tool_button("fit", self.tr("Show the whole crop (0)"), self.view.fit)
        self.copy_button = tool_button("copy", self.tr("Copy the comparison as a picture"), self.copy)
        self.save_button = tool_button("save", self.tr("Save the comparison as PNG"), lambda: self.save())
        left = (self.side_button, self.split_button, 8, self.methods_button, self.measure_button)
        right = (self.original_button, self.fit_button, self.copy_button, self.save_button)
        for button in (*left, *right):
            if isinstance(button, QToolButton):
                button.setIconSize(QSize(18, 18))
        return lay_out(QHBoxLayout(), *left, (None, 1), *right, spacing=2)

    def _make_message_page(self) -> QWidget:
        page = QWidget()
        self.unmeasured = push_button(self.tr("Enlarge it all the same"), lambda: self._set_measure(False))
        self.larger = push_button(self.tr("Go to a larger face"), lambda: self.larger_wanted.emit(SMALLEST_MEASURED))
        self._ways_out = QWidget()
        lay_out(QHBoxLayout(self._ways_out), None, self.unmeasured, self.larger, None, margins=(0, 0, 0, 0))
        lay_out(QVBoxLayout(page), None, self.message, self._ways_out, None, margins=(0, 0, 0, 0))
        return page

    def _make_split_page(self) -> QWidget:
        page = QWidget()
        name = self.tr("Two enlargements under a border; arrow keys move it")
        tip = self.tr("Drag the border, or move it with the arrow keys")
        self.split = named(SplitView(self.view), name, tip)
        left, right = self.tr("Left of the border"), self.tr("Right of the border")
        self.first_choice, self.second_choice = (named(QComboBox(), side, side) for side in (left, right))
        for choice in (self.first_choice, self.second_choice):
            choice.currentIndexChanged.connect(self._show_pair)
        row = lay_out(QHBoxLayout(), (self.first_choice, 1), (self.second_choice, 1))
        lay_out(QVBoxLayout(page), row, (self.split, 1), margins=(0, 0, 0, 0), spacing=4)
        return page

    def _take_upscalers(self, entries: list[Entry[UpscalerMaker]]) -> None:
        upscalers = {entry.name: entry for entry in entries}
        if upscalers != self._upscalers:
            self._upscalers = upscalers
            self._fill_methods()
            self._ask_soon()

    def _fill_methods(self) -> None:
        menu = self.methods_button.menu()
        menu.clear()
        menu.setToolTipsVisible(True)
        ticked = self._settings.comparison_methods
        files = self._settings.value("comparison/model_files", [""])
        for name in (*self._upscalers, *(file for file in files if file)):
            action = QAction(self._title(name), menu, checkable=True, checked=name in ticked)
            action.setToolTip(self._about(name) or name)
            action.toggled.connect(lambda on, name=name: self._tick(name, on))
            menu.addAction(action)
        menu.addSeparator()
        load = menu.addAction(icon("open"), self.tr("Load a model file…"))
        load.triggered.connect(self._choose_model_file)

    def _title(self, name: str) -> str:
        """Of a method as people say it; of a model file its name without folder."""
        entry = self._upscalers.get(name)
        return Path(name).stem if entry is None else title_of(entry)

    def _about(self, name: str) -> str:
        return about_of(self._upscalers[name]) if name in self._upscalers else ""

    def _tick(self, name: str, on: bool) -> None:
        others = [other for other in self._settings.comparison_methods if other != name]
        self._settings.comparison_methods = [*others, name] if on else others

    def _choose_model_file(self) -> None:
        kinds = self.tr("Model files (*.safetensors *.pth *.pt *.ckpt)")
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Load an upscaler"), "", kinds)
        if path:
            self.add_model_file(path)

    def add_model_file(self, path: str) -> None:
        """Offer an upscaler from a model file, and tick it."""
        files = [file for file in self._settings.value("comparison/model_files", [""]) if file and file != path]
        self._settings.set_value("comparison/model_files", [*files, path])
        self._tick(path, True)
        self._fill_methods()

    # -- asking and showing ------------------------------------------------------------------------------

    def _follow_settings(self, name: str) -> None:
        if name == "comparison_methods":
            self._fill_methods()
        if name in ("comparison_methods", "device", "gan") and self._face is not None:
            self._ask_soon()

    def _set_measure(self, on: bool) -> None:
        self._measure = on
        self.measure_button.setChecked(on)
        self._ask_soon()

    def _request(self) -> ComparisonRequest | None:
        if self._frame is None or self._face is None:
            return None
        settings = self._settings
        return ComparisonRequest(self._frame, self._face, self.methods(), settings.device, self._measure, settings.gan)

    def _ask_soon(self) -> None:
        request = self._request()
        if request is None:
            return
        self.queue.cancel()
        if request.too_small:
            self._refuse(request.face)
        else:
            self._asking.start()
            self._waiting.start()

    def _ask(self) -> None:
        request = self._request()
        if request is not None:
            self.queue.ask(request)

    def _refuse(self, face: Face) -> None:
        """Say that a face is too small to be measured, and what can be done instead."""
        text = self.tr("This face has {size} pixels; to be reduced and measured it would need {least}.")
        self._give_up(text.format(size=round(face.size), least=SMALLEST_MEASURED))
        self._tell_reduced(forced=False, reduced=True)
        self._ways_out.show()

    def _give_up(self, sentence: str, details: str = "") -> None:
        """Nothing is awaited any more."""
        self._asking.stop()
        self._waiting.stop()
        self._leave(sentence, details)

    def _leave(self, sentence: str, details: str = "") -> None:
        """Show a sentence in place of the crops."""
        self._tiles = []
        self._enable(False)
        self._say(sentence, details)

    def _show(self, comparison: Comparison) -> None:
        self._waiting.stop()
        reduced = comparison.request.reduction > 1
        self._tell_reduced(reduced, forced=reduced and not comparison.request.measure)
        self.failures.setText("\n".join(comparison.failures))
        self.failures.setVisible(bool(comparison.failures))
        self._tiles = self._make_tiles(comparison)
        crops = comparison.crops
        original = to_image(crops.original if comparison.truth is None else comparison.truth)
        self._fill_grid(original)
        self._fill_choices()
        self._enable(not comparison.pending)
        self.show_split(self.split_button.isChecked())
        self.show_original(self.original_button.isChecked())

    def _make_tiles(self, comparison: Comparison) -> list[_Tile]:
        original = to_image(comparison.crops.original)
        size = self.tr("{width} × {height} px").format(width=original.width(), height=original.height())
        reduced = comparison.request.reduction > 1
        title = self.tr("Reduced to 1/{factor}").format(factor=comparison.request.reduction)
        tiles = [_Tile(_ORIGINAL, title if reduced else self.tr("Original pixels"), original, "", size, blocks=True)]
        for enlargement in comparison.crops.enlargements:
            cost, quality = self.tr("{time} ms").format(time=_milliseconds(enlargement.milliseconds)), ""
            if enlargement.method in comparison.quality:
                decibels, similarity = comparison.quality[enlargement.method]
                quality = f"{decimal(decibels, 1)} dB · SSIM {decimal(similarity, 2)}"
            method = enlargement.method
            tiles.append(_Tile(method, self._title(method), to_image(enlargement.pixels), cost, quality))
        tiles += [_Tile(method, self._title(method), QImage(), "…") for method in comparison.pending]
        if comparison.truth is not None:
            tiles.append(_Tile(_TRUTH, self.tr("Truth"), to_image(comparison.truth)))
        return tiles

    def _tell_reduced(self, reduced: bool, forced: bool) -> None:
        self.measure_button.setChecked(reduced)
        self.measure_button.setEnabled(not forced)
        self.measure_button.setToolTip(self._measure_tip(forced))
        self.remark.setText(self._remark(reduced))

    def _measure_tip(self, forced: bool) -> str:
        if forced:
            return self.tr(
                "This face is large enough as it is: it was reduced, to measure what each method makes of it"
            )
        return self.tr("Reduce the face to a quarter, enlarge it again and measure against the truth")

    def _remark(self, reduced: bool) -> str:
        remark = self.tr("Refined pixels are generated, not evidence.")
        if not reduced:
            return remark
        return self.tr("The face was reduced first, so that the truth is known.") + " " + remark

    def _fill_grid(self, original: QImage) -> None:
        while len(self.crops) > len(self._tiles):
            crop = self.crops.pop()
            self._grid.removeWidget(crop)
            crop.deleteLater()
        while len(self.crops) < len(self._tiles):
            self.crops.append(CropView(self.view))
        for crop, tile in zip(self.crops, self._tiles, strict=True):
            crop.show_crop(tile.crop, original)
            crop.setAccessibleName(f"{tile.title} {tile.figures}")
            crop.setToolTip("\n".join(line for line in (tile.title, self._about(tile.name), tile.figures) if line))
        self._arrange()

    def _arrange(self) -> None:
        if not self.crops:
            return
        count = len(self.crops)
        width, height = max(self._pages.width(), 1), max(self._pages.height(), 1)

        def side(columns: int) -> float:
            rows = -(-count // columns)
            return min((width - _GAP * (columns - 1)) / columns, (height - _GAP * (rows - 1)) / rows)

        columns = max(range(1, count + 1), key=side)
        for place in range(max(self._grid.columnCount(), columns)):
            self._grid.setColumnStretch(place, 1 if place < columns else 0)
        rows = -(-count // columns)
        for place in range(max(self._grid.rowCount(), rows)):
            self._grid.setRowStretch(place, 1 if place < rows else 0)
        for place, crop in enumerate(self.crops):
            self._grid.addWidget(crop, place // columns, place % columns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the number of columns that makes the crops largest."""
        super().resizeEvent(event)
        self._arrange()

    def _fill_choices(self) -> None:
        for choice, wish in ((self.first_choice, 1), (self.second_choice, -1)):
            chosen = choice.currentData()
            choice.blockSignals(True)
            choice.clear()
            for tile in self._tiles:
                choice.addItem(tile.title, tile.name)
            place = choice.findData(chosen)
            made = [number for number, tile in enumerate(self._tiles) if tile.name != _TRUTH]
            choice.setCurrentIndex(place if place >= 0 else made[min(wish, len(made) - 1)])
            choice.blockSignals(False)
        self._show_pair()

    def _pair(self) -> tuple[_Tile, _Tile]:
        tiles = {tile.name: tile for tile in self._tiles}
        return tiles[self.first_choice.currentData()], tiles[self.second_choice.currentData()]

    def _show_pair(self) -> None:
        if not self._tiles:
            return
        first, second = self._pair()
        self.split.show_pair(first.crop, second.crop, self.crops[0].original)

    def _split_image(self) -> QImage:
        first, second = (tile.image for tile in self._pair())
        side = max(tile.image.width() for tile in self._tiles)
        whole = first.scaled(side, side)
        cut = round(self.split.border * side)
        other = second.scaled(side, side).copy(cut, 0, side - cut, side)
        painter = QPainter(whole)
        painter.drawImage(cut, 0, other)
        painter.end()
        return whole

    def _say(self, sentence: str, details: str = "") -> None:
        self.message.setToolTip("")
        self.message.setText(sentence)
        if details:
            self.message.setToolTip(details)
        self._ways_out.hide()
        self._pages.setCurrentWidget(self._message_page)

    def _enable(self, on: bool) -> None:
        for button in (self.original_button, self.fit_button, self.copy_button, self.save_button):
            button.setEnabled(on)

    def event(self, event: QEvent) -> bool:
        """Keep Space from the window, where it plays a video."""
        override = QEvent.Type.ShortcutOverride
        if (
            isinstance(event, QKeyEvent)
            and event.type() == override
            and event.key() == Qt.Key.Key_Space
            and not event.modifiers()
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space or O, held, shows the original pixels."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_O) and not event.modifiers():
            if not event.isAutoRepeat():
                self.show_original(True)
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go: the enlargements again."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_O):
            if not event.isAutoRepeat():
                self.show_original(False)
            return
        super().keyReleaseEvent(event)


def _milliseconds(value: float) -> str:
    return decimal(value, 0 if value >= 10 else 1 if value >= 0.1 else 2)
