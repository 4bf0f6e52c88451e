"""Comparison sheets: the smallest faces of a picture, enlarged in several ways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tinyface_core.export.material import Format, Material
from tinyface_core.media.own import SHEET
from tinyface_core.rendering import comparison_sheet
from tinyface_core.types import FindResult, Frame
from tinyface_core.upscalers.comparison import compare_crops
from tinyface_core.upscalers.enlargement import CropSet
from tinyface_core.upscalers.provenance import save_enlarged

ROWS = 12
"""Maximum number of faces on a sheet."""

_LARGEST_COMPARED = 64
"""Side in pixels of the largest crop whose enlargements are shown; larger ones gain nothing from the generator."""


def write(material: Material, target: Path) -> None:
    """Write the file `target` if it is a PNG and there is one result; otherwise fill a folder with `NAME.png` each.

    Pictures without faces are skipped.
    """
    material.fill(target, partial(_save, material), (".png",))


FORMAT = Format("", write, crops=True, alone=SHEET)


def _save(material: Material, result: FindResult, path: Path) -> None:
    if not len(result.faces):
        return
    frame = material.load(result)
    sets = list(_crops(material, result, frame))
    methods = (enlargement.method for crops in sets for enlargement in crops.enlargements)
    save_enlarged(path, comparison_sheet(frame, result, sets, limit=ROWS), methods)


def _crops(material: Material, result: FindResult, frame: Frame) -> Iterator[CropSet]:
    for key, face, _ in sorted(material.faces(result), key=lambda named: named[1].size)[:ROWS]:
        (plain,) = compare_crops(frame, [face.box], ())
        is_large = round(plain.roi[2] - plain.roi[0]) > _LARGEST_COMPARED
        yield plain if is_large else material.crops.get(key, plain)
