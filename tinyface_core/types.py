"""Frozen value types used throughout the program; none needs a network."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum, StrEnum
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

RgbImage = NDArray[np.uint8]
"""RGB picture, `(H, W, 3)`, uint8."""

CropBatch = NDArray[np.uint8]
"""Crops of one size, RGB uint8 `(N, H, W, 3)`."""

Box = tuple[float, float, float, float]
"""Box `(x1, y1, x2, y2)` in pixels of the frame; x2 and y2 are exclusive edges."""


_SHOWN = 30
_TOO_LONG = re.compile(r"""[^\s/\\]{270,}|(?<!\w)('[^'/\\]{270,}'|"[^"/\\]{270,}")""")
"""A word, or what stands in quotes, that is longer than a file's name can be."""


class UserError(Exception):
    """Something that the user can put right; the message is one sentence for the user: what, which file, what to do.

    A value from outside may be of any length: this is the one place that shortens it, in its middle.
    """

    def __str__(self) -> str:
        return _TOO_LONG.sub(lambda word: f"{word[0][:_SHOWN]}...{word[0][-_SHOWN:]}", super().__str__())


class Cancelled(Exception):
    """Raised inside a long job when its cancellation token says stop."""


class CancelToken(Protocol):
    """Asked often by every long job; `threading.Event` satisfies it."""

    def is_set(self) -> bool:
        """True once the job should stop."""


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


class Origin(IntEnum):
    """Where the box of a face in a video comes from; files hold the name in small letters."""

    FOUND = 0
    """The search found it."""
    FILLED = 1
    """It lies between two frames in which the same face was found."""
    DRAWN = 2
    """The analyst drew it."""


NO_TRACK, LEFT_OUT = -1, -2
"""In place of the number of a track: of a face that was not linked, and of one that linking took for a mistake."""


Progress = Callable[[str, int, int], None]
"""Called as `progress(stage, done, total)`; stage is one of the keys of `FindResult.timings`."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture to search: a photo, one page of several, or one frame of a video.

    Attributes:
        pixels: RGB uint8 `(H, W, 3)`, upright.
        source: path or other name of where it came from.
        index: number of the frame in a video, or of the page in a file of several, from 0; else None.
        seconds: time stamp in a video, else None.
        remarks: sentences the user should read of how it could be read; they go into the result.
        cut: whether it shows another scene than the frame that was read before it.
        turn: degrees by which it was turned clockwise, by hand, from how its file has it.
    """

    pixels: RgbImage
    source: str
    index: int | None = None
    seconds: float | None = None
    remarks: tuple[str, ...] = ()
    cut: bool = False
    turn: int = 0

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class Face:
    """One row of `Detections`: a face candidate.

    Attributes:
        box: xyxy in pixels of the frame.
        score: fused score in [0, 1]; equals `detector_score` where the second stage did not run.
        detector_score: what the detector said, in [0, 1].
        face_probability: the second stage's in [0, 1], by crop, surroundings or both; None where it did not look.
        real_probability: the discriminator's real/fake head in [0, 1], None where it did not run.
        refined: whether the second stage looked at the candidate.
        stride: of the detector's branch that found it, in pixels; 0 where there is none.
        track: its number in a video, else `NO_TRACK` or `LEFT_OUT`.
        origin: where the box comes from.
    """

    box: Box
    score: float
    detector_score: float
    face_probability: float | None = None
    real_probability: float | None = None
    refined: bool = False
    stride: int = 0
    track: int = NO_TRACK
    origin: Origin = Origin.FOUND

    @property
    def size(self) -> float:
        """Longer side of the box in pixels."""
        x1, y1, x2, y2 = self.box
        return max(x2 - x1, y2 - y1)


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Detections(Sequence[Face]):
    """Face candidates of one picture, from the detector to the result; as a sequence, a `Face` for each.

    Attributes:
        boxes: `(N, 4)` xyxy in pixels of the picture.
        scores: `(N,)` in [0, 1]; fused, where the second stage ran.
        detector_scores: `(N,)` what the detector said, in [0, 1].
        face_probabilities: `(N,)` the second stage's, in [0, 1]; not a number where it did not look.
        real_probabilities: `(N,)` of the discriminator's real/fake head, likewise.
        strides: `(N,)` of the detector's branch that found each, in pixels; 0 where there is none.
        refined: `(N,)` whether the second stage looked at the candidate.
        tracks: `(N,)` number of the track in a video, else `NO_TRACK` or `LEFT_OUT`.
        origins: `(N,)` where each box comes from, see `Origin`.
    """

    boxes: Floats
    scores: Floats
    detector_scores: Floats
    face_probabilities: Floats
    real_probabilities: Floats
    strides: NDArray[np.int64]
    refined: NDArray[np.bool_]
    tracks: NDArray[np.int64]
    origins: NDArray[np.int64]

    @staticmethod
    def of(boxes: ArrayLike, scores: ArrayLike, strides: ArrayLike | None = None) -> Detections:
        """What a detector found: boxes `(N, 4)` with scores `(N,)` and perhaps strides `(N,)`."""
        scores = np.asarray(scores, np.float64).reshape(-1)
        count = len(scores)
        unknown = np.full(count, np.nan)
        return Detections(
            np.asarray(boxes, np.float64).reshape(-1, 4),
            scores,
            scores,
            unknown,
            unknown,
            np.zeros(count, np.int64) if strides is None else np.asarray(strides, np.int64),
            np.zeros(count, bool),
            np.full(count, NO_TRACK),
            np.full(count, Origin.FOUND.value, np.int64),
        )

    @staticmethod
    def of_faces(faces: Iterable[Face]) -> Detections:
        """The same as rows of one array each."""
        rows = list(faces)
        probabilities = [(face.face_probability, face.real_probability) for face in rows]
        judged = np.array(probabilities, np.float64).reshape(-1, 2)  # None becomes "not a number"
        found = Detections.of([f.box for f in rows], [f.score for f in rows], [f.stride for f in rows])
        return replace(
            found,
            detector_scores=np.array([face.detector_score for face in rows], np.float64),
            face_probabilities=judged[:, 0],
            real_probabilities=judged[:, 1],
            refined=np.array([face.refined for face in rows], bool),
            tracks=np.array([face.track for face in rows], np.int64),
            origins=np.array([face.origin for face in rows], np.int64),
        )

    @staticmethod
    def together(parts: Sequence[Detections]) -> Detections:
        """All those of several, one after the other."""
        if not parts:
            return Detections.of([], [])
        return Detections(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Detections)))

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Detections:
        """Those of some rows, given as indices, as a mask `(N,)`, or as a slice."""
        return Detections(*(getattr(self, field.name)[rows] for field in fields(self)))

    @property
    def sizes(self) -> Floats:
        """Longer sides `(N,)` of the boxes in pixels."""
        sides: Floats = (self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1)
        return sides

    def __len__(self) -> int:
        return len(self.scores)

    @overload
    def __getitem__(self, row: int) -> Face: ...
    @overload
    def __getitem__(self, row: slice) -> Detections: ...
    def __getitem__(self, row: int | slice) -> Face | Detections:
        if isinstance(row, slice):
            return self.take(row)
        x1, y1, x2, y2 = self.boxes[row].tolist()
        face, real = float(self.face_probabilities[row]), float(self.real_probabilities[row])
        return Face(
            (x1, y1, x2, y2),
            float(self.scores[row]),
            float(self.detector_scores[row]),
            None if math.isnan(face) else face,
            None if math.isnan(real) else real,
            bool(self.refined[row]),
            int(self.strides[row]),
            int(self.tracks[row]),
            Origin(int(self.origins[row])),
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Detections):
            return NotImplemented
        return all(
            np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f")
            for mine, theirs in ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Runtime:
    """What runs networks, or, with "auto" in it, what is asked for.

    Attributes:
        device: "cpu", "cuda:0", ...
        backend: "torch", ...
        precision: numbers that are computed with: "float32", "bfloat16", ...
    """

    device: str = "auto"
    backend: str = "auto"
    precision: str = "auto"


@dataclass(frozen=True, slots=True)
class Device:
    """A device that networks can run on.

    Attributes:
        name: as torch calls it: "cuda:0", "xpu:0", "mps", "cpu".
        hardware: what it is, with its memory or number of threads; may be empty.
    """

    name: str
    hardware: str

    def __str__(self) -> str:
        """What people call it: "CPU (2 threads)"."""
        kind, _, number = self.name.partition(":")
        title = f"{kind.upper()} {number}".strip()
        return f"{title} ({self.hardware})" if self.hardware else title


class Effort(StrEnum):
    """How hard to search; see `SearchSettings.of`."""

    FAST = "fast"
    BALANCED = "balanced"
    THOROUGH = "thorough"


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """All that changes what a search finds; thresholds for looking are not among it, see `search.finder.visible`.

    Attributes:
        detector: its name; empty for the default one of the effort.
        gan: name of the second stage's weights; empty for the default ones.
        effort: which copies of the picture are searched; `THOROUGH` has a larger one, `FAST` has a detector of its
            own.
        second_stage: whether candidates are enlarged and judged a second time.
        budget: at most so many of them, least certain and smallest first; the paper sends all 600.
        context: share of a box's side that is added round it for that; None for what the weights were trained with.
        nms_iou: candidates that overlap a better one by more than this are dropped at the end.
        turned: whether the picture turned by 90, 180 and 270 degrees is searched too, in four times the time.
        device: "auto", "cpu", "cuda:0", ...
        backend: what runs the networks, such as "torch"; "auto" for the quickest that is there.
        precision: numbers that they compute with, such as "float32"; "auto" for what suits the device.
    """

    detector: str = ""
    gan: str = ""
    effort: Effort = Effort.BALANCED
    second_stage: bool = True
    budget: int = 128
    context: float | None = None
    nms_iou: float = 0.45
    turned: bool = False
    device: str = "auto"
    backend: str = "auto"
    precision: str = "auto"

    @property
    def runtime(self) -> Runtime:
        """What is to run the networks."""
        return Runtime(self.device, self.backend, self.precision)

    @staticmethod
    def of(effort: Effort, **changes: Any) -> SearchSettings:
        """What an effort stands for, with some fields changed."""
        usual = SearchSettings(effort=effort, second_stage=effort is not Effort.FAST, budget=BUDGETS[effort])
        return replace(usual, **changes)


BUDGETS: Mapping[Effort, int] = {Effort.FAST: 32, Effort.BALANCED: 128, Effort.THOROUGH: 600}
"""Candidates that go through the second stage at most, by effort."""


LEAST_SHOWN, LEAST_KEPT = 0.4, 0.1
"""Scores from which on faces are shown unless told otherwise, and kept in projects and lists."""


@dataclass(frozen=True, slots=True)
class Enlargement:
    """One way's enlargement of one crop: RGB uint8 `(S, S, 3)` and its cost in milliseconds.

    Of a region of another shape `(H, W, 3)`.

    Attributes:
        own_factor: of a model file, whose result is resized where another was asked for; 0 of what enlarges by any.
        frames: of a video that it was made from, if it was made from several; else 0.
        guessed: the spread in levels of 255, if it shows how far another enlargement is guessed; else 0.
        weights: name of the weights of the generator that made it; else "".
    """

    method: str
    pixels: RgbImage
    milliseconds: float
    own_factor: int = 0
    frames: int = 0
    guessed: float = 0
    weights: str = ""


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
        faces: sorted by falling score; no threshold has been applied but `min_score` and `min_size`.
        candidates: how many proposals the detector made.
        refined: how many of them the second stage looked at: within its budget, and not sure already.
        timings: seconds by stage: "prepare", "detect", "crop", "surroundings", "generate", "discriminate", "merge".
        settings: of the search, with the parts that were taken in place of "auto" and the defaults.
        weights: weights by role ("detector", "gan"): name and SHA-256.
        remarks: sentences the user should read (memory ran out and tiles were halved, ...).
        index, seconds: as of the `Frame`.
        min_score, min_size: thresholds for looking that were applied to `faces`.
        cut: whether the frame shows another scene than the one that was searched before it.
        turn: as of the `Frame`; width, height and boxes are those of the turned picture.
    """

    source: str
    width: int
    height: int
    faces: Detections
    candidates: int
    refined: int
    timings: dict[str, float] = field(default_factory=dict)
    settings: SearchSettings = SearchSettings()
    weights: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    index: int | None = None
    seconds: float | None = None
    min_score: float = 0.0
    min_size: float = 0.0
    cut: bool = False
    turn: int = 0


class Finder(Protocol):
    """Finds the faces of a frame; `tinyface_core.search.finder.FaceFinder` is one."""

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        """All face candidates of a frame, judged."""


class KnownFinder(Finder, Protocol):
    """A finder that tells with what it searches, before it does."""

    @property
    def settings(self) -> SearchSettings:
        """As results of it have them."""

    @property
    def weights(self) -> dict[str, str]:
        """As results of it have them."""
