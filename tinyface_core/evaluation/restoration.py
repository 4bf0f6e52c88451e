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
from tinyface_core.evaluation.curves import Floats
from tinyface_core.evaluation.picture_sets import SET_MEASURES, reduce_crops, wave_psnr
from tinyface_core.evaluation.similarity import MEASURES, Crops, Measure
from tinyface_core.media.saving import save_png
from tinyface_core.search.proposals import propose
from tinyface_core.types import UserError
from tinyface_core.upscalers.registry import Upscaler, spared_seconds
from tinyface_core.upscalers.spread import measured_spread

FACTOR = 4
"""Of the reduction."""

PADDING = 127
"""Grey round a crop that a detector looks at, as outside of a picture in its training."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutFaces:
    """Faces to restore.

    Attributes:
        high: real pixels, RGB uint8 `(N, S, S, 3)`.
        low: the same, reduced, RGB uint8 `(N, S / FACTOR, S / FACTOR, 3)`.
        boxes: `(N, 4)` xyxy of the face in pixels of `high`.
    """

    high: Crops
    low: Crops
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
        name: of the upscaler.
        figures: by name of the measure.
        sets: by name of the figure, of all crops together (`picture_sets`); "wave" is of a smooth
            wave, "spread" the correlation of `spread_correlation`.
        found: share of the enlarged faces that the detector finds, None without a detector.
        milliseconds: per face.
    """

    name: str
    figures: Mapping[str, Figure]
    sets: Mapping[str, float]
    found: Figure | None
    milliseconds: float


def photo_crops(crops: Crops, factor: int) -> Crops:
    """Crops as small as photos show them, blurred, noisy and compressed, then brought to one size (`Degradation`).

    The same crops give the same pixels every time.
    """
    import torch

    from tinyface_core.crop_tensors import to_pixels, to_unit
    from tinyface_core.datasets.degradation import Degradation

    return to_pixels(Degradation(factor, photos=1.0)(to_unit(crops), torch.Generator().manual_seed(0)))


def held_out_faces(
    pictures: Sequence[AnnotatedPicture],
    side: int = 64,
    context: float = 0.4,
    limit: int | None = None,
    seed: int = 0,
    reduce: Callable[[Crops, int], Crops] = reduce_crops,
    unreadable: TellUnreadable | None = None,
) -> HeldOutFaces:
    """Faces that are large enough to have real pixels to compare with.

    Args:
        pictures: that no upscaler was trained on.
        side: of the crops in pixels; faces that with their context are smaller, and ignored ones, are left out.
        context: share of the box's side that is added round it.
        limit: at most so many faces, drawn by `seed`; None takes all.
        seed: of the draw.
        reduce: makes `HeldOutFaces.low` of the real pixels and `FACTOR`.
        unreadable: told of pictures that cannot be read, whose faces are left out; see `with_pixels`.

    Raises:
        UserError: if no face is large enough, or a picture cannot be read, without `unreadable`; if none can.
    """
    from tinyface_core.rois import cut_rois

    large = [
        (number, face)
        for number, picture in enumerate(pictures)
        for face in np.flatnonzero(~picture.ignored & (longer_side(picture.boxes) * (1 + context) >= side))
    ]
    if not large:
        least = math.ceil(side / (1 + context))
        raise UserError(f"None of the faces is {least} pixels or larger: there is nothing to compare with.")
    if limit is not None and limit < len(large):
        chosen = np.sort(np.random.default_rng(seed).permutation(len(large))[:limit])
        large = [large[row] for row in chosen]
    crops, boxes = [], []
    numbers = sorted({number for number, _ in large})
    faces = {number: [face for owner, face in large if owner == number] for number in numbers}
    shown = [replace(pictures[number], boxes=pictures[number].boxes[faces[number]]) for number in numbers]
    for picture, pixels in with_pixels(shown, unreadable):
        rois = square_rois(picture.boxes, context)
        crops.append(cut_rois(pixels, rois, side))
        scale = side / (rois[:, 2] - rois[:, 0])
        boxes.append((picture.boxes - np.tile(rois[:, :2], 2)) * scale[:, None])
    if not crops:
        raise UserError(f"None of the {len(numbers)} pictures with large faces can be read: choose others.")
    high = np.concatenate(crops)
    return HeldOutFaces(high, reduce(high, FACTOR), np.concatenate(boxes).astype(np.float64))


def evaluate_upscaler(
    upscaler: Upscaler,
    faces: HeldOutFaces,
    measures: Sequence[Measure] = (MEASURES["psnr"], MEASURES["ssim"]),
    detector: Detector | None = None,
    batch: int = 32,
    rounds: int = 1000,
    guessed: int = 0,
) -> tuple[RestorationResult, Crops]:
    """One upscaler's figures, and what it made of the faces.

    Args:
        upscaler: to measure.
        faces: to restore.
        measures: of likeness to the real pixels.
        detector: looks for every enlarged face, if there is one.
        batch: crops that are enlarged together; the first batch is done twice, so that the time is that
            of a warm network.
        rounds: of the resampling over faces.
        guessed: of so many faces the spread (`upscalers.spread`) is compared with the true error.

    Raises:
        ValueError: if the upscaler gives another shape than that of the real pixels.
    """
    upscaler.enlarge(faces.low[:batch], FACTOR)
    parts, seconds = [], 0.0
    for start in range(0, len(faces.low), batch):
        begun = time.perf_counter()
        parts.append(upscaler.enlarge(faces.low[start : start + batch], FACTOR))
        seconds += time.perf_counter() - begun + spared_seconds(upscaler)
    enlarged = np.concatenate(parts)
    weights = resampling_weights(len(enlarged), rounds, seed=0) / len(enlarged)

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


def spread_correlation(upscaler: Upscaler, faces: HeldOutFaces, enlarged: Crops, count: int) -> float:
    """Spearman's correlation of how far faces are guessed with how far they are from the real pixels, of `count` faces.

    The true error is the root of the mean squared difference over the face's pixels.
    """
    from scipy.stats import spearmanr

    rows = np.linspace(0, len(faces.low) - 1, min(count, len(faces.low))).round().astype(int)
    guesses = [measured_spread(upscaler, faces.low[row], FACTOR).number for row in rows]
    errors = [np.sqrt(np.mean((enlarged[row].astype(np.float64) - faces.high[row]) ** 2)) for row in rows]
    return float(spearmanr(guesses, errors).statistic)


def _set_figures(faces: HeldOutFaces, enlarged: Crops) -> dict[str, float]:
    figures = {}
    for measure in SET_MEASURES:
        with suppress(ModuleNotFoundError), np.errstate(divide="ignore", invalid="ignore"):
            figures[measure.name] = measure.compare(faces.high, faces.low, enlarged)
    # One face is no set, and a plain surface has no grid.
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def found_faces(detector: Detector, crops: Crops, boxes: Floats) -> Floats:
    """Which faces a detector finds in crops framed by grey of half their side: 1 or 0 `(N,)`.

    A face is found if a candidate with a score of at least one half overlaps its box `(N, 4)`, xyxy in pixels of the
    crop, by an IoU of 0.5.
    """
    frame = crops.shape[1] // 2
    found = np.zeros(len(crops))
    for number, (crop, box) in enumerate(zip(crops, boxes, strict=True)):
        framed = np.pad(crop, ((frame, frame), (frame, frame), (0, 0)), constant_values=PADDING)
        proposed = propose(detector, framed)
        sure = proposed.take(proposed.scores >= 0.5)
        found[number] = (iou_matrix(sure.boxes, box[None] + frame) >= 0.5).any()
    return found


def contact_sheet(path: Path, faces: HeldOutFaces, enlarged: dict[str, Crops], rows: int = 16, blocks: int = 4) -> None:
    """Write a PNG: one row a face; from left to right what went in, every upscaler's result, the real pixels.

    The faces are spread over all of them, in up to `blocks` blocks of `rows` side by side.
    """
    side, gap, header = faces.high.shape[1], 4, 18
    entered = faces.low.repeat(FACTOR, axis=1).repeat(FACTOR, axis=2)
    columns = {"small": entered, **enlarged, "real": faces.high}
    shown = min(rows * blocks, len(faces.high))
    chosen = np.linspace(0, len(faces.high) - 1, shown).round().astype(int)
    blocks = -(-shown // rows)
    block = gap + len(columns) * (side + gap)
    sheet = Image.new("RGB", (blocks * (block + 2 * gap), header + gap + min(rows, shown) * (side + gap)), "white")
    draw = ImageDraw.Draw(sheet)
    for column, (name, crops) in enumerate(columns.items()):
        for place, face in enumerate(chosen):
            left = place // rows * (block + 2 * gap) + gap + column * (side + gap)
            sheet.paste(Image.fromarray(crops[face]), (left, header + gap + place % rows * (side + gap)))
            if place % rows == 0:
                draw.text((left, 4), name, fill="black")
    save_png(path, np.asarray(sheet))
