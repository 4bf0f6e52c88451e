"""Degradations of pictures (dark, noisy, out of focus, ...), each with an adjustable strength.

Used as augmentation in training, and by `tinyface evaluate robustness`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tinyface_core.opencv import cv2
from tinyface_core.types import RgbImage

OUTSIDE = 127
"""Grey level of what a turned picture does not cover."""

Wear = Callable[[RgbImage, float, np.random.Generator], RgbImage]
Matrix = NDArray[np.float64]


class Condition(Protocol):
    """One of them."""

    @property
    def title(self) -> str:
        """For tables."""

    @property
    def unit(self) -> str:
        """Of the strength."""

    @property
    def strengths(self) -> tuple[float, float, float]:
        """Mild, middle and strong, as they are measured."""

    def apply(
        self, picture: RgbImage, boxes: NDArray[np.float32], strength: float, rng: np.random.Generator
    ) -> tuple[RgbImage, NDArray[np.float32]]:
        """The picture under the condition, and where its faces `(N, 4)` xyxy in pixels lie then."""


@dataclass(frozen=True, slots=True)
class Worn:
    """A condition that leaves faces where they are; see `Condition`. `wear` gives a picture of the same shape."""

    title: str
    unit: str
    strengths: tuple[float, float, float]
    wear: Wear

    def apply(
        self, picture: RgbImage, boxes: NDArray[np.float32], strength: float, rng: np.random.Generator
    ) -> tuple[RgbImage, NDArray[np.float32]]:
        """See `Condition`."""
        return self.wear(picture, strength, rng), boxes


@dataclass(frozen=True, slots=True)
class Turned:
    """A condition that moves every place; see `Condition`. `linear` gives the map `(2, 2)` for a strength."""

    title: str
    unit: str
    strengths: tuple[float, float, float]
    linear: Callable[[float], Matrix]

    def apply(
        self, picture: RgbImage, boxes: NDArray[np.float32], strength: float, rng: np.random.Generator
    ) -> tuple[RgbImage, NDArray[np.float32]]:
        """See `Condition`; the whole picture stays in sight, with grey where it is not."""
        linear, size = self.linear(strength), (picture.shape[1], picture.shape[0])
        width, height = (math.ceil(side - 1e-6) for side in np.abs(linear) @ size)
        affine = centred(linear, size, (width, height))
        return warped(picture, affine, (width, height)), moved_boxes(boxes, affine)


def rotation(degrees: float) -> Matrix:
    """Linear map `(2, 2)` that turns a picture to the left, as one looks at it (y points down)."""
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def squeezing(width: float) -> Matrix:
    """Linear map `(2, 2)` to a share of the width."""
    return np.diag([width, 1.0])


def grey(picture: RgbImage, share: float, rng: np.random.Generator | None = None) -> RgbImage:
    """`share` in [0, 1] of the colour taken away; with 1 the three channels are equal."""
    plain = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.addWeighted(picture, 1 - share, plain, share, 0), np.uint8)


def noise(picture: RgbImage, deviation: float, rng: np.random.Generator) -> RgbImage:
    """Gaussian noise of a sensor, independent for each value; standard deviation in grey levels."""
    return _rounded(picture + np.float32(deviation) * rng.standard_normal(picture.shape, np.float32))


def dark(picture: RgbImage, stops: float, rng: np.random.Generator) -> RgbImage:
    """Light taken away by `stops` (each halves it), with the noise of few photons, 2,000 of them in full white."""
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
    """As a JPEG file of a quality from 1 to 100 gives it back."""
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, round(quality)])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])


def video(picture: RgbImage, crf: float, rng: np.random.Generator | None = None) -> RgbImage:
    """As the key frame of a video in H.264 gives it back; the constant rate factor goes from 0 to 51, the worst."""
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


CONDITIONS: dict[str, Condition] = {
    "grey": Worn("Without colour", "share of the colour taken away", (0.5, 0.8, 1.0), grey),
    "dark": Worn("Low light", "stops", (1.5, 3.0, 4.5), dark),
    "noise": Worn("Sensor noise", "standard deviation in grey levels", (8, 16, 32), noise),
    "focus": Worn("Out of focus", "standard deviation in pixels", (0.8, 1.5, 2.5), out_of_focus),
    "motion": Worn("Motion blur", "pixels", (3, 6, 12), motion),
    "jpeg": Worn("JPEG", "quality", (50, 30, 15), jpeg),
    "video": Worn("H.264 video", "constant rate factor", (30, 37, 44), video),
    "tilt": Turned("Tilted", "degrees", (15, 30, 45), rotation),
    "turn": Turned("Turned", "degrees", (90, 180, 270), rotation),
    "squeeze": Turned("Squeezed", "share of the width", (0.85, 0.69, 0.5), squeezing),
}


def centred(linear: Matrix, size: tuple[int, int], result: tuple[int, int]) -> Matrix:
    """Affine map `(2, 3)` of edges, in pixels, by which the centre of a picture becomes that of the result.

    Args:
        linear: `(2, 2)`.
        size: width and height of the picture in pixels.
        result: width and height of the result in pixels.
    """
    offset = np.array(result) / 2 - linear @ (np.array(size) / 2)
    return np.column_stack([linear, offset])


def warped(picture: RgbImage, affine: Matrix, size: tuple[int, int]) -> RgbImage:
    """A picture under an affine map `(2, 3)` of edges in pixels; `size` is width and height of the result."""
    # OpenCV counts from the centres of the pixels.
    shift = affine[:, :2] @ np.array([0.5, 0.5]) - 0.5
    of_centres = np.column_stack([affine[:, :2], affine[:, 2] + shift])
    return np.asarray(
        cv2.warpAffine(picture, of_centres, size, flags=cv2.INTER_CUBIC, borderValue=(OUTSIDE,) * 3), np.uint8
    )


def moved_boxes(boxes: NDArray[Any], affine: Matrix) -> NDArray[np.float32]:
    """Boxes `(N, 4)` xyxy round what an affine map `(2, 3)` makes of the ellipses that fill the boxes.

    A face is nearer to an ellipse than to a rectangle, whose corners would make turned boxes too large.
    """
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2 @ affine[:, :2].T + affine[:, 2]
    half = np.sqrt(((boxes[:, 2:] - boxes[:, :2]) / 2) ** 2 @ (affine[:, :2] ** 2).T)
    return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)


def _rounded(values: NDArray[np.float32]) -> RgbImage:
    return np.asarray(np.rint(values.clip(0, 255)), np.uint8)
