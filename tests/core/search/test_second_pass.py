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
        self.copies: list[int] = []

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        self.copies.append(frame.width)
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
    assert set(finder.sides) <= {27, 28, 29}, "it was looked for in copies in which it has 28 pixels"
    assert set(finder.copies) == {7 * 28}


@pytest.mark.parametrize(
    ("score", "origin", "frames"),
    [(0.1, Origin.FOUND, 12), (0.099, Origin.FOUND, 9), (0.03, Origin.FOUND, 9), (0.029, Origin.FILLED, 9)],
)
def test_less_is_enough_between_two_frames_than_beyond_the_ends(
    first: list[FindResult], score: float, origin: Origin, frames: int
) -> None:
    (track,) = tracks_of(look_again(first, SquareFinder(score), frame))
    assert len(track) == frames and track.face_at(GAP[0]).origin is origin  # type: ignore[union-attr]


def test_what_another_track_has_is_not_taken(first: list[FindResult]) -> None:
    def with_other(result: FindResult) -> FindResult:
        x = corner(result.index or 0) + 3
        other = Detections.of([[x + 4, 64, x + 8, 68]], [0.8])  # its middle alone counts
        other = replace(other, tracks=np.array([1]))
        return replace(result, faces=Detections.together([result.faces, other]))

    both = [with_other(result) if result.index in GAP else result for result in first]
    tracks = tracks_of(look_again(both, SquareFinder(0.9), frame))
    assert [track.face_at(GAP[0]).origin for track in tracks] == [Origin.FILLED, Origin.FOUND]  # type: ignore[union-attr]


def test_nothing_is_looked_for_behind_a_cut(first: list[FindResult]) -> None:
    cut = [replace(result, cut=result.index in (FIRST, LAST + 1)) for result in first]
    (track,) = tracks_of(look_again(cut, SquareFinder(0.9), frame))
    assert (int(track.frames[0]), int(track.frames[-1])) == (FIRST, LAST)


class Beside(SquareFinder):
    """Finds the square so many sides too far to the right and so much larger; and surely something far away."""

    def __init__(self, off: float, growth: float) -> None:
        super().__init__(0.5)
        self.off, self.growth = off, growth

    def find(self, frame: Frame, cancel: CancelToken | None = None) -> FindResult:
        result = super().find(frame, cancel)
        if not len(result.faces):
            return result
        x1, y1, x2, y2 = result.faces.boxes[0]
        x, y, half = (x1 + x2) / 2 + self.off * (x2 - x1), (y1 + y2) / 2, (x2 - x1) / 2 * self.growth
        boxes = [[x1, y2 + 20, x2, y2 + 50], [x - half, y - half, x + half, y + half], [x1, y1, x2 + 2, y2 + 2]]
        return replace(result, faces=Detections.of(boxes, [0.9, 0.5, 0.4]))


@pytest.mark.parametrize(
    ("off", "growth", "is_taken"),
    # The square itself lies a quarter of a side beside the place that is expected.
    [
        (0.0, 1.0, True), (0.45, 1.0, True), (0.55, 1.0, False), (-0.95, 1.0, True), (-1.05, 1.0, False),
        (0.0, 1.45, True), (0.0, 1.55, False), (0.0, 1 / 1.45, True), (0.0, 1 / 1.55, False),
    ],
)  # fmt: skip
def test_the_surest_face_that_is_near_enough_and_of_about_the_size_is_taken(
    first: list[FindResult], off: float, growth: float, is_taken: bool
) -> None:
    (track,) = tracks_of(look_again(first, Beside(off, growth), frame))
    found = track.face_at(GAP[0])
    assert found is not None and (found.score == 0.5) == is_taken and (found.score == 0.4) != is_taken


@pytest.mark.parametrize(("side", "enlarged"), [(5, 20), (7, 28), (20, 28), (40, 40)])
def test_faces_are_enlarged_four_times_at_most_and_never_reduced(side: int, enlarged: int) -> None:
    def still(number: int) -> Frame:
        pixels = np.zeros((160, 200, 3), np.uint8)
        pixels[60 : 60 + side, 80 : 80 + side] = 255
        return Frame(pixels, "still.mp4", number, number / 10)

    box = [[80, 60, 80 + side, 60 + side]]
    seen = [Detections.of(box, [0.9]) if number != 2 else Detections.of([], []) for number in range(5)]
    results = [FindResult("still.mp4", 200, 160, one, 1, 0, index=n, seconds=n / 10) for n, one in enumerate(seen)]
    finder = SquareFinder(0.5)
    (track,) = tracks_of(look_again(link(results, 0.4), finder, still))
    assert finder.sides == [pytest.approx(enlarged, abs=1)]
    assert track.boxes[2].tolist() == pytest.approx(box[0], abs=0.6)


@pytest.mark.parametrize(("start", "speed", "asked"), [(20, -6, [4]), (162, 6, [4, 5]), (168, 6, [4])])
def test_a_track_that_leaves_the_picture_is_not_looked_for_outside(start: int, speed: int, asked: list[int]) -> None:
    def seen(number: int) -> Detections:
        x = start + speed * number
        return Detections.of([[x, 60, x + SIDE, 72]] * (number < 4), [0.9] * (number < 4))

    results = [FindResult("out.mp4", 200, 160, seen(n), 1, 0, index=n, seconds=n / 10) for n in range(8)]
    numbers: list[int] = []

    def black(number: int) -> Frame:
        numbers.append(number)
        return Frame(np.zeros((160, 200, 3), np.uint8), "out.mp4", number, number / 10)

    look_again(link(results, 0.4), SquareFinder(0.9), black)
    assert numbers == asked


def test_a_face_beyond_an_end_that_does_not_reach_to_it_is_left_out(first: list[FindResult]) -> None:
    def with_a_hole(number: int) -> Frame:
        return replace(frame(number), pixels=frame(number if number not in (3, 13) else 0).pixels)

    (track,) = tracks_of(look_again(first, SquareFinder(0.9), with_a_hole))
    assert (int(track.frames[0]), int(track.frames[-1])) == (FIRST, LAST)
