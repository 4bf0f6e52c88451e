"""Quantises networks to 8-bit integers, which most processors multiply four times as fast.

Scales are calibrated on pictures after training, and per channel for weights (Jacob et al., Quantization and Training
of Neural Networks, CVPR 2018). Weights use seven of the eight bits, so that sums do not overflow on processors without
VNNI instructions.

Layers in which rounding costs most stay in floating point. In a detector these are the box layers and the score layers
of the preset's `exact_scores`. In a second stage these are the layers that read a picture, the fine layers of the
discriminator, and the final sum of the generator.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinyface_core.backends.arranged import INPUT_OFFSET
from tinyface_core.backends.calibration import detector_parts
from tinyface_core.backends.columns import known_widths, with_columns_at_once
from tinyface_core.types import RgbImage
from tinyface_core.weights import EIGHT_BITS

_COLOURS = 3
_FINE_LAYERS = 6
"""Number of convolutions and poolings of a discriminator at full and half resolution."""

_FIRST, _LAST = 3, 3
"""Of another project's detector: so many convolutions at either end stay in floating point, the last ones being those
of its three maps."""


def quantised_detector(network: bytes, pictures: Sequence[RgbImage]) -> bytes:
    """An 8-bit version of a detector that `export.detector_onnx` made with `eight_bits`.

    It is calibrated on a few dozen RGB pictures like those to be searched.
    """
    import onnx

    prepared = _prepared(network)
    layers = ("Conv", "Add", "Relu", "Reshape", "Transpose")
    model = _quantised(prepared, "pictures", detector_parts(pictures), layers, ())
    _take_pixels_as_they_are(model)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


def quantised_peer(network: bytes, parts: Iterable[NDArray[np.float32]]) -> bytes:
    """Another project's detector in eight bits, but for its first and last convolutions.

    The ONNX network is as `simplified` returns it. Its calibration is on parts of pictures in the form of its input.
    """
    import onnx

    model = onnx.load_from_string(network)
    convolutions = [node.name for node in model.graph.node if node.op_type == "Conv"]
    kept = convolutions[:_FIRST] + convolutions[-_LAST:]
    name = model.graph.input[0].name
    data: bytes = _quantised(model, name, parts, ("Conv", "Add", "Relu"), kept).SerializeToString()
    return data


def simplified(network: bytes) -> bytes:
    """A network with constants folded and batch norms joined with the convolutions before them; both are ONNX."""
    model = _prepared(network)
    del model.graph.value_info[:]
    data: bytes = model.SerializeToString()
    return data


def quantised_stage(networks: Mapping[str, bytes], crops: Mapping[str, Sequence[NDArray[Any]]]) -> dict[str, bytes]:
    """8-bit versions of the ONNX networks of `export.gan_onnx`, by their names with `EIGHT_BITS`.

    The crops are batches of input for calibration, by the same names without that.
    """
    layers = ("Conv", "Add", "MaxPool", "Pad", "Relu", "Reshape", "Transpose")
    made = {}
    for part, network in networks.items():
        prepared = _prepared(network)
        shapes = {tensor.name: tensor.dims for tensor in prepared.graph.initializer}
        nodes = prepared.graph.node
        # Sums that are clipped to [0, 1] next are the pictures of a generator.
        cut = {node.input[0] for node in nodes if node.op_type == "Clip"}
        convolutions = [node for node in nodes if node.op_type == "Conv"]
        looks = [node for node in nodes if node.op_type in ("Conv", "MaxPool")]
        kept = [node.name for node in looks[: _FINE_LAYERS if part == "discriminator" else 0]]
        kept += [node.name for node in convolutions if shapes[node.input[1]][1] == _COLOURS]
        kept += [node.name for node in nodes if node.op_type == "Add" and node.output[0] in cut]
        quantised = _quantised(prepared, "crops", crops[part], layers, kept, usual_range=part == "generator")
        made[part + EIGHT_BITS] = quantised.SerializeToString()
    return made


def _prepared(network: bytes) -> Any:
    """The network with folded constants and inferred shapes, as the quantiser requires."""
    import onnx
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        given, prepared = (Path(folder) / f"{name}.onnx" for name in ("given", "prepared"))
        given.write_bytes(network)
        quant_pre_process(given, prepared, skip_symbolic_shape=True)
        return onnx.load(prepared)


def _quantised(
    network: Any,
    name: str,
    batches: Iterable[NDArray[Any]],
    layers: Sequence[str],
    kept: Sequence[str],
    usual_range: bool = False,
) -> Any:
    """An 8-bit version of a prepared network.

    Args:
        network: ONNX.
        name: name of its input.
        batches: values of the input for calibration.
        layers: types of nodes to quantise.
        kept: names of nodes that stay in floating point.
        usual_range: whether the range is the mean of the ranges of the batches, not the largest one: finer steps, but
            rare values are clipped.
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    widths = known_widths(network)
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.onnx"
        quantize_static(
            network,
            result,
            _Batches(name, batches),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(layers),
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=list(kept),
            extra_options={"WeightSymmetric": True, "CalibMovingAverage": usual_range},
        )
        model = onnx.load(result)
    del model.graph.value_info[:]
    return with_columns_at_once(model, widths)


class _Batches:
    """Reads batches for the calibration."""

    def __init__(self, name: str, batches: Iterable[NDArray[Any]]) -> None:
        self._name, self._left = name, iter(batches)

    def get_next(self) -> dict[str, Any] | None:
        batch = next(self._left, None)
        return None if batch is None else {self._name: batch}


def _take_pixels_as_they_are(model: Any) -> None:
    """Remove cast, subtraction and quantisation of the pixels, which have no effect: the scale is 1, zero is 128."""
    from onnx import numpy_helper

    graph = model.graph
    values = {tensor.name: tensor for tensor in graph.initializer}
    maker = {output: node for node in graph.node for output in node.output}
    subtract = next(node for node in graph.node if node.op_type == "Sub")
    quantise = next(node for node in graph.node if node.input[0] == subtract.output[0])
    scale, zero = (float(numpy_helper.to_array(values[name])) for name in quantise.input[1:])
    assert (quantise.op_type, scale, zero) == ("QuantizeLinear", 1.0, INPUT_OFFSET)
    cast = maker[subtract.input[0]]
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name == quantise.output[0]:
                node.input[place] = cast.input[0]
    for node in (cast, subtract, quantise):
        graph.node.remove(node)
