"""Splits copies of a picture into tiles with bounded memory; each face belongs to one tile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import mirrored
from tinyface_core.detector.pyramid import Pyramid, PyramidLevel, SearchPlan
from tinyface_core.types import Box, Detections, RgbImage

_LOOKED_PAST = 3
"""Pixels of the picture outside a window that cubic interpolation may use."""

_FINEST_GRID = 1000

EVERYWHERE: Box = (-np.inf, -np.inf, np.inf, np.inf)
"""Core of a tile without neighbours."""


@dataclass(frozen=True, slots=True)
class Place:
    """A tile of a scaled copy.

    Attributes:
        level: index of its level in the pyramid.
        size: width and height of the whole copy in pixels.
        box: xyxy of the tile in pixels of the copy.
        core: xyxy in pixels of the picture; the tile is responsible for faces whose centres are in it.
        smallest, largest: longer sides of the faces for which it is responsible, in pixels of the picture.
        finest_stride: see `PyramidLevel`.
        view: xyxy in pixels of the picture; the tile is responsible only for faces that are completely in it.
        mirrored: whether it is mirrored before the search.
    """

    level: int
    scale: float
    size: tuple[int, int]
    box: tuple[int, int, int, int]
    core: Box
    smallest: float
    largest: float
    finest_stride: int
    view: Box = EVERYWHERE
    mirrored: bool = False

    def in_picture(self, found: Detections) -> Detections:
        """Converts candidates from pixels of the tile to pixels of the picture."""
        left, top, right, _ = self.box
        boxes = mirrored(found.boxes, right - left) if self.mirrored else found.boxes
        return Detections.of((boxes + np.array([left, top, left, top])) / self.scale, found.scores, found.strides)

    def answers_for(self, faces: Detections) -> NDArray[np.bool_]:
        """Mask `(N,)` of the faces of the picture for which this tile is responsible."""
        side = faces.sizes
        here = (side >= self.smallest) & (side < self.largest)
        for axis in range(2):
            start, end = faces.boxes[:, axis], faces.boxes[:, axis + 2]
            centre = (start + end) / 2
            here &= (centre >= self.core[axis]) & (centre < self.core[axis + 2])
            here &= (start >= self.view[axis]) & (end <= self.view[axis + 2])
        return np.asarray(here)


def places(width: int, height: int, pyramid: Pyramid, plan: SearchPlan, tile: int) -> Iterator[Place]:
    """The tiles, of at most `tile` pixels a side, of all copies of a picture that have no focus (`search.focus`).

    Copies for faces larger than the picture are left out. If even the smallest copy is larger than a tile, a still
    smaller one follows that shows the whole picture in one tile.
    """
    whole = [(number, level) for number, level in enumerate(pyramid) if level.focus is None]
    if not whole:
        return
    smallest = min(level.smallest for _, level in whole)
    # The copy for the smallest faces is always searched: copies with a focus are searched near its candidates.
    useful = [one for one in whole if one[1].smallest < max(width, height) or one[1].smallest == smallest]
    for number, level in useful:
        size = scaled_size(width, height, level.scale)
        yield from tiled(number, level, size, (0, 0, *size), plan, tile)
    number, coarsest = min(useful, key=lambda level: level[1].scale)
    scale = tile / max(height, width)
    if scale < coarsest.scale:
        # For faces too large for the tiles of the smallest copy, and an octave of smaller ones.
        smallest = min(plan.tile_overlap, tile // 2) / coarsest.scale / 2
        size = scaled_size(width, height, scale)
        yield Place(number, scale, size, (0, 0, *size), EVERYWHERE, smallest, np.inf, coarsest.finest_stride)


def tiled(
    number: int,
    level: PyramidLevel,
    size: tuple[int, int],
    area: tuple[int, int, int, int],
    plan: SearchPlan,
    tile: int,
) -> Iterator[Place]:
    """The tiles of an area, xyxy in pixels, of a copy of a level of this number in its pyramid; `size` is the copy's.

    They overlap as planned; their longest side is `tile`, in pixels.
    """
    left, top, right, bottom = area
    overlap, largest = min(plan.tile_overlap, tile // 2), level.largest
    if max(right - left, bottom - top) > tile:
        largest = min(largest, overlap / level.scale)
    # A face belongs to the tile whose core contains its centre. It is completely inside that
    # tile, because the core ends half an overlap before the tile.
    margin = overlap / 2
    for x1, y1, x2, y2 in tiles(right - left, bottom - top, tile, overlap, plan.multiple):
        box = (left + x1, top + y1, left + x2, top + y2)
        core = (
            (box[0] + margin) / level.scale if x1 else -np.inf,
            (box[1] + margin) / level.scale if y1 else -np.inf,
            (box[2] - margin) / level.scale if box[2] < right else np.inf,
            (box[3] - margin) / level.scale if box[3] < bottom else np.inf,
        )
        fine = level.finest_stride
        yield Place(number, level.scale, size, box, core, level.smallest, largest, fine, mirrored=level.mirrored)


def scaled_size(width: int, height: int, scale: float) -> tuple[int, int]:
    """Width and height of a copy at a scale, in pixels."""
    return max(1, round(width * scale)), max(1, round(height * scale))


class Copies:
    """Scaled copies of one RGB uint8 picture `(H, W, 3)`, made on first use.

    Reduced copies are kept, so that several detectors can share them; of enlarged ones only the last.
    """

    def __init__(self, picture: RgbImage) -> None:
        self.height, self.width = picture.shape[:2]
        self._picture = picture
        self._made: dict[tuple[int, int], RgbImage] = {(picture.shape[1], picture.shape[0]): picture}

    def pixels_at(self, place: Place) -> RgbImage:
        """The pixels at a place; of enlarged copies with several tiles, only the tile is made."""
        shown = self._pixels_at(place)
        return np.ascontiguousarray(shown[:, ::-1]) if place.mirrored else shown

    def _pixels_at(self, place: Place) -> RgbImage:
        from tinyface_core.opencv import cv2

        size, (x1, y1, x2, y2) = place.size, place.box
        reduced = size[0] * size[1] < self.width * self.height
        if size not in self._made and (reduced or place.box == (0, 0, *size)):
            method, source = (
                (cv2.INTER_AREA, self._smallest_at_least(size)) if reduced else (cv2.INTER_CUBIC, self._picture)
            )
            made = np.asarray(cv2.resize(source, size, interpolation=method), np.uint8)
            self._made = {known: copy for known, copy in self._made.items() if copy.size <= self._picture.size}
            self._made[size] = made
        if size in self._made:
            return self._made[size][y1:y2, x1:x2]
        # `step` pixels of the copy correspond to `period` pixels of the picture; windows start at such multiples.
        step, period = Fraction(place.scale).limit_denominator(_FINEST_GRID).as_integer_ratio()
        margin = -(-_LOOKED_PAST // period)
        left, top = max(0, x1 // step - margin), max(0, y1 // step - margin)
        right, bottom = -(-x2 // step) + margin, -(-y2 // step) + margin
        window = self._picture[top * period : bottom * period, left * period : right * period]
        enlarged = cv2.resize(window, None, fx=place.scale, fy=place.scale, interpolation=cv2.INTER_CUBIC)
        return np.asarray(enlarged, np.uint8)[y1 - top * step :, x1 - left * step :][: y2 - y1, : x2 - x1]

    def _smallest_at_least(self, size: tuple[int, int]) -> RgbImage:
        """The smallest known copy at least twice as large, from which a copy of this size is made fastest."""
        large = (copy for copy in self._made.values() if copy.shape[1] >= 2 * size[0] and copy.shape[0] >= 2 * size[1])
        return min(large, key=lambda copy: copy.size, default=self._picture)


def tiles(width: int, height: int, size: int, overlap: int, multiple: int = 1) -> Iterator[tuple[int, int, int, int]]:
    """Tiles `(x1, y1, x2, y2)` of at most `size` pixels a side that cover a picture.

    Neighbours overlap by at least `overlap` pixels, so that a smaller face is completely inside one of them. There are
    as few tiles as possible, and they are as small as possible.

    Args:
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        size: maximum side.
        overlap: minimum overlap in pixels.
        multiple: sides are a multiple of this if there are several tiles; `size` must be one, too.

    Raises:
        ValueError: if `overlap` is not smaller than `size`.
    """
    if overlap >= size:
        raise ValueError(f"The overlap of tiles ({overlap}) must be smaller than a tile ({size}).")
    for y1, y2 in _spans(height, size, overlap, multiple):
        for x1, x2 in _spans(width, size, overlap, multiple):
            yield x1, y1, x2, y2


def _spans(length: int, size: int, overlap: int, multiple: int) -> list[tuple[int, int]]:
    if length <= size:
        return [(0, length)]
    count = -(-(length - overlap) // (size - overlap))
    share = -(-(length + (count - 1) * overlap) // count)
    side = min(size, -(-share // multiple) * multiple)
    starts = [round(i * (length - side) / (count - 1)) for i in range(count)]
    return [(start, start + side) for start in starts]
