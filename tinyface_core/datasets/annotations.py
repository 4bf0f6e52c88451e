"""The annotation type of all dataset readers, and helpers for reading annotations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinyface_core.boxes import shorter_side
from tinyface_core.files import absolute
from tinyface_core.media.images import load_image
from tinyface_core.names import first_names, natural_key
from tinyface_core.types import RgbImage, UserError

T = TypeVar("T")

TellUnreadable = Callable[[Path, Exception], None]
"""Called for a picture that cannot be read and is skipped."""

PIXEL_CENTRE = 0.5
"""Offset between coordinates of WIDER FACE and FDDB, which refer to pixel centres, and ours, which refer to edges.

In ours the left edge of the first pixel is 0. Without the offset mirrored or resized boxes would be shifted.
"""


LARGEST_PLACE = 1e6
"""Largest valid absolute coordinate in pixels."""


def sane_boxes(boxes: ArrayLike) -> NDArray[np.float64]:
    """Boxes `(N, 4)` in pixels, after checking their coordinates.

    Raises:
        ValueError: if a coordinate is NaN or larger than any picture.
    """
    checked = np.asarray(boxes, np.float64).reshape(-1, 4)
    possible = (np.abs(checked) <= LARGEST_PLACE).all(axis=1)  # False for NaN
    if not possible.all():
        edges = ", ".join(f"{edge:g}" for edge in checked[~possible][0])
        raise ValueError(f"no picture has room for the box {edges}")
    return checked


def announced_faces(lines: Sequence[tuple[int, str]], at: int) -> int:
    """The number of faces in the line after that of a picture's name, `lines[at]`.

    Raises:
        ValueError: if it is missing, or larger than the number of following lines.
    """
    text = lines[at + 1][1] if at + 1 < len(lines) else ""
    if not text.isdecimal():
        raise ValueError(f"the count of faces has to follow {lines[at][1]!r}, not {text!r}")
    count = int(text[:20])
    if len(lines) - at - 2 < count:
        raise ValueError(f"{count} faces are announced, {len(lines) - at - 2} lines follow")
    return count


def numbers(line: str, least: int) -> list[float]:
    """The numbers of a line.

    Raises:
        ValueError: if there are fewer than `least`, or anything else.
    """
    try:
        values = [float(value) for value in line.split()]
    except ValueError:
        values = []
    if len(values) < least:
        raise ValueError(f"{line!r} is not {least} numbers or more")
    return values


def is_of_faces(name: str, names: Iterable[str]) -> bool:
    """Whether boxes of a class hold faces: of all classes "face" alone if there is one, otherwise every class."""
    return _is_face(name) or not any(map(_is_face, names))


def _is_face(name: str) -> bool:
    return name.strip().lower() == "face"


_LONGEST_NAME = 255
"""Maximum length in bytes of one component of a path."""


def inside(folder: Path, name: str) -> Path:
    """The path of a file that annotations name relative to a folder; symbolic links are not resolved.

    Raises:
        ValueError: if it is outside the folder, or too long for a file name.
    """
    if "\0" in name or max(map(len, name.encode(errors="replace").split(b"/"))) > _LONGEST_NAME:
        raise ValueError(f"no file can be called {name!r}")
    if not name or not absolute(folder / name).is_relative_to(absolute(folder)):
        raise ValueError(f"{name!r} lies outside of {folder}")
    return folder / name


def from_pixel_numbers(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes `(N, 4)` xyxy in pixels from x, y, width, height in coordinates of WIDER FACE; see `PIXEL_CENTRE`."""
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1) + PIXEL_CENTRE


def to_pixel_numbers(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of `from_pixel_numbers`."""
    return np.concatenate([boxes[:, :2] - PIXEL_CENTRE, boxes[:, 2:] - boxes[:, :2]], axis=1)


@dataclass(frozen=True, slots=True)
class AnnotatedPicture:
    """One picture and its faces.

    Attributes:
        name: its name in the dataset, e.g. "0--Parade/0_Parade_marchingband_1_849".
        path: where the annotations say that it is; see `existing`.
        boxes: `(N, 4)` float32 xyxy in pixels of the upright picture.
        ignored: `(N,)` bool; boxes that are neither positive nor negative samples.
        negatives: `(M, 4)` float32 xyxy; known false detections. They are negative samples also inside ignored boxes.
        empty: whether annotated boxes were left out because they have no area.
        classes: names of the classes of the boxes, or their numbers if they have no names.
    """

    name: str
    path: Path
    boxes: NDArray[np.float32]
    ignored: NDArray[np.bool_]
    negatives: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    empty: bool = False
    classes: frozenset[str] = frozenset()

    @staticmethod
    def of(
        name: str,
        path: Path,
        boxes: ArrayLike,
        ignored: NDArray[np.bool_] | None = None,
        classes: Iterable[str] = (),
    ) -> AnnotatedPicture:
        """A picture with those of its boxes `(N, 4)`, xyxy in pixels, that have an area; by default none is ignored."""
        annotated = np.asarray(boxes, np.float32).reshape(-1, 4)
        kept = shorter_side(annotated) > 0
        passed = np.zeros(len(kept), bool) if ignored is None else ignored
        empty = not kept.all()
        return AnnotatedPicture(name, path, annotated[kept], passed[kept], empty=empty, classes=frozenset(classes))


@dataclass(frozen=True, slots=True)
class Oddities:
    """What a user of annotations should know of them.

    Attributes:
        missing: names of listed pictures without a file.
        unreadable: names of the files that a measurement could not read.
        empty: names of pictures in which boxes without an area were left out.
        classes: names of several classes of boxes that are all taken as faces, as none is called face.
    """

    missing: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """One for each kind that there is."""
        names = self.missing, self.unreadable, self.empty, self.classes
        missing, unreadable, empty, classes = map(first_names, names)
        told = []
        if missing:
            told.append(
                f"Listed pictures without a file, left out with all of their faces: {len(self.missing):,} ({missing})."
            )
        if unreadable:
            told.append(f"Pictures that cannot be read, left out: {len(self.unreadable):,} ({unreadable}).")
        if empty:
            told.append(f"Pictures in which boxes have no area and are left out: {len(self.empty):,} ({empty}).")
        if classes:
            told.append(
                f"None of the {len(self.classes):,} classes of boxes is called face, so all of them are taken as faces "
                f"({classes}): if that is wrong, call the class of faces face, for YOLO in classes.txt."
            )
        return told


def existing(listed: Iterable[AnnotatedPicture]) -> tuple[list[AnnotatedPicture], Oddities]:
    """The pictures whose files exist, and what is to be told of the annotations.

    Raises:
        FileNotFoundError: if none exists.
    """
    listed = list(listed)
    pictures = [picture for picture in listed if picture.path.is_file()]
    if listed and not pictures:
        raise FileNotFoundError(f"None of the {len(listed)} pictures that are listed exists, such as {listed[0].path}.")
    found = set(map(id, pictures))
    missing = tuple(picture.name for picture in listed if id(picture) not in found)
    empty = tuple(picture.name for picture in pictures if picture.empty)
    classes = sorted(set[str]().union(*(picture.classes for picture in pictures)), key=natural_key)
    guessed = len(classes) > 1 and not any(map(_is_face, classes))
    return pictures, Oddities(missing, empty, tuple(classes) if guessed else ())


def with_pixels(
    pictures: Iterable[AnnotatedPicture], unreadable: TellUnreadable | None = None
) -> Iterator[tuple[AnnotatedPicture, RgbImage]]:
    """Read the pictures one by one; `unreadable` is called for those that cannot be read, or the error is raised.

    Raises:
        UserError, OSError: if one cannot be read and `unreadable` is None.
    """
    for picture in pictures:
        try:
            pixels = load_image(picture.path).pixels
        except (UserError, OSError) as error:
            if unreadable is None:
                raise
            unreadable(picture.path, error)
            continue
        yield picture, pixels


def spread(items: Sequence[T], count: int) -> list[T]:
    """`count` items, evenly spread over the list; all if there are fewer or `count` is 0."""
    if not 0 < count < len(items):
        return list(items)
    return [items[row] for row in np.linspace(0, len(items) - 1, count).round().astype(int)]
