"""Generator and discriminator as one trained second stage; see `tinyface_core.finder.SecondStage`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tinyface_core.boxes import mirrored
from tinyface_core.crop_tensors import to_unit
from tinyface_core.device import choose_device, half_precision
from tinyface_core.finder import Judgement
from tinyface_core.folding import folded
from tinyface_core.gan.discriminator import ADDITIONS, Discriminator, Verdict, has_addition
from tinyface_core.gan.generator import Generator
from tinyface_core.presets import GAN_PRESETS, GanPreset
from tinyface_core.weights import Manifest, WeightsEntry, WeightsError


class GanSecondStage:
    """Enlarges small crops with G and judges them with D."""

    def __init__(
        self,
        generator: Generator,
        discriminator: Discriminator,
        preset: GanPreset,
        device: torch.device,
        name: str = "gan",
        digest: str = "",
        fusion: Mapping[str, float] | None = None,
    ) -> None:
        """Make folded copies of trained networks.

        Args:
            generator: trained network of `preset`.
            discriminator: likewise.
            preset: gives crop sizes and context.
            device: where they run.
            name: for the result.
            digest: SHA-256 of the weights, for the result.
            fusion: the calibrated rule of `tinyface_core.finder.fuse`.
        """
        self.name, self.digest = name, digest
        self.low, self.high, self.context = preset.low, preset.high, preset.context
        self.enlarged_to = preset.enlarged_to
        self.surroundings = preset.surroundings if discriminator.surroundings is not None else 0
        self.surroundings_context = preset.surroundings_context
        self.fusion: Mapping[str, float] = fusion or {}
        self._device = device
        self._generator = folded(generator).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._discriminator = folded(discriminator).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    @torch.inference_mode()
    def generate(self, low: NDArray[np.uint8]) -> Tensor:
        """See `SecondStage`."""
        with half_precision(self._device):
            refined: Tensor = self._generator(to_unit(low, self._device)).refined
        return refined.float().clamp(0, 1)

    @torch.inference_mode()
    def judge(self, high: Tensor, surroundings: NDArray[np.uint8] | None = None) -> Judgement:
        """See `SecondStage`. The verdict is the mean of those on the crop and on its mirror image."""
        crops = high.to(self._device).contiguous(memory_format=torch.channels_last)
        around = None if surroundings is None else to_unit(surroundings, self._device)
        with half_precision(self._device):
            seen = Verdict(*self._discriminator(crops, around))
            in_mirror = Verdict(*self._discriminator(crops.flip(3), None if around is None else around.flip(3)))
        face = (seen.in_place.float() + in_mirror.in_place.float()).div(2).sigmoid()
        real = (seen.real.float() + in_mirror.real.float()).div(2).sigmoid()
        box = None
        if seen.box is not None and in_mirror.box is not None:
            box = (seen.box + mirrored(in_mirror.box, 1)).div(2).cpu().numpy()
        return Judgement(face.cpu().numpy(), real.cpu().numpy(), box)

    def leave_accelerator(self) -> bool:
        """See `SecondStage`."""
        if self._device.type == "cpu":
            return False
        self._device = torch.device("cpu")
        self._generator.to(self._device)
        self._discriminator.to(self._device)
        return True


def gan_networks(tensors: Mapping[str, Tensor], preset: GanPreset) -> tuple[Generator, Discriminator]:
    """Generator and discriminator with their weights, named "generator...." and "discriminator....", on the CPU.

    Weights without G2 give a generator without refinement, those without one of `ADDITIONS` a discriminator without it.

    Raises:
        WeightsError: if names or shapes do not fit.
    """
    generator = Generator(preset, refine=any(name.startswith("generator.g2.") for name in tensors))
    box, surroundings = (has_addition(tensors, addition) for addition in ADDITIONS)
    discriminator = Discriminator(preset, box, surroundings)
    load_gan(generator, discriminator, tensors)
    return generator, discriminator


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
        raise WeightsError(f"These weights are of another preset: {str(error).splitlines()[0]}") from error


def load_networks(manifest: Manifest, entry: WeightsEntry) -> tuple[Generator, Discriminator]:
    """Generator and discriminator of an entry, on the CPU.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
    """
    tensors = manifest.tensors(entry)
    try:
        return gan_networks(tensors, GAN_PRESETS[entry.preset])
    except WeightsError as error:
        raise WeightsError(f"The weights {entry.name} do not fit the preset {entry.preset}.") from error


def load_second_stage(manifest: Manifest, entry: WeightsEntry, device: str = "auto") -> GanSecondStage:
    """The second stage of an entry of the manifest.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device.
    """
    generator, discriminator = load_networks(manifest, entry)
    preset = GAN_PRESETS[entry.preset]
    return GanSecondStage(
        generator, discriminator, preset, choose_device(device), entry.name, entry.sha256, entry.fusion
    )
