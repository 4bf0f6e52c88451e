"""Several columns at once say the same as one after the other, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tinyface_core.backends.columns import known_widths, with_columns_at_once
from tinyface_core.weights import BUNDLED

FORMS = {
    "of a picture": ((16, 3, 3, 3), 2, 1),
    "of a picture, with many outputs": ((32, 3, 7, 7), 2, 3),
    "as it is": ((24, 24, 3, 3), 1, 1),
    "halving": ((24, 16, 3, 3), 2, 1),
    "halving without a margin": ((24, 16, 2, 2), 2, 0),
    "of a pixel": ((2, 16, 1, 1), 1, 0),
    "with a wide margin": ((12, 8, 5, 5), 1, 2),
}


def network(form: str, width: str | int = "8*columns", in_eight_bits: bool = True, **attributes: Any) -> Any:
    """A convolution as `onnxruntime.quantization` writes it, between numbers of eight bits."""
    kernel, stride, margin = FORMS[form]
    rng = np.random.default_rng(len(form))
    scales = rng.uniform(0.001, 0.01, kernel[0]).astype(np.float32)
    values: dict[str, NDArray[Any]] = {
        "kernel": rng.integers(-64, 64, kernel, np.int8),
        "kernel_scale": scales,
        "kernel_zero": np.zeros(kernel[0], np.int8),
        "bias": rng.integers(-4000, 4000, kernel[0], np.int32),
        "bias_scale": scales * np.float32(0.5),
        "bias_zero": np.zeros(kernel[0], np.int32),
        "scale": np.array(0.5, np.float32),
        "zero": np.array(117, np.uint8),
        "made_scale": np.array(1.7, np.float32),
        "made_zero": np.array(90, np.uint8),
    }
    attributes = {"strides": [stride] * 2, "pads": [margin] * 4} | attributes
    nodes = [
        helper.make_node("QuantizeLinear", ["maps", "scale", "zero"], ["given"]),
        helper.make_node("DequantizeLinear", ["given", "scale", "zero"], ["numbers"]),
        helper.make_node("DequantizeLinear", ["kernel", "kernel_scale", "kernel_zero"], ["weights"], axis=0),
        helper.make_node("DequantizeLinear", ["bias", "bias_scale", "bias_zero"], ["offsets"], axis=0),
        helper.make_node("Conv", ["numbers", "weights", "offsets"], ["made"], name="conv", **attributes),
        helper.make_node("QuantizeLinear", ["made", "made_scale", "made_zero"], ["result"]),
        helper.make_node("DequantizeLinear", ["result", "made_scale", "made_zero"], ["seen"]),
        helper.make_node("Neg", ["seen" if in_eight_bits else "made"], ["other"]),
    ]
    shape = ["n", kernel[1], "rows", width]
    shapes = {"maps": shape, "numbers": shape, "seen": [None] * 4, "other": [None] * 4}
    told = [helper.make_tensor_value_info(name, TensorProto.FLOAT, sides) for name, sides in shapes.items()]
    constants = [numpy_helper.from_array(value, name) for name, value in values.items()]
    graph = helper.make_graph(nodes, "made", told[:1], told[2:], constants, value_info=told[1:2])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def rewritten(model: Any) -> Any:
    copied = onnx.load_from_string(model.SerializeToString())
    other = with_columns_at_once(copied, known_widths(model))
    onnx.checker.check_model(other)
    return other


def kernel_of(model: Any) -> tuple[int, ...]:
    (conv,) = (node for node in model.graph.node if node.op_type == "Conv")
    (weight,) = (node for node in model.graph.node if conv.input[1] in node.output)
    (tensor,) = (tensor for tensor in model.graph.initializer if tensor.name == weight.input[0])
    return tuple(tensor.dims)


def outputs_of(model: Any, maps: NDArray[np.float32]) -> list[Any]:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return list(session.run(None, {"maps": maps}))


@pytest.mark.parametrize("form", FORMS)
def test_what_comes_out_is_the_same_to_the_last_bit(form: str) -> None:
    plain = network(form)
    at_once = rewritten(plain)
    (outputs, inputs, _, _), stride, _ = FORMS[form]
    columns = kernel_of(at_once)[0] // outputs
    assert columns > 1
    assert kernel_of(at_once)[1] == inputs * stride * columns
    rng = np.random.default_rng(1)
    for count, height, width in ((2, 12, 24), (1, 8, 8)):
        maps = rng.uniform(-70, 80, (count, inputs, height, width)).astype(np.float32)
        for before, now in zip(outputs_of(plain, maps), outputs_of(at_once, maps), strict=True):
            np.testing.assert_array_equal(now, before)
        assert len(np.unique(before)) > 20


@pytest.mark.parametrize(
    ("form", "width", "columns"),
    [
        ("of a pixel", "8*columns", 8),
        ("of a pixel", "TruncToInt(4.0*ToFloat(width))", 4),
        ("of a pixel", 6, 2),
        ("of a pixel", 5, 1),
        ("of a pixel", "width", 1),
        ("halving", "2*columns", 1),
        ("halving", "4*columns", 2),
        ("of a picture", "8*columns", 4),
    ],
)
def test_the_width_of_a_map_must_be_known_to_be_a_multiple(form: str, width: str | int, columns: int) -> None:
    assert kernel_of(rewritten(network(form, width)))[0] == columns * FORMS[form][0][0]


def test_convolutions_of_another_kind_stay_as_they_are() -> None:
    others = [
        network("as it is", pads=[0, 0, 0, 0]),  # fewer columns come out
        network("as it is", dilations=[2, 2], pads=[2, 2, 2, 2]),
        network("as it is", in_eight_bits=False),
    ]
    for other in others:
        assert kernel_of(rewritten(other)) == FORMS["as it is"][0]


@pytest.mark.parametrize("name", ["detector-quick", "detector-desktop"])
def test_the_detectors_that_come_with_the_program_read_four_columns_of_a_picture_at_once(name: str) -> None:
    model = onnx.load(BUNDLED / f"{name}.int8.onnx")
    first = next(node for node in model.graph.node if node.op_type == "Conv")
    (weight,) = (node for node in model.graph.node if first.input[1] in node.output)
    (kernel,) = (tensor for tensor in model.graph.initializer if tensor.name == weight.input[0])
    assert kernel.dims[1] == 3 * 2 * 4
