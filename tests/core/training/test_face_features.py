"""CenterFace's features for the perceptual loss."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F

from tinyface_core.bundled import FOLDER
from tinyface_core.crop_tensors import to_unit
from tinyface_core.detector.centerface import network_file
from tinyface_core.gan.perception import feature_distance
from tinyface_core.media.images import load_image
from tinyface_core.onnx_runtime import OnnxSession
from tinyface_core.training.face_features import _LAYERS, FaceFeatures


@pytest.fixture(scope="module")
def picture() -> torch.Tensor:
    return to_unit(load_image(FOLDER / "resources" / "samples" / "orchestra.webp").pixels[None, :64, :64])


def test_features_are_those_of_the_published_network_on_strides_2_to_16(picture: torch.Tensor) -> None:
    model = onnx.load_from_string(network_file("float32"))
    for name in _LAYERS:
        model.graph.output.append(onnx.ValueInfoProto(name=name))
    expected = OnnxSession(model.SerializeToString())({"pictures": (picture * 255).numpy()}, list(_LAYERS))
    features = FaceFeatures().features(picture)
    assert [64 // level.shape[2] for level in features] == [2, 2, 4, 4, 8, 8, 8, 16, 16]
    for level, values in zip(features, expected, strict=True):
        assert (level >= 0).all() and (level > 0).any()
        np.testing.assert_allclose(level, values, rtol=1e-3, atol=1e-3)


def test_a_picture_that_follows_the_gradient_comes_nearer(picture: torch.Tensor) -> None:
    network = FaceFeatures()
    wanted = network.features(picture)
    blurred = F.avg_pool2d(picture, 5, 1, 2).requires_grad_()
    before = feature_distance(network.features(blurred), wanted).sum()
    (gradient,) = torch.autograd.grad(before, blurred)
    with torch.no_grad():
        nearer = blurred - 0.3 * gradient / gradient.norm()
        after = feature_distance(network.features(nearer), wanted).sum()
    assert 0 < after < 0.98 * before
    assert feature_distance(wanted, wanted).sum() == 0
