"""Face crops as PNG, one file for each upscaler."""

from __future__ import annotations

import re
from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.media.saving import save_png
from tinyface_core.upscalers.enlargement import CropSet
from tinyface_core.upscalers.provenance import is_generated, marked, save_enlarged


def write(material: Material, target: Path) -> None:
    """Fill a folder: `NAME/face-001_original.png`, `NAME/face-001_refined.png`, ... for the enlarged faces."""
    for name, result in zip(material.names(), material.results, strict=True):
        with material.reading(result):
            for key, _, _ in material.faces(result):
                if crops := material.crops.get(key):
                    save_crops(crops, target / name / f"face-{key.face + 1:03d}")


FORMAT = Format("", write, crops=True)


def save_crops(crops: CropSet, start: Path, mark: bool = True) -> None:
    """Write `START_original.png` and a file for each enlargement, named after its method and marked if wanted."""
    save_png(_named(start, "original"), crops.original)
    for enlargement in crops.enlargements:
        method, pixels = enlargement.method, enlargement.pixels
        save_enlarged(_named(start, method), marked(pixels) if mark and is_generated(method) else pixels, [method])


def _named(start: Path, method: str) -> Path:
    # Names of model files may contain characters that file names must not.
    plain = re.sub(r"[^\w.-]+", "-", method)
    return start.with_name(f"{start.name}_{plain}.png")
