"""Damaged videos give frames or one sentence, and numbers mean the same frames in whatever way they are asked for."""

from __future__ import annotations

import gc
import random
from pathlib import Path

import av
import numpy as np
import pytest

from tests.core.test_video import COUNT, packets, write
from tinyface_core.media.opening import MediaError
from tinyface_core.media.video import Video
from tinyface_core.media.video_writer import suffix_for
from tinyface_core.memory import memory_megabytes

CHANGES = 8


def changed(data: bytes, kind: str, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    if kind == "cut":
        return data[:place]
    if kind == "zeros":
        return data[:place] + bytes(200) + data[place + 200 :]
    if kind == "repeated":
        return data[:place] + data[place // 2 : place // 2 + 3000] + data[place:]
    flipped = bytearray(data)
    for _ in range(20):
        flipped[chance.randrange(len(data) if kind == "flips" else min(600, len(data)))] = chance.randrange(256)
    return bytes(flipped)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("a.mkv", "libx264"),
        ("a.ts", "libx264"),
        ("a.h264", "libx264"),
        ("a.avi", "mpeg4"),
        ("a.avi", "mjpeg"),
        ("a.mpg", "mpeg2video"),
        ("a.mkv", "libvpx"),
    ],
)
def test_a_damaged_video_gives_frames_or_one_sentence(tmp_path: Path, name: str, codec: str) -> None:
    chance = random.Random(name + codec)
    path = write(tmp_path / name, codec)
    whole = path.read_bytes()
    read = 0
    for turn in range(CHANGES):
        path.write_bytes(changed(whole, ("cut", "zeros", "repeated", "flips", "header")[turn % 5], chance))
        try:
            with Video(path) as video:
                frames = {frame.index: frame for frame in video.frames()}
                assert all(number is not None and 0 <= number < video.count_frames() for number in frames)
                for number, frame in chance.sample(sorted(frames.items(), key=str), min(3, len(frames))):
                    again = video.frame(number or 0)
                    assert again.seconds == frame.seconds
                    # What is damaged is told, and may look otherwise; VP8's decoder tells nothing of it.
                    if not frame.remarks and not again.remarks and codec != "libvpx":
                        np.testing.assert_array_equal(again.pixels, frame.pixels)
            read += 1
        except MediaError as error:
            assert "\n" not in str(error) and str(error).endswith(".")
    assert read > 0


def test_a_stream_that_cannot_be_searched_gives_each_frame_by_its_number(tmp_path: Path) -> None:
    with Video(write(tmp_path / "a.mjpg", "mjpeg")) as video:
        frames = list(video.frames())
        for frame in (frames[-1], frames[2]):
            np.testing.assert_array_equal(video.frame(frame.index or 0).pixels, frame.pixels)


@pytest.mark.parametrize("name", ["a.mjpg", "a.avi"])
def test_a_damaged_jpeg_among_others_is_passed_over_with_a_remark(tmp_path: Path, name: str) -> None:
    """Its decoder fills the rest of such a frame with whatever the memory held before."""
    path = write(tmp_path / name, "mjpeg")
    whole, found = path.read_bytes(), packets(path)
    for number in (8, 21):
        broken = found[number][:-80] + bytes(78) + found[number][-2:]
        path.write_bytes(whole.replace(found[number], broken))
        with Video(path) as video:
            frames = {frame.index: frame for frame in video.frames()}
            assert sorted(frames) == [other for other in range(COUNT) if other != number]
            assert frames[number - 1].remarks == (f"Frame {number} is damaged and was passed over.",)
            for other in (number + 1, number - 1, COUNT - 1):
                np.testing.assert_array_equal(video.frame(other).pixels, frames[other].pixels)
            with pytest.raises(MediaError, match=f"Frame {number} of {name} is damaged"):
                video.frame(number)


def test_a_video_of_large_frames_that_is_read_again_and_again_takes_no_more_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 4096, 2400, "yuvj420p"
        for _ in range(2):
            container.mux(stream.encode(av.VideoFrame(4096, 2400, "yuvj420p")))
        container.mux(stream.encode())
    gc.collect()
    gc.disable()
    try:
        with Video(path) as video:
            before = [memory_megabytes() for number in (1, 0) if video.frame(number)][-1]
            after = [memory_megabytes() for number in (1, 0) * 3 if video.frame(number)][-1]
    finally:
        gc.enable()
    assert after - before < 40  # megabytes; each of six decoders left behind would hold 15 or more


def test_a_list_of_other_files_is_no_video_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4")
    (tmp_path / "list.mp4").write_text("ffconcat version 1.0\nfile a.mp4\n")
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.mp4\n#EXT-X-ENDLIST\n")
    for name in ("list.mp4", "list.m3u8"):
        with pytest.raises(MediaError, match=rf"{name} is a list of other files"):
            Video(tmp_path / name)


@pytest.mark.parametrize("name", ["pipe:0.mp4", "http:x.mp4", "concat:a.mp4", "file:a.mp4", "-i.mp4", "%03d.mp4"])
def test_a_name_that_ffmpeg_would_take_for_something_else_is_a_file(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    with Video(Path(name)) as video:
        assert video.frame(3).index == 3
    assert suffix_for(Path(name)) == ".mp4"
