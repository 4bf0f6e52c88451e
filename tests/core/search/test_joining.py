"""What several copies of a picture show, joined; the sums are worked by hand."""

import math

import numpy as np
import pytest

from tinyface_core.search.joining import Look, joined, without_pieces
from tinyface_core.search.tiling import EVERYWHERE, Place
from tinyface_core.types import Detections

FACE = (10.0, 10.0, 30.0, 30.0)
SHIFTED = (12.0, 10.0, 32.0, 30.0)  # IoU 9/11 with the other
ELSEWHERE = (100.0, 100.0, 120.0, 120.0)


def candidates(*boxes: tuple[tuple[float, float, float, float], float]) -> Detections:
    return Detections.of([box for box, _ in boxes], [score for _, score in boxes], [8] * len(boxes))


def look(
    *boxes: tuple[tuple[float, float, float, float], float],
    say: float = 0.25,
    smallest: float = 0,
    largest: float = math.inf,
    views: tuple[tuple[float, float, float, float], ...] = (EVERYWHERE,),
) -> Look:
    tiles = [Place(0, 1.0, (200, 200), (0, 0, 200, 200), EVERYWHERE, smallest, largest, 0, view) for view in views]
    return Look(candidates(*boxes), tiles, say)


def log_odds(score: float) -> float:
    return math.log(score / (1 - score))


def test_without_a_say_the_better_of_two_copies_stands_unchanged() -> None:
    faces = joined([look((FACE, 0.9), say=0), look((SHIFTED, 0.6), say=0)], 0.45, 0.05)
    assert faces.boxes.tolist() == [list(FACE)]
    assert faces.scores.tolist() == [pytest.approx(0.9)]


def test_the_other_copy_has_a_quarter_of_the_say_and_boxes_are_averaged_by_score() -> None:
    faces = joined([look((FACE, 0.9)), look((SHIFTED, 0.6))], 0.45, 0.05)
    assert log_odds(faces.scores.item()) == pytest.approx(0.75 * log_odds(0.9) + 0.25 * log_odds(0.6), abs=1e-4)
    assert faces.boxes[0].tolist() == pytest.approx([10 + 2 * 0.6 / 1.5, 10, 30 + 2 * 0.6 / 1.5, 30])


def test_what_the_other_copy_did_not_find_counts_as_its_least_score() -> None:
    faces = joined([look((FACE, 0.9)), look((ELSEWHERE, 0.6))], 0.45, 0.05)
    np.testing.assert_allclose(faces.boxes, [FACE, ELSEWHERE], err_msg="boxes of one copy alone stay")
    for score, own in zip(faces.scores.tolist(), (0.9, 0.6), strict=True):
        assert log_odds(score) == pytest.approx(0.75 * log_odds(own) + 0.25 * log_odds(0.05), abs=1e-4)


def test_boxes_that_share_less_than_half_are_two_faces_of_which_each_copy_saw_one() -> None:
    other = (18.0, 10.0, 38.0, 30.0)  # IoU 12/28 with FACE
    faces = joined([look((FACE, 0.9)), look((other, 0.6))], 0.45, 0.05)
    np.testing.assert_allclose(faces.boxes, [FACE, other])
    for score, own in zip(faces.scores.tolist(), (0.9, 0.6), strict=True):
        assert log_odds(score) == pytest.approx(0.75 * log_odds(own) + 0.25 * log_odds(0.05), abs=1e-4)
    half = (16.0, 10.0, 36.0, 30.0)  # IoU 14/26
    (seen,) = joined([look((FACE, 0.9)), look((half, 0.6))], 0.45, 0.05).scores
    assert log_odds(seen) == pytest.approx(0.75 * log_odds(0.9) + 0.25 * log_odds(0.6), abs=1e-4)


def test_a_copy_is_not_asked_about_sizes_that_it_does_not_answer_for() -> None:
    faces = joined([look((FACE, 0.9)), look(smallest=40.0)], 0.45, 0.05)
    assert faces.scores.tolist() == [pytest.approx(0.9)]


def test_a_copy_is_not_asked_about_places_where_it_was_not_searched() -> None:
    beside = (100.0, 78.0, 120.0, 98.0)
    partly = look(views=((90.0, 80.0, 120.0, 130.0), (130.0, 90.0, 140.0, 130.0)))
    faces = joined([look((FACE, 0.9), (ELSEWHERE, 0.9), (beside, 0.8)), partly], 0.45, 0.05)
    np.testing.assert_allclose(faces.boxes, [FACE, beside, ELSEWHERE])
    doubted = 0.75 * log_odds(0.9) + 0.25 * log_odds(0.05)
    expected = [log_odds(0.9), log_odds(0.8), doubted]
    assert [log_odds(score) for score in faces.scores.tolist()] == pytest.approx(expected, abs=1e-4)
    nowhere = joined([look((FACE, 0.9)), look(views=())], 0.45, 0.05)
    assert nowhere.scores.tolist() == [pytest.approx(0.9)]


def test_a_copy_without_a_say_is_neither_asked_nor_told() -> None:
    found = [look((FACE, 0.9)), look((FACE, 0.9)), look((ELSEWHERE, 0.8), say=0)]
    faces = joined(found, 0.45, 0.05)
    assert faces.scores.tolist() == [pytest.approx(0.9, abs=1e-5), pytest.approx(0.8)]
    found[2] = look((SHIFTED, 0.8), say=0)
    np.testing.assert_allclose(joined(found, 0.45, 0.05).boxes, [FACE], err_msg="nor is the box moved")


def test_a_doubted_face_falls_behind_a_confirmed_one() -> None:
    faces = joined([look((FACE, 0.8), (ELSEWHERE, 0.7)), look((ELSEWHERE, 0.7))], 0.45, 0.05)
    np.testing.assert_allclose(faces.boxes, [ELSEWHERE, FACE])


def test_each_face_is_given_once_and_no_more_than_the_limit() -> None:
    found = [look((FACE, 0.9), (SHIFTED, 0.8), say=0), look((ELSEWHERE, 0.7), say=0)]
    assert len(joined(found, 0.45, 0.05).scores) == 2
    assert joined(found, 0.45, 0.05, limit=1).boxes.tolist() == [list(FACE)]
    assert len(joined([look(), look()], 0.45, 0.05).scores) == 0


def test_pieces_in_the_oval_of_a_sure_large_face_vanish_and_neighbours_at_its_corners_stay() -> None:
    face = ((0.0, 0.0, 100.0, 120.0), 0.9)
    eye, corner = ((20.0, 40.0, 50.0, 60.0), 0.95), ((80.0, 0.0, 105.0, 25.0), 0.5)
    assert without_pieces(candidates(eye, face, corner)).scores.tolist() == [0.9, 0.5]
    assert len(without_pieces(candidates(eye, (face[0], 0.5), corner))) == 3, "an unsure face takes nothing away"
    head = ((10.0, 10.0, 80.0, 110.0), 0.95)
    assert len(without_pieces(candidates(head, face))) == 2, "two of nearly one size are a matter of suppression"


def square(x: float, y: float, side: float) -> tuple[float, float, float, float]:
    return (x - side / 2, y - side / 2, x + side / 2, y + side / 2)


@pytest.mark.parametrize(
    ("piece", "stays"),
    [
        # A face of 100 x 120 pixels round (150, 260); its oval ends at eight tenths of its half sides.
        (square(150 + 0.79 * 50, 260, 20), False),
        (square(150 - 0.79 * 50, 260, 20), False),
        (square(150 + 0.81 * 50, 260, 20), True),
        (square(150, 260 + 0.79 * 60, 20), False),
        (square(150, 260 - 0.79 * 60, 20), False),
        (square(150, 260 - 0.81 * 60, 20), True),
        (square(150 + 0.6 * 50, 260 + 0.6 * 60, 20), True),
        (square(150 + 0.5 * 50, 260 + 0.5 * 60, 20), False),
        (square(150, 260, 59), False),
        (square(150, 260, 60), True),
    ],
)
def test_a_piece_is_what_is_under_half_as_large_and_has_its_middle_in_the_oval(
    piece: tuple[float, float, float, float], stays: bool
) -> None:
    face = ((100.0, 200.0, 200.0, 320.0), 0.6)
    assert len(without_pieces(candidates(face, (piece, 0.95)))) == 1 + stays


def test_the_sizes_that_a_copy_answers_for_begin_with_the_first_and_end_before_the_last() -> None:
    def heard(smallest: float, largest: float) -> bool:
        (score,) = joined([look((FACE, 0.9)), look(smallest=smallest, largest=largest)], 0.45, 0.05).scores
        return bool(score < 0.89)

    assert heard(20.0, 40.0) and not heard(20.5, 40.0)
    assert heard(1.0, 20.5) and not heard(1.0, 20.0)


def test_one_copy_alone_is_only_suppressed() -> None:
    faces = joined([look((FACE, 0.9), (SHIFTED, 0.8), (ELSEWHERE, 0.3))], 0.45, 0.05)
    assert faces.scores.tolist() == pytest.approx([0.9, 0.3])
