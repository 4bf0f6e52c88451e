"""Videos give every frame, in order or by number or by time, exactly."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tinyface_core.media.images import MediaError
from tinyface_core.media.video import Video
from tinyface_core.types import Cancelled

COUNT = 40


def picture(number: int) -> NDArray[np.uint8]:
    """A frame `(48, 64, 3)` that tells its number: the grey of its lower half; red at the top left."""
    pixels = np.full((48, 64, 3), 20 + number * 5, np.uint8)
    pixels[:24] = 128
    pixels[:24, :32] = (220, 30, 30)
    return pixels


def number_of(pixels: NDArray[np.uint8]) -> int:
    """What `picture` was given, read from an upright frame."""
    return round((float(pixels[30:46].mean()) - 20) / 5)


def write(
    path: Path,
    codec: str = "libx264",
    stamps: Sequence[int] | None = None,
    rotation: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """A video of `COUNT` frames at 10 a second, key frames every 12, B-frames where the codec has them."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.gop_size = 12
        stream.codec_context.bit_rate = 4_000_000
        stream.codec_context.time_base = Fraction(1, 1000 if stamps else 10)
        stream.options = {"qp": "5", "bf": "3"} if codec == "libx264" else {}
        stream.options = {**stream.options, **(options or {})}
        if rotation:
            stream.set_display_rotation(rotation)
        for number in range(COUNT):
            frame = av.VideoFrame.from_ndarray(picture(number), format="rgb24")
            frame.pts = stamps[number] if stamps else number
            frame.time_base = stream.codec_context.time_base
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """H.264 with B-frames in MP4."""
    return write(tmp_path_factory.mktemp("video") / "clip.mp4")


def test_the_test_clip_really_has_b_frames(clip: Path) -> None:
    with av.open(str(clip)) as container:
        stamps = [packet.pts for packet in container.demux(video=0) if packet.size]
    assert stamps != sorted(stamps)


def test_the_header_is_told(clip: Path) -> None:
    with Video(clip) as video:
        assert (video.width, video.height) == (64, 48)
        assert video.fps == pytest.approx(10)
        assert video.duration == pytest.approx(4.0)
        assert video.frame_estimate == COUNT
        assert video.count_frames() == COUNT


def test_all_frames_come_in_the_order_of_showing(clip: Path) -> None:
    with Video(clip) as video:
        frames = list(video.frames())
    assert [number_of(frame.pixels) for frame in frames] == list(range(COUNT))
    assert [frame.index for frame in frames] == list(range(COUNT))
    assert [frame.seconds for frame in frames] == pytest.approx([n / 10 for n in range(COUNT)])
    assert frames[3].source == str(clip)
    assert frames[3].pixels.shape == (48, 64, 3)
    np.testing.assert_allclose(frames[3].pixels[10, 10].astype(int), (220, 30, 30), atol=12)


def test_every_seventh_frame(clip: Path) -> None:
    with Video(clip) as video:
        frames = list(video.frames(every=7))
    assert [frame.index for frame in frames] == [0, 7, 14, 21, 28, 35]
    assert [number_of(frame.pixels) for frame in frames] == [0, 7, 14, 21, 28, 35]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("a.mkv", "libx264"),
        ("a.ts", "libx264"),
        ("a.avi", "mpeg4"),
        ("a.avi", "libx264"),
        ("a.mov", "mjpeg"),
        ("a.webm", "libvpx"),
        ("a.mpg", "mpeg2video"),
    ],
)
def test_any_frame_is_found_exactly_in_any_order(tmp_path: Path, name: str, codec: str) -> None:
    path = write(tmp_path / name, codec)
    order = np.random.default_rng(3).permutation(COUNT).tolist()
    with Video(path) as video:
        assert video.count_frames() == COUNT
        found = [video.frame(number) for number in [*order, 0, 1, 2, 11, 12, 13, 39, 38]]
    assert [number_of(frame.pixels) for frame in found] == [*order, 0, 1, 2, 11, 12, 13, 39, 38]
    assert [frame.index for frame in found][:5] == order[:5]


def test_random_access_gives_the_same_pixels_as_reading_in_order(clip: Path) -> None:
    with Video(clip) as video:
        for frame in video.frames(every=5):
            assert frame.index is not None
            again = video.frame(frame.index)
            np.testing.assert_array_equal(again.pixels, frame.pixels)
            assert again.seconds == frame.seconds


def test_variable_frame_rate_is_followed(tmp_path: Path) -> None:
    gaps = [40, 40, 500, 20, 100] * 8
    stamps = [sum(gaps[:i]) for i in range(COUNT)]
    path = write(tmp_path / "variable.mkv", stamps=stamps)
    with Video(path) as video:
        for number in (0, 2, 3, 17, 33, 39):
            seconds = stamps[number] / 1000
            frame = video.frame(number)
            assert number_of(frame.pixels) == number and frame.seconds == pytest.approx(seconds, abs=1e-3)


@pytest.mark.parametrize(("rotation", "corner"), [(90, "bottom left"), (180, "bottom right"), (-90, "top right")])
def test_the_display_matrix_is_honoured(tmp_path: Path, rotation: int, corner: str) -> None:
    """The red quarter lies at the top left of the stored frames; turning moves it by hand-worked rules."""
    path = write(tmp_path / "turned.mp4", rotation=rotation)
    with Video(path) as video:
        frame = video.frame(5)
        assert (video.width, video.height) == (frame.width, frame.height)
    assert frame.width == (64 if rotation == 180 else 48)
    quarters = {
        "top left": frame.pixels[4, 4],
        "top right": frame.pixels[4, -5],
        "bottom left": frame.pixels[-5, 4],
        "bottom right": frame.pixels[-5, -5],
    }
    redness = {name: int(pixel[0]) - int(pixel[1]) for name, pixel in quarters.items()}
    assert max(redness, key=lambda name: redness[name]) == corner


def test_a_number_beyond_the_end_is_refused(clip: Path) -> None:
    with Video(clip) as video, pytest.raises(MediaError, match="frames 0 to 39, not 40"):
        video.frame(40)


def test_cancelling_stops_between_frames(clip: Path) -> None:
    stop = threading.Event()
    seen = []
    with Video(clip) as video, pytest.raises(Cancelled):
        for frame in video.frames(cancel=stop):
            seen.append(frame.index)
            if frame.index == 4:
                stop.set()
    assert seen[:5] == [0, 1, 2, 3, 4]
    assert len(seen) < COUNT


def test_a_video_cut_short_gives_what_is_left(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.ts")
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    with Video(cut) as video:
        numbers = [number_of(frame.pixels) for frame in video.frames()]
    assert 10 < len(numbers) < COUNT
    assert numbers[:10] == list(range(10))


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder", "cut", "sound"])
def test_what_is_no_video_says_so_in_one_sentence(tmp_path: Path, clip: Path, kind: str) -> None:
    path = tmp_path / "x.mp4"
    if kind == "empty":
        path.touch()
    elif kind == "text":
        path.write_text("no video here, only words " * 20)
    elif kind == "folder":
        path.mkdir()
    elif kind == "cut":  # MP4 keeps its directory at the end.
        path.write_bytes(clip.read_bytes()[:1000])
    elif kind == "sound":
        with av.open(str(path), "w") as container:
            stream = container.add_stream("aac", rate=8000)
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.sample_rate = 8000
            container.mux(stream.encode(frame))
            container.mux(stream.encode())
    with pytest.raises(MediaError) as caught:
        Video(path)
    sentence = str(caught.value)
    wanted = {
        "missing": "does not exist",
        "empty": "is empty",
        "folder": "is a folder",
        "sound": "only sound",
    }
    assert wanted.get(kind, "is not a video that can be read") in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")
