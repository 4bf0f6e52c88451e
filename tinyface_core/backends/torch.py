"""The torch backend, for processors and accelerators."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tinyface_core.backends.onnx_network import OnnxNetwork
from tinyface_core.crop_tensors import to_unit
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.device import half_precision, working_type
from tinyface_core.folding import folded
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.networks import DiscriminatorArrays, Enlarged, Float32s, SurroundingsArrays
from tinyface_core.gan.shown import ShownGenerator
from tinyface_core.presets import DetectorPreset, GanPreset
from tinyface_core.runtime import Runtime


class _OnTorch:
    """Networks on a device, which can be moved from an accelerator to the processor."""

    def __init__(self, device: torch.device, precision: str, *networks: nn.Module) -> None:
        self._device, self._precision, self._networks = device, precision, networks

    @property
    def runtime(self) -> Runtime:
        """What runs them."""
        number = working_type(self._device, self._precision)
        return Runtime(str(self._device), "torch", str(number).removeprefix("torch."))

    def leave_accelerator(self) -> bool:
        """Move the networks to the processor; returns whether they were on an accelerator."""
        if self._device.type == "cpu":
            return False
        self._device = torch.device("cpu")
        for network in self._networks:
            network.to(self._device)
        return True


class TorchDetectorNetwork(_OnTorch):
    """See `tinyface_core.detector.network.DetectorNetwork`."""

    def __init__(self, model: MBFCN, device: torch.device, precision: str = "auto") -> None:
        """Make a folded copy of a trained network."""
        self.preset: DetectorPreset = model.preset
        self._model = _ready(model, device, working_type(device, precision))
        super().__init__(device, precision, self._model)

    @torch.inference_mode()
    def __call__(
        self, pictures: NDArray[np.uint8], finest_stride: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """See `DetectorNetwork`."""
        batch = torch.tensor(pictures, device=self._device).permute(0, 3, 1, 2)
        # Integers up to 255 are exact in 16 bits, which halves the memory for a large picture.
        number = next(self._model.parameters()).dtype
        logits, deltas = self._model(batch.to(number, memory_format=torch.channels_last), finest_stride)
        return logits.float().sigmoid().cpu().numpy(), deltas.float().cpu().numpy()

    def leave_accelerator(self) -> bool:
        """See `DetectorNetwork`."""
        left = super().leave_accelerator()
        self._model.to(working_type(self._device, self._precision))
        return left


class TorchMapsNetwork(_OnTorch):
    """See `tinyface_core.detector.centerface.MapsNetwork`."""

    def __init__(self, network: bytes, device: torch.device) -> None:
        """Take an ONNX network into use, in float32."""
        self._network = OnnxNetwork(network).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        super().__init__(device, "float32", self._network)

    @torch.inference_mode()
    def __call__(self, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """See `MapsNetwork`."""
        maps = self._network(torch.from_numpy(picture).to(self._device, memory_format=torch.channels_last))
        return [found.cpu().numpy() for found in maps]


class TorchEnlarger(_OnTorch):
    """See `tinyface_core.gan.networks.Enlarger`."""

    def __init__(
        self,
        generator: Generator | ShownGenerator,
        scale: int,
        device: torch.device,
        precision: str = "auto",
        *networks: nn.Module,
    ) -> None:
        """Make a folded copy of a trained generator; `networks` are others that run on the same device."""
        self.scale, self._generator = scale, _ready(generator, device)
        super().__init__(device, precision, self._generator, *networks)

    @torch.inference_mode()
    def enlarge(self, low: NDArray[np.uint8]) -> Enlarged:
        """See `Enlarger`."""
        with half_precision(self._device, self._precision):
            upsampled, refined = self._generator(to_unit(low, self._device))
        return Enlarged(*(_to_crops(pictures.float().clamp(0, 1)) for pictures in (upsampled, refined)))


class TorchStageNetworks(TorchEnlarger):
    """See `tinyface_core.gan.networks.StageNetworks`."""

    def __init__(
        self,
        generator: Generator,
        discriminator: Discriminator,
        preset: GanPreset,
        device: torch.device,
        precision: str = "auto",
    ) -> None:
        """Make folded copies of trained networks of `preset`."""
        self.preset = preset
        self.has_surroundings = discriminator.surroundings is not None
        self._discriminator = _ready(discriminator, device)
        super().__init__(generator, preset.scale, device, precision, self._discriminator)

    @torch.inference_mode()
    def judge(self, high: Float32s) -> DiscriminatorArrays:
        """See `StageNetworks`."""
        crops = torch.from_numpy(np.ascontiguousarray(high)).to(self._device).permute(0, 3, 1, 2)
        with half_precision(self._device, self._precision):
            output = self._discriminator(crops)
        arrays: list[Any] = [None if part is None else part.float().cpu().numpy() for part in output[:3]]
        return DiscriminatorArrays(*arrays)

    @torch.inference_mode()
    def judge_surroundings(self, around: NDArray[np.uint8]) -> SurroundingsArrays:
        """See `StageNetworks`."""
        with half_precision(self._device, self._precision):
            output = self._discriminator.surroundings(to_unit(around, self._device))
        arrays: list[Any] = [None if part is None else part.float().cpu().numpy() for part in output]
        return SurroundingsArrays(*arrays)


def _ready(network: nn.Module, device: torch.device, number: torch.dtype | None = None) -> Any:
    """A folded copy for inference in channels-last memory order, the fastest for convolutions."""
    return folded(network).to(device, number, memory_format=torch.channels_last)  # type: ignore[call-overload]


def _to_crops(pictures: Tensor) -> Float32s:
    crops: Float32s = pictures.permute(0, 2, 3, 1).cpu().numpy()
    return crops
