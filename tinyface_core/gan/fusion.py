"""Fuses score and box of the detector with the judgement of the second stage.

Logistic rules are fitted on training pictures and stored beside the second stage's weights. There is one rule for each
number of networks that have judged a candidate, so that the scores of all candidates are comparable.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyface_core.types import Floats

_CERTAIN = 1e-4


def log_odds(
    detector_scores: Floats, surroundings: Floats, face_probabilities: Floats, rule: Mapping[str, float]
) -> Floats:
    """Logits `(N,)` of the final scores: weighted sums of the known logits.

    Args:
        detector_scores: `(N,)` in [0, 1].
        surroundings: `(N,)` probabilities of the surroundings network, in [0, 1]; NaN where it did not run.
        face_probabilities: `(N,)` probabilities of the discriminator's face head, likewise.
        rule: weights by name. "detector", "surroundings" (by default that of "face"), "face" and "bias" are for
            candidates judged by the discriminator; "detector_first", "surroundings_first" and "bias_first" for those
            judged only by the surroundings network; "detector_alone" and "bias_alone" for the others, whose score is
            unchanged without these two.
    """
    own = logit(detector_scores)
    if "detector" not in rule:
        return own
    around, face = (np.nan_to_num(logit(values)) for values in (surroundings, face_probabilities))
    total = rule.get("bias_alone", 0.0) + rule.get("detector_alone", 1.0) * own
    if leaves_early(rule):
        first = rule["bias_first"] + rule["detector_first"] * own + rule["surroundings_first"] * around
        total = np.where(np.isnan(surroundings), total, first)
    both = rule["bias"] + rule["detector"] * own + rule["face"] * face
    both += rule.get("surroundings", rule["face"]) * around
    return np.where(np.isnan(face_probabilities), total, both)


def fuse(
    detector_scores: Floats, surroundings: Floats, face_probabilities: Floats, rule: Mapping[str, float]
) -> Floats:
    """Final scores `(N,)` in [0, 1]; for the arguments see `log_odds`."""
    if "detector" not in rule:
        return detector_scores
    # The logistic function, in a form that does not overflow.
    scores: Floats = 0.5 + 0.5 * np.tanh(log_odds(detector_scores, surroundings, face_probabilities, rule) / 2)
    return scores


def leaves_early(rule: Mapping[str, float]) -> bool:
    """Whether a rule is defined for candidates that only the surroundings network has judged."""
    return "detector_first" in rule


def joined_boxes(boxes: Floats, judged: Floats, rule: Mapping[str, float], width: int, height: int) -> Floats:
    """Weighted means `(N, 4)` of the detector's boxes and those of the second stage, clipped to the picture.

    All are xyxy in pixels, NaN where the second stage has none; the rule's "box", in [0, 1], by default 0, is the
    weight of its boxes.
    """
    trust = rule.get("box", 0.0)
    moved = ((1 - trust) * boxes + trust * judged).clip(0, [width, height, width, height])
    solid = (moved[:, 2:] - moved[:, :2] >= 1).all(axis=1)  # False for NaN
    return np.where((solid & (trust > 0))[:, None], moved, boxes)


def logit(probabilities: Floats) -> Floats:
    """Log-odds of probabilities, which are clipped to exclude 0 and 1."""
    p = probabilities.clip(_CERTAIN, 1 - _CERTAIN)
    logits: Floats = np.log(p / (1 - p))
    return logits
