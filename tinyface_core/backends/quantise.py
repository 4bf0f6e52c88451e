"""The detector's network in whole numbers of eight bits, which most processors multiply four times as fast.

Scales are calibrated on pictures and weights scaled for each channel, after training (Jacob et al., Quantization and
Training of Neural Networks, CVPR 2018). Weights keep seven of the eight bits, so that sums do not overflow on
processors without instructions for this (VNNI). The layers that give the boxes stay in floating point, and the whole
heads of branches that the preset names, mostly the finest: boxes of tiny faces lose most by rounding, and these layers
are few.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tinyface_core.media.images import load_image
from tinyface_core.types import RgbImage, UserError

INPUT_OFFSET = 128.0
"""What is subtracted from the pixels of a network that is to be quantised: they are its first whole numbers."""

_MOST_PICTURES = 32
_ROWS, _COLUMNS = 512, 640
"""Of the crops that it is calibrated on, in pixels."""


def quantised(network: bytes, pictures: Sequence[RgbImage], exact_heads: Sequence[int]) -> bytes:
    """A detector's network of `export.detector_onnx`, made with `INPUT_OFFSET`, in eight bits.

    Args:
        network: ONNX.
        pictures: RGB, from which it is seen how large the values are; a few dozen like those to be searched.
        exact_heads: strides of the branches whose whole heads stay in floating point.
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    with tempfile.TemporaryDirectory() as folder:
        given, prepared, result = (Path(folder) / f"{name}.onnx" for name in ("given", "prepared", "result"))
        given.write_bytes(network)
        quant_pre_process(given, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            result,
            _Crops(pictures),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Add", "Resize", "Relu"],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=_kept_layers(onnx.load(prepared), exact_heads),
            extra_options={"WeightSymmetric": True},
        )
        model = onnx.load(result)
    _take_pixels_as_they_are(model)
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    data: bytes = model.SerializeToString()
    return data


def calibration_pictures(folder: Path) -> list[RgbImage]:
    """A few dozen pictures, spread over a folder.

    Raises:
        UserError: if there are none.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if not files:
        raise UserError(f"There are no pictures in {folder}.")
    return [load_image(path).pixels for path in files[:: -(-len(files) // _MOST_PICTURES)]]


class _Crops:
    """What the calibration reads, one crop after the other."""

    def __init__(self, pictures: Sequence[RgbImage]) -> None:
        random, self._left = np.random.default_rng(0), []
        for picture in pictures:
            height, width = picture.shape[:2]
            top, left = random.integers(0, max(1, height - _ROWS)), random.integers(0, max(1, width - _COLUMNS))
            crop = np.full((1, _ROWS, _COLUMNS, 3), 127, np.uint8)
            part = picture[top : top + _ROWS, left : left + _COLUMNS]
            crop[0, : part.shape[0], : part.shape[1]] = part
            # Both ends of the pixels' range: the first scale must be 1.
            crop[0, 0, 0], crop[0, 0, 1] = 0, 255
            self._left.append(crop)

    def get_next(self) -> dict[str, Any] | None:
        return {"pictures": self._left.pop()} if self._left else None


def _kept_layers(model: Any, exact_heads: Sequence[int]) -> list[str]:
    """Names of the convolutions that stay in floating point: of all boxes, and all of the exact heads."""
    maker = {output: node for node in model.graph.node for output in node.output}

    def convolution_before(value: str) -> Any:
        node = maker[value]
        while node.op_type != "Conv":
            node = maker[node.input[0]]
        return node

    names = []
    for output in model.graph.output:
        kind, stride = output.name.split("_")
        last = convolution_before(output.name)
        if kind == "deltas":
            names.append(last.name)
        if int(stride) in exact_heads:
            names += [last.name, convolution_before(last.input[0]).name]
    return sorted(set(names))


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
