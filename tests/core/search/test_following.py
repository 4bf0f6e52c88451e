"""Between searched frames faces are followed by their pixels, where interpolation would lie beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from tinyface_core.opencv import cv2
from tinyface_core.search.following import followed
from tinyface_core.types import Box, Detections, FindResult, Floats, Frame, Origin

SIDE, EVERY = 14.0, 4
WIDTH, HEIGHT = 160, 96


def made(middles: Sequence[tuple[float, float] | None], cuts: Sequence[int] = ()) -> Iterator[Frame]:
    """A patch of noise that lies at these places before other noise, as soft as in photos."""
    scenes = [_noise(seed, WIDTH, HEIGHT) for seed in range(1 + len(cuts))]
    patch = _noise(9, 18, 18)
    for number, middle in enumerate(middles):
        pixels = scenes[sum(number >= cut for cut in cuts)].copy()
        if middle is not None:
            shift = np.array([[1, 0, middle[0] - 8.5], [0, 1, middle[1] - 8.5]])
            laid = cv2.warpAffine(patch, shift, (WIDTH, HEIGHT))
            there = cv2.warpAffine(np.ones((18, 18), np.float32), shift, (WIDTH, HEIGHT))[..., None]
            pixels = np.asarray(pixels * (1 - there) + laid * there, np.uint8)
        yield Frame(pixels, "v.mp4", number, number / 25, cut=number in cuts)


def _noise(seed: int, width: int, height: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
    noise = np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 1.2).astype(np.float64)
    return np.asarray(np.clip((soft - 127) * 2.5 + 127, 0, 255), np.uint8)


def box_at(middle: tuple[float, float]) -> Box:
    x, y = middle
    return x - SIDE / 2, y - SIDE / 2, x + SIDE / 2, y + SIDE / 2


def searched(boxes: dict[int, Box]) -> list[FindResult]:
    """Every fourth of these frames, in which one track is seen where `boxes` has it."""
    results = []
    for number in range(0, 9, EVERY):
        faces = Detections.of([boxes[number]] if number in boxes else [], [0.8] if number in boxes else [])
        faces = replace(faces, tracks=np.full(len(faces), 7))
        results.append(FindResult("v.mp4", WIDTH, HEIGHT, faces, 1, 0, index=number, seconds=number / 25))
    return results


def middles_of(results: Iterable[FindResult]) -> dict[int, Floats]:
    return {
        result.index or 0: (result.faces.boxes[0, :2] + result.faces.boxes[0, 2:]) / 2
        for result in results
        if len(result.faces)
    }


WAY = [(40 + n + 5 * np.sin(n * np.pi / 4), 40 + 2 * np.sin(n * np.pi / 4)) for n in range(9)]
"""Between searched frames it goes far from the straight line."""


def test_a_face_is_followed_where_it_does_not_go_straight() -> None:
    results = list(followed(searched({n: box_at(WAY[n]) for n in (0, 4, 8)}), made(WAY)))
    assert [result.index for result in results] == list(range(9))
    middles = middles_of(results)
    off = max(np.linalg.norm(middles[n] - WAY[n]) for n in range(9))
    straight = max(np.linalg.norm((np.array(WAY[0]) * (4 - n) + np.array(WAY[4]) * n) / 4 - WAY[n]) for n in range(5))
    assert off < 1.0 < 4.0 < straight
    assert all(result.faces.tracks.tolist() == [7] for result in results)
    origins = [result.faces[0].origin for result in results]
    assert origins == [Origin.FOUND if n % EVERY == 0 else Origin.FILLED for n in range(9)]


@pytest.mark.parametrize("seen", [0, 8])
def test_a_face_that_only_one_searched_frame_has_is_followed_from_there(seen: int) -> None:
    middles = middles_of(followed(searched({seen: box_at(WAY[seen])}), made(WAY)))
    assert sorted(middles) == ([0, 1, 2, 3] if seen == 0 else [5, 6, 7, 8])
    assert max(np.linalg.norm(middles[n] - WAY[n]) for n in middles) < 1.0


def test_a_face_that_is_hidden_between_is_filled_in_by_time() -> None:
    way = [(40 + 5.0 * n, 40.0) for n in range(9)]
    hidden = [None if n in (1, 2, 3) else middle for n, middle in enumerate(way)]
    middles = middles_of(followed(searched({0: box_at(way[0]), 4: box_at(way[4])}), made(hidden)))
    assert middles[2] == pytest.approx(way[2])


def test_nothing_is_followed_over_a_cut() -> None:
    way = [(40.0, 40.0)] * 9
    middles = middles_of(followed(searched({0: box_at(way[0])}), made([*way[:2], *[None] * 7], cuts=(2,))))
    assert sorted(middles) == [0, 1]


def test_nothing_is_followed_into_frames_of_another_size() -> None:
    """Streams that were joined have such."""
    way = [(40.0, 40.0)] * 9
    frames = [replace(one, pixels=one.pixels[: HEIGHT if one.index in (0, 1) else 80]) for one in made(way)]
    results = list(followed(searched({0: box_at(way[0])}), frames))
    assert sorted(middles_of(results)) == [0, 1]
    assert [result.height for result in results[1:4]] == [HEIGHT, 80, 80]


def test_frames_are_held_without_their_colours() -> None:
    alive, held = [], []

    def watched() -> Iterator[Frame]:
        for frame in made(WAY):
            alive.append(ref(frame.pixels))
            yield frame
            del frame
            held.append(sum(pixels() is not None for pixels in alive))

    list(followed(searched({0: box_at(WAY[0])}), watched()))
    assert max(held) == 1


@pytest.mark.parametrize("count", [10, 11])
def test_frames_behind_the_last_searched_one_are_there_too(count: int) -> None:
    way = [(40.0 + n, 40.0) for n in range(count)]
    results = list(followed(searched({8: box_at(way[8])}), made(way)))
    assert [result.index for result in results] == list(range(count))
    assert middles_of(results)[count - 1] == pytest.approx(way[-1], abs=0.5)
    between = [result for result in results if result.index not in (0, 4, 8)]
    assert all((one.candidates, one.refined, one.remarks) == (0, 0, ()) for one in between)
    assert [one.seconds for one in results] == [number / 25 for number in range(count)]


@pytest.mark.parametrize(("off", "meets"), [(0.0, True), (0.4, True), (0.6, False), (-0.4, True), (-0.6, False)])
def test_both_ways_count_where_they_meet_and_time_alone_where_they_do_not(off: float, meets: bool) -> None:
    found = (WAY[4][0], WAY[4][1] + off * SIDE)
    middles = middles_of(followed(searched({0: box_at(WAY[0]), 4: box_at(found)}), made(WAY)))
    by_time = np.array(WAY[0]) / 2 + np.array(found) / 2
    by_pixels = np.array([WAY[2][0], WAY[2][1] + off * SIDE / 2])
    assert np.linalg.norm(middles[2] - (by_pixels if meets else by_time)) < (1.2 if meets else 1e-6)


def nearer(number: int) -> Frame:
    """A frame of a film in which everything comes nearer, towards (80, 48)."""
    scale = 1.04**number
    about = np.array([[scale, 0, 80 * (1 - scale)], [0, scale, 48 * (1 - scale)]])
    laid = cv2.warpAffine(_noise(4, WIDTH, HEIGHT), about, (WIDTH, HEIGHT))
    return Frame(np.asarray(laid, np.uint8), "v.mp4", number, number / 25)


def boxes_of(box: Box) -> list[list[float]]:
    """Where a face of the first frame of that film is in this one and the next three."""
    results = list(followed(searched({0: box}), map(nearer, range(9))))
    return [result.faces.boxes[0].tolist() for result in results[:4]]


@pytest.mark.parametrize(("side", "grows"), [(40.0, True), (26.0, True), (20.0, False)])
def test_a_face_that_comes_nearer_grows_if_it_has_pixels_enough_to_tell(side: float, grows: bool) -> None:
    half = side / 2
    boxes = np.array(boxes_of((80 - half, 48 - half, 80 + half, 48 + half)))
    wanted = [side * (1.04**number if grows else 1) for number in range(4)]
    assert (boxes[:, 2] - boxes[:, 0]).tolist() == pytest.approx(wanted, rel=0.01)
    assert (boxes[3, :2] + boxes[3, 2:]).tolist() == pytest.approx([160, 96], abs=1.4)


@pytest.mark.parametrize(
    ("box", "pinned"),
    [
        ((60.0, 30.0, 74.0, 46.0), [58.25, 28.74, 72.25, 44.74]),
        ((60.0, 30.0, 92.0, 66.0), [57.27, 27.59, 93.5, 68.35]),
        ((40.0, 20.0, 96.0, 76.0), [35.1, 16.56, 97.95, 79.4]),
    ],
)
def test_faces_are_followed_as_when_it_was_measured(box: Box, pinned: list[float]) -> None:
    assert boxes_of(box)[3] == pytest.approx(pinned, abs=0.02)


@pytest.mark.parametrize(
    "way",
    [
        [(7.0 - 3 * n, 40.0) for n in range(9)],
        [(150.0 + 4 * n, 40.0) for n in range(9)],
        [(40.0, 89.0 + 3 * n) for n in range(9)],
        [(130.0, 7.0 - 3 * n) for n in range(9)],
    ],
    ids=["left", "right", "below", "above"],
)
def test_a_face_is_followed_until_its_middle_leaves_the_picture(way: list[tuple[float, float]]) -> None:
    assert sorted(middles_of(followed(searched({0: box_at(way[0])}), made(way)))) == [0, 1, 2]
