"""Tests of the collection of garbage in the window's thread."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.work.collecting import Collector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    """One at work, as in the program, after Python's own way of collecting."""
    gc.enable()
    collector = Collector()
    yield collector
    collector.stop()


def _garbage(lost: list[int]) -> None:
    """Make an object of Qt that only a cycle holds, and note the thread that deletes it."""
    owner = QObject()
    owner.itself = owner  # type: ignore[attr-defined]
    weakref.finalize(owner, lambda: lost.append(threading.get_ident()))


def _work() -> None:
    """Make as many objects as start collections of every generation, if Python collects by itself."""
    held = [[number] for number in range(200_000)]
    assert held


def test_what_is_garbage_is_deleted_by_the_windows_thread_while_workers_make_objects(
    qtbot: QtBot, collector: Collector
) -> None:
    lost: list[int] = []
    _garbage(lost)
    worker = threading.Thread(target=_work)
    worker.start()
    worker.join()
    assert not lost
    for _ in range(150):  # the older generations come after ten of the younger
        held = [[number] for number in range(1000)]
        collector.collect()
    assert held and lost == [threading.get_ident()]


def test_garbage_is_collected_while_the_window_waits(qtbot: QtBot, collector: Collector) -> None:
    lost: list[int] = []
    _garbage(lost)
    held = [[number] for number in range(2000)]
    qtbot.waitUntil(lambda: bool(lost), timeout=3000)
    assert held


def test_what_a_long_collection_leaves_is_not_looked_at_again(qtbot: QtBot, collector: Collector) -> None:
    frozen = gc.get_freeze_count()
    held = [[number] for number in range(300_000)]
    collector.collect()
    assert gc.get_freeze_count() - frozen > len(held)
