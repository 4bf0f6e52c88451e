"""Runs ONNX networks of a few kinds of layers by torch, on whatever device it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class OnnxNetwork(nn.Module):
    """A network with one input, made of convolutions, de-convolutions, sums, ReLU and sigmoid."""

    def __init__(self, network: bytes, outputs: Sequence[str] = ()) -> None:
        """Read an ONNX file's content.

        Only the layers up to the last one of the wanted `outputs` are kept; by default these are the file's.

        Raises:
            KeyError: if it has a layer of another kind.
        """
        import onnx
        from onnx import numpy_helper

        super().__init__()
        graph = onnx.load_from_string(network).graph
        self._input, self._outputs = graph.input[0].name, list(outputs) or [value.name for value in graph.output]
        last = max(place for place, node in enumerate(graph.node) if node.output[0] in self._outputs)
        nodes = graph.node[: last + 1]
        used = {name for node in nodes for name in node.input}
        tensors = [tensor for tensor in graph.initializer if tensor.name in used]
        self._numbers = {tensor.name: f"number_{place}" for place, tensor in enumerate(tensors)}
        for tensor, name in zip(tensors, self._numbers.values(), strict=True):
            self.register_buffer(name, torch.tensor(numpy_helper.to_array(tensor)))
        self._layers = [
            (
                _LAYERS[node.op_type],
                list(node.input),
                node.output[0],
                {attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute},
            )
            for node in nodes
        ]

    def forward(self, batch: Tensor) -> list[Tensor]:
        """The outputs, in order, for the input."""
        values = {self._input: batch} | {name: self.get_buffer(kept) for name, kept in self._numbers.items()}
        for layer, inputs, output, attributes in self._layers:
            values[output] = layer([values[name] for name in inputs], attributes)
        return [values[name] for name in self._outputs]


Attributes = Mapping[str, Any]


def _convolution(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    top, left, bottom, right = attributes.get("pads", (0, 0, 0, 0))
    stride, groups = tuple(attributes.get("strides", (1, 1))), attributes.get("group", 1)
    padded = F.pad(inputs[0], [left, right, top, bottom])
    bias = inputs[2] if len(inputs) > 2 else None
    return F.conv2d(padded, inputs[1], bias, stride, groups=groups)


def _deconvolution(inputs: list[Tensor], attributes: Attributes) -> Tensor:
    top, left, *_ = attributes.get("pads", (0, 0, 0, 0))
    stride, groups = tuple(attributes.get("strides", (1, 1))), attributes.get("group", 1)
    bias = inputs[2] if len(inputs) > 2 else None
    return F.conv_transpose2d(inputs[0], inputs[1], bias, stride, (top, left), 0, groups)


_LAYERS: Mapping[str, Callable[[list[Tensor], Attributes], Tensor]] = {
    "Add": lambda inputs, _: inputs[0] + inputs[1],
    "Conv": _convolution,
    "ConvTranspose": _deconvolution,
    "Relu": lambda inputs, _: inputs[0].relu(),
    "Sigmoid": lambda inputs, _: inputs[0].sigmoid(),
}
