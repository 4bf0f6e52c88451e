"""The search of a video is kept frame by frame."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tinyface_core.media.opening import MediaError
from tinyface_core.search.following import followed_and_kept
from tinyface_core.search.journal import SearchJournal
from tinyface_core.types import Detections, FindResult

ABOUT = {"source": "clip.mp4"}


def a_result(index: int) -> FindResult:
    return FindResult("clip.mp4", 96, 64, Detections.of([[1, 2, 21, 22]], [0.9]), 1, 0, index=index, seconds=index / 25)


def test_a_result_that_finds_no_room_on_the_disk_is_an_error_and_those_before_it_are_kept(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="Windows limits no files")
    path = tmp_path / "clip-search.jsonl"
    with SearchJournal(path, ABOUT) as kept:
        kept.add(a_result(0))
        kept.add(a_result(1))
        limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 10, limits[1]))
            with pytest.raises(OSError, match="too large"):
                kept.add(a_result(2))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            signal.signal(signal.SIGXFSZ, handler)
    with SearchJournal(path, ABOUT) as again:
        assert [result.index for result in again.earlier()] == [0, 1]
        again.add(a_result(2))
    with SearchJournal(path, ABOUT) as whole:
        assert [result.index for result in whole.earlier()] == [0, 1, 2]


def test_frames_of_an_interrupted_following_are_read_one_searched_frame_at_a_time(tmp_path: Path) -> None:
    read = list[int]()
    searched = [replace(a_result(index), every=4) for index in range(0, 12, 4)]
    faces = [replace(a_result(index), faces=Detections.of([], []), every=4) for index in (0, 1, 2, 3, 4, 5, 6, 5, 6)]
    earlier = (read.append(result.index or 0) or result for result in faces)
    with SearchJournal(tmp_path / "clip-followed.jsonl", ABOUT) as kept:
        given = followed_and_kept(tmp_path / "none.mp4", searched, kept, earlier)
        assert [next(given).index for _ in range(5)] == [0, 1, 2, 3, 4] and read == [0, 1, 2, 3, 4]
        with pytest.raises(MediaError):  # behind them the video is read
            next(given)
    assert read == [0, 1, 2, 3, 4, 5, 6, 5, 6]
