"""Reader of YOLO annotations (one text a picture, boxes as shares of the picture)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.wider import PICTURE_SUFFIXES
from tinyface_core.files import numbered_lines
from tinyface_core.types import UserError


def read_yolo(images: Path, labels: Path) -> list[AnnotatedPicture]:
    """Every picture in `images` that has a text file in `labels`; an empty one means that there are no faces.

    Args:
        images: folder of pictures, searched recursively.
        labels: folder of the same structure with `name.txt`; lines `class x_centre y_centre width height` in [0, 1].

    Raises:
        FileNotFoundError: if no picture has a text file.
        UserError: if a line is invalid.
    """
    from tinyface_core.media.images import read_size
    from tinyface_core.media.opening import MediaError

    pictures = []
    for path in sorted(file for file in images.rglob("*") if file.suffix.lower() in PICTURE_SUFFIXES):
        text = (labels / path.relative_to(images)).with_suffix(".txt")
        if not text.is_file():
            continue
        rows = _read_rows(text)
        try:
            width, height = read_size(path)
        except MediaError:
            width = height = 1  # broken files are reported when they are decoded
        centres, sizes = rows[:, 1:3] * (width, height), rows[:, 3:5] * (width, height)
        keep = (sizes > 0).all(axis=1)
        boxes = np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1)[keep].astype(np.float32)
        name = path.relative_to(images).with_suffix("").as_posix()
        pictures.append(AnnotatedPicture(name, path, boxes, np.zeros(len(boxes), bool)))
    if not pictures:
        raise FileNotFoundError(f"No picture of {images} has a YOLO text of its name in {labels}.")
    return pictures


def _read_rows(path: Path) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rows = []
    for number, line in numbered_lines(path):
        try:
            values = [float(value) for value in line.split()[:5]]
        except ValueError:
            values = []
        if len(values) != 5 or not all(-1 <= value <= 2 for value in values[1:]):
            raise UserError(f"{path.name}, line {number}: not a class and a box in shares of the picture: correct it.")
        rows.append(values)
    return np.array(rows, np.float64).reshape(len(rows), 5)
