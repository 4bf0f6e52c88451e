"""FaceFinder: detector -> ROIs -> generator -> discriminator -> fused score -> NMS (paper Figure 2)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from tinyface_core.boxes import nms, square_rois
from tinyface_core.crop_tensors import to_unit
from tinyface_core.detector.registry import Detector, PiecewiseDetector, standard_detectors
from tinyface_core.device import is_out_of_memory
from tinyface_core.rois import cut_rois
from tinyface_core.types import Box, CancelToken, Face, FindResult, Frame, Progress, Proposal, stop_if_asked


@dataclass(frozen=True, slots=True)
class FinderSettings:
    """How a frame is searched; thresholds for looking are not among them, see `visible`.

    Attributes:
        refine: whether candidates go through the second stage.
        refine_budget: at most this many do (paper: all 600); least certain and smallest first.
        batch: crops that go through the networks together.
        nms_iou: candidates that overlap a better one by more than this are dropped at the end.
    """

    refine: bool = True
    refine_budget: int = 128
    batch: int = 64
    nms_iou: float = 0.45


@dataclass(frozen=True, slots=True)
class Judgement:
    """The second stage's verdict on `N` crops.

    Attributes:
        face: `(N,)` probability float32 in [0, 1] that it is a face.
        real: `(N,)` that it is a natural picture.
        box: `(N, 4)` float32 xyxy, where the face lies in shares of the crop's side; None if the stage does not say.
    """

    face: NDArray[np.float32]
    real: NDArray[np.float32]
    box: NDArray[np.float32] | None = None


class SecondStage(Protocol):
    """Generator and discriminator together."""

    @property
    def name(self) -> str:
        """What the user calls its weights."""
        ...

    @property
    def digest(self) -> str:
        """SHA-256 of its weights."""
        ...

    @property
    def low(self) -> int:
        """Side in pixels of a low-resolution crop."""
        ...

    @property
    def high(self) -> int:
        """Side in pixels of a high-resolution crop."""
        ...

    @property
    def context(self) -> float:
        """Share of a box's side that is added round it."""
        ...

    @property
    def enlarged_to(self) -> float:
        """Side in pixels up to which a region is enlarged before it is judged."""
        ...

    @property
    def surroundings(self) -> int:
        """Side in pixels of a wider crop that is judged with an enlarged one; 0 if there is no need of it."""
        ...

    @property
    def surroundings_context(self) -> float:
        """Share of a box's side that is added round it for that."""
        ...

    @property
    def fusion(self) -> Mapping[str, float]:
        """Calibrated rule; see `fuse`."""
        ...

    def generate(self, low: NDArray[np.uint8]) -> Tensor:
        """Refined crops `(N, 3, high, high)` float32 in [0, 1] from crops uint8 `(N, low, low, 3)`."""
        ...

    def judge(self, high: Tensor, surroundings: NDArray[np.uint8] | None = None) -> Judgement:
        """The discriminator's verdict on crops `(N, 3, high, high)` float32 in [0, 1].

        Args:
            high: the crops.
            surroundings: wider ones of the same candidates, uint8 `(N, S, S, 3)`, S the property of this name.
        """
        ...

    def leave_accelerator(self) -> bool:
        """Go on upon the processor, as the accelerator's memory is full; whether there was one to leave."""
        ...


class FaceFinder:
    """Searches frames with a detector and, where there is one, a second stage."""

    def __init__(
        self, detector: Detector, second_stage: SecondStage | None = None, settings: FinderSettings | None = None
    ) -> None:
        self._detector, self._second_stage = detector, second_stage
        self.settings = settings or FinderSettings()

    def find(self, frame: Frame, cancel: CancelToken | None = None, progress: Progress | None = None) -> FindResult:
        """All face candidates of a frame, judged.

        Raises:
            Cancelled: soon after `cancel` is set.
        """
        timings: dict[str, float] = {}
        if progress is not None:
            progress("detect", 0, 1)
        with _timed(timings, "detect"):
            if isinstance(self._detector, PiecewiseDetector):
                proposals = self._detector.propose_in_pieces(frame.pixels, cancel, progress)
            else:
                proposals = self._detector.propose([frame.pixels], cancel)[0]
        if progress is not None:
            progress("detect", 1, 1)
        faces = [Face(p.box, p.score, p.score) for p in proposals]
        chosen: list[int] = []
        remarks = list(getattr(self._detector, "remarks", ()))
        if self._second_stage is not None and self.settings.refine:
            chosen = within_budget(proposals, self.settings.refine_budget)
            remarks += self._refine(frame, faces, chosen, self._second_stage, timings, cancel, progress)
        with _timed(timings, "merge"):
            merged = visible(faces, nms_iou=self.settings.nms_iou)
        weights = {"detector": f"{self._detector.name} {self._detector.digest}".strip()}
        if chosen and self._second_stage is not None:
            weights["gan"] = f"{self._second_stage.name} {self._second_stage.digest}".strip()
        return FindResult(
            source=frame.source,
            width=frame.width,
            height=frame.height,
            faces=merged,
            candidates=len(proposals),
            refined=len(chosen),
            timings=timings,
            settings=asdict(self.settings),
            weights=weights,
            device=str(getattr(self._detector, "device", "cpu")),
            remarks=tuple(remarks),
            index=frame.index,
            seconds=frame.seconds,
        )

    def _refine(
        self,
        frame: Frame,
        faces: list[Face],
        chosen: Sequence[int],
        stage: SecondStage,
        timings: dict[str, float],
        cancel: CancelToken | None,
        progress: Progress | None,
    ) -> list[str]:
        """Judge the chosen faces in place; gives sentences for the user, where memory ran out."""
        if not chosen:
            return []
        boxes = torch.tensor([faces[i].box for i in chosen])
        rois, wider = square_rois(boxes, stage.context), square_rois(boxes, stage.surroundings_context)
        is_small = (rois[:, 2] - rois[:, 0]) <= stage.enlarged_to
        order = torch.cat([is_small.nonzero()[:, 0], (~is_small).nonzero()[:, 0]])
        smalls, done, batch = int(is_small.sum()), 0, self.settings.batch
        remarks: list[str] = []
        while done < len(order):
            stop_if_asked(cancel, "The search was cancelled.")
            small = done < smalls
            part = order[done : min(done + batch, smalls if small else len(order))]
            try:
                with _timed(timings, "crop"):
                    crops = cut_rois(frame.pixels, rois[part].numpy(), stage.low if small else stage.high)
                    around = None
                    if small and stage.surroundings:
                        around = cut_rois(frame.pixels, wider[part].numpy(), stage.surroundings)
                with _timed(timings, "generate"):
                    high = stage.generate(crops) if small else to_unit(crops)
                with _timed(timings, "discriminate"):
                    judgement = stage.judge(high, around)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                if batch > 1:
                    batch = max(1, min(batch, len(part)) // 2)
                elif stage.leave_accelerator():
                    batch = self.settings.batch
                    remarks = ["Memory of the accelerator ran out: the second stage ran on the processor."]
                else:
                    raise MemoryError("There is not enough memory for the second stage: use --no-refine.") from error
                continue
            for k, number in enumerate(part.tolist()):
                i = chosen[number]
                face, real = float(judgement.face[k]), float(judgement.real[k])
                before, box = faces[i].detector_score, faces[i].box
                # What is large enough for D to judge as it is, the detector has seen as well.
                if small and judgement.box is not None:
                    box = joined_box(
                        box, rois[number].tolist(), judgement.box[k].tolist(), stage.fusion, frame.width, frame.height
                    )
                faces[i] = Face(box, fuse(before, face, stage.fusion), before, face, real, True)
            done += len(part)
            if progress is not None:
                progress("discriminate", done, len(chosen))
        # Both kinds of score must mean the same, or the budget would decide which face ranks higher.
        for i in set(range(len(faces))) - set(chosen):
            faces[i] = replace(faces[i], score=fuse(faces[i].detector_score, None, stage.fusion))
        if batch < self.settings.batch:
            remarks.append(f"Memory ran out: the second stage judged {batch} candidates at a time.")
        return remarks


def within_budget(proposals: Sequence[Proposal], budget: int) -> list[int]:
    """Indices of the proposals that go through the second stage: least certain and smallest first.

    Certainty is the distance of the score from one half; a face of 64 pixels counts as much
    more certain as a tenth of that scale.
    """

    def need(i: int) -> float:
        x1, y1, x2, y2 = proposals[i].box
        return abs(proposals[i].score - 0.5) + max(x2 - x1, y2 - y1) / 640

    return sorted(sorted(range(len(proposals)), key=need)[:budget])


def fuse(detector_score: float, face_probability: float | None, rule: Mapping[str, float]) -> float:
    """Final score in [0, 1]: a logistic rule over both logits, fitted on training pictures.

    Args:
        detector_score: in [0, 1].
        face_probability: of the discriminator's face head, in [0, 1]; None where it did not run.
        rule: weights "detector", "face" and "bias", and "detector_alone" and "bias_alone" for
            candidates without a face probability; one without these keeps the detector's score.
    """
    if "detector" not in rule:
        return detector_score
    if face_probability is None:
        total = rule["bias_alone"] + rule["detector_alone"] * _logit(detector_score)
    else:
        total = rule["bias"] + rule["detector"] * _logit(detector_score) + rule["face"] * _logit(face_probability)
    return 1 / (1 + float(np.exp(-total)))


def joined_box(
    box: Box, region: Sequence[float], judged: Sequence[float], rule: Mapping[str, float], width: int, height: int
) -> Box:
    """The detector's box, moved as far towards the second stage's as the rule trusts that, inside of the picture.

    Args:
        box: xyxy in pixels.
        region: square xyxy in pixels that the second stage saw.
        judged: its box, xyxy in shares of the region's side.
        rule: "box" is the weight of the second box, in [0, 1]; 0 if it is missing.
        width: of the picture, in pixels.
        height: likewise.
    """
    trust, side = rule.get("box", 0.0), region[2] - region[0]
    if not trust:
        return box
    limits, corner = (width, height, width, height), (region[0], region[1]) * 2
    moved = (
        min(max((1 - trust) * own + trust * (start + share * side), 0.0), float(limit))
        for own, start, share, limit in zip(box, corner, judged, limits, strict=True)
    )
    x1, y1, x2, y2 = moved
    return (x1, y1, x2, y2) if x2 - x1 >= 1 and y2 - y1 >= 1 else box


def visible(
    faces: Sequence[Face], min_score: float = 0.0, min_size: float = 0.0, nms_iou: float = 1.0
) -> tuple[Face, ...]:
    """Faces that pass the thresholds, by falling score; runs no network, so sliders can call it.

    Args:
        faces: candidates.
        min_score: least fused score, in [0, 1].
        min_size: least longer side in pixels.
        nms_iou: of two faces that overlap by more, the better one stays.
    """
    passing = [face for face in faces if face.score >= min_score and face.size >= min_size]
    if not passing:
        return ()
    kept = nms(torch.tensor([f.box for f in passing]), torch.tensor([f.score for f in passing]), nms_iou)
    return tuple(passing[i] for i in kept.tolist())


def build_finder(
    detector: str = "",
    gan: str = "",
    device: str = "auto",
    settings: FinderSettings | None = None,
    thorough: bool = False,
) -> FaceFinder:
    """A finder from installed parts.

    Args:
        detector: name in the registry; empty for the first one.
        gan: name of second-stage weights; empty for the first ones, if there are any.
        device: "auto", "cpu", "cuda", ...
        settings: of the search.
        thorough: search small faces on an enlarged copy of the picture too.

    Raises:
        WeightsError: if weights are missing or changed.
        UserError: if there is no such detector or device.
    """
    from tinyface_core.gan.second_stage import load_second_stage
    from tinyface_core.weights import installed_weights

    settings = settings or FinderSettings()
    registry = standard_detectors(thorough)
    manifest = installed_weights()
    stage = None
    if settings.refine and (gan or any(entry.role == "gan" for entry in manifest.entries)):
        stage = load_second_stage(manifest, manifest.entry(gan) if gan else manifest.default("gan"), device)
    name = detector or manifest.default("detector").name
    return FaceFinder(registry.load(name, device), stage, settings)


def _logit(probability: float) -> float:
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return float(np.log(p / (1 - p)))


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[stage] = timings.get(stage, 0.0) + time.perf_counter() - start
