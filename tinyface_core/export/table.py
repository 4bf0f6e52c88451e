"""CSV: one line per face."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinyface_core.export.material import WORDS, Format, Material
from tinyface_core.files import replacing
from tinyface_core.names import shown, shown_note

COLUMNS = (
    "source", "frame", "seconds", "face", "x1", "y1", "x2", "y2", "size", "score", "detector_score",
    "face_probability", "real_probability", "refined", "track", "origin", "verdict", "note", "group",
)  # fmt: skip


_DIGITS = dict.fromkeys(("x1", "y1", "x2", "y2", "size"), 2)


def rows(material: Material) -> Iterator[dict[str, Any]]:
    """The values of each face by the columns, unrounded; None is unknown."""
    for result in material.results:
        for key, face, said in material.faces(result):
            values = (
                shown(result.source), result.index, result.seconds, key.face + 1, *face.box, face.size, face.score,
                face.detector_score, face.face_probability, face.real_probability, face.refined,
                None if face.track < 0 else face.track + 1, face.origin.name.lower(), WORDS[said.verdict],
                shown_note(said.note), said.group or None,
            )  # fmt: skip
            yield dict(zip(COLUMNS, values, strict=True))


def write(material: Material, target: Path) -> None:
    """Write a CSV file: UTF-8 with a byte-order mark for spreadsheets, comma-separated, text quoted."""
    with replacing(target) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(COLUMNS)
        writer.writerows([_cell(*item) for item in row.items()] for row in rows(material))


FORMAT = Format(".csv", write, for_files=True)


def _cell(column: str, value: Any) -> float | str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    return int(value) if isinstance(value, bool) else round(value, _DIGITS.get(column, 4))


def harmless(text: str) -> str:
    """Text that a spreadsheet does not interpret as a formula: an apostrophe is prepended if needed."""
    starts = ("\t", "\r", "\n", *"=+-@＝＋－＠")  # also the full-width characters
    return "'" + text if text.startswith(starts) or text.lstrip().startswith(starts) else text
