"""Multi-frame super-resolution: enlarges a face from several frames of a video, which sample it differently.

It uses no network and adds no generated detail. It computes the picture that, after motion and downsampling, best
matches the recorded frames, by iterative back-projection (Irani and Peleg, 1991). A trimmed mean over the frames limits
the influence of frames that fit badly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyface_core.rois import cut_rois
from tinyface_core.types import CropBatch, RgbImage

NAME = "several-frames"
"""Name of this method, in lists of upscalers."""

MOST, FEWEST = 17, 3
"""Maximum number of frames, and how many must fit; with fewer, only the first one is used."""

MARGIN = 4
"""Margin of a crop in pixels, by which the other frames may be shifted."""

_OUTLIERS = 0.15
"""Share of the frames that the trimmed mean leaves out at each end."""

_ROUNDS, _STEP = 8, 0.8
"""Number of rounds of back-projection, and the share of the error that each corrects."""

_LEAST_LIKE = 0.8
"""Minimum correlation of a frame with the first one after registration."""

_Affine = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """An enlargement, RGB uint8, and the number of frames it was computed from."""

    pixels: RgbImage
    frames: int


def around(frame: int, first: int, last: int) -> list[int]:
    """Numbers of the up to `MOST` frames nearest to a frame, beginning with itself, between `first` and `last`."""
    near = sorted(range(max(first, frame - MOST), min(last, frame + MOST) + 1), key=lambda other: abs(other - frame))
    return near[:MOST]


def cut(pixels: RgbImage, middle: tuple[float, float], region: float, side: int) -> RgbImage:
    """Cut a square region with the margin that `fuse` needs, RGB uint8 `(side + 2 * MARGIN, side + 2 * MARGIN, 3)`.

    It is cut at whole pixels, as they were recorded: `fuse` finds by how much the frames differ. A region that is
    larger than `side` is reduced by area.

    Args:
        pixels: the frame, RGB uint8 `(H, W, 3)`.
        middle: centre of the region in pixels of the frame.
        region: side of the region in pixels of the frame, without the margin.
        side: side of the crop in its own pixels, without the margin.
    """
    from tinyface_core.opencv import cv2

    whole, reach = side + 2 * MARGIN, round(region * (side + 2 * MARGIN) / side)
    left, top = (round(centre - reach / 2) for centre in middle)
    crop: RgbImage = cut_rois(pixels, np.array([[left, top, left + reach, top + reach]], np.float64), reach)[0]
    return crop if reach == whole else np.asarray(cv2.resize(crop, (whole, whole), interpolation=cv2.INTER_AREA))


def fuse(crops: CropBatch, factor: int) -> Fused:
    """Enlarge the first crop with the information of all that can be registered with it.

    Crops, RGB uint8 `(N, S, S, 3)`, have a margin of `MARGIN` pixels on each side, which is not part of the result.
    """
    from tinyface_core.opencv import cv2

    side = crops.shape[1] * factor
    moves = _moves(crops)
    frames = np.stack([crops[number] for number, _ in moves]).astype(np.float32)
    ways = [_enlarged(move, factor) for _, move in moves]

    def moved(picture: NDArray[Any], way: _Affine, back: bool) -> NDArray[np.float32]:
        flags = cv2.INTER_CUBIC | (cv2.WARP_INVERSE_MAP if back else 0)
        there = cv2.warpAffine(picture, way, (side, side), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(there, np.float32)

    def laid_on_first(parts: Iterable[NDArray[Any]]) -> NDArray[np.float32]:
        """The trimmed mean of one picture per frame, enlarged and registered with the first frame."""
        large = (cv2.resize(part, (side, side), interpolation=cv2.INTER_CUBIC) for part in parts)
        back = np.sort([moved(part, way, back=True) for part, way in zip(large, ways, strict=True)], axis=0)
        left_out = round(len(back) * _OUTLIERS)
        return np.asarray(back[left_out : len(back) - left_out].mean(axis=0), np.float32)

    made = laid_on_first(frames)
    for _ in range(_ROUNDS):
        taken = (
            cv2.resize(moved(made, way, back=False), crops.shape[1:3], interpolation=cv2.INTER_AREA) for way in ways
        )
        made += _STEP * laid_on_first(frame - picture for frame, picture in zip(frames, taken, strict=True))
    inside = slice(MARGIN * factor, -MARGIN * factor)
    return Fused(np.ascontiguousarray(made[inside, inside].clip(0, 255).round().astype(np.uint8)), len(moves))


def _moves(crops: CropBatch) -> list[tuple[int, _Affine]]:
    """The crops that can be registered with the first one, with the affine map `(2, 3)` from it to each."""
    from tinyface_core.opencv import cv2

    light = [np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), np.float32) / 255 for crop in crops]
    moves = [(0, np.eye(2, 3, dtype=np.float32))]
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-5)
    everywhere = np.ones(light[0].shape, np.uint8)
    for number, other in enumerate(light[1:], 1):
        start = np.eye(2, 3, dtype=np.float32)
        try:
            alike, move = cv2.findTransformECC(light[0], other, start, cv2.MOTION_EUCLIDEAN, criteria, everywhere, 3)
        except cv2.error:  # it does not converge
            continue
        if alike >= _LEAST_LIKE:
            moves.append((number, np.asarray(move, np.float32)))
    return moves if len(moves) >= FEWEST else moves[:1]


def _enlarged(move: _Affine, factor: int) -> _Affine:
    """The map in pixels of the enlargement; the centres of the first pixels differ."""
    turn, shift = move[:, :2].astype(np.float64), move[:, 2].astype(np.float64)
    corner = (factor - 1) / 2
    return np.column_stack([turn, factor * shift + corner * (1 - turn.sum(axis=1))]).astype(np.float32)
