"""What is covered: small faces even when doubtful, larger ones when surer, and on a track those that are less sure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinyface_core.redaction.sureness import fitted, linked, worth_covering, worth_linking
from tinyface_core.tracks import Track
from tinyface_core.types import Detections, FindResult, Origin


@pytest.mark.parametrize(("side", "least"), [(6, 0.1), (12, 0.1), (24, 0.23), (96, 0.49), (400, 0.49)])
def test_the_larger_a_face_is_the_surer_it_must_be_up_to_a_size(side: float, least: float) -> None:
    boxes = [[0, 0, side, side], [500, 0, 500 + side, side]]
    covered = worth_covering(Detections.of(boxes, [least + 0.01, least - 0.01]), 0.1)
    assert covered.scores.tolist() == [least + 0.01]


@pytest.mark.parametrize(("best", "every", "covered"), [(0.12, 1, 9), (0.12, 2, 0), (0.11, 1, 0)])
def test_a_track_is_covered_that_is_sure_once_and_does_not_flicker(best: float, every: int, covered: int) -> None:
    results = []
    for n in range(9):
        faces = Detections.of([[9, 9, 20, 20]], [0.08 if n else best]) if n % every == 0 else Detections.of([], [])
        results.append(FindResult("v", 99, 99, faces, 1, 0, index=n, seconds=n / 25))
    assert sum(len(one.faces) for one in linked(results, 0.1)) == covered


def test_a_track_goes_on_with_less_than_it_begins_with_and_scores_stay_as_they_were() -> None:
    scores = [0.12, 0.08, 0.12, 0.05]
    results = [
        FindResult("v", 99, 99, Detections.of([[9, 9, 20, 20]], [score]), 1, 0, index=n, seconds=n / 25)
        for n, score in enumerate(scores)
    ]
    worth = [replace(one, faces=worth_linking(one.faces, 0.1)) for one in results]
    tracked = linked(worth, 0.1)
    assert [one.faces.scores.tolist() for one in tracked] == [[0.12], [0.08], [0.12], []]
    assert np.concatenate([one.faces.tracks for one in tracked]).tolist() == [0, 0, 0]
    assert not any(len(one.faces) for one in linked(worth[1:2], 0.1))


@pytest.mark.parametrize(("score", "side"), [(0.0, 7.0), (0.2, 8.5), (0.4, 10.0), (0.9, 10.0)])
def test_boxes_of_doubtful_tracks_are_drawn_in_but_not_those_that_were_drawn(score: float, side: float) -> None:
    boxes = np.array([[20.0, 20.0, 30.0, 30.0]] * 3)
    origins = np.array([Origin.FOUND, Origin.FILLED, Origin.DRAWN])
    track = Track("v", 0, np.arange(3), np.arange(3.0), boxes, np.array([0.0, score, 0.0]), origins)
    found = fitted(track, score)
    np.testing.assert_allclose(found[:2], [[25 - side / 2, 25 - side / 2, 25 + side / 2, 25 + side / 2]] * 2)
    np.testing.assert_allclose(found[2], boxes[2])
