"""Texts of the Fine-tune dialog in the user's language: figures and changed faces."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


def band_text(name: str) -> str:
    """A band of sizes, such as "10-16", in pixels."""
    known = {
        "under 10": translate("FineTune", "under 10"),
        "under 16": translate("FineTune", "under 16"),
        "above 64": translate("FineTune", "above 64"),
    }
    return known.get(name, name.replace("-", " – ")) + " px"


def number_texts() -> dict[str, tuple[str, str]]:
    """Label and explanation of every number of `tinyface_core.training.finetune.request.NUMBERS`."""
    return {
        "detector_steps": (
            translate("FineTune", "Steps"),
            translate("FineTune", "Optimiser steps; the presets choose them by the time they take."),
        ),
        "detector_rate": (
            translate("FineTune", "Learning rate"),
            translate(
                "FineTune", "How far a step goes. A tenth of that of a training from scratch keeps what is known."
            ),
        ),
        "detector_batch": (
            translate("FineTune", "Crops a step"),
            translate("FineTune", "More make steady but slow steps."),
        ),
        "crop": (
            translate("FineTune", "Crop size"),
            translate("FineTune", "Side in pixels of what the detector sees at once, a multiple of 32."),
        ),
        "gan_steps": (
            translate("FineTune", "Steps"),
            translate("FineTune", "Optimiser steps; the paper trains six epochs after its pre-training."),
        ),
        "generator_rate": (
            translate("FineTune", "Generator's learning rate"),
            translate(
                "FineTune", "In the paper three epochs at 0.0001 and three at 0.00001; here it falls to a tenth."
            ),
        ),
        "discriminator_rate": (
            translate("FineTune", "Discriminator's learning rate"),
            translate("FineTune", "Much quicker than the generator's, and that one finds nothing to follow any more."),
        ),
        "gan_batch": (translate("FineTune", "Crops a step"), translate("FineTune", "The paper leaves it open.")),
        "alpha": (
            translate("FineTune", "Alpha: looking real"),
            translate("FineTune", "Weight of Eq. 5. Higher gives sharper faces that are more invented."),
        ),
        "beta": (
            translate("FineTune", "Beta: being a face"),
            translate("FineTune", "Weight of Eq. 6. Higher makes everything more face-like, also what is none."),
        ),
        "perceptual": (
            translate("FineTune", "Weight of looking alike"),
            translate(
                "FineTune", "Compares how G2's picture and the real one look to a network; 0, as in the paper, is off."
            ),
        ),
        "pixel": (
            translate("FineTune", "Learn from pixels (Eq. 4)"),
            translate("FineTune", "Keeps the result near the true pixels; without it faces are free inventions."),
        ),
        "adversarial": (
            translate("FineTune", "Learn to look real (Eq. 5)"),
            translate("FineTune", "Without it the result is smooth, as a mean of all likely faces is."),
        ),
        "classification": (
            translate("FineTune", "Learn to be a face (Eq. 6)"),
            translate("FineTune", "Makes faces easier to tell from other things."),
        ),
        "refine": (
            translate("FineTune", "Refinement network (G2)"),
            translate("FineTune", "Sharpens what the first network enlarged."),
        ),
        "keep_g1": (
            translate("FineTune", "Leave the first network (G1) as it is"),
            translate(
                "FineTune",
                "G2 can give what looking real and being a face ask for; G1 stays near the true pixels. The paper "
                "trains both.",
            ),
        ),
        "detector_share": (
            translate("FineTune", "Share of what is learned"),
            translate(
                "FineTune",
                "The result lies between the detector before and after the training: so it keeps more of what it knew.",
            ),
        ),
        "old_share": (
            translate("FineTune", "Share of old data"),
            translate("FineTune", "Crops of old data in a batch, against forgetting; used where old data are given."),
        ),
        "held_back": (
            translate("FineTune", "Share held back"),
            translate(
                "FineTune", "Pictures that only measure what was gained. Of few pictures it is more, up to a third."
            ),
        ),
        "seed": (
            translate("FineTune", "Seed"),
            translate("FineTune", "The same seed, data and device give the same weights."),
        ),
    }


def epoch_texts() -> dict[str, tuple[str, str]]:
    """Label and explanation of the epochs, by the name of the number of steps that they set."""
    return {
        "detector_steps": (
            translate("FineTune", "Epochs"),
            translate("FineTune", "The steps, counted in how often every picture is learned from."),
        ),
        "gan_steps": (
            translate("FineTune", "Epochs"),
            translate("FineTune", "The steps, counted in how often every crop is learned from (about)."),
        ),
    }


def curve_label(name: str) -> str:
    """A curve's name, such as "detector/loss/box"."""
    return {
        "detector/loss/classification": translate("FineTune", "face or not"),
        "detector/loss/box": translate("FineTune", "boxes"),
        "detector/validation/ap": translate("FineTune", "all sizes"),
        "gan/generator/pixel": translate("FineTune", "pixels"),
        "gan/generator/perceptual": translate("FineTune", "looking alike (G)"),
        "gan/generator/adversarial": translate("FineTune", "looking real (G)"),
        "gan/generator/classification": translate("FineTune", "being a face (G)"),
        "gan/discriminator/adversarial": translate("FineTune", "real or made (D)"),
        "gan/discriminator/classification": translate("FineTune", "face or not (D)"),
        "gan/discriminator/box": translate("FineTune", "boxes (D)"),
        "gan/discriminator/surroundings": translate("FineTune", "face or not, by surroundings (D)"),
        "gan/validation/psnr_g1": translate("FineTune", "G1"),
        "gan/validation/psnr_g2": translate("FineTune", "G2"),
        "gan/validation/psnr_bicubic": translate("FineTune", "bicubic"),
    }.get(name, name.rpartition("/")[2].replace("_", " "))


def stage_text(stage: str) -> str:
    """A stage of a run."""
    known = {
        "check": translate("FineTune", "Checking the data"),
        "decode": translate("FineTune", "Reading pictures"),
        "measure before": translate("FineTune", "Measuring the present weights"),
        "measure after": translate("FineTune", "Measuring the new weights"),
        "forget": translate("FineTune", "Looking whether it forgets"),
        "export": translate("FineTune", "Exporting the networks"),
        "calibrate": translate("FineTune", "Fitting the rule that joins both networks"),
        "detector": translate("FineTune", "Training the detector"),
        "gan": translate("FineTune", "Training generator and discriminator"),
    }
    return known.get(stage, translate("FineTune", "Cutting out crops"))
