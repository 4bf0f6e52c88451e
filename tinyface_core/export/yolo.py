"""YOLO annotations: one text file a picture."""

from __future__ import annotations

from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.files import replacing
from tinyface_core.types import Box

_HALF_STEPS = 500_000
"""Edges are rounded to multiples of 1 / `_HALF_STEPS`, so that the centre of two edges has six decimals."""


def write(material: Material, target: Path) -> None:
    """Fill a folder: `labels/NAME.txt` with lines "0 x y width height" in shares of the picture, and `classes.txt`.

    x and y are the centre of the box. Rejected faces are omitted; a picture without faces gets an empty file.
    """
    for name, result in zip(material.names(), material.results, strict=True):
        lines = [_line(box, result.width, result.height) for _, box, _ in material.true_faces(result)]
        with replacing(target / "labels" / f"{name}.txt") as part:
            part.write_text("".join(lines), "utf-8")
    with replacing(target / "classes.txt") as part:
        part.write_text("face\n", "utf-8")


def _line(box: Box, width: int, height: int) -> str:
    """One line; edges are rounded instead of centre and size, so that the box never exceeds the picture."""
    (x1, x2), (y1, y2) = (
        [2 * round(edge / side * _HALF_STEPS) for edge in edges]
        for edges, side in (((box[0], box[2]), width), ((box[1], box[3]), height))
    )
    shares = ((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1)
    return f"0 {' '.join(f'{share / (2 * _HALF_STEPS):.6f}' for share in shares)}\n"


FORMAT = Format("", write, for_files=True)
