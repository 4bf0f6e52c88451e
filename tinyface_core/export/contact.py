"""Contact sheets: many faces on a page, each enlarged by every method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tinyface_core.export.material import Format, Material
from tinyface_core.names import place_in_file
from tinyface_core.rendering import FAINT, INK, LINE, NOT_EVIDENCE, PAPER, fitting, font, score_text
from tinyface_core.types import RgbImage
from tinyface_core.upscalers.enlargement import CropSet
from tinyface_core.upscalers.provenance import save_enlarged

FACES_A_PAGE = 40

_CELL, _GAP, _MARGIN, _LABEL, _HEAD, _FOOT = 112, 6, 24, 150, 24, 28
_ORIGINAL = "original pixels"
_BLOCKS = 2
"""Columns of faces on a page."""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One face of a contact sheet.

    Attributes:
        cells: its original pixels, then each enlargement, in the size of a cell, by the name of the column.
    """

    lines: tuple[str, ...]
    cells: Mapping[str, Image.Image]

    @staticmethod
    def of(lines: Iterable[str], crops: CropSet) -> ContactRow:
        """A row for a crop set."""
        cells = {_ORIGINAL: _cell(crops.original, Image.Resampling.NEAREST)}
        cells |= {made.method: _cell(made.pixels, Image.Resampling.BICUBIC) for made in crops.enlargements}
        return ContactRow(tuple(lines), cells)


def write(material: Material, target: Path) -> None:
    """Fill a folder: `contact-001.png`, `contact-002.png`, ... with the faces that were enlarged."""
    for number, page in enumerate(contact_pages(_rows(material)), 1):
        save_enlarged(target / f"contact-{number:03d}.png", page.pixels, page.methods)


FORMAT = Format("", write, crops=True)


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A page, RGB uint8 `(H, W, 3)`, and the names of the upscalers on it."""

    pixels: RgbImage
    methods: tuple[str, ...]


def contact_pages(rows: Iterable[ContactRow]) -> Iterator[ContactPage]:
    """Pages of at most `FACES_A_PAGE` faces, created one at a time."""
    left = iter(rows)
    while part := tuple(islice(left, FACES_A_PAGE)):
        columns = tuple(dict.fromkeys(name for row in part for name in row.cells))
        yield ContactPage(_drawn(part, columns), columns[1:])


def _rows(material: Material) -> Iterator[ContactRow]:
    for result in material.results:
        with material.reading(result):
            for key, face, said in material.faces(result):
                if crops := material.crops.get(key):
                    where = place_in_file(result.index, result.seconds)
                    figures = f"{face.size:.0f} px, {score_text(face)}"
                    lines = (f"{key.face + 1}", Path(result.source).name, *filter(None, [where]), figures, said.note)
                    yield ContactRow.of(lines, crops)


def _cell(pixels: RgbImage, how: Image.Resampling) -> Image.Image:
    return Image.fromarray(pixels).resize((_CELL, _CELL), how)


def _drawn(rows: tuple[ContactRow, ...], columns: tuple[str, ...]) -> RgbImage:
    block = _LABEL + len(columns) * (_CELL + _GAP)
    blocks = min(_BLOCKS, len(rows))
    lines = -(-len(rows) // blocks)
    size = (2 * _MARGIN + blocks * (block + _MARGIN) - _MARGIN, 2 * _MARGIN + _HEAD + lines * (_CELL + _GAP) + _FOOT)
    image = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(image)
    for place, row in enumerate(rows):
        left, line = _MARGIN + place // lines * (block + _MARGIN), place % lines
        top = _MARGIN + _HEAD + line * (_CELL + _GAP)
        if not line:
            for column, name in enumerate(columns):
                middle = left + _LABEL + column * (_CELL + _GAP) + _CELL / 2
                draw.text((middle, top - 8), fitting(name, font(13), _CELL), font=font(13), fill=INK, anchor="ms")
        draw.line((left, top - _GAP / 2, left + block - _GAP, top - _GAP / 2), fill=LINE)
        for number, text in enumerate(row.lines):
            ink, where = FAINT if number else INK, (left, top + 4 + 18 * number)
            draw.text(where, fitting(text, font(13), _LABEL - 8), font=font(13), fill=ink)
        for column, name in enumerate(columns):
            if cell := row.cells.get(name):
                image.paste(cell, (left + _LABEL + column * (_CELL + _GAP), top))
    draw.text((_MARGIN, size[1] - _MARGIN), NOT_EVIDENCE, font=font(13), fill=INK, anchor="ls")
    return np.array(image)
