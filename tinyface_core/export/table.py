"""CSV: one line per face."""

from __future__ import annotations

import csv
from pathlib import Path

from tinyface_core.export.material import WORDS, Format, Material
from tinyface_core.files import replacing
from tinyface_core.names import shown, shown_note

COLUMNS = (
    "source", "frame", "seconds", "face", "x1", "y1", "x2", "y2", "size", "score", "detector_score",
    "face_probability", "real_probability", "refined", "track", "origin", "verdict", "note", "group",
)  # fmt: skip


def write(material: Material, target: Path) -> None:
    """Write a CSV file: UTF-8 with a byte-order mark for spreadsheets, comma-separated, text quoted."""
    with replacing(target) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(COLUMNS)
        for result in material.results:
            for key, face, said in material.faces(result):
                writer.writerow(
                    [
                        harmless(shown(result.source)),
                        _or_empty(result.index),
                        _or_empty(result.seconds),
                        key.face + 1,
                        *(round(edge, 2) for edge in face.box),
                        round(face.size, 2),
                        round(face.score, 4),
                        round(face.detector_score, 4),
                        _or_empty(face.face_probability),
                        _or_empty(face.real_probability),
                        int(face.refined),
                        "" if face.track < 0 else face.track + 1,
                        face.origin.name.lower(),
                        WORDS[said.verdict],
                        harmless(shown_note(said.note)),
                        said.group or "",
                    ]
                )


FORMAT = Format(".csv", write, for_files=True)


def _or_empty(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)


def harmless(text: str) -> str:
    """Text that a spreadsheet does not interpret as a formula: an apostrophe is prepended if needed."""
    starts = ("\t", "\r", "\n", *"=+-@＝＋－＠")  # also the full-width characters
    return "'" + text if text.startswith(starts) or text.lstrip().startswith(starts) else text
