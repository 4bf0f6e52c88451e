"""Enlarges one face by several upscalers in a worker thread; larger regions: see `enlarging_regions`."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tinyface_core.failures import defect_sentence, user_sentence
from tinyface_core.tracks import Track
from tinyface_core.types import Box, Cancelled, CancelToken, Face, Frame, RgbImage, UserError, stop_if_asked
from tinyface_core.upscalers.comparison import LARGEST_ENLARGED, compare_crops
from tinyface_core.upscalers.enlargement import CropSet, Enlargement
from tinyface_core.upscalers.provenance import is_generated
from tinyface_core.upscalers.several_frames import NAME as SEVERAL_FRAMES
from tinyface_core.upscalers.spread import NAME as GUESSED
from tinyface_core.upscalers.spread import show_spread

from ..sentences import in_users_language

if TYPE_CHECKING:
    from tinyface_core.registry import Registry
    from tinyface_core.upscalers.registry import Upscaler, UpscalerMaker

REDUCTION = 4
"""Minimum reduction factor in test mode: the factor of the generator."""

CONTEXT = 0.4
"""Margin on each side as a share of a face's longer side; see `compare_crops`."""

SMALLEST_MEASURED = 8 * REDUCTION
"""Minimum longer side in pixels of a face that can be reduced and measured."""

_LARGEST_REDUCED = 64
_SECONDS_BEFORE_PARTS = 0.1
"""Minimum duration of a comparison that is shown in parts; those of a shorter one would only flicker."""


class FaceTooSmall(UserError):
    """The face has too few pixels to be reduced for a test."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Request:
    """Settings of an enlargement.

    Attributes:
        methods: names of upscalers and paths of model files, in the order of display.
        device: "auto" or a name of torch.
        measure: whether it is first reduced, whatever its size, to measure the quality.
        gan: name of the generator's weights; empty: the default of the manifest.
    """

    methods: tuple[str, ...]
    device: str = "auto"
    measure: bool = False
    gan: str = ""

    @property
    def reduction(self) -> int:
        """Factor by which it is reduced before it is enlarged; 1: not at all."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class ComparisonRequest(Request):
    """One face to enlarge.

    Attributes:
        face: its box in pixels of the frame.
        track: of a face in a video, to make one enlargement of several frames too.
        guessed: whether the spread of the last method that generates details is shown.
    """

    frame: Frame
    face: Face
    track: Track | None = None
    guessed: bool = False

    @property
    def reduction(self) -> int:
        """Factor by which the face is reduced before it is enlarged; 1: not at all.

        Enlargements of a large face would be slow and show nothing new. It is reduced as in test mode, so that the
        methods can be compared with the original.
        """
        region = self.face.size * (1 + CONTEXT)
        if not self.measure and region <= LARGEST_ENLARGED:
            return 1
        return max(REDUCTION, math.ceil(region / _LARGEST_REDUCED))

    @property
    def too_small(self) -> bool:
        """Whether the face has too few pixels for the requested measurement."""
        return self.measure and self.face.size < SMALLEST_MEASURED

    @property
    def guesses(self) -> str:
        """The method whose spread is shown; "" if none."""
        return next((method for method in reversed(self.methods) if is_generated(method)), "") if self.guessed else ""


@dataclass(frozen=True, eq=False)
class Comparison:
    """The enlargements of one face or region.

    Attributes:
        crops: the enlargements by the names in the request; `crops.original` has the reduced pixels, if it was
            reduced.
        truth: if it was reduced, the original pixels, as large as the enlargements.
        quality: if it was reduced, PSNR in dB and SSIM of each method.
        failures: a sentence for each method that failed; the others are shown all the same.
        pending: methods that are not finished.
    """

    request: Request
    crops: CropSet
    truth: RgbImage | None = None
    quality: dict[str, tuple[float, float]] = field(default_factory=dict)
    failures: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()


Tell = Callable[[Comparison], None]
"""Called with an unfinished comparison while slow methods are pending."""


class LoadedUpscalers:
    """Cache of loaded upscalers, for one worker thread."""

    def __init__(self) -> None:
        self._loaded: dict[tuple[str, str, str], Upscaler] = {}
        self._known: dict[str, Registry[UpscalerMaker]] = {}

    def get(self, name: str, device: str, gan: str = "") -> Upscaler:
        """The upscaler with a name, or of a model file.

        Raises:
            UserError: if there is none, or its weights cannot be loaded.
        """
        # Imported here: these modules need torch, and this is not the GUI thread.
        from tinyface_core.upscalers.registry import load_upscalers, standard_upscalers

        if (name, device, gan) not in self._loaded:
            known = self._known.setdefault(gan, standard_upscalers(gan))
            upscaler = load_upscalers([name], device, gan, known)[0]
            # The first run of a network also prepares it, which is not to be counted as its cost.
            upscaler.enlarge(np.zeros((1, 16, 16, 3), np.uint8), REDUCTION)
            self._loaded[name, device, gan] = upscaler
        return self._loaded[name, device, gan]

    def enlarge(self, frame: Frame, face: Face, methods: tuple[str, ...], device: str, gan: str) -> CropSet:
        """One face of a frame, enlarged by the named upscalers."""
        upscalers = [self.get(name, device, gan) for name in methods]
        return compare_crops(frame, [face.box], upscalers, REDUCTION, CONTEXT)[0]


def compare(
    request: ComparisonRequest, upscalers: LoadedUpscalers, cancel: CancelToken, tell: Tell | None = None
) -> Comparison:
    """Enlarge a face by each method in turn, see `Tell`; for a reduced face the quality is measured.

    Raises:
        FaceTooSmall: in test mode, if the reduced face would be smaller than 8 pixels.
    """
    reduced = _Reduced.of(request)
    frame, face = (request.frame, request.face) if reduced is None else (reduced.frame, reduced.face)
    first = upscalers.enlarge(frame, face, ("nearest",), request.device, request.gan)

    guesses = request.guesses
    more = ((GUESSED, bool(guesses)), (SEVERAL_FRAMES, request.track is not None))
    request = replace(request, methods=(*request.methods, *(name for name, asked in more if asked)))

    def make(method: str) -> Enlargement:
        if method == GUESSED:
            return show_spread(upscalers.get(guesses, request.device, request.gan), first.original, REDUCTION, cancel)
        if method == SEVERAL_FRAMES:
            return _from_several(request, first, first.roi if reduced is None else reduced.in_photo(first.roi), cancel)
        if method == "nearest":
            return first.enlargements[0]
        return upscalers.enlarge(frame, face, (method,), request.device, request.gan).enlargements[0]

    def truth(made: RgbImage) -> RgbImage | None:
        return None if reduced is None else reduced.truth(first.roi, made.shape[0])

    return gather(request, CropSet(first.roi, first.original, ()), make, truth, cancel, tell)


def gather(
    request: Request,
    start: CropSet,
    make: Callable[[str], Enlargement],
    truth_of: Callable[[RgbImage], RgbImage | None],
    cancel: CancelToken,
    tell: Tell | None = None,
) -> Comparison:
    """Run each method of the request in turn, see `Tell`; failures of one do not stop the others.

    `truth_of` returns the original pixels as large as an enlargement; None if nothing was reduced.
    """
    started = time.monotonic()
    done = Comparison(request, start)
    for place, method in enumerate(request.methods):
        stop_if_asked(cancel)
        if tell is not None and time.monotonic() - started > _SECONDS_BEFORE_PARTS:
            tell(replace(done, pending=request.methods[place:]))
        try:
            made = replace(make(method), method=method)
        except Cancelled:
            raise
        except Exception as error:
            sentence = in_users_language(user_sentence(error) or defect_sentence(error))
            done = replace(done, failures=(*done.failures, f"{Path(method).name}: {sentence}"))
            continue
        crops = replace(done.crops, enlargements=(*done.crops.enlargements, made))
        truth = done.truth if done.truth is not None else truth_of(made.pixels)
        quality = {} if truth is None or made.guessed else {method: _quality(truth, made.pixels)}
        done = replace(done, crops=crops, truth=truth, quality=done.quality | quality)
    return done


_MEASURED_TILE = 512


def _quality(truth: RgbImage, made: RgbImage) -> tuple[float, float]:
    """PSNR in dB and SSIM, computed in tiles to save memory for whole pictures."""
    from tinyface_core.evaluation.similarity import ssim
    from tinyface_core.search.tiling import tiles

    errors, likenesses, weights = [], [], []
    for x1, y1, x2, y2 in tiles(made.shape[1], made.shape[0], _MEASURED_TILE, 0):
        x, y = (picture[y1:y2, x1:x2] for picture in (truth, made))
        errors.append(float(((x.astype(np.float64) - y) ** 2).mean()))
        likenesses.append(float(ssim(x[None], y[None])[0]))
        weights.append(x.size)
    error, likeness = (float(np.average(values, weights=weights)) for values in (errors, likenesses))
    return 10 * math.log10(255.0**2 / error) if error else math.inf, likeness


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
        """The reduced face of a request; None if it is not reduced."""
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
        """The original pixels of a region of the reduced frame, `(side, side, 3)`."""
        from tinyface_core.rois import cut_rois

        pixels: RgbImage = cut_rois(self.of_frame.pixels, np.array([self.in_photo(roi)], np.float32), side)[0]
        return pixels

    def in_photo(self, roi: Box) -> Box:
        """A region of the reduced frame, in pixels of the photo."""
        left, top, by = self.left, self.top, self.reduction
        return roi[0] * by + left, roi[1] * by + top, roi[2] * by + left, roi[3] * by + top


def _from_several(request: ComparisonRequest, crops: CropSet, region: Box, cancel: CancelToken) -> Enlargement:
    """The region of the frame, with the size of `crops.original`, made of it and of neighbouring frames."""
    from tinyface_core.media.video import Video
    from tinyface_core.upscalers.several_frames import around, cut, fuse

    started, track, frame = time.perf_counter(), request.track, request.frame
    assert track is not None and frame.index is not None
    size, side = region[2] - region[0], crops.original.shape[0]
    x, y = (region[0] + region[2]) / 2, (region[1] + region[3]) / 2
    # Boxes are off by a little, but the face moves as they do.
    own = track.face_at(frame.index) or request.face
    numbers = around(frame.index, int(track.frames[0]), int(track.frames[-1]))
    cuts = {frame.index: cut(frame.pixels, (x, y), size, side)}
    with Video(Path(frame.source)) as video:
        for number in sorted(numbers[1:]):
            face = track.face_at(number)
            if face is not None:
                dx, dy = ((face.box[i] + face.box[i + 2] - own.box[i] - own.box[i + 2]) / 2 for i in (0, 1))
                cuts[number] = cut(video.frame(number, cancel).pixels, (x + dx, y + dy), size, side)
    fused = fuse(np.stack(list(cuts.values())), REDUCTION)
    milliseconds = (time.perf_counter() - started) * 1000
    return Enlargement(SEVERAL_FRAMES, fused.pixels, milliseconds, frames=fused.frames)
