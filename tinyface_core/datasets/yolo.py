"""Reader of YOLO annotations (one text a picture, boxes as shares of the picture)."""

from __future__ import annotations

from itertools import compress
from pathlib import Path

import numpy as np

from tinyface_core.datasets.annotations import AnnotatedPicture, is_of_faces
from tinyface_core.datasets.wider import PICTURE_SUFFIXES
from tinyface_core.files import numbered_lines
from tinyface_core.types import UserError


def read_yolo(images: Path, labels: Path) -> list[AnnotatedPicture]:
    """Every picture that has a text file in `labels`; an empty one means that there are no faces.

    Of several classes only boxes of "face" are taken, if a line of `classes.txt` in `labels`, or beside it, is that.
    A text without a picture is one of a missing picture, unless it holds something else, such as names of classes.

    Args:
        images: folder of pictures, searched recursively.
        labels: folder of the same structure with `name.txt`; lines `class x_centre y_centre width height` in [0, 1].

    Raises:
        FileNotFoundError: if `labels` holds no such text.
        UserError: if a line is invalid.
    """
    from tinyface_core.media.images import read_size
    from tinyface_core.media.opening import MediaError

    pictures = []
    files = sorted(file for file in images.rglob("*") if file.suffix.lower() in PICTURE_SUFFIXES)
    names = _class_names(labels)
    by_name = {file.relative_to(images).with_suffix(""): file for file in files}
    for text in sorted(file for file in labels.rglob("*.txt") if file.is_file()):
        name = text.relative_to(labels).with_suffix("")
        path = by_name.get(name)
        try:
            rows = _read_rows(text)
        except UserError:
            if path is None:
                continue
            raise
        path = path or images / f"{name}.jpg"
        try:
            width, height = read_size(path)
        except MediaError:
            width = height = 1  # broken and missing files are reported later
        classes = [names.get(number, f"{number:g}") for number in rows[:, 0].tolist()]
        kept = [is_of_faces(one, names.values()) for one in classes]
        rows, classes = rows[kept], list(compress(classes, kept))
        centres, sizes = rows[:, 1:3] * (width, height), rows[:, 3:5] * (width, height)
        boxes = np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=1)
        pictures.append(AnnotatedPicture.of(name.as_posix(), path, boxes, classes=classes))
    if not pictures:
        raise FileNotFoundError(f"{labels} holds no YOLO texts.")
    return pictures


def _class_names(labels: Path) -> dict[float, str]:
    """Names of the classes by their numbers, as far as they are known."""
    files = (folder / "classes.txt" for folder in (labels, labels.parent))
    named = next((file for file in files if file.is_file()), None)
    return {} if named is None else {number - 1: name for number, name in numbered_lines(named)}


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
