"""Loads weights into networks on the requested backend."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tinyface_core.backends.choice import SESSIONS, resolved
from tinyface_core.backends.exported import ExportedDetector, ExportedEnlarger, ExportedMapsNetwork, ExportedStage
from tinyface_core.detector import centerface
from tinyface_core.detector.centerface import CenterFace
from tinyface_core.detector.network import DetectorNetwork, MBFCNDetector
from tinyface_core.gan.networks import Enlarger, StageNetworks
from tinyface_core.gan.stage import GanSecondStage
from tinyface_core.presets import DETECTOR_PRESETS, GAN_PRESETS, SHOWN_PRESETS
from tinyface_core.runtime import Runtime
from tinyface_core.weights import EIGHT_BITS, Manifest, WeightsEntry, WeightsError, fitting

if TYPE_CHECKING:
    import torch

_STAGE_PARTS = ("generator", "discriminator")


def load_mbfcn(manifest: Manifest, entry: WeightsEntry, runtime: Runtime) -> MBFCNDetector:
    """The detector of an entry of the manifest.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device or backend.
    """
    return MBFCNDetector(load_detector_network(manifest, entry, runtime), entry.name, entry.sha256)


def load_centerface(runtime: Runtime) -> CenterFace:
    """CenterFace as a detector.

    Raises:
        WeightsError: if its file is missing or changed.
        UserError: if there is no such device or backend.
    """
    runtime = resolved(runtime)
    if runtime.backend not in SESSIONS:
        from tinyface_core.backends.torch import TorchMapsNetwork
        from tinyface_core.device import choose_device

        device = choose_device(runtime.device)
        return CenterFace(TorchMapsNetwork(centerface.network_file("float32"), device))
    if runtime.precision not in centerface.NETWORKS:
        runtime = replace(runtime, precision="float32")
    session = SESSIONS[runtime.backend](centerface.network_file(runtime.precision))
    return CenterFace(ExportedMapsNetwork(session, runtime))


def load_second_stage(
    manifest: Manifest, entry: WeightsEntry, runtime: Runtime, context: float | None = None
) -> GanSecondStage:
    """The second stage of an entry of the manifest.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device or backend.
    """
    return GanSecondStage(load_stage(manifest, entry, runtime), entry.name, entry.sha256, entry.fusion, context)


def load_stage(manifest: Manifest, entry: WeightsEntry, runtime: Runtime) -> StageNetworks:
    """Generator and discriminator of an entry of the manifest.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device or backend.
    """
    runtime, preset = resolved(runtime), GAN_PRESETS[entry.preset]
    if runtime.backend in SESSIONS and set(_STAGE_PARTS) <= set(entry.exported):
        open_session = SESSIONS[runtime.backend]
        parts = {part for part in entry.exported if part.endswith(EIGHT_BITS)}
        if runtime.precision != "int8" or not parts:
            parts, runtime = entry.exported.keys() - parts, replace(runtime, precision="float32")
        sessions = {part.removesuffix(EIGHT_BITS): open_session(manifest.exported(entry, part)) for part in parts}
        return ExportedStage(sessions, preset, runtime)
    with _torch_for(entry):
        from tinyface_core.backends.torch import TorchStageNetworks
        from tinyface_core.gan.weights import gan_networks
    tensors = manifest.tensors(entry)
    with fitting(entry):
        generator, discriminator = gan_networks(tensors, preset)
    return TorchStageNetworks(generator, discriminator, preset, *_device_and_precision(runtime))


def load_enlarger(manifest: Manifest, entry: WeightsEntry, runtime: Runtime) -> Enlarger:
    """The generator of an entry of the manifest, for display or of a second stage.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device or backend.
    """
    if entry.role != "shown":
        return load_stage(manifest, entry, runtime)
    runtime, preset = resolved(runtime), SHOWN_PRESETS[entry.preset]
    if runtime.backend in SESSIONS and entry.exported:
        session = SESSIONS[runtime.backend](manifest.exported(entry, "generator"))
        return ExportedEnlarger(session, preset.g1.scale)
    with _torch_for(entry):
        from tinyface_core.backends.torch import TorchEnlarger
        from tinyface_core.gan.weights import shown_generator
    tensors = manifest.tensors(entry)
    with fitting(entry):
        generator = shown_generator(tensors, preset)
    return TorchEnlarger(generator, preset.g1.scale, *_device_and_precision(runtime))


def load_detector_network(manifest: Manifest, entry: WeightsEntry, runtime: Runtime) -> DetectorNetwork:
    """The network of a detector's entry of the manifest.

    Raises:
        WeightsError: if the file is missing, changed, or of another shape.
        UserError: if there is no such device or backend.
    """
    runtime = resolved(runtime)
    if runtime.backend in SESSIONS and entry.exported:
        if runtime.precision not in entry.exported:
            runtime = replace(runtime, precision="float32")
        session = SESSIONS[runtime.backend](manifest.exported(entry, runtime.precision))
        return ExportedDetector(session, DETECTOR_PRESETS[entry.preset], runtime)
    with _torch_for(entry):
        from tinyface_core.backends.torch import TorchDetectorNetwork
        from tinyface_core.detector.growth import detector_network
    tensors = manifest.tensors(entry)
    with fitting(entry):
        model = detector_network(tensors, entry.preset)
    return TorchDetectorNetwork(model, *_device_and_precision(runtime))


@contextmanager
def _torch_for(entry: WeightsEntry) -> Iterator[None]:
    """Convert a failed import of torch to a sentence for the user."""
    try:
        yield
    except ImportError as error:
        raise WeightsError(
            f"The weights {entry.name} have no networks as ONNX for this backend, and torch, which runs them without, "
            f"is not installed: pip install torch torchvision."
        ) from error


def _device_and_precision(runtime: Runtime) -> tuple[torch.device, str]:
    """The arguments of torch's networks for a runtime; torch does not run 8-bit networks."""
    from tinyface_core.device import choose_device

    return choose_device(runtime.device), "auto" if runtime.precision == "int8" else runtime.precision
