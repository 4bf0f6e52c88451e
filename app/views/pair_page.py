"""Two crops of a comparison, chosen by the user, compared directly."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ..style.figures import decimal
from ..style.widgets import choice_box, lay_out, named
from .comparison_tiles import TRUTH, Tile
from .crop_view import LinkedView
from .pair_view import Look, PairView

_GAINS = (1, 2, 4, 8, 16)
_PACES = (1000, 600, 350, 0)
_LOWEST, _LOW = 100, 200
"""Pixels of height between which the choices stand beside the two: from the first on they have room there."""
_SHORT, _LONG = 6, 11
"""Letters of a name that a choice has room for at least, above the two and beside them."""


class PairPage(QWidget):
    """Choices of two methods and of a way to show them, and the view."""

    def __init__(self, view: LinkedView) -> None:
        super().__init__()
        self._tiles: dict[str, Tile] = {}
        self._original = QImage()
        self._look = Look.BORDER
        self.pair = PairView(view)
        left, right = self.tr("The first of the two"), self.tr("The second of the two")
        self.first_choice, self.second_choice = (named(QComboBox(), side, side) for side in (left, right))
        for choice in (self.first_choice, self.second_choice):
            choice.currentIndexChanged.connect(self._show_pair)
            choice.setMinimumContentsLength(_SHORT)
            choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        tip = self.tr("Differences are shown so many times as large")
        self.gain = choice_box({gain: f"× {gain}" for gain in _GAINS}, tip, tip)
        numbers = {pace: decimal(pace / 1000, 2).rstrip("0").rstrip(".,") for pace in _PACES if pace}
        paces = {pace: self.tr("{seconds} s").format(seconds=number) for pace, number in numbers.items()}
        tip = self.tr("How long each of the two is shown")
        self.pace = choice_box(paces | {0: self.tr("Arrow keys")}, tip, tip)
        self.gain.currentIndexChanged.connect(lambda _row: self.pair.set_gain(self.gain.currentData()))
        self.pace.currentIndexChanged.connect(lambda _row: self.pair.set_pace(self.pace.currentData()))
        self.gain.setCurrentIndex(_GAINS.index(4))
        self.pace.setCurrentIndex(_PACES.index(600))
        self._choices = QWidget()
        self._choices.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        which = ((self.first_choice, 1), (self.second_choice, 1), self.gain, self.pace)
        self._choices_row = lay_out(QHBoxLayout(self._choices), *which, margins=(0, 0, 0, 0))
        self._page = lay_out(QVBoxLayout(self), self._choices, (self.pair, 1), margins=(0, 0, 0, 0), spacing=4)
        self.set_look(Look.BORDER)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low panel place the choices beside the view, which then has the whole height."""
        super().resizeEvent(event)
        low = _LOWEST <= event.size().height() < _LOW
        self._page.setDirection(QBoxLayout.Direction.LeftToRight if low else QBoxLayout.Direction.TopToBottom)
        self._choices_row.setDirection(QBoxLayout.Direction.TopToBottom if low else QBoxLayout.Direction.LeftToRight)
        for choice in (self.first_choice, self.second_choice):
            choice.setMinimumContentsLength(_LONG if low else _SHORT)

    def set_look(self, look: Look) -> None:
        """Show the pair in another way."""
        name, tip = {
            Look.BORDER: (
                self.tr("Two enlargements under a border; arrow keys move it"),
                self.tr("Drag the border, or move it with the arrow keys"),
            ),
            Look.DIFFERENCE: (self.tr("The difference of two enlargements"), self.tr("Black where they are equal")),
            Look.BLINK: (
                self.tr("Two enlargements in turns; arrow keys change them"),
                self.tr("The arrow keys show the first and the second"),
            ),
        }[look]
        self._look = look
        named(self.pair, name, tip)
        self.gain.setVisible(look == Look.DIFFERENCE)
        self.pace.setVisible(look == Look.BLINK)
        self.pair.set_look(look)

    def show_tiles(self, tiles: Sequence[Tile], original: QImage) -> None:
        """Offer tiles; `original` has the original pixels."""
        self._tiles, self._original = {tile.name: tile for tile in tiles}, original
        for choice, wish in ((self.first_choice, 1), (self.second_choice, -1)):
            chosen = choice.currentData()
            choice.blockSignals(True)
            choice.clear()
            for tile in tiles:
                choice.addItem(tile.title, tile.name)
            place = choice.findData(chosen)
            made = [number for number, tile in enumerate(tiles) if tile.name != TRUTH]
            choice.setCurrentIndex(place if place >= 0 else made[min(wish, len(made) - 1)])
            choice.blockSignals(False)
        self._show_pair()

    def tiles(self) -> list[Tile]:
        """The pair as shown, for a sheet: one tile if it combines both."""
        first, second = self._chosen()
        if self._look == Look.BLINK:
            return [first, second]
        sizes = [tile.image.size() for tile in self._tiles.values()]
        size = max(sizes, key=lambda size: size.width(), default=QSize())
        sign = " – " if self._look == Look.DIFFERENCE else " | "
        figures = " | ".join(tile.figures for tile in (first, second) if tile.figures)
        if self._look == Look.DIFFERENCE:
            figures = " | ".join(self.pair.captions())
        return [Tile("pair", f"{first.title}{sign}{second.title}", self.pair.picture(size), quality=figures)]

    def _chosen(self) -> tuple[Tile, Tile]:
        return self._tiles[self.first_choice.currentData()], self._tiles[self.second_choice.currentData()]

    def _show_pair(self) -> None:
        if self._tiles:
            first, second = self._chosen()
            self.pair.show_pair(first.crop, second.crop, self._original)
