"""Calibrates the scores of small faces in pictures that are blurred, noisy or strongly compressed.

The second stage and the vote of a second detector know small faces from good photos. In a bad one they find less to
confirm, so at the same score fewer boxes are false than in a good photo, and more faces are not shown. Therefore a
score rises there by as much as makes it mean the same. A detector alone needs no correction, and two without the second
stage would lose a little AP by it, so searches without it keep their scores. The amounts were fitted by `python -m
benchmarks.score_calibration` on validation pictures of WIDER FACE under `tinyface_core.datasets.conditions`.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tinyface_core.gan.fusion import logit
from tinyface_core.search.quality import Quality
from tinyface_core.types import Detections, Floats

VOTED = (3.5, 0.0, 4.7)
"""Log-odds for the `burden` of a picture if several detectors voted."""

JUDGED = (3.8, 0.2, 5.6)
"""The same for a candidate that the second stage has judged."""

_LARGE, _OCTAVES = 48.0, 2.0
"""Longer side in pixels from which on scores stay, and how often it must be halved for the full amount."""


def calibrated(found: Detections, quality: Quality, voted: bool) -> Detections:
    """Candidates of a picture of this quality with raised scores; those of a good photo are returned unchanged.

    Args:
        found: candidates; the attribute `refined` tells which of them the second stage has judged.
        quality: of the picture, with its flatness.
        voted: whether several detectors voted.
    """
    burdens = burden(quality)
    raised = np.where(found.refined, burdens @ JUDGED, 0.0) + (burdens @ VOTED if voted else 0.0)
    raised *= smallness(found.sizes)
    odds = logit(found.scores) + raised
    return replace(found, scores=np.where(raised > 0, 1 / (1 + np.exp(-odds)), found.scores))


def burden(quality: Quality) -> NDArray[np.float64]:
    """How much blur, noise and compression `(3,)` burden a picture; zeros for a good photo.

    They are limited, as worse pictures were not measured; in a smooth drawing every candidate would become a face.
    """
    blur, compression = 0.95 - quality.abruptness, quality.flatness - 0.6
    noise = math.log2(min(max(quality.noise / 2, 1.0), 16.0))
    return np.array([min(max(blur, 0.0), 0.3), noise, min(max(compression, 0.0), 0.15)])


def smallness(sizes: Floats) -> Floats:
    """Shares in [0, 1] of the full amount for faces with these longer sides `(N,)` in pixels."""
    shares: Floats = (np.log2(_LARGE / sizes.clip(min=1)) / _OCTAVES).clip(0, 1)
    return shares
