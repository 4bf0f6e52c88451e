"""The tiles of a comparison: original pixels, each method, and the truth if it is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from ..jobs.upscaling import REDUCTION, Comparison
from ..models.images import to_image
from ..style.figures import decimal
from .crop_view import Crop

ORIGINAL, TRUTH = "original", "truth"
"""Names of the tiles that no method made."""

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One picture of a comparison.

    Attributes:
        name: of the method, `ORIGINAL` or `TRUTH`.
        image: null while it is not ready.
        cost, quality: figures to show; may be empty.
        blocks: its pixels are shown as blocks, however large.
    """

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
        """The crop with its texts."""
        title = f"{self.title} · {self.cost}" if self.cost else self.title
        return Crop(self.image, title, self.quality, self.blocks)


def make_tiles(comparison: Comparison, title_of: Callable[[str], str]) -> list[Tile]:
    """The tiles of a comparison; `title_of` returns the title of a method."""
    original = to_image(comparison.crops.original)
    size = translate("ComparisonPanel", "{width} × {height} px")
    size = size.format(width=original.width(), height=original.height())
    title = translate("ComparisonPanel", "Original pixels")
    if comparison.request.reduction > 1:
        reduced = translate("ComparisonPanel", "Small: 1/{factor}")
        title = reduced.format(factor=comparison.request.reduction)
    tiles = [Tile(ORIGINAL, title, original, "", size, blocks=True)]
    for made in comparison.crops.enlargements:
        figures = []
        if made.method in comparison.quality:
            decibels, similarity = comparison.quality[made.method]
            figures = [f"{decimal(decibels, 1)} dB", f"SSIM {decimal(similarity, 2)}"]
        if made.frames:
            one = translate("ComparisonPanel", "this frame alone: no others lie on it")
            figures.append(
                one if made.frames == 1 else translate("ComparisonPanel", "{count} frames").format(count=made.frames)
            )
        if made.guessed:
            levels = translate("ComparisonPanel", "± {levels} of 255")
            figures.append(levels.format(levels=decimal(made.guessed, 1)))
        if made.own_factor not in (0, REDUCTION):
            own = translate("ComparisonPanel", "made × {own}, resized to × {factor}")
            figures.append(own.format(own=made.own_factor, factor=REDUCTION))
        name, image = made.method, to_image(made.pixels)
        tiles.append(Tile(name, title_of(name), image, _cost(made.milliseconds), " · ".join(figures)))
    tiles += [Tile(method, title_of(method), QImage(), "…") for method in comparison.pending]
    if comparison.truth is not None:
        tiles.append(Tile(TRUTH, translate("ComparisonPanel", "Truth"), to_image(comparison.truth)))
    return tiles


def _cost(milliseconds: float) -> str:
    if milliseconds >= 1000:
        return translate("ComparisonPanel", "{time} s").format(time=decimal(milliseconds / 1000, 1))
    digits = 0 if milliseconds >= 10 else 1 if milliseconds >= 0.1 else 2
    return translate("ComparisonPanel", "{time} ms").format(time=decimal(milliseconds, digits))
