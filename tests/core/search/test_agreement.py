"""How several detectors agree, by hand-worked cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinyface_core.search.agreement import agreed
from tinyface_core.search.joining import Look
from tinyface_core.search.tiling import EVERYWHERE, Place
from tinyface_core.types import Detections

PICTURE = Place(0, 1.0, (200, 200), (0, 0, 200, 200), EVERYWHERE, 0.0, np.inf, 0)
FACE, BESIDE, ELSEWHERE = [10, 10, 30, 30], [12, 10, 32, 30], [100, 100, 120, 120]


def odds(score):
    return np.log(score / (1 - score))


def score(odds):
    return 1 / (1 + np.exp(-odds))


def look(boxes, scores, *tiles):
    return Look(Detections.of(boxes, scores), tiles or (PICTURE,))


def test_a_face_that_both_show_has_the_mean_of_their_log_odds_and_of_their_boxes():
    (face,) = agreed(Detections.of([FACE], [0.9]), look([BESIDE], [0.6]), 0.45)
    assert face.score == pytest.approx(score((odds(0.9) + odds(0.6)) / 2))
    # The surer box counts more: 0.6 / 1.5 of the way to the other one.
    np.testing.assert_allclose(face.box, [10.8, 10, 30.8, 30])


def test_a_face_that_one_of_them_does_not_show_is_doubtful():
    first, second = agreed(Detections.of([FACE], [0.9]), look([ELSEWHERE], [0.95]), 0.45)
    assert (first.box, second.box) == (tuple(ELSEWHERE), tuple(FACE)), "best first"
    assert second.score == pytest.approx(score((odds(0.9) + odds(0.05)) / 2))
    assert first.score == pytest.approx(0.5), "0.95 and 0.05"


def test_what_is_hardly_shown_is_not_shown():
    (face,) = agreed(Detections.of([FACE], [0.9]), look([BESIDE], [0.04]), 0.45)
    assert face.box == tuple(FACE) and face.score == pytest.approx(score((odds(0.9) + odds(0.05)) / 2))
    assert len(agreed(Detections.of([FACE], [0.04]), look([], []), 0.45)) == 0


def test_a_third_detector_has_a_third_of_the_say():
    (face,) = agreed(Detections.of([FACE], [0.9]), look([FACE], [0.3]), 0.45, votes=2)
    assert face.score == pytest.approx(score((2 * odds(0.9) + odds(0.3)) / 3))


def test_two_of_the_second_on_one_face_remain_one():
    second = look([FACE, BESIDE], [0.8, 0.7])
    assert len(agreed(Detections.of([FACE], [0.9]), second, 0.45)) == 1


def test_nothing_and_nothing_is_nothing():
    assert len(agreed(Detections.of([], []), look([], []), 0.45)) == 0


def test_who_did_not_search_there_or_not_for_faces_of_that_size_abstains():
    here = replace(PICTURE, core=(0, 0, 50, 50))
    faces = Detections.of([FACE, ELSEWHERE], [0.9, 0.8])
    first, second = agreed(faces, look([], [], here), 0.45)
    assert first.box == tuple(ELSEWHERE) and first.score == pytest.approx(0.8)
    assert second.score < 0.5, "not found where it was looked for"
    large = replace(here, smallest=30.0)
    assert agreed(faces, look([], [], large), 0.45).scores.tolist() == pytest.approx([0.9, 0.8])
