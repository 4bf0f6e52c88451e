"""Searching pictures of any size."""

import threading
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tinyface_core.boxes import iou_matrix
from tinyface_core.detector.anchors import anchor_count, anchors_at, branches_from
from tinyface_core.detector.mbfcn import MBFCN
from tinyface_core.detector.network import MBFCNDetector
from tinyface_core.detector.pyramid import BRIEF, STANDARD, THOROUGH, WHOLE, Focus, Pyramid, PyramidLevel, SearchPlan
from tinyface_core.presets import DETECTOR_PRESETS, DetectorPreset
from tinyface_core.runtime import Runtime
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search.focus import places_near
from tinyface_core.search.proposals import propose
from tinyface_core.search.tiling import Copies, Place, places
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Cancelled, Detections, Frame, RgbImage


class BrightSquares:
    """Stands in for a trained network: finds bright squares by the mean under each anchor."""

    runtime = Runtime("cpu", "made", "float32")

    def __init__(self, preset: DetectorPreset = DETECTOR_PRESETS["desktop"]) -> None:
        self.preset = preset
        self.seen: list[tuple[int, int]] = []

    def __call__(
        self, pictures: NDArray[np.uint8], finest_stride: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        height, width = pictures.shape[1:3]
        self.seen.append((height, width))
        branches = branches_from(self.preset.branches, finest_stride)
        anchors, _ = anchors_at(branches, height, width, np.arange(anchor_count(branches, height, width)))
        total = np.zeros((height + 1, width + 1))
        total[1:, 1:] = (pictures[0].mean(axis=2) > 200).cumsum(axis=0).cumsum(axis=1)
        half = anchors[:, 2:] / 2
        x1, y1, x2, y2 = np.concatenate([anchors[:, :2] - half, anchors[:, :2] + half], axis=1).round().astype(int).T
        inside = (x1 >= 0) & (y1 >= 0) & (x2 <= width) & (y2 <= height)
        x1, x2, y1, y2 = x1.clip(0, width), x2.clip(0, width), y1.clip(0, height), y2.clip(0, height)
        mass = total[y2, x2] - total[y1, x2] - total[y2, x1] + total[y1, x1]
        iou = mass / anchors[:, 2] ** 2
        logits = np.where(inside & (iou > 0.99), anchors[:, 2] / 50, -20.0)
        scores = (1 / (1 + np.exp(-logits))).astype(np.float32)
        return scores[None], np.zeros((1, len(anchors), 4), np.float32)

    def leave_accelerator(self) -> bool:
        return False


def detector(pyramid: Pyramid = WHOLE, network: BrightSquares | None = None) -> MBFCNDetector:
    made = MBFCNDetector(network or BrightSquares())
    made.plan = replace(made.plan, pyramids=dict.fromkeys(Effort, pyramid))
    return made


def sure(found: Detections) -> Detections:
    return found.take(found.scores > 0.5)


def picture_with(squares: list[tuple[int, int, int]], width: int, height: int) -> RgbImage:
    pixels = np.zeros((height, width, 3), np.uint8)
    for x, y, side in squares:
        pixels[y : y + side, x : x + side] = 255
    return pixels


def test_faces_across_tile_borders_and_at_the_rim_are_found_once() -> None:
    # 8-pixel anchors stand at multiples of four less two: squares are laid where one fits exactly.
    squares = [(1598, 702, 8), (798, 98, 8), (2602, 1802, 8), (2, 2, 8)]
    found = sure(propose(detector(), Copies(picture_with(squares, 2700, 1900))).faces)
    expected = np.array([[x, y, x + s, y + s] for x, y, s in squares], np.float64)
    overlap = iou_matrix(expected, found.boxes)
    assert overlap.shape == (4, 4)
    assert (overlap.max(axis=1) > 0.99).all()


def test_a_face_larger_than_the_overlap_is_found_on_the_reduced_copy() -> None:
    found = propose(detector(), Copies(picture_with([(600, 400, 1000)], 3000, 2000))).faces
    large = [p for p in found if p.box[2] - p.box[0] > 400]
    assert large
    assert all(p.box[0] >= 590 and p.box[2] <= 1610 for p in large)


@pytest.mark.parametrize(("width", "height"), [(2100, 600), (2500, 7300), (9000, 5000)])
@pytest.mark.parametrize("pyramid", [WHOLE, BRIEF, STANDARD, THOROUGH])
def test_every_face_lies_whole_in_a_piece_that_answers_for_it_and_no_piece_answers_for_half_a_face(
    width: int, height: int, pyramid: Pyramid
) -> None:
    rng = np.random.default_rng(0)
    sides = np.exp(rng.uniform(np.log(8), np.log(min(2000, width, height)), 5000))[:, None]
    corners = rng.random((5000, 2)) * ([width, height] - sides)
    faces, answered = np.hstack([corners, corners + sides]), np.zeros(5000, bool)
    seen, plan = Detections.of(faces, np.ones(5000), np.zeros(5000)), detector().plan
    focused = [(number, level) for number, level in enumerate(pyramid) if level.focus]
    near = [place for level in focused for place in places_near(seen, *level, width, height, plan, 2048)]
    for place in [*places(width, height, pyramid, plan, 2048), *near]:
        left, top, right, bottom = place.box
        numbers = np.flatnonzero(place.answers_for(seen))
        answered[numbers] = True
        whole = faces[numbers] * place.scale
        assert (whole[:, :2] >= [left - 1, top - 1]).all() and (whole[:, 2:] <= [right + 1, bottom + 1]).all()
    assert answered.all()


@pytest.mark.parametrize("pyramid", [STANDARD, THOROUGH])
def test_every_size_of_face_has_a_copy_that_answers_for_it(pyramid: Pyramid) -> None:
    for side in np.geomspace(4, 2000, 60):
        assert any(level.smallest <= side < level.largest for level in pyramid)
    for level in pyramid:
        assert level.smallest * level.scale < 64 < level.largest * level.scale, "a size that the network knows well"


def test_a_copy_gives_no_faces_of_sizes_that_it_does_not_answer_for() -> None:
    def sides(level: PyramidLevel) -> set[int]:
        found = propose(detector((level,)), Copies(picture_with([(88, 88, 112)], 400, 300))).faces
        return set(sure(found).sizes.round().tolist())

    assert sides(PyramidLevel(1.0)) == {8, 34, 56, 90}, "the anchors that lie on whole pixels of the square"
    assert sides(PyramidLevel(1.0, smallest=34, largest=90)) == {34, 56}
    assert sides(PyramidLevel(0.5, smallest=100)) == {112}, "an anchor of 56 on the reduced copy"
    assert sides(PyramidLevel(1.0, finest_stride=16)) == {56, 90}, "branches of stride 16 and 32"


def test_no_piece_is_larger_than_a_tile() -> None:
    network = BrightSquares()
    propose(detector(THOROUGH, network), Copies(picture_with([(x, 202, 8) for x in range(98, 3000, 40)], 3000, 2000)))
    assert network.seen and all(max(size) <= network.preset.tile for size in network.seen)


NEAR: Pyramid = (PyramidLevel(1.0, smallest=16.0, say=0.25), PyramidLevel(2.0, say=0.25, focus=Focus(0.5, 32.0)))


def test_an_enlarged_copy_with_a_focus_is_searched_only_near_what_the_picture_shows() -> None:
    network = BrightSquares()
    told: list[tuple[int, int]] = []
    squares = [(202, 302, 8), (702, 102, 8)]
    found = sure(
        propose(
            detector(NEAR, network),
            Copies(picture_with(squares, 960, 640)),
            progress=lambda stage, done, total: told.append((done, total)),
        ).faces
    )
    # Of the copy's cells of 32 pixels the faces reach 2 x 2 and 3 x 2, and one more all round is seen.
    assert network.seen == [(640, 960), (160, 128), (128, 128)]
    assert told == [(1, 2), (3, 4), (4, 4)], "the picture is the first half of the work"
    overlap = iou_matrix(np.array([[x, y, x + s, y + s] for x, y, s in squares], float), found.boxes)
    assert (overlap.max(axis=1) > 0).all() and (overlap.max(axis=0) > 0).all(), "both squares, and nothing else"


@pytest.mark.parametrize("pyramid", [BRIEF, STANDARD, THOROUGH])
@pytest.mark.parametrize(("width", "height"), [(1, 1), (9, 14), (15, 2)])
def test_a_picture_smaller_than_the_faces_of_any_copy_is_searched(width: int, height: int, pyramid: Pyramid) -> None:
    network = BrightSquares()
    assert len(propose(detector(pyramid, network), Copies(picture_with([], width, height))).faces) == 0
    assert network.seen == [(32, 32)]


def test_without_its_focus_an_enlarged_copy_is_searched_as_a_whole() -> None:
    network = BrightSquares()
    propose(detector(NEAR, network), Copies(picture_with([], 320, 256)), settings=SearchSettings(focus=False))
    assert network.seen == [(256, 320), (512, 640)]
    finder = FaceFinder(detector(NEAR, network), settings=SearchSettings(focus=False))
    assert not finder.find(Frame(picture_with([], 320, 256), "")).settings.focus
    assert network.seen[2:] == [(256, 320), (512, 640)]


EXPECTED = np.array([[702.0, 102.0, 710.0, 110.0], [300.0, 300.0, 312.0, 312.0], [100.0, 400.0, 200.0, 500.0]])


@pytest.mark.parametrize("turned", [False, True])
def test_where_faces_are_expected_copies_are_searched_near_these_alone_but_for_reduced_ones(turned: bool) -> None:
    network = BrightSquares()
    finder = FaceFinder(
        detector((*NEAR, PyramidLevel(0.25, smallest=128)), network),
        settings=SearchSettings(focus=False, turned=turned),
    )
    found = finder.find(Frame(picture_with([(16, 616, 8)], 960, 640), ""), expected=EXPECTED)
    assert found.settings.focus, "the result says how this frame was searched"
    assert len(sure(found.faces)) == 0, "nothing is looked for elsewhere"
    # The reduced copy; of the picture near the second and the third, of the enlarged copy near the first two.
    assert network.seen[0] == (160, 256) and len(network.seen) == (20 if turned else 5)
    assert all(max(size) <= 224 for size in network.seen[1:5])


def test_a_detector_without_reduced_copies_searches_the_picture_as_a_whole_wherever_faces_are_expected() -> None:
    network = BrightSquares()
    propose(
        detector(NEAR, network),
        Copies(picture_with([], 960, 640)),
        settings=SearchSettings(focus=False),
        expected=EXPECTED[:1],
    )
    assert network.seen == [(640, 960), (160, 128)]


def test_faces_that_are_too_large_or_too_doubtful_call_for_no_closer_look() -> None:
    network = BrightSquares()
    only_large = replace(NEAR[0], finest_stride=16), NEAR[1]
    large = sure(propose(detector(only_large, network), Copies(picture_with([(88, 88, 112)], 320, 256))).faces)
    assert network.seen == [(256, 320)] and large.sizes.min() >= 56
    doubtful = (NEAR[0], replace(NEAR[1], focus=Focus(0.6, 32.0)))
    propose(detector(doubtful, network), Copies(picture_with([(202, 102, 8)], 320, 256)))
    assert network.seen == [(256, 320), (256, 320)]


def test_a_search_stops_when_it_is_cancelled() -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        propose(detector(), Copies(picture_with([], 64, 64)), cancel=cancel)


def test_when_memory_runs_out_tiles_are_halved_and_the_user_is_told() -> None:
    class Greedy(BrightSquares):
        def __call__(
            self, pictures: NDArray[np.uint8], finest_stride: int = 0
        ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
            if max(pictures.shape) > 1100:
                raise torch.OutOfMemoryError("full")
            return super().__call__(pictures, finest_stride)

    finder = FaceFinder(detector(network=Greedy()), settings=SearchSettings.of(Effort.FAST))
    result = finder.find(Frame(picture_with([(1202, 602, 8)], 1600, 1200), "large.png"))
    assert len(sure(result.faces))
    assert "1024 pixels" in result.remarks[0]
    again = finder.find(Frame(picture_with([], 64, 64), "small.png"))
    assert again.remarks == result.remarks, "the tiles stay small, so it is still to be said"


def test_when_not_even_a_small_tile_fits_one_sentence_is_raised() -> None:
    class Full(BrightSquares):
        def __call__(
            self, pictures: NDArray[np.uint8], finest_stride: int = 0
        ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory")

    with pytest.raises(MemoryError, match="close other programs"):
        propose(MBFCNDetector(Full()), Copies(picture_with([], 1600, 1200)))


@pytest.mark.parametrize("preset", ["tiny", "desktop"])
def test_the_network_gives_one_score_and_box_for_each_anchor(preset: str) -> None:
    model = MBFCN(DETECTOR_PRESETS[preset]).eval()
    with torch.inference_mode():
        scores, boxes = model(torch.zeros(2, 3, 96, 128))
    count = anchor_count(model.preset.branches, 96, 128)
    assert scores.shape == (2, count)
    assert boxes.shape == (2, count, 4)


def test_branches_on_finer_strides_are_left_out_and_the_others_find_the_same() -> None:
    torch.manual_seed(1)
    model = MBFCN(DETECTOR_PRESETS["tiny"]).eval()
    pictures = torch.rand(1, 3, 96, 128) * 255
    with torch.inference_mode():
        every, coarse = model(pictures), model(pictures, finest_stride=8)
    finest = anchor_count(model.preset.branches[:1], 96, 128)
    for some, whole in zip(coarse, every, strict=True):
        torch.testing.assert_close(some, whole[:, finest:])


def test_odd_sizes_line_up_with_their_anchors() -> None:
    found = propose(detector(), Copies(picture_with([(62, 38, 8)], 101, 75))).faces
    assert any(p.score > 0.5 and abs(p.box[0] - 62) < 1 and abs(p.box[1] - 38) < 1 for p in found)


@pytest.mark.parametrize("box", [(0, 0, 80, 60), (31, 17, 90, 71), (70, 33, 146, 122), (0, 0, 146, 122)])
def test_a_part_of_an_enlarged_copy_is_made_without_the_whole(box: tuple[int, int, int, int]) -> None:
    from tinyface_core.opencv import cv2

    image = np.random.default_rng(2).integers(0, 256, (61, 73, 3), dtype=np.uint8)
    x1, y1, x2, y2 = box
    whole = cv2.resize(image, (146, 122), interpolation=cv2.INTER_CUBIC)[y1:y2, x1:x2]
    place = Place(0, 2.0, (146, 122), box, (-np.inf, -np.inf, np.inf, np.inf), 0, np.inf, 0)
    assert np.abs(Copies(image).pixels_at(place).astype(int) - whole).max() <= 1


def test_every_tile_is_told_and_none_of_a_crowd_is_lost() -> None:
    """A crowd of more faces than one tile has proposals."""
    preset = replace(DETECTOR_PRESETS["desktop"], tile=512, tile_overlap=64, proposals=50)
    squares = [(x, y, 8) for y in range(30, 1000, 60) for x in range(30, 1000, 60)]
    told: list[tuple[int, int]] = []
    found = propose(
        detector(network=BrightSquares(preset)),
        Copies(picture_with(squares, 1024, 1024)),
        progress=lambda stage, done, total: told.append((done, total)),
    )
    assert len(sure(found.faces)) == 200, "50 for each 512 x 512 pixels"
    assert told == [(n, 10) for n in range(1, 11)], "nine tiles and the whole picture reduced"


def test_beside_others_a_detector_looks_closer_where_they_found_something() -> None:
    network, near = BrightSquares(), (PyramidLevel(1.0, smallest=16), PyramidLevel(2.0, focus=Focus(0.5, 64.0)))
    picture = picture_with([(202, 102, 8)], 960, 640)
    propose(detector(near, network), Copies(picture), others=Detections.of([[700, 500, 710, 510]], [0.9]))
    assert network.seen == [(640, 960), (160, 128)], "the picture, and a part of the copy near the others' candidate"
    network.seen.clear()
    propose(detector(near, network), Copies(picture))
    assert len(network.seen) == 2, "the first of several looks closer near its own candidates"


@pytest.mark.parametrize("settings", [SearchSettings(), SearchSettings(focus=False)])
def test_copies_that_all_have_a_focus_are_searched_near_the_candidates_of_others_alone(settings) -> None:
    network, near = BrightSquares(), (PyramidLevel(2.0, largest=24.0, focus=Focus(0.5, 16.0)),)
    picture = picture_with([(202, 102, 8), (702, 502, 8)], 960, 640)
    others = Detections.of([[700, 500, 710, 510], [202, 102, 210, 110]], [0.9, 0.4])
    look = propose(detector(near, network), Copies(picture), settings, others=others)
    assert network.seen == [(160, 128)], "only one of the others' candidates is sure enough"
    assert look.answers_for(others).tolist() == [True, False]
    assert not look.answers_for(Detections.of([[690, 490, 720, 520]], [0.9])).any(), "too large for this copy"
    assert len(propose(detector(near, network), Copies(picture), settings, others=Detections.of([], [])).faces) == 0


def test_the_copies_may_depend_on_whether_a_detector_is_alone_or_another_has_searched_before() -> None:
    far, nearer, nearest = ((PyramidLevel(scale),) for scale in (1.0, 2.0, 3.0))
    plan = SearchPlan(
        dict.fromkeys(Effort, far), 512, shared={Effort.THOROUGH: nearer}, later={Effort.THOROUGH: nearest}
    )
    assert [plan.pyramid(Effort.THOROUGH, *place) for place in ((), (0, 2), (1, 2))] == [far, nearer, nearest]
    assert [plan.pyramid(Effort.BALANCED, *place) for place in ((), (0, 2), (1, 2))] == [far, far, far]
    first = replace(plan, later={})
    assert first.pyramid(Effort.THOROUGH, 1, 2) == nearer
