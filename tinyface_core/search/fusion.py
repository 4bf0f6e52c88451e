"""What becomes of a candidate's score and box once the second stage has judged it: rules fitted on training pictures.

A rule is stored beside the second stage's weights.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyface_core.types import Floats

_CERTAIN = 1e-4


def fuse(detector_scores: Floats, face_probabilities: Floats, rule: Mapping[str, float]) -> Floats:
    """Final scores `(N,)` in [0, 1]: a logistic rule over both logits.

    Args:
        detector_scores: `(N,)` in [0, 1].
        face_probabilities: `(N,)` of the discriminator's face head, in [0, 1]; not a number where it did not run.
        rule: weights "detector", "face" and "bias", and "detector_alone" and "bias_alone" for
            candidates without a face probability; where these are missing, the detector's score stays.
    """
    if "detector" not in rule:
        return detector_scores
    own = _logit(detector_scores)
    both = rule["bias"] + rule["detector"] * own + rule["face"] * _logit(face_probabilities)
    alone = rule.get("bias_alone", 0.0) + rule.get("detector_alone", 1.0) * own
    total = np.where(np.isnan(face_probabilities), alone, both)
    scores: Floats = 1 / (1 + np.exp(-total))
    return scores


def joined_boxes(boxes: Floats, judged: Floats, rule: Mapping[str, float], width: int, height: int) -> Floats:
    """The detector's boxes `(N, 4)`, moved as far towards the second stage's as the rule trusts that, in the picture.

    Args:
        boxes: xyxy in pixels.
        judged: the second stage's, likewise; not a number where it says nothing.
        rule: "box" is the weight of the second box, in [0, 1]; 0 if it is missing.
        width: of the picture, in pixels.
        height: likewise.
    """
    trust = rule.get("box", 0.0)
    moved = ((1 - trust) * boxes + trust * judged).clip(0, [width, height, width, height])
    solid = (moved[:, 2:] - moved[:, :2] >= 1).all(axis=1)  # comparisons with "not a number" are false
    return np.where((solid & (trust > 0))[:, None], moved, boxes)


def _logit(probabilities: Floats) -> Floats:
    p = probabilities.clip(_CERTAIN, 1 - _CERTAIN)
    logits: Floats = np.log(p / (1 - p))
    return logits
