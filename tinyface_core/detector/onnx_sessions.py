"""Networks in ONNX form, run by onnxruntime, which comes with the optional peers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Network = Callable[[Floats], list[Floats]]
"""Runs a network with one input on a batch; gives its outputs in order."""

_ERRORS_ONLY = 3


def onnx_network(model: Path | bytes) -> Network:
    """The network of a file or of its content, on the CPU.

    Raises:
        ModuleNotFoundError: if onnxruntime is not installed.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    source: Any = str(model) if isinstance(model, Path) else model
    session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda batch: list(session.run(None, {name: batch}))
