"""Where a picture is searched, worked by hand; what tiles show, against OpenCV; giving way when memory runs out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyface_core.detector.pyramid import BRIEF, STANDARD, THOROUGH, Pyramid, PyramidLevel, SearchPlan
from tinyface_core.opencv import cv2
from tinyface_core.search.portions import PortionSize, is_out_of_memory
from tinyface_core.search.tiling import EVERYWHERE, Copies, Place, places, scaled_size, tiles
from tinyface_core.types import Detections

INF = math.inf
PLAN = SearchPlan({}, tile=512, tile_overlap=64, multiple=32)
PICTURE = np.random.default_rng(2).integers(0, 256, (60, 80, 3), dtype=np.uint8)


def test_a_picture_of_several_tiles_is_searched_in_these_and_as_a_whole() -> None:
    pyramid: Pyramid = (PyramidLevel(1.0, 8.0, 80.0, 4),)
    # Three tiles of 384 pixels, the smallest multiple of 32 of which three share 64; cores end half of that before.
    middle = {"level": 0, "scale": 1.0, "size": (1000, 400), "smallest": 8.0, "largest": 64.0, "finest_stride": 4}
    assert list(places(1000, 400, pyramid, PLAN, 512)) == [
        Place(box=(0, 0, 384, 400), core=(-INF, -INF, 352, INF), **middle),  # type: ignore[arg-type]
        Place(box=(308, 0, 692, 400), core=(340, -INF, 660, INF), **middle),  # type: ignore[arg-type]
        Place(box=(616, 0, 1000, 400), core=(648, -INF, INF, INF), **middle),  # type: ignore[arg-type]
        # What is half as large as the overlap is looked for here too.
        Place(0, 0.512, (512, 205), (0, 0, 512, 205), EVERYWHERE, 32.0, INF, 4),
    ]


def test_copies_that_fit_into_a_tile_are_searched_in_one_and_those_without_faces_of_their_sizes_not_at_all() -> None:
    pyramid: Pyramid = (PyramidLevel(0.5, 20.0, 300.0, 8), PyramidLevel(0.25, 400.0, 2000.0), PyramidLevel(0.1, 1000.0))
    assert list(places(400, 1000, pyramid, PLAN, 512)) == [
        Place(0, 0.5, (200, 500), (0, 0, 200, 500), EVERYWHERE, 20.0, 300.0, 8),
        Place(1, 0.25, (100, 250), (0, 0, 100, 250), EVERYWHERE, 400.0, 2000.0, 0),
    ]


def test_a_picture_as_large_as_a_tile_is_searched_in_one() -> None:
    (place,) = places(512, 300, (PyramidLevel(1.0, largest=80.0),), PLAN, 512)
    assert (place.box, place.largest) == ((0, 0, 512, 300), 80)


def test_tiles_one_below_the_other_have_cores_that_end_in_the_middle_of_what_they_share() -> None:
    found = list(places(300, 1000, (PyramidLevel(1.0),), replace(PLAN, multiple=1), 532))
    assert [(place.box, place.core) for place in found[:2]] == [
        ((0, 0, 300, 532), (-INF, -INF, INF, 500)),
        ((0, 468, 300, 1000), (-INF, 500, INF, INF)),
    ]
    assert [place.size for place in found] == [(300, 1000), (300, 1000), (160, 532)]


@pytest.mark.parametrize(
    ("pyramid", "wanted"),
    [
        (BRIEF, {13: "1.9", 14: "1 1.9", 127: "1 1.9", 128: "1 0.25", 255: "1 0.25", 256: "0.25", 1280: "0.03125"}),
        (STANDARD, {15: "1.9", 16: "1 1.9", 127: "1 1.9", 128: "1 0.25", 255: "1 0.25", 256: "0.25", 1280: "0.03125"}),
        (THOROUGH, {15: "1.4 1.9 2.8", 23: "1 1.4 1.9 2.8", 24: "1 1.4 1.9", 127: "1 1.4 1.9", 128: "1 0.25"}),
    ],
)  # fmt: skip
def test_faces_of_each_size_are_looked_for_where_detectors_were_measured(
    pyramid: Pyramid, wanted: dict[float, str]
) -> None:
    for side, scales in wanted.items():
        asked = [level for level in pyramid if level.smallest <= side < level.largest]
        assert " ".join(f"{level.scale:g}" for level in asked) == scales
    heard = [level.scale for level in pyramid if level.say == 0.25]
    enlarged = [level.scale for level in pyramid if level.scale > 1]
    assert heard == ([1, *enlarged] if enlarged else []) == [level.scale for level in pyramid if level.say]
    assert [level.scale for level in pyramid if level.finest_stride != 8] == [1]
    assert [level.scale for level in pyramid if level.focus] == enlarged


def test_a_detector_that_says_nothing_else_is_searched_as_ours_is() -> None:
    plan = SearchPlan({}, tile=2048)
    assert (plan.tile_overlap, plan.multiple, plan.proposals) == (320, 32, 600)
    assert (plan.nms_iou, plan.score_floor) == (0.45, 0.05)


def test_small_tiles_share_half_a_tile_at_most() -> None:
    assert max(place.largest for place in list(places(200, 90, (PyramidLevel(1.0),), PLAN, 96))[:-1]) == 48


def test_a_tile_answers_for_faces_of_its_sizes_whose_centres_lie_in_its_core() -> None:
    place = Place(1, 2.0, (400, 400), (100, 60, 300, 260), (60.0, 40.0, 140.0, 120.0), 5.0, 20.0, 8)

    def face(x: float, y: float, side: float) -> list[float]:
        return [x - side / 2, y - side / 2, x + side / 2, y + side / 2]

    faces = [(60, 40, 10), (59.5, 100, 10), (100, 39.5, 10), (140, 100, 10), (100, 120, 10), (139.5, 119.5, 10)]
    faces += [(100, 100, 5), (100, 100, 4.5), (100, 100, 20), (100, 100, 19.5)]
    found = Detections.of([face(*one) for one in faces], np.ones(10), np.arange(10))
    assert np.flatnonzero(place.answers_for(found)).tolist() == [0, 5, 6, 9]


def test_a_tile_with_a_view_answers_for_faces_that_lie_in_it_as_a_whole() -> None:
    place = Place(1, 2.0, (400, 400), (100, 60, 300, 260), EVERYWHERE, 5.0, 50.0, 8, (50.0, 30.0, 150.0, INF))
    boxes = [(50, 30, 60, 40), (49, 30, 60, 40), (50, 29, 60, 40), (140, 100, 150, 110), (141, 100, 151, 110)]
    found = Detections.of([*boxes, (60, 190, 80, 210)], np.ones(6), np.arange(6))
    assert np.flatnonzero(place.answers_for(found)).tolist() == [0, 3, 5]


def test_what_a_tile_shows_is_given_in_pixels_of_the_picture() -> None:
    place = Place(1, 2.0, (400, 400), (100, 60, 300, 260), EVERYWHERE, 5.0, 20.0, 8)
    found = place.in_picture(Detections.of([[10, 20, 30, 40]], [0.5], [8]))
    assert found.boxes.tolist() == [[55, 40, 65, 50]]
    assert (found.scores.tolist(), found.strides.tolist()) == ([0.5], [8])


def test_a_copy_is_at_least_a_pixel_wide_and_high() -> None:
    assert scaled_size(3, 90, 0.1) == (1, 9) and scaled_size(90, 3, 0.1) == (9, 1)


@pytest.mark.parametrize(
    ("scale", "method"), [(0.5, cv2.INTER_AREA), (0.9, cv2.INTER_AREA), (2.0, cv2.INTER_CUBIC), (1.25, cv2.INTER_CUBIC)]
)
def test_a_copy_shows_what_opencv_makes_of_the_whole_picture(scale: float, method: int) -> None:
    size = scaled_size(80, 60, scale)
    whole = cv2.resize(PICTURE, size, interpolation=method)
    copies = Copies(PICTURE)
    for box in ((0, 0, *size), (5, 7, 31, 30), (size[0] - 9, 0, *size)):
        place = Place(0, scale, size, box, EVERYWHERE, 0, INF, 0)
        np.testing.assert_array_equal(copies.pixels_at(place), whole[box[1] : box[3], box[0] : box[2]])
        if scale < 1:
            np.testing.assert_array_equal(Copies(PICTURE).pixels_at(place), copies.pixels_at(place))
    of_picture = Place(0, 1.0, (80, 60), (3, 4, 50, 60), EVERYWHERE, 0, INF, 0)
    np.testing.assert_array_equal(copies.pixels_at(of_picture), PICTURE[4:60, 3:50])
    assert np.shares_memory(copies.pixels_at(of_picture), PICTURE), "the picture itself is not copied"


def test_what_is_looked_at_in_a_mirror_is_found_where_it_lies_in_the_picture() -> None:
    place = Place(0, 2.0, (160, 120), (20, 40, 100, 100), EVERYWHERE, 0, INF, 0)
    copies, face = Copies(PICTURE), Detections.of([[10, 20, 30, 50]], [0.5], [8])
    mirrored = replace(place, mirrored=True)
    np.testing.assert_array_equal(copies.pixels_at(mirrored), copies.pixels_at(place)[:, ::-1])
    in_mirror = Detections.of([[50, 20, 70, 50]], [0.5], [8])
    assert mirrored.in_picture(in_mirror).boxes.tolist() == place.in_picture(face).boxes.tolist() == [[15, 30, 25, 45]]


@pytest.mark.parametrize("scale", [1.5, 1.75, 2.5])
@pytest.mark.parametrize("corner", [(0, 0), (21, 1), (60, 45), (80, 25)])
def test_a_tile_of_an_enlarged_copy_is_made_without_the_whole(
    scale: float, corner: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    size = scaled_size(80, 60, scale)
    whole = cv2.resize(PICTURE, size, interpolation=cv2.INTER_CUBIC)
    made, resize = [], cv2.resize

    def watched(*given: Any, **more: Any) -> Any:
        made.append(resize(*given, **more))
        return made[-1]

    monkeypatch.setattr(cv2, "resize", watched)
    (x, y), (x2, y2) = corner, (min(corner[0] + 30, size[0]), min(corner[1] + 30, size[1]))
    place = Place(0, scale, size, (x, y, x2, y2), EVERYWHERE, 0, INF, 0)
    np.testing.assert_array_equal(Copies(PICTURE).pixels_at(place), whole[y:y2, x:x2])
    assert all(part.size < whole.size / 2 for part in made)


def test_a_small_copy_is_made_of_a_smaller_one_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    given, resize = [], cv2.resize

    def watched(source: Any, *more: Any, **named: Any) -> Any:
        given.append(source.shape[1])
        return resize(source, *more, **named)

    monkeypatch.setattr(cv2, "resize", watched)
    copies = Copies(PICTURE)
    for scale in (0.5, 0.3, 1 / 8):
        size = scaled_size(80, 60, scale)
        copies.pixels_at(Place(0, scale, size, (0, 0, *size), EVERYWHERE, 0, INF, 0))
    assert given == [80, 80, 24], "each of its pixels shows two by two or more"


def test_reduced_copies_are_kept_and_of_enlarged_ones_the_last() -> None:
    copies = Copies(PICTURE)

    def shown(scale: float) -> NDArray[np.uint8]:
        size = scaled_size(80, 60, scale)
        return copies.pixels_at(Place(0, scale, size, (0, 0, *size), EVERYWHERE, 0, INF, 0))

    first = {scale: shown(scale) for scale in (0.5, 2.0, 0.25, 1.5)}
    again = [scale for scale in (1.5, 0.5, 2.0, 0.25) if np.shares_memory(shown(scale), first[scale])]
    assert again == [1.5, 0.5, 0.25]


def test_as_few_tiles_as_possible_are_as_small_as_possible() -> None:
    for length in range(90, 700, 7):
        spans = [(x1, x2) for x1, _, x2, _ in tiles(length, 10, 100, 30, multiple=4)]
        count = 1 if length <= 100 else math.ceil((length - 30) / 70)
        assert len(spans) == count and spans[0][0] == 0 and spans[-1][1] == length
        sides = {right - left for left, right in spans}
        least = length if count == 1 else math.ceil((length + (count - 1) * 30) / count)
        assert len(sides) == 1 and least <= sides.pop() <= min(100, least + 3)


class Tried:
    """Work for which there is memory up to a size; on an accelerator there may be less."""

    def __init__(self, fits: int, on_accelerator: int | None = None) -> None:
        self.fits, self.on_accelerator = fits, on_accelerator
        self.sizes: list[int] = []

    def leave(self) -> bool:
        left, self.on_accelerator = self.on_accelerator is not None, None
        return left

    def __call__(self, size: int) -> str:
        self.sizes.append(size)
        if size > (self.fits if self.on_accelerator is None else self.on_accelerator):
            raise MemoryError
        return "done"


def test_portions_are_halved_down_to_the_least_and_stay_small() -> None:
    tried = Tried(600)
    size = PortionSize(2000, 600, tried.leave, "full")
    assert not size.is_reduced
    assert [size.run(tried), size.run(tried)] == ["done", "done"]
    assert tried.sizes == [2000, 1000, 600, 600] and size.is_reduced and not size.left_accelerator


def test_when_the_least_does_not_fit_on_the_accelerator_the_processor_begins_anew() -> None:
    tried = Tried(2000, on_accelerator=100)
    size = PortionSize(2000, 900, tried.leave, "full")
    assert size.run(tried) == "done"
    assert tried.sizes == [2000, 1000, 900, 2000] and size.left_accelerator and not size.is_reduced
    tried.fits = 100
    with pytest.raises(MemoryError, match="full"):
        size.run(tried)
    assert tried.sizes[4:] == [2000, 1000, 900]


class OutOfMemoryError(Exception):
    """As torch has one."""


@pytest.mark.parametrize(
    ("error", "is_of_memory"),
    [
        (OutOfMemoryError(), True),
        (MemoryError(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("could not create a primitive"), True),
        (RuntimeError("Failed to allocate memory for a buffer"), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("size mismatch"), False),
        (ValueError("size mismatch"), False),
    ],
)
def test_only_some_errors_say_that_memory_ran_out(error: Exception, is_of_memory: bool) -> None:
    assert is_out_of_memory(error) == is_of_memory
