"""Measures upscalers on faces: similarity to the real pixels, and whether a detector finds the result."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tinyface_core.boxes import iou_matrix, longer_side, square_rois
from tinyface_core.datasets.annotations import AnnotatedPicture, TellUnreadable, with_pixels
from tinyface_core.detector.registry import Detector
from tinyface_core.evaluation.bootstrap import Interval, percentile_interval, resampling_weights
from tinyface_core.evaluation.picture_sets import SET_MEASURES, reduce_crops, wave_psnr
from tinyface_core.evaluation.similarity import Measure
from tinyface_core.media.saving import save_png
from tinyface_core.search.proposals import propose
from tinyface_core.search.tiling import Copies
from tinyface_core.types import CropBatch, Floats, UserError
from tinyface_core.upscalers.registry import Upscaler, spared_seconds
from tinyface_core.upscalers.spread import measured_spread

FACTOR = 4
"""Factor by which the real crops are reduced."""

PADDING = 127
"""Grey level around a crop that a detector searches, the same as outside the picture in its training."""

_SIDE, _CONTEXT = 64, 0.4
"""Side of a real crop in pixels, and the share of the box's side that it has as context."""

_BATCH, _ROUNDS = 32, 1000
"""Crops enlarged together, and resamplings of the faces for intervals."""

_ROWS, _MOST_BLOCKS = 16, 4
"""Faces below each other on a contact sheet, and such blocks side by side."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutFaces:
    """Faces to restore.

    Attributes:
        high: real pixels, RGB uint8 `(N, S, S, 3)`.
        low: the same, reduced, RGB uint8 `(N, S / FACTOR, S / FACTOR, 3)`.
        boxes: `(N, 4)` xyxy of the face in pixels of `high`.
    """

    high: CropBatch
    low: CropBatch
    boxes: Floats


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over the faces, and its interval over resampled faces."""

    mean: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class RestorationResult:
    """One upscaler's figures.

    Attributes:
        figures: by name of the measure.
        sets: figures of all crops together by name (`picture_sets`), also "wave" (`wave_psnr`) and "spread"
            (`spread_correlation`).
        found: share of the enlarged faces that the detector finds, None without a detector.
        milliseconds: per face.
    """

    name: str
    figures: Mapping[str, Figure]
    sets: Mapping[str, float]
    found: Figure | None
    milliseconds: float


def photo_crops(crops: CropBatch, factor: int) -> CropBatch:
    """Crops reduced as in real photos: blurred, noisy, compressed (`Degradation`); deterministic."""
    import torch

    from tinyface_core.crop_tensors import to_pixels, to_unit
    from tinyface_core.datasets.degradation import Degradation

    return to_pixels(Degradation(factor, photos=1.0)(to_unit(crops), torch.Generator().manual_seed(0)))


def held_out_faces(
    pictures: Sequence[AnnotatedPicture],
    limit: int | None = None,
    seed: int = 0,
    reduce: Callable[[CropBatch, int], CropBatch] = reduce_crops,
    unreadable: TellUnreadable | None = None,
) -> HeldOutFaces:
    """Faces that are large enough to have real pixels to compare with: 64 pixels, including their context.

    At most `limit` are drawn at random, of pictures that no upscaler was trained on; ignored ones are skipped. `reduce`
    computes `HeldOutFaces.low` from the real pixels and `FACTOR`; for `unreadable` see `with_pixels`.

    Raises:
        UserError: if no face is large enough, if no picture can be read, or without `unreadable` if any cannot.
    """
    from tinyface_core.rois import cut_rois

    large = [
        (number, face)
        for number, picture in enumerate(pictures)
        for face in np.flatnonzero(~picture.ignored & (longer_side(picture.boxes) * (1 + _CONTEXT) >= _SIDE))
    ]
    if not large:
        least = math.ceil(_SIDE / (1 + _CONTEXT))
        raise UserError(f"None of the faces is {least} pixels or larger: there is nothing to compare with.")
    if limit is not None and limit < len(large):
        chosen = np.sort(np.random.default_rng(seed).permutation(len(large))[:limit])
        large = [large[row] for row in chosen]
    crops, boxes = [], []
    numbers = sorted({number for number, _ in large})
    faces = {number: [face for owner, face in large if owner == number] for number in numbers}
    shown = [replace(pictures[number], boxes=pictures[number].boxes[faces[number]]) for number in numbers]
    for picture, pixels in with_pixels(shown, unreadable):
        rois = square_rois(picture.boxes, _CONTEXT)
        crops.append(cut_rois(pixels, rois, _SIDE))
        scale = _SIDE / (rois[:, 2] - rois[:, 0])
        boxes.append((picture.boxes - np.tile(rois[:, :2], 2)) * scale[:, None])
    if not crops:
        raise UserError(f"None of the {len(numbers)} pictures with large faces can be read: choose others.")
    high = np.concatenate(crops)
    return HeldOutFaces(high, reduce(high, FACTOR), np.concatenate(boxes).astype(np.float64))


def evaluate_upscaler(
    upscaler: Upscaler,
    faces: HeldOutFaces,
    measures: Sequence[Measure],
    detector: Detector | None = None,
    guessed: int = 0,
) -> tuple[RestorationResult, CropBatch]:
    """Measure one upscaler; returns its figures and the enlarged faces.

    The detector, if given, searches every enlarged face. The spread (`upscalers.spread`) of so many faces is compared
    with the true error.

    Raises:
        ValueError: if the upscaler's result has another shape than the real pixels.
    """
    upscaler.enlarge(faces.low[:_BATCH], FACTOR)  # warm-up, so that its cost is not measured
    parts, seconds = [], 0.0
    for start in range(0, len(faces.low), _BATCH):
        begun = time.perf_counter()
        parts.append(upscaler.enlarge(faces.low[start : start + _BATCH], FACTOR))
        seconds += time.perf_counter() - begun + spared_seconds(upscaler)
    enlarged = np.concatenate(parts)
    weights = resampling_weights(len(enlarged), _ROUNDS, seed=0) / len(enlarged)

    def figure(values: Floats) -> Figure:
        return Figure(float(values.mean()), percentile_interval(weights @ values))

    sets = _set_figures(faces, enlarged) | {"wave": wave_psnr(upscaler, FACTOR)}
    if guessed:
        sets["spread"] = spread_correlation(upscaler, faces, enlarged, guessed)
    result = RestorationResult(
        name=upscaler.name,
        figures={measure.name: figure(measure.compare(faces.high, enlarged)) for measure in measures},
        sets=sets,
        found=None if detector is None else figure(found_faces(detector, enlarged, faces.boxes)),
        milliseconds=seconds * 1000 / len(enlarged),
    )
    return result, enlarged


def spread_correlation(upscaler: Upscaler, faces: HeldOutFaces, enlarged: CropBatch, count: int) -> float:
    """Spearman correlation of the spread of `count` faces with their true error (root mean square over pixels)."""
    from scipy.stats import spearmanr

    rows = np.linspace(0, len(faces.low) - 1, min(count, len(faces.low))).round().astype(int)
    guesses = [measured_spread(upscaler, faces.low[row], FACTOR).number for row in rows]
    errors = [np.sqrt(np.mean((enlarged[row].astype(np.float64) - faces.high[row]) ** 2)) for row in rows]
    return float(spearmanr(guesses, errors).statistic)


def _set_figures(faces: HeldOutFaces, enlarged: CropBatch) -> dict[str, float]:
    figures = {}
    for measure in SET_MEASURES:
        with suppress(ModuleNotFoundError), np.errstate(divide="ignore", invalid="ignore"):
            figures[measure.name] = measure.compare(faces.high, faces.low, enlarged)
    # Some measures are not finite for a single face or a uniform surface.
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def found_faces(detector: Detector, crops: CropBatch, boxes: Floats) -> Floats:
    """Whether a detector finds each face, 1 or 0 `(N,)`; crops are padded with grey by half their side.

    A face is found if a candidate with a score of at least 0.5 has an IoU of at least 0.5 with its box `(N, 4)`, xyxy
    in pixels of the crop.
    """
    frame = crops.shape[1] // 2
    found = np.zeros(len(crops))
    for number, (crop, box) in enumerate(zip(crops, boxes, strict=True)):
        framed = np.pad(crop, ((frame, frame), (frame, frame), (0, 0)), constant_values=PADDING)
        proposed = propose(detector, Copies(framed)).faces
        sure = proposed.take(proposed.scores >= 0.5)
        found[number] = (iou_matrix(sure.boxes, box[None] + frame) >= 0.5).any()
    return found


def contact_sheet(path: Path, faces: HeldOutFaces, enlarged: dict[str, CropBatch]) -> None:
    """Write a PNG with one row per face: the input, the result of every upscaler, the real pixels.

    It shows up to 64 faces, evenly spread over all of them.
    """
    side, gap, header = faces.high.shape[1], 4, 18
    entered = faces.low.repeat(FACTOR, axis=1).repeat(FACTOR, axis=2)
    columns = {"small": entered, **enlarged, "real": faces.high}
    shown = min(_ROWS * _MOST_BLOCKS, len(faces.high))
    chosen = np.linspace(0, len(faces.high) - 1, shown).round().astype(int)
    blocks = -(-shown // _ROWS)
    block = gap + len(columns) * (side + gap)
    sheet = Image.new("RGB", (blocks * (block + 2 * gap), header + gap + min(_ROWS, shown) * (side + gap)), "white")
    draw = ImageDraw.Draw(sheet)
    for column, (name, crops) in enumerate(columns.items()):
        for place, face in enumerate(chosen):
            left = place // _ROWS * (block + 2 * gap) + gap + column * (side + gap)
            sheet.paste(Image.fromarray(crops[face]), (left, header + gap + place % _ROWS * (side + gap)))
            if place % _ROWS == 0:
                draw.text((left, 4), name, fill="black")
    save_png(path, np.asarray(sheet))
