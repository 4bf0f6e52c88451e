"""Calibration of the fused score."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.evaluation.calibration import Candidates, collect_candidates, fit_fusion, uncalibrated
from tinyface_core.gan.fusion import fuse
from tinyface_core.gan.second_stage import Judgement
from tinyface_core.types import Detections, UserError


def test_the_rule_that_made_the_labels_is_found_again() -> None:
    rng = np.random.default_rng(0)
    detector, face = rng.uniform(0.02, 0.98, 20_000), rng.uniform(0.02, 0.98, 20_000)
    truth = 0.8 * logit(detector) + 1.5 * logit(face) - 0.7
    unknown = np.full(20_000, np.nan)
    rule = fit_fusion(Candidates(detector, unknown, face, rng.random(20_000) < expit(truth)))
    assert rule["detector"] == pytest.approx(0.8, abs=0.06)
    assert rule["face"] == pytest.approx(1.5, abs=0.06)
    assert rule["bias"] == pytest.approx(-0.7, abs=0.06)
    assert rule.keys() == {"detector", "face", "bias", "detector_alone", "bias_alone"}
    sure, unjudged, doubted = fuse(np.full(3, 0.9), unknown[:3], np.array([0.9, np.nan, 0.1]), rule)
    assert sure > unjudged > doubted


def test_scores_mean_the_same_wherever_a_candidate_leaves_the_second_stage() -> None:
    rng = np.random.default_rng(1)
    is_face = rng.random(60_000) < 0.2
    # Independent pieces of evidence of growing strength, of which the second has a logit twice too large.
    own, around, face = (
        rng.normal(np.where(is_face, mean, -mean), np.sqrt(2 * mean)) * scale
        for mean, scale in ((0.5, 1.0), (1.0, 2.0), (1.5, 1.0))
    )
    detector, surroundings, head = expit(own), expit(around), expit(face)
    rule = fit_fusion(Candidates(detector, surroundings, head, is_face))
    assert rule["surroundings"] == pytest.approx(0.5 * rule["face"], rel=0.1)
    unknown = np.full(len(is_face), np.nan)
    for looks in ((unknown, unknown), (surroundings, unknown), (surroundings, head)):
        scores = fuse(detector, *looks, rule)
        for low in (0.1, 0.3, 0.6):
            alike = (scores > low) & (scores < low + 0.2)
            assert is_face[alike].mean() == pytest.approx(scores[alike].mean(), abs=0.04)


def test_large_candidates_have_no_surroundings_and_a_score_all_the_same() -> None:
    rng = np.random.default_rng(2)
    detector, surroundings, face = rng.uniform(0.02, 0.98, (3, 4000))
    surroundings[:2000] = np.nan
    rule = fit_fusion(Candidates(detector, surroundings, face, rng.random(4000) < (detector + face) / 2))
    scores = fuse(detector, surroundings, face, rule)
    assert np.isfinite(scores).all() and np.corrcoef(scores[:2000], (detector + face)[:2000])[0, 1] > 0.9


def test_candidates_are_labelled_by_iou_and_ignored_faces_left_out() -> None:
    boxes = np.array([[0, 0, 10, 10], [50, 50, 60, 60]], np.float32)
    picture = AnnotatedPicture("a", Path("a.png"), boxes, np.array([False, True]))
    places = [[0, 0, 10, 9], [50, 50, 60, 60], [30, 30, 40, 40], [80, 80, 90, 90]]
    candidates, said = Detections.of(places, [0.8, 0.6, 0.5, 0.4]), Judgement.nothing(4)
    said.face[:3], said.surroundings[1:3] = [0.7, 0.6, 0.2], [0.3, 0.9]
    found = collect_candidates([(picture, (candidates, said))])
    assert found.detector.tolist() == [0.8, 0.5, 0.4]
    np.testing.assert_equal(found.face, [0.7, 0.2, np.nan])
    np.testing.assert_equal(found.surroundings, [np.nan, 0.9, np.nan])
    assert found.is_face.tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ((0.0, 0.0, 10.0, 5.0), True),  # half of the face, and nothing else
        ((0.0, 0.0, 10.0, 4.9), False),
        ((50.0, 55.0, 60.0, 65.0), None),  # half of it lies on an ignored face
        ((50.0, 52.0, 75.0, 64.0), False),  # 80 of 300 pixels, which is 0.25 of both together
        ((46.0, 46.0, 64.0, 64.0), None),  # an ignored face is 100 of its 324 pixels
        ((45.0, 45.0, 65.0, 65.0), False),  # 100 of 400
    ],
)
def test_half_an_overlap_makes_a_face_and_ignored_ones_are_no_others(
    place: tuple[float, float, float, float], label: bool | None
) -> None:
    boxes = np.array([[0, 0, 10, 10], [50, 50, 60, 60]], np.float32)
    picture = AnnotatedPicture("a", Path("a.png"), boxes, np.array([False, True]))
    found = collect_candidates([(picture, (Detections.of([place], [0.5]), Judgement.nothing(1)))])
    assert found.is_face.tolist() == ([] if label is None else [label])


def test_what_does_not_depend_on_scores_stays_in_the_rule() -> None:
    assert uncalibrated({"detector": 1.0, "face": 0.5, "bias": 0.1, "box": 0.3}) == {"box": 0.3}


def test_calibrating_on_faces_alone_is_refused() -> None:
    with pytest.raises(UserError, match="more pictures"):
        fit_fusion(Candidates(np.array([0.5]), np.array([np.nan]), np.array([0.5]), np.array([True])))
