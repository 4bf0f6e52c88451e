"""Likeness of crops against hand-worked values and slow loops written from the definitions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from urllib.error import URLError

import numpy as np
import pytest
import torch
import torchmetrics.functional.image as torchmetrics_image
import torchvision
from scipy.signal import convolve2d

from tinyface_core.detector.growth import detector_network
from tinyface_core.evaluation.similarity import MeasureUnavailableError, dists, face_features, lpips, psnr, ssim, vif
from tinyface_core.own_weights import installed_weights
from tinyface_core.weights import Manifest


def noise(seed, shape):
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def distorted(crops, seed=2, strength=60):
    change = np.random.default_rng(seed).integers(-strength, strength, crops.shape)
    return np.clip(crops.astype(int) + change, 0, 255).astype(np.uint8)


@cache
def random_features(name):
    """The convolutions of a torchvision network with random weights."""
    torch.manual_seed(3)
    if name == "alexnet":
        return torchvision.models.alexnet(weights=None).features.eval()
    widths = torchvision.models.vgg.cfgs["D"]
    return torchvision.models.vgg.make_layers(widths).eval()


@pytest.fixture
def random_backbone(monkeypatch):
    """Random networks in the place of the ImageNet ones, which would be downloaded: stubs of the same shape."""
    alexnet = SimpleNamespace(features=random_features("alexnet"))
    monkeypatch.setattr(torchvision.models, "alexnet", lambda **_: alexnet)
    vgg = SimpleNamespace(features=random_features("vgg16"))
    monkeypatch.setattr("torchmetrics.functional.image.dists.vgg16", lambda **_: vgg)


def slow_ssim(x, y):
    """One window at a time, straight from the definition."""
    offsets = np.arange(11) - 5
    weights = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / 4.5)
    weights /= weights.sum()
    values = []
    for channel in range(3):
        for row in range(x.shape[0] - 10):
            for column in range(x.shape[1] - 10):
                a = x[row : row + 11, column : column + 11, channel].astype(float)
                b = y[row : row + 11, column : column + 11, channel].astype(float)
                ma, mb = (weights * a).sum(), (weights * b).sum()
                va, vb = (weights * (a - ma) ** 2).sum(), (weights * (b - mb) ** 2).sum()
                cab = (weights * (a - ma) * (b - mb)).sum()
                c1, c2 = 2.55**2, 7.65**2
                values.append((2 * ma * mb + c1) * (2 * cab + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2)))
    return np.mean(values)


def test_psnr_of_a_known_error_is_that_worked_by_hand():
    black = np.zeros((2, 4, 4, 3), np.uint8)
    other = black.copy()
    other[0] += 255
    other[1] += 1
    np.testing.assert_allclose(psnr(black, other), [0.0, 20 * np.log10(255)])


def test_equal_crops_have_infinite_psnr_and_ssim_one():
    crops = noise(0, (1, 16, 16, 3))
    assert psnr(crops, crops)[0] == np.inf
    assert ssim(crops, crops)[0] == pytest.approx(1.0)


def test_ssim_equals_window_by_window_loops():
    one = noise(1, (2, 16, 14, 3))
    other = np.clip(one.astype(int) + np.random.default_rng(2).integers(-60, 60, one.shape), 0, 255).astype(np.uint8)
    expected = [slow_ssim(a, b) for a, b in zip(one, other, strict=True)]
    np.testing.assert_allclose(ssim(one, other), expected, atol=1e-10)


def test_crops_of_different_or_too_small_shape_are_refused():
    with pytest.raises(ValueError, match="compared"):
        psnr(noise(0, (1, 8, 8, 3)), noise(0, (1, 4, 4, 3)))
    with pytest.raises(ValueError, match="11 x 11"):
        ssim(noise(0, (1, 8, 8, 3)), noise(0, (1, 8, 8, 3)))


def slow_vif(x, y):
    """Scale by scale and channel by channel, from the definition with its published window sizes."""
    values = []
    for channel in range(3):
        a, b = x[:, :, channel].astype(float), y[:, :, channel].astype(float)
        kept = whole = 0.0
        for scale in range(4):
            side = 2 ** (4 - scale) + 1
            offsets = np.arange(side) - side // 2
            window = np.exp(-(offsets[:, None] ** 2 + offsets[None, :] ** 2) / (2 * (side / 5) ** 2))
            window /= window.sum()

            def mean(values, window=window):
                return convolve2d(values, window, mode="valid")

            if scale:
                a, b = mean(a)[::2, ::2], mean(b)[::2, ::2]
            variance_a, variance_b = mean(a * a) - mean(a) ** 2, mean(b * b) - mean(b) ** 2
            covariance = mean(a * b) - mean(a) * mean(b)
            gain = np.maximum(covariance / variance_a, 0)
            rest = np.where(covariance > 0, variance_b - gain * covariance, variance_b)
            kept += np.log10(1 + gain**2 * variance_a / (np.maximum(rest, 1e-10) + 2)).sum()
            whole += np.log10(1 + variance_a / 2).sum()
        values.append(kept / whole)
    return np.mean(values)


def test_vif_equals_the_slow_definition_and_is_one_for_equal_crops():
    crops = noise(4, (2, 48, 48, 3))
    other = distorted(crops)
    np.testing.assert_allclose(
        vif(crops, other), [slow_vif(a, b) for a, b in zip(crops, other, strict=True)], rtol=2e-3
    )
    np.testing.assert_allclose(vif(crops, crops), 1, atol=1e-4)


def test_lpips_equals_its_definition_on_the_same_backbone(random_backbone):
    crops = noise(5, (2, 64, 64, 3))
    other = distorted(crops)
    features = random_features("alexnet")
    fitted = Path(torchmetrics_image.__file__).parent / "lpips_models" / "alex.pth"
    heads = torch.load(fitted, map_location="cpu", weights_only=True)

    def activations(crop):
        x = torch.from_numpy(crop).permute(2, 0, 1).float()[None] / 127.5 - 1
        shift, scale = torch.tensor([-0.030, -0.088, -0.188]), torch.tensor([0.458, 0.448, 0.450])
        x = (x - shift[None, :, None, None]) / scale[None, :, None, None]
        kept = []
        for number, layer in enumerate(features[:12]):
            x = layer(x)
            if number in (1, 4, 7, 9, 11):
                kept.append((x / (x.square().sum(1, keepdim=True) + 1e-8).sqrt())[0])
        return kept

    expected = []
    with torch.no_grad():
        for a, b in zip(crops, other, strict=True):
            total = 0.0
            for layer, (one, two) in enumerate(zip(activations(a), activations(b), strict=True)):
                weights = heads[f"lin{layer}.model.1.weight"].flatten()
                total += float(((one - two).square().mean(dim=(1, 2)) * weights).sum())
            expected.append(total)
    np.testing.assert_allclose(lpips(crops, other), expected, rtol=1e-4)
    assert lpips(crops, crops).tolist() == [0, 0]


def test_dists_is_zero_for_equal_crops_and_grows_with_the_distortion(random_backbone):
    crops = noise(6, (1, 32, 32, 3))
    assert dists(crops, crops)[0] == pytest.approx(0, abs=1e-5)
    little, much = (dists(crops, distorted(crops, strength=strength))[0] for strength in (10, 120))
    assert 0 < little < much


def test_the_distance_of_face_features_is_that_of_unit_vectors_on_three_strides():
    manifest = installed_weights()
    entry = manifest.default("detector")
    network = detector_network(manifest.tensors(entry), entry.preset).eval()
    crops = noise(9, (2, 64, 64, 3))
    other = distorted(crops)

    def unit(picture):
        pixels = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
        with torch.inference_mode():
            large = torch.nn.functional.interpolate(pixels, scale_factor=2, mode="bicubic").clamp(0, 255)
            maps = network.backbone((large - 127.5) / 58)[:3]
        return [level[0].numpy() / np.linalg.norm(level[0].numpy(), axis=0) for level in maps]

    expected = [
        np.mean([((x - y) ** 2).sum(axis=0).mean() for x, y in zip(unit(a), unit(b), strict=True)])
        for a, b in zip(crops, other, strict=True)
    ]
    np.testing.assert_allclose(face_features(crops, other), expected, rtol=1e-4)
    assert face_features(crops, crops).tolist() == [0, 0]


def test_face_features_need_an_installed_detector(monkeypatch, tmp_path):
    monkeypatch.setattr("tinyface_core.own_weights.installed_weights", lambda: Manifest(tmp_path, ()))
    with pytest.raises(MeasureUnavailableError, match=r"face features .*No detector"):
        face_features(noise(8, (1, 64, 64, 3)), noise(8, (1, 64, 64, 3)))


def test_batches_do_not_change_a_figure(random_backbone):
    crops = noise(7, (66, 64, 64, 3))
    other = distorted(crops)
    np.testing.assert_allclose(lpips(crops, other)[-3:], lpips(crops[-3:], other[-3:]), rtol=1e-4)


def test_without_the_download_the_measure_says_what_it_needs_and_the_output_stays_free_for_the_report(
    monkeypatch, capsys
):
    def offline(*_, **__):
        print("Downloading ...")
        raise URLError("no route to the host")

    monkeypatch.setattr(torchvision.models._api, "load_state_dict_from_url", offline)
    crops = noise(8, (1, 64, 64, 3))
    with pytest.raises(MeasureUnavailableError, match=r"LPIPS .*AlexNet.*no route"):
        lpips(crops, crops)
    with pytest.raises(MeasureUnavailableError, match=r"DISTS .*VGG16.*no route"):
        dists(crops, crops)
    assert capsys.readouterr().out == ""


def test_crops_of_different_shapes_are_refused_by_the_learned_measures_too(random_backbone):
    for measure in (vif, lpips, dists, face_features):
        with pytest.raises(ValueError, match="compared"):
            measure(noise(0, (1, 64, 64, 3)), noise(0, (1, 48, 48, 3)))
