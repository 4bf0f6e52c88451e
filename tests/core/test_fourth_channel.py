"""A first layer in eight bits looks at a fourth channel, and says the same as before."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from tinyface_core.fourth_channel import with_fourth_channel
from tinyface_core.onnx_runtime import OnnxSession
from tinyface_core.weights import BUNDLED


def network(beside: bool = False, offset: int = 0) -> bytes:
    """Convolves pictures in eight bits; `beside` something else is done with them, zero may be another number."""
    rng = np.random.default_rng(0)
    constants = [
        helper.make_tensor("kernel", TensorProto.INT8, [4, 3, 3, 3], rng.integers(-60, 60, 108).tolist()),
        helper.make_tensor("kernel_scale", TensorProto.FLOAT, [], [0.01]),
        helper.make_tensor("kernel_zero", TensorProto.INT8, [], [offset]),
        helper.make_tensor("scale", TensorProto.FLOAT, [], [1.0]),
        helper.make_tensor("zero", TensorProto.UINT8, [], [128]),
    ]
    nodes = [
        helper.make_node("Shape", ["pictures"], ["shape"]),
        helper.make_node("Transpose", ["pictures"], ["colours"], perm=[0, 3, 1, 2]),
        helper.make_node("DequantizeLinear", ["colours", "scale", "zero"], ["levels"]),
        helper.make_node("DequantizeLinear", ["kernel", "kernel_scale", "kernel_zero"], ["weights"]),
        helper.make_node("Conv", ["levels", "weights"], ["seen"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Neg", ["levels" if beside else "seen"], ["other"]),
    ]
    pictures = helper.make_tensor_value_info("pictures", TensorProto.UINT8, ["n", "h", "w", 3])
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("seen", "other")]
    graph = helper.make_graph(nodes, "made", [pictures], outputs, constants)
    data: bytes = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10
    ).SerializeToString()
    return data


@pytest.mark.parametrize("model", [network(), (BUNDLED / "detector-quick.int8.onnx").read_bytes()])
def test_what_comes_out_is_the_same_to_the_last_bit(model: bytes) -> None:
    pictures = np.random.default_rng(1).integers(0, 256, (2, 64, 96, 3), np.uint8)
    plain = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    session = OnnxSession(model)
    for before, now in zip(
        plain.run(None, {"pictures": pictures}), session({"pictures": pictures}, session.outputs), strict=True
    ):
        np.testing.assert_array_equal(now, before)
    (opened,) = session._parts.values()
    assert opened.get_inputs()[0].shape[-1] == 4
    wider = onnx.load_from_string(with_fourth_channel(model) or b"")
    assert wider.graph.input[0].type.tensor_type.shape.dim[-1].dim_value == 4


def test_networks_of_another_kind_stay_as_they_are() -> None:
    assert with_fourth_channel(network(beside=True)) is None
    assert with_fourth_channel(network(offset=3)) is None
    assert with_fourth_channel(with_fourth_channel(network()) or b"") is None
