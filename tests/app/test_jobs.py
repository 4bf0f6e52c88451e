"""Jobs: one outcome each, told in the thread that made them; cancellation; shared frames; the engine."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QThread
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.jobs.devices import find_devices
from app.jobs.finding import Engine, build, with_votes
from app.jobs.frame_thumbnails import FrameThumbnails
from app.jobs.loading import FrameCache, ThumbnailLoader, list_pictures
from app.models.pictures import Picture, State
from app.views.film_strip import _CELL
from app.work import Work, Worker
from tests.app.conftest import FakeFinder
from tinyface_core.media.opening import MediaError
from tinyface_core.own_weights import OwnWeights, installed_weights
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Cancelled, CancelToken, Frame, Progress, UserError
from tinyface_core.weights import WeightsEntry


def outcomes(qtbot: QtBot, work: Work[object], cancel_when: threading.Event | None = None) -> list[tuple[str, object]]:
    """Run a job to its end and give what it told, in order."""
    told: list[tuple[str, object]] = []
    worker = Worker()
    job = worker.start(work)
    job.result.connect(lambda value: told.append(("result", value)))
    job.failed.connect(lambda sentence, _details: told.append(("failed", sentence)))
    job.cancelled.connect(lambda: told.append(("cancelled", None)))
    with qtbot.waitSignal(job.done, timeout=10000):
        if cancel_when is not None:
            cancel_when.wait(5)
            job.cancel()
    return told


def test_a_job_runs_in_another_thread_and_answers_in_this_one(qtbot: QtBot) -> None:
    here = threading.get_ident()
    seen: dict[str, object] = {}
    worker = Worker()
    job = worker.start(lambda _cancel, _progress: threading.get_ident())
    job.result.connect(lambda worker: seen.update(worker=worker, listener=threading.get_ident()))
    with qtbot.waitSignal(job.done):
        pass
    assert seen["listener"] == here
    assert seen["worker"] != here


def test_a_job_that_raises_tells_its_sentence(qtbot: QtBot) -> None:
    def work(_cancel: CancelToken, _progress: Progress) -> None:
        raise MediaError("x.jpg is damaged: get a fresh copy of it.")

    assert outcomes(qtbot, work) == [("failed", "x.jpg is damaged: get a fresh copy of it.")]


def test_a_cancelled_job_tells_nothing_but_that(qtbot: QtBot) -> None:
    started = threading.Event()

    def work(cancel: CancelToken, _progress: Progress) -> int:
        started.set()
        while not cancel.is_set():
            QThread.msleep(5)
        raise Cancelled

    assert outcomes(qtbot, work, started) == [("cancelled", None)]


def test_a_result_that_comes_after_cancel_is_not_told(qtbot: QtBot) -> None:
    started = threading.Event()

    def work(cancel: CancelToken, _progress: Progress) -> int:
        started.set()
        while not cancel.is_set():
            QThread.msleep(5)
        return 1

    assert outcomes(qtbot, work, started) == [("cancelled", None)]


def test_reporting_progress_after_cancel_ends_work_that_never_asks(qtbot: QtBot) -> None:
    started = threading.Event()

    def work(_cancel: CancelToken, progress: Progress) -> None:
        for step in range(10_000):
            started.set()
            progress("detect", step, 10_000)
            QThread.msleep(5)

    assert outcomes(qtbot, work, started) == [("cancelled", None)]


def test_progress_is_told_seldom_enough_for_a_window_but_always_at_the_end(qtbot: QtBot) -> None:
    reports: list[tuple[str, int, int, float]] = []

    def work(_cancel: CancelToken, progress: Progress) -> None:
        for step in range(1, 5001):
            progress("detect", step, 5000)

    worker = Worker()
    job = worker.start(work)
    job.progress.connect(lambda *report: reports.append(report))
    with qtbot.waitSignal(job.done, timeout=10000):
        pass
    assert reports[-1][:3] == ("detect", 5000, 5000)
    assert len(reports) < 500


def test_the_engine_builds_a_finder_once_for_each_choice() -> None:
    built: list[SearchSettings] = []

    def build(choice: SearchSettings) -> FakeFinder:
        built.append(choice)
        return FakeFinder()

    engine = Engine(build)
    fast, thorough = SearchSettings(budget=32), SearchSettings(budget=600)
    first = engine.finder(fast)
    assert engine.finder(fast) is first
    assert engine.finder(thorough) is not first
    assert built == [fast, thorough]


@pytest.fixture
def own_weights(small_weights: Path) -> str:
    """Name of weights of the user's own, beside the program's "d"."""
    from safetensors.torch import load, save

    tensors = load((small_weights / "d.safetensors").read_bytes())
    other = save({name: 0.99 * value for name, value in tensors.items()})
    return OwnWeights().add(other, WeightsEntry("mine", "detector", "tiny", "", "", "", "", "")).name


def detectors(choice: str, effort: Effort = Effort.THOROUGH) -> str:
    return with_votes(SearchSettings.of(effort, detector=choice), installed_weights()).detector


def test_own_weights_vote_together_with_the_second_detector(own_weights: str) -> None:
    assert (detectors(""), detectors("", Effort.FAST)) == ("d+centerface", "d")
    assert (detectors(own_weights), detectors(own_weights, Effort.FAST)) == ("mine+centerface", "mine")
    for effort in Effort:
        assert detectors(own_weights, effort) == detectors("", effort).replace("d", own_weights, 1)
    finder = build(SearchSettings.of(Effort.THOROUGH, detector=own_weights))
    assert finder.settings.detector == "mine+centerface"


def test_a_detector_of_another_kind_searches_alone(own_weights: str) -> None:
    others = ["haar", "centerface", "of-a-package"]
    assert [detectors(name) for name in others] == others


def test_an_engine_that_failed_tries_again() -> None:
    tries: list[int] = []

    def build(_choice: SearchSettings) -> FakeFinder:
        tries.append(1)
        if len(tries) == 1:
            raise UserError("This machine has no device called cuda.")
        return FakeFinder()

    engine = Engine(build)
    with pytest.raises(UserError):
        engine.finder(SearchSettings())
    assert isinstance(engine.finder(SearchSettings()), FakeFinder)


def test_the_frame_cache_reads_a_photo_once_and_stays_within_its_bytes(
    photo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.loading._MOST_KEPT_BYTES", 70_000)
    paths = [photo(f"{i}.png", 100, 100) for i in range(3)]
    cache = FrameCache()
    first = cache.get(str(paths[0]))
    assert cache.get(str(paths[0])) is first
    cache.get(str(paths[1]))
    cache.get(str(paths[2]))
    assert cache.get(str(paths[0])) is not first


def test_two_threads_that_want_the_same_photo_read_it_once(
    photo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinyface_core.media import images

    read: list[Path] = []
    load_image = images.load_image

    def slow(path: Path) -> Frame:
        read.append(path)
        time.sleep(0.2)
        return load_image(path)

    monkeypatch.setattr(images, "load_image", slow)
    cache, path = FrameCache(), str(photo())
    got: list[Frame] = []
    threads = [threading.Thread(target=lambda: got.append(cache.get(path))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 1
    assert got[0] is got[1] is got[2]


def test_a_pinned_frame_stays_until_it_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.jobs.loading._MOST_KEPT_BYTES", 1)
    cache = FrameCache()
    frame = Frame(np.zeros((50, 50, 3), np.uint8), "Pasted picture 1")
    cache.pin(frame)
    assert cache.get("Pasted picture 1") is frame
    cache.forget("Pasted picture 1")
    with pytest.raises(MediaError):
        cache.get("Pasted picture 1")


def test_a_picture_that_is_turned_while_it_is_read_is_given_turned_from_then_on(
    photo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinyface_core.media import turning

    turned_frame = turning.turned_frame
    cache, path = FrameCache(), str(photo(width=60, height=40))

    def meanwhile(frame: Frame, by: int) -> Frame:
        cache.turn(path, 90)
        return turned_frame(frame, by)

    monkeypatch.setattr(turning, "turned_frame", meanwhile)
    cache.get(path)
    frame = cache.get(path)
    assert (frame.turn, frame.width, frame.height) == (90, 40, 60)


def test_folders_are_listed_with_their_photos_and_videos(photo: Callable[..., Path], tmp_path: Path) -> None:
    photo("folder/b.png")
    photo("folder/deeper/a.png")
    (tmp_path / "folder" / "notes.txt").write_text("no picture")
    (tmp_path / "folder" / "c.mp4").write_bytes(b"")
    found: list[Picture] = []
    assert list_pictures([tmp_path / "folder"], threading.Event(), found.extend, State.WAITING).found == 3
    assert [(p.name, p.is_video) for p in found] == [("b.png", False), ("c.mp4", True), ("a.png", False)]


def test_the_thumbnail_asked_for_last_is_made_first(qtbot: QtBot, photo: Callable[..., Path]) -> None:
    loader = ThumbnailLoader(FrameCache())
    paths = [str(photo(f"{i}.png")) for i in range(4)]
    made: list[str] = []
    loader.ready.connect(lambda source, _image: made.append(source))
    for path in paths:
        loader.ask(path, False)
    qtbot.waitUntil(lambda: len(made) == 4)
    # The first one was already in work when the others came.
    assert made == [paths[0], paths[3], paths[2], paths[1]]


@pytest.mark.parametrize("name", ["photo.png", "clip.mp4"])
def test_the_thumbnail_of_a_file_that_was_away_is_made_once_it_is_back(
    qtbot: QtBot, photo: Callable[..., Path], video: Path, tmp_path: Path, name: str
) -> None:
    loader, path = ThumbnailLoader(FrameCache()), tmp_path / "drive" / name
    with qtbot.waitSignal(loader._queue.idle):
        loader.ask(str(path), name.endswith("mp4"))
    path.parent.mkdir()
    (photo("new.png") if name.endswith("png") else video).rename(path)
    with qtbot.waitSignal(loader.ready):
        loader.ask(str(path), name.endswith("mp4"))
    loader.stop()


def test_on_a_sharp_screen_thumbnails_have_a_pixel_for_each_of_its_own(
    qtbot: QtBot, photo: Callable[..., Path], video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = photo("wide.png", 900, 600), dict[float, int]()
    for ratio in (1.0, 1.5, 2.0):
        monkeypatch.setattr(QGuiApplication, "devicePixelRatio", lambda _self, ratio=ratio: ratio)
        loader = ThumbnailLoader(FrameCache())
        with qtbot.waitSignal(loader.ready) as ready:
            loader.ask(str(path), False)
        assert ready.args is not None
        seen[ratio] = ready.args[1].width()
    assert [seen[1.0] * ratio for ratio in seen] == list(seen.values())
    assert seen[1.0] > _CELL.width() - 20
    frames = FrameThumbnails()
    frames.set_video(video)
    with qtbot.waitSignal(frames.ready) as ready:
        frames.ask(3)
    assert ready.args is not None and ready.args[0].width() == 2 * ready.args[0].deviceIndependentSize().width() == 320
    frames.stop()


def test_where_there_is_no_accelerator_the_devices_are_listed_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyface_core.backends.choice.may_have_accelerator", lambda: False)
    monkeypatch.setitem(sys.modules, "tinyface_core.device", None)  # imports torch
    (processor,) = find_devices()
    assert processor.name == "cpu" and "thread" in str(processor)


def test_where_there_may_be_an_accelerator_torch_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyface_core.backends.choice.may_have_accelerator", lambda: True)
    monkeypatch.setattr("tinyface_core.device.available_devices", lambda: ["mps", "cpu"])
    assert [device.name for device in find_devices()] == ["mps", "cpu"]
