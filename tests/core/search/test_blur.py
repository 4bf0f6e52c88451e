"""Blurred pictures are told from sharp ones, and other copies of them are searched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.core.search.test_finder import FixedDetector
from tinyface_core.datasets.conditions import CONDITIONS
from tinyface_core.detector.one_by_one import PLAN
from tinyface_core.detector.pyramid import PyramidLevel
from tinyface_core.media.images import load_image
from tinyface_core.opencv import cv2
from tinyface_core.search.blur import abruptness_of
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search.quality import quality_of
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Detections, Frame, RgbImage

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"
NO_BOXES = np.zeros((0, 4), np.float32)


@pytest.fixture(scope="module")
def photo() -> RgbImage:
    return load_image(SAMPLES / "orchestra.webp").pixels


def degraded(picture: RgbImage, condition: str, strength: float) -> RgbImage:
    return CONDITIONS[condition].apply(picture, NO_BOXES, strength, np.random.default_rng(0))[0]


@pytest.mark.parametrize(("condition", "strength"), [("focus", 1.5), ("focus", 2.5), ("motion", 6), ("motion", 12)])
def test_photos_out_of_focus_and_moved_ones_are_blurred(photo: RgbImage, condition: str, strength: float) -> None:
    assert quality_of(degraded(photo, condition, strength)).blurred


@pytest.mark.parametrize(("condition", "strength"), [("noise", 32), ("jpeg", 30), ("grey", 1), ("dark", 3)])
def test_sharp_photos_are_not_blurred_whatever_else_is_wrong_with_them(
    photo: RgbImage, condition: str, strength: float
) -> None:
    assert not quality_of(photo).blurred
    assert not quality_of(degraded(photo, condition, strength)).blurred


def test_a_picture_that_was_enlarged_is_blurred(photo: RgbImage) -> None:
    assert quality_of(np.asarray(cv2.resize(photo, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC), np.uint8)).blurred


def test_abruptness_is_the_share_of_a_change_over_four_pixels_that_happens_within_two() -> None:
    slope = np.repeat(np.arange(0, 240, 3, dtype=np.uint8)[None, :, None], 80, axis=0).repeat(3, axis=2)
    assert abruptness_of(slope) == pytest.approx(0.5)
    edges = (
        np.where(np.arange(80) % 20 < 10, 40, 200).astype(np.uint8)[None, :, None].repeat(80, axis=0).repeat(3, axis=2)
    )
    assert abruptness_of(edges) == pytest.approx(1), "a drawing is sharp, although it has no texture"
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 1), np.uint8).repeat(3, axis=2)
    assert abruptness_of(noise) > 1.5
    for kernel in (np.eye(31) / 31, np.fliplr(np.eye(31)) / 31):
        moved = np.asarray(cv2.filter2D(noise, -1, kernel), np.uint8)
        assert abruptness_of(moved) < abruptness_of(noise) - 0.3, "although it is sharp in other directions"


@pytest.mark.parametrize("shape", [(1, 1, 3), (4, 500, 3), (5, 5, 3), (64, 64, 3)])
def test_pictures_that_show_nothing_are_not_blurred(shape: tuple[int, int, int]) -> None:
    assert abruptness_of(np.full(shape, 127, np.uint8)) == 1


class Noting(FixedDetector):
    """Notes the sizes of what it is shown."""

    def __init__(self, blurred_alone: float, blurred_later: float) -> None:
        super().__init__(Detections.of(NO_BOXES, np.zeros(0)))
        alone, later = (dict.fromkeys(Effort, (PyramidLevel(scale),)) for scale in (blurred_alone, blurred_later))
        self.plan = replace(PLAN, blurred=alone, blurred_later=later)
        self.widths: list[int] = []

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        self.widths.append(pixels.shape[1])
        return super().propose(pixels, finest_stride)


def test_detectors_search_their_own_copies_of_blurred_pictures(photo: RgbImage) -> None:
    first, second = Noting(0.5, 2), Noting(2, 0.25)
    finder = FaceFinder(first, None, SearchSettings(), [second])
    finder.find(Frame(photo, ""))
    assert (first.widths, second.widths) == ([1024], [1024])
    finder.find(Frame(degraded(photo, "focus", 2.5), ""))
    assert (first.widths[1:], second.widths[1:]) == ([512], [256])
