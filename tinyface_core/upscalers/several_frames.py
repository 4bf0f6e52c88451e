"""One enlargement of a face from several frames of a video: each of them shows other parts of the same detail.

No network has a part in it, and nothing is made up: the enlargement is the picture which, moved as the face moved and
reduced as the camera did, comes nearest to the recorded frames. It is found by back-projection (Irani and Peleg, 1991),
with a mean over the frames that leaves out what is farthest off, so that a frame that fits badly does no harm.
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
"""Of this way to enlarge, beside the upscalers."""

MOST, FEWEST = 17, 3
"""Frames that are used at most, and that must fit for the result to be more than one of them."""

MARGIN = 4
"""Pixels round a crop by which the others may be off."""

_OUTLIERS = 0.15
"""Share of the frames that is left out at either end of the values of a pixel."""

_ROUNDS, _STEP = 8, 0.8
"""Of back-projection, and the share of the error that each takes away."""

_LEAST_LIKE = 0.8
"""Correlation that a frame must have with the first one, once it lies on it."""

_Affine = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Fused:
    """An enlargement, RGB uint8, and how many frames it was made from."""

    pixels: RgbImage
    frames: int


def around(frame: int, first: int, last: int) -> list[int]:
    """Numbers of the frames next to one, it in front, as many as may be used of those from the first to the last."""
    near = sorted(range(max(first, frame - MOST), min(last, frame + MOST) + 1), key=lambda other: abs(other - frame))
    return near[:MOST]


def cut(pixels: RgbImage, middle: tuple[float, float], region: float, side: int) -> RgbImage:
    """A square region with the margin that `fuse` asks for, RGB uint8 `(side + 2 * MARGIN, side + 2 * MARGIN, 3)`.

    Args:
        pixels: of the frame, RGB uint8 `(H, W, 3)`.
        middle: of the region, in pixels of the frame.
        region: its side in pixels of the frame, without the margin.
        side: of what is cut, without the margin.
    """
    half = region / 2 * (side + 2 * MARGIN) / side
    x, y = middle
    roi = np.array([[x - half, y - half, x + half, y + half]], np.float64)
    crop: RgbImage = cut_rois(pixels, roi, side + 2 * MARGIN)[0]
    return crop


def fuse(crops: CropBatch, factor: int) -> Fused:
    """One enlargement of the first crop from all that fit on it.

    Args:
        crops: of one face from several frames, RGB uint8 `(N, S, S, 3)`, with `MARGIN` pixels more on each side than
            are enlarged: crops that are off a little still cover the whole.
        factor: enlargement, 1 or more.
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
        """The mean of what the frames say but for outliers, enlarged and moved back onto the first one."""
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
    """Numbers of the crops that fit on the first one, with where its pixels are in each `(2, 3)`."""
    from tinyface_core.opencv import cv2

    light = [np.asarray(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), np.float32) / 255 for crop in crops]
    moves = [(0, np.eye(2, 3, dtype=np.float32))]
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 60, 1e-5)
    everywhere = np.ones(light[0].shape, np.uint8)
    for number, other in enumerate(light[1:], 1):
        start = np.eye(2, 3, dtype=np.float32)
        try:
            alike, move = cv2.findTransformECC(light[0], other, start, cv2.MOTION_EUCLIDEAN, criteria, everywhere, 3)
        except cv2.error:  # they have nothing in common
            continue
        if alike >= _LEAST_LIKE:
            moves.append((number, np.asarray(move, np.float32)))
    return moves if len(moves) >= FEWEST else moves[:1]


def _enlarged(move: _Affine, factor: int) -> _Affine:
    """The move in pixels of the enlargement, where the middle of the first pixel is not that of the crop's."""
    turn, shift = move[:, :2].astype(np.float64), move[:, 2].astype(np.float64)
    corner = (factor - 1) / 2
    return np.column_stack([turn, factor * shift + corner * (1 - turn.sum(axis=1))]).astype(np.float32)
