"""The one annotation type that every dataset reader gives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinyface_core.media.images import load_image
from tinyface_core.types import RgbImage, UserError

T = TypeVar("T")

TellUnreadable = Callable[[Path, Exception], None]
"""Told of a picture that cannot be read and is left out."""

PIXEL_CENTRE = 0.5
"""What turns coordinates of WIDER FACE and FDDB into ours.

Theirs are numbers of pixels, that is places of their centres (both protocols count the last pixel in); ours are places
of pixels' edges. Without it a mirrored box would lie a pixel beside the mirrored face, an enlarged one still further.
"""


LARGEST_PLACE = 1e6
"""Pixels from a picture's corner, to either side, beyond which nothing can lie."""


def sane_boxes(boxes: ArrayLike) -> NDArray[np.float64]:
    """Boxes `(N, 4)`, in pixels, that can lie in or at a picture.

    Raises:
        ValueError: if an edge is no number, or lies farther out than any picture is large.
    """
    checked = np.asarray(boxes, np.float64).reshape(-1, 4)
    possible = (np.abs(checked) <= LARGEST_PLACE).all(axis=1)  # what is not a number is no less than anything
    if not possible.all():
        edges = ", ".join(f"{edge:g}" for edge in checked[~possible][0])
        raise ValueError(f"no picture has room for the box {edges}")
    return checked


def announced_faces(lines: Sequence[tuple[int, str]], at: int) -> int:
    """How many faces a picture has, whose name stands in the line at `at` and the count in the next.

    Raises:
        ValueError: if there is no count, or one that cannot be.
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
        ValueError: if it has fewer than `least`, or something else.
    """
    try:
        values = [float(value) for value in line.split()]
    except ValueError:
        values = []
    if len(values) < least:
        raise ValueError(f"{line!r} is not {least} numbers or more")
    return values


_LONGEST_NAME = 255
"""Bytes of one part of a path."""


def inside(folder: Path, name: str) -> Path:
    """The file called `name` in a folder, where annotations name it; links are not followed for the question.

    Raises:
        ValueError: if it lies outside of the folder, or is longer than a file's name can be.
    """
    if "\0" in name or max(map(len, name.encode(errors="replace").split(b"/"))) > _LONGEST_NAME:
        raise ValueError(f"no file can be called {name!r}")
    top = os.path.abspath(folder)  # noqa: PTH100  Path.resolve would follow links
    if not name or not Path(os.path.abspath(folder / name)).is_relative_to(top):  # noqa: PTH100
        raise ValueError(f"{name!r} lies outside of {folder}")
    return folder / name


def from_pixel_numbers(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes `(N, 4)` xyxy in pixels from x, y, width, height as WIDER FACE counts pixels; see `PIXEL_CENTRE`."""
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1) + PIXEL_CENTRE


def to_pixel_numbers(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The reverse of `from_pixel_numbers`: xyxy in pixels to x, y, width, height as WIDER FACE counts pixels."""
    return np.concatenate([boxes[:, :2] - PIXEL_CENTRE, boxes[:, 2:] - boxes[:, :2]], axis=1)


@dataclass(frozen=True, slots=True)
class AnnotatedPicture:
    """One picture and its faces.

    Attributes:
        name: the dataset's own name of it, e.g. "0--Parade/0_Parade_marchingband_1_849".
        path: the picture's file.
        boxes: `(N, 4)` float32 xyxy in pixels of the upright picture.
        ignored: `(N,)` bool; faces or regions that are neither to be taught as faces nor as background.
        negatives: `(M, 4)` float32 xyxy; places that someone looked at and found to be no faces. They are taught as
            background also inside ignored regions.
    """

    name: str
    path: Path
    boxes: NDArray[np.float32]
    ignored: NDArray[np.bool_]
    negatives: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 4), np.float32))


def with_pixels(
    pictures: Iterable[AnnotatedPicture], unreadable: TellUnreadable | None = None
) -> Iterator[tuple[AnnotatedPicture, RgbImage]]:
    """The pictures one by one with their pixels; those that cannot be read are left out.

    Args:
        pictures: to read.
        unreadable: told of those; without it they end everything.

    Raises:
        UserError, OSError: if one cannot be read, without `unreadable`.
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
    """So many of the items, spread evenly over the list; all of them if there are fewer or `count` is 0."""
    if not 0 < count < len(items):
        return list(items)
    return [items[row] for row in np.linspace(0, len(items) - 1, count).round().astype(int)]
