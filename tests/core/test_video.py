"""Videos give every frame, in order or by number or by time, exactly."""

from __future__ import annotations

import os
import re
import shutil
import sys
import threading
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.codec.context import Flags
from av.stream import Disposition
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

from tinyface_core.media import video_file
from tinyface_core.media.opening import MediaError
from tinyface_core.media.sources import is_video, read_frames
from tinyface_core.media.upright import Display
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
    height = len(pixels)
    return round((float(pixels[height * 5 // 8 : -2].mean()) - 20) / 5)


def write(
    path: Path,
    codec: str = "libx264",
    stamps: Sequence[int] | None = None,
    rotation: int = 0,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    aspect: Fraction | None = None,
    matrix: Sequence[int] | None = None,
    still_first: bool = False,
) -> Path:
    """A video of `COUNT` frames at 10 a second, key frames every 12, B-frames where the codec has them."""
    with av.open(str(path), "w", container_options=container_options or {}) as container:
        cover = container.add_stream("mjpeg", rate=10) if still_first else None
        if cover is not None:
            cover.width, cover.height, cover.pix_fmt = 32, 32, "yuvj420p"
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.gop_size = 12
        stream.codec_context.bit_rate = 4_000_000
        stream.codec_context.time_base = Fraction(1, 1000 if stamps else 10)
        stream.options = {"qp": "5", "bf": "3"} if codec == "libx264" else {}
        stream.options = {**stream.options, **(options or {})}
        if rotation:
            stream.set_display_rotation(rotation)
        if matrix:
            stream.set_display_matrix(matrix)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if cover is not None:
            container.mux(cover.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
            container.mux(cover.encode())
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


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "libx264"),
        ("a.mov", "libx264"),
        ("a.mkv", "libx264"),
        ("a.avi", "mpeg4"),
        ("a.mpg", "mpeg2video"),
        ("a.flv", "flv"),
        ("a.wmv", "wmv2"),
    ],
)
def test_a_video_is_one_whatever_it_is_called(tmp_path: Path, name: str, codec: str) -> None:
    known = write(tmp_path / name, codec=codec)
    for unknown in ("recording", "recording.0001"):
        path = shutil.copy(known, tmp_path / unknown)
        assert is_video(path)
        assert [frame.index for frame in read_frames(path, 30)] == [0, 30]


def test_a_picture_without_a_suffix_is_no_video(tmp_path: Path) -> None:
    for kind in ("PNG", "WEBP", "AVIF"):
        Image.new("RGB", (8, 8)).save(tmp_path / "a", kind)
        assert not is_video(tmp_path / "a")
    (tmp_path / "b").write_bytes(b"\0\0\0\x18ftypcrx ")
    os.mkfifo(tmp_path / "c")
    assert not any(map(is_video, (tmp_path, tmp_path / "b", tmp_path / "c", tmp_path / "gone")))


def test_random_access_gives_the_same_pixels_as_reading_in_order(clip: Path) -> None:
    with Video(clip) as video:
        for frame in video.frames(every=5):
            assert frame.index is not None
            again = video.frame(frame.index)
            np.testing.assert_array_equal(again.pixels, frame.pixels)
            assert again.seconds == frame.seconds


def test_a_cut_is_told_of_the_first_frame_behind_it(tmp_path: Path) -> None:
    """The grey of the test clip climbs slowly; where it falls back to the first grey, the scene is another."""
    with Video(joined(write(tmp_path / "a.ts"))) as video:
        assert [frame.index for frame in video.frames(every=4) if frame.cut] == [COUNT]


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
        "sound": "only sound or a still",
    }
    assert wanted.get(kind, "is not a video that can be read") in sentence
    assert "\n" not in sentence
    assert sentence.endswith(".")


def codes(path: Path) -> dict[int, int]:
    """What every frame that `frames` gives shows, by its number; `frame` must give the same, asked in any order."""
    with Video(path) as video:
        frames = {frame.index or 0: frame for frame in video.frames()}
        assert list(frames) == sorted(frames)
        for number in np.random.default_rng(5).permutation(list(frames)).tolist():
            again = video.frame(number)
            np.testing.assert_array_equal(again.pixels, frames[number].pixels)
            assert (again.index, again.seconds) == (number, frames[number].seconds)
        assert max(frames) < video.count_frames()
        return {number: number_of(frame.pixels) for number, frame in frames.items()}


def seconds(path: Path) -> list[float]:
    with Video(path) as video:
        return [frame.seconds or 0.0 for frame in video.frames()]


def remarks(path: Path) -> list[tuple[int | None, str]]:
    with Video(path) as video:
        return [(frame.index, remark) for frame in video.frames() for remark in frame.remarks]


def test_the_first_frame_of_an_interlaced_video_says_so(tmp_path: Path) -> None:
    told = {}
    for name, flags in (("interlaced.mp4", Flags.interlaced_dct | Flags.interlaced_me), ("progressive.mp4", 0)):
        with av.open(str(tmp_path / name), "w") as container:
            stream = container.add_stream("mpeg4", rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            stream.codec_context.flags |= flags
            for grey in (40, 90, 140):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), grey, np.uint8), "rgb24")))
            container.mux(stream.encode())
        with Video(tmp_path / name) as video:
            told[name] = remarks(tmp_path / name), video.frame(0).remarks, video.frame(1).remarks
    ((number, sentence),) = told["interlaced.mp4"][0]
    assert number == 0 and "interlaced" in sentence and told["interlaced.mp4"][1:] == ((sentence,), ())
    assert told["progressive.mp4"] == ([], (), ())


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def overwritten(path: Path, number: int) -> Path:
    """The file with zeros in place of one packet."""
    data, packet = path.read_bytes(), packets(path)[number]
    assert data.count(packet) == 1
    path.write_bytes(data.replace(packet, bytes(len(packet))))
    return path


def trimmed(whole: Path, path: Path, hidden: int) -> Path:
    """The video without its first frames, not encoded again: an edit list hides what is behind the key frame."""
    with (
        av.open(str(whole)) as source,
        av.open(str(path), "w", container_options={"avoid_negative_ts": "disabled"}) as target,
    ):
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        found = [packet for packet in source.demux(stream) if packet.pts is not None and packet.dts is not None]
        begin = sorted(packet.pts or 0 for packet in found)[hidden]
        for packet in found:
            packet.pts, packet.dts, packet.stream = (packet.pts or 0) - begin, (packet.dts or 0) - begin, copy
            target.mux(packet)
    return path


def cut_at_the_front(path: Path) -> Path:
    """A transport stream without what comes before the seventh frame; the first key frame is then the twelfth."""
    with av.open(str(path)) as container:
        begin = [packet.pos for packet in container.demux(video=0)][7]
    assert begin is not None
    path.write_bytes(path.read_bytes()[begin // 188 * 188 :])
    return path


def joined(path: Path) -> Path:
    """The same recording twice, one behind the other: its time stamps begin anew in the middle."""
    path.write_bytes(path.read_bytes() * 2)
    return path


def test_behind_a_destroyed_frame_every_frame_keeps_its_number(tmp_path: Path) -> None:
    path = overwritten(write(tmp_path / "a.mkv", "mjpeg"), 3)
    assert codes(path) == {number: number for number in range(COUNT) if number != 3}
    assert remarks(path) == [(2, "Frame 3 is damaged and was passed over.")]
    with Video(path) as video:
        assert video.count_frames() == COUNT
        with pytest.raises(MediaError, match=r"Frame 3 of a\.mkv is damaged"):
            video.frame(3)
        assert number_of(video.frame(4).pixels) == 4
        sampled = list(video.frames(every=3))
    assert [number_of(frame.pixels) for frame in sampled] == [frame.index for frame in sampled]
    assert sampled[0].remarks == ("Frame 3 is damaged and was passed over.",)


def test_a_destroyed_key_frame_changes_no_number(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", options={"bf": "0"})
    overwritten(path, 12)
    with Video(path) as video:
        numbers = [frame.index for frame in video.frames()]
        behind = [video.frame(number) for number in (24, 30, 5, 39)]
    lost = [number for number in range(COUNT) if number not in numbers]
    assert lost == list(range(12, 12 + len(lost))) and 0 < len(lost) <= 12
    assert [number_of(frame.pixels) for frame in behind] == [24, 30, 5, 39]
    assert any("damaged" in remark for _, remark in remarks(path))


def test_frames_that_build_on_a_destroyed_one_are_doubtful_up_to_the_next_key_frame(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", options={"bf": "0", "sc_threshold": "0"})
    overwritten(path, 15)
    doubtful = [place for place, told in remarks(path) if "may be wrong" in told]
    with Video(path) as video:
        assert set(range(16, 24)) <= set(doubtful) <= set(range(15, 24))
        assert "may be wrong" in video.frame(20).remarks[0]
        assert video.frame(14).remarks == video.frame(24).remarks == ()


def test_frames_behind_a_destroyed_key_frame_are_doubtful_in_whatever_way_they_are_asked_for(tmp_path: Path) -> None:
    path = overwritten(write(tmp_path / "a.ivf", "libvpx-vp9"), 24)
    doubtful = {place for place, told in remarks(path) if "may be wrong" in told}
    assert doubtful >= set(range(25, 36))
    with Video(path) as video:
        assert all(video.frame(number).remarks for number in sorted(doubtful, reverse=True))


@pytest.mark.parametrize("lost", [0, 1, 3])
def test_an_avi_that_lost_a_packet_is_not_searched_by_its_numbers(tmp_path: Path, lost: int) -> None:
    path = write(tmp_path / "a.avi", "mjpeg")
    data, packet = path.read_bytes(), packets(path)[lost + 1]
    place = data.find(packet)
    path.write_bytes(data[: place - 8] + b"JUNK" + data[place - 4 :])  # the chunk's own name
    assert list(codes(path).values()) == [number for number in range(COUNT) if number != lost + 1]


def test_a_stream_cut_between_key_frames_begins_at_the_first_that_can_be_decoded(tmp_path: Path) -> None:
    path = cut_at_the_front(write(tmp_path / "a.ts"))
    found = codes(path)
    first = found[0]
    assert first == 12 and found == {number: number + first for number in range(COUNT - first)}
    ((place, told),) = remarks(path)
    assert place == 0 and "first 5 frames could not be decoded, nor counted" in told
    assert seconds(path) == pytest.approx([number / 10 for number in range(COUNT - first)])


@pytest.mark.parametrize(("name", "codec"), [("a.ts", "libx264"), ("a.mpg", "mpeg2video"), ("a.mkv", "libx264")])
def test_joined_recordings_are_numbered_through_and_their_times_rise(tmp_path: Path, name: str, codec: str) -> None:
    path = joined(write(tmp_path / name, codec))
    assert codes(path) == {number: number % COUNT for number in range(2 * COUNT)}
    assert np.diff(seconds(path)) == pytest.approx(np.full(2 * COUNT - 1, 0.1), abs=0.011)
    assert remarks(path) == []


def test_a_recording_cut_off_before_another_one_tells_its_damaged_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = np.random.default_rng(0)
    monkeypatch.setattr(f"{__name__}.picture", lambda _: noise.integers(0, 255, (48, 64, 3), np.uint8))
    path = write(tmp_path / "a.ts")
    whole = path.read_bytes()
    path.write_bytes(whole[: -2 * 188] + whole)  # a frame takes several pieces
    last = COUNT - 1
    assert remarks(path) == [(last, f"Frame {last} is damaged: parts of what it shows may be wrong.")]


def test_streams_shorter_than_a_second_are_numbered_through_when_joined(tmp_path: Path) -> None:
    path = joined(write(tmp_path / "a.ts", stamps=[n * 20 for n in range(COUNT)]))
    assert codes(path) == {number: number % COUNT for number in range(2 * COUNT)}
    assert (np.diff(seconds(path)) > 0).all()


def test_a_clip_trimmed_by_an_edit_list_is_whole(tmp_path: Path, clip: Path) -> None:
    path = trimmed(clip, tmp_path / "trimmed.mp4", 17)
    assert any(packet_is_hidden(path))
    assert codes(path) == {number: number + 17 for number in range(COUNT - 17)}
    assert remarks(path) == []


def packet_is_hidden(path: Path) -> list[bool]:
    with av.open(str(path)) as container:
        return [packet.is_discard for packet in container.demux(video=0)]


@pytest.mark.parametrize("kind", ["variable", "fragmented", "turned", "B-frames", "raw", "AVI"])
def test_every_number_means_the_same_frame_in_order_and_by_itself(tmp_path: Path, kind: str) -> None:
    path = {
        "variable": lambda: write(tmp_path / "a.mkv", stamps=[n * n * 7 for n in range(COUNT)]),
        "fragmented": lambda: write(
            tmp_path / "a.mp4", container_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}
        ),
        "turned": lambda: write(tmp_path / "a.mp4", rotation=180),
        "B-frames": lambda: write(tmp_path / "a.mp4"),
        "raw": lambda: write(tmp_path / "a.h264"),
        "AVI": lambda: write(tmp_path / "a.avi", "mpeg4"),
    }[kind]()
    found = codes(path)
    assert list(found) == list(range(COUNT))
    if kind != "turned":
        assert list(found.values()) == list(range(COUNT))
    assert remarks(path) == []


def test_a_fragmented_file_that_breaks_off_tells_how_far_it_goes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", container_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    found = codes(path)
    assert 10 < len(found) < COUNT and list(found.values()) == list(range(len(found)))


def test_a_file_that_promises_more_frames_than_it_holds_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", container_options={"movflags": "faststart"})
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    assert len(codes(path)) < COUNT
    assert re.match(rf"The video breaks off: \d+ of its {COUNT} frames are missing\.", remarks(path)[0][1])


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_a_still_track_before_the_video_is_not_taken_for_it(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a.{suffix}", still_first=True)
    assert list(codes(path).values()) == list(range(COUNT))


def test_a_cover_picture_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("mp3", rate=44100, layout="mono")
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        container.mux(cover.encode(av.VideoFrame.from_ndarray(picture(0), format="rgb24")))
        container.mux(cover.encode())
        for _ in range(20):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 1152), np.float32), format="fltp", layout="mono")
            silence.sample_rate = 44100
            container.mux(sound.encode(silence))
        container.mux(sound.encode())
    with pytest.raises(MediaError, match="no moving pictures"):
        Video(path)


@pytest.mark.parametrize(("aspect", "size"), [(Fraction(16, 11), (93, 48)), (Fraction(2, 3), (64, 72))])
def test_frames_are_stretched_to_square_pixels(tmp_path: Path, aspect: Fraction, size: tuple[int, int]) -> None:
    path = write(tmp_path / "a.mp4", aspect=aspect)
    with Video(path) as video:
        assert (video.width, video.height) == size
        assert (video.frame(7).width, video.frame(7).height) == size
        assert video.poster().shape == (size[1], size[0], 3)
    assert list(codes(path).values()) == list(range(COUNT))


@pytest.mark.parametrize(
    ("matrix", "corner"),
    [((-1, 0, 0, 1), (4, -5)), ((1, 0, 0, -1), (-5, 4)), ((0, 1, 1, 0), (4, 4)), ((0, -1, -1, 0), (-5, -5))],
)
def test_mirrored_display_matrices_are_respected(
    tmp_path: Path, matrix: tuple[int, int, int, int], corner: tuple[int, int]
) -> None:
    """The red quarter lies at the top left of the stored frames."""
    a, b, c, d = (value << 16 for value in matrix)
    path = write(tmp_path / "a.mp4", matrix=(a, b, 0, c, d, 0, 0, 0, 1 << 30))
    with Video(path) as video:
        pixels = video.frame(5).pixels
        assert (video.width, video.height) == (pixels.shape[1], pixels.shape[0])
    assert pixels.shape[:2] == ((48, 64) if matrix[0] else (64, 48))
    red, green, _ = pixels[corner].astype(int)
    assert red - green > 100


def test_reading_begins_at_any_frame(clip: Path, tmp_path: Path) -> None:
    for path in (clip, joined(write(tmp_path / "a.ts")), write(tmp_path / "a.avi", "mpeg4")):
        with Video(path) as video:
            frames = list(video.frames(every=5, start=16))
            assert [frame.index for frame in frames] == list(range(20, video.count_frames(), 5))
            assert list(video.frames(start=500)) == []
        assert [number_of(frame.pixels) for frame in frames][:4] == [20, 25, 30, 35]


def test_what_one_call_was_told_to_stop_does_not_stop_the_next(clip: Path) -> None:
    stop = threading.Event()
    with Video(clip) as video:
        video.frame(13, stop)
        stop.set()
        with pytest.raises(Cancelled):
            video.frame(20, stop)
        assert number_of(video.frame(14).pixels) == 14
        assert number_of(video.frame(15).pixels) == 15


def test_frames_beyond_the_limit_are_refused_by_the_header(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_file, "LARGEST_PIXELS", 64 * 48 - 1)
    with pytest.raises(MediaError, match="frames of 64 x 48 pixels, more than the limit"):
        Video(clip)


def test_a_frame_that_grows_beyond_the_limit_is_passed_over_before_there_is_room_for_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mkv", "mjpeg")
    frame = packets(path)[5]
    header = frame.index(b"\xff\xc0") + 5  # height and width of the JPEG
    grown = frame[:header] + (60_000).to_bytes(2, "big") * 2 + frame[header + 4 :]
    path.write_bytes(path.read_bytes().replace(frame, grown))
    assert codes(path) == {number: number for number in range(COUNT) if number != 5}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs in folders")
def test_a_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    os.mkfifo(path)
    with pytest.raises(MediaError, match="no regular file"):
        Video(path)


def test_a_frame_is_let_go_of_without_collecting_garbage() -> None:
    frame = VideoFrame(16, 16, "rgb24")
    references = sys.getrefcount(frame)
    Display.of(frame, Fraction(1))
    assert sys.getrefcount(frame) == references
