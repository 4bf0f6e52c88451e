"""Loads generator and discriminator from weights files."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from tinyface_core.gan.discriminator import ADDITIONS, Discriminator, has_addition
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.shown import ShownGenerator
from tinyface_core.presets import GanPreset, ShownPreset
from tinyface_core.weights import WeightsError


def gan_networks(tensors: Mapping[str, Tensor], preset: GanPreset) -> tuple[Generator, Discriminator]:
    """Generator and discriminator with their weights, named "generator...." and "discriminator....", on the CPU.

    Weights without G2 give a generator without refinement, those without one of `ADDITIONS` a discriminator without it.

    Raises:
        WeightsError: if names or shapes do not fit.
    """
    generator = Generator(preset, refine=any(name.startswith("generator.g2.") for name in tensors))
    discriminator = Discriminator(preset, *(has_addition(tensors, addition) for addition in ADDITIONS))
    load_gan(generator, discriminator, tensors)
    return generator, discriminator


def shown_generator(tensors: Mapping[str, Tensor], preset: ShownPreset) -> ShownGenerator:
    """A generator that is shown, with its weights, named "generator....", on the CPU.

    Raises:
        WeightsError: if names or shapes do not fit.
    """
    generator = ShownGenerator(preset)
    load_part(generator, tensors, "generator.")
    return generator


def load_gan(generator: nn.Module, discriminator: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Fill both networks from tensors named "generator...." and "discriminator....".

    Raises:
        WeightsError: if names or shapes do not fit.
    """
    load_part(generator, tensors, "generator.")
    load_part(discriminator, tensors, "discriminator.")


def load_part(network: nn.Module, tensors: Mapping[str, Tensor], name: str) -> None:
    """Fill a network from those tensors whose names begin with `name`.

    Raises:
        WeightsError: if names or shapes do not fit.
    """
    own = {key.removeprefix(name): value for key, value in tensors.items() if key.startswith(name)}
    for addition in ADDITIONS:
        if not has_addition(own, addition):
            # Weights from before there was such a part: it starts as the network has it.
            own |= {key: value for key, value in network.state_dict().items() if key.startswith(addition)}
    try:
        network.load_state_dict(own)
    except RuntimeError as error:
        raise WeightsError("These weights are of another preset: name the one that they were trained with.") from error
