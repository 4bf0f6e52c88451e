"""What a second look at a video finds, on made clips whose truth is known.

    python -m benchmarks.second_pass [--every 2]

A camera pans, shaking, over a reduced copy of the orchestra, blurred, noisy and compressed by H.264: faces of 10 to 14
pixels. Told are, over the searched frames, the share of faces that a track's box covers by half (intersection over
union), of those that were found and not filled in, the mean overlap of those covered, and boxes that are nobody's.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.made_clips import write_clip
from tinyface_core.boxes import iou_matrix
from tinyface_core.linking import LEAST_SCORE, link
from tinyface_core.media.images import load_image
from tinyface_core.media.video import Video
from tinyface_core.opencv import cv2
from tinyface_core.search.finder import build_finder
from tinyface_core.search.second_pass import look_again
from tinyface_core.search_settings import LEAST_SHOWN
from tinyface_core.stopwatch import Stopwatch
from tinyface_core.types import FindResult, Floats, Origin

ROOT = Path(__file__).resolve().parents[1]
REDUCED, FRAMES, FPS, WIDTH, HEIGHT = 0.6, 40, 12, 400, 320
STRENGTHS = ((4, 26), (8, 30), (12, 34))
"""Deviation of the noise, and H.264's constant rate factor."""


def main() -> None:
    """Print a table: a row before the second look and one after it, for each strength."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=2, help="search every n-th frame")
    every = parser.parse_args().every
    finder, watch = build_finder(), Stopwatch()
    print("| noise, CRF | pass | covered | found there | mean overlap | nobody's | seconds |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for noise, crf in STRENGTHS:
        with tempfile.TemporaryDirectory() as folder:
            truth = make_clip(path := Path(folder) / "clip.mp4", noise, crf)
            with Video(path) as video:
                with watch.measure(f"first {noise}"):
                    found = [finder.find(frame) for frame in video.frames(every)]
                first = link([_kept(result) for result in found], LEAST_SHOWN)
                with watch.measure(f"second {noise}"):
                    second = look_again(first, finder, video.frame)
        for name, results in (("first", first), ("second", second)):
            figures = " | ".join(f"{figure:.3f}" for figure in measured(results, truth))
            print(f"| {noise}, {crf} | {name} | {figures} | {watch.timings[f'{name} {noise}']:.1f} |")


def make_clip(path: Path, noise: float, crf: int) -> list[Floats]:
    """Write a clip; returns the boxes `(N, 4)` of the faces that are wholly in each frame."""
    photo = load_image(ROOT / "resources" / "samples" / "orchestra.webp").pixels
    faces = (
        np.array(json.loads((ROOT / "resources" / "samples" / "orchestra-faces.json").read_text()), np.float64)
        * REDUCED
    )
    small = cv2.resize(photo, None, fx=REDUCED, fy=REDUCED, interpolation=cv2.INTER_AREA)
    chance, truth = np.random.default_rng(0), []
    way = np.linspace((0, 20), (small.shape[1] - WIDTH - 8, small.shape[0] - HEIGHT - 20), FRAMES)
    corners = (way + chance.normal(0, 1.5, way.shape)).clip(0, (small.shape[1] - WIDTH, small.shape[0] - HEIGHT))
    frames = []
    for x, y in corners:
        move = np.array([[1, 0, -x], [0, 1, -y]], np.float64)
        seen = cv2.warpAffine(small, move, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR).astype(np.float64)
        seen += chance.normal(0, noise, seen.shape)
        frames.append(seen.clip(0, 255).astype(np.uint8))
        boxes = faces - np.tile((x, y), 2)
        inside = (boxes[:, :2] >= 0).all(axis=1) & (boxes[:, 2:] <= (WIDTH, HEIGHT)).all(axis=1)
        truth.append(boxes[inside])
    write_clip(path, frames, (WIDTH, HEIGHT), FPS, crf=str(crf))
    return truth


def measured(results: Sequence[FindResult], truth: Sequence[Floats]) -> tuple[float, float, float, float]:
    """Shares of faces covered and found, mean overlap, and boxes a frame that touch no face by a tenth."""
    overlaps, found, false = [], 0, 0
    for result in results:
        boxes = truth[result.index or 0]
        if len(result.faces):
            overlap = iou_matrix(boxes, result.faces.boxes)
            best = overlap.max(axis=1)
            found += int(((best >= 0.5) & (result.faces.origins[overlap.argmax(axis=1)] == Origin.FOUND)).sum())
            whole = (result.faces.boxes[:, :2] > 0).all(axis=1) & (result.faces.boxes[:, 2:] < (WIDTH, HEIGHT)).all(
                axis=1
            )
            false += int(((overlap.max(axis=0) < 0.1) & whole).sum())
        else:
            best = np.zeros(len(boxes))
        overlaps.append(best)
    all_of = np.concatenate(overlaps)
    covered = all_of >= 0.5
    return float(covered.mean()), found / len(all_of), float(all_of[covered].mean()), false / len(results)


def _kept(result: FindResult) -> FindResult:
    return replace(result, faces=result.faces.take(result.faces.scores >= LEAST_SCORE))


if __name__ == "__main__":
    main()
