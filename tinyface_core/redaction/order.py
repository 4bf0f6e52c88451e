"""The settings of a redaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tinyface_core.media.encoding import Encoding
from tinyface_core.types import Effort, RgbImage, SearchSettings, Step

SEARCH = SearchSettings.of(Effort.BALANCED, second_stage=False, focus=False)
"""Default search: it looks closer everywhere, as the picture itself shows hardly anything of many faces in videos."""

LEAST_COVERED = 0.07
"""Score from which a small face is covered, see `sureness`: one too many costs less than one too few."""

SEARCHES_A_SECOND = 12
"""Frames of a video that are searched: faces can be followed through the others and leak no more."""

WHOLE_SHARE, WHOLE_SEARCHES_A_SECOND = 0.25, (2, 3)
"""Share of these that are searched as a whole, but so many a second at least and at most; the others are searched only
near the faces of these."""

LEAD = 0.1
"""Seconds that are covered before a track and behind it."""

MARGIN = 0.06
"""Share of its width and height by which the box of a large face is enlarged at each side; see `covering.enlarged`."""


class Shape(StrEnum):
    """What is covered of the enlarged box; rounded is a superellipse of the fourth degree (Lamé)."""

    ROUNDED = "rounded"
    ELLIPSE = "ellipse"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Covering:
    """How faces are covered.

    Attributes:
        style: a name in `styles.STYLES`.
        shape: of what is covered.
        margin: share of its width and height by which the box of a large face is enlarged at each side, in [0, 2]; that
            of a small one by more.
        head: whether hair, ears and chin are covered too.
        picture: RGB uint8 `(H, W, 3)` for the style "picture".
    """

    style: str = "blur"
    shape: Shape = Shape.ROUNDED
    margin: float = MARGIN
    head: bool = False
    picture: RgbImage | None = None


class Which(StrEnum):
    """Whose faces are covered. Faces with the verdict "not a face" never are."""

    ALL = "all"
    ALL_BUT = "all but the chosen"
    ONLY = "only the chosen"


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose faces are covered.

    Attributes:
        which: what being chosen means.
        numbers: of chosen faces or tracks, from 1; those with the verdict "face" are chosen too.
    """

    which: Which = Which.ALL
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Which frames of a video are searched.

    Attributes:
        step: between searched frames.
        whole: between those that are searched as a whole; a multiple of the former.
    """

    step: int
    whole: int


@dataclass(frozen=True, slots=True)
class Order:
    """How copies are made.

    Attributes:
        covering: what is laid over faces.
        choice: whose faces.
        least_score: in [0, 1], from which a small face is covered; see `sureness` for larger ones and for videos.
        lead: seconds that are covered before the first frame of a track and behind its last one.
        every: step between frames of a video that are searched; None for about `SEARCHES_A_SECOND`.
        encoding: of videos.
        review: "html" or "json"; "" for none.
        confirmed_by: who answers for the copies; stands in the review.
    """

    covering: Covering = field(default_factory=Covering)
    choice: Choice = field(default_factory=Choice)
    least_score: float = LEAST_COVERED
    lead: float = LEAD
    every: int | None = None
    encoding: Encoding = field(default_factory=Encoding)
    review: str = ""
    confirmed_by: str = ""

    def schedule(self, fps: float) -> Schedule:
        """Which frames are searched of a video of so many frames a second."""
        step = Step(self.every, SEARCHES_A_SECOND).frames(fps)
        least, most = WHOLE_SEARCHES_A_SECOND
        whole = min(max(WHOLE_SHARE * fps / step, least), most)
        return Schedule(step, step * Step(None, whole).frames(fps / step))
