"""A video is run on and back at several speeds, between marks, with sound, and a frame is gone to by its number."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtMultimedia import QMediaPlayer
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tests.app.conftest import FRAMES
from tests.app.test_video_view import open_video, shown_number

Key = Qt.Key


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, video: Path) -> MainWindow:
    open_video(qtbot, window, video)
    return window


def test_l_runs_quicker_each_time_and_k_stops(qtbot: QtBot, opened: MainWindow) -> None:
    player = opened.session.shown.player
    for speed in (1, 2, 4, 8, 8):
        qtbot.keyClick(opened.canvas, Key.Key_L)
        assert player.playing and player.speed == speed
    assert opened.video.timeline.time.text().startswith("8 ×") and not opened.actions_.loupe.isChecked()
    qtbot.keyClick(opened.canvas, Key.Key_K)
    assert not player.playing and not opened.video.timeline.time.text().startswith("8 ×")


def test_j_runs_backwards_to_the_first_frame(qtbot: QtBot, opened: MainWindow) -> None:
    opened.session.shown.player.seek(12)
    qtbot.waitUntil(lambda: shown_number(opened) == 12)
    qtbot.keyClick(opened.canvas, Key.Key_J)
    assert opened.session.shown.player.speed == -1
    qtbot.waitUntil(lambda: 0 < shown_number(opened) < 12)
    qtbot.waitUntil(lambda: shown_number(opened) == 0 and not opened.session.shown.player.playing)


def test_the_part_between_the_marks_is_played_again_and_again(qtbot: QtBot, opened: MainWindow) -> None:
    player = opened.session.shown.player
    for number, key in ((10, Key.Key_I), (14, Key.Key_O)):
        player.seek(number)
        qtbot.waitUntil(lambda number=number: shown_number(opened) == number)  # type: ignore[misc]
        qtbot.keyClick(opened.canvas, key)
    assert player.marks == (10, 14) == opened.video.timeline.bar.part
    seen: list[int] = []
    player.shown.connect(lambda shown: seen.append(shown.frame.index))
    qtbot.keyClick(opened.canvas, Key.Key_Space)
    qtbot.waitUntil(lambda: any(after < before for before, after in pairwise(seen)))
    player.pause()
    assert set(seen) <= set(range(10, 15))
    player.seek(10)
    qtbot.waitUntil(lambda: shown_number(opened) == 10)
    qtbot.keyClick(opened.canvas, Key.Key_I)
    assert player.marks == (None, 14)


def test_a_typed_number_goes_to_that_frame(qtbot: QtBot, opened: MainWindow) -> None:
    number = opened.video.timeline.number
    assert number.maximum() == FRAMES - 1
    number.setFocus()
    number.selectAll()
    qtbot.keyClicks(number, "23")
    qtbot.keyClick(number, Key.Key_Return)
    qtbot.waitUntil(lambda: shown_number(opened) == 23)


def test_sound_is_off_until_it_is_switched_on(qtbot: QtBot, opened: MainWindow, video: Path) -> None:
    player = opened.session.shown.player
    player.play()
    assert opened.video.sound.media is None, "nothing is loaded for what nobody hears"
    qtbot.mouseClick(opened.video.timeline.sound, Qt.MouseButton.LeftButton)
    media = opened.video.sound.media
    assert media is not None and media.source().toLocalFile() == str(video)
    qtbot.waitUntil(lambda: media.playbackState() == QMediaPlayer.PlaybackState.PlayingState)
    player.play(4.0)
    assert media.playbackState() == QMediaPlayer.PlaybackState.PausedState
    player.pause()


def test_l_is_the_loupe_of_a_photo(qtbot: QtBot, opened: MainWindow, video: Path) -> None:
    photo = video.with_suffix(".png")
    opened.canvas.grab().save(str(photo))
    opened.session.opened.open_paths([photo])
    qtbot.waitUntil(lambda: opened.session.shown.source == str(photo))
    qtbot.keyClick(opened.canvas, Key.Key_L)
    assert opened.actions_.loupe.isChecked()


def test_where_sound_cannot_be_played_a_sentence_says_so(
    qtbot: QtBot, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    opened.session.shown.player.play()
    qtbot.mouseClick(opened.video.timeline.sound, Qt.MouseButton.LeftButton)
    assert "Sound cannot be played" in opened.notice.sentence.text()
    assert opened.session.shown.player.playing
