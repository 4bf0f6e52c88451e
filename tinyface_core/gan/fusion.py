"""What becomes of a candidate's score and box once the second stage has looked at it.

Rules are fitted on training pictures and stored beside the second stage's weights. Each look that was taken adds to
what the score is made of, and for each number of looks there are weights of their own, so that scores mean the same
wherever a candidate left the stage.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tinyface_core.types import Floats

_CERTAIN = 1e-4


def log_odds(
    detector_scores: Floats, surroundings: Floats, face_probabilities: Floats, rule: Mapping[str, float]
) -> Floats:
    """Logits `(N,)` of the final scores: logistic rules over the logits of what is known.

    Args:
        detector_scores: `(N,)` in [0, 1].
        surroundings: `(N,)` of the network of that name, in [0, 1]; not a number where it did not look.
        face_probabilities: `(N,)` of the discriminator's face head, likewise.
        rule: weights "detector", "surroundings" (that of "face" if it is missing), "face" and "bias" of candidates that
            the discriminator has seen; "detector_first", "surroundings_first" and "bias_first" of those that only the
            network for surroundings has; "detector_alone" and "bias_alone" of the others. Where these two or all of a
            rule are missing, the detector's score stays.
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
    """Whether a rule can tell the score of a candidate that only the network for surroundings has seen."""
    return "detector_first" in rule


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


def logit(probabilities: Floats) -> Floats:
    """Log-odds of probabilities, which are cut off shortly before 0 and 1."""
    p = probabilities.clip(_CERTAIN, 1 - _CERTAIN)
    logits: Floats = np.log(p / (1 - p))
    return logits
