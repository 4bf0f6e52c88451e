"""A redacted video has the frames, times, sound, turn and colours of the original, but for the faces."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.stream import Disposition

from tests.core.redaction.conftest import STAMPS, found
from tinyface_core.media.encoding import Encoding
from tinyface_core.media.opening import MediaError
from tinyface_core.media.video import Video
from tinyface_core.media.video_writer import suffix_for
from tinyface_core.redaction import copies
from tinyface_core.redaction.decisions import decide, subjects
from tinyface_core.redaction.order import Choice, Covering, Order, Shape
from tinyface_core.redaction.review import Review
from tinyface_core.redaction.videos import write_video
from tinyface_core.types import Cancelled, Progress, no_progress

BOX = (10.0, 20.0, 26.0, 36.0)
"""In the upright frame, which is 64 wide and 96 high."""


def redact(
    path: Path, target: Path, progress: Progress = no_progress, cancel: threading.Event | None = None
) -> list[str]:
    results = found(path, dict.fromkeys(range(4, 8), BOX))
    decisions = decide(subjects(results), [], Choice())
    order = Order(Covering("solid", Shape.BOX, margin=0), lead=0, encoding=Encoding(quality=8))
    return write_video(path, target, decisions, results, order, [], lambda *_: None, cancel, progress)


def sound_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size and not packet.is_discard]


@pytest.mark.parametrize(
    ("codec", "pixels", "full"),
    [("libx264", "yuv420p", False), ("libx264", "yuv420p", True), ("libx265", "yuv420p10le", False)],
)
def test_only_faces_change(make_clip: Callable[..., Path], tmp_path: Path, codec: str, pixels: str, full: bool) -> None:
    clip, target = make_clip(codec=codec, pixels=pixels, full=full), tmp_path / "copy.mp4"
    assert redact(clip, target) == []
    with Video(clip) as before, Video(target) as after:
        assert (after.width, after.height) == (before.width, before.height) == (64, 96)
        for old, new in zip(before.frames(), after.frames(), strict=True):
            assert new.seconds == pytest.approx(old.seconds) == pytest.approx(STAMPS[old.index or 0] / 1000)
            x1, y1, x2, y2 = map(int, BOX)
            away = np.abs(new.pixels.astype(int) - old.pixels)
            is_covered = new.pixels[y1 + 2 : y2 - 2, x1 + 2 : x2 - 2].max() < 24
            # One searched frame before and behind the track are covered too.
            assert is_covered == (3 <= (old.index or 0) <= 8)
            away[y1 - 4 : y2 + 4, x1 - 4 : x2 + 4] = 0
            assert away.mean() < 4
        assert after.stream.codec_context.format.name.replace("yuvj", "yuv") == pixels
        assert after.first.color_range == before.first.color_range
        assert (after.first.color_range == 2) == full
        assert after.stream.codec_context.codec.canonical_name == before.stream.codec_context.codec.canonical_name
    assert sound_of(target) == sound_of(clip)
    with av.open(str(target)) as container:
        assert "title" not in container.metadata
    assert b"At home" not in target.read_bytes()


@pytest.mark.parametrize("suffix", [".mp4", ".m4v", ".mov", ".mkv"])
def test_a_copy_in_hevc_has_the_tag_that_all_players_know(
    make_clip: Callable[..., Path], tmp_path: Path, suffix: str
) -> None:
    clip, target = make_clip(codec="libx265"), tmp_path / f"copy{suffix}"
    redact(clip, target)
    with av.open(str(target)) as container:
        tag = container.streams.video[0].codec_context.codec_tag
    assert tag.startswith("\0") if suffix == ".mkv" else tag == "hvc1"


def test_a_codec_that_the_container_does_not_hold_is_named(make_clip: Callable[..., Path], tmp_path: Path) -> None:
    order = Order(encoding=Encoding(codec="av1"))
    with pytest.raises(MediaError, match="mov files do not hold videos in av1: choose h264 or hevc"):
        write_video(make_clip(), tmp_path / "copy.mov", [], [], order, [], lambda *_: None)
    assert not list(tmp_path.glob("copy*"))


def test_a_cancelled_copy_leaves_nothing(make_clip: Callable[..., Path], tmp_path: Path) -> None:
    clip, cancel = make_clip(), threading.Event()
    (tmp_path / "out").mkdir()

    def stop_soon(_stage: str, done: int, _total: int) -> None:
        if done == 3:
            cancel.set()

    with pytest.raises(Cancelled):
        redact(clip, tmp_path / "out" / "copy.mp4", stop_soon, cancel)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_cover_picture_is_left_out_and_that_is_told(make_clip: Callable[..., Path], tmp_path: Path) -> None:
    clip, covered = make_clip("plain.mkv"), tmp_path / "covered.mp4"
    with av.open(str(clip)) as source, av.open(str(covered), "w") as container:
        video = container.add_stream_from_template(source.streams.video[0])
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 32, 32, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        container.mux(cover.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")))
        container.mux(cover.encode())
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = video
                container.mux(packet)
    assert redact(covered, tmp_path / "copy.mp4") == ["The cover picture is left out: it may show faces."]
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert len(container.streams) == 1


def test_old_containers_become_such_as_hold_time_stamps(make_clip: Callable[..., Path]) -> None:
    assert suffix_for(make_clip("a.mkv")) == ".mkv"
    assert suffix_for(make_clip("a.ts")) == ".mp4"


def test_a_recording_joined_byte_by_byte_is_copied_whole(make_clip: Callable[..., Path], tmp_path: Path) -> None:
    one, joined = make_clip("one.ts", slow=5), tmp_path / "joined.ts"
    joined.write_bytes(one.read_bytes() * 2)
    redact(joined, tmp_path / "copy.mp4")
    assert len(sound_of(tmp_path / "copy.mp4")) == 2 * len(sound_of(one))
    with Video(tmp_path / "copy.mp4") as copy, Video(joined) as before:
        assert copy.count_frames() == before.count_frames() == 2 * len(STAMPS)


def test_a_review_is_written_in_german(make_clip: Callable[..., Path], tmp_path: Path) -> None:
    clip = make_clip()
    order = Order(Covering("solid"), Choice(), review="html", language="de")
    results = found(clip, dict.fromkeys(range(3, 8), BOX))
    remarks = ("The video's first 2 frames could not be decoded, nor counted: it may have been cut there.",)
    results[0] = replace(results[0], remarks=remarks)
    copies.write_copy(clip, tmp_path / "copy.mp4", results, [], order)
    review = (tmp_path / "copy-review.html").read_text("utf-8")
    assert "weder entschlüsselt noch gezählt: die ersten 2 Bilder. Vielleicht wurde" in review
    assert "<dt>Haare und Kinn</dt><dd>nein</dd>" in review and "<dt>Rand</dt><dd>0," in review
    assert '<html lang="de">' in review and "1 von 1 Spuren sind verdeckt." in review
    assert "Noch niemand hat diese Kopie bestätigt." in review and "<dd>Schwarz</dd>" in review
    assert "<td>endet bei 0,4 s mitten im Bild</td>" in review and "Spur 1: beginnt bei 0,1 s mitten im Bild" in review
    english = {"track", "covered", "picture", "Verdict", "frames", "Nobody", "False"}
    words = re.sub(r"<style>.*?</style>|data:image[^\"]*|<[^>]+>", " ", review, flags=re.DOTALL).split()
    assert not english & set(words)


def test_what_a_report_shows_of_a_video_is_held_as_it_shows_it(
    make_clip: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, reviews = make_clip(), list[Review]()
    monkeypatch.setattr(copies, "write_review", lambda review, _path: reviews.append(review))
    order = Order(Covering("solid"), Choice(), review="html")
    copies.write_copy(clip, tmp_path / "copy.mp4", found(clip, {4: BOX, 5: BOX, 6: BOX}), [], order)
    (review,) = reviews
    assert {0, len(STAMPS) - 1} <= review.pictures.keys()
    assert all(text.startswith("data:image/") for pair in review.pictures.values() for text in pair)
