"""The optional OpenVINO backend, often the fastest on Intel processors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from numpy.typing import NDArray


class OpenVinoSession:
    """A `Session` of OpenVINO, on the processor, with the precision of the exported network."""

    def __init__(self, model: bytes) -> None:
        """Load a network from the content of an ONNX file.

        Raises:
            ModuleNotFoundError: if openvino is not installed.
        """
        import openvino

        self._core = openvino.Core()
        self._model = self._core.read_model(model)
        self._part = openvino.Model
        self._requests: dict[tuple[str, ...], Any] = {}
        self.inputs = [given.get_any_name() for given in self._model.inputs]
        self.outputs = [given.get_any_name() for given in self._model.outputs]

    def __call__(self, inputs: Mapping[str, NDArray[Any]], wanted: Sequence[str]) -> list[NDArray[Any]]:
        """See `Session`."""
        request = self._request(tuple(wanted))
        request.infer(dict(inputs), share_inputs=True)
        return [request.get_tensor(name).data.copy() for name in wanted]

    def _request(self, wanted: tuple[str, ...]) -> Any:
        if wanted not in self._requests:
            # One network for every choice of outputs, so that only the nodes that they need are run.
            results = [result for result in self._model.get_results() if result.output(0).get_any_name() in wanted]
            part = self._part(results, self._model.get_parameters())
            settings = {"INFERENCE_PRECISION_HINT": "f32", "NUM_STREAMS": 1}
            self._requests[wanted] = self._core.compile_model(part, "CPU", settings).create_infer_request()
        return self._requests[wanted]
