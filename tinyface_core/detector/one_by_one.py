"""Makes a detector of a function that searches one picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinyface_core.boxes import nms
from tinyface_core.detector.pyramid import THOROUGH, WHOLE, SearchPlan
from tinyface_core.runtime import Runtime
from tinyface_core.search_settings import Effort
from tinyface_core.types import Detections, RgbImage

_UNBOUNDED = 1 << 20
PLAN = SearchPlan(
    {Effort.FAST: WHOLE, Effort.BALANCED: WHOLE, Effort.THOROUGH: THOROUGH}, tile=_UNBOUNDED, proposals=_UNBOUNDED
)
"""The picture as it is, in one piece; with `THOROUGH` the same copies as our own detector."""


@dataclass(frozen=True)
class OneByOne:
    """A detector made of a function that searches one picture; see `tinyface_core.detector.registry.Detector`.

    Attributes:
        name: name for the user.
        digest: SHA-256 of its weights.
        search: candidates of an RGB picture, in any order, after suppression.
        plan: how pictures are searched.
        runtime: the library that runs its network.
    """

    name: str
    digest: str
    search: Callable[[RgbImage], Detections]
    plan: SearchPlan = PLAN
    runtime: Runtime = Runtime("cpu", "onnx", "float32")

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        """See `Detector`."""
        return self.search(pixels)

    def leave_accelerator(self) -> bool:
        """See `Detector`."""
        return False


def suppressed(found: Detections, iou: float) -> Detections:
    """Candidates after greedy non-maximum suppression, best first."""
    return found.take(nms(found.boxes, found.scores, iou))
