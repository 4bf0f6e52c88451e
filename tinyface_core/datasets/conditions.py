"""Degradations of pictures (dark, noisy, out of focus, ...), each with an adjustable strength.

Used as augmentation in training, and by `tinyface evaluate robustness`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinyface_core.affine import Matrix, moved_boxes, rotation, showing_all, warped
from tinyface_core.opencv import cv2
from tinyface_core.types import RgbImage

Boxes = NDArray[np.float32]
"""Those of a picture's faces, `(N, 4)` xyxy in pixels."""

Wear = Callable[[RgbImage, float, np.random.Generator], RgbImage]
"""Returns a picture of the same shape, degraded with a strength."""

Degrade = Callable[[RgbImage, Boxes, float, np.random.Generator], tuple[RgbImage, Boxes]]
"""As `Wear`, with boxes that stay on their faces."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A degradation, with its title and the unit of its strength in tables."""

    title: str
    unit: str
    strengths: tuple[float, float, float]
    """The measured ones: mild, medium and strong."""
    apply: Degrade


def worn(wear: Wear) -> Degrade:
    """A degradation of pixel values, which leaves faces where they are."""
    return lambda picture, boxes, strength, rng: (wear(picture, strength, rng), boxes)


def moved(linear: Callable[[float], Matrix]) -> Degrade:
    """A geometric one by a linear map `(2, 2)`; the result shows the whole picture, with grey outside it."""

    def apply(picture: RgbImage, boxes: Boxes, strength: float, rng: np.random.Generator) -> tuple[RgbImage, Boxes]:
        affine, size = showing_all(linear(strength), (picture.shape[1], picture.shape[0]))
        return warped(picture, affine, size), moved_boxes(boxes, affine)

    return apply


def squeezing(width: float) -> Matrix:
    """Linear map `(2, 2)` that multiplies the width by `width`."""
    return np.diag([width, 1.0])


def grey(picture: RgbImage, share: float, rng: np.random.Generator | None = None) -> RgbImage:
    """Remove a `share` in [0, 1] of the colour; with 1 the picture is grey."""
    plain = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.addWeighted(picture, 1 - share, plain, share, 0), np.uint8)


def noise(picture: RgbImage, deviation: float, rng: np.random.Generator) -> RgbImage:
    """Independent Gaussian noise; standard deviation in grey levels."""
    return _rounded(picture + np.float32(deviation) * rng.standard_normal(picture.shape, np.float32))


def dark(picture: RgbImage, stops: float, rng: np.random.Generator) -> RgbImage:
    """Reduce the light by `stops` (each halves it), with photon noise: full white has 2,000 photons."""
    light = (picture.astype(np.float32) / 255) ** np.float32(2.2)
    photons = light * np.float32(2000 / 2**stops)
    photons += np.sqrt(photons) * rng.standard_normal(picture.shape, np.float32)
    return _rounded(255 * (photons / 2000).clip(0) ** np.float32(1 / 2.2))


def out_of_focus(picture: RgbImage, deviation: float, rng: np.random.Generator | None = None) -> RgbImage:
    """Gaussian blur; standard deviation in pixels."""
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), deviation), np.uint8)


def motion(picture: RgbImage, length: float, rng: np.random.Generator) -> RgbImage:
    """Blur along a straight line of `length` pixels in a random direction."""
    side = 2 * math.ceil(length / 2) + 1
    angle, centre = rng.uniform(0, math.pi), side // 2
    steps = np.linspace(-length / 2, length / 2, 8 * side)
    kernel = np.zeros((side, side))
    np.add.at(kernel, tuple(np.rint(centre + steps * f(angle)).astype(int) for f in (math.sin, math.cos)), 1)
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)


def jpeg(picture: RgbImage, quality: float, rng: np.random.Generator | None = None) -> RgbImage:
    """Compress and decompress as JPEG; quality from 1 to 100."""
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, round(quality)])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])


def video(picture: RgbImage, crf: float, rng: np.random.Generator | None = None) -> RgbImage:
    """Compress and decompress as a key frame in H.264; the constant rate factor is from 0 to 51 (worst)."""
    import av

    height, width = picture.shape[:2]
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": str(round(crf)), "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = even.shape[1], even.shape[0], "yuv420p"
        for packet in (*stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")), *stream.encode()):
            container.mux(packet)
    file.seek(0)
    with av.open(file, "r") as written:
        shown = next(written.decode(video=0)).to_ndarray(format="rgb24")
    return np.ascontiguousarray(shown[:height, :width])


CONDITIONS = {
    "grey": Condition("Without colour", "share of the colour taken away", (0.5, 0.8, 1.0), worn(grey)),
    "dark": Condition("Low light", "stops", (1.5, 3.0, 4.5), worn(dark)),
    "noise": Condition("Sensor noise", "standard deviation in grey levels", (8, 16, 32), worn(noise)),
    "focus": Condition("Out of focus", "standard deviation in pixels", (0.8, 1.5, 2.5), worn(out_of_focus)),
    "motion": Condition("Motion blur", "pixels", (3, 6, 12), worn(motion)),
    "jpeg": Condition("JPEG", "quality", (50, 30, 15), worn(jpeg)),
    "video": Condition("H.264 video", "constant rate factor", (30, 37, 44), worn(video)),
    "tilt": Condition("Tilted", "degrees", (15, 30, 45), moved(rotation)),
    "turn": Condition("Turned", "degrees", (90, 180, 270), moved(rotation)),
    "squeeze": Condition("Squeezed", "share of the width", (0.85, 0.69, 0.5), moved(squeezing)),
}


def _rounded(values: NDArray[np.float32]) -> RgbImage:
    return np.asarray(np.rint(values.clip(0, 255)), np.uint8)
