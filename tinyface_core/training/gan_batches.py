"""Training batches for the generator: mined crops, augmented and downsampled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from tinyface_core.box_tensors import mirrored
from tinyface_core.crop_tensors import to_unit
from tinyface_core.datasets.crops import Crops
from tinyface_core.datasets.degradation import Degradation, reduce_bicubic
from tinyface_core.gan.losses import CropLabels
from tinyface_core.presets import GanPreset
from tinyface_core.training.gan_settings import GanTraining, Phase, Shares
from tinyface_core.training.shown_settings import ShownTraining
from tinyface_core.types import UserError


class Batch(NamedTuple):
    """`N` crops, RGB in [0, 1].

    Attributes:
        low, high: `(N, 3, h, w)` and `(N, 3, H, W)`.
        surroundings: larger crops round the same places, `(N, 3, S, S)`.
    """

    low: Tensor
    high: Tensor
    surroundings: Tensor
    labels: CropLabels

    def part(self, crops: slice, device: torch.device) -> Batch:
        """Some of the crops, on a device."""
        labels = CropLabels(*(values[crops].to(device) for values in self.labels))
        low, high, surroundings = (pictures[crops].to(device) for pictures in self[:3])
        return Batch(low, high, surroundings, labels)


class TurnedBatch(NamedTuple):
    """`N` sharp crops for the perception network.

    Attributes:
        pictures: RGB `(N, 3, H, W)` in [0, 1].
        turns: number of counterclockwise quarter turns of each, 0 to 3, `(N,)` int64.
        face: whether it is a face, `(N,)` bool.
    """

    pictures: Tensor
    turns: Tensor
    face: Tensor


class CropBatches:
    """Batches of crops; the choice and augmentation of crops depend only on the number of the step."""

    def __init__(self, crops: Crops, preset: GanPreset, settings: GanTraining | ShownTraining) -> None:
        self._crops, self._preset, self._settings = crops, preset, settings
        self._direct, self._placed = _direct(crops, preset), crops.placed
        kinds = ((True, True), (True, False), (False, True), (False, False))
        self._pools = [np.flatnonzero((crops.sharp == sharp) & (crops.face == face)) for sharp, face in kinds]

    def check(self, phase: Phase) -> None:
        """Check that there are crops that a phase learns from, before earlier ones take hours.

        Raises:
            UserError: if there are none.
        """
        shares = phase.shares
        self._choose(np.random.default_rng(0), _sharp(shares) if phase.stage == "perception" else shares, 1)
        if phase.stage == "surroundings":
            check_placed(self._placed)

    def at(self, step: int, shares: Shares, rank: int = 0, world: int = 1) -> Batch:
        """The batch of process `rank` of `world` at a step.

        Raises:
            UserError: if the batch size is not divisible by `world`, or there are no crops of the requested kinds.
        """
        size = self._size(world)
        random = np.random.default_rng((self._settings.seed, step, rank))
        chosen = self._choose(random, shares, size)
        flipped = random.random(size) < 0.5
        high = self._preset.high
        target, scaled, left, top = _moved(random, self._crops.pixels[chosen], high, flipped)
        box = _moved_box(self._crops.box[chosen], scaled, left, top, high, flipped)
        surroundings, around_box = target[:, :, :0, :0], torch.full_like(box, torch.nan)
        if side := self._preset.surroundings:
            surroundings, scaled, left, top = _moved(random, self._crops.surroundings[chosen], side, flipped)
            surroundings = _recoloured(random, surroundings)
            wider = _in_surroundings(self._crops.box[chosen], self._crops, self._preset)
            around_box = _moved_box(wider, scaled, left, top, side, flipped)
        generator = torch.Generator().manual_seed(int(random.integers(2**62)))
        sharp = torch.from_numpy(self._crops.sharp[chosen])
        low = target.new_empty(size, 3, high // self._preset.scale, high // self._preset.scale)
        low[sharp] = self._settings.degradation(target[sharp], generator)
        # Small crops are real low-resolution crops: they are not degraded.
        low[~sharp] = reduce_bicubic(target[~sharp], self._preset.scale)
        face, direct, placed = (torch.from_numpy(of[chosen]) for of in (self._crops.face, self._direct, self._placed))
        return Batch(low, target, surroundings, CropLabels(face, sharp, direct, box, placed, around_box))

    def turned_at(self, step: int, shares: Shares, rank: int = 0, world: int = 1) -> TurnedBatch:
        """A batch for the perception network, cut from the stored crops without resizing.

        Raises:
            UserError: as `at`, or if no crop is sharp.
        """
        random = np.random.default_rng((self._settings.seed, step, rank))
        chosen = self._choose(random, _sharp(shares), self._size(world))
        side = self._preset.high
        left, top = random.integers(0, self._crops.pixels.shape[1] - side + 1, 2)
        pictures = to_unit(self._crops.pixels[chosen][:, top : top + side, left : left + side])
        flipped, turns = random.random(len(chosen)) < 0.5, random.integers(0, 4, len(chosen))
        turned = [
            (picture.flip(2) if flip else picture).rot90(int(turn), (1, 2))
            for picture, flip, turn in zip(pictures, flipped, turns, strict=True)
        ]
        pictures = _recoloured(random, torch.stack(turned))
        return TurnedBatch(pictures, torch.from_numpy(turns), torch.from_numpy(self._crops.face[chosen]))

    def _size(self, world: int) -> int:
        size = self._settings.batch // world
        if size * world != self._settings.batch:
            raise UserError(f"A batch of {self._settings.batch} cannot be shared among {world} processes.")
        return size

    def _choose(self, random: np.random.Generator, shares: Shares, size: int) -> NDArray[np.int64]:
        weights = np.array([shares.sharp_faces, shares.sharp_others, shares.small_faces, shares.small_others])
        weights = weights * [len(pool) > 0 for pool in self._pools]
        if not weights.sum():
            raise UserError("The crops hold none of the kinds that this phase learns from: mine others.")
        counts = np.floor(np.cumsum(weights / weights.sum()) * size + 0.5).astype(int)
        counts = np.diff(counts, prepend=0)
        return np.concatenate([random.choice(pool, n) for pool, n in zip(self._pools, counts, strict=True) if n])


def check_placed(placed: NDArray[np.bool_] | Tensor) -> None:
    """Raise a `UserError` if no crop has surroundings."""
    if not placed.any():
        raise UserError("These crops have no surroundings: leave out the steps of their network, or mine others.")


def _sharp(shares: Shares) -> Shares:
    return Shares(shares.sharp_faces, shares.sharp_others)


def centre_batch(crops: Crops, preset: GanPreset) -> Batch:
    """All crops as one batch for evaluation: centred, without augmentation, downsampled as in the paper."""
    high, surroundings = _middle(crops.pixels, preset.high), _middle(crops.surroundings, preset.surroundings)
    low = Degradation(preset.scale)(high, torch.Generator())
    kinds = (crops.face, crops.sharp, _direct(crops, preset), crops.placed)
    face, sharp, direct, placed = (torch.from_numpy(kind) for kind in kinds)
    box = _middle_box(crops.box, crops.pixels.shape[1], preset.high)
    around_box = torch.full_like(box, torch.nan)
    if preset.surroundings:
        wider = _in_surroundings(crops.box, crops, preset)
        around_box = _middle_box(wider, crops.surroundings.shape[1], preset.surroundings)
    return Batch(low, high, surroundings, CropLabels(face, sharp, direct, box, placed, around_box))


def _middle_box(box: NDArray[np.float32], stored: int, side: int) -> Tensor:
    return torch.from_numpy((box * stored - (stored - side) // 2) / side)


def _in_surroundings(box: NDArray[np.float32], crops: Crops, preset: GanPreset) -> NDArray[np.float32]:
    """Convert boxes `(N, 4)` from shares of the stored crops' side to shares of the side of their surroundings."""
    inner = (1 + preset.context) * crops.pixels.shape[1] / preset.high
    outer = (1 + preset.surroundings_context) * crops.surroundings.shape[1] / preset.surroundings
    placed: NDArray[np.float32] = (box - 0.5) * np.float32(inner / outer) + np.float32(0.5)
    return placed


def _middle(pixels: NDArray[np.uint8], side: int) -> Tensor:
    edge = (pixels.shape[1] - side) // 2
    return to_unit(pixels[:, edge : edge + side, edge : edge + side])


def _moved(
    random: np.random.Generator, pixels: NDArray[np.uint8], side: int, flipped: NDArray[np.bool_]
) -> tuple[Tensor, int, NDArray[np.int64], NDArray[np.int64]]:
    """Scale, shift and flip crops uint8 `(N, S, S, 3)` at random.

    Returns:
        The crops `(N, 3, side, side)` in [0, 1], the side to which they were scaled, and the left and top edges of the
        cuts in pixels of the scaled crops.
    """
    stored = pixels.shape[1]
    # One scale for the whole batch, so that it is resized at once; each crop has its own shift.
    scaled = int(random.integers(side + (stored - side) // 2, stored + (stored - side) // 4 + 1))
    left, top = random.integers(0, scaled - side + 1, (2, len(pixels)))
    pictures = to_unit(pixels)
    if scaled != stored:
        pictures = F.interpolate(pictures, size=(scaled, scaled), mode="bicubic", antialias=True).clamp(0, 1)
    moved = [
        picture[:, y : y + side, x : x + side].flip(2) if flip else picture[:, y : y + side, x : x + side]
        for picture, x, y, flip in zip(pictures, left, top, flipped, strict=True)
    ]
    return torch.stack(moved), scaled, left, top


def _moved_box(
    box: NDArray[np.float32],
    scaled: int,
    left: NDArray[np.int64],
    top: NDArray[np.int64],
    side: int,
    flipped: NDArray[np.bool_],
) -> Tensor:
    """Convert boxes `(N, 4)` from shares of the stored crops' side to shares of the crops returned by `_moved`."""
    moved = torch.from_numpy(box * scaled - np.stack([left, top, left, top], axis=1))
    return (torch.where(torch.from_numpy(flipped)[:, None], mirrored(moved, side), moved) / side).float()


def _direct(crops: Crops, preset: GanPreset) -> NDArray[np.bool_]:
    return crops.sharp | (crops.size * (1 + preset.context) > preset.enlarged_to)


def _recoloured(random: np.random.Generator, crops: Tensor) -> Tensor:
    """Change brightness and contrast of crops `(N, 3, S, S)` in [0, 1] at random."""
    contrast = torch.from_numpy(random.uniform(0.7, 1.3, (len(crops), 1, 1, 1))).float()
    light = torch.from_numpy(random.uniform(-0.1, 0.1, (len(crops), 1, 1, 1))).float()
    mean = crops.mean(dim=(1, 2, 3), keepdim=True)
    return ((crops - mean) * contrast + mean + light).clamp(0, 1)
