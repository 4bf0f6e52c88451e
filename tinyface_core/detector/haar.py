"""The Haar cascade of Viola and Jones (CVPR 2001) as included in OpenCV, in `opencv-contrib-python` since version 5."""

from __future__ import annotations

import hashlib

import numpy as np

from tinyface_core.detector.one_by_one import OneByOne
from tinyface_core.detector.peers import package_file
from tinyface_core.runtime import Runtime
from tinyface_core.types import Detections, RgbImage

_PYRAMID_STEP, _LEAST_NEIGHBOURS = 1.1, 3


def load_haar() -> OneByOne:
    """The detector; a cascade has no probabilities, so the score is the margin of the last stage, mapped to [0, 1].

    Raises:
        ModuleNotFoundError: if the installed OpenCV has no cascades.
    """
    from tinyface_core.opencv import cv2

    file = package_file("cv2/data/haarcascade_frontalface_default.xml")
    if file is None or not hasattr(cv2, "CascadeClassifier"):
        raise ModuleNotFoundError("OpenCV has its cascades in opencv-contrib-python: install it for opencv-python.")
    cascade = cv2.CascadeClassifier(str(file))

    def search(image: RgbImage) -> Detections:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
        boxes, _, margins = cascade.detectMultiScale3(
            grey, scaleFactor=_PYRAMID_STEP, minNeighbors=_LEAST_NEIGHBOURS, outputRejectLevels=True
        )
        rows = np.asarray(boxes, np.float64).reshape(-1, 4)
        scores = 1 / (1 + np.exp(-np.asarray(margins, np.float64).reshape(-1) / 4))
        return Detections.of(np.column_stack([rows[:, :2], rows[:, :2] + rows[:, 2:]]), scores)

    return OneByOne("haar", hashlib.sha256(file.read_bytes()).hexdigest(), search, runtime=Runtime("cpu", "opencv"))
