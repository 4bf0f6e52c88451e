"""How well upscalers restore faces: likeness to the real pixels, and whether a detector finds the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from tinyface_core.boxes import iou_matrix, longer_side, square_rois
from tinyface_core.datasets.annotations import AnnotatedPicture, TellUnreadable, with_pixels
from tinyface_core.detector.registry import Detector
from tinyface_core.evaluation.bootstrap import Interval, percentile_interval, resampling_weights
from tinyface_core.evaluation.curves import Floats
from tinyface_core.evaluation.similarity import MEASURES, Crops, Measure
from tinyface_core.media.images import save_png
from tinyface_core.search.proposals import propose
from tinyface_core.types import CancelToken, RgbImage, UserError, stop_if_asked
from tinyface_core.upscalers.registry import Upscaler

PADDING = 127
"""Grey round a crop that a detector looks at, as outside of a picture in its training."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutFaces:
    """Faces to restore.

    Attributes:
        high: real pixels, RGB uint8 `(N, S, S, 3)`.
        low: the same, reduced, RGB uint8 `(N, S / factor, S / factor, 3)`.
        boxes: `(N, 4)` xyxy of the face in pixels of `high`.
        factor: of the reduction.
    """

    high: Crops
    low: Crops
    boxes: Floats
    factor: int


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
        found: share of the enlarged faces that the detector finds, None without a detector.
        milliseconds: per face.
    """

    name: str
    figures: Mapping[str, Figure]
    found: Figure | None
    milliseconds: float


def reduce_crops(crops: Crops, factor: int) -> Crops:
    """Crops reduced by antialiased bicubic interpolation, the paper's degradation (section 4.2)."""
    side = crops.shape[1] // factor
    small = [np.asarray(Image.fromarray(crop).resize((side, side), Image.Resampling.BICUBIC)) for crop in crops]
    return np.stack(small)


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
    load: Callable[[Path], RgbImage],
    side: int = 64,
    factor: int = 4,
    context: float = 0.4,
    limit: int | None = None,
    seed: int = 0,
    reduce: Callable[[Crops, int], Crops] = reduce_crops,
    unreadable: TellUnreadable | None = None,
) -> HeldOutFaces:
    """Faces that are large enough to have real pixels to compare with.

    Args:
        pictures: that no upscaler was trained on.
        load: reads one picture's RGB pixels.
        side: of the crops in pixels; faces whose longer side is less, and ignored ones, are left out.
        factor: of the reduction.
        context: share of the box's side that is added round it.
        limit: at most so many faces, drawn by `seed`; None takes all.
        seed: of the draw.
        reduce: makes `HeldOutFaces.low` of the real pixels and the factor.
        unreadable: told of pictures that cannot be read, whose faces are left out; see `with_pixels`.

    Raises:
        UserError: if no face is large enough, or a picture cannot be read, without `unreadable`; if none can.
    """
    from tinyface_core.rois import cut_rois

    large = [
        (number, face)
        for number, picture in enumerate(pictures)
        for face in np.flatnonzero(~picture.ignored & (longer_side(picture.boxes) >= side))
    ]
    if not large:
        raise UserError(f"None of the faces is {side} pixels or larger: there is nothing to compare with.")
    if limit is not None and limit < len(large):
        chosen = np.sort(np.random.default_rng(seed).permutation(len(large))[:limit])
        large = [large[row] for row in chosen]
    crops, boxes = [], []
    numbers = sorted({number for number, _ in large})
    faces = {number: [face for owner, face in large if owner == number] for number in numbers}
    shown = [replace(pictures[number], boxes=pictures[number].boxes[faces[number]]) for number in numbers]
    for picture, pixels in with_pixels(shown, load, unreadable):
        rois = square_rois(picture.boxes, context)
        crops.append(cut_rois(pixels, rois, side))
        scale = side / (rois[:, 2] - rois[:, 0])
        boxes.append((picture.boxes - np.tile(rois[:, :2], 2)) * scale[:, None])
    if not crops:
        raise UserError(f"None of the {len(numbers)} pictures with large faces can be read: choose others.")
    high = np.concatenate(crops)
    return HeldOutFaces(high, reduce(high, factor), np.concatenate(boxes).astype(np.float64), factor)


def evaluate_upscaler(
    upscaler: Upscaler,
    faces: HeldOutFaces,
    measures: Sequence[Measure] = (MEASURES["psnr"], MEASURES["ssim"]),
    detector: Detector | None = None,
    batch: int = 32,
    rounds: int = 1000,
    seed: int = 0,
    cancel: CancelToken | None = None,
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
        seed: of the resampling.
        cancel: asked before each batch.

    Raises:
        Cancelled: soon after `cancel` is set.
        ValueError: if the upscaler gives another shape than that of the real pixels.
    """
    upscaler.enlarge(faces.low[:batch], faces.factor)
    parts, seconds = [], 0.0
    for start in range(0, len(faces.low), batch):
        stop_if_asked(cancel, "The evaluation was cancelled.")
        begun = time.perf_counter()
        parts.append(upscaler.enlarge(faces.low[start : start + batch], faces.factor))
        seconds += time.perf_counter() - begun
    enlarged = np.concatenate(parts)
    weights = resampling_weights(len(enlarged), rounds, seed) / len(enlarged)

    def figure(values: Floats) -> Figure:
        return Figure(float(values.mean()), percentile_interval(weights @ values))

    result = RestorationResult(
        name=upscaler.name,
        figures={measure.name: figure(measure.compare(faces.high, enlarged)) for measure in measures},
        found=None if detector is None else figure(found_faces(detector, enlarged, faces.boxes)),
        milliseconds=seconds * 1000 / len(enlarged),
    )
    return result, enlarged


def found_faces(detector: Detector, crops: Crops, boxes: Floats, least_score: float = 0.5) -> Floats:
    """Which faces a detector finds in crops framed by grey of half their side: 1 or 0 `(N,)`.

    A face is found if a candidate with at least `least_score` overlaps its box `(N, 4)`, xyxy in pixels
    of the crop, by an IoU of 0.5.
    """
    frame = crops.shape[1] // 2
    found = np.zeros(len(crops))
    for number, (crop, box) in enumerate(zip(crops, boxes, strict=True)):
        framed = np.pad(crop, ((frame, frame), (frame, frame), (0, 0)), constant_values=PADDING)
        proposed = propose(detector, framed)
        sure = proposed.take(proposed.scores >= least_score)
        found[number] = (iou_matrix(sure.boxes, box[None] + frame) >= 0.5).any()
    return found


def contact_sheet(path: Path, faces: HeldOutFaces, enlarged: dict[str, Crops], rows: int = 12) -> None:
    """Write a PNG: one row a face; from left to right what went in, every upscaler's result, the real pixels."""
    side, gap, header = faces.high.shape[1], 6, 18
    entered = faces.low.repeat(faces.factor, axis=1).repeat(faces.factor, axis=2)
    columns = {"low resolution": entered, **enlarged, "real pixels": faces.high}
    wide = max(side, 96)
    rows = min(rows, len(faces.high))
    sheet = Image.new("RGB", (gap + len(columns) * (wide + gap), header + gap + rows * (side + gap)), "white")
    draw = ImageDraw.Draw(sheet)
    for column, (name, crops) in enumerate(columns.items()):
        left = gap + column * (wide + gap)
        draw.text((left, 4), name, fill="black")
        for row in range(rows):
            sheet.paste(Image.fromarray(crops[row]), (left, header + gap + row * (side + gap)))
    save_png(path, np.asarray(sheet))
