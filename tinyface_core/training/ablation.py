"""The paper's ablation (Table 2): baseline, each component left out in turn, and everything, from one configuration.

All variants share the detector's candidates, the mined crops, the seeds and, if they have the same generator, the
pre-training; they differ only in the component that is left out. An interrupted run is resumed from its folder.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from tinyface_core.checked import Number, read_json
from tinyface_core.datasets.annotations import AnnotatedPicture, spread, with_pixels
from tinyface_core.datasets.wider import read_names, read_wider
from tinyface_core.detector.one_by_one import PLAN
from tinyface_core.detector.pyramid import SearchPlan
from tinyface_core.detector.registry import Detector, standard_detectors
from tinyface_core.evaluation.bootstrap import Difference
from tinyface_core.evaluation.prediction import protocol_rows
from tinyface_core.evaluation.submission import read_submission, write_submission
from tinyface_core.evaluation.wider import SUBSETS, WiderReport, compare_wider, evaluate_wider, read_ground_truth
from tinyface_core.failures import reason
from tinyface_core.files import write_json
from tinyface_core.own_weights import installed_weights
from tinyface_core.search.proposals import propose
from tinyface_core.training.ablation_settings import VARIANTS, AblationSettings, PictureSet, Variant
from tinyface_core.training.events import JobEvents
from tinyface_core.types import Cancelled, CancelToken, Detections, Frame, RgbImage, Runtime, SearchSettings, UserError

T = TypeVar("T")

if TYPE_CHECKING:
    from tinyface_core.datasets.crops import Crops
    from tinyface_core.gan.stage import GanSecondStage
    from tinyface_core.search.finder import FaceFinder
    from tinyface_core.training.gan_settings import GanTraining


@dataclass(frozen=True, slots=True)
class AblationRow:
    """The results of one variant.

    Attributes:
        variant: the variant.
        report: its results by the WIDER FACE protocol.
        over_baseline: difference to the baseline by subset, paired by picture; empty for the baseline.
        below_all: difference to the variant with everything, likewise; empty for that variant.
    """

    variant: Variant
    report: WiderReport
    over_baseline: Mapping[str, Difference] = field(default_factory=dict)
    below_all: Mapping[str, Difference] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """All results as JSON values."""
        return {
            "variant": self.variant.name,
            "paper_ap": dict(zip(SUBSETS, self.variant.paper, strict=True)),
            **self.report.as_json(),
            "difference_to_baseline": {name: asdict(d) for name, d in self.over_baseline.items()},
            "difference_to_all": {name: asdict(d) for name, d in self.below_all.items()},
        }


def run_ablation(
    settings: AblationSettings, folder: Path, events: JobEvents, cancel: CancelToken | None = None
) -> list[AblationRow]:
    """Train and measure every variant, or resume an interrupted run in `folder`.

    Args:
        settings: settings of the run; a resumed run must have the same.
        folder: for crops, candidates, weights, predictions and `ablation.json`.
        events: receives progress and each finished variant.
        cancel: when set, the run stops and can be resumed.

    Returns:
        One row per variant, in the paper's order.

    Raises:
        Cancelled: when asked to stop; call again to resume.
        UserError: if `folder` holds a run with other settings, or the configuration cannot be used.
        FileNotFoundError: if pictures or annotations are missing.
    """
    name = settings.detector or installed_weights().default("detector").name
    detector = standard_detectors().make(name, Runtime())
    recipe: dict[str, Any] = json.loads(json.dumps(asdict(settings), default=str))
    recipe["detector"] = f"{detector.name} {detector.digest}".strip()
    _claim(folder, recipe)
    work = _Work(settings, detector, folder, events, cancel)
    predictions = {variant.name: work.predictions(variant) for variant in VARIANTS}
    truth = read_ground_truth(settings.validation.ground_truth)
    measured = list(predictions[VARIANTS[0].name])

    def difference(first: str, second: str) -> Mapping[str, Difference]:
        if first == second:
            return {}
        return compare_wider(
            predictions[first], predictions[second], truth, measured, max(1, settings.rounds), settings.seed
        )

    rows = []
    for variant in VARIANTS:
        report = evaluate_wider(predictions[variant.name], truth, measured, settings.rounds, settings.seed)
        rows.append(
            AblationRow(variant, report, difference(VARIANTS[0].name, variant.name), difference("all", variant.name))
        )
    document = {"settings": recipe, "crops": work.crop_counts(), "rows": [row.as_json() for row in rows]}
    write_json(folder / "ablation.json", document)
    return rows


@dataclass(frozen=True)
class _Known:
    """A detector that returns stored candidates."""

    proposals: Detections
    name: str
    digest: str = ""
    plan: SearchPlan = PLAN
    runtime: Runtime = Runtime("cpu", "file", "float64")

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        return self.proposals

    def leave_accelerator(self) -> bool:
        return False


class _Work:
    """The steps of a run; each loads its result from the folder if it exists."""

    def __init__(
        self,
        settings: AblationSettings,
        detector: Detector,
        folder: Path,
        events: JobEvents,
        cancel: CancelToken | None,
    ) -> None:
        self._settings, self._detector, self._folder = settings, detector, folder
        self._events, self._cancel = events, cancel
        listed = read_wider(settings.train.images, settings.train.ground_truth, _only(settings.train))
        taken = spread(listed, settings.train.pictures)
        fusion = spread(taken, settings.fusion_pictures) if settings.fusion_pictures else []
        apart = {picture.name for picture in fusion}
        self._train = [picture for picture in taken if picture.name not in apart]
        if not fusion or not self._train:
            raise UserError("The training pictures must be enough for mining and for fitting the rule.")
        listed = read_wider(
            settings.validation.images,
            settings.validation.ground_truth / "wider_face_val.mat",
            _only(settings.validation),
        )
        self._pictures = {"fusion": fusion, "validation": spread(listed, settings.validation.pictures)}
        self._begun: dict[str, float] = {}

    def predictions(self, variant: Variant) -> dict[str, NDArray[np.float64]]:
        """A variant's predictions for the validation pictures."""
        target = self._folder / variant.name / "predictions"
        if not variant.second_stage:
            return self._candidates("validation")
        if missing := _missing(target, self._pictures["validation"]):
            stage = self._fitted(variant)
            for picture, frame, finder in self._finders(stage, missing, "validation", f"search, {variant.name}"):
                write_submission(target, {picture.name: protocol_rows(finder.find(frame, self._cancel).faces)})
            self._events.log(f"{variant.name}: predictions are in {target}.")
        return read_submission(target)

    def crop_counts(self) -> dict[str, int]:
        """Number of training crops of each kind."""
        crops = self._crops()
        kinds = {"sharp_faces": crops.sharp & crops.face, "sharp_others": crops.sharp & ~crops.face}
        kinds |= {"small_faces": ~crops.sharp & crops.face, "small_others": ~crops.sharp & ~crops.face}
        return {name: int(mask.sum()) for name, mask in kinds.items()}

    def _crops(self) -> Crops:
        from tinyface_core.datasets.crops import Crops, MiningRules, annotated_faces, mine_crops
        from tinyface_core.presets import GAN_PRESETS

        path = self._folder / "crops.npz"
        if not path.exists():
            preset = GAN_PRESETS[self._settings.preset]
            rules = MiningRules(
                preset.high, preset.context, per_picture=self._settings.per_picture, seed=self._settings.seed
            )
            # The published schedule leaves out our additions: shifted crops, crops without a sharp target, and faces
            # that the detector missed.
            published = self._settings.schedule == "paper"
            if published:
                rules = replace(rules, margin=0.0, small=False)

            def proposed(_: AnnotatedPicture, pixels: RgbImage) -> NDArray[np.float32]:
                return propose(self._detector, pixels, cancel=self._cancel).boxes.astype(np.float32)

            mine_crops(
                self._train,
                [proposed] if published else [annotated_faces, proposed],
                rules,
                lambda done, total: self._progress("mine crops", done, total),
                self._cancel,
                self._leave_out,
            ).save(path)
        return Crops.load(path)

    def _trained(self, variant: Variant) -> Path:
        """The weights of a variant."""
        from tinyface_core.presets import GAN_PRESETS
        from tinyface_core.training.gan import train_gan
        from tinyface_core.weights import load_tensors

        result = self._folder / variant.name / "gan.safetensors"
        if result.exists():
            return result
        preset, pretraining, training = GAN_PRESETS[self._settings.preset], *self._schedules(variant)
        common = self._folder / ("pretraining" if variant.refine else "pretraining-without-refinement")
        start = common / "gan.safetensors"
        if not start.exists():
            self._events.log(f"{variant.name}: pre-training in {common}.")
            scratch = self._settings.from_scratch
            train_gan(preset, pretraining, self._crops(), common, self._events, self._cancel, from_scratch=scratch)
        self._events.log(f"{variant.name}: training.")
        return train_gan(
            preset, training, self._crops(), result.parent, self._events, self._cancel, start_from=load_tensors(start)
        )

    def _schedules(self, variant: Variant) -> tuple[GanTraining, GanTraining]:
        from tinyface_core.datasets.degradation import Degradation
        from tinyface_core.training.gan_settings import desktop_training, paper_training

        settings = self._settings
        if settings.schedule == "paper":
            whole = paper_training(int(self._crops().sharp.sum()), settings.batch)
        else:
            whole = desktop_training(0, 0, settings.pretrain_steps, settings.adversarial_steps, 0, 0, settings.batch)
            # Only the paper's loss terms and degradation are compared. G1 and G2 start together, which needs a lower
            # learning rate.
            together = replace(whole.phases[0], rate=5e-4, final_rate=1e-4, keep_g1=False)
            losses = replace(whole.losses, perceptual=0.0)
            whole = replace(whole, phases=(together, *whole.phases[1:]), losses=losses, degradation=Degradation())
        whole = replace(whole, refine=variant.refine, seed=settings.seed, precision=settings.precision, sample_steps=0)
        losses = replace(whole.losses, adversarial=variant.adversarial, classification=variant.classification)
        return replace(whole, phases=whole.phases[:1]), replace(whole, phases=whole.phases[1:], losses=losses)

    def _fitted(self, variant: Variant) -> GanSecondStage:
        """A variant's second stage with its calibrated score fusion."""
        from tinyface_core.evaluation.calibration import collect_candidates, fit_fusion

        weights, path = self._trained(variant), self._folder / variant.name / "fusion.json"
        if not path.exists():
            stage = self._stage(variant, weights, {})
            finders = self._finders(stage, self._pictures["fusion"], "fusion", f"calibrate, {variant.name}")
            found = ((picture, finder.candidates(frame, self._cancel)) for picture, frame, finder in finders)
            write_json(path, fit_fusion(collect_candidates(found)))
        return self._stage(variant, weights, _read(path, dict[str, Number]))

    def _stage(self, variant: Variant, weights: Path, rule: Mapping[str, float]) -> GanSecondStage:
        from tinyface_core.backends.torch import TorchStageNetworks
        from tinyface_core.device import choose_device
        from tinyface_core.gan.stage import GanSecondStage
        from tinyface_core.gan.weights import gan_networks
        from tinyface_core.presets import GAN_PRESETS
        from tinyface_core.weights import load_tensors

        # Every candidate passes through both networks, as in the paper.
        preset = replace(GAN_PRESETS[self._settings.preset], undecided=math.inf, ruled_out=math.inf)
        generator, discriminator = gan_networks(load_tensors(weights), preset)
        precision = "bfloat16" if self._settings.precision == "bf16-mixed" else "auto"
        networks = TorchStageNetworks(generator, discriminator, preset, choose_device("auto"), precision)
        return GanSecondStage(networks, variant.name, fusion=rule)

    def _finders(
        self, stage: GanSecondStage, pictures: list[AnnotatedPicture], split: str, label: str
    ) -> Iterator[tuple[AnnotatedPicture, Frame, FaceFinder]]:
        """A finder for every picture, with the candidates that all variants share."""
        from tinyface_core.media.images import load_image
        from tinyface_core.search.finder import FaceFinder

        candidates = self._candidates(split)
        settings = SearchSettings(budget=self._settings.budget)
        readable = [picture for picture in pictures if picture.name in candidates]
        for number, picture in enumerate(readable):
            rows = candidates[picture.name]
            proposals = Detections.of(np.column_stack([rows[:, :2], rows[:, :2] + rows[:, 2:4]]), rows[:, 4])
            finder = FaceFinder(_Known(proposals, "candidates"), stage, settings)
            yield picture, load_image(picture.path), finder
            self._progress(label, number + 1, len(readable))

    def _candidates(self, split: str) -> dict[str, NDArray[np.float64]]:
        """The detector's candidates after non-maximum suppression, computed once for all variants."""
        from tinyface_core.search.finder import FaceFinder

        target = self._folder / "candidates" / split
        missing, finder = _missing(target, self._pictures[split]), FaceFinder(self._detector)
        for number, (picture, pixels) in enumerate(with_pixels(missing, self._leave_out)):
            result = finder.find(Frame(pixels, str(picture.path)), self._cancel)
            write_submission(target, {picture.name: protocol_rows(result.faces)})
            self._progress(f"detect, {split}", number + 1, len(missing))
        return read_submission(target)

    def _leave_out(self, file: Path, error: Exception) -> None:
        self._events.log(f"{file} is left out: {reason(error)}")

    def _progress(self, stage: str, done: int, total: int) -> None:
        if self._cancel is not None and self._cancel.is_set():
            raise Cancelled("The ablation was stopped; the same command goes on with it.")
        begun = self._begun.setdefault(stage, time.monotonic())
        if done % 20 == 0 or done == total:
            remaining = (time.monotonic() - begun) / (done - 1) * (total - done) if done > 1 else None
            self._events.progress(stage, done, total, remaining)


def _missing(folder: Path, pictures: list[AnnotatedPicture]) -> list[AnnotatedPicture]:
    """The pictures without predictions in a submission folder, which need not exist."""
    done = read_submission(folder) if any(folder.glob("*/*.txt")) else {}
    return [picture for picture in pictures if picture.name not in done]


def _only(pictures: PictureSet) -> list[str] | None:
    return None if pictures.only is None else read_names(pictures.only)


def _read(path: Path, kind: type[T]) -> T:
    """Read a file of an earlier run."""
    try:
        return read_json(path, kind)
    except ValueError as error:
        raise UserError(f"{path} is damaged ({error}): choose another folder.") from error


def _claim(folder: Path, recipe: Mapping[str, Any]) -> None:
    """Write the settings of the run into a new folder; reject a folder of a run with other settings."""
    path = folder / "settings.json"
    if path.exists():
        if _read(path, dict[str, Any]) != recipe:
            raise UserError(f"{folder} holds an ablation with other settings or weights: choose another folder.")
        return
    write_json(path, recipe)
