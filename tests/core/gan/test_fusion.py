"""What becomes of scores and boxes, number by number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tinyface_core.gan.fusion import fuse, joined_boxes, leaves_early, log_odds, logit

NAN = math.nan
BOTH = {"detector": 2.0, "surroundings": 0.5, "face": 0.25, "bias": -1.0}
FIRST = {"detector_first": 1.5, "surroundings_first": 0.75, "bias_first": 0.5}
ALONE = {"detector_alone": 3.0, "bias_alone": -0.5}


def odds(score: float) -> float:
    return math.log(score / (1 - score))


def one(detector: float, around: float, face: float, rule: dict[str, float]) -> float:
    return float(log_odds(*(np.array([value]) for value in (detector, around, face)), rule)[0])


def test_each_look_that_was_taken_has_weights_of_its_own() -> None:
    rule = BOTH | FIRST | ALONE
    assert one(0.6, NAN, NAN, rule) == pytest.approx(3 * odds(0.6) - 0.5)
    assert one(0.6, 0.7, NAN, rule) == pytest.approx(1.5 * odds(0.6) + 0.75 * odds(0.7) + 0.5)
    assert one(0.6, 0.7, 0.8, rule) == pytest.approx(2 * odds(0.6) + 0.5 * odds(0.7) + 0.25 * odds(0.8) - 1)
    assert one(0.6, NAN, 0.8, rule) == pytest.approx(2 * odds(0.6) + 0.25 * odds(0.8) - 1), (
        "a large one has none around"
    )


def test_what_a_rule_does_not_say_leaves_the_detectors_score() -> None:
    assert one(0.6, NAN, NAN, BOTH) == pytest.approx(odds(0.6))
    assert one(0.6, 0.7, NAN, BOTH) == pytest.approx(odds(0.6)), "without weights for a first look there is none"
    assert one(0.6, 0.9, 0.9, {}) == pytest.approx(odds(0.6))
    scores = np.array([0.3, 1.0])
    assert fuse(scores, np.full(2, 0.9), np.full(2, 0.9), {}).tolist() == [0.3, 1.0]
    assert not leaves_early(BOTH | ALONE) and leaves_early(BOTH | FIRST)


def test_surroundings_weigh_as_much_as_the_crop_where_they_have_no_weight_of_their_own() -> None:
    rule = {"detector": 2.0, "face": 0.25, "bias": -1.0}
    assert one(0.6, 0.7, 0.8, rule) == pytest.approx(2 * odds(0.6) + 0.25 * (odds(0.7) + odds(0.8)) - 1)


def test_fused_scores_are_the_logistic_function_and_never_overflow() -> None:
    scores = np.array([0.0, 0.2, 0.5, 1.0])
    nothing = np.full(4, NAN)
    rule = {**BOTH, "detector_alone": 1000.0, "bias_alone": 0.0}
    assert fuse(scores, nothing, nothing, rule).tolist() == pytest.approx([0, 0, 0.5, 1])
    assert fuse(scores[1:2], nothing[:1], nothing[:1], BOTH | ALONE).item() == pytest.approx(
        1 / (1 + math.exp(-(3 * odds(0.2) - 0.5)))
    )


def test_log_odds_end_shortly_before_certainty() -> None:
    ends = logit(np.array([0.0, 1e-4, 0.5, 1 - 1e-4, 1.0]))
    assert ends.tolist() == pytest.approx([-9.21024, -9.21024, 0, 9.21024, 9.21024], abs=1e-5)


def moved(box: tuple[float, ...], judged: tuple[float, ...], trust: float | None) -> list[float]:
    rule = {} if trust is None else {"box": trust}
    values: list[float] = joined_boxes(np.array([box]), np.array([judged]), rule, 100, 60)[0].tolist()
    return values


def test_boxes_move_as_far_as_the_rule_trusts_and_stay_in_the_picture() -> None:
    box, judged = (10.0, 10.0, 20.0, 20.0), (14.0, 12.0, 28.0, 24.0)
    assert moved(box, judged, 0.25) == [11, 10.5, 22, 21]
    assert moved(box, judged, 1.0) == list(judged)
    assert moved(box, (-5.0, -5.0, 120.0, 80.0), 1.0) == [0, 0, 100, 60]


def test_boxes_stay_where_they_are_not_trusted_or_would_be_less_than_a_pixel() -> None:
    box = (10.0, 10.0, 20.0, 20.0)
    assert moved(box, (14.0, 12.0, 28.0, 24.0), 0.0) == moved(box, (14.0, 12.0, 28.0, 24.0), None) == list(box)
    assert moved(box, (NAN, NAN, NAN, NAN), 1.0) == list(box)
    assert moved(box, (14.0, 12.0, 14.9, 24.0), 1.0) == moved(box, (14.0, 12.0, 28.0, 12.9), 1.0) == list(box)
    assert moved(box, (14.0, 12.0, 15.0, 24.0), 1.0) == [14, 12, 15, 24], "a pixel is enough"
    assert moved(box, (99.5, 12.0, 180.0, 24.0), 1.0) == list(box), "cut to the picture it has half a pixel"
