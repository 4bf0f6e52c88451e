"""The formats by name."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tinyface_core.export import annotated, coco, crops, html, json_file, table, yolo
from tinyface_core.export.material import ExportError, Material


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write results.

    Attributes:
        name: what the user types.
        title: what the user reads.
        suffix: of the file it writes; "" where it fills a folder.
        write: writes the material to a file or folder.
    """

    name: str
    title: str
    suffix: str
    write: Callable[[Material, Path], None]


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("csv", "Table (CSV)", ".csv", table.write),
        Format("json", "Everything (JSON)", ".json", json_file.write),
        Format("coco", "Annotations (COCO)", ".json", coco.write),
        Format("yolo", "Annotations (YOLO)", "", yolo.write),
        Format("crops", "Face crops (PNG)", "", crops.write),
        Format("annotated", "Pictures with boxes (PNG)", "", annotated.write),
        Format("html", "Report (HTML)", ".html", html.write),
    )
}
"""Every format by name, in the order in which they are offered."""


def export(name: str, material: Material, target: Path) -> None:
    """Write `material` in the format called `name`; files are written whole or not at all.

    Args:
        name: a key of `FORMATS`.
        material: what to write.
        target: a file, or a folder where the format fills one; missing folders are made.

    Raises:
        ExportError: if there is no such format, or the disk is full or may not be written.
        MediaError: if a format needs a picture that is gone or damaged.
    """
    if name not in FORMATS:
        raise ExportError(f"There is no export format called {name}: choose one of {', '.join(FORMATS)}.")
    try:
        FORMATS[name].write(material, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ExportError(f"The disk is full, {target} was not written: make room and try again.") from error
        raise ExportError(f"{target} cannot be written ({error.strerror or error}): choose another place.") from error
