"""A review begins with what a sure face may have lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.core.redaction.conftest import found
from tinyface_core.redaction.decisions import decide, subjects
from tinyface_core.redaction.order import Choice, Which
from tinyface_core.redaction.review import doubts_of, watched_frames
from tinyface_core.types import FindResult, Origin

MIDDLE, AT_EDGE = (30.0, 40.0, 40.0, 50.0), (0.0, 40.0, 10.0, 50.0)


def reasons(results: list[FindResult], choice: Choice | None = None) -> list[str]:
    return [doubt.why for doubt in doubts_of(decide(subjects(results), [], choice or Choice()), results)]


def test_a_track_that_breaks_off_in_the_middle_of_the_picture_is_doubtful() -> None:
    results = found(Path("v.mp4"), dict.fromkeys(range(3, 8), MIDDLE))
    assert reasons(results) == [
        "ends at 0.4 s in the middle of the picture",
        "begins at 0.1 s in the middle of the picture",
    ]


def test_coming_and_going_at_the_edge_or_at_a_cut_is_no_doubt() -> None:
    assert reasons(found(Path("v.mp4"), dict.fromkeys(range(3, 8), AT_EDGE))) == []
    results = found(Path("v.mp4"), dict.fromkeys(range(3, 8), MIDDLE))
    assert reasons([replace(one, cut=one.index in (3, 8)) for one in results]) == []


def test_a_long_gap_a_faint_face_and_one_left_visible_are_told() -> None:
    results = found(Path("v.mp4"), dict.fromkeys(range(12), MIDDLE))
    filled = np.array([Origin.FILLED.value])
    gap = [
        replace(one, faces=replace(one.faces, origins=filled)) if 2 <= (one.index or 0) <= 9 else one for one in results
    ]
    assert reasons(gap) == ["not found for 0.5 s"]
    faint = [replace(one, faces=replace(one.faces, scores=one.faces.scores / 3)) for one in results]
    assert reasons(faint) == ["never sure, best score 0.30"]
    assert reasons(results, Choice(Which.ALL_BUT, frozenset({1}))) == ["left visible"]


def test_the_frames_of_doubts_are_shown_first() -> None:
    results = found(Path("v.mp4"), dict.fromkeys(range(3, 8), MIDDLE))
    doubts = doubts_of(decide(subjects(results), [], Choice()), results)
    frames = watched_frames(doubts, results)
    assert frames[:2] == [7, 3] and {0, 11} <= set(frames)
