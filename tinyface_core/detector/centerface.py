"""CenterFace (Xu et al., 2019): a network whose maps show centres, sizes and offsets of faces on stride 4.

The weights of its authors (github.com/Star-Clouds/CenterFace, MIT) come with the program, as files that
`scripts/import_centerface.py` wrote. Balanced and thorough searches use it beside MB-FCN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.detector.pyramid import (
    BLURRED_NEAR,
    BLURRED_SECOND_OPINION,
    SECOND_OPINION,
    SMALL_FACES,
    THOROUGH,
    WHOLE,
    SearchPlan,
)
from tinyface_core.runtime import RunsNetworks, Runtime
from tinyface_core.search_settings import Effort
from tinyface_core.types import Detections, RgbImage
from tinyface_core.weights import BUNDLED, checked_content

NAME = "centerface"
INPUT, OUTPUTS = "pictures", ("scores", "sizes", "offsets")


@dataclass(frozen=True, slots=True)
class NetworkFile:
    """A file beside the program's weights, and its SHA-256."""

    file: str
    sha256: str


NETWORKS: Mapping[str, NetworkFile] = {
    "float32": NetworkFile(
        "centerface.float32.onnx", "e2974bbe00c4c73dbbd12f01f6a59829e396d4602c553c923648419e0c760adb"
    ),
    "int8": NetworkFile("centerface.int8.onnx", "3e32e0248c44203e3bf10fc8ac71eb245ea74cbecc0618fb16001f1430710983"),
}
"""By precision."""


def network_file(precision: str) -> bytes:
    """The content of a file of `NETWORKS`.

    Raises:
        WeightsError: if it is missing or changed.
    """
    network = NETWORKS[precision]
    return checked_content(BUNDLED / network.file, network.sha256)


_STRIDE, _MULTIPLE = 4, 32
_LEAST_SCORE = 0.05

_STEEPNESS, _SHIFT = 1.5, 0.2
"""Factor and offset for the log-odds of its scores, which are nearer to 0.5 than those of MB-FCN: both get an equal
vote. Chosen by the AP of the 200 validation pictures of docs/weights.md."""

PLAN = SearchPlan(
    {Effort.FAST: WHOLE, Effort.BALANCED: WHOLE, Effort.THOROUGH: THOROUGH},
    tile=2048,
    later={Effort.BALANCED: SMALL_FACES, Effort.THOROUGH: SECOND_OPINION},
    blurred_later={Effort.BALANCED: BLURRED_NEAR, Effort.THOROUGH: BLURRED_SECOND_OPINION},
)


class MapsNetwork(RunsNetworks, Protocol):
    """CenterFace's network, on some backend."""

    def __call__(self, picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Maps of a picture `(1, 3, H, W)`, RGB in [0, 255], sides multiples of 32.

        Scores `(1, 1, H / 4, W / 4)` in [0, 1]; sizes `(1, 2, H / 4, W / 4)`, logarithms of height and width in cells;
        offsets `(1, 2, H / 4, W / 4)` of the centre, down and right, in cells.
        """


class CenterFace:
    """See `tinyface_core.detector.registry.Detector`."""

    name, plan = NAME, PLAN
    digest = NETWORKS["float32"].sha256

    def __init__(self, network: MapsNetwork) -> None:
        """Take a network into use."""
        self._network = network

    @property
    def runtime(self) -> Runtime:
        """See `Detector`."""
        return self._network.runtime

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        """See `Detector`."""
        height, width = (-(-side // _MULTIPLE) * _MULTIPLE for side in pixels.shape[:2])
        picture = np.zeros((1, 3, height, width), np.float32)
        picture[0, :, : pixels.shape[0], : pixels.shape[1]] = pixels.transpose(2, 0, 1)
        (heat,), sizes, offsets = (maps[0] for maps in self._network(picture))
        y, x = np.nonzero(heat > _LEAST_SCORE)
        scores, sizes, offsets = (maps[..., y, x].astype(np.float64) for maps in (heat, sizes, offsets))
        centres = np.column_stack([x + offsets[1] + 0.5, y + offsets[0] + 0.5]) * _STRIDE
        half = np.exp(np.column_stack([sizes[1], sizes[0]])) * _STRIDE / 2
        odds = _STEEPNESS * np.log(scores / (1 - scores).clip(1e-9)) + _SHIFT
        return Detections.of(np.concatenate([centres - half, centres + half], axis=1), 1 / (1 + np.exp(-odds)))

    def leave_accelerator(self) -> bool:
        """See `Detector`."""
        return self._network.leave_accelerator()
