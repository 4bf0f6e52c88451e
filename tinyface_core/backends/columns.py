"""Lets convolutions of few channels in 8-bit networks compute several columns at once.

Processors compute 16 or more channels of a pixel together; fewer take as long. In memory the channels of a pixel lie
side by side, and so do the pixels of a row. So several columns can be taken for one with as many times the channels, at
no cost. A convolution of those has zeros where a column does not see another: the sums stay the same integers, and all
outputs the same to the bit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_COLOURS = 3
_COLUMNS = {4: 8, 24: 2}
"""Up to so many output channels so many columns are computed at once; more channels fill a processor anyway."""

_PICTURE_COLUMNS, _PICTURE_OUTPUTS = 4, 16
"""So many columns of a picture, whose three channels are the fewest, up to so many output channels; else half of it."""

_FACTOR = re.compile(r"(?:TruncToInt\()?(\d+)(?:\.0)?\*")
"""Begins a width that is a multiple of a number: "8*s18", "TruncToInt(4.0*ToFloat(width))"."""


def known_widths(network: Any) -> dict[str, int]:
    """Numbers of which the widths of tensors are always multiples, by the name of the convolution that reads them.

    `network` is ONNX with inferred shapes `(N, C, H, W)`.
    """
    graph, widths = network.graph, dict[str, int]()
    shapes = {value.name: value.type.tensor_type.shape.dim for value in (*graph.value_info, *graph.input)}
    for node in graph.node:
        if node.op_type == "Conv" and len(shape := shapes.get(node.input[0], ())) == 4:
            factor = _FACTOR.match(shape[3].dim_param)
            widths[node.name] = shape[3].dim_value or (int(factor[1]) if factor else 1)
    return widths


class _Quantised(NamedTuple):
    """A convolution from eight bits to eight bits, and the nodes around it."""

    conv: Any
    given: Any
    weight: Any
    bias: Any
    result: Any


def with_columns_at_once(network: Any, widths: Mapping[str, int]) -> Any:
    """The network with its convolutions of few channels rewritten.

    Args:
        network: ONNX, in the QDQ format of `onnxruntime.quantization`; it must not be used any more.
        widths: see `known_widths`; other convolutions stay as they are.
    """
    import onnx

    graph = network.graph
    constants = {tensor.name: tensor for tensor in graph.initializer}
    for found in _quantised(graph, constants):
        kernel = _array(constants[found.weight.input[0]])
        if (columns := _columns(found.conv, kernel, widths.get(found.conv.name, 1))) > 1:
            _rewrite(graph, constants, found, kernel, columns)
    ends = ([value.name for value in values] for values in (graph.input, graph.output))
    return onnx.utils.Extractor(network).extract_model(*ends)  # without what is no longer used


def _quantised(graph: Any, constants: Mapping[str, Any]) -> list[_Quantised]:
    makers: dict[str, Any] = {name: node for node in graph.node for name in node.output}
    users: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    found = []
    for conv in graph.node:
        if conv.op_type == "Conv" and len(conv.input) == 3:
            given, weight, bias = (makers.get(name, conv) for name in conv.input)
            after = users.get(conv.output[0], [])
            kinds = [node.op_type for node in (given, weight, bias, *after)]
            if kinds != ["DequantizeLinear"] * 3 + ["QuantizeLinear"]:
                continue
            if weight.input[0] in constants and bias.input[0] in constants:
                found.append(_Quantised(conv, given, weight, bias, after[0]))
    return found


def _columns(conv: Any, kernel: NDArray[np.int8], width: int) -> int:
    """How many columns a convolution computes at once, if the width of its input is always a multiple of a number."""
    (outputs, inputs, _, size), attributes = kernel.shape, _attributes(conv)
    (_, stride), (_, left, _, right) = attributes["strides"], attributes["pads"]
    divides = size - stride <= left + right < size  # one output column for each `stride` input columns
    if not divides or attributes["group"] != 1 or attributes["dilations"] != [1, 1]:
        return 1
    wanted = next((columns for channels, columns in _COLUMNS.items() if outputs <= channels), 1)
    if inputs == _COLOURS:
        wanted = _PICTURE_COLUMNS if outputs <= _PICTURE_OUTPUTS else _PICTURE_COLUMNS // 2
    return math.gcd(wanted, width // stride)


def _joined(
    kernel: NDArray[np.int8], columns: int, stride: int, left: int
) -> tuple[NDArray[np.int8], int, tuple[int, int]]:
    """The kernel that computes columns at once; a margin on the left of the maps; padding in groups of columns."""
    (outputs, inputs, height, size), together = kernel.shape, columns * stride
    # What the columns of a group see: columns of the input, counted from those of the same group.
    first, last = -left, (columns - 1) * stride - left + size - 1
    # With a margin on the left they may lie in fewer groups.
    shift = left if (last - first) // together < last // together - first // together else 0
    lowest, highest = ((column + shift) // together for column in (first, last))
    wide = np.zeros((outputs * columns, inputs * together, height, highest - lowest + 1), np.int8)
    for column in range(columns):
        for tap in range(size):
            group, place = divmod(first + shift + column * stride + tap, together)
            mine = slice(column * outputs, (column + 1) * outputs)
            wide[mine, place * inputs : (place + 1) * inputs, :, group - lowest] = kernel[:, :, :, tap]
    return wide, shift, (0, 0) if shift else (-lowest, highest)


def _rewrite(graph: Any, constants: dict[str, Any], found: _Quantised, kernel: NDArray[np.int8], columns: int) -> None:
    from onnx import helper

    conv, name = found.conv, f"{found.conv.name}_columns"
    (outputs, inputs, *_), attributes = kernel.shape, _attributes(conv)
    (rows_stride, stride), (top, left, bottom, _) = attributes["strides"], attributes["pads"]
    together = columns * stride
    wide, shift, pads = _joined(kernel, columns, stride, left)

    def constant(part: str, values: NDArray[Any]) -> str:
        return _constant(graph, constants, f"{name}_{part}", values)

    def repeated(node: Any, part: str, first_input: str | None = None) -> Any:
        """The node that dequantises a constant, for all columns."""
        names = []
        for place, given in enumerate(node.input):
            values = _array(constants[given])
            names.append(constant(f"{part}_{place}", np.tile(values, columns)) if values.ndim == 1 else given)
        names[0] = first_input or names[0]
        return helper.make_node("DequantizeLinear", names, [f"{name}_{part}"], axis=0)

    def laid_out(taken: str, made: str, perm: list[int]) -> Any:
        return helper.make_node("Transpose", [taken], [made], perm=perm)

    rows, groups, to_rows, to_maps = f"{name}_rows", f"{name}_groups", [0, 2, 3, 1], [0, 3, 1, 2]
    nodes = [
        repeated(found.weight, "weight", constant("kernel", wide)),
        repeated(found.bias, "bias"),
        laid_out(found.given.input[0], rows, to_rows),
    ]
    if shift:
        margins = constant("margins", np.array([0, 0, shift, 0, 0, 0, together - shift, 0]))
        nodes.append(helper.make_node("Pad", [rows, margins, found.given.input[2]], [f"{name}_wider"]))
        rows = f"{name}_wider"
    nodes += [
        helper.make_node("Reshape", [rows, constant("joined", _shape(inputs * together))], [groups]),
        laid_out(groups, f"{name}_maps", to_maps),
        helper.make_node("DequantizeLinear", [f"{name}_maps", *found.given.input[1:]], [f"{name}_given"]),
        helper.make_node(
            "Conv",
            [f"{name}_given", f"{name}_weight", f"{name}_bias"],
            [f"{name}_made"],
            name=conv.name,
            strides=[rows_stride, 1],
            pads=[top, pads[0], bottom, pads[1]],
        ),
        helper.make_node("QuantizeLinear", [f"{name}_made", *found.result.input[1:]], [f"{name}_result"]),
        laid_out(f"{name}_result", f"{name}_made_rows", to_rows),
        helper.make_node("Reshape", [f"{name}_made_rows", constant("apart", _shape(outputs))], [f"{name}_columns"]),
        laid_out(f"{name}_columns", found.result.output[0], to_maps),
    ]
    place = list(graph.node).index(found.result)
    graph.node.remove(found.result)
    for node in reversed(nodes):
        graph.node.insert(place, node)


def _shape(channels: int) -> NDArray[np.int64]:
    """For a reshaping of `(N, H, W, C)` to so many channels; the width follows."""
    return np.array([0, 0, -1, channels])


def _constant(graph: Any, constants: dict[str, Any], name: str, values: NDArray[Any]) -> str:
    from onnx import numpy_helper

    constants[name] = numpy_helper.from_array(values, name)
    graph.initializer.append(constants[name])
    return name


def _attributes(conv: Any) -> dict[str, Any]:
    from onnx import helper

    usual = {"strides": [1, 1], "pads": [0, 0, 0, 0], "dilations": [1, 1], "group": 1}
    return usual | {attribute.name: helper.get_attribute_value(attribute) for attribute in conv.attribute}


def _array(tensor: Any) -> NDArray[Any]:
    from onnx import numpy_helper

    values: NDArray[Any] = numpy_helper.to_array(tensor)
    return values
