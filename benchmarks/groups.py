"""How well features of faces sort them, by size of face; and what it takes to group many.

    python -m benchmarks.groups --images VAL --ground-truth LISTS

No set of photos of known people may be had here. So two views are made of each large face of annotated photos, each as
a camera might have recorded it small: reduced to a side of 12, 24 or 48 pixels, moved by parts of a pixel, turned by up
to 10 degrees, in half of the cases mirrored, blurred, lighter or darker, noisy, compressed, and in a box that is off
by up to 8 % of its side. "Again" is no more than that. "Elsewhere" also has another light from one side, another tint,
the face up to a fifth narrower, and another picture behind it, as a person has in another photo. Real photos of one
person differ by more: expression, pose, hair and years. Read the figures as what is possible at most.

For each embedder and for 16 x 16 grey pixels it prints the area under the ROC curve of likeness (1: every pair of views
of a face is more alike than every pair of different faces; 0.5: chance), the share of faces whose nearest other view
is their own, at the embedder's own threshold the share of true pairs, and how many of 1,000 false ones pass it.
"""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from tinyface_core.boxes import square_rois
from tinyface_core.datasets.annotations import existing
from tinyface_core.datasets.wider import read_wider
from tinyface_core.groups.clustering import alike
from tinyface_core.groups.registry import Embedder, standard_embedders
from tinyface_core.groups.vectors import unit
from tinyface_core.media.images import load_image
from tinyface_core.opencv import cv2
from tinyface_core.rois import cut_rois
from tinyface_core.types import CropBatch, RgbImage

SIDES = 12, 24, 48
LEAST, MOST_OF_PICTURE = 96, 4
"""Side in pixels of the faces that views are made of, and how many of one picture are taken."""


class Face(NamedTuple):
    """A large face: the pixels round it, and its box there."""

    pixels: RgbImage
    box: NDArray[np.float64]


class GreyPixels:
    """What needs no network: an `Embedder` of 16 x 16 grey pixels without their mean."""

    name, digest, side, context, least = "16 x 16 grey pixels", "", 16, 0.0, 0.7

    def embed(self, crops: CropBatch) -> NDArray[np.float32]:
        """See `Embedder`."""
        grey = crops.mean(axis=3, dtype=np.float32)
        return unit(grey - grey.mean(axis=(1, 2), keepdims=True))


def main(
    images: Annotated[Path, typer.Option(help="Folder of WIDER FACE pictures.")],
    ground_truth: Annotated[Path, typer.Option(help="The official .mat file of their split.")],
    faces: Annotated[int, typer.Option(help="At most so many.", min=2)] = 200,
    many: Annotated[int, typer.Option(help="Made faces to group, for seconds and memory; 0 for none.")] = 50_000,
) -> None:
    """Print a table of the embedders, then what it takes to group many faces."""
    found = large_faces(images, ground_truth, faces)
    embedders: list[Embedder] = [
        GreyPixels(),
        *(standard_embedders().make(name) for name in standard_embedders().names()),
    ]
    print(f"{len(found)} faces\n")
    print("| views | side | compared by | ROC area | nearest is own | true pairs | false pairs of 1,000 |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: |")
    for title, make in {"again": view, "elsewhere": elsewhere}.items():
        for side in SIDES:
            rng = np.random.default_rng(side)
            first, second = ([make(face, found, side, rng) for face in found] for _ in range(2))
            for embedder in embedders:
                area, nearest, true, false = judged(
                    features(embedder, first), features(embedder, second), embedder.least
                )
                row = f"{area:.3f} | {nearest:.0%} | {true:.0%} | {1000 * false:.1f}"
                print(f"| {title} | {side} | {embedder.name} | {row} |", flush=True)
    if many:
        time_grouping(many)


def large_faces(images: Path, ground_truth: Path, most: int) -> list[Face]:
    """Faces of pictures in an order of chance, the same each time."""
    pictures = existing(read_wider(images, ground_truth))[0]
    faces: list[Face] = []
    for number in np.random.default_rng(0).permutation(len(pictures)):
        picture = pictures[number]
        sides = (picture.boxes[:, 2:] - picture.boxes[:, :2]).max(axis=1)
        boxes = picture.boxes[(sides >= LEAST) & ~picture.ignored][:MOST_OF_PICTURE]
        pixels = load_image(picture.path).pixels if len(boxes) else None
        for x1, y1, x2, y2 in boxes.tolist():
            assert pixels is not None
            reach = 1.6 * max(x2 - x1, y2 - y1)
            left, top = max(0, int((x1 + x2) / 2 - reach)), max(0, int((y1 + y2) / 2 - reach))
            around = pixels[top : int((y1 + y2) / 2 + reach), left : int((x1 + x2) / 2 + reach)]
            faces.append(Face(around.copy(), np.array([x1 - left, y1 - top, x2 - left, y2 - top])))
        if len(faces) >= most:
            break
    return faces[:most]


def view(face: Face, _faces: Sequence[Face], side: int, rng: np.random.Generator) -> Face:
    """The face small, in a picture of four times its side."""
    (x1, y1, x2, y2), pixels = face.box, face.pixels
    scale = side / max(x2 - x1, y2 - y1) * rng.uniform(0.92, 1.08)
    out, turn = max(64, side * 4), np.deg2rad(rng.uniform(-10, 10))
    place = out / 2 + rng.uniform(-0.5, 0.5, 2)
    way = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    way[0] *= rng.choice([-1, 1])
    way = np.column_stack([way, place - way @ [(x1 + x2) / 2, (y1 + y2) / 2]])
    if scale < 0.9:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 0.45 / scale), np.uint8)
    seen = cv2.warpAffine(pixels, way, (out, out), borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    small = np.asarray(cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.05, 0.8)), np.float64)
    small = 255 * (small / 255).clip(0, 1) ** rng.uniform(0.75, 1.33) * rng.uniform(0.8, 1.15)
    small += rng.normal(0, rng.uniform(0, 6), small.shape)
    file = io.BytesIO()
    Image.fromarray(small.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=int(rng.integers(60, 95)))
    half = np.array([x2 - x1, y2 - y1]) * scale / 2
    box = np.concatenate([place - half, place + half]) + rng.uniform(-0.08, 0.08, 4) * side
    return Face(np.asarray(Image.open(file)), box)


def elsewhere(face: Face, faces: Sequence[Face], side: int, rng: np.random.Generator) -> Face:
    """The same under other light, narrower, before what is round another face."""
    (x1, y1, x2, y2), (height, width) = face.box, face.pixels.shape[:2]
    behind = cv2.resize(faces[int(rng.integers(len(faces)))].pixels, (width, height), interpolation=cv2.INTER_AREA)
    y, x = np.mgrid[0:height, 0:width]
    across, down = (x - (x1 + x2) / 2) / (x2 - x1), (y - (y1 + y2) / 2) / (y2 - y1)
    inside = ((1.15 - (across / 0.56) ** 2 - (down / 0.56) ** 2) / 0.3).clip(0, 1)[..., None]
    from_where = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(-0.4, 0.4) * (np.cos(from_where) * across + np.sin(from_where) * down)[..., None]
    made = face.pixels * light * rng.uniform(0.9, 1.1, 3) * inside + behind * (1 - inside)
    narrow = max(8, int(width * rng.uniform(0.8, 1)))
    pixels = cv2.resize(made.clip(0, 255).astype(np.uint8), (narrow, height), interpolation=cv2.INTER_AREA)
    box = face.box * [narrow / width, 1, narrow / width, 1]
    return view(Face(pixels, box), faces, side, rng)


def features(embedder: Embedder, views: Sequence[Face]) -> NDArray[np.float32]:
    """Of each view, `(N, D)`, by a few crops at a time, as a project is looked at."""
    crops = np.concatenate(
        [cut_rois(v.pixels, square_rois(v.box[None], embedder.context), embedder.side) for v in views]
    )
    return np.concatenate([embedder.embed(crops[first : first + 32]) for first in range(0, len(crops), 32)])


def judged(first: NDArray[np.float32], second: NDArray[np.float32], least: float) -> tuple[float, float, float, float]:
    """ROC area, share whose nearest is its own, shares of true and of false pairs that are at least so much alike."""
    from scipy.stats import rankdata

    likeness = first @ second.T
    own = np.eye(len(likeness), dtype=bool)
    true, false = likeness[own], likeness[~own]
    ranks = rankdata(np.concatenate([true, false]))[: len(true)]
    area = (ranks.sum() - len(true) * (len(true) + 1) / 2) / (len(true) * len(false))
    nearest = (likeness.argmax(axis=1) == np.arange(len(likeness))).mean()
    return float(area), float(nearest), float((true >= least).mean()), float((false >= least).mean())


def time_grouping(count: int, sides: int = 128) -> None:
    """Group made features: ten of each kind, and as many that are like nothing else."""
    rng = np.random.default_rng(0)
    kinds = rng.normal(size=(count // 20, sides)).astype(np.float32).repeat(10, axis=0)
    alone = rng.normal(size=(count - len(kinds), sides)).astype(np.float32)
    vectors = unit(np.concatenate([kinds + 0.4 * rng.normal(size=kinds.shape).astype(np.float32), alone]))
    before, start, busy = _peak(), time.perf_counter(), time.process_time()
    labels = alike(vectors, 0.6)
    seconds, used = time.perf_counter() - start, time.process_time() - busy
    sizes = np.bincount(labels)
    print(
        f"\n{count:,} made faces: {int((sizes == 10).sum()):,} of {count // 20:,} groups of ten found, "
        f"{seconds:.0f} s, {used:.0f} s of processor time, {_peak() - before:.0f} MB more memory"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    typer.run(main)
