"""Pads the first layer of 8-bit networks to four input channels, which is fastest in ONNX Runtime.

The weights of the fourth channel are zero, so results are bit-identical.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_COLOURS = 3


def with_fourth_channel(model: bytes) -> bytes | None:
    """An 8-bit ONNX model with input `(N, H, W, 4)` instead of `(N, H, W, 3)`; None if it has another structure."""
    import onnx

    network = onnx.load_from_string(model)
    graph = network.graph
    shape = graph.input[0].type.tensor_type.shape.dim
    kernels = _first_kernels(graph) if len(graph.input) == 1 and shape and shape[-1].dim_value == _COLOURS else []
    for kernel in kernels:
        values = np.pad(onnx.numpy_helper.to_array(kernel), ((0, 0), (0, 1), (0, 0), (0, 0)))
        kernel.CopyFrom(onnx.numpy_helper.from_array(values, kernel.name))
    if not kernels:
        return None
    shape[-1].dim_value = _COLOURS + 1
    del graph.value_info[:]  # intermediate shapes, which have changed
    data: bytes = network.SerializeToString()
    return data


def _first_kernels(graph: Any) -> list[Any]:
    """Weights `(out, 3, height, width)` of all convolutions of the input; empty if other operations use it too."""
    makers = {name: node for node in graph.node for name in node.output}
    constants = {tensor.name: tensor for tensor in graph.initializer}
    same, found = {graph.input[0].name}, []
    for node in graph.node:  # in topological order
        if not same.intersection(node.input):
            continue
        if node.op_type in ("Transpose", "DequantizeLinear"):
            same.update(node.output)
        elif node.op_type == "Conv":
            found.append(makers.get(node.input[1]))
        elif node.op_type != "Shape":
            return []
    whole = [node for node in found if node is not None and _is_even(node, constants)]
    return [constants[node.input[0]] for node in whole] if len(whole) == len(found) else []


def _is_even(node: Any, constants: dict[str, Any]) -> bool:
    """Whether the node dequantises a constant with a zero point of 0."""
    from onnx import numpy_helper

    if node.op_type != "DequantizeLinear" or any(name not in constants for name in node.input):
        return False
    return len(node.input) < 3 or not numpy_helper.to_array(constants[node.input[2]]).any()


def fourth_channel_added(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pictures `(N, H, W, 3)` with a fourth channel, whose values are ignored."""
    from tinyface_core.opencv import cv2

    count, height, width, _ = pictures.shape
    wider = cv2.cvtColor(pictures.reshape(count * height, width, _COLOURS), cv2.COLOR_RGB2RGBA)
    return np.asarray(wider, np.uint8).reshape(count, height, width, _COLOURS + 1)
