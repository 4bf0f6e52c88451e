"""The ablation on pictures of bright squares: what each variant leaves out, resuming, the table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save
from scipy.ndimage import find_objects, label
from typer.testing import CliRunner

from tests.core.evaluation.wider_files import Annotated, write_ground_truth
from tinyface_core.commands.app import app
from tinyface_core.datasets.crops import Crops
from tinyface_core.datasets.degradation import Degradation
from tinyface_core.detector.one_by_one import OneByOne
from tinyface_core.evaluation.submission import read_submission
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.losses import GanLossWeights
from tinyface_core.own_weights import OwnWeights
from tinyface_core.presets import GAN_PRESETS
from tinyface_core.registry import Entry, Registry
from tinyface_core.runtime import Runtime
from tinyface_core.training import ablation
from tinyface_core.training.ablation import run_ablation
from tinyface_core.training.ablation_settings import VARIANTS, AblationSettings, PictureSet, read_ablation
from tinyface_core.training.ablation_work import AblationWork
from tinyface_core.training.checkpoint import load_checkpoint
from tinyface_core.training.events import CombinedEvents
from tinyface_core.types import Cancelled, Detections, UserError
from tinyface_core.weights import WeightsEntry, load_tensors

SILENT = CombinedEvents()
FACES = [[20, 20, 50, 50], [110, 30, 12, 12]]


def find_squares(image):
    """Every bright square, and one place where there is none."""
    squares, _ = label(image[:, :, 0] > 200)
    boxes = [(x.start, y.start, x.stop, y.stop) for y, x in find_objects(squares)]
    return Detections.of([*boxes, (100, 90, 160, 150), (5, 100, 20, 115)], [0.6] * len(boxes) + [0.7, 0.4])


@pytest.fixture
def settings(tmp_path, monkeypatch):
    registry = Registry(
        "detector", "", [Entry("squares", "", lambda: lambda _: OneByOne("squares", "abc", find_squares))]
    )
    monkeypatch.setattr(ablation, "standard_detectors", lambda: registry)
    images = tmp_path / "images"
    images.mkdir()
    counted = {subset: [1, 2] for subset in ("easy", "medium", "hard")}
    for number in range(6):
        pixels = np.random.default_rng(number).integers(0, 90, (170, 180, 3), dtype=np.uint8)
        for x, y, width, height in FACES:
            pixels[y : y + height, x : x + width] = 255
        Image.fromarray(pixels).save(images / f"{number}.png")
    truth = write_ground_truth(
        tmp_path / "truth", {f"0--A/{number}": Annotated(FACES, counted=counted) for number in range(6)}
    )
    return AblationSettings(
        PictureSet(images, truth / "wider_face_val.mat"),
        PictureSet(images, truth, pictures=3),
        fusion_pictures=2,
        detectors=("squares",),
        preset="tiny",
        pretrain_steps=1,
        adversarial_steps=2,
        batch=4,
        budget=8,
        rounds=20,
    )


def test_every_variant_is_trained_without_its_part_and_measured_beside_the_papers_row(settings, tmp_path):
    folder = tmp_path / "run"
    rows = run_ablation(settings, folder, SILENT)
    assert [row.variant for row in rows] == list(VARIANTS)
    assert all(row.reports[0].pictures == 3 and row.reports[0].is_subset for row in rows)
    baseline, everything = rows[0], rows[-1]
    # Of the candidates by falling score, one in four is wrong and comes first.
    assert baseline.ap["hard"].value == pytest.approx(2 / 3, abs=0.01)
    assert not baseline.over_baseline and not everything.below_all
    # The paper's second stage moves no box.
    places = [
        read_submission(folder / part)["0--A/0"][:, :4].tolist()
        for part in ("candidates/squares/validation", "seed-1/all/squares/predictions")
    ]
    assert sorted(places[0]) == sorted(places[1])
    for row in rows[1:]:
        gained = row.reports[0].subsets["hard"].ap - baseline.reports[0].subsets["hard"].ap
        assert row.over_baseline["hard"].value == pytest.approx(gained)
    names = load_tensors(folder / "seed-1" / "without-refinement" / "gan.safetensors")
    assert not any(name.startswith("generator.g2.") for name in names)
    assert any(name.startswith("generator.g2.") for name in load_tensors(folder / "seed-1" / "all" / "gan.safetensors"))
    document = json.loads((folder / "ablation.json").read_text())
    assert document["settings"]["detectors"] == ["squares abc"] and document["crops"]["sharp_faces"] > 0
    assert [row["paper_ap"]["hard"] for row in document["rows"]] == [0.858, 0.863, 0.867, 0.865, 0.873]


def test_every_seed_is_a_training_and_every_detector_a_table_and_seeds_may_be_added(settings, tmp_path, monkeypatch):
    entries = [
        Entry(name, "", lambda name=name: lambda _: OneByOne(name, name, find_squares)) for name in ("squares", "more")
    ]
    monkeypatch.setattr(ablation, "standard_detectors", lambda: Registry("detector", "", entries))
    folder, settings = tmp_path / "run", replace(settings, detectors=("squares", "more"))
    one = run_ablation(settings, folder, SILENT)
    assert [row.detector for row in one] == ["squares"] * 5 + ["more"] * 5
    # The second detector proposes the same, and the weights are trained once.
    assert [row.ap for row in one[:5]] == [row.ap for row in one[5:]]
    written = {path: path.stat().st_mtime_ns for path in folder.rglob("gan.safetensors")}
    assert len(written) == 4 + 2
    rows = run_ablation(replace(settings, seeds=(1, 2)), folder, SILENT)
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert [len(row.reports) for row in rows] == [1, 2, 2, 2, 2] * 2
    for first, both in zip(one, rows, strict=True):
        assert both.reports[0].as_json() == first.reports[0].as_json()
        each = [report.subsets["hard"].ap for report in both.reports]
        assert both.ap["hard"].value == pytest.approx(sum(each) / len(each))
        assert both.ap["hard"].interval.low <= both.ap["hard"].value <= both.ap["hard"].interval.high
    g1 = "generator.g1.head.0.weight"
    trained = [load_tensors(folder / f"seed-{seed}" / "all" / "gan.safetensors")[g1] for seed in (1, 2)]
    assert not torch.equal(*trained)


def test_variants_start_with_an_installed_g1_and_a_discriminator_that_learned_from_its_pictures(settings, tmp_path):
    preset = GAN_PRESETS["tiny"]
    torch.manual_seed(5)
    networks = {"generator": Generator(preset), "discriminator": Discriminator(preset)}
    given = {f"{name}.{key}": value for name, one in networks.items() for key, value in one.state_dict().items()}
    OwnWeights().add(save(given), WeightsEntry("mine", "gan", "tiny", "", "", "own", "own", "2026-11-30"))
    begun, folder = replace(settings, start="mine", judge_steps=2), tmp_path / "run"
    assert len(run_ablation(begun, folder, SILENT)) == len(VARIANTS)
    first, second = (
        load_tensors(folder / "seed-1" / f"pretraining{name}" / "gan.safetensors")
        for name in ("-without-refinement", "")
    )
    g1, g2, face = "generator.g1.tail.weight", "generator.g2.head.0.weight", "discriminator.fc_clc.weight"
    assert all(torch.equal(weights[g1], given[g1].half().float()) for weights in (first, second))
    assert g2 not in first and not torch.equal(second[g2], given[g2].half().float())
    assert torch.equal(first[face], second[face]) and not torch.equal(first[face], given[face].half().float())
    assert torch.equal(load_tensors(folder / "seed-1" / "all" / "gan.safetensors")[g1], first[g1])
    work = AblationWork(begun, {"squares": OneByOne("squares", "", find_squares)}, folder, SILENT, None)
    stages = {}
    for variant in VARIANTS[1:]:
        pretraining, training = work._schedules(variant, 1)
        assert all(phase.keep_g1 for phase in (*pretraining.phases, *training.phases) if phase.stage != "judge")
        stages[variant.name] = [[phase.stage for phase in one.phases] for one in (pretraining, training)]
    assert stages.pop("without-refinement") == [["judge"], ["adversarial"]]
    assert set(map(str, stages.values())) == {"[['pretrain'], ['adversarial']]"}
    with pytest.raises(UserError, match="mine has the preset tiny, not desktop"):
        run_ablation(replace(begun, preset="desktop"), tmp_path / "other", SILENT)


def test_pictures_that_cannot_be_read_are_told_and_left_out(settings, tmp_path):
    (settings.validation.images / "0.png").write_bytes(b"damaged")
    told = []

    class Told(CombinedEvents):
        def log(self, text):
            told.append(text)

    work = AblationWork(settings, {"squares": OneByOne("squares", "", find_squares)}, tmp_path / "run", Told(), None)
    listed = work._pictures["validation"]
    readable = [picture.name for picture in listed[1:]]
    assert listed[0].path.name == "0.png" and sorted(work._candidates("squares", "validation")) == sorted(readable)
    assert [picture.name for picture, *_ in work._finders("squares", None, listed, "validation", "search")] == readable
    assert told and all("0.png is left out" in text for text in told)


def test_the_switches_of_the_variants_reach_the_losses(settings):
    work = AblationWork(settings, {"squares": OneByOne("squares", "", find_squares)}, Path("nowhere"), SILENT, None)
    seen = {}
    for variant in VARIANTS[1:]:
        pretraining, training = work._schedules(variant, 1)
        assert [phase.stage for phase in pretraining.phases] == ["pretrain"]
        assert not pretraining.phases[0].keep_g1 and pretraining.losses.perceptual == training.losses.perceptual == 0
        assert pretraining.degradation == training.degradation == Degradation()
        assert [phase.stage for phase in training.phases] == ["adversarial"]
        seen[variant.name] = training.refine, training.losses.adversarial, training.losses.classification
    assert seen == {
        "without-refinement": (False, True, True),
        "without-adversarial": (True, False, True),
        "without-classification": (True, True, False),
        "all": (True, True, True),
    }


def test_the_papers_own_schedule_runs_from_the_detectors_crops_to_the_table(settings, tmp_path):
    published = replace(settings, schedule="paper", batch=8)
    folder = tmp_path / "run"
    rows = run_ablation(published, folder, SILENT)
    assert [row.variant for row in rows] == list(VARIANTS)
    # Of four pictures to learn from: the one large face, and one place without any; small ones give no sharp crop.
    crops = Crops.load(folder / "crops.npz")
    assert crops.sharp.all() and crops.face.sum() == 4 and (~crops.face).sum() == 4
    assert crops.pixels.shape[1:] == (64, 64, 3)
    for name in ("all", "without-adversarial", "without-classification", "without-refinement"):
        learned = load_checkpoint(folder / "seed-1" / name / "checkpoint.pt")
        assert learned["step"] == 3 + 3  # an epoch is one batch
        assert learned["optimizers"][0]["param_groups"][0]["lr"] == 1e-5
        assert learned["optimizers"][0]["param_groups"][0]["betas"] == (0.9, 0.999)
        weights = load_tensors(folder / "seed-1" / name / "gan.safetensors")
        last = learned["networks"]["generator"]["g1.tail.weight"]
        assert torch.equal(weights["generator.g1.tail.weight"], last.half().float())  # the paper keeps no average
    assert load_checkpoint(folder / "seed-1" / "pretraining" / "checkpoint.pt")["step"] == 3
    work = AblationWork(published, {"squares": OneByOne("squares", "", find_squares)}, folder, SILENT, None)
    pretraining, training = work._schedules(VARIANTS[-1], 1)
    assert [(phase.stage, phase.rate) for phase in pretraining.phases] == [("pretrain", 1e-4)]
    assert [(phase.stage, phase.rate) for phase in training.phases] == [("adversarial", 1e-4), ("adversarial", 1e-5)]
    assert training.losses == GanLossWeights() and training.losses.saturating
    assert not any(phase.keep_g1 or phase.final_rate or phase.warm_up for phase in training.phases)


def test_the_papers_schedule_takes_only_faces_that_the_detector_finds(settings, tmp_path, monkeypatch):
    def blind(image):
        return find_squares(image)[-2:]  # no face among them

    registry = Registry("detector", "", [Entry("squares", "", lambda: lambda _: OneByOne("squares", "abc", blind))])
    monkeypatch.setattr(ablation, "standard_detectors", lambda: registry)
    found = {}
    for schedule in ("paper", "desktop"):
        work = AblationWork(
            replace(settings, schedule=schedule),
            {"squares": registry.make("squares", Runtime())},
            tmp_path / schedule,
            SILENT,
            None,
        )
        found[schedule] = int(work._crops().face.sum())
    assert found["paper"] == 0 and found["desktop"] > 0


class SetAfter:
    """A cancellation token that is set from the n-th question on."""

    def __init__(self, questions):
        self.left = questions

    def is_set(self):
        self.left -= 1
        return self.left <= 0


def test_an_interrupted_run_goes_on_where_it_was_and_ends_the_same(settings, tmp_path):
    whole = run_ablation(settings, tmp_path / "whole", SILENT)
    folder, stops = tmp_path / "stopped", 0
    for questions in (3, 14, 28, 40):
        try:
            run_ablation(settings, folder, SILENT, SetAfter(questions))
        except Cancelled:
            stops += 1
    assert stops >= 2
    first = run_ablation(settings, folder, SILENT)
    for one, other in zip(whole, first, strict=True):
        assert one.as_json() == other.as_json()
    written = {path: path.stat().st_mtime_ns for path in folder.rglob("*.safetensors")}
    run_ablation(settings, folder, SILENT)
    assert written and {path: path.stat().st_mtime_ns for path in written} == written


def test_a_folder_of_other_settings_is_refused(settings, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "settings.json").write_text("{}")
    with pytest.raises(UserError, match="other settings or weights"):
        run_ablation(replace(settings, seeds=(2,)), tmp_path / "run", SILENT)


CONFIGURATION = """
detectors = ["squares"]
preset = "tiny"
pretrain_steps = 1
adversarial_steps = 1
batch = 4
budget = 8
fusion_pictures = 2
rounds = 10
[train]
images = "images"
ground_truth = "truth/wider_face_val.mat"
[validation]
images = "images"
ground_truth = "truth"
pictures = 2
"""


def test_one_configuration_prints_the_table_beside_the_papers(settings, tmp_path):
    (tmp_path / "ablation.toml").write_text(CONFIGURATION)
    assert read_ablation(tmp_path / "ablation.toml") == replace(
        settings, adversarial_steps=1, rounds=10, validation=replace(settings.validation, pictures=2)
    )
    arguments = ["ablate", str(tmp_path / "ablation.toml"), "--output", str(tmp_path / "run")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "without-classification" in done.output and "(0.873)" in done.output
    assert "Measured on 2 of the 6 pictures" in done.output
    report = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)
    assert [row["variant"] for row in report] == [variant.name for variant in VARIANTS]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("seeds = [1]", "seads = [1]"), "no setting seads"),
        (("seeds = [1]", "seeds = [1, 1]"), "seeds names one twice"),
        (("seeds = [1]", "seeds = []"), "seeds is empty"),
        (("[train]", "[training]"), "missing required field train"),
        (("rounds = 10", 'rounds = "ten"'), "rounds: expected int, got str"),
        (('ground_truth = "truth"', ""), "(train|validation): object missing required field ground_truth"),
        (("batch = 4", 'precision = "double"'), "precision is"),
        (("batch = 4", "batch 4"), "ablation.toml does not configure an ablation"),
        (("batch = 4", 'schedule = "quick"'), 'schedule is "desktop" or "paper", not "quick"'),
        (("batch = 4", 'schedule = "paper"'), "leave out pretrain_steps, adversarial_steps"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, change, message):
    text = CONFIGURATION.replace("rounds = 10", "rounds = 10\nseeds = [1]").replace(*change)
    (tmp_path / "ablation.toml").write_text(text)
    with pytest.raises(UserError, match=message):
        read_ablation(tmp_path / "ablation.toml")
