"""Colours of scores, from dark blue to light yellow."""

from __future__ import annotations

import numpy as np

# Lightness rises all the way, so that the order survives any colour vision.
_STEPS = np.array([(63, 111, 196), (91, 155, 208), (126, 196, 193), (199, 220, 138), (253, 240, 111)])
_PLACES = np.linspace(0, 1, len(_STEPS))


def score_colour(score: float) -> tuple[int, int, int]:
    """RGB colour for a score, clamped to [0, 1]."""
    red, green, blue = (round(float(np.interp(score, _PLACES, levels))) for levels in _STEPS.T)
    return red, green, blue
