"""The settings of a redaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tinyface_core.media.encoding import Encoding
from tinyface_core.media.step import Step
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import RgbImage

SEARCH = SearchSettings.of(Effort.BALANCED, second_detector=False, second_stage=False, focus=False)
"""Default search: enlarged copies are searched as a whole, since many faces in videos are not visible without. A second
detector would vote against faces that only one of them finds; here these are covered."""

LEAST_COVERED = 0.07
"""Minimum score of a small face that is covered, see `sureness`; low, as a missed face is worse than a false one."""

SEARCHES_A_SECOND = 12
"""Searched frames per second of a video, so that faces can be followed through the others."""

WHOLE_SHARE, WHOLE_SEARCHES_A_SECOND = 0.25, (2, 3)
"""Share of the searched frames that are searched as a whole, and the range of their number per second. The others are
searched only near the faces found in these."""

LEAD = 0.1
"""Seconds that are covered before and after a track."""

MARGIN = 0.06
"""Margin at each side of the box of a large face, as a share of its width and height; see `covering.enlarged`."""


class Shape(StrEnum):
    """Shape of the covered area in the enlarged box; `ROUNDED` is a superellipse of degree 4."""

    ROUNDED = "rounded"
    ELLIPSE = "ellipse"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Covering:
    """How faces are covered.

    Attributes:
        style: a name in `styles.STYLES`.
        shape: of the covered area.
        margin: at each side of the box of a large face, as a share of its width and height in [0, 2]; small faces get
            a wider one.
        head: whether hair, ears and chin are covered too.
        picture: RGB uint8 `(H, W, 3)` for the style "picture".
    """

    style: str = "blur"
    shape: Shape = Shape.ROUNDED
    margin: float = MARGIN
    head: bool = False
    picture: RgbImage | None = None


class Which(StrEnum):
    """Which faces are covered; those with the verdict "not a face" never are."""

    ALL = "all"
    ALL_BUT = "all but the chosen"
    ONLY = "only the chosen"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which faces are covered.

    Attributes:
        which: the meaning of being chosen.
        numbers: of chosen faces or tracks, from 1; those with the verdict "face" are chosen too.
    """

    which: Which = Which.ALL
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which frames of a video are searched.

    Attributes:
        step: between searched frames.
        whole: step between frames that are searched as a whole; a multiple of `step`.
    """

    step: int
    whole: int


@dataclass(frozen=True, slots=True)
class Order:
    """How copies are made.

    Attributes:
        least_score: minimum score in [0, 1] of a small face; see `sureness` for larger ones and for videos.
        lead: seconds that are covered before and after a track.
        every: step between searched frames of a video; None for about `SEARCHES_A_SECOND`.
        review: "html" or "json"; "" for none.
        confirmed_by: who has checked the copies, for the review.
        language: of the review, one of `export.case.LANGUAGES`.
    """

    covering: Covering = field(default_factory=Covering)
    choice: Choice = field(default_factory=Choice)
    least_score: float = LEAST_COVERED
    lead: float = LEAD
    every: int | None = None
    encoding: Encoding = field(default_factory=Encoding)
    review: str = ""
    confirmed_by: str = ""
    language: str = "en"

    def schedule(self, fps: float) -> Schedule:
        """Which frames of a video with this frame rate are searched."""
        step = Step(self.every, SEARCHES_A_SECOND).frames(fps)
        least, most = WHOLE_SEARCHES_A_SECOND
        whole = min(max(WHOLE_SHARE * fps / step, least), most)
        return Schedule(step, step * Step(None, whole).frames(fps / step))
