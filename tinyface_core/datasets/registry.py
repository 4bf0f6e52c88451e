"""Annotated data sets by the name of their form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.coco import read_coco
from tinyface_core.datasets.corrections import read_corrections
from tinyface_core.datasets.fddb import read_fddb
from tinyface_core.datasets.voc import read_voc
from tinyface_core.datasets.wider import read_wider
from tinyface_core.datasets.yolo import read_yolo
from tinyface_core.types import UserError

DatasetReader = Callable[[Path, Path], list[AnnotatedPicture]]
"""Reads the pictures' folder and the annotations' file or folder."""

DATASET_READERS: dict[str, DatasetReader] = {
    "wider": read_wider,
    "fddb": read_fddb,
    "coco": read_coco,
    "yolo": read_yolo,
    "voc": read_voc,
    "project": lambda images, annotations: read_corrections(annotations, images),
}


def open_dataset(kind: str, images: Path, annotations: Path) -> list[AnnotatedPicture]:
    """Read an annotated data set.

    Args:
        kind: one of `DATASET_READERS`.
        images: folder of the pictures.
        annotations: the file (wider, coco, project) or folder (fddb, yolo, voc) of the annotations; a project knows
            where its pictures are, and `images` is the folder that frames of its videos are written to.

    Raises:
        UserError: if there is no such form, or the annotations are broken.
        FileNotFoundError: if files are missing.
    """
    if kind not in DATASET_READERS:
        raise UserError(f'There is no data set form "{kind}". Known: {", ".join(DATASET_READERS)}.')
    return DATASET_READERS[kind](images, annotations)
