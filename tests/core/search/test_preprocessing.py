"""Dark, noisy, soft and grey pictures are searched as detectors know pictures; ordinary ones as they are."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tests.core.search.test_finder import FixedDetector
from tinyface_core.boxes import best_matches
from tinyface_core.datasets.conditions import CONDITIONS
from tinyface_core.media.images import load_image
from tinyface_core.opencv import cv2
from tinyface_core.search.finder import FaceFinder, build_finder, visible
from tinyface_core.search.preprocessing import prepared
from tinyface_core.search.quality import noise_of, quality_of, sharpness_of
from tinyface_core.search_settings import LEAST_SHOWN, Effort, SearchSettings
from tinyface_core.types import Detections, Frame, RgbImage

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"
NO_BOXES = np.zeros((0, 4), np.float32)


class Looking(FixedDetector):
    """Keeps what it was shown."""

    def __init__(self) -> None:
        super().__init__(Detections.of(NO_BOXES, np.zeros(0)))
        self.shown: list[RgbImage] = []

    def propose(self, pixels: RgbImage, finest_stride: int = 0) -> Detections:
        self.shown.append(pixels)
        return super().propose(pixels, finest_stride)


@cache
def finder() -> FaceFinder:
    return build_finder(SearchSettings(effort=Effort.FAST))


@cache
def sample(name: str) -> RgbImage:
    return load_image(SAMPLES / name).pixels


def shown_boxes(picture: RgbImage) -> NDArray[np.float32]:
    return visible(finder().find(Frame(picture, "")).faces, LEAST_SHOWN).boxes


@cache
def on_a_good_day() -> NDArray[np.float32]:
    return shown_boxes(sample("orchestra.webp"))


@pytest.mark.parametrize(
    ("condition", "strength", "share"),
    [("grey", 1, 0.8), ("dark", 4.5, 0.9), ("noise", 16, 0.9), ("focus", 1.5, 0.6)],
)
def test_tiny_faces_that_are_found_on_a_good_day_are_found_on_a_bad_one(
    condition: str, strength: float, share: float
) -> None:
    bad, _ = CONDITIONS[condition].apply(sample("orchestra.webp"), NO_BOXES, strength, np.random.default_rng(0))
    overlap, _ = best_matches(on_a_good_day(), shown_boxes(bad))
    assert (overlap >= 0.5).mean() >= share


@pytest.mark.parametrize("name", ["orchestra.webp", "mariachi.webp", "astronaut.jpg"])
def test_an_ordinary_photo_is_searched_as_it_is(name: str) -> None:
    assert prepared(sample(name)) is sample(name)


def test_the_detector_is_shown_warm_tones_of_a_grey_picture_and_the_frame_stays() -> None:
    detector = Looking()
    grey = np.full((64, 64, 3), 200, np.uint8)
    FaceFinder(detector).find(Frame(grey, ""))
    red, green, blue = detector.shown[0][0, 0].astype(int)
    assert red > green == 200 > blue
    assert (grey == 200).all()


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_white_stay(level: int) -> None:
    assert (prepared(np.full((3, 5, 3), level, np.uint8)) == level).all()


def test_old_prints_and_compressed_grey_pictures_count_as_grey_and_a_spot_of_colour_does_not() -> None:
    rng = np.random.default_rng(0)
    grey = Image.fromarray(rng.integers(60, 200, (120, 160), np.uint8)).resize((320, 240), Image.Resampling.BICUBIC)
    plain, compressed = np.asarray(grey.convert("RGB")), io.BytesIO()
    grey.convert("RGB").save(compressed, "JPEG", quality=40)
    night = (plain + np.array([10, 0, 14])).astype(np.uint8)
    sepia = ImageOps.colorize(grey, (20, 12, 4), (250, 240, 226))
    for picture in (plain, np.asarray(Image.open(compressed)), night, np.asarray(sepia)):
        assert quality_of(picture).grey
    spotted = plain.copy()
    spotted[:48, :48, 0] = 255
    assert not quality_of(spotted).grey


def test_a_dark_or_grey_middle_does_not_speak_for_a_light_picture_with_colours() -> None:
    wide = np.full((600, 1400, 3), (90, 160, 220), np.uint8)
    wide[:, 400:1000] = 20
    assert prepared(wide) is wide


def test_the_time_of_preparing_is_told() -> None:
    result = FaceFinder(Looking()).find(Frame(np.full((64, 64, 3), 200, np.uint8), ""))
    assert result.timings["prepare"] > 0


@pytest.mark.parametrize("deviation", [4.0, 10.0])
def test_noise_is_measured_where_the_picture_is_smooth(deviation: float) -> None:
    picture = cv2.cvtColor(sample("mariachi.webp"), cv2.COLOR_RGB2GRAY)[:512, :512].astype(np.float32)
    noisy = picture + np.random.default_rng(0).normal(0, deviation, picture.shape).astype(np.float32)
    assert noise_of(noisy) == pytest.approx(deviation, rel=0.15)
    assert noise_of(picture) < 2


def test_blur_in_all_directions_takes_sharpness_and_motion_does_not() -> None:
    picture = cv2.cvtColor(sample("orchestra.webp"), cv2.COLOR_RGB2GRAY).astype(np.float32)
    sharp = sharpness_of(picture)
    soft = [sharpness_of(np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)) for sigma in (1.5, 2.5)]
    moved = sharpness_of(np.asarray(cv2.blur(picture, (9, 1)), np.float32))
    assert soft[1] < soft[0] < 0.475 < moved <= sharp + 0.05


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (17, 17), (1200, 900)])
def test_pictures_of_any_size_are_prepared(shape: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).integers(0, 40, (*shape, 3), np.uint8)
    assert prepared(picture).shape == picture.shape and prepared(picture).dtype == np.uint8


@cache
def patterned() -> RgbImage:
    """Spots of many sizes in many colours."""
    rng = np.random.default_rng(5)
    grains = [rng.random((540 // step, 720 // step, 3), np.float32) for step in (36, 12, 4, 1)]
    layers = [cv2.resize(layer, (720, 540), interpolation=cv2.INTER_CUBIC) for layer in grains]
    whole = np.asarray(sum(weight * layer for weight, layer in zip((0.5, 0.3, 0.17, 0.03), layers, strict=True)))
    return np.asarray(np.clip(40 + 260 * (whole - 0.25), 0, 255), np.uint8)


def noisy(picture: RgbImage) -> RgbImage:
    return np.clip(picture + np.random.default_rng(1).normal(0, 12, picture.shape), 0, 255).astype(np.uint8)


def framed(picture: RgbImage) -> RgbImage:
    """Black to the left and white to the right."""
    made = noisy(picture)
    made[:, :200], made[:, 560:] = 0, 255
    return made


def summary(picture: RgbImage) -> list[float]:
    """Means, deviations and differences of neighbours, by channel."""
    values = picture.astype(np.float64)
    neighbours = np.abs(np.diff(values, axis=1)).mean(axis=(0, 1))
    return [*values.mean(axis=(0, 1)), *values.std(axis=(0, 1)), *neighbours]


@pytest.mark.parametrize(
    ("spoil", "noise", "sharpness", "pinned"),
    [
        (lambda picture: picture, 1.436, 0.46661, [102.55, 104.69, 101.48, 40.33, 39.08, 39.16, 5.35, 5.34, 5.35]),
        (
            lambda picture: (picture * 0.4).astype(np.uint8),
            0.6453,
            0.46816,
            [125.58, 128.22, 124.26, 49.79, 48.24, 48.34, 6.51, 6.51, 6.51],
        ),
        (
            lambda picture: (picture * 0.05).astype(np.uint8),
            0,
            1,
            [37.23, 38.08, 36.80, 16.20, 15.71, 15.75, 2.02, 2.02, 2.02],
        ),
        (noisy, 7.5478, 0.61027, [102.08, 104.22, 100.98, 40.27, 39.01, 39.13, 6.73, 6.74, 6.75]),
        (framed, 7.4348, 0.62998, [107.51, 109.98, 106.86, 93.76, 93.71, 93.74, 3.69, 3.68, 3.70]),
        (
            lambda picture: np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.2), np.uint8),
            0.32228,
            0.33907,
            [102.55, 104.69, 101.49, 38.43, 37.13, 37.21, 2.88, 2.86, 2.86],
        ),
        (
            lambda picture: np.repeat(picture[..., :1], 3, axis=2),
            2.1144,
            0.46375,
            [136.96, 102.55, 76.73, 46.14, 40.72, 37.08, 6.72, 5.99, 5.44],
        ),
        (
            lambda picture: picture[:200, :150],
            0,
            0.45705,
            [106.22, 109.81, 112.27, 41.23, 35.96, 42.52, 6.99, 6.91, 6.97],
        ),
    ],
    ids=["hardly soft", "dark", "nearly black", "noisy", "framed", "soft", "grey", "small"],
)
def test_pictures_are_prepared_as_when_detectors_were_measured(
    spoil: Callable[[RgbImage], RgbImage], noise: float, sharpness: float, pinned: list[float]
) -> None:
    bad = spoil(patterned())
    grey = cv2.cvtColor(bad, cv2.COLOR_RGB2GRAY).astype(np.float32)
    assert [noise_of(grey), sharpness_of(grey)] == pytest.approx([noise, sharpness], rel=2e-3)
    assert summary(prepared(bad)) == pytest.approx(pinned, abs=0.02)
