"""An embedder based on the first layers of our discriminator (edges and colours by position); always available."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinyface_core.groups.vectors import unit
from tinyface_core.onnx_runtime import OnnxSession, Session
from tinyface_core.presets import GAN_PRESETS
from tinyface_core.types import CropBatch
from tinyface_core.weights import Manifest

_LAYER = 3
"""Index of the convolution whose features are used: the last one before the second pooling."""

_CELLS = 4
"""Number of cells per side in which features are averaged."""


class Pattern:
    """See `tinyface_core.groups.registry.Embedder`."""

    name, context, least = "pattern", 0.0, 0.7

    def __init__(self, session: Session, layer: str, side: int, digest: str) -> None:
        """Use a discriminator exported by `export_gan`, and the output called `layer`."""
        self._session, self._layer, self.side, self.digest = session, layer, side, digest

    def embed(self, crops: CropBatch) -> NDArray[np.float32]:
        """See `Embedder`; the sum for crops and mirrored crops, which is symmetric: the left half is sufficient."""
        batch = np.divide(crops, 255, dtype=np.float32)
        seen = self._seen(batch) + self._seen(np.ascontiguousarray(batch[:, :, ::-1]))
        count, channels, height, width = seen.shape
        cells = seen.reshape(count, channels, _CELLS, height // _CELLS, _CELLS, width // _CELLS).mean((3, 5))
        # Subtract the mean over the cells, which depends mostly on the lighting.
        return unit((cells - cells.mean((2, 3), keepdims=True))[..., : _CELLS // 2])

    def _seen(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        (features,) = self._session({"crops": batch}, (self._layer,))
        return features


def load_pattern() -> Pattern:
    """The embedder, from the weights that come with the program.

    Raises:
        WeightsError: if they are missing or changed.
    """
    import onnx

    manifest = Manifest.load()
    entry = manifest.default("gan")
    model = manifest.exported(entry, "discriminator")
    layers = [node.output[0] for node in onnx.load_from_string(model).graph.node if node.op_type == "Relu"]
    return Pattern(OnnxSession(model), layers[_LAYER], GAN_PRESETS[entry.preset].high, entry.sha256)
