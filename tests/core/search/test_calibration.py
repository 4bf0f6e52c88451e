"""A score means the same in a good photo and in a bad one: small faces there are scored higher, nothing else is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.core.search.test_finder import BrightIsFace, FixedDetector
from tinyface_core.datasets.conditions import CONDITIONS
from tinyface_core.detector.one_by_one import PLAN
from tinyface_core.detector.registry import standard_detectors
from tinyface_core.gan.second_stage import SecondStage
from tinyface_core.media.images import load_image
from tinyface_core.opencv import cv2
from tinyface_core.search.calibration import JUDGED, VOTED, burden, calibrated
from tinyface_core.search.finder import FaceFinder
from tinyface_core.search.quality import Quality, quality_of
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Detections, Floats, Frame, RgbImage

SAMPLES = Path(__file__).resolve().parents[3] / "resources" / "samples"
NO_BOXES = np.zeros((0, 4), np.float32)
BAD = {
    "blur": Quality(abruptness=0.75),
    "noise": Quality(noise=8),
    "compression": Quality(flatness=0.7),
}


@pytest.fixture(scope="module")
def photo() -> RgbImage:
    return load_image(SAMPLES / "orchestra.webp").pixels


def degraded(picture: RgbImage, condition: str, strength: float) -> RgbImage:
    return CONDITIONS[condition].apply(picture, NO_BOXES, strength, np.random.default_rng(0))[0]


def faces_of(*sides: float, score: float = 0.3) -> Detections:
    """Faces with these sides in a row; the second stage has judged all."""
    boxes = [[100 * place, 0, 100 * place + side, side] for place, side in enumerate(sides)]
    return replace(Detections.of(boxes, [score] * len(sides)), refined=np.ones(len(sides), bool))


def odds(scores: Floats) -> Floats:
    values: Floats = np.log(scores / (1 - scores))
    return values


@pytest.mark.parametrize("name", ["orchestra.webp", "astronaut.jpg"])
def test_scores_in_a_good_photo_stay(name: str) -> None:
    quality = quality_of(load_image(SAMPLES / name).pixels)
    assert not burden(quality).any()
    assert (calibrated(faces_of(10, 40, 80), quality, voted=True).scores == 0.3).all()


@pytest.mark.parametrize("reason", BAD)
def test_small_faces_in_a_bad_photo_are_scored_higher_and_large_ones_are_not(reason: str) -> None:
    found = calibrated(faces_of(8, 12, 24, 48, 200), BAD[reason], voted=True).scores
    assert found[0] == found[1] > found[2] > found[3] == found[4] == 0.3
    assert odds(found[2]) - odds(found[3]) == pytest.approx((odds(found[1]) - odds(found[3])) / 2)


def test_the_amounts_of_the_vote_and_of_the_second_stage_are_added() -> None:
    blurred, found = Quality(abruptness=0.75), replace(faces_of(12, 12), refined=np.array([True, False]))
    alone = odds(calibrated(found, blurred, voted=False).scores) - odds(found.scores)
    assert alone == pytest.approx([0.2 * JUDGED[0], 0])
    voted = odds(calibrated(found, blurred, voted=True).scores) - odds(found.scores)
    assert voted == pytest.approx([0.2 * (JUDGED[0] + VOTED[0]), 0.2 * VOTED[0]])


def test_an_unrecognisable_picture_does_not_turn_every_candidate_into_a_face() -> None:
    smooth = Quality(noise=0.1, flatness=1.0, abruptness=0.5)
    assert calibrated(faces_of(12, score=0.005), smooth, voted=True).scores[0] < 0.4


def test_only_searches_that_were_measured_are_calibrated(photo: RgbImage) -> None:
    found, blurred = faces_of(12, 80), Frame(degraded(photo, "motion", 6), "")

    def scores_of(frame: Frame, stage: SecondStage | None, plan_is_calibrated: bool = True) -> Floats:
        """By size."""
        one, other = FixedDetector(found), FixedDetector(found)
        one.plan = replace(PLAN, calibrated=plan_is_calibrated)
        faces = FaceFinder(one, stage, SearchSettings(), [other]).find(frame).faces
        return faces.scores[np.argsort(faces.sizes)]

    as_judged = scores_of(blurred, BrightIsFace(), plan_is_calibrated=False)
    small, large = scores_of(blurred, BrightIsFace()) - as_judged
    assert small > 0 and large == 0
    assert (scores_of(replace(blurred, enlarged=True), BrightIsFace()) == as_judged).all()
    assert scores_of(blurred, None) == pytest.approx([0.3, 0.3])


@pytest.mark.parametrize("stage", [None, BrightIsFace()])
def test_flatness_is_measured_only_where_scores_are_calibrated(
    photo: RgbImage, stage: SecondStage | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = list[tuple[int, ...]]()
    monkeypatch.setattr("tinyface_core.search.quality.flatness_of", lambda grey: measured.append(grey.shape) or 0.0)
    detector = FixedDetector(faces_of(12))
    detector.plan = replace(PLAN, calibrated=True)
    finder = FaceFinder(detector, stage, SearchSettings())
    finder.find(Frame(photo, ""))
    assert len(measured) == (stage is not None)
    finder.find(Frame(photo, "", enlarged=True))
    finder.candidates(Frame(photo, ""))
    assert len(measured) == (stage is not None)


def test_our_detector_is_calibrated_and_those_of_others_are_not() -> None:
    detectors = standard_detectors()
    ours, other = (detectors.make(name, SearchSettings().runtime) for name in ("detector-quick", "centerface"))
    assert ours.plan.calibrated and not other.plan.calibrated


def test_compression_takes_texture_where_there_is_little(photo: RgbImage) -> None:
    pictures = (photo, degraded(photo, "video", 30), degraded(photo, "video", 37))
    assert [quality_of(one).flatness for one in pictures] == pytest.approx([0.58, 0.66, 0.75], abs=0.01)
    assert quality_of(degraded(photo, "noise", 8)).flatness < 0.3
    assert quality_of(photo).flatness == pytest.approx(_by_hand(photo), abs=1e-3)


def _by_hand(picture: RgbImage) -> float:
    """Share of pixels whose second difference is at most 1, block by block, in the middle 512 pixels."""
    left, top = (picture.shape[1] - 512) // 2, (picture.shape[0] - 512) // 2
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[top : top + 512, left : left + 512].astype(int)
    padded = np.pad(grey, 1, mode="reflect")
    along = padded[:, :-2] - 2 * padded[:, 1:-1] + padded[:, 2:]
    second = along[:-2] - 2 * along[1:-1] + along[2:]
    shares = []
    for y in range(0, 512, 16):
        for x in range(0, 512, 16):
            block = grey[y : y + 16, x : x + 16]
            if 12 < block.max() - block.min() <= 40:
                shares.append((abs(second[y : y + 16, x : x + 16]) <= 1).mean())
    return float(np.mean(shares))
