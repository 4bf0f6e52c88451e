"""MB-FCN on pictures of any size: scales, overlapping tiles, one NMS; memory stays bounded."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tinyface_core.boxes import clip, decode, tiles
from tinyface_core.detector.anchors import branches_from, grid_size, make_anchors
from tinyface_core.detector.growth import detector_network
from tinyface_core.detector.joining import Candidates, joined
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.detector.pyramid import STANDARD, Pyramid
from tinyface_core.device import choose_device, is_out_of_memory, working_type
from tinyface_core.folding import folded
from tinyface_core.presets import BranchPreset
from tinyface_core.types import CancelToken, Progress, Proposal, RgbImage, stop_if_asked
from tinyface_core.weights import Manifest, WeightsEntry, WeightsError

_PADDING = 127
_SMALLEST_TILE = 512
_MULTIPLE = 32


@dataclass(frozen=True, slots=True)
class _Place:
    """A tile of a scaled copy: where it lies, and which centres and sizes are its own, in pixels of the copy."""

    scale: float
    box: tuple[int, int, int, int]
    core: tuple[float, float, float, float]
    smallest: float
    largest: float
    finest_stride: int


class MBFCNDetector:
    """The default detector; see `tinyface_core.detector.registry.Detector`."""

    def __init__(
        self,
        model: MBFCN,
        device: torch.device,
        name: str = "mbfcn",
        digest: str = "",
        pyramid: Pyramid = STANDARD,
    ) -> None:
        """Take a trained network over for searching.

        Args:
            model: trained network, of which a folded copy is used.
            device: where it runs.
            name: for the result.
            digest: SHA-256 of the weights, for the result.
            pyramid: copies of the picture that are searched.
        """
        self.name, self.digest = name, digest
        self._preset, self._device, self._pyramid = model.preset, device, pyramid
        self._model = folded(model).to(device, working_type(device), memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._tile = model.preset.tile
        self._fell_back = False

    @property
    def device(self) -> torch.device:
        """Where the network runs."""
        return self._device

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the user: what is done otherwise since memory ran out."""
        said: tuple[str, ...] = ()
        if self._tile < self._preset.tile:
            said += (f"Memory ran out: the picture was searched in tiles of {self._tile} pixels.",)
        if self._fell_back:
            said += ("Memory of the accelerator ran out: the picture was searched on the processor.",)
        return said

    def propose(self, images: Sequence[RgbImage], cancel: CancelToken | None = None) -> list[list[Proposal]]:
        """See `Detector`."""
        return [self.propose_in_pieces(image, cancel) for image in images]

    def propose_in_pieces(
        self, image: RgbImage, cancel: CancelToken | None = None, progress: Progress | None = None
    ) -> list[Proposal]:
        """See `PiecewiseDetector`."""
        while True:
            try:
                return self._search(image, cancel, progress)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
            # Outside of the handler, where the error no longer holds on to the memory.
            self._give_way()

    def _give_way(self) -> None:
        if self._tile > _SMALLEST_TILE:
            self._tile = max(_SMALLEST_TILE, self._tile // 2)
        elif self._device.type != "cpu":
            self._device = torch.device("cpu")
            self._model = self._model.to(self._device, working_type(self._device))
            self._fell_back = True
        else:
            raise MemoryError("There is not enough memory to search this picture: close other programs.")

    def _search(self, image: RgbImage, cancel: CancelToken | None, progress: Progress | None) -> list[Proposal]:
        found: list[list[Candidates]] = [[] for _ in self._pyramid]
        places = list(self._places(image.shape[1], image.shape[0]))
        for number, (level, place) in enumerate(places, 1):
            stop_if_asked(cancel, "The search was cancelled.")
            found[level].append(self._search_place(image, place))
            if progress is not None:
                progress("detect", number, len(places))
        levels = [_inside(Candidates.together(parts), image.shape[1], image.shape[0]) for parts in found]
        # A picture of many tiles may hold many crowds: each tile's area has a right to as many proposals.
        areas = math.ceil(image.shape[0] * image.shape[1] / self._preset.tile**2)
        limit = self._preset.proposals * max(1, areas)
        return joined(levels, self._pyramid, self._preset.nms_iou, self._preset.score_floor, limit).as_proposals()

    def _places(self, width: int, height: int) -> Iterator[tuple[int, _Place]]:
        """Where a picture of this size is searched, with the number of the pyramid's level that it belongs to.

        Tiles of every scale, then, as part of the smallest copy, the whole of a large picture.
        """
        overlap = min(self._preset.tile_overlap, self._tile // 2)
        for number, level in enumerate(self._pyramid):
            scale = level.scale
            scaled_width, scaled_height = max(1, round(width * scale)), max(1, round(height * scale))
            largest = level.largest * scale
            if max(scaled_height, scaled_width) > self._tile:
                largest = min(largest, overlap)
            for x1, y1, x2, y2 in tiles(scaled_width, scaled_height, self._tile, overlap, _MULTIPLE):
                # A face belongs to the tile whose core holds its centre; it lies whole in that
                # tile, because the core ends half an overlap before the tile does.
                margin = overlap / 2
                core = (
                    x1 + margin if x1 else -np.inf,
                    y1 + margin if y1 else -np.inf,
                    x2 - margin if x2 < scaled_width else np.inf,
                    y2 - margin if y2 < scaled_height else np.inf,
                )
                box = (x1, y1, x2, y2)
                yield number, _Place(scale, box, core, level.smallest * scale, largest, level.finest_stride)
        number, coarsest = min(enumerate(self._pyramid), key=lambda level: level[1].scale)
        whole = self._tile / max(height, width)
        if whole < coarsest.scale:
            # Faces that are too large for the tiles of the smallest copy, and an octave of those that are not.
            smallest = overlap / coarsest.scale / 2
            box = (0, 0, max(1, round(width * whole)), max(1, round(height * whole)))
            everywhere = (-np.inf, -np.inf, np.inf, np.inf)
            yield number, _Place(whole, box, everywhere, smallest * whole, np.inf, coarsest.finest_stride)

    @torch.inference_mode()
    def _search_place(self, image: RgbImage, place: _Place) -> Candidates:
        """What one place shows of the sizes that it answers for, before suppression, on the CPU."""
        pixels = _pad(_pixels_at(image, place.scale, place.box))
        picture = torch.from_numpy(pixels).to(self._device).permute(2, 0, 1)[None]
        # Whole numbers up to 255 lose nothing in 16 bits, and a large picture takes half the memory.
        picture = picture.to(working_type(self._device), memory_format=torch.channels_last)
        logits, deltas = self._model(picture, place.finest_stride)
        branches = branches_from(self._preset.branches, place.finest_stride)
        anchors, strides = _anchors(branches, pixels.shape[0], pixels.shape[1])
        scores = logits[0].float().sigmoid().cpu()
        chosen = (scores > self._preset.score_floor).nonzero()[:, 0]
        # Far more than can survive NMS; bounds the time on a picture that is all texture.
        if len(chosen) > 10 * self._preset.proposals:
            chosen = chosen[scores[chosen].topk(10 * self._preset.proposals).indices]
        boxes = decode(deltas[0].float().cpu()[chosen], anchors[chosen])
        left, top = place.box[:2]
        boxes += torch.tensor([left, top, left, top])
        centre, side = (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).amax(dim=1)
        x1, y1, x2, y2 = place.core
        own = (centre[:, 0] >= x1) & (centre[:, 0] < x2) & (centre[:, 1] >= y1) & (centre[:, 1] < y2)
        own &= (side >= place.smallest) & (side < place.largest)
        return Candidates(boxes[own] / place.scale, scores[chosen][own], strides[chosen][own])


def _inside(candidates: Candidates, width: int, height: int) -> Candidates:
    """Candidates cut to the picture, without those of which less than a pixel is left."""
    boxes = clip(candidates.boxes, width, height)
    solid = (boxes[:, 2:] - boxes[:, :2]).amin(dim=1) >= 1
    return Candidates(boxes, candidates.scores, candidates.strides).take(solid)


def load_mbfcn(manifest: Manifest, entry: WeightsEntry, device: str, pyramid: Pyramid = STANDARD) -> MBFCNDetector:
    """The detector of an entry of the manifest.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device.
    """
    tensors = manifest.tensors(entry)
    try:
        model = detector_network(tensors, entry.preset)
    except WeightsError as error:
        raise WeightsError(f"The weights {entry.name} do not fit the preset {entry.preset}.") from error
    return MBFCNDetector(model, choose_device(device), entry.name, entry.sha256, pyramid)


def _pixels_at(image: RgbImage, scale: float, box: tuple[int, int, int, int]) -> RgbImage:
    """Part `box` of the copy of a picture at a scale, without making the whole copy where it would be larger."""
    x1, y1, x2, y2 = box
    if scale == 1:
        return image[y1:y2, x1:x2]
    from tinyface_core.opencv import cv2

    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if scale < 1:
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)[y1:y2, x1:x2]
    if box == (0, 0, *size):
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), np.uint8)
    # Cubic interpolation looks two pixels past the window.
    left, top = max(0, math.floor(x1 / scale) - 3), max(0, math.floor(y1 / scale) - 3)
    window = image[top : math.ceil(y2 / scale) + 3, left : math.ceil(x2 / scale) + 3]
    # Pixel x of the copy lies at (x + 0.5) / scale - 0.5 of the picture.
    back = np.array(
        [
            [1 / scale, 0, (x1 + 0.5) / scale - 0.5 - left],
            [0, 1 / scale, (y1 + 0.5) / scale - 0.5 - top],
        ]
    )
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    enlarged = cv2.warpAffine(window, back, (x2 - x1, y2 - y1), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(enlarged, np.uint8)


def _pad(pixels: RgbImage) -> RgbImage:
    height, width = (-(-side // _MULTIPLE) * _MULTIPLE for side in pixels.shape[:2])
    padded = np.full((height, width, 3), _PADDING, np.uint8)
    padded[: pixels.shape[0], : pixels.shape[1]] = pixels
    return padded


def _anchors(branches: Sequence[BranchPreset], height: int, width: int) -> tuple[Tensor, Tensor]:
    """Anchors `(A, 3)` and the stride `(A,)` of the branch of each."""
    counts = []
    for branch in branches:
        rows, columns = grid_size(branch, height, width)
        counts.append(rows * columns * len(branch.anchors))
    strides = torch.tensor([branch.stride for branch in branches]).repeat_interleave(torch.tensor(counts))
    return make_anchors(branches, height, width), strides
