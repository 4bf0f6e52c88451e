"""Executes a run: prepare, measure, train, measure again.

Each step stores its result in the run's folder; an interrupted run skips finished steps and resumes the unfinished one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from tinyface_core.backends.export import with_exports
from tinyface_core.backends.torch import TorchDetectorNetwork, TorchStageNetworks
from tinyface_core.datasets.annotations import AnnotatedPicture, with_pixels
from tinyface_core.datasets.crops import (
    Crops,
    MiningRules,
    ProposalSource,
    RandomBoxes,
    annotated_faces,
    cached_crops,
    known_negatives,
    mine_crops,
)
from tinyface_core.datasets.pixel_cache import PixelCache, Rearranged
from tinyface_core.detector.growth import detector_network
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.detector.network import MBFCNDetector
from tinyface_core.device import choose_device
from tinyface_core.evaluation.calibration import collect_candidates, fit_fusion, uncalibrated
from tinyface_core.files import write_json
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.second_stage import Judgement
from tinyface_core.gan.stage import GanSecondStage
from tinyface_core.gan.weights import gan_networks
from tinyface_core.memory import memory_megabytes
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search_settings import SearchSettings
from tinyface_core.training.checkpoint import load_checkpoint, saved_weights
from tinyface_core.training.detector import train_detector
from tinyface_core.training.divergence import Diverged, DivergenceWatch
from tinyface_core.training.events import CombinedEvents, JobEvents
from tinyface_core.training.fabric import training_fabric
from tinyface_core.training.finetune.held_back import Predictions, compare, overall_ap, search
from tinyface_core.training.finetune.known_photo import found_in_photo, is_photo_among
from tinyface_core.training.finetune.material import Material, at_least, make_material, mixed
from tinyface_core.training.finetune.request import CALIBRATION_PICTURES
from tinyface_core.training.finetune.runs import Run, start_card
from tinyface_core.training.finetune.schedules import detector_training, gan_training
from tinyface_core.training.gan import train_gan
from tinyface_core.training.gan_measure import measure_gan
from tinyface_core.training.gan_samples import write_before_after
from tinyface_core.training.loop import TrainingRun
from tinyface_core.types import Cancelled, CancelToken, Detections, Frame, UserError
from tinyface_core.weights import Manifest, WeightsEntry, load_tensors, mean_tensors, save_tensors

_MEASURED_WHILE_TRAINING = 12
CALIBRATION_BUDGET = 300
_BUDGET = 128


@dataclass(frozen=True, slots=True)
class Networks:
    """Weights for a search: tensors by role, and the parameters of the score fusion."""

    detector: dict[str, Tensor]
    gan: dict[str, Tensor] | None
    fusion: dict[str, float]


class FineTuning:
    """The execution of a run."""

    def __init__(self, run: Run, events: JobEvents, cancel: CancelToken) -> None:
        self._run, self._events, self._cancel = run, events, cancel
        self._request = run.request
        self._cards = {role: start_card(run, role) for role in ("detector", "gan")}
        self._kept_early = False

    def work(self) -> dict[str, Any]:
        """Execute all steps that are not done yet; returns a summary as JSON values.

        Raises:
            Cancelled: when asked to stop, unless the user wants to keep the weights so far.
            Diverged: if a training diverged; the weights of its last checkpoint are kept in the run.
            UserError, OSError: if the run cannot be executed.
        """
        request = self._request
        self._events.log("Reading and checking the data.")
        material = self.material()
        for finding in material.check.findings:
            self._events.log(finding.sentence)
        self._events.log(
            f"{len(material.learned)} pictures to learn from, {len(material.held_back)} held back, "
            f"{len(material.old)} old ones."
        )
        start = self.start_networks()
        before = self._predictions("before", start, material)
        self._events.scalar("detector/validation/ap", 0, overall_ap(material.held_back, before))
        trained = start
        cards: list[WeightsEntry] = []
        try:
            if request.target != "gan":
                learned = load_tensors(self.train_detector(start, material))
                trained = replace(trained, detector=self._joined(start.detector, learned))
                cards.append(self._card("detector", trained.detector))
            if request.target != "detector" and not self._kept_early:
                learned = load_tensors(self.train_gan(start, material))
                rule = self._calibrate(replace(trained, gan=learned), material)
                trained = replace(trained, gan=learned, fusion=rule)
                cards.append(replace(self._card("gan", learned), fusion=rule))
        except Diverged:
            cards += self._last_good()
            write_json(self._run.folder / "cards.json", {"weights": [asdict(card) for card in cards]})
            raise
        after = self._predictions("after", trained, material)
        figures = self.figures(start, trained, material) | self._in_photo(start, trained, material)
        comparison = compare(material.held_back, before, after, figures)
        comparison = replace(comparison, left_out=material.check.left_out)
        write_json(self._run.folder / "comparison.json", asdict(comparison))
        overall = comparison.bands[0]
        measured = {"held_back_ap": overall.after, "held_back_ap_before": overall.before}
        self._events.progress("export", 0, 1, None)
        pictures = [pixels for _, pixels in with_pixels(material.learned[:CALIBRATION_PICTURES], self._events.left_out)]
        measured_cards = tuple(replace(card, measured=measured) for card in cards)
        cards = list(with_exports(Manifest(self._run.folder, measured_cards), pictures).entries)
        write_json(self._run.folder / "cards.json", {"weights": [asdict(card) for card in cards]})
        return {"weights": [card.file for card in cards], "ap_before": overall.before, "ap_after": overall.after}

    def material(self) -> Material:
        """Read, check and split the data; see `make_material`."""
        request, frames = self._request, self._run.folder / "frames"
        return make_material(request.sources, request.old, request.numbers.held_back, frames, self._cancel, self._tell)

    def start_networks(self) -> Networks:
        """The weights that the run starts from."""
        return Networks(
            load_tensors(Path(self._cards["detector"].file)),
            load_tensors(Path(self._cards["gan"].file)) if self._request.target != "detector" else None,
            self._cards["gan"].fusion,
        )

    def _predictions(self, name: str, networks: Networks, material: Material) -> Predictions:
        file = self._run.folder / f"{name}.json"
        if file.exists():
            rows = json.loads(file.read_text("utf-8"))
            return {picture: np.array(values, np.float64).reshape(-1, 5) for picture, values in rows.items()}

        def tell(done: int, total: int) -> None:
            self._events.progress(f"measure {name}", done, total, None)

        found = self.search(networks, material.held_back, tell)
        write_json(file, {picture: rows.tolist() for picture, rows in found.items()}, indent=None)
        return found

    def search(
        self,
        networks: Networks,
        pictures: Sequence[AnnotatedPicture],
        progress: Callable[[int, int], None] | None = None,
    ) -> Predictions:
        """Search pictures with these weights."""
        return search(self.finder(networks), pictures, self._cancel, progress)

    def finder(self, networks: Networks, budget: int = _BUDGET) -> FaceFinder:
        """A finder with these weights; at most `budget` candidates of a picture go through the second stage."""
        device = choose_device(self._request.device)
        model = detector_network(networks.detector, self._cards["detector"].preset)
        detector = MBFCNDetector(TorchDetectorNetwork(model, device))
        if networks.gan is None:
            return FaceFinder(detector)
        preset = GAN_PRESETS[self._cards["gan"].preset]
        generator, discriminator = self._second_stage(networks.gan)
        stage = GanSecondStage(TorchStageNetworks(generator, discriminator, preset, device), fusion=networks.fusion)
        return FaceFinder(detector, stage, SearchSettings(budget=budget))

    def _second_stage(self, tensors: dict[str, Tensor]) -> tuple[Generator, Discriminator]:
        generator, discriminator = gan_networks(tensors, GAN_PRESETS[self._cards["gan"].preset])
        return generator.eval(), discriminator.eval()

    def _in_photo(self, start: Networks, trained: Networks, material: Material) -> dict[str, tuple[float, float]]:
        if is_photo_among(picture.path for picture in (*material.learned, *material.old)):
            return {}
        found = []
        for done, networks in enumerate((start, trained)):
            self._events.progress("forget", done, 2, None)
            found.append(found_in_photo(self.finder(networks), self._cancel))
        return dict(zip(("photo_found", "photo_false"), zip(*found, strict=True), strict=True))

    def figures(self, start: Networks, trained: Networks, material: Material) -> dict[str, tuple[float, float]]:
        """PSNR and AUC of the second stage on crops of held-back pictures; also writes the sheet of faces."""
        if start.gan is None or trained.gan is None or not any(_has_crops(p) for p in material.held_back):
            return {}
        crops = self._crops("held-back", material.held_back)
        preset = GAN_PRESETS[self._cards["gan"].preset]
        stages = [self._second_stage(tensors) for tensors in (start.gan, trained.gan)]
        sharp = crops.chosen(crops.sharp & crops.face)
        if len(sharp):
            write_before_after(self._run.faces_sheet, stages[0][0], stages[1][0], sharp, preset)
        before, after = (measure_gan(*stage, crops, preset) for stage in stages)
        return {name: (before[name], after[name]) for name in before if np.isfinite([before[name], after[name]]).all()}

    def prepare_detector(self, material: Material) -> PixelCache:
        """Decode all training pictures, new ones first."""
        paths = [picture.path for picture in (*material.learned, *material.old)]
        folder = self._run.folder / "pixels"
        return PixelCache(paths, folder, lambda *done: self._tell("decode", *done), self._events.left_out)

    def detector_places(self, material: Material, pixels: PixelCache | None = None) -> list[int]:
        """Indices of the detector's training pictures, new ones first, with repetitions to mix new and old data.

        Raises:
            UserError: if none of the pictures could be read.
        """
        numbers = self._request.numbers
        places = mixed(len(material.learned), len(material.old), numbers.old_share)
        if pixels is not None:
            readable = set(pixels.readable)
            places = [place for place in places if place in readable]
        if not places:
            raise UserError("None of the pictures can be read: get fresh copies of them.")
        return at_least(places, numbers.detector_batch)

    def train_detector(self, start: Networks, material: Material, measured: bool = True) -> Path:
        """Train the detector from `start`, or resume its training, perhaps with measurements; returns the file.

        Raises:
            Cancelled, Diverged: see `work`.
        """
        folder = self._run.folder / "detector"
        result = folder / "detector.safetensors"
        if result.exists():
            return result
        preset = DETECTOR_PRESETS[self._cards["detector"].preset]
        pictures = [*material.learned, *material.old]
        pixels = self.prepare_detector(material)
        places = self.detector_places(material, pixels)
        settings = detector_training(self._request)
        if not measured:
            settings = replace(settings, sample_steps=0)
        shown = material.held_back[:_MEASURED_WHILE_TRAINING]

        def measure(average: MBFCN) -> dict[str, float]:
            finder = FaceFinder(MBFCNDetector(TorchDetectorNetwork(average, next(average.parameters()).device)))
            return {"ap": overall_ap(shown, search(finder, shown))}

        events = _StageEvents(self._events, "detector")
        watched = DivergenceWatch(events, ("loss/classification", "loss/box"))
        try:
            train_detector(
                preset,
                settings,
                [pictures[place] for place in places],
                Rearranged(pixels, places),
                self._training_run(folder, watched),
                start.detector,
                measure,
            )
        except Cancelled:
            self._keep_or_leave(result)
        return result

    def _joined(self, start: dict[str, Tensor], learned: dict[str, Tensor]) -> dict[str, Tensor]:
        """The detector between what it was and what it learned, which forgets less."""
        grown = detector_network(start, self._cards["detector"].preset).state_dict()
        return mean_tensors(grown, learned, self._request.numbers.detector_share)

    def crops_to_learn(self, material: Material) -> Crops:
        """The training crops of the second stage, with repetitions to mix new and old data."""
        new = self._crops("learned", material.learned)
        if not material.old:
            return new
        old = self._crops("old", material.old)
        places = np.array(mixed(len(new), len(old), self._request.numbers.old_share))
        return Crops.joined([new, old]).chosen(places)

    def train_gan(self, start: Networks, material: Material) -> Path:
        """Train the second stage, or resume its training; returns the file with the weights.

        Raises:
            Cancelled, Diverged: see `work`.
        """
        folder = self._run.folder / "gan"
        result = folder / "gan.safetensors"
        if result.exists():
            return result
        assert start.gan is not None
        preset = GAN_PRESETS[self._cards["gan"].preset]
        crops = self.crops_to_learn(material)
        tensors = start.gan
        if not self._request.numbers.refine:
            tensors = {key: value for key, value in tensors.items() if not key.startswith("generator.g2.")}
        refine = any(key.startswith("generator.g2.") for key in tensors)
        settings = replace(gan_training(self._request), refine=refine)
        samples = self._crops("held-back", material.held_back)
        sharp = samples.chosen(samples.sharp & samples.face)

        def measure(generator: Generator, discriminator: Discriminator) -> dict[str, float]:
            return measure_gan(generator, discriminator, samples, preset)

        events = _StageEvents(self._events, "gan")
        watched = DivergenceWatch(events, ("generator/pixel", "discriminator/classification"))
        try:
            train_gan(
                preset,
                settings,
                crops,
                self._training_run(folder, watched),
                tensors,
                sharp if len(sharp) else samples,
                measure,
            )
        except Cancelled:
            self._keep_or_leave(result)
        return result

    def _crops(self, name: str, pictures: Sequence[AnnotatedPicture]) -> Crops:
        rules = MiningRules(seed=self._request.numbers.seed)
        sources: list[ProposalSource] = [annotated_faces, known_negatives, RandomBoxes(40, rules.seed)]

        def mine() -> Crops:
            return mine_crops(
                list(pictures),
                sources,
                rules,
                lambda done, total: self._tell(f"cut crops of {name}", done, total),
                self._cancel,
                self._events.left_out,
            )

        recipe = {"rules": asdict(rules), "pictures": [str(picture.path) for picture in pictures]}
        return cached_crops(self._run.folder / "gan" / f"crops-{name}.npz", recipe, mine)

    def _calibrate(self, networks: Networks, material: Material) -> dict[str, float]:
        """Calibrate the score fusion on training pictures; if that fails, return the old parameters."""
        finder = self.finder(replace(networks, fusion=uncalibrated(networks.fusion)), CALIBRATION_BUDGET)
        pictures = material.learned[:CALIBRATION_PICTURES]
        self._events.log("Fitting the rule that joins detector and discriminator.")

        def searched() -> Iterator[tuple[AnnotatedPicture, tuple[Detections, Judgement]]]:
            for done, (picture, pixels) in enumerate(with_pixels(pictures, self._events.left_out)):
                self._events.progress("calibrate", done, len(pictures), None)
                yield picture, finder.candidates(Frame(pixels, str(picture.path)), self._cancel)

        candidates = collect_candidates(searched())
        try:
            return uncalibrated(networks.fusion) | fit_fusion(candidates)
        except UserError as error:
            self._events.log(f"The rule that joins both stages stays as it was: {error}")
            return networks.fusion

    def _training_run(self, folder: Path, events: JobEvents) -> TrainingRun:
        return TrainingRun(folder, events, self._cancel, training_fabric(self._request.device))

    def _keep_or_leave(self, result: Path) -> None:
        """Write the weights so far to `result` if the user wants to keep them; otherwise raise `Cancelled` again."""
        checkpoint = result.with_name("checkpoint.pt")
        if self._run.wish() != "keep" or not checkpoint.exists():
            raise
        save_tensors(result, saved_weights(load_checkpoint(checkpoint)))
        self._kept_early = True
        self._run.ask("run")
        self._events.log("Stopped early; what it has learned so far is measured and kept.")

    def _last_good(self) -> list[WeightsEntry]:
        """Weights of the last checkpoint of a training that diverged."""
        for role in ("gan", "detector"):
            checkpoint = self._run.folder / role / "checkpoint.pt"
            result = checkpoint.with_name(f"{role}.safetensors")
            if checkpoint.exists() and not result.exists():
                tensors = saved_weights(load_checkpoint(checkpoint))
                if not all(bool(value.isfinite().all()) for value in tensors.values()):
                    return []  # running statistics may diverge before the loss does
                save_tensors(result, tensors)
                return [self._card(role, load_tensors(result))]
        return []

    def _card(self, role: str, tensors: dict[str, Tensor]) -> WeightsEntry:
        """Write new weights to the run's folder, where `Run.tidy` does not remove them, and make their metadata."""
        file = self._run.folder / f"{role}.safetensors"
        sha256 = save_tensors(file, tensors)
        before = self._cards[role]
        name = self._request.name if self._request.target != "both" else f"{self._request.name} ({role})"
        what = ", ".join(Path(source.annotations).name for source in self._request.sources)
        return replace(
            before,
            name=name,
            file=str(file),
            sha256=sha256,
            data=f"{before.data}; fine-tuned on {what}",
            date=date.today().isoformat(),
            measured={},
            started_from=before.name,
            notes="",
        )

    def _tell(self, stage: str, done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            self._events.progress(stage, done, total, None)


class _StageEvents(CombinedEvents):
    """Passes on events of one training of a run, with its name before those of curves, except its end."""

    def __init__(self, events: JobEvents, stage: str) -> None:
        super().__init__(events)
        self._stage = stage

    def progress(self, stage: str, done: int, total: int, remaining_seconds: float | None) -> None:
        """See `JobEvents`."""
        super().progress(self._stage, done, total, remaining_seconds)
        self.scalar("memory", done, memory_megabytes())

    def scalar(self, name: str, step: int, value: float) -> None:
        """See `JobEvents`."""
        super().scalar(f"{self._stage}/{name}", step, value)

    def sample(self, name: str, step: int, path: Path) -> None:
        """See `JobEvents`."""
        super().sample(f"{self._stage}/{name}", step, path)

    def finished(self, summary: dict[str, Any]) -> None:
        """The training is done; the run goes on."""


def _has_crops(picture: AnnotatedPicture) -> bool:
    return bool((~picture.ignored).any()) or len(picture.negatives) > 0
