"""Face crops as PNG, one file for each upscaler."""

from __future__ import annotations

import re
from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.media.images import save_png
from tinyface_core.types import CropSet, RgbImage


def write(material: Material, target: Path) -> None:
    """Fill a folder: `NAME/face-001_original.png`, `NAME/face-001_refined.png`, ... for the faces enlarged."""
    for name, result in zip(material.names(), material.results, strict=True):
        for key, _, _ in material.faces(result):
            if crops := material.crops.get(key):
                save_crops(crops, target / name / f"face-{key.face + 1:03d}")


FORMAT = Format("", write, crops=True)


def save_crops(crops: CropSet, start: Path) -> None:
    """Write `START_original.png` and a file for each enlargement, named after its method.

    Raises:
        OSError: if the disk is full or the folder cannot be written.
    """
    _save(crops.original, start, "original")
    for enlargement in crops.enlargements:
        _save(enlargement.pixels, start, enlargement.method)


def _save(pixels: RgbImage, start: Path, method: str) -> None:
    # Names of loaded models may hold what file names may not.
    plain = re.sub(r"[^\w.-]+", "-", method)
    save_png(start.with_name(f"{start.name}_{plain}.png"), pixels)
