"""Numbers and verdicts decide whose faces are covered; where they disagree, a face is covered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinyface_core.redaction.decisions import Said, decide, subjects
from tinyface_core.redaction.order import Choice, Which
from tinyface_core.types import Detections, FindResult, UserError, Verdict

LEFT, RIGHT = (0.0, 0.0, 10.0, 10.0), (50.0, 0.0, 60.0, 10.0)


@pytest.fixture
def video() -> list[FindResult]:
    """Two tracks that stay where they are for four frames, of which the second one misses one."""
    results = []
    for index in range(4):
        boxes = [LEFT] if index == 2 else [LEFT, RIGHT]
        faces = replace(Detections.of(boxes, [0.9] * len(boxes)), tracks=np.arange(len(boxes)))
        results.append(FindResult("v.mp4", 100, 50, faces, 2, 0, index=index, seconds=index / 10))
    return results


def covered(video: list[FindResult], said: list[Said], choice: Choice) -> list[bool]:
    return [one.covered for one in decide(subjects(video), said, choice)]


def test_all_are_covered_but_those_that_are_not_faces(video: list[FindResult]) -> None:
    assert covered(video, [], Choice()) == [True, True]
    assert covered(video, [Said(RIGHT, Verdict.NOT_A_FACE, 3)], Choice()) == [True, False]


def test_chosen_by_number_or_by_verdict(video: list[FindResult]) -> None:
    confirmed = [Said(LEFT, Verdict.CONFIRMED, 1)]
    assert covered(video, [], Choice(Which.ALL_BUT, frozenset({2}))) == [True, False]
    assert covered(video, [], Choice(Which.ONLY, frozenset({2}))) == [False, True]
    assert covered(video, confirmed, Choice(Which.ALL_BUT)) == [False, True]
    assert covered(video, confirmed, Choice(Which.ONLY)) == [True, False]


def test_a_verdict_on_a_frame_where_the_track_was_not_found_counts_for_it(video: list[FindResult]) -> None:
    assert covered(video, [Said(RIGHT, Verdict.CONFIRMED, 2)], Choice(Which.ALL_BUT)) == [True, False]


def test_a_track_of_which_verdicts_disagree_stays_covered(video: list[FindResult]) -> None:
    said = [Said(LEFT, Verdict.CONFIRMED, 0), Said(LEFT, Verdict.UNSURE, 3)]
    assert covered(video, said, Choice(Which.ALL_BUT)) == [True, True]


def test_a_drawn_face_is_covered_and_numbered_behind_the_others(video: list[FindResult]) -> None:
    decisions = decide(subjects(video), [Said((20, 20, 30, 30), frame=2, seconds=0.2)], Choice())
    assert [one.number for one in decisions] == [1, 2, 3]
    assert decisions[2].covered and decisions[2].track.frames.tolist() == [2]


def test_what_the_analyst_holds_for_one_track_is_covered_as_one(video: list[FindResult]) -> None:
    said = [Said((20, 20, 30, 30), frame=frame, seconds=frame / 10, track=9) for frame in (3, 1)]
    (third,) = decide(subjects(video), [*said], Choice())[2:]
    assert third.track.frames.tolist() == [1, 3] and third.track.seconds.tolist() == [0.1, 0.3]


def test_the_faces_of_a_photo_are_numbered_from_the_best_on() -> None:
    photo = FindResult("p.jpg", 100, 50, Detections.of([LEFT, RIGHT], [0.9, 0.4]), 2, 0)
    decisions = decide(subjects([photo]), [], Choice(Which.ONLY, frozenset({2})))
    assert [(one.number, one.covered) for one in decisions] == [(1, False), (2, True)]


def test_a_number_that_does_not_exist_is_told(video: list[FindResult]) -> None:
    with pytest.raises(UserError, match="no face 7: they are numbered from 1 to 2"):
        decide(subjects(video), [], Choice(Which.ONLY, frozenset({7})))
