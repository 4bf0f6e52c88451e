"""Copies of a picture that a detector searches, and which faces each of them answers for.

A network finds faces best at the sizes that it saw most of: tiny ones on an enlarged copy, large ones on a reduced
one. What it finds on a copy that answers for other sizes is worse than nothing, so it is dropped (after Singh and
Davis, An Analysis of Scale Invariance in Object Detection, CVPR 2018, who train so as well). The ranges of
neighbouring levels overlap by an octave or more, so that no face is too large for one and too small for the next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PyramidLevel:
    """One copy.

    Attributes:
        scale: of the copy; 1 is the picture itself.
        smallest: least longer side of the faces that are taken from it, in pixels of the picture.
        largest: they are smaller than this.
    """

    scale: float
    smallest: float = 0.0
    largest: float = math.inf


Pyramid = tuple[PyramidLevel, ...]

STANDARD: Pyramid = (PyramidLevel(1.0, largest=128.0), PyramidLevel(0.5, smallest=64.0))
THOROUGH: Pyramid = (PyramidLevel(2.0, largest=128.0), PyramidLevel(0.5, smallest=48.0))
