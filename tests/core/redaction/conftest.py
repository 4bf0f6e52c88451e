"""A clip with sound, and results in it whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tinyface_core.types import Detections, FindResult

STAMPS = (0, 40, 100, 120, 200, 240, 330, 360, 400, 480, 520, 600)
"""Milliseconds at which the frames are shown."""

WIDTH, HEIGHT = 96, 64


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """Makes a video of noise at uneven times with sound and metadata."""

    def make(
        name: str = "clip.mp4", codec: str = "libx264", pixels: str = "yuv420p", full: bool = False, slow: int = 1
    ) -> Path:
        noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
        with av.open(str(tmp_path / name), "w") as container:
            container.metadata["title"] = "At home"
            stream = container.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixels
            stream.codec_context.time_base = Fraction(1, 1000)
            stream.codec_context.color_range = 2 if full else 1
            stream.options = {"crf": "10"} if codec == "libx264" else {"x265-params": "log-level=error:crf=10"}
            stream.set_display_rotation(90)
            sound = container.add_stream("aac", rate=8000)
            for stamp in STAMPS:
                frame = av.VideoFrame.from_ndarray(noise, "rgb24")
                frame.pts, frame.time_base = stamp * slow, Fraction(1, 1000)
                container.mux(stream.encode(frame))
            samples = av.AudioFrame.from_ndarray(np.zeros((1, 4096 * slow), np.float32), "fltp", "mono")
            samples.sample_rate, samples.pts = 8000, 0
            container.mux(sound.encode(samples))
            container.mux(stream.encode())
            container.mux(sound.encode())
        return tmp_path / name

    return make


def found(source: Path, boxes: dict[int, tuple[float, float, float, float]]) -> list[FindResult]:
    """Results of all frames of a clip: one track, of score 0.9, in those frames that `boxes` names."""
    results = []
    for index, stamp in enumerate(STAMPS):
        here = [boxes[index]] if index in boxes else []
        faces = Detections.of(here, [0.9] * len(here))
        faces = replace(faces, tracks=np.zeros(len(here), np.int64))
        results.append(FindResult(str(source), HEIGHT, WIDTH, faces, 1, 0, index=index, seconds=stamp / 1000))
    return results
