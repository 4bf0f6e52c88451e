"""What all parts of the program speak of: pictures, faces, results; errors, cancelling and progress of long jobs."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import Protocol, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinyface_core.boxes import longer_side
from tinyface_core.file_state import FileState
from tinyface_core.search_settings import SearchSettings

RgbImage = NDArray[np.uint8]
"""RGB picture, `(H, W, 3)`, uint8."""

CropBatch = NDArray[np.uint8]
"""Crops of one size, RGB uint8 `(N, H, W, 3)`."""

Box = tuple[float, float, float, float]
"""Box `(x1, y1, x2, y2)` in pixels of the frame; x2 and y2 are exclusive edges."""


_SHOWN = 30
_TOO_LONG = re.compile(r"""[^\s/\\]{270,}|(?<!\w)('[^'/\\]{270,}'|"[^"/\\]{270,}")""")
"""A word, or text in quotes, that is longer than a file name can be."""


class UserError(Exception):
    """An error that the user can fix; the message is one sentence: what is wrong, in which file, what to do.

    Overlong values in the message are shortened here.
    """

    def __str__(self) -> str:
        return _TOO_LONG.sub(lambda word: f"{word[0][:_SHOWN]}...{word[0][-_SHOWN:]}", super().__str__())


class Cancelled(Exception):
    """Raised inside a long job when its cancellation token says stop."""


class CancelToken(Protocol):
    """Polled by every long job, which raises `Cancelled` soon after it is set; `threading.Event` satisfies it."""

    def is_set(self) -> bool:
        """True once the job should stop."""


def stop_if_asked(cancel: CancelToken | None, reason: str = "") -> None:
    """Stop a long job if requested; `reason` is a sentence for the user."""
    if cancel is not None and cancel.is_set():
        raise Cancelled(reason)


class Verdict(StrEnum):
    """The analyst's verdict on a face; the values are stored in project files."""

    UNDECIDED = ""
    CONFIRMED = "face"
    NOT_A_FACE = "not a face"
    UNSURE = "unsure"


class Origin(IntEnum):
    """Origin of the box of a face in a video; files contain the name in lower case."""

    FOUND = 0
    """Found by the search."""
    FILLED = 1
    """Interpolated between two frames of a track."""
    DRAWN = 2
    """Drawn or changed by the analyst."""


NO_TRACK, LEFT_OUT = -1, -2
"""Track numbers of a face that was not linked, and of one that linking discarded as a false detection."""


Progress = Callable[[str, int, int], None]
"""Called as `progress(stage, done, total)`, such as with a key of `FindResult.timings` as the stage."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Default of `progress` parameters: nobody is told."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture to search: a photo, a page of a multi-page file, or a frame of a video.

    Attributes:
        pixels: RGB uint8 `(H, W, 3)`, upright.
        source: path or other name of its origin.
        index: frame or page number, from 0; None for a photo.
        seconds: time stamp in a video, else None.
        remarks: sentences for the user about problems while reading; they are copied to the result.
        cut: whether there is a cut between this frame and the one read before.
        turn: clockwise rotation by the user, in degrees, relative to the file.
        every: step in frames with which its video is read; 0 for a single frame and outside videos.
        enlarged: whether it is an enlarged part of a picture, as blurred as that makes it. Scores then stay.
    """

    pixels: RgbImage
    source: str
    index: int | None = None
    seconds: float | None = None
    remarks: tuple[str, ...] = ()
    cut: bool = False
    turn: int = 0
    every: int = 0
    enlarged: bool = False

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
    """A face candidate; one row of `Detections`.

    Attributes:
        box: xyxy in pixels of the frame.
        score: fused and calibrated, in [0, 1].
        detector_score: of the detector, or of several after their vote, in [0, 1].
        face_probability: of the second stage, by crop, surroundings or both, in [0, 1]; None if it did not run.
        real_probability: of the discriminator's real/fake head, in [0, 1]; None if it did not run.
        refined: whether the second stage judged the candidate.
        stride: of the detector branch that found it, in pixels; 0 if there is none.
        track: track number in a video, `NO_TRACK` or `LEFT_OUT`.
        origin: of the box.
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

    @property
    def is_drawn(self) -> bool:
        """Whether it was not found but drawn by hand: its scores, both 1, say nothing."""
        return self.origin == Origin.DRAWN and self.score == self.detector_score == 1


Floats = NDArray[np.float64]
"""Floats of double precision."""


@dataclass(frozen=True, slots=True, eq=False)
class Detections(Sequence[Face]):
    """Face candidates of one picture as arrays; also a sequence of `Face`, whose attributes it has as columns.

    Attributes:
        boxes: `(N, 4)` xyxy in pixels of the picture.
        scores, detector_scores: `(N,)` in [0, 1].
        face_probabilities, real_probabilities: `(N,)` in [0, 1]; NaN where a `Face` has None.
        strides, refined, tracks, origins: `(N,)`.
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
        """The output of a detector: boxes `(N, 4)`, scores `(N,)` and optionally strides `(N,)`."""
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
        """Arrays from single faces."""
        rows = list(faces)
        probabilities = [(face.face_probability, face.real_probability) for face in rows]
        judged = np.array(probabilities, np.float64).reshape(-1, 2)  # None becomes NaN
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
        """Concatenation of several."""
        if not parts:
            return Detections.of([], [])
        return Detections(*map(np.concatenate, zip(*map(_columns, parts), strict=True)))

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Detections:
        """Some of the rows, given as indices, a mask `(N,)` or a slice."""
        return Detections(*(column[rows] for column in _columns(self)))

    @property
    def sizes(self) -> Floats:
        """Longer sides `(N,)` of the boxes in pixels."""
        return longer_side(self.boxes)

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
            for mine, theirs in zip(_columns(self), _columns(other), strict=True)
        )

    __hash__ = None  # type: ignore[assignment]


_columns = attrgetter(*(field.name for field in fields(Detections)))
"""Gives the arrays of all attributes, in their order."""


@dataclass(frozen=True, slots=True)
class FindResult:
    """The faces of one frame, and what is needed to repeat the search.

    Attributes:
        source: origin of the frame.
        width, height: of the frame, in pixels.
        faces: sorted by decreasing score, filtered only by `min_score` and `min_size`.
        candidates: number of proposals of the detector.
        refined: number of them that the second stage judged: undecided ones within the budget.
        timings: seconds by stage: "prepare", "detect", "crop", "surroundings", "generate", "discriminate", "merge".
        settings: of the search, with actual values instead of "auto" and defaults.
        weights: by role ("detector", "gan"): name and SHA-256.
        remarks: sentences for the user (memory ran out and tiles were halved, ...).
        index, seconds: see `Frame`.
        min_score, min_size: display thresholds that were applied to `faces`.
        cut: whether there is a cut between this frame and the one searched before.
        turn: see `Frame`; width, height and boxes are those of the rotated picture.
        every: step in frames with which its video was searched, 0 if there was none or it is unknown. In the frames
            between, faces were only followed.
        near: whether it was searched only near expected faces, and for large ones.
        file: state of the file when it was searched; None if it is unknown.
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
    every: int = 0
    near: bool = False
    file: FileState | None = None

    @property
    def is_searched(self) -> bool:
        """Whether the frame was searched; otherwise its faces were followed from searched frames."""
        return not self.every or (self.index or 0) % self.every == 0


class Finder(Protocol):
    """Finds the faces of a frame; see `tinyface_core.search.finder.FaceFinder`."""

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        """All face candidates of a frame with their final scores."""


class KnownFinder(Finder, Protocol):
    """A finder whose settings and weights are known before a search, and that accepts expected faces."""

    def find(
        self,
        frame: Frame,
        cancel: CancelToken | None = None,
        progress: Progress = no_progress,
        *,
        expected: Floats | None = None,
    ) -> FindResult:
        """All face candidates of a frame; with boxes `(N, 4)` of expected faces only those near them."""

    @property
    def settings(self) -> SearchSettings:
        """As in its results."""

    @property
    def weights(self) -> dict[str, str]:
        """As in its results."""
