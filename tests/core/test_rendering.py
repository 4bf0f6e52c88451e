"""Drawing hides no face, and sheets hold what they compare."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import ImageDraw

from tinyface_core.rendering import annotated_picture, comparison_sheet, score_text
from tinyface_core.score_colours import score_colour
from tinyface_core.types import Detections, Face, FindResult, Frame, Origin
from tinyface_core.upscalers.enlargement import CropSet, Enlargement

GREY = Frame(np.full((200, 300, 3), 128, np.uint8), "crowd.png")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that are drawn."""
    texts: list[str] = []
    draw = ImageDraw.ImageDraw.text
    monkeypatch.setattr(
        ImageDraw.ImageDraw, "text", lambda self, xy, text, **how: (texts.append(text), draw(self, xy, text, **how))
    )
    return texts


def test_no_pixel_inside_a_face_is_touched_not_even_by_labels() -> None:
    rng = np.random.default_rng(1)
    # A dense grid of tiny faces: hardly any room for labels.
    faces = [Face((x, y, x + 6, y + 7), float(rng.random()), 0.5) for x in range(5, 290, 14) for y in range(5, 190, 14)]
    drawn = annotated_picture(GREY, faces)
    for face in faces:
        x1, y1, x2, y2 = map(int, face.box)
        assert (drawn[y1:y2, x1:x2] == 128).all()
        assert tuple(drawn[y1 - 1, x1]) == score_colour(face.score)


def test_a_lone_face_gets_a_label() -> None:
    face = Face((100, 100, 108, 110), 0.77, 0.7)
    with_label = annotated_picture(GREY, [face])
    without = annotated_picture(GREY, [face], labels=False)
    assert (with_label != without).any()


def test_a_face_that_was_drawn_by_hand_is_labelled_so() -> None:
    drawn = Face((100, 100, 108, 110), 1.0, 1.0, origin=Origin.DRAWN)
    assert score_text(drawn) == "drawn" and score_text(replace(drawn, score=0.8, detector_score=0.7)) == "0.80"
    found = annotated_picture(GREY, [replace(drawn, origin=Origin.FOUND)])
    assert (annotated_picture(GREY, [drawn]) != found).any()


def test_the_frame_itself_stays_as_it_was_and_outside_boxes_do_no_harm() -> None:
    annotated_picture(GREY, [Face((-50, -50, -40, -40), 0.5, 0.5), Face((5, 5, 5, 9), 0.5, 0.5)])
    assert (GREY.pixels == 128).all()


def test_certainty_grows_lighter_all_the_way() -> None:
    weights = np.array([0.2126, 0.7152, 0.0722])
    lightness = [float(weights @ score_colour(score)) for score in np.linspace(0, 1, 21)]
    assert lightness == sorted(lightness)
    assert score_colour(-3) == score_colour(0)
    assert score_colour(7) == score_colour(1)


def _crops(x: float, side: float, colour: tuple[int, int, int]) -> CropSet:
    picture = np.full((64, 64, 3), colour, np.uint8)
    half = side * 0.7
    roi = (x - half, 100 - half, x + half, 100 + half)
    return CropSet(
        roi, picture[:10, :10], (Enlargement("bilinear", picture, 1.0), Enlargement("refined", picture, 2.0))
    )


def test_a_sheet_shows_every_crop_smallest_face_first() -> None:
    sets = [_crops(60, 30, (200, 10, 10)), _crops(200, 8, (10, 10, 200))]
    faces = tuple(Face((x - s / 2, 100 - s / 2, x + s / 2, 100 + s / 2), 0.5, 0.5) for x, s in ((60, 30), (200, 8)))
    result = FindResult("crowd.png", 300, 200, Detections.of_faces(faces), 2, 2)
    sheet = comparison_sheet(GREY, result, sets)
    red, blue = (sheet == (200, 10, 10)).all(axis=2), (sheet == (10, 10, 200)).all(axis=2)
    # Three pictures a face, less the corner with the milliseconds.
    assert 3 * 192 * 192 * 0.9 < red.sum() <= 3 * 192 * 192
    assert 3 * 192 * 192 * 0.9 < blue.sum() <= 3 * 192 * 192
    assert np.nonzero(blue)[0].max() < np.nonzero(red)[0].min()
    given = comparison_sheet(GREY, result, sets, order="given")
    assert (
        np.nonzero((given == (200, 10, 10)).all(axis=2))[0].max()
        < np.nonzero((given == (10, 10, 200)).all(axis=2))[0].min()
    )
    assert comparison_sheet(GREY, result, sets, limit=1).shape[0] == sheet.shape[0] - 192 - 14


def test_a_sheet_of_nothing_says_so() -> None:
    with pytest.raises(ValueError, match="no crops to compare"):
        comparison_sheet(GREY, FindResult("x", 300, 200, Detections.of([], []), 0, 0), [])


def test_a_sheet_of_boxes_tells_their_size_the_time_in_seconds_and_how_far_it_is_guessed(
    written: list[str],
) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    made = (Enlargement("refined", picture, 11713.8), Enlargement("guessed", picture, 90.0, guessed=4.42))
    found = FindResult("x", 300, 200, Detections.of([], []), 0, 0)
    comparison_sheet(GREY, found, [CropSet((0, 0, 35, 35), picture, made)], boxes=[(5, 5, 25, 30)])
    assert {"25 px", "11.7 s", "\u00b1 4.4 of 255 levels"} <= set(written) and "90.0 ms" not in written


def test_the_head_of_a_sheet_names_the_generator_that_made_its_pictures(written: list[str]) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    made = (Enlargement("bilinear", picture, 1.0), Enlargement("refined", picture, 2.0, weights="shown-desktop"))
    comparison_sheet(
        GREY, FindResult("x", 300, 200, Detections.of([], []), 0, 0), [CropSet((0, 0, 9, 9), picture, made)]
    )
    assert written.count("Enlarged by shown-desktop") == 1


def test_the_head_of_a_sheet_names_all_detectors_that_searched(written: list[str]) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    weights = {"detector": "detector-desktop 01ab + centerface 23cd", "gan": "gan-desktop 45ef"}
    found = FindResult("x", 300, 200, Detections.of([], []), 0, 0, weights=weights)
    comparison_sheet(GREY, found, [CropSet((0, 0, 9, 9), picture, (Enlargement("bilinear", picture, 1.0),))])
    assert {"Found by detector-desktop + centerface", "Judged by gan-desktop"} <= set(written)
