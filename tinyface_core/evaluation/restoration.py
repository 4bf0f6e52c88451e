"""How well upscalers restore faces: PSNR and SSIM against the real pixels, and whether a detector finds the result.

Learned distances (LPIPS, DISTS) are left out: the packages that compute them fetch their backbone's weights
from the network when they are used.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.detector.registry import Detector
from tinyface_core.evaluation.bootstrap import percentile_interval, resampling_weights
from tinyface_core.evaluation.curves import Floats
from tinyface_core.files import replacing
from tinyface_core.types import Cancelled, CancelToken, RgbImage
from tinyface_core.upscalers.registry import Upscaler

Crops = NDArray[np.uint8]
"""RGB crops `(N, S, S, 3)`, uint8."""

PADDING = 127
"""Grey round a crop that a detector looks at, as outside of a picture in its training."""


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutFaces:
    """Faces to restore.

    Attributes:
        high: real pixels, RGB uint8 `(N, S, S, 3)`.
        low: the same, reduced by bicubic interpolation, RGB uint8 `(N, S / factor, S / factor, 3)`.
        boxes: `(N, 4)` xyxy of the face in pixels of `high`.
        factor: of the reduction.
    """

    high: Crops
    low: Crops
    boxes: Floats
    factor: int


@dataclass(frozen=True, slots=True)
class RestorationResult:
    """One upscaler's figures, means over the faces.

    Attributes:
        name: of the upscaler.
        psnr: in dB; psnr_low, psnr_high: 95 % interval over resampled faces.
        ssim: in [-1, 1]; ssim_low, ssim_high: likewise.
        found: share of the enlarged faces that the detector finds, None without a detector.
        milliseconds: per face.
    """

    name: str
    psnr: float
    psnr_low: float
    psnr_high: float
    ssim: float
    ssim_low: float
    ssim_high: float
    found: float | None
    milliseconds: float

    def as_json(self) -> dict[str, object]:
        """All fields as plain JSON values."""
        return asdict(self)


def psnr(reference: Crops, restored: Crops) -> Floats:
    """Peak signal-to-noise ratio `(N,)` in dB over all pixels and channels; infinite for equal crops.

    Raises:
        ValueError: if the shapes differ.
    """
    x, y = _as_float(reference, restored)
    error = ((x - y) ** 2).mean(axis=(1, 2, 3))
    with np.errstate(divide="ignore"):
        decibels: Floats = 10 * np.log10(255.0**2 / error)
    return decibels


def ssim(reference: Crops, restored: Crops) -> Floats:
    """Structural similarity `(N,)` in [-1, 1], mean over channels and over windows that lie wholly inside.

    Gaussian window of 11 x 11 pixels with sigma 1.5, K1 = 0.01, K2 = 0.03, covariances divided by the
    window's weight (Wang et al., Image Quality Assessment: From Error Visibility to Structural Similarity,
    IEEE TIP 2004).

    Raises:
        ValueError: if the shapes differ or a crop is smaller than the window.
    """
    x, y = _as_float(reference, restored)
    if min(x.shape[1:3]) < 11:
        raise ValueError(f"SSIM needs crops of at least 11 x 11 pixels, not {x.shape[2]} x {x.shape[1]}.")
    mean_x, mean_y = _window_mean(x), _window_mean(y)
    variance_x = _window_mean(x * x) - mean_x**2
    variance_y = _window_mean(y * y) - mean_y**2
    covariance = _window_mean(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    scale = (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    values: Floats = (likeness / scale).mean(axis=(1, 2, 3))
    return values


def reduce_crops(crops: Crops, factor: int) -> Crops:
    """Crops reduced by antialiased bicubic interpolation, the paper's degradation (section 4.2)."""
    side = crops.shape[1] // factor
    small = [np.asarray(Image.fromarray(crop).resize((side, side), Image.Resampling.BICUBIC)) for crop in crops]
    return np.stack(small)


def held_out_faces(
    pictures: Sequence[AnnotatedPicture],
    load: Callable[[Path], RgbImage],
    side: int = 64,
    factor: int = 4,
    context: float = 0.4,
    limit: int | None = None,
    seed: int = 0,
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

    Raises:
        ValueError: if no face is large enough.
    """
    import torch

    from tinyface_core.boxes import square_rois
    from tinyface_core.rois import cut_rois

    large = [
        (number, face)
        for number, picture in enumerate(pictures)
        for face in np.flatnonzero(
            ~picture.ignored & ((picture.boxes[:, 2:] - picture.boxes[:, :2]).max(axis=1) >= side)
        )
    ]
    if not large:
        raise ValueError(f"None of the faces is {side} pixels or larger: there is nothing to compare with.")
    if limit is not None and limit < len(large):
        chosen = np.sort(np.random.default_rng(seed).permutation(len(large))[:limit])
        large = [large[row] for row in chosen]
    crops, boxes = [], []
    for number in sorted({number for number, _ in large}):
        picture = pictures[number]
        chosen_boxes = picture.boxes[[face for owner, face in large if owner == number]]
        rois = square_rois(torch.from_numpy(chosen_boxes), context).numpy()
        crops.append(cut_rois(load(picture.path), rois, side))
        scale = side / (rois[:, 2] - rois[:, 0])
        boxes.append((chosen_boxes - np.tile(rois[:, :2], 2)) * scale[:, None])
    high = np.concatenate(crops)
    return HeldOutFaces(high, reduce_crops(high, factor), np.concatenate(boxes).astype(np.float64), factor)


def evaluate_upscaler(
    upscaler: Upscaler,
    faces: HeldOutFaces,
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
        if cancel is not None and cancel.is_set():
            raise Cancelled("The evaluation was cancelled.")
        begun = time.perf_counter()
        parts.append(upscaler.enlarge(faces.low[start : start + batch], faces.factor))
        seconds += time.perf_counter() - begun
    enlarged = np.concatenate(parts)
    decibels, similarity = psnr(faces.high, enlarged), ssim(faces.high, enlarged)
    weights = resampling_weights(len(enlarged), rounds, seed) / len(enlarged)
    noise, structure = percentile_interval(weights @ decibels), percentile_interval(weights @ similarity)
    result = RestorationResult(
        name=upscaler.name,
        psnr=float(decibels.mean()),
        psnr_low=noise.low,
        psnr_high=noise.high,
        ssim=float(similarity.mean()),
        ssim_low=structure.low,
        ssim_high=structure.high,
        found=None if detector is None else share_found(detector, enlarged, faces.boxes),
        milliseconds=seconds * 1000 / len(enlarged),
    )
    return result, enlarged


def share_found(detector: Detector, crops: Crops, boxes: Floats, least_score: float = 0.5) -> float:
    """Share of faces that a detector finds in crops framed by grey of half their side, in [0, 1].

    A face is found if a candidate with at least `least_score` overlaps its box `(N, 4)`, xyxy in pixels
    of the crop, by an IoU of 0.5.
    """
    frame = crops.shape[1] // 2
    found = 0
    for crop, box in zip(crops, boxes, strict=True):
        framed = np.pad(crop, ((frame, frame), (frame, frame), (0, 0)), constant_values=PADDING)
        (proposals,) = detector.propose([framed])
        found += any(p.score >= least_score and _iou(p.box, tuple(box + frame)) >= 0.5 for p in proposals)
    return found / len(crops)


def contact_sheet(path: Path, faces: HeldOutFaces, enlarged: dict[str, Crops], rows: int = 12) -> None:
    """Write a picture: one row a face; from left to right what went in, every upscaler's result, the real pixels."""
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
    with replacing(path) as part:
        sheet.save(part)


def _as_float(reference: Crops, restored: Crops) -> tuple[Floats, Floats]:
    if reference.shape != restored.shape:
        raise ValueError(f"Crops of shape {restored.shape} cannot be compared with {reference.shape}.")
    return reference.astype(np.float64), restored.astype(np.float64)


def _window_mean(values: Floats) -> Floats:
    """Gaussian means over the 11 x 11 windows wholly inside, along axes 1 and 2."""
    from scipy.ndimage import correlate1d

    offsets = np.arange(-5, 6)
    weights = np.exp(-(offsets**2) / (2 * 1.5**2))
    weights /= weights.sum()
    smooth: Floats = correlate1d(correlate1d(values, weights, axis=1), weights, axis=2)
    return smooth[:, 5:-5, 5:-5]


def _iou(a: Sequence[float], b: Sequence[float]) -> float:
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return width * height / union if union > 0 else 0.0
