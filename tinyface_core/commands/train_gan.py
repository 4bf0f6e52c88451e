"""`tinyface train gan`: crops, training and export of generator and discriminator."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tinyface_core.commands.failures import Failures, existing_pictures
from tinyface_core.commands.options import Device, EffortOption
from tinyface_core.commands.progress import shown_progress
from tinyface_core.commands.training_options import FromScratch, Precision, Validate, training_run
from tinyface_core.files import check_writable
from tinyface_core.runtime import Runtime
from tinyface_core.search_settings import Effort
from tinyface_core.types import UserError

if TYPE_CHECKING:
    from tinyface_core.datasets.crops import ProposalSource

_CropFiles = Annotated[list[Path], typer.Argument(help="Crop files of `mine` and `mine-aligned`.")]
_Preset = Annotated[Literal["desktop", "paper", "tiny"], typer.Option(help="desktop, paper or tiny.")]
_ShownPreset = Annotated[Literal["desktop", "tiny"], typer.Option(help="desktop or tiny.")]
_TrainingSeed = Annotated[int, typer.Option(help="Decides weights and batches.")]

train_gan_app = typer.Typer(no_args_is_help=True, help="Train the generator and the discriminator.")


@train_gan_app.command()
def mine(
    images: Annotated[Path, typer.Argument(help="Folder of the WIDER FACE pictures.")],
    ground_truth: Annotated[Path, typer.Argument(help="The official list, wider_face_train.mat.")],
    out: Annotated[Path, typer.Argument(help="The .npz to write.")],
    per_picture: Annotated[int, typer.Option(help="Crops of each kind from one picture, at most.")] = 5,
    random_boxes: Annotated[int, typer.Option(help="Random candidates in each picture, for non-faces.")] = 60,
    detector: Annotated[
        str, typer.Option(help="Weights whose proposals are candidates too, as in the paper; empty for none.")
    ] = "",
    effort: EffortOption = Effort.BALANCED,
    seed: Annotated[int, typer.Option(help="Decides which crops are kept.")] = 1,
) -> None:
    """Cut face and non-face crops out of annotated pictures into one file."""
    from tinyface_core.datasets.crops import DetectorProposals, MiningRules, RandomBoxes, annotated_faces, mine_crops
    from tinyface_core.datasets.wider import read_wider
    from tinyface_core.detector.registry import standard_detectors

    failures = Failures()
    with shown_progress() as progress:
        check_writable(out.parent)
        rules = MiningRules(per_picture=per_picture, seed=seed)
        sources: list[ProposalSource] = [annotated_faces]
        if random_boxes:
            sources.append(RandomBoxes(random_boxes, seed))
        if detector:
            sources.append(DetectorProposals(standard_detectors().make(detector, Runtime()), effort))
        pictures = existing_pictures(read_wider(images, ground_truth))
        told = partial(progress, "Mining")
        crops = mine_crops(pictures, sources, rules, told, None, failures.add)
        crops.save(out)
        sharp, face = crops.sharp, crops.face
        typer.echo(
            f"{len(crops)} crops: {(sharp & face).sum()} faces and {(sharp & ~face).sum()} others for pictures, "
            f"{(~sharp & face).sum()} small faces and {(~sharp & ~face).sum()} small others for the face head."
        )
    failures.end(len(pictures))


@train_gan_app.command()
def mine_aligned(
    folder: Annotated[Path, typer.Argument(help="Folder of pictures with one aligned face each.")],
    out: Annotated[Path, typer.Argument(help="The .npz to write.")],
) -> None:
    """Turn pictures of one aligned face each into crops."""
    from tinyface_core.datasets.crops import MiningRules, aligned_faces

    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    if not files:
        raise UserError(f"{folder} holds no JPEG or PNG picture: choose another folder.")
    check_writable(out.parent)
    failures = Failures()
    crops = aligned_faces(files, MiningRules(), failures.add)
    crops.save(out)
    typer.echo(f"{len(crops)} crops.")
    failures.end(len(files))


@train_gan_app.command()
def train(
    crops: _CropFiles,
    folder: Annotated[Path, typer.Option(help="For checkpoint, log, sample strips and result.")],
    preset: _Preset = "desktop",
    perception_steps: Annotated[
        int, typer.Option(help="Steps of the network that compares pictures, alone (desktop).", min=0)
    ] = 6000,
    upsample_steps: Annotated[int, typer.Option(help="Steps with the pixel loss on G1 alone (desktop).", min=0)] = 6000,
    pretrain_steps: Annotated[
        int, typer.Option(help="Steps with pixel and perceptual loss on G2 (desktop).", min=0)
    ] = 2000,
    adversarial_steps: Annotated[int, typer.Option(help="Steps of the adversarial stage (desktop).", min=0)] = 2000,
    surroundings_steps: Annotated[
        int, typer.Option(help="Steps of the network for surroundings alone (desktop).", min=0)
    ] = 4000,
    judge_steps: Annotated[
        int, typer.Option(help="Steps of the discriminator alone at the end (desktop).", min=0)
    ] = 2000,
    batch: Annotated[int, typer.Option(help="Crops a step, over all processes.", min=1)] = 32,
    samples: Annotated[Path | None, typer.Option(help="Crop file for the sample strips.")] = None,
    sample_steps: Annotated[int, typer.Option(help="Steps between sample strips.", min=0)] = 200,
    start_from: Annotated[Path | None, typer.Option(help="Weights to go on from, of the same preset.")] = None,
    seed: _TrainingSeed = 1,
    precision: Precision = "32-true",
    from_scratch: FromScratch = False,
    device: Device = "auto",
    validate: Validate = 0,
    validation: Annotated[
        Path | None, typer.Option(help="Crop file to measure with, of pictures that are not learned from.")
    ] = None,
) -> None:
    """Train generator and discriminator; the same command takes up an interrupted run."""
    from tinyface_core.datasets.crops import Crops
    from tinyface_core.presets import GAN_PRESETS
    from tinyface_core.training.gan import train_gan
    from tinyface_core.training.gan_measure import measure_gan
    from tinyface_core.training.gan_settings import desktop_training, paper_training
    from tinyface_core.weights import load_tensors

    if validate and validation is None:
        raise typer.BadParameter("--validate needs --validation FILE, crops of pictures that are not learned from.")
    measure = None
    if validate and validation is not None:
        measure = partial(measure_gan, crops=Crops.load(validation), preset=GAN_PRESETS[preset])
    data = Crops.joined([Crops.load(path) for path in crops])
    if preset == "paper":
        settings = paper_training(int(data.sharp.sum()), batch)
    else:
        settings = desktop_training(
            perception_steps,
            upsample_steps,
            pretrain_steps,
            adversarial_steps,
            surroundings_steps,
            judge_steps,
            batch,
        )
    settings = replace(settings, precision=precision, sample_steps=sample_steps, measure_steps=validate)
    settings = replace(settings, seed=seed, from_scratch=from_scratch)
    strips = None if samples is None else Crops.load(samples)
    weights, shape = load_tensors(start_from) if start_from else None, GAN_PRESETS[preset]
    with training_run(folder, device, precision, idle_networks=True) as run:
        train_gan(shape, settings, data, run, weights, strips, measure)


@train_gan_app.command()
def shown(
    crops: _CropFiles,
    folder: Annotated[Path, typer.Option(help="For checkpoint, log and result.")],
    start_from: Annotated[Path, typer.Option(help="Weights of a second stage with a perception network.")],
    generator: Annotated[Path | None, typer.Option(help="Weights of a shown generator to go on from.")] = None,
    preset: _ShownPreset = "desktop",
    upsample_steps: Annotated[int, typer.Option(help="Steps of G1, by the pixels.", min=0)] = 1000,
    refine_steps: Annotated[int, typer.Option(help="Steps of G2, by what eyes see.", min=0)] = 3000,
    batch: Annotated[int, typer.Option(help="Crops a step.", min=1)] = 32,
    seed: _TrainingSeed = 1,
    precision: Precision = "32-true",
    device: Device = "auto",
) -> None:
    """Train the richer generator whose pictures are shown, not judged; the same command takes up a run."""
    from tinyface_core.datasets.crops import Crops
    from tinyface_core.presets import SHOWN_PRESETS
    from tinyface_core.training.shown import train_shown
    from tinyface_core.training.shown_settings import ShownTraining
    from tinyface_core.weights import load_tensors

    data = Crops.joined([Crops.load(path) for path in crops])
    settings = ShownTraining(
        upsample_steps=upsample_steps,
        refine_steps=refine_steps,
        batch=batch,
        seed=seed,
        precision=precision,
        average=0.995,
    )
    weights = load_tensors(start_from)
    if generator is not None:
        weights = {name: value for name, value in weights.items() if not name.startswith("generator.")}
        weights |= load_tensors(generator)
    with training_run(folder, device, precision) as run:
        train_shown(SHOWN_PRESETS[preset], settings, data, run, weights)


@train_gan_app.command()
def export_shown(
    folder: Annotated[Path, typer.Argument(help="Folder of a run of `shown`, finished or not.")],
    crops: Annotated[Path, typer.Argument(help="Crop file of training pictures, on which the gain is fitted.")],
    out: Annotated[Path, typer.Argument(help="The .safetensors to write.")],
    preset: _ShownPreset = "desktop",
    edges: Annotated[
        float, typer.Option(help="Energy of edges of G2's pictures, as a share of the real ones'.")
    ] = 0.95,
) -> None:
    """Write the averaged weights of a run's last checkpoint, with a gain that gives pictures the edges of real ones."""
    from tinyface_core.datasets.crops import Crops
    from tinyface_core.presets import SHOWN_PRESETS
    from tinyface_core.training.checkpoint import load_checkpoint, saved_weights
    from tinyface_core.training.shown_gain import with_fitted_gain
    from tinyface_core.weights import save_tensors

    check_writable(out.parent)
    tensors = saved_weights(load_checkpoint(folder / "checkpoint.pt"))
    tensors, gain = with_fitted_gain(tensors, Crops.load(crops), SHOWN_PRESETS[preset], edges)
    sha256 = save_tensors(out, tensors)
    typer.echo(f"{out}: gain {gain:.3f}, {sha256}")


@train_gan_app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder of a run, finished or not.")],
    validation: Annotated[Path, typer.Argument(help="Crop file to measure with, of pictures not trained on.")],
    out: Annotated[Path, typer.Argument(help="The .safetensors to write; figures go beside it as .json.")],
    preset: _Preset = "desktop",
) -> None:
    """Write the averaged weights of a run's last checkpoint, and what they measure."""
    from tinyface_core.datasets.crops import Crops
    from tinyface_core.files import replacing, write_json
    from tinyface_core.gan.weights import gan_networks
    from tinyface_core.presets import GAN_PRESETS
    from tinyface_core.training.checkpoint import load_checkpoint, saved_weights
    from tinyface_core.training.gan_measure import measure_gan
    from tinyface_core.weights import load_tensors, save_tensors

    check_writable(out.parent)
    saved, crops, shape = load_checkpoint(folder / "checkpoint.pt"), Crops.load(validation), GAN_PRESETS[preset]
    with replacing(out) as part:
        sha256 = save_tensors(part, saved_weights(saved))
        generator, discriminator = gan_networks(load_tensors(part), shape)  # of the file, rounded to fp16
        figures = measure_gan(generator, discriminator, crops, shape)
    record = {"preset": preset, "sha256": sha256, "steps": saved["step"], "measured": figures}
    write_json(out.with_suffix(".json"), record)
    typer.echo(json.dumps(record, indent=2))
