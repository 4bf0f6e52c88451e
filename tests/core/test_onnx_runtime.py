"""ONNX Runtime runs what is wanted of a network, quietly."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tinyface_core.onnx_runtime import OnnxSession, onnx_network


def _network() -> bytes:
    """Adds 1 to its input, and takes the output of that at a place that its second input names."""
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n"]),
        helper.make_tensor_value_info("place", TensorProto.INT64, []),
    ]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("more", "one")]
    nodes = [helper.make_node("Add", ["x", "step"], ["more"]), helper.make_node("Gather", ["more", "place"], ["one"])]
    step = helper.make_tensor("step", TensorProto.FLOAT, [1], [1.0])
    graph = helper.make_graph(nodes, "made", inputs, outputs, [step])
    data: bytes = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)]).SerializeToString()
    return data


def test_what_the_wanted_outputs_do_not_need_does_not_run(capfd: pytest.CaptureFixture[str]) -> None:
    session = OnnxSession(_network())
    given = {"x": np.zeros(2, np.float32), "place": np.array(9)}  # beyond the end: to take it fails
    (more,) = session(given, ["more"])
    assert more.tolist() == [1, 1]
    with pytest.raises(Exception, match="out of"):
        session(given, ["one"])
    assert (session.inputs, session.outputs) == (["x", "place"], ["more", "one"])
    assert "Warning" not in capfd.readouterr().err


def test_want_of_memory_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    session = OnnxSession(_network())

    def run(*_: object) -> None:
        raise Exception("Failed to allocate memory for requested buffer of size 99")

    monkeypatch.setitem(session._parts, ("more",), SimpleNamespace(run=run))
    with pytest.raises(MemoryError):
        session({}, ["more"])


def test_a_network_of_one_input_is_called_with_it() -> None:
    model = onnx.load_from_string(_network())
    del model.graph.input[1], model.graph.output[1], model.graph.node[1]
    assert onnx_network(model.SerializeToString())(np.zeros(2, np.float32))[0].tolist() == [1, 1]
