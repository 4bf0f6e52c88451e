"""Where a track says that a face must be, it is looked for again in an enlarged copy, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tinyface_core.linking import link
from tinyface_core.search.second_pass import look_again
from tinyface_core.tracks import tracks_of
from tinyface_core.types import CancelToken, Detections, FindResult, Frame, Origin

SIDE, FRAMES, GAP = 12, 16, (7, 8)
FIRST, LAST = 4, 12
"""Frames in which the first search finds the face; it is there in frames 2 to 13."""


def corner(number: int) -> int:
    return 30 + 5 * number


def frame(number: int) -> Frame:
    """A white square that walks over black; it stops for a frame behind the middle, where no line leads."""
    pixels = np.zeros((160, 200, 3), np.uint8)
    if 2 <= number <= 13:
        x = corner(number) + 3 * (number in GAP)
        pixels[60 : 60 + SIDE, x : x + SIDE] = 255
    return Frame(pixels, "walk.mp4", number, number / 10)


class SquareFinder:
    """Finds the bounding box of what is white, surely only in large copies."""

    def __init__(self, score: float) -> None:
        self.score = score
        self.sides: list[float] = []

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        rows, columns = np.nonzero(frame.pixels[..., 0] > 127)
        boxes = [[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]] if len(rows) else []
        self.sides += [box[2] - box[0] for box in boxes]
        found = Detections.of(boxes, [self.score] * len(boxes))
        return FindResult(
            frame.source, frame.width, frame.height, found, 1, 0, index=frame.index, seconds=frame.seconds
        )


@pytest.fixture
def first() -> list[FindResult]:
    results = []
    for number in range(FRAMES):
        seen = FIRST <= number <= LAST and number not in GAP
        box = [corner(number), 60, corner(number) + SIDE, 60 + SIDE]
        found = Detections.of([box] * seen, [0.9] * seen)
        results.append(FindResult("walk.mp4", 200, 160, found, 1, 0, index=number, seconds=number / 10))
    return link(results, 0.4)


def test_gaps_and_ends_of_a_track_are_looked_at_enlarged_and_found(first: list[FindResult]) -> None:
    finder, asked = SquareFinder(0.2), list[int]()

    def frame_at(number: int) -> Frame:
        asked.append(number)
        return frame(number)

    (track,) = tracks_of(look_again(first, finder, frame_at))
    assert asked == [2, 3, *GAP, 13, 14], "in order, and no frame whose face was found"
    assert track.frames.tolist() == list(range(2, 14)) and (track.origins == Origin.FOUND).all()
    assert track.boxes[:, 0] == pytest.approx([corner(n) + 3 * (n in GAP) for n in range(2, 14)], abs=0.6)
    assert min(finder.sides) >= 2 * SIDE, "it was looked for in an enlarged copy"


@pytest.mark.parametrize(("score", "origin", "frames"), [(0.05, Origin.FOUND, 9), (0.01, Origin.FILLED, 9)])
def test_less_is_enough_between_two_frames_than_beyond_the_ends(
    first: list[FindResult], score: float, origin: Origin, frames: int
) -> None:
    (track,) = tracks_of(look_again(first, SquareFinder(score), frame))
    assert len(track) == frames and track.face_at(GAP[0]).origin is origin  # type: ignore[union-attr]


def test_what_another_track_has_is_not_taken(first: list[FindResult]) -> None:
    def with_other(result: FindResult) -> FindResult:
        x = corner(result.index or 0) + 3
        other = Detections.of([[x, 60, x + SIDE, 60 + SIDE]], [0.8])
        other = replace(other, tracks=np.array([1]))
        return replace(result, faces=Detections.together([result.faces, other]))

    both = [with_other(result) if result.index in GAP else result for result in first]
    tracks = tracks_of(look_again(both, SquareFinder(0.9), frame))
    assert [track.face_at(GAP[0]).origin for track in tracks] == [Origin.FILLED, Origin.FOUND]  # type: ignore[union-attr]


def test_nothing_is_looked_for_behind_a_cut(first: list[FindResult]) -> None:
    cut = [replace(result, cut=result.index in (FIRST, LAST + 1)) for result in first]
    (track,) = tracks_of(look_again(cut, SquareFinder(0.9), frame))
    assert (int(track.frames[0]), int(track.frames[-1])) == (FIRST, LAST)
