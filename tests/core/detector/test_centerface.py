"""CenterFace: its decoding by a hand-worked case, and its network on every backend."""

from __future__ import annotations

import numpy as np
import pytest

from tinyface_core.backends.loading import load_centerface
from tinyface_core.backends.onnx_network import OnnxNetwork
from tinyface_core.detector import centerface
from tinyface_core.detector.centerface import CenterFace, NetworkFile
from tinyface_core.detector.pyramid import WHOLE
from tinyface_core.detector.registry import standard_detectors
from tinyface_core.runtime import Runtime
from tinyface_core.search_settings import Effort
from tinyface_core.weights import BUNDLED, WeightsError

FLOAT32, INT8, TORCH = (
    Runtime("cpu", "onnxruntime", "float32"),
    Runtime("cpu", "onnxruntime", "int8"),
    Runtime("cpu", "torch"),
)


class OneFace:
    """Maps with one face, whatever the picture."""

    runtime = Runtime("cpu", "none", "float32")

    def __init__(self, score):
        self.score, self.shapes = score, []

    def __call__(self, picture):
        self.shapes.append(picture.shape)
        rows, columns = picture.shape[2] // 4, picture.shape[3] // 4
        heat, sizes, offsets = (np.zeros((1, count, rows, columns), np.float32) for count in (1, 2, 2))
        heat[0, 0, 5, 7] = self.score
        sizes[0, :, 5, 7] = np.log([4, 2])  # 16 high, 8 wide
        offsets[0, :, 5, 7] = [0.25, -0.5]
        return [heat, sizes, offsets]

    def leave_accelerator(self):
        return False


def test_boxes_follow_from_centre_offset_and_logarithmic_size():
    network = OneFace(0.8)
    (face,) = CenterFace(network).propose(np.zeros((64, 90, 3), np.uint8))
    assert network.shapes == [(1, 3, 64, 96)], "filled up to multiples of 32"
    # Centre (7 - 0.5 + 0.5, 5 + 0.25 + 0.5) * 4 = (28, 23).
    np.testing.assert_allclose(face.box, (24, 15, 32, 31), atol=1e-5)


def test_the_order_of_scores_stays_and_a_certain_face_stays_certain():
    blank = np.zeros((64, 64, 3), np.uint8)
    scores = [CenterFace(OneFace(score)).propose(blank).scores[0] for score in (0.1, 0.4, 0.6, 0.9, 1.0)]
    assert scores == sorted(scores) and scores[-1] > 0.999
    assert len(CenterFace(OneFace(0.04)).propose(blank)) == 0


@pytest.fixture(scope="module")
def orchestra():
    from tinyface_core.bundled import FOLDER
    from tinyface_core.media.images import load_image

    return load_image(FOLDER / "resources" / "samples" / "orchestra.webp").pixels[:640, :640]


@pytest.fixture(scope="module")
def exported(orchestra):
    return load_centerface(FLOAT32).propose(orchestra)


def test_torch_gives_what_onnx_runtime_gives(orchestra, exported):
    detector = load_centerface(TORCH)
    assert detector.runtime == Runtime("cpu", "torch", "float32") and not detector.leave_accelerator()
    found = detector.propose(orchestra)
    assert len(found) == len(exported) > 5
    np.testing.assert_allclose(found.scores, exported.scores, atol=1e-4)
    np.testing.assert_allclose(found.boxes, exported.boxes, atol=0.01)


def test_eight_bits_find_the_same_sure_faces(orchestra, exported):
    found = load_centerface(INT8).propose(orchestra)
    more, fewer = found.take(found.scores >= 0.3), exported.take(exported.scores >= 0.5)
    off = np.abs(more.boxes[:, None] - fewer.boxes[None]).max(axis=2).min(axis=0)
    assert len(fewer) >= 3 and (off < 2).all()


def test_a_precision_without_a_file_is_that_of_floating_point():
    assert standard_detectors().make("centerface", Runtime("cpu", "onnxruntime", "auto")).runtime in (FLOAT32, INT8)


def test_a_changed_file_is_not_loaded(monkeypatch):
    changed = {"float32": NetworkFile("centerface.float32.onnx", "0" * 64)}
    monkeypatch.setattr(centerface, "NETWORKS", changed)
    with pytest.raises(WeightsError, match="not the file that was installed"):
        load_centerface(FLOAT32)


def test_a_layer_of_an_unknown_kind_is_named():
    network = (BUNDLED / "centerface.int8.onnx").read_bytes()
    with pytest.raises(KeyError, match="DequantizeLinear"):
        OnnxNetwork(network)


def test_alone_it_searches_the_picture_as_it_is_and_after_others_enlarged_copies_near_their_candidates():
    assert centerface.PLAN.pyramid(Effort.BALANCED) == centerface.PLAN.pyramid(Effort.BALANCED, 0, 2) == WHOLE
    after = {
        effort: [level.scale for level in centerface.PLAN.pyramid(effort, 1, 2) if level.focus] for effort in Effort
    }
    assert after == {Effort.FAST: [], Effort.BALANCED: [1.9], Effort.THOROUGH: [1.9, 2.8]}
    assert all(level.focus for level in centerface.PLAN.pyramid(Effort.BALANCED, 1, 2)), "small faces alone"
