"""One enlargement from several frames against ways to enlarge the best one, on made clips whose truth is known.

    python -m benchmarks.several_frames

Four faces of the sample photos move by parts of a pixel from frame to frame, are reduced to a quarter, made noisy and
compressed by H.264. The sharpest frame is enlarged four times by itself and together with the others. Told are PSNR in
dB, SSIM and the distance of what the detector sees (less is better), means over the faces.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.made_clips import write_clip
from tinyface_core.evaluation.similarity import face_features, psnr, ssim
from tinyface_core.media.images import load_image
from tinyface_core.media.video import Video
from tinyface_core.opencv import cv2
from tinyface_core.sharpness import sharpness
from tinyface_core.types import CropBatch, RgbImage
from tinyface_core.upscalers.registry import load_upscalers
from tinyface_core.upscalers.several_frames import MARGIN, MOST, fuse

SAMPLES = Path(__file__).resolve().parents[1] / "resources" / "samples"
FACES = (
    ("mariachi.webp", 402, 174),
    ("mariachi.webp", 674, 319),
    ("mariachi.webp", 160, 158),
    ("astronaut.jpg", 225, 115),
)
"""Photo and the middle of a face in it."""
FACTOR, SIDE, FRAME = 4, 32, 64
STRENGTHS = ((0, 14), (3, 23), (6, 28))
"""Deviation of the noise, and H.264's constant rate factor."""
METHODS = ("bicubic", "lanczos", "sr-only", "refined")


def main() -> None:
    """Print a table: a row a method and strength."""
    upscalers = load_upscalers(METHODS, "cpu")
    print("| noise, CRF | method | PSNR | SSIM | features |")
    print("| --- | --- | --- | --- | --- |")
    for noise, crf in STRENGTHS:
        truths: list[RgbImage] = []
        made: dict[str, list[RgbImage]] = {name: [] for name in (*METHODS, "several frames")}
        used = []
        for number, (name, x, y) in enumerate(FACES):
            photo = load_image(SAMPLES / name).pixels
            crops, truth = make_crops(photo, (x, y), noise, crf, np.random.default_rng(number))
            truths.append(truth)
            for upscaler in upscalers:
                made[upscaler.name].append(upscaler.enlarge(crops[:1, MARGIN:-MARGIN, MARGIN:-MARGIN], FACTOR)[0])
            fused = fuse(crops, FACTOR)
            made["several frames"].append(fused.pixels)
            used.append(fused.frames)
        for method, pictures in made.items():
            pair = np.stack(truths), np.stack(pictures)
            figures = [measure(*pair).mean() for measure in (psnr, ssim, face_features)]
            title = f"{method} ({min(used)} to {max(used)})" if method == "several frames" else method
            print(f"| {noise}, {crf} | {title} | {figures[0]:.2f} | {figures[1]:.3f} | {figures[2]:.4f} |", flush=True)


def make_crops(
    photo: RgbImage, middle: tuple[int, int], noise: float, crf: int, chance: np.random.Generator
) -> tuple[CropBatch, RgbImage]:
    """Crops of a face, with the margin, from the frames of a clip, the sharpest first; and its own large pixels."""
    # Drift and shake of a hand, in pixels of the photo; the face stays within a pixel and a half of the crop's middle.
    ways = np.cumsum(chance.normal(0, 1.2, (MOST, 2)), axis=0) + chance.normal(0, 1.5, (MOST, 2))
    side = FRAME * FACTOR
    large = []
    for way in ways:
        left, top = np.array(middle) + way - side / 2
        move = np.array([[1, 0, -left], [0, 1, -top]], np.float64)
        large.append(cv2.warpAffine(photo, move, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        small = [cv2.resize(picture, (FRAME, FRAME), interpolation=cv2.INTER_AREA) for picture in large]
        noisy = np.array(small) + chance.normal(0, noise, np.shape(small))
        write_clip(path, noisy.clip(0, 255).round().astype(np.uint8), (FRAME, FRAME), 25, "yuv444p", crf=str(crf))
        with Video(path) as video:
            frames = [frame.pixels for frame in video.frames()]
    edge = (FRAME - SIDE) // 2
    # Crops follow the face, but a box is never wholly right: each is off by up to a pixel.
    offs = np.round(-ways / FACTOR).astype(int) + chance.integers(-1, 2, (MOST, 2))
    low, high = edge - MARGIN, edge + SIDE + MARGIN
    crops = np.stack([f[low + y : high + y, low + x : high + x] for f, (x, y) in zip(frames, offs, strict=True)])
    box = np.array([[edge, edge, edge + SIDE, edge + SIDE]], np.float64)
    best = int(np.argmax([sharpness(frame, box)[0] for frame in frames]))
    order = [best, *(number for number in range(MOST) if number != best)]
    x, y = (edge + offs[best]) * FACTOR
    return crops[order], np.asarray(large[best][y : y + SIDE * FACTOR, x : x + SIDE * FACTOR], np.uint8)


if __name__ == "__main__":
    main()
