"""What is laid over faces covers them and holds nothing of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyface_core.redaction.covering import cover, enlarged
from tinyface_core.redaction.order import Covering, Shape
from tinyface_core.redaction.styles import cells_across
from tinyface_core.types import RgbImage

BOX = np.array([[20.0, 10.0, 52.0, 42.0]])


@pytest.fixture
def noise() -> RgbImage:
    return np.random.default_rng(0).integers(0, 256, (64, 80, 3), dtype=np.uint8)


def brute_force(box: NDArray[np.float64], degree: int) -> NDArray[np.bool_]:
    x1, y1, x2, y2 = box
    inside = np.zeros((64, 80), bool)
    for y in range(64):
        for x in range(80):
            off_x, off_y = (x + 0.5 - (x1 + x2) / 2) / (x2 - x1), (y + 0.5 - (y1 + y2) / 2) / (y2 - y1)
            inside[y, x] = abs(2 * off_x) ** degree + abs(2 * off_y) ** degree <= 1
    return inside


@pytest.mark.parametrize(("shape", "degree"), [(Shape.ELLIPSE, 2), (Shape.ROUNDED, 4)])
@pytest.mark.parametrize("style", ["blur", "mosaic", "solid", "picture"])
def test_only_what_is_covered_changes(noise: RgbImage, style: str, shape: Shape, degree: int) -> None:
    covering = Covering(style, margin=8 / 45, shape=shape, picture=np.full((5, 5, 3), 7, np.uint8))
    covered, mask = cover(noise, BOX, covering)
    np.testing.assert_array_equal(mask, brute_force(np.array([12, 2, 60, 50]), degree))
    np.testing.assert_array_equal(covered[~mask], noise[~mask])
    assert (covered[mask] != noise[mask]).any(axis=1).mean() > 0.95


def test_a_face_at_the_corner_and_one_outside_are_no_trouble(noise: RgbImage) -> None:
    boxes = np.array([[-10.0, -10.0, 12.0, 12.0], [200.0, 10.0, 220.0, 30.0], [-50.0, -50.0, -20.0, -20.0]])
    _, mask = cover(noise, boxes, Covering("solid", Shape.BOX, margin=0))
    expected = np.zeros((64, 80), bool)
    expected[:12, :12] = True
    np.testing.assert_array_equal(mask, expected)


def test_the_smaller_a_face_is_the_wider_its_margin_up_to_a_size() -> None:
    boxes = np.array([[0.0, 0.0, side, side] for side in (5, 16, 25, 50, 400)])
    margins = -enlarged(boxes, Covering(margin=0.1))[:, 0] / boxes[:, 2]
    np.testing.assert_allclose(margins, [0.4, 0.28125, 0.18, 0.1, 0.1])


def test_the_standard_shape_and_margin_cover_a_box_nearly_whole(noise: RgbImage) -> None:
    _, mask = cover(noise, BOX, Covering())
    assert mask[10:42, 20:52].mean() > 0.95


def test_hair_and_chin_reach_beyond_the_box(noise: RgbImage) -> None:
    _, mask = cover(noise, BOX, Covering("solid", Shape.BOX, margin=0, head=True))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    assert rows[0] == 0 and 42 < rows[-1] + 1 < 52 and columns[0] < 20 and columns[-1] >= 52


@pytest.mark.parametrize("style", ["blur", "mosaic"])
def test_two_faces_that_agree_in_a_few_means_look_the_same_when_covered(style: str) -> None:
    side = 48
    cell = side // cells_across(side)
    rng = np.random.default_rng(1)
    means = rng.integers(60, 190, (side // cell, side // cell, 3))
    faces = []
    for seed in (2, 3):
        half = np.random.default_rng(seed).integers(-60, 60, (side // cell, side // cell, cell // 2, cell, 3))
        cells = np.concatenate([half, -half], axis=2) + means[:, :, None, None]
        faces.append(cells.transpose(0, 2, 1, 3, 4).reshape(side, side, 3).astype(np.uint8))
    assert np.abs(faces[0].astype(int) - faces[1]).mean() > 20
    box = np.array([[0.0, 0.0, side, side]])
    first, second = (cover(face, box, Covering(style, Shape.BOX, margin=0))[0] for face in faces)
    assert np.abs(first.astype(int) - second).max() <= 1


def test_fewer_cells_are_left_of_smaller_faces() -> None:
    assert [cells_across(side) for side in (8, 15, 30, 60, 500)] == [2, 2, 3, 4, 4]
