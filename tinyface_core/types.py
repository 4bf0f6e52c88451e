"""Values that travel through the program: frozen, typed, free of behaviour that needs a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

RgbImage = NDArray[np.uint8]
"""RGB picture, `(H, W, 3)`, uint8."""

CropBatch = NDArray[np.uint8]
"""Crops of one size, RGB uint8 `(N, H, W, 3)`."""

Box = tuple[float, float, float, float]
"""Box `(x1, y1, x2, y2)` in pixels of the frame; x2 and y2 are exclusive edges."""


class UserError(Exception):
    """Something that the user can put right; the message is one sentence for the user: what, which file, what to do."""


class Cancelled(Exception):
    """Raised inside a long job when its cancellation token says stop."""


class CancelToken(Protocol):
    """Asked often by every long job; `threading.Event` satisfies it."""

    def is_set(self) -> bool:
        """True once the job should stop."""
        ...


def stop_if_asked(cancel: CancelToken | None, reason: str = "") -> None:
    """Leave a long job where it is to stop; `reason` is a sentence for the user.

    Raises:
        Cancelled: if `cancel` is set.
    """
    if cancel is not None and cancel.is_set():
        raise Cancelled(reason)


class Verdict(StrEnum):
    """What the analyst says of a face; the value is what project files hold."""

    UNDECIDED = ""
    CONFIRMED = "face"
    NOT_A_FACE = "not a face"
    UNSURE = "unsure"


Progress = Callable[[str, int, int], None]
"""Called as `progress(stage, done, total)`; stage is one of the keys of `FindResult.timings`."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture to search: a photo, or one frame of a video.

    Attributes:
        pixels: RGB uint8 `(H, W, 3)`, upright.
        source: path or other name of where it came from.
        index: frame number in a video, else None.
        seconds: time stamp in a video, else None.
    """

    pixels: RgbImage
    source: str
    index: int | None = None
    seconds: float | None = None

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class Proposal:
    """A face candidate of a detector.

    Attributes:
        box: xyxy in pixels of the frame.
        score: detector score in [0, 1].
        branch: stride of the branch that found it, 0 where a detector has none.
    """

    box: Box
    score: float
    branch: int = 0


@dataclass(frozen=True, slots=True)
class Face:
    """A face candidate after the second stage.

    Attributes:
        box: xyxy in pixels of the frame.
        score: fused score in [0, 1]; equals `detector_score` where the second stage did not run.
        detector_score: what the detector said, in [0, 1].
        face_probability: the discriminator's face head in [0, 1], None where it did not run.
        real_probability: the discriminator's real/fake head in [0, 1], None where it did not run.
        refined: whether the candidate went through the second stage.
    """

    box: Box
    score: float
    detector_score: float
    face_probability: float | None = None
    real_probability: float | None = None
    refined: bool = False

    @property
    def size(self) -> float:
        """Longer side of the box in pixels."""
        x1, y1, x2, y2 = self.box
        return max(x2 - x1, y2 - y1)


@dataclass(frozen=True, slots=True)
class Enlargement:
    """One way's enlargement of one crop: RGB uint8 `(S, S, 3)` and its cost in milliseconds."""

    method: str
    pixels: RgbImage
    milliseconds: float


@dataclass(frozen=True, slots=True)
class CropSet:
    """The same ROI enlarged by several upscalers to the same size.

    Attributes:
        roi: square region with context, xyxy in pixels of the frame.
        original: the region's own pixels, RGB uint8.
        enlargements: one for each upscaler asked for, in that order.
    """

    roi: Box
    original: RgbImage
    enlargements: tuple[Enlargement, ...]


@dataclass(frozen=True, slots=True)
class FindResult:
    """The faces of one frame, and what is needed to repeat the run.

    Attributes:
        source: where the frame came from.
        width, height: of the frame, in pixels.
        faces: sorted by falling score; no threshold has been applied but the search's own floor.
        candidates: how many proposals the detector made.
        refined: how many of them went through generator and discriminator (a budget on a CPU).
        timings: seconds by stage: "detect", "crop", "generate", "discriminate", "merge".
        settings: every setting of the search, as plain JSON values.
        weights: weights by role ("detector", "gan"): name and SHA-256.
        device: the device that ran the networks, as torch names it.
        remarks: sentences the user should read (memory ran out and tiles were halved, ...).
    """

    source: str
    width: int
    height: int
    faces: tuple[Face, ...]
    candidates: int
    refined: int
    timings: dict[str, float] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    weights: dict[str, str] = field(default_factory=dict)
    device: str = "cpu"
    remarks: tuple[str, ...] = ()
    index: int | None = None
    seconds: float | None = None
