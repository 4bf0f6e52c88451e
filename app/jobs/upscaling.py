"""Enlarges the crop of one face by several upscalers beside the window; only the newest request counts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.types import Box, Cancelled, CancelToken, CropSet, Enlargement, Face, Frame, RgbImage, UserError

from ..work import LatestJob, Report, Worker

if TYPE_CHECKING:
    from tinyface_core.upscalers.registry import Upscaler

REDUCTION = 4
"""How much a face is reduced in test mode at least: the factor that the generator enlarges by."""

CONTEXT = 0.4
"""Share of a face's longer side that is enlarged with it, as `compare_crops` does."""

LARGEST_REGION = 96
"""Side in pixels of the largest region that is enlarged as it is; larger ones show enough without."""

SMALLEST_MEASURED = 8 * REDUCTION
"""Longer side in pixels of the smallest face that can be reduced, and so measured."""

_LARGEST_REDUCED = 64
_SECONDS_BEFORE_PARTS = 0.1
"""Below this a comparison comes at once: parts of it would only flicker."""


class FaceTooSmall(UserError):
    """A face that has too few pixels to be reduced for a test."""


@dataclass(frozen=True, eq=False)
class ComparisonRequest:
    """One face to enlarge.

    Attributes:
        frame: where it is.
        face: its box in pixels of the frame.
        methods: names of upscalers, and paths of model files, in the order to show.
        device: "auto" or a name that torch knows.
        measure: reduce the face first, so that the truth is known.
        gan: name of the generator's weights; empty takes the default of the manifest.
    """

    frame: Frame
    face: Face
    methods: tuple[str, ...]
    device: str = "auto"
    measure: bool = False
    gan: str = ""

    @property
    def reduction(self) -> int:
        """By how much the face is reduced before it is enlarged: 1 for not at all.

        Of a large face no enlargement is worth seeing, and none would be quick: it is reduced like in test mode, and
        what each method makes of it can be held against the truth.
        """
        region = self.face.size * (1 + CONTEXT)
        if not self.measure and region <= LARGEST_REGION:
            return 1
        return max(REDUCTION, math.ceil(region / _LARGEST_REDUCED))

    @property
    def too_small(self) -> bool:
        """Whether the face has too few pixels to be measured as it should be."""
        return self.measure and self.face.size < SMALLEST_MEASURED


@dataclass(frozen=True, eq=False)
class Comparison:
    """The enlargements of one face.

    Attributes:
        request: what was asked for.
        crops: the enlargements; of a reduced face `crops.original` has the reduced pixels.
        truth: of a reduced face the photo's own pixels, as large as the enlargements.
        quality: of a reduced face PSNR in dB and SSIM of each method.
        failures: one sentence for each method that could not run; the others are shown all the same.
        pending: methods that are still at work.
    """

    request: ComparisonRequest
    crops: CropSet
    truth: RgbImage | None = None
    quality: dict[str, tuple[float, float]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()


Enlarge = Callable[[Frame, Face, tuple[str, ...], str, str], CropSet]
"""Enlarges one face of a frame by the named upscalers on a device, with the generator weights of that name."""


class CropComparer:
    """Runs upscalers, and keeps the loaded ones between calls; belongs to one worker thread."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, str, str], Upscaler] = {}

    def __call__(
        self,
        frame: Frame,
        face: Face,
        methods: tuple[str, ...],
        device: str,
        gan: str = "",
        cancel: CancelToken | None = None,
    ) -> CropSet:
        """The crop set of one face.

        Raises:
            Cancelled: soon after `cancel` is set.
        """
        # Imported here: these modules need torch, and this is not the GUI thread.
        from tinyface_core.upscalers.comparison import compare_crops
        from tinyface_core.upscalers.registry import load_upscalers

        for name in methods:
            if (name, device, gan) not in self._loaded:
                upscaler = load_upscalers([name], device, gan)[0]
                # The first run of a network also prepares it, which is not to be counted as its cost.
                upscaler.enlarge(np.zeros((1, 16, 16, 3), np.uint8), REDUCTION)
                self._loaded[name, device, gan] = upscaler
        upscalers = [self._loaded[name, device, gan] for name in methods]
        return compare_crops(frame, [face.box], upscalers, REDUCTION, CONTEXT, cancel=cancel)[0]


class UpscalingQueue(QObject):
    """Takes requests; a newer one ends the one before."""

    ready = Signal(object)
    """The finished `Comparison`."""
    part_ready = Signal(object)
    """A `Comparison` of which some methods are pending; only of those that take their time."""
    failed = Signal(str, str)
    """One sentence, details to copy."""

    def __init__(self, enlarge: Enlarge | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._enlarge = enlarge or CropComparer()
        # One thread: the upscalers are not made to be shared, and the newest request is all that counts.
        self.worker = Worker(self)
        self._latest = LatestJob(self.worker)

    def ask(self, request: ComparisonRequest) -> None:
        """Start on a request, in place of one that may be running; returns at once."""

        def work(cancel: CancelToken, report: Report) -> Comparison:
            return compare(request, self._enlarge, cancel, report.partial)

        job = self._latest.start(work).then(self.ready.emit, self.failed.emit)
        job.partial.connect(self.part_ready)

    def cancel(self) -> None:
        """End the running request, if there is one; nothing more is heard of it."""
        self._latest.cancel()

    def stop(self) -> None:
        """End the running request and wait for its thread; at closing."""
        self.cancel()
        self.worker.stop()


def compare(
    request: ComparisonRequest,
    enlarge: Enlarge,
    cancel: CancelToken,
    tell: Callable[[Comparison], None] | None = None,
) -> Comparison:
    """Enlarge a face by one method after the other; a reduced one is measured against the truth.

    Args:
        request: what to do.
        enlarge: does it.
        cancel: asked between two methods.
        tell: given the comparison as far as it is, while methods that take long are pending.

    Raises:
        Cancelled: between two methods.
        FaceTooSmall: in test mode, if the reduced face would be smaller than 8 pixels.
    """
    reduced = _Reduced.of(request)
    frame, face = (request.frame, request.face) if reduced is None else (reduced.frame, reduced.face)
    started = time.monotonic()
    first = enlarge(frame, face, ("nearest",), request.device, request.gan)
    truth: RgbImage | None = None
    failures: list[str] = []
    enlargements: list[Enlargement] = []
    quality: dict[str, tuple[float, float]] = {}

    def so_far(pending: tuple[str, ...] = ()) -> Comparison:
        crops = CropSet(first.roi, first.original, tuple(enlargements))
        return Comparison(request, crops, truth, dict(quality), tuple(failures), pending)

    for done, method in enumerate(request.methods):
        if cancel.is_set():
            raise Cancelled
        if tell is not None and time.monotonic() - started > _SECONDS_BEFORE_PARTS:
            tell(so_far(request.methods[done:]))
        try:
            crops = first if method == "nearest" else enlarge(frame, face, (method,), request.device, request.gan)
        except Exception as error:  # A method that is broken or not installed must not hide the others.
            failures.append(f"{Path(method).name}: {user_sentence(error) or defect_sentence(error)}")
            continue
        enlargements.extend(crops.enlargements)
        if reduced is not None:
            for made in crops.enlargements:
                truth = reduced.truth(crops.roi, made.pixels.shape[0]) if truth is None else truth
                quality[made.method] = _quality(truth, made.pixels)
    return so_far()


def _quality(truth: RgbImage, made: RgbImage) -> tuple[float, float]:
    from tinyface_core.evaluation.similarity import psnr, ssim

    return float(psnr(truth[None], made[None])[0]), float(ssim(truth[None], made[None])[0])


@dataclass(frozen=True, eq=False)
class _Reduced:
    """A face's surroundings reduced by area, the face in them, and the way back to the photo."""

    frame: Frame
    face: Face
    of_frame: Frame
    left: int
    top: int
    reduction: int

    @staticmethod
    def of(request: ComparisonRequest) -> _Reduced | None:
        """The reduced face of a request, None where it is enlarged as it is."""
        by, face, frame = request.reduction, request.face, request.frame
        if by == 1:
            return None
        if request.too_small:
            raise FaceTooSmall(
                f"A face of {face.size:.0f} pixels is too small for a test: choose one of {SMALLEST_MEASURED} or more."
            )
        from tinyface_core.opencv import cv2

        x1, y1, x2, y2 = face.box
        margin = face.size
        # Whole cells of pixels, so that reduced pixels lie exactly over the ones they stand for.
        left, top = (max(int(v - margin), 0) // by * by for v in (x1, y1))
        width, height = (
            max(min(int(end + margin), limit) - start, by) // by
            for end, limit, start in ((x2, frame.width, left), (y2, frame.height, top))
        )
        region = frame.pixels[top : top + height * by, left : left + width * by]
        small: RgbImage = np.asarray(
            cv2.resize(np.ascontiguousarray(region), (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
        box = ((x1 - left) / by, (y1 - top) / by, (x2 - left) / by, (y2 - top) / by)
        shrunk = Face(box, face.score, face.detector_score)
        return _Reduced(Frame(small, frame.source), shrunk, frame, left, top, by)

    def truth(self, roi: Box, side: int) -> RgbImage:
        """The photo's pixels of a region of the reduced frame, `(side, side, 3)`."""
        from tinyface_core.rois import cut_rois

        corner = np.array([self.left, self.top] * 2, np.float32)
        in_photo = np.array([roi], np.float32) * self.reduction + corner
        pixels: RgbImage = cut_rois(self.of_frame.pixels, in_photo, side)[0]
        return pixels
