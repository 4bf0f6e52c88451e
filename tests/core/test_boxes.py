"""Box arithmetic against torchvision and hand-worked cases."""

import itertools

import numpy as np
import pytest
import torch
import torchvision.ops as reference

from tinyface_core import box_tensors
from tinyface_core.boxes import (
    area,
    best_matches,
    clip,
    coverage_matrix,
    decode,
    iou_matrix,
    mirrored,
    nms,
    square_rois,
    turned_back,
)
from tinyface_core.search.tiling import tiles


def random_boxes(count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    corner = rng.random((count, 2)) * 80
    return np.concatenate([corner, corner + 1 + rng.random((count, 2)) * 30], axis=1)


def test_iou_agrees_with_torchvision() -> None:
    a, b = random_boxes(40, 1), random_boxes(30, 2)
    expected = reference.box_iou(torch.from_numpy(a), torch.from_numpy(b))
    np.testing.assert_allclose(iou_matrix(a, b), expected)
    paired = box_tensors.paired_iou(torch.from_numpy(a[:30]), torch.from_numpy(b))
    torch.testing.assert_close(paired, expected.diagonal())


def test_giou_of_pairs_agrees_with_torchvision() -> None:
    a, b = (torch.from_numpy(random_boxes(40, seed)) for seed in (3, 4))
    torch.testing.assert_close(box_tensors.paired_giou(a, b), reference.generalized_box_iou(a, b).diagonal())


@pytest.mark.parametrize("iou", [0.0, 0.3, 0.45, 1.0])
def test_nms_agrees_with_torchvision(iou: float) -> None:
    boxes, scores = random_boxes(200, 5), np.random.default_rng(6).random(200)
    expected = reference.nms(torch.from_numpy(boxes), torch.from_numpy(scores), iou).tolist()
    assert nms(boxes, scores, iou).tolist() == expected
    assert nms(boxes, scores, iou, limit=7).tolist() == expected[:7]
    assert nms(boxes[:0], scores[:0], iou).tolist() == []
    many = random_boxes(2000, 7) + np.random.default_rng(8).integers(0, 20, (2000, 1)) * 50
    scores = np.random.default_rng(9).random(2000)
    expected = reference.nms(torch.from_numpy(many), torch.from_numpy(scores), iou).tolist()
    assert nms(many, scores, iou).tolist() == expected
    assert nms(many, scores, iou, limit=60).tolist() == expected[:60]


def test_of_equal_scores_the_first_box_stays_and_a_score_of_nothing_counts_too() -> None:
    boxes = np.array([[0.0, 0, 10, 10], [1, 0, 11, 10], [40, 0, 50, 10]])
    assert nms(boxes, np.zeros(3), 0.5).tolist() == [0, 2]


def test_boxes_of_arrays_and_of_tensors_are_decoded_alike() -> None:
    rng = np.random.default_rng(7)
    deltas, anchors = rng.normal(0, 2, (50, 4)), np.abs(rng.normal(20, 5, (50, 3)))
    expected = box_tensors.decode(torch.from_numpy(deltas), torch.from_numpy(anchors))
    np.testing.assert_allclose(decode(deltas, anchors), expected)


def test_nms_looks_further_until_it_has_as_many_as_are_wanted() -> None:
    # Nineteen copies of one box come before two others.
    boxes = np.array([[0.0, 0, 10, 10]] * 19 + [[20.0, 0, 30, 10], [40, 0, 50, 10]])
    scores = np.linspace(0.9, 0.1, 21)
    assert nms(boxes, scores, 0.5, limit=2).tolist() == [0, 19]


def test_coverage_is_the_share_of_the_first_box_inside_the_second() -> None:
    a, b = np.array([[0.0, 0, 4, 4]]), np.array([[2.0, 0, 10, 10]])
    assert coverage_matrix(a, b).item() == pytest.approx(0.5)
    line = np.array([[3.0, 1, 3, 4]])
    assert coverage_matrix(line, b).item() == iou_matrix(line, line).item() == 0, "without an area nothing is shared"


@pytest.mark.parametrize("turns", range(-1, 6))
def test_a_box_of_a_turned_picture_lies_where_the_same_pixels_lie_in_the_picture(turns: int) -> None:
    picture = np.zeros((30, 50))
    picture[4:9, 20:41] = 1
    rows, columns = np.nonzero(np.rot90(picture, turns))
    seen = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float64)
    assert turned_back(seen, 50, 30, turns).tolist() == [[20, 4, 41, 9]]


def test_a_side_is_at_most_eight_times_its_anchor_and_at_least_an_eighth() -> None:
    anchor = np.array([[100.0, 50.0, 10.0]])
    (wide,) = decode(np.array([[0.5, -1.0, 99.0, -99.0]]), anchor)
    assert wide.tolist() == pytest.approx([105 - 40, 40 - 0.625, 105 + 40, 40 + 0.625])


def test_a_box_mirrored_twice_is_itself_and_lies_as_far_from_the_other_border() -> None:
    boxes = np.array([[1.0, 2, 4, 8], [0, 0, 10, 10]])
    assert mirrored(boxes, 10).tolist() == [[6, 2, 9, 8], [0, 0, 10, 10]]
    assert (mirrored(mirrored(boxes, 10), 10) == boxes).all()
    assert box_tensors.mirrored(torch.from_numpy(boxes), 10).tolist() == mirrored(boxes, 10).tolist()


def test_inverted_boxes_have_no_area_and_clipping_stays_in_the_picture() -> None:
    assert area(np.array([[5.0, 5, 3, 9]])).item() == 0
    assert clip(np.array([[-3.0, 2, 50, 60]]), 40, 30).tolist() == [[0, 2, 40, 30]]


def test_square_roi_has_the_longer_side_plus_context_round_the_same_centre() -> None:
    assert square_rois(np.array([[10.0, 20, 20, 40]]), 0.5).tolist() == [[0, 15, 30, 45]]


@pytest.mark.parametrize(("width", "height"), [(100, 80), (512, 512), (1300, 700), (5000, 513)])
def test_tiles_cover_the_picture_and_share_the_overlap(width: int, height: int) -> None:
    covered = torch.zeros(height, width, dtype=torch.bool)
    found = list(tiles(width, height, 512, 128))
    for x1, y1, x2, y2 in found:
        assert 0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height and x2 - x1 <= 512 and y2 - y1 <= 512
        covered[y1:y2, x1:x2] = True
    assert bool(covered.all())
    rows = sorted({tile[1] for tile in found})
    columns = sorted({tile[0] for tile in found})
    for starts in (rows, columns):
        assert all(later - earlier <= 512 - 128 for earlier, later in itertools.pairwise(starts))


def test_tiles_are_no_larger_than_the_overlap_asks_for() -> None:
    assert list(tiles(1000, 100, 600, 40)) == [(0, 0, 520, 100), (480, 0, 1000, 100)]
    assert list(tiles(1000, 100, 608, 40, multiple=32)) == [(0, 0, 544, 100), (456, 0, 1000, 100)]


def test_an_overlap_as_large_as_a_tile_is_refused() -> None:
    with pytest.raises(ValueError, match="must be smaller"):
        list(tiles(100, 100, 64, 64))


def test_best_matches_are_those_of_the_whole_matrix_though_it_is_never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyface_core.boxes._ROWS_AT_A_TIME", 3)
    a, b = random_boxes(10, 5), random_boxes(12, 6)
    overlap, index = best_matches(a, b)
    whole = reference.box_iou(torch.from_numpy(a), torch.from_numpy(b)).numpy()
    assert (index == whole.argmax(axis=1)).all()
    np.testing.assert_allclose(overlap, whole.max(axis=1))
    nothing, _ = best_matches(a, b[:0])
    assert nothing.tolist() == [0.0] * 10
