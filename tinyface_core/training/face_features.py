"""Features of CenterFace for the perceptual loss, a detector that has learned from more faces than our networks."""

from __future__ import annotations

from torch import Tensor, nn

from tinyface_core.backends.onnx_network import OnnxNetwork
from tinyface_core.detector.centerface import network_file

_LAYERS = ("368", "373", "381", "384", "393", "398", "401", "419", "427")
"""Names of values after a ReLU: two each on strides 2, 4 and 16, three on stride 8."""


class FaceFeatures(nn.Module):
    """CenterFace's network up to stride 16, with its published weights, which are not trained."""

    def __init__(self) -> None:
        super().__init__()
        self.network = OnnxNetwork(network_file("float32"), _LAYERS)

    def features(self, pictures: Tensor) -> list[Tensor]:
        """Features `(N, C, h, w)` of RGB pictures `(N, 3, H, W)` in [0, 1]."""
        maps: list[Tensor] = self.network(pictures * 255)
        return maps
