"""YOLO annotations: one text file a picture."""

from __future__ import annotations

from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.files import replacing


def write(material: Material, target: Path) -> None:
    """Fill a folder: `labels/NAME.txt` with "0 x y width height" in shares of the picture, and `classes.txt`.

    x and y are the middle of the box. Rejected faces are left out; a picture without faces has an
    empty file, which trainers take for background.
    """
    for name, result in zip(material.names(), material.results, strict=True):
        lines = [
            f"0 {(x1 + x2) / 2 / result.width:.6f} {(y1 + y2) / 2 / result.height:.6f} "
            f"{(x2 - x1) / result.width:.6f} {(y2 - y1) / result.height:.6f}\n"
            for _, (x1, y1, x2, y2) in material.true_faces(result)
        ]
        with replacing(target / "labels" / f"{name}.txt") as part:
            part.write_text("".join(lines), "utf-8")
    with replacing(target / "classes.txt") as part:
        part.write_text("face\n", "utf-8")


FORMAT = Format("", write)
