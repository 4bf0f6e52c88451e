"""Hard conditions: what they do to a picture, and where its faces lie then."""

from __future__ import annotations

import numpy as np
import pytest

from tinyface_core.datasets.conditions import CONDITIONS
from tinyface_core.opencv import cv2

FACE = np.array([[100.0, 60.0, 140.0, 110.0]], np.float32)


def picture() -> np.ndarray:
    """A white oval on black that fills `FACE`."""
    pixels = np.zeros((160, 240, 3), np.uint8)
    cv2.ellipse(pixels, ((119.5, 84.5), (39.0, 49.0), 0.0), (255, 255, 255), -1)
    return pixels


def textured() -> np.ndarray:
    rng = np.random.default_rng(0)
    rough = rng.integers(0, 256, (16, 24, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(rough, (241, 161), interpolation=cv2.INTER_CUBIC), np.uint8)


@pytest.mark.parametrize("name", [name for name in CONDITIONS if name not in ("tilt", "turn", "squeeze")])
def test_a_stronger_condition_is_further_from_the_picture_and_moves_no_face(name: str) -> None:
    before, condition = textured(), CONDITIONS[name]
    distances = []
    for strength in condition.strengths:
        after, boxes = condition.apply(before, FACE, strength, np.random.default_rng(1))
        assert after.shape == before.shape and after.dtype == np.uint8
        assert np.array_equal(boxes, FACE)
        again, _ = condition.apply(before, FACE, strength, np.random.default_rng(1))
        assert np.array_equal(after, again)
        distances.append(float(np.abs(after.astype(int) - before).mean()))
    assert 0 < distances[0] < distances[1] < distances[2]


@pytest.mark.parametrize("name", ["tilt", "turn", "squeeze"])
def test_where_faces_move_the_box_lies_round_the_face(name: str) -> None:
    for strength in CONDITIONS[name].strengths:
        after, boxes = CONDITIONS[name].apply(picture(), FACE, strength, np.random.default_rng(1))
        ys, xs = np.nonzero(after.mean(axis=2) > 191)
        seen = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
        np.testing.assert_allclose(boxes[0], seen, atol=1.6, err_msg=f"{name} {strength}")


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (270, 3)])
def test_right_angles_move_every_pixel_and_change_none(degrees: float, turns: int) -> None:
    after, _ = CONDITIONS["turn"].apply(textured(), FACE, degrees, np.random.default_rng(1))
    assert np.array_equal(after, np.rot90(textured(), turns))


def test_grey_takes_the_colour_and_keeps_the_light() -> None:
    after, _ = CONDITIONS["grey"].apply(textured(), FACE, 1.0, np.random.default_rng(1))
    assert np.ptp(after.astype(int), axis=2).max() == 0
    np.testing.assert_allclose(after[..., 0], textured() @ np.array([0.299, 0.587, 0.114]), atol=1)
