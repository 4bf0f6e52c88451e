"""Exports trained networks as ONNX with dynamic sizes; needs torch, onnx and onnxscript."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tinyface_core.backends.arranged import (
    ArrangedDetector,
    ArrangedDiscriminator,
    ArrangedGenerator,
    ArrangedSurroundings,
)
from tinyface_core.backends.calibration import stage_crops
from tinyface_core.backends.exported import DETECTOR_OUTPUTS, ExportedDetector, ExportedEnlarger, ExportedStage
from tinyface_core.backends.quantise import quantised_detector, quantised_stage
from tinyface_core.backends.torch import TorchDetectorNetwork, TorchEnlarger, TorchStageNetworks
from tinyface_core.detector.growth import detector_network
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.files import replacing
from tinyface_core.folding import folded
from tinyface_core.gan.discriminator import Discriminator
from tinyface_core.gan.generator import Generator
from tinyface_core.gan.shown import ShownGenerator
from tinyface_core.gan.weights import gan_networks, shown_generator
from tinyface_core.onnx_runtime import OnnxSession
from tinyface_core.presets import GAN_PRESETS, SHOWN_PRESETS, GanPreset
from tinyface_core.runtime import Runtime
from tinyface_core.types import RgbImage
from tinyface_core.weights import EIGHT_BITS, Manifest, WeightsEntry, exported_file

_OPSET = 20
_MULTIPLE = 32


@dataclass(frozen=True, slots=True)
class Exported:
    """A network as ONNX: the content of the file, and the largest difference of its outputs from those of torch."""

    data: bytes
    difference: float


def exported_networks(
    entry: WeightsEntry, tensors: dict[str, Tensor], calibration: Sequence[RgbImage] = ()
) -> dict[str, Exported]:
    """The networks of an entry, by the parts of `exported_file`; 8-bit ones only with pictures for their calibration.

    Raises:
        WeightsError: if the tensors do not fit the preset.
    """
    if entry.role == "detector":
        model = detector_network(tensors, entry.preset)
        parts = {"float32": detector_onnx(model)}
        if calibration:
            parts["int8"] = quantised_detector(detector_onnx(model, eight_bits=True), calibration)
        apart = {part: _detector_difference(model, data) for part, data in parts.items()}
    elif entry.role == "shown":
        shape = SHOWN_PRESETS[entry.preset].g1
        shown = shown_generator(tensors, SHOWN_PRESETS[entry.preset])
        parts = {"generator": generator_onnx(folded(shown), shape.low)}
        ours = ExportedEnlarger(OnnxSession(parts["generator"]), shape.scale)
        theirs = TorchEnlarger(shown, shape.scale, torch.device("cpu"), "float32")
        low = np.random.default_rng(0).integers(0, 256, (3, shape.low, shape.low, 3), np.uint8)
        apart = {"generator": _largest_difference(ours.enlarge(low), theirs.enlarge(low))}
    else:
        preset = GAN_PRESETS[entry.preset]
        generator, discriminator = gan_networks(tensors, preset)
        parts = gan_onnx(generator, discriminator, preset)
        if calibration:
            parts |= quantised_stage(parts, stage_crops(calibration, preset, parts["generator"]))
        apart = _gan_differences(generator, discriminator, preset, parts)
    return {part: Exported(data, apart[part]) for part, data in parts.items()}


def with_exports(
    manifest: Manifest,
    calibration: Sequence[RgbImage],
    tell: Callable[[str, float], None] = lambda *_: None,
    only: str = "",
) -> Manifest:
    """Export the networks of a manifest, or of `only` one, beside their files; returns the manifest with their digests.

    `tell` is called with each part and the largest difference of its outputs from torch's.

    Raises:
        WeightsError: if weights are missing or changed.
    """
    entries = []
    for entry in manifest.entries:
        if only not in ("", entry.name):
            entries.append(entry)
            continue
        networks = exported_networks(entry, manifest.tensors(entry), calibration)
        for part, network in networks.items():
            with replacing(exported_file(manifest.folder / entry.file, part)) as file:
                file.write_bytes(network.data)
            tell(part, network.difference)
        sums = {part: hashlib.sha256(network.data).hexdigest() for part, network in networks.items()}
        entries.append(replace(entry, exported=sums))
    return replace(manifest, entries=tuple(entries))


def detector_onnx(model: MBFCN, eight_bits: bool = False) -> bytes:
    """MB-FCN as ONNX with the input "pictures", RGB uint8 `(N, H, W, 3)`; `eight_bits` if it will be quantised.

    The outputs for each stride S are "scores_S" in [0, 1] `(N, A)`, "places_S" `(K,)`, the flat indices of scores above
    the preset's floor, and "deltas_S" `(K, 4)` of these.
    """
    network = ArrangedDetector(folded(model), eight_bits)
    outputs = [f"{kind}_{branch.stride}" for branch in model.preset.branches for kind in DETECTOR_OUTPUTS]
    example = torch.zeros((2, 4 * _MULTIPLE, 5 * _MULTIPLE, 3), dtype=torch.uint8)
    height, width = (_MULTIPLE * torch.export.Dim(side) for side in ("rows", "columns"))
    return _onnx(network, "pictures", example, outputs, {1: height, 2: width})


def gan_onnx(generator: Generator, discriminator: Discriminator, preset: GanPreset) -> dict[str, bytes]:
    """ONNX of "generator", "discriminator" and, if there is such a network, "surroundings".

    The input is "crops" `(N, H, W, 3)`: RGB uint8, for the discriminator float32 in [0, 1]. The generator accepts any
    size.
    """
    high = torch.zeros((2, preset.high, preset.high, 3))
    heads = ["real", "face"] + ["box"] * (discriminator.fc_box is not None)
    generator, discriminator = folded(generator), folded(discriminator)
    parts = {
        "generator": generator_onnx(generator, preset.low),
        "discriminator": _onnx(ArrangedDiscriminator(discriminator, preset.high), "crops", high, heads, {}),
    }
    if discriminator.surroundings is not None:
        wide = torch.zeros((2, preset.surroundings, preset.surroundings, 3), dtype=torch.uint8)
        network = ArrangedSurroundings(discriminator.surroundings)
        outputs = ["surroundings"] + ["box"] * (discriminator.surroundings.fc_box is not None)
        parts["surroundings"] = _onnx(network, "crops", wide, outputs, {})
    return parts


def generator_onnx(generator: Generator | ShownGenerator, side: int) -> bytes:
    """A folded generator as ONNX for crops `(N, H, W, 3)`, RGB uint8 of any size; the generator is modified."""
    low = torch.zeros((2, side, side + 1, 3), dtype=torch.uint8)
    sides = {1: torch.export.Dim("height"), 2: torch.export.Dim("width")}
    return _onnx(ArrangedGenerator(generator), "crops", low, ["upsampled", "refined"], sides)


def _onnx(network: nn.Module, name: str, example: Tensor, outputs: list[str], sides: dict[int, Any]) -> bytes:
    shapes = {0: torch.export.Dim("count")} | sides
    exporter = logging.getLogger("torch.onnx")
    level = exporter.level
    exporter.setLevel(logging.ERROR)
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                network.eval(),
                (example,),
                dynamo=True,
                verbose=False,
                input_names=[name],
                output_names=outputs,
                dynamic_shapes=(shapes,),
                opset_version=_OPSET,
            )
    finally:
        exporter.setLevel(level)
    assert program is not None
    model = program.model_proto
    for part in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input):
        del part.metadata_props[:]  # paths and line numbers of this machine
    data: bytes = model.SerializeToString()
    return data


def _detector_difference(model: MBFCN, data: bytes) -> float:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 6 * _MULTIPLE, 4 * _MULTIPLE, 3), np.uint8)
    ours, found = ExportedDetector(OnnxSession(data), model.preset, Runtime())(pictures)
    theirs, expected = TorchDetectorNetwork(model, torch.device("cpu"), "float32")(pictures)
    seen = np.minimum(ours, theirs) > model.preset.score_floor
    return _largest_difference((ours, found[seen]), (theirs, expected[seen]))


def _gan_differences(
    generator: Generator, discriminator: Discriminator, preset: GanPreset, parts: dict[str, bytes]
) -> dict[str, float]:
    theirs = TorchStageNetworks(generator, discriminator, preset, torch.device("cpu"), "float32")
    random = np.random.default_rng(0)
    low = random.integers(0, 256, (3, preset.low, preset.low, 3), np.uint8)
    wide = random.integers(0, 256, (3, preset.surroundings, preset.surroundings, 3), np.uint8)
    made, apart = theirs.enlarge(low), {}
    for bits in {EIGHT_BITS if part.endswith(EIGHT_BITS) else "" for part in parts}:
        names = [part for part in ("generator", "discriminator", "surroundings") if part + bits in parts]
        stage = ExportedStage({part: OnnxSession(parts[part + bits]) for part in names}, preset, Runtime())
        apart["generator" + bits] = _largest_difference(stage.enlarge(low), made)
        apart["discriminator" + bits] = _largest_difference(stage.judge(made.refined), theirs.judge(made.refined))
        if stage.has_surroundings:
            said, expected = stage.judge_surroundings(wide), theirs.judge_surroundings(wide)
            apart["surroundings" + bits] = _largest_difference(said, expected)
    return apart


def _largest_difference(ours: Sequence[object], theirs: Sequence[object]) -> float:
    pairs = ((a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None)
    return max(float(np.abs(np.subtract(a, b, dtype=np.float64)).max(initial=0)) for a, b in pairs)  # type: ignore[call-overload]
