"""Calibration of the fused score."""

from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.evaluation.calibration import Candidates, collect_candidates, fit_fusion, uncalibrated
from tinyface_core.search.fusion import fuse
from tinyface_core.types import Detections, Face, FindResult, UserError


def test_the_rule_that_made_the_labels_is_found_again() -> None:
    rng = np.random.default_rng(0)
    detector, face = rng.uniform(0.02, 0.98, 20_000), rng.uniform(0.02, 0.98, 20_000)
    truth = 0.8 * logit(detector) + 1.5 * logit(face) - 0.7
    rule = fit_fusion(Candidates(detector, face, rng.random(20_000) < expit(truth)))
    assert rule["detector"] == pytest.approx(0.8, abs=0.06)
    assert rule["face"] == pytest.approx(1.5, abs=0.06)
    assert rule["bias"] == pytest.approx(-0.7, abs=0.06)
    sure, unknown, doubted = fuse(np.full(3, 0.9), np.array([0.9, np.nan, 0.1]), rule)
    assert sure > unknown > doubted


def test_candidates_are_labelled_by_iou_and_ignored_faces_left_out() -> None:
    boxes = np.array([[0, 0, 10, 10], [50, 50, 60, 60]], np.float32)
    picture = AnnotatedPicture("a", Path("a.png"), boxes, np.array([False, True]))
    faces = (
        Face((0, 0, 10, 9), 0.9, 0.8, 0.7, 0.5, True),
        Face((50, 50, 60, 60), 0.9, 0.6, 0.6, 0.5, True),
        Face((30, 30, 40, 40), 0.9, 0.5, 0.2, 0.5, True),
        Face((80, 80, 90, 90), 0.9, 0.4),
    )
    found = collect_candidates([picture], lambda _: FindResult("a", 100, 100, Detections.of_faces(faces), 4, 3))
    assert found.detector.tolist() == [0.8, 0.5]
    assert found.face.tolist() == [0.7, 0.2]
    assert found.is_face.tolist() == [True, False]


def test_what_does_not_depend_on_scores_stays_in_the_rule() -> None:
    assert uncalibrated({"detector": 1.0, "face": 0.5, "bias": 0.1, "box": 0.3}) == {"box": 0.3}


def test_calibrating_on_faces_alone_is_refused() -> None:
    with pytest.raises(UserError, match="more pictures"):
        fit_fusion(Candidates(np.array([0.5]), np.array([0.5]), np.array([True])))
