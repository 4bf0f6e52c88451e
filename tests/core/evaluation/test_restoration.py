"""Restoration of held-out faces: which faces, what is measured on them, and the contact sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.detector.one_by_one import OneByOne
from tinyface_core.evaluation.picture_sets import reduce_crops
from tinyface_core.evaluation.restoration import (
    HeldOutFaces,
    contact_sheet,
    evaluate_upscaler,
    found_faces,
    held_out_faces,
    photo_crops,
    spread_correlation,
)
from tinyface_core.evaluation.similarity import MEASURES, psnr
from tinyface_core.types import Detections, UserError


class Repeat:
    """Enlarges by repeating pixels."""

    name = "repeat"

    def enlarge(self, crops, factor, cancel=None):
        return crops.repeat(factor, axis=1).repeat(factor, axis=2)


def bright_square(image):
    """Proposes the bounding box of what is brighter than 200."""
    y, x = np.nonzero(image[:, :, 0] > 200)
    boxes = [(x.min(), y.min(), x.max() + 1, y.max() + 1)] if len(x) else []
    return Detections.of(boxes, [0.9] * len(boxes))


def noise(seed, shape):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture(autouse=True)
def folder_of_pictures(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def picture_of(pixels, *boxes, ignored=None):
    """A picture in a file, with its faces."""
    ignored = [False] * len(boxes) if ignored is None else ignored
    Image.fromarray(pixels).save("a.png")
    return AnnotatedPicture("a", Path("a.png"), np.array(boxes, np.float32).reshape(-1, 4), np.array(ignored, bool))


def test_only_large_faces_that_are_not_ignored_are_held_out():
    # With its context the first has 64 pixels, the second less.
    boxes = [(0, 0, 46, 40), (100, 100, 145, 145), (10, 10, 110, 110)]
    pixels = noise(3, (200, 200, 3))
    faces = held_out_faces([picture_of(pixels, *boxes, ignored=[False, False, True])])
    assert faces.high.shape == (1, 64, 64, 3) and faces.low.shape == (1, 16, 16, 3)
    with pytest.raises(UserError, match="46 pixels"):
        held_out_faces([picture_of(pixels, (0, 0, 10, 10))])


def test_the_box_of_a_held_out_face_frames_it_in_the_crop():
    pixels = np.zeros((300, 300, 3), np.uint8)
    pixels[100:196, 120:216] = 255
    faces = held_out_faces([picture_of(pixels, (120, 100, 216, 196))])
    # A box of 96 pixels with its context is 134.4 pixels, which become 64.
    np.testing.assert_allclose(faces.boxes[0], [64 / 7, 64 / 7, 64 * 6 / 7, 64 * 6 / 7], atol=1e-4)
    y, x = np.nonzero(faces.high[0, :, :, 0] > 127)
    np.testing.assert_allclose([x.min(), y.min(), x.max() + 1, y.max() + 1], faces.boxes[0], atol=1)


def test_a_limit_draws_the_same_faces_for_the_same_seed():
    pixels = noise(5, (400, 400, 3))
    boxes = [(x, y, x + 70, y + 70) for x in (0, 80, 160, 240) for y in (0, 80, 160)]
    draw = [held_out_faces([picture_of(pixels, *boxes)], limit=4, seed=seed).high for seed in (1, 1, 2)]
    assert len(draw[0]) == 4
    assert (draw[0] == draw[1]).all() and not (draw[0] == draw[2]).all()


def test_reducing_is_pillows_antialiased_bicubic():
    crop = noise(6, (1, 64, 64, 3))
    expected = np.asarray(Image.fromarray(crop[0]).resize((16, 16), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(reduce_crops(crop, 4)[0], expected)


def test_held_out_faces_can_be_reduced_as_photos_show_them():
    pixels = np.asarray(Image.fromarray(noise(9, (20, 20, 3))).resize((200, 200), Image.Resampling.BICUBIC))
    picture = picture_of(pixels, (0, 0, 80, 80), (100, 100, 190, 190))
    plain = held_out_faces([picture])
    first, second = (held_out_faces([picture], reduce=photo_crops) for _ in range(2))
    assert first.low.shape == (2, 16, 16, 3) and first.low.dtype == np.uint8
    np.testing.assert_array_equal(first.high, plain.high)
    np.testing.assert_array_equal(first.low, second.low)
    for ours, reduced in zip(first.low.astype(float), plain.low.astype(float), strict=True):
        assert 1 < np.abs(ours - reduced).mean() < 40


def test_the_detector_finds_what_was_enlarged_well_and_not_what_was_lost():
    crops = np.zeros((2, 64, 64, 3), np.uint8)
    crops[0, 16:48, 16:48] = 255
    crops[1, 0:8, 0:8] = 255
    boxes = np.array([[16.0, 16, 48, 48], [16, 16, 48, 48]])
    assert found_faces(OneByOne("bright", "", bright_square), crops, boxes).tolist() == [1, 0]


def test_a_face_counts_as_found_from_half_a_score_and_half_an_overlap_on():
    crops, boxes = np.zeros((1, 64, 64, 3), np.uint8), np.array([[16.0, 16, 48, 48]])

    def found(score, shift):
        # The frame is 32 pixels wide; a box moved by so many of its 32 pixels.
        box = np.array([[48.0 + shift, 48, 80 + shift, 80]])
        detector = OneByOne("one", "", lambda _: Detections.of(box, [score]))
        return found_faces(detector, crops, boxes).item()

    assert found(0.5, 0) == 1 and found(0.49, 0) == 0
    assert found(0.9, 10) == 1 and found(0.9, 11) == 0  # IoU 22/42 and 21/43


def test_an_upscaler_is_measured_on_every_face_in_batches():
    boxes = [(x, y, x + 50, y + 50) for x in range(0, 300, 50) for y in range(0, 300, 50)]
    faces = held_out_faces([picture_of(noise(7, (300, 300, 3)), *boxes)])
    assert len(faces.low) == 36, "more than go through together"
    measures = [MEASURES["psnr"], MEASURES["ssim"]]
    result, enlarged = evaluate_upscaler(Repeat(), faces, measures, OneByOne("bright", "", bright_square))
    np.testing.assert_array_equal(enlarged, faces.low.repeat(4, axis=1).repeat(4, axis=2))
    assert list(result.figures) == ["psnr", "ssim"]
    figure = result.figures["psnr"]
    assert figure.mean == pytest.approx(psnr(faces.high, enlarged).mean())
    assert figure.interval.low <= figure.mean <= figure.interval.high
    assert result.found is not None and result.milliseconds > 0


def test_the_spread_of_a_guess_is_compared_with_the_size_of_errors_whatever_their_sign():
    strength = np.arange(1, 7, dtype=np.uint8)[:, None, None, None]
    high = np.full((6, 64, 64, 3), 128, np.uint8)
    low = high[:, ::4, ::4] + 10 * strength * (noise(3, (1, 16, 16, 3)) > 127)
    sign = np.where(np.indices((64, 64)).sum(axis=0) % 2, 1, -1)[None, :, :, None]
    for steps, correlation in ((strength, 1), (7 - strength, -1)):
        enlarged = (high + sign * steps.astype(int)).astype(np.uint8)
        assert spread_correlation(Repeat(), HeldOutFaces(high, low, np.zeros((6, 4))), enlarged, 6) == correlation


def test_the_contact_sheet_has_a_column_for_each_upscaler_and_both_ends(tmp_path):
    pixels = noise(8, (200, 200, 3))
    faces = held_out_faces([picture_of(pixels, (0, 0, 80, 80), (100, 100, 190, 190))])
    contact_sheet(tmp_path / "sheet.png", faces, {"repeat": Repeat().enlarge(faces.low, 4)})
    with Image.open(tmp_path / "sheet.png") as sheet:
        pasted = np.asarray(sheet)
    top, left = 18 + 4, 4 + 2 * (64 + 4)
    np.testing.assert_array_equal(pasted[top : top + 64, left : left + 64], faces.high[0])


def test_a_contact_sheet_of_a_single_face_names_its_columns(tmp_path):
    high = np.full((1, 64, 64, 3), 200, np.uint8)
    contact_sheet(tmp_path / "sheet.png", HeldOutFaces(high, high[:, ::4, ::4], np.zeros((1, 4))), {"mine": high})
    with Image.open(tmp_path / "sheet.png") as sheet:
        names = np.asarray(sheet)[:18]
    assert all(names[:, left : left + 20].min() < 128 for left in (4, 72, 140))


def test_a_contact_sheet_spreads_the_faces_over_blocks_side_by_side_under_their_names(tmp_path):
    high = np.stack([np.full((64, 64, 3), 3 * number, np.uint8) for number in range(80)])
    faces = HeldOutFaces(high, high[:, ::4, ::4] + 1, np.zeros((80, 4)))
    contact_sheet(tmp_path / "sheet.png", faces, {"mine": high + 2})
    with Image.open(tmp_path / "sheet.png") as sheet:
        drawn = np.asarray(sheet).astype(int)
    # Three columns of 64 pixels and 4 between, a block's width and twice 4 more from block to block; names above.
    assert drawn.shape == (18 + 4 + 16 * 68, 4 * (4 + 3 * 68 + 8), 3)
    wanted = np.full(drawn.shape, 255)
    for place in range(64):
        for column, more in enumerate((1, 2, 0)):
            left, top = place // 16 * 216 + 4 + column * 68, 18 + 4 + place % 16 * 68
            wanted[top : top + 64, left : left + 64] = 3 * round(place * 79 / 63) + more
            assert drawn[:18, left : left + 20].min() < 128, "its name"
    np.testing.assert_array_equal(drawn[18:], wanted[18:])
