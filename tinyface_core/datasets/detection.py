"""Training crops for the detector: windows of fixed size at a random scale around a random face."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from tinyface_core import affine
from tinyface_core.boxes import mirrored
from tinyface_core.datasets import conditions
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.datasets.conditions import Wear
from tinyface_core.datasets.pixel_cache import PixelSource
from tinyface_core.detector.assignment import assign, make_anchors
from tinyface_core.opencv import cv2
from tinyface_core.presets import DetectorPreset
from tinyface_core.search.preprocessing import prepared
from tinyface_core.types import RgbImage

PADDING = affine.OUTSIDE
"""Grey level outside the picture, which is 0 after normalisation."""


@dataclass(frozen=True, slots=True)
class CropRules:
    """How training crops are cut.

    Attributes:
        size: side of a crop in pixels.
        smallest_scale, largest_scale: range of the scale, log-uniform.
        face_share: share of the crops that are placed around a face; the others are placed anywhere.
        balanced_share: share of those whose scale is chosen so that the size of the face is log-uniform, and all
            branches get equally many samples (after the data-anchor sampling of PyramidBox, ECCV 2018).
        balanced_sizes: range of that size, longer side in pixels of the crop.
        balanced_scales: range to which that scale is clamped.
        ignore_under: faces with a shorter longer side, in pixels of the crop, are ignored.
        flip: whether half of the crops are mirrored.
        turned_share: share of rotated crops, by up to `largest_turn` degrees in either direction.
        squeezed_share: share of crops whose aspect ratio is changed, by a factor of up to `largest_squeeze`.
        grey_share: share of crops without colour.
        worn_share: share of crops with noise, blur, low light or JPEG artefacts, see `WORN`.
    """

    size: int = 512
    smallest_scale: float = 0.5
    largest_scale: float = 2.2
    face_share: float = 0.85
    balanced_share: float = 0.5
    balanced_sizes: tuple[float, float] = (6.0, 400.0)
    balanced_scales: tuple[float, float] = (0.3, 2.5)
    ignore_under: float = 5.0
    flip: bool = True
    turned_share: float = 0.15
    largest_turn: float = 40.0
    squeezed_share: float = 0.1
    largest_squeeze: float = 1.45
    grey_share: float = 0.2
    worn_share: float = 0.2


WORN: tuple[tuple[Wear, float, float], ...] = (
    (conditions.noise, 2, 20),
    (conditions.dark, 0.5, 3),
    (conditions.out_of_focus, 0.4, 1.2),
    (conditions.motion, 2, 5),
    (conditions.jpeg, 25, 75),
    (conditions.jpeg, 25, 75),
)
"""Degradations of training crops with the range of their strengths; faces of a few pixels must stay visible."""


class Taught(NamedTuple):
    """A training sample of the detector, or, with one more dimension in front, a batch.

    Attributes:
        pixels: uint8 `(3, S, S)`.
        clean: the crop before degradation, uint8 `(3, S, S)`.
        upright: whether it was neither rotated nor squeezed.
        owner: face assigned to every anchor `(A,)`, see `tinyface_core.detector.assignment.assign`.
        boxes: box of that face `(A, 4)` xyxy in pixels; zeros if there is none.
    """

    pixels: Tensor
    clean: Tensor
    upright: Tensor
    owner: Tensor
    boxes: Tensor


class DetectionCrops(Dataset[Taught]):
    """One random crop per picture and epoch, determined by seed, epoch and picture."""

    def __init__(
        self,
        pictures: Sequence[AnnotatedPicture],
        pixels: PixelSource,
        preset: DetectorPreset,
        rules: CropRules,
        seed: int,
    ) -> None:
        self._pictures, self._pixels, self._preset = pictures, pixels, preset
        self._rules, self._seed = rules, seed
        self._anchors = make_anchors(preset.branches, rules.size, rules.size)
        self.order: list[tuple[int, int]] = []

    def select(self, order: list[tuple[int, int]]) -> None:
        """Choose the (epoch, picture) pairs of the items."""
        self.order = order

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> Taught:
        epoch, number = self.order[index]
        rng = np.random.default_rng((self._seed, epoch, number))
        picture = self._pictures[number]
        crop = cut_crop(self._pixels[number], picture.boxes, picture.ignored, picture.negatives, self._rules, rng)
        faces = torch.from_numpy(crop.faces)
        size = self._rules.size
        owner = assign(
            self._anchors,
            faces,
            torch.from_numpy(crop.ignored),
            self._preset,
            (size, size),
            torch.from_numpy(crop.negatives),
            torch.from_numpy(crop.parts),
        )
        targets = torch.zeros(len(self._anchors), 4)
        targets[owner >= 0] = faces[owner[owner >= 0]]
        pixels, clean = (torch.from_numpy(part).permute(2, 0, 1) for part in (crop.pixels, crop.clean))
        return Taught(pixels, clean, torch.tensor(crop.upright), owner, targets)


def epoch_order(pictures: int, epoch: int, seed: int) -> list[tuple[int, int]]:
    """All (epoch, picture) pairs of one epoch in an order determined by seed and epoch."""
    return [(epoch, int(i)) for i in np.random.default_rng((seed, epoch)).permutation(pictures)]


def batches(order: Sequence[tuple[int, int]], size: int) -> Iterator[list[tuple[int, int]]]:
    """Full batches of an epoch; the remainder is dropped."""
    for start in range(0, len(order) - size + 1, size):
        yield list(order[start : start + size])


@dataclass(frozen=True, slots=True)
class Crop:
    """A training crop; boxes are float32 `(N, 4)` xyxy in its pixels, clipped to it.

    Attributes:
        pixels: uint8 `(S, S, 3)`.
        clean: the crop before degradation.
        upright: whether it was neither rotated nor squeezed.
        faces: positive samples.
        ignored: regions in which anchors are neither positive nor negative.
        parts: visible parts of faces that are mostly outside the crop: ignored, but much smaller anchors in them are
            negative.
        negatives: known false detections.
    """

    pixels: RgbImage
    clean: RgbImage
    upright: bool
    faces: NDArray[np.float32]
    ignored: NDArray[np.float32]
    parts: NDArray[np.float32]
    negatives: NDArray[np.float32]


def cut_crop(
    pixels: RgbImage,
    boxes: NDArray[np.float32],
    ignored: NDArray[np.bool_],
    negatives: NDArray[np.float32],
    rules: CropRules,
    rng: np.random.Generator,
) -> Crop:
    """A random crop of a picture, usually around a face or a known false detection.

    Faces `(N, 4)`, of which some are `ignored` `(N,)`, and false detections `(M, 4)` are xyxy in pixels of the picture.
    """
    height, width = pixels.shape[:2]
    scale = _log_uniform(rng, rules.smallest_scale, rules.largest_scale)
    taught = np.concatenate([boxes[~ignored], negatives])
    sought = taught[rng.choice(len(taught))] if len(taught) and rng.random() < rules.face_share else None
    if sought is not None and rng.random() < rules.balanced_share:
        wanted = _log_uniform(rng, *rules.balanced_sizes)
        longer = max(sought[2] - sought[0], sought[3] - sought[1], 1.0)
        scale = float(np.clip(wanted / longer, *rules.balanced_scales))
    # Use whole pixels of the picture, so that boxes and pixels are scaled by exactly the same factor.
    side = math.ceil(rules.size / scale)
    scale = rules.size / side
    if sought is not None:
        x1, y1, x2, y2 = sought
        left = rng.uniform((x1 + x2) / 2 - 0.9 * side, (x1 + x2) / 2 - 0.1 * side)
        top = rng.uniform((y1 + y2) / 2 - 0.9 * side, (y1 + y2) / 2 - 0.1 * side)
    else:
        left = rng.uniform(min(0, width - side), max(0, width - side))
        top = rng.uniform(min(0, height - side), max(0, height - side))
    # Keep the crop inside the picture if possible.
    left = math.floor(min(max(left, min(0, width - side)), max(0, width - side)))
    top = math.floor(min(max(top, min(0, height - side)), max(0, height - side)))
    linear = _drawn_turning(rules, rng)
    # Cut a larger window, so that the corners are filled after a rotation.
    more = 0 if linear is None else math.ceil(side * 0.3)
    wide = rules.size + 2 * round(more * scale)
    crop = _window(pixels, left - more, top - more, side + 2 * more, wide)
    corner = np.array([left - more, top - more] * 2, np.float32)
    stretch = np.float32(wide / (side + 2 * more))
    moved, shown = (boxes - corner) * stretch, (negatives - corner) * stretch
    if linear is not None:
        placed = affine.centred(linear, (wide, wide), (rules.size, rules.size))
        crop = affine.warped(crop, placed, (rules.size, rules.size))
        moved, shown = affine.moved_boxes(moved, placed), affine.moved_boxes(shown, placed)
    inside = np.clip(moved, 0, rules.size)
    seen = (inside[:, 2:] - inside[:, :2]).prod(axis=1)
    visible = seen / np.maximum((moved[:, 2:] - moved[:, :2]).prod(axis=1), 1e-6)
    small = (moved[:, 2:] - moved[:, :2]).max(axis=1, initial=0) < rules.ignore_under
    # An ignored region stays ignored even if most of it is outside.
    nothing = ignored & (seen > 0) | (visible > 0.05) & small
    part = ~ignored & ~small & (visible > 0.05) & (visible < 0.5)
    face = ~ignored & ~small & (visible >= 0.5)
    shown = np.clip(shown, 0, rules.size)
    shown = shown[(shown[:, 2:] > shown[:, :2]).all(axis=1)]
    kinds = [inside[face], inside[nothing], inside[part], shown]
    if rules.flip and rng.random() < 0.5:
        crop = np.ascontiguousarray(crop[:, ::-1])
        kinds = [mirrored(kind, rules.size) for kind in kinds]
    clean = _recolour(crop, rng)
    return Crop(_worn(clean, rules, rng), clean, linear is None, *(kind.astype(np.float32) for kind in kinds))


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def _drawn_turning(rules: CropRules, rng: np.random.Generator) -> affine.Matrix | None:
    """Linear map of a rotated or squeezed crop; None for an unchanged one."""
    turns, squeezes = rng.random(2) < (rules.turned_share, rules.squeezed_share)
    linear = np.eye(2)
    if squeezes:
        # Change width and height inversely, so that the area of a face stays the same.
        factor = math.sqrt(_log_uniform(rng, 1 / rules.largest_squeeze, rules.largest_squeeze))
        linear = np.diag([factor, 1 / factor]) @ linear
    if turns:
        linear = affine.rotation(rng.uniform(-rules.largest_turn, rules.largest_turn)) @ linear
    return linear if turns or squeezes else None


def _worn(clean: RgbImage, rules: CropRules, rng: np.random.Generator) -> RgbImage:
    """A randomly degraded crop, after the preprocessing of the search."""
    crop = clean
    if rng.random() < rules.grey_share:
        crop = conditions.grey(crop, 1.0)
    if rng.random() < rules.worn_share:
        wear, least, most = WORN[rng.integers(len(WORN))]
        crop = wear(crop, rng.uniform(least, most), rng)
    return crop if crop is clean else prepared(crop)


def _window(pixels: RgbImage, left: int, top: int, side: int, size: int) -> RgbImage:
    height, width = pixels.shape[:2]
    part = pixels[max(top, 0) : min(top + side, height), max(left, 0) : min(left + side, width)]
    # Resize before padding, as the window may be much larger than the picture.
    factor = size / side
    target = (max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor)))
    shrinks = factor < 1
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC  # as the detector searches its copies
    part = np.asarray(cv2.resize(np.ascontiguousarray(part), target, interpolation=method), np.uint8)
    crop = np.full((size, size, 3), PADDING, np.uint8)
    x, y = round(max(-left, 0) * factor), round(max(-top, 0) * factor)
    h, w = min(part.shape[0], size - y), min(part.shape[1], size - x)
    crop[y : y + h, x : x + w] = part[:h, :w]
    return crop


def _recolour(crop: RgbImage, rng: np.random.Generator) -> RgbImage:
    if rng.random() < 0.5:
        return crop
    gain, offset = rng.uniform(0.7, 1.3), rng.uniform(-25, 25)
    saturation = rng.uniform(0.0, 1.4)
    grey = conditions.grey(crop, 1.0)
    mixed = cv2.addWeighted(crop, gain * saturation, grey, gain * (1 - saturation), offset)
    return np.asarray(mixed, np.uint8)
