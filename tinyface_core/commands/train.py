"""`tinyface train`: the commands that train detector and generator."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tinyface_core.commands.failures import Failures, existing_pictures
from tinyface_core.commands.fine_tune import runs_app, tune
from tinyface_core.commands.options import Device
from tinyface_core.commands.progress import tracked
from tinyface_core.commands.train_gan import train_gan_app
from tinyface_core.commands.training_options import FromScratch, Precision, Validate, training_run
from tinyface_core.types import UserError

if TYPE_CHECKING:
    from tinyface_core.detector.network import DetectorNetwork

train_app = typer.Typer(help="Train the networks.", no_args_is_help=True)
train_app.command("tune")(tune)
train_app.add_typer(runs_app, name="runs")
train_app.add_typer(train_gan_app, name="gan")

Wider = Annotated[
    Path | None,
    typer.Option(help="Folder of the official WIDER FACE download: WIDER_train/images and wider_face_split in it."),
]
Images = Annotated[Path | None, typer.Option(help="In place of --wider: folder of the training pictures.")]
GroundTruth = Annotated[
    Path | None, typer.Option(help="In place of --wider: wider_face_train.mat or wider_face_train_bbx_gt.txt.")
]
Output = Annotated[Path, typer.Option(help="Folder of the run; an interrupted run there is taken up.")]
Cache = Annotated[Path, typer.Option(help="Folder for decoded pixels, about 2 MB a picture.")]


@train_app.command("detector")
def train_detector_command(
    wider: Wider = None,
    images: Images = None,
    ground_truth: GroundTruth = None,
    output: Output = Path("runs/detector"),
    cache: Cache = Path("runs/cache"),
    preset: Annotated[str, typer.Option(help="desktop, quick or paper.")] = "desktop",
    steps: Annotated[int, typer.Option(help="Optimiser steps.", min=1)] = 4000,
    batch: Annotated[int, typer.Option(help="Crops a step, over all processes.", min=1)] = 12,
    crop: Annotated[int, typer.Option(help="Side of a crop in pixels, a multiple of 32.", min=64)] = 512,
    learning_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 2e-3,
    seed: Annotated[int, typer.Option(help="Decides weights and crops.")] = 1,
    precision: Precision = "32-true",
    workers: Annotated[int, typer.Option(help="Processes that cut crops.", min=0)] = 1,
    start_from: Annotated[
        Path | None,
        typer.Option(help="Weights to go on from; a smaller network's grow, a larger one's are cut."),
    ] = None,
    teacher: Annotated[
        str, typer.Option(help="Detector weights whose opinion of every crop is learned too; empty for none.")
    ] = "",
    grey_share: Annotated[float, typer.Option(help="Share of crops without colour.", min=0, max=1)] = 0.2,
    sample_steps: Annotated[int, typer.Option(help="Steps between pictures of what is found; 0 for none.")] = 250,
    from_scratch: FromScratch = False,
    device: Device = "auto",
    validate: Validate = 0,
    validation_images: Annotated[
        Path | None, typer.Option(help="In place of --wider: folder of the validation pictures.")
    ] = None,
    validation_ground_truth: Annotated[
        Path | None, typer.Option(help="In place of --wider: folder of wider_face_val.mat and the three subsets.")
    ] = None,
    validation_pictures: Annotated[int, typer.Option(help="How many of them; 0 for all.", min=0)] = 50,
) -> None:
    """Train the MB-FCN detector on WIDER FACE; the same command takes up an interrupted run.

    For several processes or machines start it by torchrun: `torchrun --nproc-per-node 2 -m tinyface_core train
    detector ...`. A run writes events.jsonl, curves.csv, sample-*.png, checkpoint.pt and detector.safetensors.
    """
    from tinyface_core.datasets.wider import read_wider
    from tinyface_core.presets import DETECTOR_PRESETS

    # Mistakes are told before torch is imported, which takes seconds.
    if preset not in DETECTOR_PRESETS:
        raise UserError(f"There is no preset called {preset}. Known: {', '.join(DETECTOR_PRESETS)}.")
    if crop % 32:
        raise UserError(f"Crops of {crop} pixels do not fit the strides: give a multiple of 32.")
    pictures = existing_pictures(read_wider(*_training_data(wider, images, ground_truth)))

    from tinyface_core.datasets.detection import CropRules
    from tinyface_core.datasets.pixel_cache import PixelCache, Rearranged
    from tinyface_core.evaluation.annotated import open_annotated
    from tinyface_core.training.detector import DetectorTraining, train_detector
    from tinyface_core.training.validation import detector_validation
    from tinyface_core.weights import load_tensors

    settings = DetectorTraining(
        steps=steps,
        batch=batch,
        learning_rate=learning_rate,
        seed=seed,
        workers=workers,
        precision=precision,
        sample_steps=sample_steps,
        measure_steps=validate,
        from_scratch=from_scratch,
        crops=replace(CropRules(), size=crop, grey_share=grey_share),
        teacher=teacher,
    )
    weights = load_tensors(start_from) if start_from else None
    teaching = _teacher(teacher, device) if teacher else None
    annotated = None
    if validate:
        where = _validation_data(wider, validation_images, validation_ground_truth)
        annotated = open_annotated("wider", *where).spread(validation_pictures)
    with training_run(output, device, precision) as run:
        events = run.events
        with run.fabric.rank_zero_first(local=True):
            pixels = PixelCache(
                [picture.path for picture in pictures],
                cache,
                lambda done, total: events.progress("decode", done, total, None) if done % 100 == 0 else None,
                events.left_out,
            )
        learned = [pictures[place] for place in pixels.readable]
        if not learned:
            raise UserError(f"None of the {len(pictures)} pictures can be read: look at those in the log.")
        result = train_detector(
            DETECTOR_PRESETS[preset],
            settings,
            learned,
            Rearranged(pixels, pixels.readable),
            run,
            weights,
            None if annotated is None else detector_validation(annotated, device, run.cancel),
            teaching,
        )
    if run.fabric.is_global_zero:
        typer.echo(f"The weights are in {result}.")


def _teacher(name: str, device: str) -> DetectorNetwork:
    """The network of installed detector weights, on the fastest backend for the device."""
    from tinyface_core.backends.loading import load_detector_network
    from tinyface_core.own_weights import installed_weights
    from tinyface_core.runtime import Runtime

    manifest = installed_weights()
    entry = manifest.entry(name)
    if entry.role != "detector":
        raise UserError(f"The weights {name} are no detector's: choose others to teach.")
    return load_detector_network(manifest, entry, Runtime(device))


def _training_data(wider: Path | None, images: Path | None, ground_truth: Path | None) -> tuple[Path, Path]:
    """Folder of the pictures and file of the annotations."""
    from tinyface_core.datasets.wider import find_wider

    if wider is not None:
        return find_wider(wider, "train")
    if images is None or ground_truth is None:
        raise UserError("Say where WIDER FACE is: --wider FOLDER, or --images FOLDER and --ground-truth FILE.")
    return images, ground_truth


def _validation_data(wider: Path | None, images: Path | None, ground_truth: Path | None) -> tuple[Path, Path]:
    """Folder of the pictures, and file or folder of the annotations."""
    from tinyface_core.datasets.wider import find_wider

    if images is not None and ground_truth is not None:
        return images, ground_truth
    if wider is None:
        raise UserError("Say what to validate on: --validation-images FOLDER and --validation-ground-truth FOLDER.")
    images, listed = find_wider(wider, "val")
    return images, ground_truth or listed


@train_app.command("fusion")
def fit_fusion_command(
    wider: Wider = None,
    images: Images = None,
    ground_truth: GroundTruth = None,
    count: Annotated[int, typer.Option(help="Pictures to search, spread evenly over the list.", min=1)] = 200,
    gan: Annotated[str, typer.Option(help="Second-stage weights whose rule is fitted.")] = "",
    device: Device = "auto",
) -> None:
    """Fit the rules that join detector and second stage, and write them into the manifest."""
    from tinyface_core.datasets.annotations import with_pixels
    from tinyface_core.datasets.wider import read_wider
    from tinyface_core.evaluation.calibration import collect_candidates, fit_fusion, uncalibrated
    from tinyface_core.search.finder import build_finder
    from tinyface_core.search_settings import SearchSettings
    from tinyface_core.types import Frame
    from tinyface_core.weights import Manifest

    pictures = existing_pictures(read_wider(*_training_data(wider, images, ground_truth)))
    chosen = pictures[:: max(1, len(pictures) // count)]
    finder = build_finder(SearchSettings(gan=gan, device=device, budget=600))
    failures = Failures()
    read = with_pixels(tracked(chosen, "Searching"), failures.add)
    candidates = collect_candidates(
        (picture, finder.candidates(Frame(pixels, str(picture.path)))) for picture, pixels in read
    )
    manifest = Manifest.load()
    name = gan or manifest.default("gan").name
    rule = uncalibrated(manifest.entry(name).fusion) | fit_fusion(candidates)
    entries = tuple(replace(e, fusion=rule) if e.name == name else e for e in manifest.entries)
    replace(manifest, entries=entries).save()
    typer.echo(f"{len(candidates.is_face)} candidates, {candidates.is_face.sum()} of them faces: {rule}")
    failures.end(len(chosen))
