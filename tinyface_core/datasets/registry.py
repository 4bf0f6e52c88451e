"""Dataset readers by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.registry import Entry, Registry, imported

DatasetReader = Callable[[Path, Path], list[AnnotatedPicture]]
"""Reads the pictures' folder and the annotations' file or folder."""

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
)
"""Each entry gives a `DatasetReader`."""


def open_dataset(kind: str, images: Path, annotations: Path) -> list[AnnotatedPicture]:
    """Read an annotated data set.

    Args:
        kind: one of `READERS`.
        images: folder of the pictures.
        annotations: the file (wider, coco, project) or folder (fddb, yolo, voc) of the annotations; a project knows
            where its pictures are, and `images` is the folder that frames of its videos are written to.

    Raises:
        UserError: if there is no such form, or the annotations are broken.
        FileNotFoundError: if files are missing.
    """
    return READERS.make(kind, images, annotations)
