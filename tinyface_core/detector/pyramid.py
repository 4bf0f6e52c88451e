"""Scaled copies of a picture that a detector searches, and the range of face sizes of each.

A network finds faces best at the sizes that were frequent in training: tiny ones in an enlarged copy, large ones in a
reduced one. Candidates outside a copy's range make results worse and are dropped (after Singh and Davis, An Analysis of
Scale Invariance in Object Detection, CVPR 2018, who also train like that). The ranges of adjacent copies overlap by an
octave or more, so that every size is well inside some range.

An enlarged copy costs more than all others together, and most of it shows no face. It is therefore searched only near
candidates in the picture itself, even those with very low scores (after Najibi, Singh and Davis, AutoFocus: Efficient
Multi-Scale Inference, ICCV 2019, whose network learns where to look).

In a blurred picture (`tinyface_core.search.blur`) a copy of 1.9 times the size shows nothing more and a copy of half
the size shows the same sharper, so other copies are searched there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tinyface_core.search_settings import Effort


@dataclass(frozen=True, slots=True)
class Focus:
    """Candidates, in the copies that are searched as a whole, near which an enlarged copy is searched.

    Attributes:
        smaller_than: upper limit of the longer side, in pixels of the picture.
    """

    least_score: float
    smaller_than: float


@dataclass(frozen=True, slots=True)
class PyramidLevel:
    """One copy.

    Attributes:
        scale: of the copy; 1 is the picture itself.
        smallest: minimum longer side of the faces found in it, in pixels of the picture.
        largest: upper limit of the longer side.
        finest_stride: branches of the detector with finer strides are not run; in pixels of the copy.
        say: weight in [0, 1) of this copy's score, in log-odds, about candidates of other copies whose size is in
            both ranges; see `tinyface_core.search.joining`.
        focus: the copy is searched only near these candidates; None: all of it.
        mirrored: whether the copy is mirrored; the network then makes different mistakes.
    """

    scale: float
    smallest: float = 0.0
    largest: float = math.inf
    finest_stride: int = 0
    say: float = 0.0
    focus: Focus | None = None
    mirrored: bool = False


Pyramid = tuple[PyramidLevel, ...]

# Portraits fill the picture at every resolution; these copies cost at most a 16th of the picture.
_LARGE_FACES: Pyramid = (
    PyramidLevel(1 / 4, smallest=128.0, largest=1280.0, finest_stride=8),
    PyramidLevel(1 / 32, smallest=1280.0, finest_stride=8),
)
_PICTURE = PyramidLevel(1.0, smallest=16.0, largest=256.0, say=0.25)
# In an enlarged copy, stride 4 takes time and finds candidates under 7 pixels, most of which are no faces.
_ENLARGED = PyramidLevel(1.9, largest=128.0, finest_stride=8, say=0.25)
_NEAR_MOST = replace(_ENLARGED, focus=Focus(0.1, smaller_than=128.0))
_MIRRORED = replace(_ENLARGED, scale=1.4, mirrored=True)
_TINY = replace(_ENLARGED, scale=2.8, largest=24.0, focus=Focus(0.1, smaller_than=20.0), mirrored=True)

BRIEF: Pyramid = (
    replace(_PICTURE, smallest=14.0),
    replace(_ENLARGED, focus=Focus(0.25, smaller_than=14.0)),
    *_LARGE_FACES,
)
STANDARD: Pyramid = (_PICTURE, replace(_ENLARGED, focus=Focus(0.2, smaller_than=64.0)), *_LARGE_FACES)
THOROUGH: Pyramid = (_PICTURE, replace(_MIRRORED, focus=_NEAR_MOST.focus), _NEAR_MOST, _TINY, *_LARGE_FACES)
FIRST_OPINION: Pyramid = (*STANDARD, replace(_MIRRORED, focus=Focus(0.15, smaller_than=64.0)))
"""Copies of the first of two detectors in a thorough search."""
SECOND_OPINION: Pyramid = (
    _PICTURE,
    replace(_ENLARGED, focus=Focus(0.1, smaller_than=64.0)),
    replace(_TINY, focus=Focus(0.2, smaller_than=20.0)),
    *_LARGE_FACES,
)
"""Copies of the second detector there."""
SMALL_FACES: Pyramid = (replace(_ENLARGED, largest=48.0, focus=Focus(0.2, smaller_than=40.0)),)
"""The same in a balanced search, where it is asked about small faces alone."""
WHOLE: Pyramid = (PyramidLevel(1.0),)

_WHOLE_BLURRED = (replace(_PICTURE, smallest=0.0), PyramidLevel(1 / 2, 32.0, 512.0, finest_stride=8, say=0.25))
_ENLARGED_BLURRED = replace(_ENLARGED, scale=1.4)
BLURRED: Pyramid = (*_WHOLE_BLURRED, *_LARGE_FACES)
BLURRED_THOROUGH: Pyramid = (*BLURRED, replace(_MIRRORED, focus=Focus(0.15, smaller_than=64.0)))
BLURRED_SECOND_OPINION: Pyramid = (*BLURRED, replace(_ENLARGED_BLURRED, focus=Focus(0.1, smaller_than=64.0)))
"""Copies of the second detector in a thorough search."""
BLURRED_NEAR: Pyramid = tuple(
    replace(level, finest_stride=8, focus=Focus(0.1, smaller_than=level.largest))
    for level in (_ENLARGED_BLURRED, *_WHOLE_BLURRED)
)
"""The same in a balanced search: near the candidates of the first detector, of all sizes."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How pictures are searched with a detector.

    Attributes:
        pyramids: the copies, by effort.
        tile: maximum side of a tile in pixels.
        tile_overlap: overlap of adjacent tiles in pixels.
        multiple: sides of tiles are multiples of this, in pixels.
        proposals: maximum number of candidates per area of one tile.
        nms_iou: if two candidates have a greater IoU, the one with the lower score is dropped.
        shared: copies, by effort, for a search with several detectors, where they differ.
        later: copies, by effort, where another detector has searched before, where they differ. They may all have a
            focus; then they are searched near the candidates of that detector alone.
        blurred: copies of a blurred picture, by effort, where they differ, for a detector that is alone or the first.
        blurred_later: the same where another detector has searched before.
        calibrated: whether `tinyface_core.search.calibration` was fitted to searches by it, alone or first.
    """

    pyramids: Mapping[Effort, Pyramid]
    tile: int
    tile_overlap: int = 320
    multiple: int = 32
    proposals: int = 600
    nms_iou: float = 0.45
    score_floor: float = 0.05
    shared: Mapping[Effort, Pyramid] = field(default_factory=dict)
    later: Mapping[Effort, Pyramid] = field(default_factory=dict)
    blurred: Mapping[Effort, Pyramid] = field(default_factory=dict)
    blurred_later: Mapping[Effort, Pyramid] = field(default_factory=dict)
    calibrated: bool = False

    def pyramid(self, effort: Effort, number: int = 0, count: int = 1, blurred: bool = False) -> Pyramid:
        """The copies of a picture for an effort.

        Args:
            effort: of the search.
            number: place of the detector among those that search one by one.
            count: number of these.
            blurred: whether the picture is blurred.
        """
        special = [
            (blurred, self.blurred_later if number else self.blurred),
            (number > 0, self.later),
            (count > 1, self.shared),
        ]
        copies = (table[effort] for applies, table in special if applies and effort in table)
        return next(copies, self.pyramids[effort])
