"""Dataset readers by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.registry import Entry, Guard, Registry, form_of, imported

DatasetReader = Callable[[Path, Path], list[AnnotatedPicture]]
"""Called with the folder of the pictures and the file (wider, coco, project) or folder (fddb, yolo, voc) of the
annotations. A project knows where its pictures are; for it, the first folder is where frames of videos are written. A
reader gives all listed pictures; `tinyface_core.datasets.annotations.existing` tells which of them are missing.
"""


def _checked(listed: Any, guard: Guard) -> list[AnnotatedPicture]:
    def work() -> list[AnnotatedPicture]:
        pictures = list(listed)
        for one in pictures:
            if not isinstance(one, AnnotatedPicture):
                raise TypeError(f"it listed {form_of(one)} and not AnnotatedPicture")
            if one.boxes.shape != (len(one.ignored), 4):
                raise ValueError(f"it gave boxes {form_of(one.boxes)} for {len(one.ignored)} faces of {one.name}")
        return pictures

    pictures: list[AnnotatedPicture] = guard(work)
    return pictures


READERS: Registry[DatasetReader] = Registry(
    "form of annotations",
    "tinyface.datasets",
    (
        Entry("wider", "WIDER FACE", imported("tinyface_core.datasets.wider:read_wider")),
        Entry("coco", "COCO", imported("tinyface_core.datasets.coco:read_coco")),
        Entry("yolo", "YOLO", imported("tinyface_core.datasets.yolo:read_yolo")),
        Entry("voc", "Pascal VOC", imported("tinyface_core.datasets.voc:read_voc")),
        Entry("fddb", "FDDB", imported("tinyface_core.datasets.fddb:read_fddb")),
        Entry("project", "Project of this program", imported("tinyface_core.datasets.corrections:read_corrections")),
    ),
    _checked,
)
"""Each entry gives a `DatasetReader`."""
