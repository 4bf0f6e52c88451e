"""Clips whose truth is known, made from annotated pictures: a camera that pans, zooms and shakes over a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tinyface_core.boxes import coverage_matrix
from tinyface_core.datasets.annotations import AnnotatedPicture
from tinyface_core.media.images import load_image
from tinyface_core.opencv import cv2
from tinyface_core.types import Floats, RgbImage

_SMALLEST = 6.0
"""Faces of a shorter side in pixels are neither to be covered nor not to be."""

_VISIBLE = 0.5
"""Faces of which less can be seen are ignored likewise."""

_BLURRED_BY = 3
"""Pictures that are mixed in one frame, over half of its time: motion blur."""


@dataclass(frozen=True, slots=True)
class Motion:
    """How a clip is made.

    Attributes:
        fps: frames a second.
        crf: of H.264.
        pan, zoom, shake: pixels a second; factor a second; pixels that a frame lies off, as a deviation.
        posts: opaque things that pass before the picture.
        walkers: faces of other pictures that walk through.
        cut: whether another picture follows in the middle.
    """

    fps: int
    crf: int
    pan: float
    zoom: float
    shake: float
    posts: int
    walkers: int
    cut: bool


@dataclass(frozen=True, slots=True)
class FrameTruth:
    """Faces of a frame: boxes `(N, 4)` with numbers of people `(N,)`, and boxes `(M, 4)` that do not count."""

    boxes: Floats
    people: NDArray[np.int64]
    ignored: Floats


@dataclass(frozen=True, slots=True)
class MadeClip:
    """A video file and the truth of each of its frames."""

    path: Path
    motion: Motion
    width: int
    height: int
    frames: tuple[FrameTruth, ...]


def motions(count: int, chance: np.random.Generator) -> Iterator[Motion]:
    """So many ways to make a clip, each kind as often as the others."""
    for number in range(count):
        yield Motion(
            fps=(12, 25, 30, 60)[number % 4],
            crf=(20, 28, 36)[number % 3],
            pan=float(chance.choice([15, 40, 120])),
            zoom=float(chance.choice([0.85, 1, 1.2])),
            shake=float(chance.choice([0, 0.7, 2.5])),
            posts=int(chance.integers(0, 3)),
            walkers=int(chance.integers(0, 4)),
            cut=bool(number % 5 == 4),
        )


def make_clip(
    path: Path,
    pictures: Sequence[AnnotatedPicture],
    motion: Motion,
    size: tuple[int, int],
    seconds: float,
    chance: np.random.Generator,
) -> MadeClip:
    """Write a clip; `pictures` are the one it shows, one behind a cut, and one whose faces walk through."""
    width, height = size
    count = round(motion.fps * seconds)
    scenes = [_Scene(pictures[0], pictures[2], motion, size, 0, chance)]
    if motion.cut:
        scenes.append(_Scene(pictures[1], pictures[2], motion, size, 10_000, chance))
    truth = []

    def frames() -> Iterator[RgbImage]:
        for number in range(count):
            pixels, faces = scenes[number * len(scenes) // count].frame(number / motion.fps)
            truth.append(faces)
            yield pixels

    # Without `cpu-independent` the encoder's approximations differ from run to run, even in one thread.
    exact = {"threads": "1", "x264-params": "cpu-independent=1"}
    write_clip(path, frames(), size, motion.fps, crf=str(motion.crf), preset="veryfast", **exact)
    return MadeClip(path, motion, width, height, tuple(truth))


def write_clip(
    path: Path,
    frames: Iterable[RgbImage],
    size: tuple[int, int],
    fps: int,
    pixel_format: str = "yuv420p",
    **options: str,
) -> None:
    """Write frames of this width and height in H.264 with options of its encoder."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options=options)
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


class _Scene:
    """One picture under a camera."""

    def __init__(
        self,
        picture: AnnotatedPicture,
        others: AnnotatedPicture,
        motion: Motion,
        size: tuple[int, int],
        first: int,
        chance: np.random.Generator,
    ) -> None:
        self._pixels, self._motion, self._size, self._chance = load_image(picture.path).pixels, motion, size, chance
        self._boxes, self._unsure = picture.boxes.astype(np.float64), picture.ignored
        self._people = first + np.arange(len(self._boxes))
        # Begins near the faces, or little would be seen.
        middle = np.median((self._boxes[:, :2] + self._boxes[:, 2:]) / 2, axis=0)
        angle = chance.uniform(0, 2 * np.pi)
        self._start, self._way = middle, motion.pan * np.array([np.cos(angle), np.sin(angle) / 3])
        self._things = [_post(self._pixels, chance) for _ in range(motion.posts)]
        self._things += _walkers(self._pixels, others, motion.walkers, chance)

    def frame(self, seconds: float) -> tuple[RgbImage, FrameTruth]:
        jolt = self._chance.normal(0, self._motion.shake, (2, 2))
        shutter = 0.5 / self._motion.fps
        mixed = np.zeros((self._size[1], self._size[0], 3), np.float32)
        for share in (np.arange(_BLURRED_BY) + 0.5) / _BLURRED_BY - 0.5:
            at = seconds + share * shutter
            canvas = self._pixels.copy()
            for thing in self._things:
                thing.paste(canvas, at)
            mixed += cv2.warpAffine(
                canvas, self._camera(at, jolt[0] + jolt[1] * share / 4), self._size, flags=cv2.INTER_LINEAR
            )
        camera = self._camera(seconds, jolt[0])
        return np.asarray(mixed / _BLURRED_BY, np.uint8), self._truth(seconds, camera)

    def _camera(self, seconds: float, jolt: Floats) -> Floats:
        scale = self._motion.zoom**seconds
        height, width = self._pixels.shape[:2]
        room = np.array(self._size) / 2 / scale
        middle = np.clip(self._start + self._way * seconds, room, np.maximum([width, height] - room, room))
        shift = np.array(self._size) / 2 - middle * scale + jolt
        return np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])

    def _truth(self, seconds: float, camera: Floats) -> FrameTruth:
        walkers = [thing for thing in self._things if thing.face is not None]
        boxes = np.concatenate([self._boxes, *(thing.face_at(seconds)[None] for thing in walkers)])
        people = np.concatenate([self._people, 5_000 + self._people[:1].repeat(len(walkers)) + np.arange(len(walkers))])
        hidden = np.zeros(len(boxes))
        for place, thing in enumerate(self._things):
            hides = coverage_matrix(boxes, thing.box_at(seconds)[None])[:, 0]
            for other, walker in enumerate(walkers):  # of two things the later one lies on top
                if self._things.index(walker) >= place:
                    hides[len(self._boxes) + other] = 0
            hidden = np.maximum(hidden, hides)
        shown = boxes * camera[0, 0] + np.tile(camera[:, 2], 2)
        frame = np.array([[0, 0, *self._size]], np.float64)
        seen = coverage_matrix(shown, frame)[:, 0]
        sides = (shown[:, 2:] - shown[:, :2]).min(axis=1)
        unsure = np.concatenate([self._unsure, np.zeros(len(walkers), bool)])
        counts = (seen * (1 - hidden) >= _VISIBLE) & (seen >= _VISIBLE) & (sides >= _SMALLEST) & ~unsure
        clipped = np.clip(shown, 0, np.tile(self._size, 2))
        return FrameTruth(clipped[counts], people[counts], clipped[~counts & (seen > 0)])


@dataclass(frozen=True, slots=True, eq=False)
class _Thing:
    """Something that moves over a picture: `pixels` laid on it by `opacity`; `face` is a box in it."""

    pixels: RgbImage
    opacity: NDArray[np.float32]
    start: Floats
    speed: Floats
    solid: Floats
    face: Floats | None = None

    def corner(self, seconds: float) -> Floats:
        return np.asarray(self.start + self.speed * seconds)

    def box_at(self, seconds: float) -> Floats:
        """What it hides, xyxy."""
        return self.solid + np.tile(self.corner(seconds), 2)

    def face_at(self, seconds: float) -> Floats:
        assert self.face is not None
        return self.face + np.tile(self.corner(seconds), 2)

    def paste(self, canvas: RgbImage, seconds: float) -> None:
        corner = self.corner(seconds)
        whole = np.floor(corner).astype(int)
        shift = np.array([[1, 0, corner[0] - whole[0]], [0, 1, corner[1] - whole[1]]])
        size = (self.pixels.shape[1] + 1, self.pixels.shape[0] + 1)
        pixels = cv2.warpAffine(self.pixels, shift, size, borderMode=cv2.BORDER_REPLICATE)
        opacity = cv2.warpAffine(self.opacity, shift, size)
        x1, y1 = np.maximum(whole, 0)
        x2, y2 = np.minimum(whole + size, [canvas.shape[1], canvas.shape[0]])
        if x1 >= x2 or y1 >= y2:
            return
        part = slice(y1 - whole[1], y2 - whole[1]), slice(x1 - whole[0], x2 - whole[0])
        share = opacity[part][..., None]
        canvas[y1:y2, x1:x2] = canvas[y1:y2, x1:x2] * (1 - share) + pixels[part] * share


def _post(pixels: RgbImage, chance: np.random.Generator) -> _Thing:
    height, width = pixels.shape[:2]
    size = np.array([chance.uniform(15, 60), chance.uniform(60, 200)]).astype(int)
    colour = pixels[chance.integers(height), chance.integers(width)].astype(np.float64)
    made = np.clip(colour + chance.normal(0, 8, (size[1], size[0], 3)), 0, 255).astype(np.uint8)
    start = np.array([chance.uniform(0, width), chance.uniform(0, height - 60)])
    speed = np.array([chance.choice([-1, 1]) * chance.uniform(30, 150), 0])
    return _Thing(made, np.ones(made.shape[:2], np.float32), start, speed, np.array([0, 0, *size], np.float64))


def _walkers(pixels: RgbImage, others: AnnotatedPicture, count: int, chance: np.random.Generator) -> Iterator[_Thing]:
    """Faces of another picture, with what lies round them, cut out softly."""
    source = load_image(others.path).pixels
    sides = (others.boxes[:, 2:] - others.boxes[:, :2]).max(axis=1)
    height, width = pixels.shape[:2]
    for row in chance.permutation(np.flatnonzero((sides >= 16) & ~others.ignored))[:count]:
        x1, y1, x2, y2 = others.boxes[row].astype(np.float64)
        reach = 0.6 * sides[row]
        left, top = max(int(x1 - reach), 0), max(int(y1 - reach), 0)
        region = source[top : int(y2 + reach), left : int(x2 + reach)]
        scale = chance.uniform(10, 40) / sides[row]
        cut = np.asarray(cv2.resize(region, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
        h, w = cut.shape[:2]
        away = np.hypot(*np.meshgrid(np.linspace(-1, 1, w), np.linspace(-1, 1, h)))
        opacity = np.clip((1 - away) / 0.15, 0, 1).astype(np.float32)
        face = (np.array([x1, y1, x2, y2]) - [left, top, left, top]) * scale
        # At half of the way of the whole clip it is somewhere in the middle of the picture.
        middle = np.array([chance.uniform(0.3, 0.7) * width, chance.uniform(0.3, 0.7) * height])
        speed = np.array([chance.choice([-1, 1]) * chance.uniform(20, 90), chance.uniform(-15, 15)])
        solid = np.array([0.15 * w, 0.15 * h, 0.85 * w, 0.85 * h])
        yield _Thing(cut, opacity, middle - speed, speed, solid, face)
