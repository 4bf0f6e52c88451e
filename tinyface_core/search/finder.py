"""FaceFinder: detector -> ROIs -> generator -> discriminator -> fused score -> NMS (paper Figure 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tinyface_core.backends.choice import BACKENDS
from tinyface_core.boxes import nms
from tinyface_core.detector.registry import Detector, default_detectors, standard_detectors
from tinyface_core.gan.fusion import fuse, joined_boxes
from tinyface_core.gan.second_stage import Judgement, SecondStage
from tinyface_core.runtime import Runtime
from tinyface_core.search.agreement import agreed
from tinyface_core.search.angles import angles_of, rotated, rotated_back, rotated_boxes, weighed
from tinyface_core.search.budget import within_budget
from tinyface_core.search.calibration import calibrated
from tinyface_core.search.joining import without_pieces
from tinyface_core.search.portions import PortionSize
from tinyface_core.search.preprocessing import prepared
from tinyface_core.search.proposals import propose, tile_size_for
from tinyface_core.search.quality import Quality, quality_of
from tinyface_core.search.tiling import Copies
from tinyface_core.search_settings import AND, SearchSettings
from tinyface_core.stopwatch import Stopwatch
from tinyface_core.types import CancelToken, Detections, FindResult, Floats, Frame, Progress, no_progress, stop_if_asked

_BATCH = 64
"""Number of candidates that the second stage judges in a batch."""


@dataclass(frozen=True, slots=True)
class _Request:
    """The arguments of one search, the watch that measures it, and the quality of the picture.

    See `FaceFinder.find`.
    """

    cancel: CancelToken | None = None
    progress: Progress = no_progress
    expected: Floats | None = None
    watch: Stopwatch = field(default_factory=Stopwatch)
    quality: Quality = field(default_factory=Quality)


class FaceFinder:
    """Searches frames with one or several detectors and, if given, a second stage."""

    def __init__(
        self,
        detector: Detector,
        second_stage: SecondStage | None = None,
        settings: SearchSettings | None = None,
        others: Sequence[Detector] = (),
    ) -> None:
        """Combine the parts; with other detectors all vote on each candidate, see `tinyface_core.search.agreement`.

        Names of parts in the settings are ignored.
        """
        settings = settings or SearchSettings()
        self._detectors = (detector, *others)
        self._second_stage = second_stage if settings.second_stage else None
        self._settings = settings
        self._tile_sizes = [tile_size_for(one) for one in self._detectors]
        self._batch_size = PortionSize(
            _BATCH,
            1,
            second_stage.leave_accelerator if second_stage else lambda: False,
            "There is not enough memory for the second stage: search without it.",
        )

    @property
    def settings(self) -> SearchSettings:
        """Settings of the search, with the parts in use instead of "auto" and defaults."""
        stage, runtime = self._second_stage, self._runtime
        settings = replace(
            self._settings,
            detector=AND.join(detector.name for detector in self._detectors),
            second_detector=len(self._detectors) > 1,
            second_stage=stage is not None,
            device=runtime.device,
            backend=runtime.backend,
            precision=runtime.precision,
        )
        return settings if stage is None else replace(settings, gan=stage.name, context=stage.context)

    @property
    def _runtime(self) -> Runtime:
        """That of the first part whose runtime can be asked for; detectors of other projects bring their own."""
        parts = self._detectors if self._second_stage is None else (*self._detectors, self._second_stage)
        runtimes = [part.runtime for part in parts]
        return next((runtime for runtime in runtimes if runtime.backend in BACKENDS), runtimes[0])

    @property
    def weights(self) -> dict[str, str]:
        """Name and SHA-256 of the weights in use, by role."""
        stages = () if self._second_stage is None else (self._second_stage,)
        parts = {"detector": self._detectors, "gan": stages}
        named = {role: [f"{part.name} {part.digest}".strip() for part in several] for role, several in parts.items()}
        return {role: f" {AND} ".join(names) for role, names in named.items() if names}

    def warm_up(self) -> None:
        """Run every network once, so that the first search is not slowed down by the initialization of libraries."""
        grey = np.full((64, 64, 3), 127, np.uint8)
        self.find(Frame(grey, ""))
        if self._second_stage is not None:
            self._second_stage.judge(grey, Detections.of([[24, 24, 40, 40], [0, 0, 60, 60]], [0.5, 0.5]))

    def find(
        self,
        frame: Frame,
        cancel: CancelToken | None = None,
        progress: Progress = no_progress,
        expected: Floats | None = None,
    ) -> FindResult:
        """All face candidates of a frame with their final scores.

        Args:
            frame: frame to search.
            cancel: checked before every tile.
            progress: called after every tile.
            expected: boxes `(N, 4)` in which faces are expected because of other frames of the video. The picture and
                its enlarged copies are searched only near these, regardless of the settings.

        Raises:
            OutOfMemory: if memory is not sufficient.
        """
        request = _Request(cancel, progress, expected)
        watch = request.watch
        calibrates = self._second_stage is not None and self._detectors[0].plan.calibrated and not frame.enlarged
        searched, request = _prepared(frame, request, flatness=calibrates)
        found = self._from_all_angles(searched, request)
        if calibrates:
            found = calibrated(found, request.quality, voted=len(self._detectors) > 1)
        with watch.measure("merge"):
            faces = without_pieces(visible(found, nms_iou=self._settings.nms_iou))
        return FindResult(
            source=frame.source,
            width=frame.width,
            height=frame.height,
            faces=faces,
            candidates=len(found),
            refined=int(found.refined.sum()),
            timings=watch.timings,
            settings=self.settings if expected is None else replace(self.settings, focus=True),
            weights=self.weights,
            remarks=(*frame.remarks, *self._remarks()),
            index=frame.index,
            seconds=frame.seconds,
            cut=frame.cut,
            turn=frame.turn,
            every=frame.every,
        )

    def _from_all_angles(self, frame: Frame, request: _Request) -> Detections:
        """The candidates of the frame and of its rotated copies, if the settings ask for these."""
        looks, angles = [], angles_of(self._settings)
        for number, degrees in enumerate(angles):
            seen = frame if degrees == 0 else replace(frame, pixels=rotated(frame.pixels, degrees))
            told, expected = partial(_told_of_part, request.progress, number, len(angles)), request.expected
            here = None if expected is None else rotated_boxes(expected, frame.width, frame.height, degrees)
            found, _ = self._candidates(seen, replace(request, progress=told, expected=here))
            looks.append(rotated_back(found, frame.width, frame.height, degrees))
        return weighed(looks, self._settings.nms_iou)

    def candidates(self, frame: Frame, cancel: CancelToken | None = None) -> tuple[Detections, Judgement]:
        """All candidates of a frame without rotated copies, before non-maximum suppression, with their judgement.

        Raises:
            Cancelled, OutOfMemory: as `find`.
        """
        return self._candidates(*_prepared(frame, _Request(cancel), flatness=False))

    def _candidates(self, frame: Frame, request: _Request) -> tuple[Detections, Judgement]:
        stage, progress = self._second_stage, request.progress
        progress("detect", 0, 1)
        with request.watch.measure("detect"):
            found = self._proposed(Copies(frame.pixels), request)
        progress("detect", 1, 1)
        if stage is None:
            return found, Judgement.nothing(len(found))
        said = self._judged(frame, found, stage, request)
        found = replace(
            found,
            boxes=joined_boxes(found.boxes, said.boxes, stage.fusion, frame.width, frame.height),
            scores=fuse(found.detector_scores, said.surroundings, said.face, stage.fusion),
            face_probabilities=said.in_place,
            real_probabilities=said.real,
            refined=said.looked,
        )
        return found, said

    def _proposed(self, copies: Copies, request: _Request) -> Detections:
        """Candidates that the detectors agree on."""
        found, count = Detections.of([], []), len(self._detectors)
        for number, (detector, tile_size) in enumerate(zip(self._detectors, self._tile_sizes, strict=True)):
            told = partial(_told_of_part, request.progress, number, count)
            look = propose(
                detector,
                copies,
                self._settings,
                tile_size,
                request.cancel,
                told,
                request.expected,
                pyramid=detector.plan.pyramid(self._settings.effort, number, count, request.quality.blurred),
                others=found if number else None,
            )
            found = agreed(found, look, detector.plan.nms_iou, number) if number else look.faces
        return found

    def _judged(self, frame: Frame, found: Detections, stage: SecondStage, request: _Request) -> Judgement:
        """The second stage's judgement of undecided candidates within the budget; empty for the others."""
        said = Judgement.nothing(len(found))
        worth = np.flatnonzero(stage.undecided(found))
        chosen = worth[within_budget(found.take(worth), self._settings.budget)]
        # Sorted by size, because small and large candidates are judged by different networks.
        order, done = chosen[np.argsort(found.sizes[chosen], kind="stable")], 0

        def judge_some(count: int) -> tuple[NDArray[np.int64], Judgement]:
            rows = order[done : done + count]
            return rows, stage.judge(frame.pixels, found.take(rows))

        while done < len(order):
            stop_if_asked(request.cancel, "The search was cancelled.")
            rows, part = self._batch_size.run(judge_some)
            said.put(rows, part)
            request.watch.add(part.timings)
            done += len(rows)
            request.progress("discriminate", done, len(order))
        return said

    def _remarks(self) -> Iterator[str]:
        """Sentences for the user about measures taken because memory ran out."""
        crops, reduced = self._batch_size, [tiles.size for tiles in self._tile_sizes if tiles.is_reduced]
        if reduced:
            yield f"Memory ran out: the picture was searched in tiles of {min(reduced)} pixels."
        if any(tiles.left_accelerator for tiles in self._tile_sizes):
            yield "Memory of the accelerator ran out: the picture was searched on the processor."
        if crops.left_accelerator:
            yield "Memory of the accelerator ran out: the second stage ran on the processor."
        if crops.is_reduced:
            yield f"Memory ran out: the second stage judged {crops.size} candidates at a time."


def _prepared(frame: Frame, request: _Request, flatness: bool) -> tuple[Frame, _Request]:
    with request.watch.measure("prepare"):
        quality = quality_of(frame.pixels, flatness)
        return replace(frame, pixels=prepared(frame.pixels, quality)), replace(request, quality=quality)


def _told_of_part(progress: Progress, number: int, parts: int, stage: str, done: int, total: int) -> None:
    progress(stage, number * total + done, parts * total)


def visible(found: Detections, min_score: float = 0.0, min_size: float = 0.0, nms_iou: float = 1.0) -> Detections:
    """Faces that pass the thresholds, by decreasing score; fast, as it runs no network.

    The least score is a fused one, in [0, 1], the least size that of the longer side in pixels. Of two faces with a
    greater IoU than `nms_iou` only the better one is left.
    """
    passing = found.take((found.scores >= min_score) & (found.sizes >= min_size))
    return passing.take(nms(passing.boxes, passing.scores, nms_iou))


def thresholded(result: FindResult, min_score: float, min_size: float = 0.0, least_score: float = 1.0) -> FindResult:
    """The result with thresholds for display applied; faces down to `least_score` are kept, too."""
    faces = visible(result.faces, min(min_score, least_score), min_size)
    return replace(result, faces=faces, min_score=min_score, min_size=min_size)


def build_finder(settings: SearchSettings | None = None) -> FaceFinder:
    """A finder from installed parts.

    Raises:
        WeightsError: if weights are missing or changed.
        UserError: if there is no such detector or device.
    """
    from tinyface_core.backends.loading import load_second_stage
    from tinyface_core.own_weights import installed_weights

    settings = settings or SearchSettings()
    manifest = installed_weights()
    stage = None
    if settings.second_stage and (settings.gan or any(entry.role == "gan" for entry in manifest.entries)):
        entry = manifest.entry(settings.gan) if settings.gan else manifest.default("gan")
        stage = load_second_stage(manifest, entry, settings.runtime, settings.context)
    names = (settings.detector or default_detectors(manifest, settings)).split(AND)
    registry, runtime, detectors = standard_detectors(), settings.runtime, list[Detector]()
    for name in names:
        detectors.append(registry.make(name, runtime))
        if detectors[-1].runtime.backend in BACKENDS:
            runtime = detectors[-1].runtime  # one for all: a result tells one, by which the search is repeated
    return FaceFinder(detectors[0], stage, settings, detectors[1:])
