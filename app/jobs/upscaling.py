"""Enlarges the crop of one face by several upscalers beside the window; only the newest request counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QThreadPool, Signal

from app.jobs.job import Job
from tinyface_core.types import Cancelled, CancelToken, CropSet, Enlargement, Face, Frame, Progress, RgbImage

if TYPE_CHECKING:
    from tinyface_core.upscalers.registry import Upscaler

REDUCTION = 4
"""How much a face is reduced in test mode: the factor that the generator enlarges by."""


class FaceTooSmall(Exception):
    """A face that has too few pixels to be reduced for a test."""


@dataclass(frozen=True, eq=False)
class ComparisonRequest:
    """One face to enlarge.

    Attributes:
        frame: where it is.
        face: its box in pixels of the frame.
        methods: names of upscalers, and paths of model files, in the order to show.
        device: "auto" or a name that torch knows.
        measure: reduce the face by `REDUCTION` first, so that the truth is known.
    """

    frame: Frame
    face: Face
    methods: tuple[str, ...]
    device: str = "auto"
    measure: bool = False


@dataclass(frozen=True, eq=False)
class Comparison:
    """The enlargements of one face.

    Attributes:
        request: what was asked for.
        crops: the enlargements; in test mode `crops.original` is the reduced face.
        truth: in test mode the face before it was reduced, as large as the enlargements.
        quality: in test mode PSNR in dB and SSIM of each method.
        failures: one sentence for each method that could not run; the others are shown all the same.
    """

    request: ComparisonRequest
    crops: CropSet
    truth: RgbImage | None = None
    quality: dict[str, tuple[float, float]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()


Enlarge = Callable[[Frame, Face, tuple[str, ...], str], CropSet]
"""Enlarges one face of a frame by the named upscalers on a device."""


class CropComparer:
    """Runs upscalers, and keeps the loaded ones between calls; belongs to one worker thread."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, str], Upscaler] = {}

    def __call__(self, frame: Frame, face: Face, methods: tuple[str, ...], device: str) -> CropSet:
        """The crop set of one face."""
        # Imported here: these modules need torch, and this is not the GUI thread.
        from tinyface_core.upscalers.comparison import compare_crops
        from tinyface_core.upscalers.model_file import load_model_file
        from tinyface_core.upscalers.registry import load_upscalers

        for name in methods:
            if (name, device) not in self._loaded:
                self._loaded[name, device] = (
                    load_model_file(Path(name), device) if is_model_file(name) else load_upscalers([name], device)[0]
                )
        return compare_crops(frame, [face.box], [self._loaded[name, device] for name in methods])[0]


class UpscalingQueue(QObject):
    """Takes requests; a newer one ends the one before."""

    ready = Signal(object)
    """A `Comparison`."""
    failed = Signal(str, str)
    """One sentence, details to copy."""
    busy = Signal(bool)

    def __init__(self, enlarge: Enlarge | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._enlarge = enlarge or CropComparer()
        self._pool = QThreadPool(self)
        # One thread: the upscalers are not made to be shared, and the newest request is all that counts.
        self._pool.setMaxThreadCount(1)
        self._job: Job | None = None

    def ask(self, request: ComparisonRequest) -> None:
        """Start on a request, in place of one that may be running; returns at once."""
        self.cancel()

        def work(cancel: CancelToken, _progress: Progress) -> Comparison:
            return compare(request, self._enlarge, cancel)

        job = Job(work, self)
        job.result.connect(self.ready)
        job.failed.connect(self.failed)
        job.done.connect(lambda: self._finish(job))
        self._job = job
        self.busy.emit(True)
        job.start(self._pool)

    def cancel(self) -> None:
        """End the running request, if there is one; nothing more is heard of it."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self.busy.emit(False)

    def stop(self) -> None:
        """End the running request and wait for its thread; at closing."""
        self.cancel()
        self._pool.waitForDone(5000)

    def _finish(self, job: Job) -> None:
        if self._job is job:
            self._job = None
            self.busy.emit(False)
        job.deleteLater()


def compare(request: ComparisonRequest, enlarge: Enlarge, cancel: CancelToken) -> Comparison:
    """Enlarge a face by one method after the other; in test mode reduce it first and measure.

    Raises:
        Cancelled: between two methods.
        FaceTooSmall: in test mode, if the reduced face would be smaller than 8 pixels.
    """
    frame, face, left, top = request.frame, request.face, 0, 0
    if request.measure:
        frame, face, left, top = _reduced(frame, face)
    first = enlarge(frame, face, ("nearest",), request.device)
    failures: list[str] = []
    enlargements: list[Enlargement] = []
    for method in request.methods:
        if cancel.is_set():
            raise Cancelled
        try:
            crops = first if method == "nearest" else enlarge(frame, face, (method,), request.device)
        except Exception as error:  # A method that is broken or not installed must not hide the others.
            failures.append(f"{Path(method).name}: {error}")
            continue
        enlargements.extend(crops.enlargements)
    crops = CropSet(first.roi, first.original, tuple(enlargements))
    if not request.measure or not enlargements:
        return Comparison(request, crops, failures=tuple(failures))
    from tinyface_core.evaluation.similarity import psnr, ssim
    from tinyface_core.rois import cut_rois

    x1, y1, x2, y2 = (REDUCTION * value for value in crops.roi)
    roi = np.array([[x1 + left, y1 + top, x2 + left, y2 + top]], np.float32)
    truth: RgbImage = cut_rois(request.frame.pixels, roi, enlargements[0].pixels.shape[0])[0]
    made = np.stack([enlargement.pixels for enlargement in enlargements])
    true = np.broadcast_to(truth, made.shape)
    figures = zip(psnr(true, made).tolist(), ssim(true, made).tolist(), strict=True)
    quality = {e.method: pair for e, pair in zip(enlargements, figures, strict=True)}
    return Comparison(request, crops, truth, quality, tuple(failures))


def _reduced(frame: Frame, face: Face) -> tuple[Frame, Face, int, int]:
    """The face's surroundings reduced by area, the face in them, and where their corner lay."""
    if face.size < 8 * REDUCTION:
        raise FaceTooSmall(
            f"A face of {face.size:.0f} pixels is too small for a test: choose one of {8 * REDUCTION} or more."
        )
    from tinyface_core.opencv import cv2

    x1, y1, x2, y2 = face.box
    margin = face.size
    # Whole cells of REDUCTION pixels, so that reduced pixels lie exactly over the ones they stand for.
    left, top = (max(int(v - margin), 0) // REDUCTION * REDUCTION for v in (x1, y1))
    width, height = (
        max(min(int(end + margin), limit) - start, REDUCTION) // REDUCTION
        for end, limit, start in ((x2, frame.width, left), (y2, frame.height, top))
    )
    region = frame.pixels[top : top + height * REDUCTION, left : left + width * REDUCTION]
    small: RgbImage = np.asarray(
        cv2.resize(np.ascontiguousarray(region), (width, height), interpolation=cv2.INTER_AREA), np.uint8
    )
    box = (
        (x1 - left) / REDUCTION,
        (y1 - top) / REDUCTION,
        (x2 - left) / REDUCTION,
        (y2 - top) / REDUCTION,
    )
    return Frame(small, frame.source), Face(box, face.score, face.detector_score), left, top


def is_model_file(method: str) -> bool:
    """Whether a method names a model file and not a built-in upscaler."""
    return Path(method).suffix.lower() in (".pth", ".pt", ".safetensors", ".ckpt")
