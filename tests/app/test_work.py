"""The newest wish counts; many wishes are fulfilled in the order that is wanted when their turn is there."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.work import Job, JobQueue, LatestJob, Report, Work, Worker, in_turns
from tinyface_core.types import CancelToken


class Gate:
    """Work that ends once it is let, and says what it saw."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, cancel: CancelToken, _report: Report) -> str:
        self.begun.set()
        self.go_on.wait(10)
        return "stopped" if cancel.is_set() else "done"


def listen(job: Job[str], name: str, told: list[tuple[str, str]]) -> Job[str]:
    job.then(lambda value: told.append((name, value)), lambda sentence, _details: told.append((name, sentence)))
    job.cancelled.connect(lambda: told.append((name, "cancelled")))
    return job


def test_a_new_wish_cancels_the_one_that_runs(qtbot: QtBot) -> None:
    worker, gate, told = Worker(), Gate(), list[tuple[str, str]]()
    latest = LatestJob(worker)
    listen(latest.start(gate), "first", told)
    assert gate.begun.wait(5)
    second = listen(latest.start(lambda _cancel, _report: "done"), "second", told)
    with qtbot.waitSignal(second.done):
        gate.go_on.set()
    assert told == [("first", "cancelled"), ("second", "done")]
    assert not latest.is_busy


def test_between_many_parts_that_are_told_at_once_the_window_stays_awake(qtbot: QtBot) -> None:
    worker, told, ticks = Worker(), list[int](), list[int]()
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: ticks.append(told[-1]) if told else None)
    timer.start()

    def take(part: int) -> None:
        time.sleep(0.002)  # as the models take to take it in
        told.append(part)

    job = worker.start(lambda _cancel, report: report.partials(range(40)))
    job.partial.connect(take)
    with qtbot.waitSignal(job.done):
        pass
    assert told == list(range(40)) and len(set(ticks)) > 20, "something else was done between"


def test_where_results_are_of_use_the_newest_wish_waits_and_those_between_are_dropped(qtbot: QtBot) -> None:
    worker, gate, told = Worker(), Gate(), list[tuple[str, str]]()
    latest, made = LatestJob(worker, let_run=True), list[str]()
    listen(latest.start(gate), "first", told)
    assert gate.begun.wait(5)

    def make(name: str) -> Work[str]:
        return lambda _cancel, _report: made.append(name) or "done"  # type: ignore[func-returns-value]

    jobs = [listen(latest.start(make(name)), name, told) for name in ("second", "third", "fourth")]
    assert told == [("second", "cancelled"), ("third", "cancelled")]
    with qtbot.waitSignal(jobs[-1].done):
        gate.go_on.set()
    assert told[2:] == [("first", "done"), ("fourth", "done")]
    assert made == ["fourth"]


def test_after_cancel_neither_what_runs_nor_what_waits_is_heard_of(qtbot: QtBot) -> None:
    worker, gate, told = Worker(), Gate(), list[tuple[str, str]]()
    latest = LatestJob(worker, let_run=True)
    first = listen(latest.start(gate), "first", told)
    assert gate.begun.wait(5)
    listen(latest.start(lambda _cancel, _report: "done"), "second", told)
    with qtbot.waitSignal(first.done):
        latest.cancel()
        gate.go_on.set()
    assert told == [("second", "cancelled"), ("first", "cancelled")]
    assert not latest.is_busy


def test_a_worker_stops_all_its_jobs(qtbot: QtBot) -> None:
    worker, told = Worker(), list[tuple[str, str]]()

    def until_cancelled(cancel: CancelToken, _report: Report) -> str:
        while not cancel.is_set():
            threading.Event().wait(0.005)
        return "stopped"

    for name in ("first", "second"):
        listen(worker.start(until_cancelled), name, told)
    worker.stop()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [("first", "cancelled"), ("second", "cancelled")]


def test_what_a_stopped_worker_is_given_is_cancelled(qtbot: QtBot) -> None:
    """A search that is broken off as the window closes would have had its faces linked."""
    worker, gate, told = Worker(), Gate(), list[tuple[str, str]]()
    search = listen(worker.start(gate), "search", told)
    search.cancelled.connect(lambda: listen(worker.start(lambda _cancel, _report: "linked"), "linking", told))
    gate.begun.wait(10)
    gate.go_on.set()
    worker.stop()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [("search", "cancelled"), ("linking", "cancelled")]


@pytest.mark.skipif(sys.platform != "linux", reason="asks the scheduler of Linux")
def test_threads_of_a_worker_do_not_interrupt_the_window_when_they_wake(qtbot: QtBot) -> None:
    worker, told = Worker(), list[object]()

    def ask(_cancel: CancelToken, _report: Report) -> list[int]:
        own = [os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())]
        with ThreadPoolExecutor(1) as started_there:
            return [*own, started_there.submit(os.sched_getscheduler, 0).result()]

    window = (os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    worker.start(ask).then(told.append, lambda *failure: told.append(failure))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [[os.SCHED_BATCH, window[1], os.SCHED_BATCH]]
    assert (os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())) == window
    assert window[0] == os.SCHED_OTHER


def queue_of(worker: Worker, **options: int | bool) -> tuple[JobQueue[str, str], list[str], Gate]:
    """A queue whose first job waits at a gate, and the results in order."""
    gate, results = Gate(), list[str]()

    def work_for(key: str) -> Work[str] | None:
        if key == "nothing to do":
            return None
        return gate if key == "gate" else lambda _cancel, _report: key

    queue: JobQueue[str, str] = JobQueue(worker, work_for, **options)  # type: ignore[arg-type]
    queue.result.connect(lambda key, _value: results.append(key))
    queue.add(["gate"])
    return queue, results, gate


def test_the_newest_wishes_come_first_and_the_oldest_are_forgotten(qtbot: QtBot) -> None:
    worker = Worker()
    queue, results, gate = queue_of(worker, newest_first=True, most=3)
    for key in ("a", "b", "c", "d", "b"):
        queue.add([key])
    with qtbot.waitSignal(queue.idle):
        gate.go_on.set()
    assert results == ["gate", "b", "d", "c"]


def test_preferred_wishes_overtake_and_dropped_ones_are_not_fulfilled(qtbot: QtBot) -> None:
    worker = Worker()
    queue, results, gate = queue_of(worker)
    queue.add(["a", "b", "nothing to do", "c", "d"])
    queue.prefer(["d", "x", "b"])
    queue.drop("a")
    with qtbot.waitSignal(queue.idle):
        gate.go_on.set()
    assert results == ["gate", "d", "b", "c"]
    assert queue.waiting_count == queue.finished_count == 0


def test_a_cancelled_queue_names_what_it_gives_up(qtbot: QtBot) -> None:
    worker = Worker()
    queue, results, gate = queue_of(worker)
    queue.add(["a", "b"])
    assert gate.begun.wait(5)
    with qtbot.waitSignal(queue.cancelled) as given_up:
        queue.cancel()
    assert given_up.args == [["a", "b", "gate"]]
    with qtbot.waitSignal(queue.idle):
        gate.go_on.set()
    assert results == []


def test_what_work_held_is_let_go_when_it_is_done(qtbot: QtBot) -> None:
    worker, alive = Worker(), []
    for _ in range(3):
        pixels = np.zeros((4, 4))
        alive.append(weakref.ref(pixels))
        job = worker.start(lambda _cancel, _report, pixels=pixels: pixels.sum())
        with qtbot.waitSignal(job.done):
            pass
        del pixels, job
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [held() for held in alive] == [None] * 3
    worker.stop()


def test_a_window_that_is_slow_takes_in_parts_one_by_one_with_other_work_between(qtbot: QtBot) -> None:
    worker, happened = Worker(), list[str]()

    def take(part: object) -> None:
        happened.append(str(part))
        time.sleep(0.05)  # as on a busy computer

    clock = QTimer(interval=0)
    clock.timeout.connect(lambda: happened.append("clock"))
    clock.start()
    job = worker.start(lambda _cancel, report: report.partials(["first", "second", "third"]))
    job.partial.connect(take)
    with qtbot.waitSignal(job.done):
        pass
    clock.stop()
    assert [name for name in happened if name != "clock"] == ["first", "second", "third"]
    assert happened[happened.index("first") + 1] == happened[happened.index("second") + 1] == "clock"
    worker.stop()


def test_work_that_tells_parts_ends_though_the_window_waits_for_it(qtbot: QtBot) -> None:
    worker, taken = Worker(), list[object]()
    job = worker.start(lambda _cancel, report: report.partials(["first", "second"]))
    job.partial.connect(taken.append)
    worker.wait()
    with qtbot.waitSignal(job.done):
        pass
    assert taken == ["first", "second"]


def test_timers_that_are_due_come_between_two_steps(qtbot: QtBot) -> None:
    done: list[str] = []
    clock = QTimer(interval=0)
    clock.timeout.connect(lambda: done.append("clock"))
    owner = QObject()
    in_turns(owner, map(done.append, ["first", "second", "third"]))
    assert not done, "the first step is a turn's work too"
    clock.start()
    qtbot.waitUntil(lambda: "third" in done)
    clock.stop()
    assert [name for name in done if name != "clock"] == ["first", "second", "third"]
    assert all(name == "clock" for name in done[done.index("first") + 1 :: 2][:2])


def test_no_step_is_taken_for_what_is_deleted(qtbot: QtBot) -> None:
    done: list[object] = []
    owner = QObject()
    in_turns(owner, map(done.append, count()))
    qtbot.waitUntil(lambda: bool(done))
    owner.deleteLater()
    qtbot.waitUntil(lambda: not isValid(owner))
    taken = len(done)
    qtbot.wait(20)
    assert len(done) == taken


def test_what_was_done_before_a_stage_began_does_not_count_as_quick_work(qtbot: QtBot) -> None:
    worker, told = Worker(), list[tuple[int, float]]()

    def work(_cancel: CancelToken, report: Report) -> None:
        for done in (90, 91):
            report("video", done, 100)
            time.sleep(0.1)

    job = worker.start(work)
    job.progress.connect(lambda _stage, done, _total, remaining: told.append((done, remaining)))
    with qtbot.waitSignal(job.done):
        pass
    (first, unknown), (second, remaining) = told
    assert (first, unknown, second) == (90, -1, 91) and remaining > 0.8


def test_a_stage_that_comes_again_is_timed_anew(qtbot: QtBot) -> None:
    worker, told = Worker(), list[tuple[int, float]]()

    def work(_cancel: CancelToken, report: Report) -> None:
        for done, seconds in ((0, 0.4), (10, 0.06), (0, 0.06), (5, 0.06)):
            report("crops", done, 10)
            time.sleep(seconds)

    job = worker.start(work)
    job.progress.connect(lambda _stage, done, _total, remaining: told.append((done, remaining)))
    with qtbot.waitSignal(job.done):
        pass
    assert [done for done, _ in told] == [0, 10, 0, 5]
    assert told[2][1] == -1 and told[3][1] < 0.3
