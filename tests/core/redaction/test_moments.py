"""Tracks are covered at every moment, a while before and behind, and never over a cut for long."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from tinyface_core.redaction.moments import Moments
from tinyface_core.tracks import Track
from tinyface_core.types import Detections, FindResult


def track(seconds: list[float], lefts: list[float]) -> Track:
    boxes = np.array([[left, 20.0, left + 10, 30.0] for left in lefts])
    count = len(seconds)
    return Track("v", 0, np.arange(count), np.array(seconds), boxes, np.ones(count), np.zeros(count, np.int64))


def searched(cuts: tuple[int, ...] = (), step: float = 0.1, count: int = 41) -> list[FindResult]:
    nothing = Detections.of([], [])
    results = [FindResult("v", 100, 100, nothing, 0, 0, index=n, seconds=n * step) for n in range(count)]
    return [replace(result, cut=n in cuts) for n, result in enumerate(results)]


def test_between_two_frames_the_box_lies_between_theirs() -> None:
    moments = Moments([track([1.0, 1.2], [10, 30])], searched(), 0.5)
    np.testing.assert_allclose(moments.boxes(1.05), [[15, 20, 25, 30]])


def test_before_and_behind_a_face_goes_on_as_it_moved_in_a_box_that_grows() -> None:
    moments = Moments([track([1.0, 1.2], [10, 30])], searched(), 0.5)
    for seconds, middle in ((0.8, -5), (1.4, 55)):
        ((x1, y1, x2, y2),) = moments.boxes(seconds)
        assert (x1 + x2) / 2 == pytest.approx(middle) and (y1 + y2) / 2 == pytest.approx(25)
        assert 10 < x2 - x1 == pytest.approx(y2 - y1)


def test_covering_begins_and_ends_with_the_lead() -> None:
    moments = Moments([track([1.0, 1.2, 1.3, 1.5], [10] * 4)], searched(), 0.5)
    covered = [len(moments.boxes(seconds)) for seconds in (0.49, 0.51, 1.99, 2.01)]
    assert covered == [0, 1, 1, 0]


@pytest.mark.parametrize(("seconds", "score", "lead"), [([1.0, 1.2], 0.9, 0.2), ([1.0, 1.2, 1.5, 2.0], 0.1, 0.125)])
def test_what_is_seen_shortly_or_doubtfully_has_a_short_lead(seconds: list[float], score: float, lead: float) -> None:
    doubtful = replace(track(seconds, [10] * len(seconds)), scores=np.full(len(seconds), score))
    moments = Moments([doubtful], searched(), 0.5)
    begin, end = seconds[0] - lead, seconds[-1] + lead
    covered = [len(moments.boxes(at)) for at in (begin - 0.01, begin + 0.01, end - 0.01, end + 0.01)]
    assert covered == [0, 1, 1, 0]


def test_without_a_lead_it_still_reaches_to_the_next_searched_frame() -> None:
    moments = Moments([track([1.0], [10])], searched(), 0)
    assert [len(moments.boxes(seconds)) for seconds in (0.89, 0.95, 1.05, 1.11)] == [0, 1, 1, 0]


def test_a_cut_ends_the_lead_but_not_before_the_frame_that_shows_it() -> None:
    # The cut lies anywhere between frames 12 and 13, and 8 and 9.
    moments = Moments([track([1.0, 1.2], [10, 10])], searched((9, 13)), 2)
    assert [len(moments.boxes(seconds)) for seconds in (0.79, 0.81, 1.29, 1.31)] == [0, 1, 1, 0]


def test_a_face_of_the_first_and_last_frame_is_covered_to_the_ends() -> None:
    moments = Moments([track([0.0, 4.0], [10, 10])], searched(), 0)
    assert len(moments.boxes(-1)) == len(moments.boxes(99)) == 1


def test_tracks_are_not_held_a_second_time() -> None:
    long = track([n / 25 for n in range(50_000)], [10.0] * 50_000)
    tracemalloc.start()
    try:
        moments = Moments([long], searched(), 0.5)
        assert len(moments.boxes(1000.01)) == 1
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert taken < long.boxes.nbytes / 4
