"""YOLO annotations: one text file a picture."""

from __future__ import annotations

from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.files import replacing
from tinyface_core.types import Box

_HALF_STEPS = 500_000
"""Places of an edge, so many that the middle of two still has six digits."""


def write(material: Material, target: Path) -> None:
    """Fill a folder: `labels/NAME.txt` with "0 x y width height" in shares of the picture, and `classes.txt`.

    x and y are the middle of the box. Rejected faces are left out; a picture without faces has an
    empty file, which trainers take for background.
    """
    for name, result in zip(material.names(), material.results, strict=True):
        lines = [_line(box, result.width, result.height) for _, box, _ in material.true_faces(result)]
        with replacing(target / "labels" / f"{name}.txt") as part:
            part.write_text("".join(lines), "utf-8")
    with replacing(target / "classes.txt") as part:
        part.write_text("face\n", "utf-8")


def _line(box: Box, width: int, height: int) -> str:
    """Edges are rounded, not middle and side: so the box that these give never leaves the picture."""
    (x1, x2), (y1, y2) = (
        [2 * round(edge / side * _HALF_STEPS) for edge in edges]
        for edges, side in (((box[0], box[2]), width), ((box[1], box[3]), height))
    )
    shares = ((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1)
    return f"0 {' '.join(f'{share / (2 * _HALF_STEPS):.6f}' for share in shares)}\n"


FORMAT = Format("", write, for_files=True)
