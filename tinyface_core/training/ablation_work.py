"""The steps of an ablation: crops, candidates, trainings and predictions, each resumed from the run's folder."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from tinyface_core.checked import Number, read_json
from tinyface_core.datasets.annotations import (
    AnnotatedPicture,
    existing,
    from_pixel_numbers,
    spread,
    with_pixels,
)
from tinyface_core.datasets.wider import read_names, read_wider
from tinyface_core.detector.one_by_one import OneByOne
from tinyface_core.detector.registry import Detector
from tinyface_core.evaluation.prediction import protocol_rows
from tinyface_core.evaluation.submission import read_submission, write_submission
from tinyface_core.files import write_json
from tinyface_core.own_weights import installed_weights
from tinyface_core.runtime import Runtime
from tinyface_core.search.proposals import propose
from tinyface_core.search.tiling import Copies
from tinyface_core.search_settings import SearchSettings
from tinyface_core.training.ablation_settings import WITHOUT_REFINEMENT, AblationSettings, PictureSet, Variant
from tinyface_core.training.events import JobEvents
from tinyface_core.types import Cancelled, CancelToken, Detections, Frame, RgbImage, UserError

T = TypeVar("T")

if TYPE_CHECKING:
    from torch import Tensor

    from tinyface_core.datasets.crops import Crops
    from tinyface_core.gan.stage import GanSecondStage
    from tinyface_core.presets import GanPreset
    from tinyface_core.search.finder import FaceFinder
    from tinyface_core.training.gan_settings import GanTraining
    from tinyface_core.training.loop import TrainingRun


def _known(proposals: Detections) -> OneByOne:
    """A detector that finds what is known already."""
    return OneByOne("candidates", "", lambda _pixels: proposals, runtime=Runtime("cpu", "file", "float64"))


class AblationWork:
    """The steps of a run; each loads its result from the folder if it exists."""

    def __init__(
        self,
        settings: AblationSettings,
        detectors: Mapping[str, Detector],
        folder: Path,
        events: JobEvents,
        cancel: CancelToken | None,
    ) -> None:
        self._settings, self._detectors, self._folder = settings, detectors, folder
        self._events, self._cancel = events, cancel
        listed = read_wider(settings.train.images, settings.train.ground_truth, _only(settings.train))
        taken = spread(self._existing(listed), settings.train.pictures)
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
        self._pictures = {"fusion": fusion, "validation": spread(self._existing(listed), settings.validation.pictures)}
        self._begun: dict[str, float] = {}

    def _existing(self, listed: list[AnnotatedPicture]) -> list[AnnotatedPicture]:
        pictures, oddities = existing(listed)
        for sentence in oddities.sentences:
            self._events.log(sentence)
        return pictures

    def predictions(self, detector: str, variant: Variant, seed: int) -> dict[str, NDArray[np.float64]]:
        """A variant's predictions for the validation pictures, behind one of the detectors."""
        if not variant.second_stage:
            return self._candidates(detector, "validation")
        target = self._run(variant, seed) / detector / "predictions"
        if missing := _missing(target, self._pictures["validation"]):
            stage = self._fitted(detector, variant, seed)
            label = f"search, {detector}, {variant.name}, seed {seed}"
            for picture, frame, finder in self._finders(detector, stage, missing, "validation", label):
                write_submission(target, {picture.name: protocol_rows(finder.find(frame, self._cancel).faces)})
            self._events.log(f"{variant.name}: predictions are in {target}.")
        return read_submission(target)

    @property
    def _preset(self) -> GanPreset:
        """The preset without what the paper does not have beside G and D; every candidate passes through both."""
        from tinyface_core.presets import GAN_PRESETS

        preset = GAN_PRESETS[self._settings.preset]
        return replace(preset, surroundings=0, d_box=False, undecided=math.inf, ruled_out=math.inf)

    def _run(self, variant: Variant, seed: int) -> Path:
        """The folder of a training."""
        return self._folder / f"seed-{seed}" / variant.name

    def crop_counts(self) -> dict[str, int]:
        """Number of training crops of each kind."""
        crops = self._crops()
        kinds = {"sharp_faces": crops.sharp & crops.face, "sharp_others": crops.sharp & ~crops.face}
        kinds |= {"small_faces": ~crops.sharp & crops.face, "small_others": ~crops.sharp & ~crops.face}
        return {name: int(mask.sum()) for name, mask in kinds.items()}

    def _crops(self) -> Crops:
        from tinyface_core.datasets.crops import Crops, MiningRules, annotated_faces, mine_crops

        path = self._folder / "crops.npz"
        if not path.exists():
            preset = self._preset
            rules = MiningRules(
                preset.high, preset.context, per_picture=self._settings.per_picture, seed=self._settings.seeds[0]
            )
            # The published schedule leaves out our additions: shifted crops, crops without a sharp target, and faces
            # that the detector missed.
            published, detector = self._settings.schedule == "paper", next(iter(self._detectors.values()))
            if published:
                rules = replace(rules, margin=0.0, small=False)

            def proposed(_: AnnotatedPicture, pixels: RgbImage) -> NDArray[np.float32]:
                return propose(detector, Copies(pixels), cancel=self._cancel).faces.boxes.astype(np.float32)

            mine_crops(
                self._train,
                [proposed] if published else [annotated_faces, proposed],
                rules,
                lambda done, total: self._progress("mine crops", done, total),
                self._cancel,
                self._events.left_out,
            ).save(path)
        return Crops.load(path)

    def _trained(self, variant: Variant, seed: int) -> Path:
        """The weights of a variant."""
        from tinyface_core.training.gan import train_gan

        folder = self._run(variant, seed)
        result = folder / "gan.safetensors"
        if result.exists():
            return result
        start, (_, training) = self._pretrained(variant, seed), self._schedules(variant, seed)
        self._events.log(f"{variant.name}, seed {seed}: training.")
        return train_gan(self._preset, training, self._crops(), self._training_run(folder), start)

    def _training_run(self, folder: Path) -> TrainingRun:
        from tinyface_core.training.fabric import training_fabric
        from tinyface_core.training.loop import TrainingRun

        fabric = training_fabric(precision=self._settings.precision)
        return TrainingRun(folder, self._events, self._cancel, fabric)

    def _pretrained(self, variant: Variant, seed: int) -> dict[str, Tensor]:
        """The weights that all variants with the same generator start from."""
        from tinyface_core.training.gan import train_gan
        from tinyface_core.weights import load_tensors

        begun = self._start(variant, seed)
        name = "pretraining" if variant.refine else "pretraining-without-refinement"
        common = self._folder / f"seed-{seed}" / name
        result = common / "gan.safetensors"
        if not result.exists():
            self._events.log(f"{variant.name}, seed {seed}: pre-training in {common}.")
            pretraining, _ = self._schedules(variant, seed)
            train_gan(self._preset, pretraining, self._crops(), self._training_run(common), begun)
        return load_tensors(result)

    def _start(self, variant: Variant, seed: int) -> dict[str, Tensor] | None:
        """New weights with the G1 to start from; None without such a G1.

        With a G2 they have the discriminator that was pre-trained on the pictures of that G1.
        """
        import torch

        from tinyface_core.gan.discriminator import Discriminator
        from tinyface_core.gan.generator import Generator

        if not self._settings.start:
            return None
        installed = installed_weights()
        entry = installed.entry(self._settings.start)
        if entry.preset != self._settings.preset:
            raise UserError(f"{entry.name} has the preset {entry.preset}, not {self._settings.preset}: change one.")
        torch.manual_seed(seed)
        networks = {"generator": Generator(self._preset, variant.refine), "discriminator": Discriminator(self._preset)}
        new = {f"{name}.{key}": value for name, one in networks.items() for key, value in one.state_dict().items()}
        given = self._pretrained(WITHOUT_REFINEMENT, seed) if variant.refine else installed.tensors(entry)
        known = ("generator.g1.", "discriminator.") if variant.refine else ("generator.g1.",)
        return {name: given[name] if name.startswith(known) else value for name, value in new.items()}

    def _schedules(self, variant: Variant, seed: int) -> tuple[GanTraining, GanTraining]:
        """The shared pre-training and the variant's own training."""
        from tinyface_core.datasets.degradation import Degradation
        from tinyface_core.training.gan_settings import desktop_training, paper_training

        settings = self._settings
        if settings.schedule == "paper":
            whole = paper_training(int(self._crops().sharp.sum()), settings.batch)
        else:
            steps = settings.pretrain_steps, settings.adversarial_steps, 0, settings.judge_steps
            whole = desktop_training(0, 0, *steps, settings.batch)
            whole = replace(whole, losses=replace(whole.losses, perceptual=0.0))  # only the paper's terms are compared
            if not settings.start:
                # G1 and G2 start together, which needs a lower learning rate, and learn the paper's reductions alone.
                together = replace(whole.phases[0], rate=5e-4, final_rate=1e-4, keep_g1=False)
                whole = replace(whole, phases=(together, *whole.phases[1:]), degradation=Degradation())
        whole = replace(whole, refine=variant.refine, seed=seed, precision=settings.precision, sample_steps=0)
        whole = replace(whole, from_scratch=settings.from_scratch)
        losses = replace(whole.losses, adversarial=variant.adversarial, classification=variant.classification)
        first = [phase for phase in whole.phases if phase.stage != "adversarial"]
        if settings.start:
            # G1 is given, and the discriminator learns once from its pictures.
            first = [phase for phase in first if (phase.stage == "pretrain") == variant.refine]
        own = tuple(phase for phase in whole.phases if phase.stage == "adversarial")
        return replace(whole, phases=tuple(first)), replace(whole, phases=own, losses=losses)

    def _fitted(self, detector: str, variant: Variant, seed: int) -> GanSecondStage:
        """A variant's second stage with its score fusion, calibrated for one of the detectors."""
        from tinyface_core.evaluation.calibration import collect_candidates, fit_fusion

        weights, path = self._trained(variant, seed), self._run(variant, seed) / detector / "fusion.json"
        if not path.exists():
            stage, label = self._stage(variant, weights, {}), f"calibrate, {detector}, {variant.name}, seed {seed}"
            finders = self._finders(detector, stage, self._pictures["fusion"], "fusion", label)
            found = ((picture, finder.candidates(frame, self._cancel)) for picture, frame, finder in finders)
            write_json(path, fit_fusion(collect_candidates(found)))
        return self._stage(variant, weights, read_earlier(path, dict[str, Number]))

    def _stage(self, variant: Variant, weights: Path, rule: Mapping[str, float]) -> GanSecondStage:
        from tinyface_core.backends.torch import TorchStageNetworks
        from tinyface_core.device import choose_device
        from tinyface_core.gan.stage import GanSecondStage
        from tinyface_core.gan.weights import gan_networks
        from tinyface_core.weights import load_tensors

        preset = self._preset
        generator, discriminator = gan_networks(load_tensors(weights), preset)
        precision = "bfloat16" if self._settings.precision == "bf16-mixed" else "auto"
        networks = TorchStageNetworks(generator, discriminator, preset, choose_device("auto"), precision)
        return GanSecondStage(networks, variant.name, fusion=rule)

    def _finders(
        self, detector: str, stage: GanSecondStage, pictures: list[AnnotatedPicture], split: str, label: str
    ) -> Iterator[tuple[AnnotatedPicture, Frame, FaceFinder]]:
        """A finder for every picture, with the candidates that all variants share."""
        from tinyface_core.media.images import load_image
        from tinyface_core.search.finder import FaceFinder

        candidates = self._candidates(detector, split)
        settings = SearchSettings(budget=self._settings.budget)
        readable = [picture for picture in pictures if picture.name in candidates]
        for number, picture in enumerate(readable):
            rows = candidates[picture.name]
            proposals = Detections.of(from_pixel_numbers(rows[:, :4]), rows[:, 4])
            finder = FaceFinder(_known(proposals), stage, settings)
            yield picture, load_image(picture.path), finder
            self._progress(label, number + 1, len(readable))

    def _candidates(self, detector: str, split: str) -> dict[str, NDArray[np.float64]]:
        """A detector's candidates after non-maximum suppression, computed once for all variants."""
        from tinyface_core.search.finder import FaceFinder

        target = self._folder / "candidates" / detector / split
        missing, finder = _missing(target, self._pictures[split]), FaceFinder(self._detectors[detector])
        for number, (picture, pixels) in enumerate(with_pixels(missing, self._events.left_out)):
            result = finder.find(Frame(pixels, str(picture.path)), self._cancel)
            write_submission(target, {picture.name: protocol_rows(result.faces)})
            self._progress(f"detect, {detector}, {split}", number + 1, len(missing))
        return read_submission(target)

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


def read_earlier(path: Path, kind: type[T]) -> T:
    """Read a JSON file of an earlier run.

    Raises:
        UserError: if it is damaged.
    """
    try:
        return read_json(path, kind)
    except ValueError as error:
        raise UserError(f"{path} is damaged ({error}): choose another folder.") from error
