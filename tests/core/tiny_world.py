"""A tiny world: untrained small networks as installed weights, and projects with bright squares for faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.training.finetune.request import Numbers
from tinyface_core.types import Face, Verdict
from tinyface_core.weights import Manifest, WeightsEntry, save_tensors

NUMBERS = Numbers(
    detector_steps=30, detector_rate=5e-3, detector_batch=2, crop=64, gan_steps=12, gan_batch=4, held_back=0.3
)
"""Of a fine-tuning that takes seconds."""


def install_tiny_weights(folder: Path, eager: bool = False) -> None:
    """Untrained networks of the preset "tiny" with a manifest, as the program's weights.

    An eager detector finds something everywhere, which takes the second stage its time.
    """
    torch.manual_seed(0)
    detector = MBFCN(DETECTOR_PRESETS["tiny"])
    if eager:
        for branch in detector.branches:
            torch.nn.init.zeros_(branch.score.bias)  # a score of one half
    generator, discriminator = Generator(GAN_PRESETS["tiny"]), Discriminator(GAN_PRESETS["tiny"])
    both = {f"generator.{k}": v for k, v in generator.state_dict().items()}
    both |= {f"discriminator.{k}": v for k, v in discriminator.state_dict().items()}
    rule = {"detector": 1.0, "face": 0.1, "bias": 0.0, "detector_alone": 1.0, "bias_alone": 0.0}
    detector_sha = save_tensors(folder / "d.safetensors", detector.state_dict())
    gan_sha = save_tensors(folder / "g.safetensors", both)
    known = ("none", "MIT", "2026-01-01")
    entries = (
        WeightsEntry("d", "detector", "tiny", "d.safetensors", detector_sha, *known),
        WeightsEntry("g", "gan", "tiny", "g.safetensors", gan_sha, *known, fusion=rule),
    )
    Manifest(folder, entries).save()


def make_project(folder: Path, pictures: int = 6) -> Path:
    """A project of complete pictures: dark noise with bright squares, which are confirmed as faces."""
    rng = np.random.default_rng(0)
    path = folder / "case.tinyface"
    with Project.create(path) as project:
        for number in range(pictures):
            pixels = rng.integers(0, 60, (128, 128, 3), dtype=np.uint8)
            photo = folder / f"{number}.png"
            faces = []
            for column, side in enumerate((10, 16, 48)):
                x, y = 4 + 38 * column, int(rng.integers(4, 60))
                pixels[y : y + side, x : x + side] = 230
                box = (float(x), float(y), float(x + side), float(y + side))
                faces.append(ProjectFace(str(photo), Face(box, 1.0, 1.0), verdict=Verdict.CONFIRMED, drawn=True))
            rejected = ProjectFace(str(photo), Face((60.0, 115.0, 70.0, 125.0), 0.5, 0.5), verdict=Verdict.NOT_A_FACE)
            Image.fromarray(pixels).save(photo)
            project.add_pictures([ProjectPicture(str(photo), reviewed=True)])
            project.put_faces([*faces, rejected])
    return path
