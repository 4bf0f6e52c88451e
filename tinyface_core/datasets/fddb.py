"""Reader of FDDB (Jain and Learned-Miller, FDDB: A Benchmark for Face Detection in Unconstrained Settings, 2010)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinyface_core.datasets.annotations import (
    LARGEST_PLACE,
    PIXEL_CENTRE,
    AnnotatedPicture,
    announced_faces,
    inside,
    numbers,
)
from tinyface_core.files import numbered_lines
from tinyface_core.types import UserError

_FOLD_FILE = re.compile(r"FDDB-fold-(\d+)-ellipseList\.txt")
_SUFFIXES = (".jpg", ".jpeg", ".png", ".avif")


@dataclass(frozen=True, slots=True)
class FddbFaces:
    """The annotated faces of one picture.

    Attributes:
        name: e.g. "2002/08/11/big/img_591".
        fold: 1 to 10.
        ellipses: `(N, 5)` float64: major and minor radius in pixels, angle of the major axis from the x axis towards
            the y axis (downwards) in radians, centre x and y in pixels.
    """

    name: str
    fold: int
    ellipses: NDArray[np.float64]


def read_fddb(images: Path, folds: Path) -> list[AnnotatedPicture]:
    """The pictures of `FDDB-fold-XX-ellipseList.txt`, with the ellipses' bounding boxes.

    Raises:
        FileNotFoundError: if there are no fold files, or no pictures in them.
        UserError: if a fold file is broken.
    """
    pictures = []
    for faces in read_fddb_ellipses(folds):
        files = [inside(images, f"{faces.name}{suffix}") for suffix in _SUFFIXES]
        path = next((file for file in files if file.is_file()), files[0])
        pictures.append(AnnotatedPicture.of(faces.name, path, ellipse_boxes(faces.ellipses) + PIXEL_CENTRE))
    if not pictures:
        raise FileNotFoundError(f"The FDDB folds in {folds} list no pictures.")
    return pictures


def read_fddb_ellipses(folds: Path) -> list[FddbFaces]:
    """The faces of every listed picture, fold by fold.

    Raises:
        FileNotFoundError, UserError: as `read_fddb`.
    """
    files = sorted((int(match[1]), path) for path in folds.glob("*.txt") if (match := _FOLD_FILE.fullmatch(path.name)))
    if not files:
        raise FileNotFoundError(f"{folds} holds no FDDB-fold-XX-ellipseList.txt.")
    return [FddbFaces(name, fold, rows) for fold, path in files for name, rows in read_fddb_table(path).items()]


def read_fddb_table(path: Path) -> dict[str, NDArray[np.float64]]:
    """Read a text in FDDB format: for each picture its name, a count, and that many rows, `(N, 5)` by name.

    More numbers in a row are ignored.

    Raises:
        UserError: if the text is not in this format.
    """
    lines = numbered_lines(path)
    tables, at = {}, 0
    try:
        while at < len(lines):
            name, count = lines[at][1], announced_faces(lines, at)
            inside(path.parent, name)  # a file may be read or written under this name
            rows = [numbers(line, 5)[:5] for _, line in lines[at + 2 : at + 2 + count]]
            tables[name] = np.array(rows, np.float64).reshape(count, 5)
            if not (np.abs(tables[name]) <= LARGEST_PLACE).all():
                raise ValueError("no picture has room for a face there")
            at += 2 + count
    except ValueError as error:
        raise UserError(
            f"{path.name}, at line {lines[at][0]}: not of FDDB's form ({error}): correct it, or get a fresh copy."
        ) from error
    return tables


def ellipse_boxes(ellipses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bounding boxes `(N, 4)` xyxy of ellipses `(N, 5)`."""
    major, minor, angle, x, y = ellipses.T
    half_width = np.hypot(major * np.cos(angle), minor * np.sin(angle))
    half_height = np.hypot(major * np.sin(angle), minor * np.cos(angle))
    return np.stack([x - half_width, y - half_height, x + half_width, y + half_height], axis=1)
