"""Trained parts out of files of weights, on the backend that is asked for."""

from __future__ import annotations

from tinyface_core.detector.network import MBFCNDetector
from tinyface_core.gan.stage import GanSecondStage
from tinyface_core.presets import GAN_PRESETS
from tinyface_core.types import Runtime
from tinyface_core.weights import Manifest, WeightsEntry, WeightsError


def load_mbfcn(manifest: Manifest, entry: WeightsEntry, runtime: Runtime) -> MBFCNDetector:
    """The detector of an entry of the manifest.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device.
    """
    from tinyface_core.backends.torch import TorchDetectorNetwork
    from tinyface_core.detector.growth import detector_network
    from tinyface_core.device import choose_device

    tensors = manifest.tensors(entry)
    try:
        model = detector_network(tensors, entry.preset)
    except WeightsError as error:
        raise WeightsError(f"The weights {entry.name} do not fit the preset {entry.preset}.") from error
    network = TorchDetectorNetwork(model, choose_device(runtime.device), runtime.precision)
    return MBFCNDetector(network, entry.name, entry.sha256)


def load_second_stage(
    manifest: Manifest, entry: WeightsEntry, runtime: Runtime, context: float | None = None
) -> GanSecondStage:
    """The second stage of an entry of the manifest.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device.
    """
    from tinyface_core.backends.torch import TorchStageNetworks
    from tinyface_core.device import choose_device
    from tinyface_core.gan.weights import load_networks

    generator, discriminator = load_networks(manifest, entry)
    preset, device = GAN_PRESETS[entry.preset], choose_device(runtime.device)
    networks = TorchStageNetworks(generator, discriminator, preset, device, runtime.precision)
    return GanSecondStage(networks, entry.name, entry.sha256, entry.fusion, context)
