"""Networks in whole numbers of eight bits, which most processors multiply four times as fast.

Scales are calibrated on pictures and weights scaled for each channel, after training (Jacob et al., Quantization and
Training of Neural Networks, CVPR 2018). Weights keep seven of the eight bits, so that sums do not overflow on
processors without instructions for this (VNNI).

Some layers stay in floating point, where rounding costs most: of a detector those that give the boxes, and the scores
of branches that the preset names; of a second stage's networks those that look at a picture, of a discriminator the
finer ones, and in a generator the sum of a picture and what is added to it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from tinyface_core.backends.arranged import INPUT_OFFSET
from tinyface_core.backends.calibration import detector_parts
from tinyface_core.types import RgbImage
from tinyface_core.weights import EIGHT_BITS

_COLOURS = 3
_FINE_LAYERS = 6
"""Of a discriminator: its convolutions and poolings at the whole and the half of a crop's sides."""


def quantised_detector(network: bytes, pictures: Sequence[RgbImage]) -> bytes:
    """A detector's network of `export.detector_onnx`, made for it, in eight bits.

    Args:
        network: ONNX.
        pictures: RGB, from which it is seen how large the values are; a few dozen like those to be searched.
    """
    import onnx

    prepared = _prepared(network)
    layers = ("Conv", "Add", "Relu", "Reshape", "Transpose")
    model = _quantised(prepared, "pictures", detector_parts(pictures), layers, ())
    _take_pixels_as_they_are(model)
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


def quantised_stage(networks: Mapping[str, bytes], crops: Mapping[str, Sequence[NDArray[Any]]]) -> dict[str, bytes]:
    """The networks of `export.gan_onnx` in eight bits, by their names with `EIGHT_BITS`.

    Args:
        networks: ONNX, by name.
        crops: from which it is seen how large their values are, by the same names.
    """
    layers = ("Conv", "Add", "MaxPool", "Pad", "Relu", "Reshape", "Transpose")
    made = {}
    for part, network in networks.items():
        prepared = _prepared(network)
        shapes = {tensor.name: tensor.dims for tensor in prepared.graph.initializer}
        nodes = prepared.graph.node
        # Sums that are cut off to [0, 1] next are a generator's pictures.
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
    """A network with its constants folded and the shapes told, as quantising wants it."""
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
    """A prepared network in eight bits.

    Args:
        network: ONNX.
        name: of its input.
        batches: what that is given.
        layers: kinds of nodes that are to have eight bits.
        kept: names of those that are not.
        usual_range: eight bits reach as far as values of a batch do on average, in finer steps, not as the largest do.
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

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
    return model


class _Batches:
    """What the calibration reads, one batch after the other."""

    def __init__(self, name: str, batches: Iterable[NDArray[Any]]) -> None:
        self._name, self._left = name, iter(batches)

    def get_next(self) -> dict[str, Any] | None:
        batch = next(self._left, None)
        return None if batch is None else {self._name: batch}


def _take_pixels_as_they_are(model: Any) -> None:
    """Remove cast, subtraction and quantisation of the pixels, which change nothing: the scale is 1, zero is 128."""
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
