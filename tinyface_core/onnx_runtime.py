"""Runs ONNX networks on the processor; the only module that imports ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from tinyface_core.memory import is_out_of_memory


class Session(Protocol):
    """An ONNX network, ready to run."""

    @property
    def inputs(self) -> Sequence[str]:
        """Names of the inputs."""

    @property
    def outputs(self) -> Sequence[str]:
        """Names of the outputs."""

    def __call__(self, inputs: Mapping[str, NDArray[Any]], wanted: Sequence[str]) -> list[NDArray[Any]]:
        """The wanted outputs; only the nodes that they need are run.

        Raises:
            MemoryError: if memory runs out.
        """


Network = Callable[[NDArray[Any]], list[NDArray[Any]]]
"""Runs a network with one input on a batch; returns its outputs in order."""

_ERRORS_ONLY = 3


def onnx_network(model: Path | bytes, dequantised: bool = False) -> Network:
    """The network with one input in a file or its content; see `OnnxSession`.

    Raises:
        ModuleNotFoundError: if onnxruntime is not installed.
    """
    session = OnnxSession(model, dequantised)
    (name,) = session.inputs
    return lambda batch: session({name: batch}, session.outputs)


class OnnxSession:
    """A `Session` of ONNX Runtime, on the processor."""

    def __init__(self, model: Path | bytes, dequantised: bool = False) -> None:
        """Load a network; `dequantised` converts its 8-bit weights to float32 once: they only make the file smaller.

        Raises:
            ModuleNotFoundError: if onnxruntime is not installed.
        """
        self._model = model.read_bytes() if isinstance(model, Path) else model
        self._dequantised = dequantised
        whole = _opened(self._model, dequantised)
        self.inputs = [given.name for given in whole.get_inputs()]
        self.outputs = [given.name for given in whole.get_outputs()]
        self._parts = {tuple(self.outputs): whole}

    def __call__(self, inputs: Mapping[str, NDArray[Any]], wanted: Sequence[str]) -> list[NDArray[Any]]:
        """See `Session`."""
        outputs = tuple(wanted)
        if outputs not in self._parts:
            self._parts[outputs] = _opened(self._part(outputs), self._dequantised)
        try:
            return list(self._parts[outputs].run(outputs, dict(inputs)))
        except Exception as error:  # its errors have no base class of their own but Exception
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            raise

    def _part(self, outputs: Sequence[str]) -> bytes:
        """The sub-network for these outputs; ONNX Runtime would run all nodes otherwise."""
        import onnx

        part = onnx.utils.Extractor(onnx.load_from_string(self._model)).extract_model(self.inputs, list(outputs))
        data: bytes = part.SerializeToString()
        return data


def _opened(model: bytes, dequantised: bool) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    # Spinning threads would take processor time from other work, including other parts of the search.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if dequantised:
        options.add_session_config_entry("session.disable_quant_qdq", "1")
    if threads := _allowed_threads():
        options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _allowed_threads() -> int:
    """Number of processors this process is restricted to, which ONNX Runtime ignores; 0 if unrestricted."""
    if not hasattr(os, "sched_getaffinity"):
        return 0
    allowed = len(os.sched_getaffinity(0))
    return allowed if allowed < (os.cpu_count() or 1) else 0
