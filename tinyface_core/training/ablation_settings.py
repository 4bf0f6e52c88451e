"""Variants and settings of an ablation, and its TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from tinyface_core.checked import checked
from tinyface_core.files import read_text
from tinyface_core.types import UserError


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table.

    Attributes:
        paper: the paper's AP easy, medium and hard, in [0, 1].
        second_stage: whether there is a second stage.
        refine: whether the generator has a G2.
        adversarial: whether the generator's loss includes Eq. 5.
        classification: whether the generator's loss includes Eq. 6.
    """

    name: str
    paper: tuple[float, float, float]
    second_stage: bool = True
    refine: bool = True
    adversarial: bool = True
    classification: bool = True


WITHOUT_REFINEMENT = Variant("without-refinement", (0.940, 0.929, 0.863), refine=False)

VARIANTS = (
    Variant("baseline", (0.932, 0.922, 0.858), second_stage=False),
    WITHOUT_REFINEMENT,
    Variant("without-adversarial", (0.935, 0.925, 0.867), adversarial=False),
    Variant("without-classification", (0.936, 0.927, 0.865), classification=False),
    Variant("all", (0.944, 0.933, 0.873)),
)


@dataclass(frozen=True, slots=True)
class PictureSet:
    """Annotated pictures of WIDER FACE.

    Attributes:
        ground_truth: the annotation file of the training set, or the folder of the four validation files.
        pictures: how many to use, spread evenly over the list; 0 for all.
        only: text file with one picture name per line, None for all.
    """

    images: Path
    ground_truth: Path
    pictures: int = 0
    only: Path | None = None


@dataclass(frozen=True, slots=True)
class AblationSettings:
    """All settings of an ablation.

    Attributes:
        train: pictures from which crops are mined.
        validation: pictures on which the variants are measured.
        fusion_pictures: how many of the training pictures are used only to calibrate the score fusion.
        detectors: names of detectors in the registry, each the "baseline" of a table of its own; () for the default.
            The first one mines the crops.
        start: name of installed weights of a second stage whose G1 every variant starts with; empty for a random one.
        preset: preset of generator and discriminator.
        schedule: "desktop" (ours, counted in steps) or "paper" (published, counted in epochs over the sharp crops of
            the detector's candidates, without annotated boxes).
        from_scratch: whether to start from random weights even if the preset uses ImageNet's.
        per_picture: maximum number of crops of each kind from one picture.
        pretrain_steps: steps of the generator with only the pixel loss, with `start` of G2; schedule "desktop" only.
        judge_steps: steps of pre-training with only the discriminator; schedule "desktop" only.
        adversarial_steps: adversarial steps of each variant; schedule "desktop" only.
        batch: crops per step.
        budget: maximum number of candidates of a picture in the second stage.
        precision: arithmetic of training and search, "32-true" or "bf16-mixed".
        seeds: of weights and batches; every variant is trained once with each. The first one also draws the crops.
        rounds: bootstrap resamplings of the validation pictures and of the seeds for the confidence intervals.
    """

    train: PictureSet
    validation: PictureSet
    fusion_pictures: int = 60
    detectors: tuple[str, ...] = ()
    start: str = ""
    preset: str = "desktop"
    schedule: Literal["desktop", "paper"] = "desktop"
    from_scratch: bool = False
    per_picture: int = 6
    pretrain_steps: int = 400
    judge_steps: int = 0
    adversarial_steps: int = 800
    batch: int = 32
    budget: int = 600
    precision: Literal["32-true", "bf16-mixed"] = "32-true"
    seeds: tuple[int, ...] = (1,)
    rounds: int = 1000


def read_ablation(path: Path) -> AblationSettings:
    """Read settings from a TOML file; paths in it are relative to its folder.

    Raises:
        FileNotFoundError: if there is no such file.
        UserError: if it is not valid TOML, or has names or types that `AblationSettings` does not have.
    """
    try:
        table = tomllib.loads(read_text(path))
        for name, known in (("precision", ("32-true", "bf16-mixed")), ("schedule", ("desktop", "paper"))):
            if (given := table.get(name, known[0])) not in known:
                raise ValueError(f'{name} is "{known[0]}" or "{known[1]}", not "{given}"')
        settings = checked(table, AblationSettings, lambda _path, value: path.parent / checked(value, str))
        sections = {"": table, "train.": table["train"], "validation.": table["validation"]}
        for section, values in sections.items():
            names = [entry.name for entry in fields(PictureSet if section else AblationSettings)]
            if strange := set(values).difference(names):
                raise ValueError(f"there is no setting {section}{min(strange)}; known: {', '.join(names)}")
        counted = [name for name in ("pretrain_steps", "adversarial_steps", "judge_steps", "start") if name in table]
        if settings.schedule == "paper" and counted:
            raise ValueError(f"the paper's schedule is counted in epochs, from nothing; leave out {', '.join(counted)}")
        for name in ("seeds", "detectors"):
            if len(set(getattr(settings, name))) < len(getattr(settings, name)):
                raise ValueError(f"{name} names one twice")
        if not settings.seeds:
            raise ValueError("seeds is empty")
    except ValueError as error:
        raise UserError(f"{path} does not configure an ablation ({error}): see docs/ablation.md.") from error
    return settings
