"""Pictures and boxes that are rotated for a look from another angle, and back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tinyface_core.detector.one_by_one import PLAN
from tinyface_core.runtime import Runtime
from tinyface_core.search.angles import angles_of, rotated, rotated_back, rotated_boxes, weighed
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Detections, Frame, RgbImage

WIDTH, HEIGHT = 220, 150
DISC = (150, 30, 174, 54)


def drawn() -> RgbImage:
    """A dark picture with a white disc."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    ImageDraw.Draw(picture).ellipse((DISC[0], DISC[1], DISC[2] - 1, DISC[3] - 1), fill="white")
    return np.asarray(picture)


def white_box(picture: RgbImage) -> list[int]:
    ys, xs = np.nonzero(picture[..., 0] > 200)
    return [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]


def test_a_picture_is_looked_at_as_it_is_and_from_the_angles_that_are_asked_for() -> None:
    assert angles_of(SearchSettings()) == (0,)
    assert angles_of(SearchSettings(turned=True)) == (0, 90, 180, 270)
    assert angles_of(SearchSettings(tilted=True)) == (0, -30, 30)
    assert set(angles_of(SearchSettings(turned=True, tilted=True))) == {0, 90, 180, 270, -30, 30}


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, -30, 30])
def test_boxes_follow_the_picture_there_and_back(degrees: int) -> None:
    picture, box = drawn(), np.array([DISC], np.float64)
    seen = rotated(picture, degrees)
    # Pillow rotates counter-clockwise around the centre, too.
    other = np.asarray(Image.fromarray(picture).rotate(degrees, Image.Resampling.BICUBIC, expand=True))
    assert np.abs(np.array(seen.shape) - other.shape).max() <= 1
    there = rotated_boxes(box, WIDTH, HEIGHT, degrees)
    assert there[0] == pytest.approx(white_box(seen), abs=1.1)
    assert there[0] == pytest.approx(white_box(other), abs=2.1)
    back = rotated_back(Detections.of(there, [0.5]), WIDTH, HEIGHT, degrees)
    assert back.boxes[0] == pytest.approx(DISC, abs=1e-3) and back.scores.tolist() == [0.5]


def test_what_is_found_in_the_grey_corners_is_left_out_and_boxes_end_at_the_border() -> None:
    seen = rotated(drawn(), 30)
    assert (seen[0, 0] == 127).all(), "a corner outside the picture"
    border = rotated_boxes(np.array([[-8.0, 60, 12, 80]]), WIDTH, HEIGHT, 30)[0]
    back = rotated_back(Detections.of([[0, 0, 20, 20], border], [0.9, 0.8]), WIDTH, HEIGHT, 30)
    assert back.scores.tolist() == [0.8]
    assert back.boxes[0] == pytest.approx([0, 60, 12, 80], abs=1e-3)


class Tilted:
    """Finds the disc as it should lie in the picture when that is rotated by `degrees`, and at no other angle."""

    name, digest, plan, runtime = "tilted", "abc", PLAN, Runtime("cpu", "made", "float64")

    def __init__(self, degrees: int) -> None:
        self._shape = rotated(drawn(), degrees).shape
        self._box = rotated_boxes(np.array([DISC], np.float64), WIDTH, HEIGHT, degrees)

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        x, y = np.rint((self._box[0, :2] + self._box[0, 2:]) / 2).astype(int)
        here = pixels.shape == self._shape and pixels[y, x, 0] > 200
        return Detections.of(self._box if here else np.zeros((0, 4)), [0.9] if here else [])

    def leave_accelerator(self) -> bool:
        return False


@pytest.mark.parametrize("degrees", [-30, 30])
def test_a_tilted_search_finds_what_only_a_tilted_copy_shows(degrees: int) -> None:
    told: list[tuple[int, int]] = []
    finder = FaceFinder(Tilted(degrees), None, SearchSettings(tilted=True))
    found = finder.find(Frame(drawn(), "made"), progress=lambda stage, done, total: told.append((done, total)))
    assert found.faces.boxes == pytest.approx(np.array([DISC]), abs=1e-3)
    assert found.settings.tilted and told == sorted(told) and told[-1] == (3, 3)
    assert not len(FaceFinder(Tilted(degrees), None, SearchSettings(turned=True)).find(Frame(drawn(), "made")).faces)


def test_what_is_found_at_another_angle_than_most_faces_must_be_surer() -> None:
    def at(left: int, *scores: float) -> Detections:
        return Detections.of([[left + 30 * n, 0, left + 30 * n + 20, 20] for n in range(len(scores))], scores)

    sideways = at(300, 0.9, 0.8)
    together = weighed([at(0, 0.5, 0.7), sideways, at(600, 0.0, 1.0)], nms_iou=0.45)
    odds = np.exp(1.5)
    expected = [1 / (1 + odds), 0.7 / 0.3 / odds / (1 + 0.7 / 0.3 / odds), 0.9, 0.8, 0.0, 1.0]
    assert together.scores == pytest.approx(expected) and len(together) == 6
    # The picture as it is leads where nothing else shows more: neither unsure boxes nor many boxes of one face do.
    alike = Detections.of([[0, 0, 20, 20]] * 5 + [[50, 0, 70, 20]] * 5, [0.6] * 5 + [0.39] * 5)
    for others in (at(0, 0.7), alike):
        assert weighed([at(0, 0.7), others], nms_iou=0.45).scores[0] == 0.7
