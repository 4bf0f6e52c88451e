"""Copies of a picture that a detector searches, and which faces each of them answers for.

A network finds faces best at the sizes that it saw most of: tiny ones on an enlarged copy, large ones on a reduced
one. What it finds on a copy that answers for other sizes is worse than nothing, so it is dropped (after Singh and
Davis, An Analysis of Scale Invariance in Object Detection, CVPR 2018, who train so as well). The ranges of
neighbouring levels overlap by an octave or more, so that no face is too large for one and too small for the next.

An enlarged copy costs more than all others together, and most of it shows no face. So it is searched only where the
picture itself shows candidates, even very doubtful ones (after Najibi, Singh and Davis, AutoFocus: Efficient
Multi-Scale Inference, ICCV 2019, whose network learns where to look).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tinyface_core.types import Effort


@dataclass(frozen=True, slots=True)
class Focus:
    """Which candidates of the copies that are searched as a whole call for a closer look.

    Attributes:
        least_score: they have at least this score.
        smaller_than: their longer side is less than this, in pixels of the picture.
    """

    least_score: float
    smaller_than: float


@dataclass(frozen=True, slots=True)
class PyramidLevel:
    """One copy.

    Attributes:
        scale: of the copy; 1 is the picture itself.
        smallest: least longer side of the faces that are taken from it, in pixels of the picture.
        largest: they are smaller than this.
        finest_stride: a detector of several branches runs those on finer strides not at all, in pixels of the copy.
        say: weight in [0, 1) of this copy's opinion about what another copy found, in log-odds, where both have a say;
            see `tinyface_core.search.joining`.
        focus: the copy is searched near these candidates only; None for the whole copy.
        mirrored: whether the copy is looked at in a mirror, where the network errs in other ways.
    """

    scale: float
    smallest: float = 0.0
    largest: float = math.inf
    finest_stride: int = 0
    say: float = 0.0
    focus: Focus | None = None
    mirrored: bool = False


Pyramid = tuple[PyramidLevel, ...]

# Portraits fill the picture at every resolution: these copies cost a 16th of the picture and less.
_LARGE_FACES: Pyramid = (
    PyramidLevel(1 / 4, smallest=128.0, largest=1280.0, finest_stride=8),
    PyramidLevel(1 / 32, smallest=1280.0, finest_stride=8),
)
_PICTURE = PyramidLevel(1.0, smallest=16.0, largest=256.0, say=0.25)
# What stride 4 finds on an enlarged copy is under 7 pixels large and mostly no face, and costs time.
_ENLARGED = PyramidLevel(1.9, largest=128.0, finest_stride=8, say=0.25)
_NEAR_MOST = replace(_ENLARGED, focus=Focus(0.1, smaller_than=128.0))
_TINY = replace(_ENLARGED, scale=2.8, largest=24.0, focus=Focus(0.1, smaller_than=20.0), mirrored=True)

BRIEF: Pyramid = (
    replace(_PICTURE, smallest=14.0),
    replace(_ENLARGED, focus=Focus(0.25, smaller_than=14.0)),
    *_LARGE_FACES,
)
STANDARD: Pyramid = (_PICTURE, replace(_ENLARGED, focus=Focus(0.2, smaller_than=64.0)), *_LARGE_FACES)
THOROUGH: Pyramid = (_PICTURE, replace(_NEAR_MOST, scale=1.4, mirrored=True), _NEAR_MOST, _TINY, *_LARGE_FACES)
WHOLE: Pyramid = (PyramidLevel(1.0),)


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """How a detector wants pictures to be searched.

    Attributes:
        pyramids: the copies, by effort.
        tile: longest side in pixels that is searched in one piece.
        tile_overlap: shared pixels of neighbouring tiles.
        multiple: sides of tiles are a multiple of this, in pixels.
        proposals: candidates that remain of a picture of one tile's area.
        nms_iou: of two candidates that overlap by more, the better one stays.
        score_floor: least score that it gives.
    """

    pyramids: Mapping[Effort, Pyramid]
    tile: int
    tile_overlap: int = 320
    multiple: int = 32
    proposals: int = 600
    nms_iou: float = 0.45
    score_floor: float = 0.05
