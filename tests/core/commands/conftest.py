"""A photo and a video for the commands."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tinyface_core.types import RgbImage


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (120, 160, 3), dtype=np.uint8)).save(path)
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Nine frames of 96 x 64, each lighter than the one before."""
    return _video(tmp_path / "clip.mp4", 10, [np.full((64, 96, 3), 20 * shade, np.uint8) for shade in range(9)])


@pytest.fixture
def still(tmp_path: Path) -> Path:
    """Nine frames of 96 x 64 with the same noise, 25 a second."""
    return _video(tmp_path / "still.mp4", 25, [np.random.default_rng(0).integers(0, 255, (64, 96, 3), np.uint8)] * 9)


def _video(path: Path, fps: int, frames: list[RgbImage]) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=fps)
        stream.width, stream.height = 96, 64
        for pixels in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode())
    return path
