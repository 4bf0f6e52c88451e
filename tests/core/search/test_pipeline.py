"""Decoding, searching and storing at once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pytest

from tinyface_core.search.pipeline import Concurrency, Ended, Searched, run_pipeline, searches_at_once
from tinyface_core.search_settings import SearchSettings
from tinyface_core.types import Cancelled, Detections, FindResult, Frame

PATIENCE = 20.0


def result_of(_key: str, frame: Frame) -> FindResult:
    return FindResult(frame.source, 4, 4, Detections.of([], []), 0, 0, index=frame.index)


@dataclass
class Files:
    """Files by name with so many frames each; those called "bad..." break after their frames."""

    counts: dict[str, int]
    told: list[str] = field(default_factory=list)

    def frames(self, name: str) -> Iterator[Frame]:
        for index in range(self.counts[name]):
            yield Frame(np.zeros((4, 4, 3), np.uint8), name, index)
        if name.startswith("bad"):
            raise ValueError(f"{name} is damaged")

    def store(self, part: Searched[str] | Ended[str]) -> None:
        if isinstance(part, Searched):
            self.told.append(f"{part.key} {part.result.index}")
        else:
            self.told.append(f"{part.key} ended{'' if part.error is None else f': {part.error}'}")


def test_results_come_in_order_and_every_file_ends() -> None:
    files = Files({"a": 2, "b": 0, "c": 1})
    run_pipeline(files.counts, files.frames, result_of, files.store)
    assert files.told == ["a 0", "a 1", "a ended", "b ended", "c 0", "c ended"]


def test_a_damaged_file_keeps_what_was_found_and_the_others_go_on() -> None:
    files = Files({"bad": 1, "b": 1})
    run_pipeline(files.counts, files.frames, result_of, files.store)
    assert files.told == ["bad 0", "bad ended: bad is damaged", "b 0", "b ended"]


def test_a_file_whose_search_fails_is_left_and_the_others_go_on() -> None:
    files = Files({"a": 3, "b": 1})

    def search(key: str, frame: Frame) -> FindResult:
        if (key, frame.index) == ("a", 1):
            raise MemoryError("too large")
        return result_of(key, frame)

    run_pipeline(files.counts, files.frames, search, files.store)
    assert files.told[:2] == ["a 0", "a ended: too large"]
    assert files.told[-2:] == ["b 0", "b ended"] and "a 2" not in files.told[:2]


def test_a_file_that_cannot_be_stored_is_left_and_the_others_go_on() -> None:
    files = Files({"a": 2, "b": 1})

    def store(part: Searched[str] | Ended[str]) -> None:
        if isinstance(part, Searched) and part.key == "a":
            raise OSError("disk full")
        files.store(part)

    run_pipeline(files.counts, files.frames, result_of, store)
    assert files.told == ["a ended: disk full", "b 0", "b ended"]


def test_what_storing_does_not_expect_ends_everything() -> None:
    files = Files({"bad": 1, "b": 1})

    def store(part: Searched[str] | Ended[str]) -> None:
        if isinstance(part, Ended) and part.error is not None:
            raise part.error
        files.store(part)

    with pytest.raises(ValueError, match="bad is damaged"):
        run_pipeline(files.counts, files.frames, result_of, store)
    assert files.told[:1] == ["bad 0"]


@pytest.mark.parametrize("reason", [Cancelled, KeyboardInterrupt])
def test_when_it_is_stopped_what_was_found_is_stored(reason: type[BaseException]) -> None:
    files = Files({"video": 1000})

    def search(key: str, frame: Frame) -> FindResult:
        if frame.index == 3:
            raise reason
        return result_of(key, frame)

    with pytest.raises(reason):
        run_pipeline(files.counts, files.frames, search, files.store)
    assert files.told == ["video 0", "video 1", "video 2", "video ended"]
    assert not [thread.name for thread in threading.enumerate() if thread.name == "storing"]


def test_an_interruption_while_the_last_results_are_stored_waits_for_them(interrupt: Callable[[], None]) -> None:
    files, how = Files({"a": 1, "b": 1}), Concurrency(2)

    def store(part: Searched[str] | Ended[str]) -> None:
        if not files.told:
            for thread in threading.enumerate():
                if thread.name == "searching":
                    thread.join(PATIENCE)
            time.sleep(0.3)  # until the waiting thread sees that all is searched
            interrupt()
            assert how.stop.wait(PATIENCE)
            time.sleep(0.3)
        files.store(part)

    with pytest.raises(KeyboardInterrupt):
        run_pipeline(files.counts, files.frames, result_of, store, how)
    assert files.told == ["a 0", "a ended", "b 0", "b ended"]


def test_an_interruption_while_a_picture_is_decoded_ends_everything() -> None:
    files = Files({"a": 1, "b": 1, "c": 1})

    def frames(name: str) -> Iterator[Frame]:
        if name == "b":
            raise KeyboardInterrupt
        return files.frames(name)

    with pytest.raises(KeyboardInterrupt):
        run_pipeline(files.counts, frames, result_of, files.store)
    assert files.told == ["a 0", "a ended", "b ended"]


def test_an_error_while_files_are_listed_ends_everything_after_what_was_found_is_stored() -> None:
    files = Files({"a": 1})

    def listed() -> Iterator[str]:
        yield "a"
        raise OSError("unplugged")

    with pytest.raises(OSError, match="unplugged"):
        run_pipeline(listed(), files.frames, result_of, files.store)
    assert files.told == ["a 0", "a ended"]


def test_a_file_that_was_not_searched_to_its_end_is_told_from_one_that_was() -> None:
    ended: list[Ended[str]] = []

    def search(key: str, frame: Frame) -> FindResult:
        if (key, frame.index) == ("b", 1):
            raise KeyboardInterrupt
        return result_of(key, frame)

    def store(part: Searched[str] | Ended[str]) -> None:
        if isinstance(part, Ended):
            ended.append(part)

    files = Files({"a": 2, "b": 2})
    with pytest.raises(KeyboardInterrupt):
        run_pipeline(files.counts, files.frames, search, store)
    assert [(end.key, end.stopped) for end in ended] == [("a", False), ("b", True)]


def test_the_next_picture_is_decoded_and_the_last_one_stored_while_one_is_searched() -> None:
    """Every stage waits for the others to be at work on its neighbours: one after the other would wait for ever."""
    decoded, stored = threading.Event(), threading.Event()
    files = Files({"0": 1, "1": 1, "2": 1})

    def frames(name: str) -> Iterator[Frame]:
        if name == "2":
            decoded.set()
        return files.frames(name)

    def search(key: str, frame: Frame) -> FindResult:
        if key == "1":
            assert decoded.wait(PATIENCE) and stored.wait(PATIENCE)
        return result_of(key, frame)

    def store(part: Searched[str] | Ended[str]) -> None:
        files.store(part)
        if part.key == "0":
            stored.set()

    run_pipeline(files.counts, frames, search, store)
    assert files.told[-1] == "2 ended"


def test_two_frames_are_searched_at_once_and_told_in_order() -> None:
    """Each search waits for another to be under way; the first of two ends last."""
    together, second = threading.Barrier(2, timeout=PATIENCE), threading.Event()
    files = Files({"a": 2, "b": 2})

    def search(key: str, frame: Frame) -> FindResult:
        together.wait()
        if frame.index == 0:
            assert second.wait(PATIENCE)
            second.clear()
        else:
            second.set()
        return result_of(key, frame)

    run_pipeline(files.counts, files.frames, search, files.store, Concurrency(2))
    assert files.told == ["a 0", "a 1", "a ended", "b 0", "b 1", "b ended"]


def test_nothing_is_told_behind_a_frame_whose_search_was_stopped() -> None:
    """The first file, all of which is decoded, is as stopped as the one in work; its search left off when asked."""
    ended: list[tuple[str, bool]] = []
    files, stop, under_way = Files({"a": 1, "b": 1, "c": 1}), threading.Event(), threading.Event()

    def search(key: str, frame: Frame) -> FindResult:
        if key == "a":
            under_way.set()
            assert stop.wait(PATIENCE)
            raise Cancelled
        assert under_way.wait(PATIENCE)
        if key == "c":
            raise KeyboardInterrupt
        return result_of(key, frame)

    def store(part: Searched[str] | Ended[str]) -> None:
        assert isinstance(part, Ended)
        ended.append((part.key, part.stopped))

    with pytest.raises(KeyboardInterrupt):
        run_pipeline(files.counts, files.frames, search, store, Concurrency(2, stop=stop))
    assert ended[:2] == [("a", True), ("b", True)] and all(stopped for _, stopped in ended)
    assert not [thread.name for thread in threading.enumerate() if thread.name in ("searching", "storing")]


@pytest.mark.parametrize(
    ("backend", "allowed", "at_once"), [("onnxruntime", 2, 2), ("onnxruntime", 1, 1), ("torch", 2, 1)]
)
def test_two_are_searched_at_once_where_onnx_runtime_may_use_two_processors(
    monkeypatch: pytest.MonkeyPatch, backend: str, allowed: int, at_once: int
) -> None:
    monkeypatch.setattr("tinyface_core.backends.choice.processors", lambda: allowed)
    assert searches_at_once(SearchSettings(backend=backend)) == at_once


@pytest.mark.parametrize(("side", "ahead"), [(2400, 5), (4, 50)])
def test_few_megabytes_of_frames_wait_however_slow_the_search_is(side: int, ahead: int) -> None:
    made: list[int] = []
    most: list[int] = []

    def frames(_name: str) -> Iterator[Frame]:
        for index in range(100):
            made.append(index)
            yield Frame(np.zeros((side, side, 3), np.uint8), "video", index)

    def search(key: str, frame: Frame) -> FindResult:
        assert frame.index is not None
        most.append(len(made) - frame.index)
        return result_of(key, frame)

    run_pipeline(["video"], frames, search, lambda _part: None)
    assert len(made) == 100 and max(most) <= ahead


def test_as_many_small_pictures_wait_as_there_is_room_for_megabytes() -> None:
    made: list[int] = []
    enough = threading.Event()

    def frames(_name: str) -> Iterator[Frame]:
        for index in range(60):
            made.append(index)
            if len(made) == 20:
                enough.set()
            yield Frame(np.zeros((4, 4, 3), np.uint8), "video", index)

    def search(key: str, frame: Frame) -> FindResult:
        assert enough.wait(PATIENCE)
        return result_of(key, frame)

    parts: list[object] = []
    run_pipeline(["video"], frames, search, parts.append, Concurrency(ahead=20))
    assert len(parts) == 61


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there is no such clock here")
def test_an_interruption_at_any_moment_ends_it() -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    frame = Frame(np.zeros((4, 4, 3), np.uint8), "a")
    result = result_of("", frame)
    before, soon = signal.signal(signal.SIGALRM, interrupt), 0.0

    def search(_key: int, _frame: Frame) -> FindResult:
        nonlocal soon
        if soon:  # and once more after a while: a thread that waits for ever would keep this one too
            signal.setitimer(signal.ITIMER_REAL, soon, PATIENCE)
            soon = 0.0
        return result

    try:
        for turn in range(60):
            soon = 0.0005 + turn / 50_000
            with pytest.raises(KeyboardInterrupt):
                run_pipeline(count(), lambda _key: [frame], search, lambda _part: None, Concurrency(ahead=4))
            signal.setitimer(signal.ITIMER_REAL, 0)
            assert not any(thread.name == "storing" for thread in threading.enumerate())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
