"""What the analyst said outlives a new search."""

from __future__ import annotations

from tinyface_core.project.records import ProjectFace
from tinyface_core.project.verdicts import carry_over, join_verdicts
from tinyface_core.types import Face, Verdict


def face(left: float, verdict: Verdict = Verdict.UNDECIDED, note: str = "", drawn: bool = False) -> ProjectFace:
    """A face of 20 x 20 pixels."""
    return ProjectFace("a.jpg", Face((left, 0.0, left + 20, 20.0), 0.5, 0.5), verdict=verdict, note=note, drawn=drawn)


def said(faces: list[ProjectFace]) -> list[tuple[float, Verdict, str]]:
    return [(one.face.box[0], one.verdict, one.note) for one in faces]


def test_a_verdict_or_a_note_alone_goes_to_the_face_that_covers_the_old_one() -> None:
    before = [face(0, Verdict.NOT_A_FACE), face(100, note="the mayor"), face(200)]
    # Moved by 4 of 20 pixels two boxes share 16/24 of their union, by 6 pixels 14/26.
    assert said(carry_over(before, [face(4), face(104), face(200)])) == [
        (4, Verdict.NOT_A_FACE, ""),
        (104, Verdict.UNDECIDED, "the mayor"),
        (200, Verdict.UNDECIDED, ""),
    ]


def test_an_old_face_stays_only_if_something_was_said_of_it_and_no_new_one_covers_it() -> None:
    before = [face(0, Verdict.CONFIRMED), face(100)]
    assert said(carry_over(before, [face(6)])) == [(6, Verdict.UNDECIDED, ""), (0, Verdict.CONFIRMED, "")]


def test_one_verdict_goes_to_one_new_face_and_drawn_faces_are_left_out() -> None:
    before = [face(0, Verdict.UNSURE), face(100, Verdict.CONFIRMED, drawn=True)]
    assert said(carry_over(before, [face(1), face(2), face(100)])) == [
        (1, Verdict.UNSURE, ""),
        (2, Verdict.UNDECIDED, ""),
        (100, Verdict.UNDECIDED, ""),
    ]


def test_a_changed_box_goes_to_the_face_that_covers_the_first_one() -> None:
    changed = face(0).with_box((0.0, 0.0, 60.0, 60.0))
    assert changed.found == (0.0, 0.0, 20.0, 20.0)
    (kept,) = carry_over([changed], [face(2)])
    assert (kept.face.box, kept.found) == ((0.0, 0.0, 60.0, 60.0), (2.0, 0.0, 22.0, 20.0))
    assert changed.with_box((0.0, 0.0, 20.0, 20.0)).found is None, "back where it was it is not changed"


def test_of_two_records_what_was_said_last_counts_and_what_was_drawn_stays() -> None:
    before = [face(0, Verdict.CONFIRMED), face(100, Verdict.CONFIRMED, "seen"), face(200, drawn=True)]
    found = [face(1), face(101, Verdict.UNSURE), face(300, note="new")]
    assert said(join_verdicts(before, found)) == [
        (1, Verdict.CONFIRMED, ""),
        (101, Verdict.UNSURE, ""),
        (300, Verdict.UNDECIDED, "new"),
        (200, Verdict.UNDECIDED, ""),
    ]
    assert join_verdicts([], found) == found and join_verdicts(before, [])[-1].drawn
