"""A video in the window: play, step, scrub, search, marks on the time line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.pictures import State
from app.settings import Settings
from app.views.timeline import FrameBar, Timeline
from tests.app.conftest import FRAMES, FakeFinder


def open_video(qtbot: QtBot, window: MainWindow, video: Path) -> None:
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=15000)


def shown_number(window: MainWindow) -> int:
    frame = window.session.shown.frame
    return -1 if frame is None or frame.index is None else frame.index


def test_a_video_opens_at_its_first_frame_with_a_time_line(qtbot: QtBot, window: MainWindow, video: Path) -> None:
    open_video(qtbot, window, video)
    assert shown_number(window) == 0
    assert window.video.timeline.isVisible()
    assert window.video.timeline.bar.frames == FRAMES
    assert window.actions_.play.isEnabled()


def test_stepping_shows_the_next_and_the_previous_frame(qtbot: QtBot, window: MainWindow, video: Path) -> None:
    open_video(qtbot, window, video)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: shown_number(window) == 1)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: shown_number(window) == 2)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: shown_number(window) == 1)


def test_scrubbing_ends_at_the_last_place_of_the_mouse(qtbot: QtBot, window: MainWindow, video: Path) -> None:
    open_video(qtbot, window, video)
    for number in range(5, 36):
        window.video.timeline.bar.scrubbed.emit(number)
    qtbot.waitUntil(lambda: shown_number(window) == 35, timeout=15000)
    frame = window.session.shown.frame
    assert frame is not None
    assert frame.pixels.mean() == pytest.approx(35 * 5, abs=6)


def test_playing_goes_on_and_pauses(qtbot: QtBot, window: MainWindow, video: Path) -> None:
    open_video(qtbot, window, video)
    qtbot.mouseClick(window.video.timeline.play, Qt.MouseButton.LeftButton)
    assert window.session.shown.player.playing
    qtbot.waitUntil(lambda: shown_number(window) > 3, timeout=15000)
    if window.session.shown.player.playing:
        qtbot.mouseClick(window.video.timeline.play, Qt.MouseButton.LeftButton)
    assert not window.session.shown.player.playing
    assert not window.video.timeline.play.isChecked()


def test_playing_stops_at_the_end(qtbot: QtBot, window: MainWindow, video: Path) -> None:
    open_video(qtbot, window, video)
    window.session.shown.player.seek(FRAMES - 4)
    qtbot.waitUntil(lambda: shown_number(window) == FRAMES - 4)
    window.session.shown.player.play()
    qtbot.waitUntil(lambda: not window.session.shown.player.playing, timeout=15000)
    qtbot.waitUntil(lambda: shown_number(window) == FRAMES - 1)


def test_the_frame_under_the_cursor_is_searched(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, video: Path
) -> None:
    open_video(qtbot, window, video)
    window.session.shown.player.seek(7)
    qtbot.waitUntil(lambda: shown_number(window) == 7)
    window.actions_.find.trigger()
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    entry = window.session.selection.faces()[0]
    assert entry.index == 7
    assert entry.seconds == pytest.approx(7 / 20, abs=0.01)


def test_behind_the_number_of_a_frame_keys_are_for_the_frame_again(
    qtbot: QtBot, window: MainWindow, video: Path
) -> None:
    open_video(qtbot, window, video)
    number = window.video.timeline.number
    number.setFocus()
    number.selectAll()
    qtbot.keyClicks(number, "7")
    qtbot.keyClick(number, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shown_number(window) == 7)
    assert window.focusWidget() is window.video.timeline.bar
    qtbot.keyClick(window.video.timeline.bar, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shown_number(window) == 8)


def test_every_nth_frame_is_searched_and_marked_on_the_time_line(
    qtbot: QtBot, window: MainWindow, settings: Settings, video: Path
) -> None:
    open_video(qtbot, window, video)
    window.video.timeline.searched_frames.way.activated.emit(1)
    window.video.timeline.searched_frames.step.setValue(15)
    assert settings.video_step == 15
    qtbot.mouseClick(window.video.timeline.search, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 9, timeout=15000)
    picture = window.session.pictures.picture(str(video))
    assert picture is not None
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[0].state == State.DONE)
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[0].faces == 3)  # linked
    assert sorted({entry.index for entry in window.session.faces.entries()}) == [0, 15, 30]
    qtbot.waitUntil(lambda: window.video.timeline.bar.marks == [0, 15, 30])


def test_a_face_of_a_video_chosen_in_the_list_shows_its_frame(
    qtbot: QtBot, window: MainWindow, settings: Settings, video: Path
) -> None:
    settings.video_step = 20
    open_video(qtbot, window, video)
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 6, timeout=15000)
    target = window.session.faces.entries_of(str(video), 20)[0]
    window.face_list.selection.chosen.emit(target.key)
    qtbot.waitUntil(lambda: shown_number(window) == 20)
    qtbot.waitUntil(lambda: window.session.selection.key == target.key)


def test_a_damaged_video_says_so_in_its_place(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(b"no video")
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 1)
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[0].state == State.FAILED)
    assert "broken.mp4" in window.session.pictures.pictures()[0].reason


def test_the_time_line_is_used_by_mouse_and_keys(qtbot: QtBot, settings: Settings) -> None:
    bar = FrameBar()
    qtbot.addWidget(bar)
    bar.resize(416, 30)
    bar.set_frames(101)
    bar.set_marks([10, 50, 90], {0: 1, 2: 3})
    asked: list[int] = []
    bar.scrubbed.connect(asked.append)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(8 + 200, 15))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home):
        qtbot.keyClick(bar, key)
    assert asked == [50, 51, 50, 100, 0]


def test_the_time_line_tells_time_and_frame(qtbot: QtBot, settings: Settings) -> None:
    timeline = Timeline(settings)
    qtbot.addWidget(timeline)
    from app.jobs.video_player import VideoInfo

    timeline.set_video(VideoInfo(frames=251, fps=25))
    timeline.set_position(130, 5.2)
    assert (timeline.time.text(), timeline.number.text()) == ("0:05.20 / 0:10.00", "# 130")


@pytest.mark.parametrize("focus", ["canvas", "bar", "gallery"])
def test_page_keys_go_to_frames_with_faces_wherever_the_focus_is(
    qtbot: QtBot, window: MainWindow, video: Path, photo: Callable[..., Path], focus: str
) -> None:
    open_video(qtbot, window, video)
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 2)
    window.session.shown.show(str(video))
    qtbot.waitUntil(lambda: shown_number(window) == 0 and window.video.timeline.bar.frames == FRAMES)
    widget = {"canvas": window.canvas, "bar": window.video.timeline.bar, "gallery": window.face_list.gallery}[focus]
    window.settings.video_step = 15
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: window.video.timeline.bar.marks == [0, 15, 30], timeout=15000)
    for key, number in ((Qt.Key.Key_PageDown, 15), (Qt.Key.Key_PageDown, 30), (Qt.Key.Key_PageUp, 15)):
        qtbot.keyClick(widget, key)
        qtbot.waitUntil(lambda number=number: shown_number(window) == number, timeout=15000)
    qtbot.keyClick(widget, Qt.Key.Key_PageUp)
    assert window.session.shown.source == str(video)
    qtbot.keyClick(widget, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert window.session.shown.source != str(video)


def test_space_on_a_crop_shows_the_original_and_does_not_play(qtbot: QtBot, window: MainWindow, video: Path) -> None:
    open_video(qtbot, window, video)
    window.actions_.find.trigger()
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    window.session.selection.select(window.session.selection.faces()[0].key)
    qtbot.waitUntil(lambda: bool(window.comparison.grid.crops), timeout=20_000)
    crop = window.comparison.grid.crops[-1]
    qtbot.keyPress(crop, Qt.Key.Key_Space)
    assert window.comparison.bar.original.isChecked()
    assert not window.session.shown.player.playing
    qtbot.keyRelease(crop, Qt.Key.Key_Space)
    assert not window.comparison.bar.original.isChecked()


def test_pointing_at_the_time_line_shows_that_frame_above_the_mouse(
    qtbot: QtBot, window: MainWindow, video: Path
) -> None:
    open_video(qtbot, window, video)
    bar, preview = window.video.timeline.bar, window.video.preview
    place = QPoint(round(bar.x_of(30)), bar.height() // 2)
    qtbot.mouseMove(bar, place)
    qtbot.waitUntil(preview.isVisible)
    brightness = preview.picture.pixmap().toImage().pixelColor(20, 20).red()
    assert brightness == pytest.approx(30 * 5, abs=6)
    assert preview.time.text() == "0:01.50"
    assert preview.geometry().bottom() < bar.mapTo(window, QPoint(0, 0)).y()
    assert shown_number(window) == 0  # pointing is not going there
    bar.pointed.emit(None)
    assert not preview.isVisible()


def test_thumbnails_of_the_time_line_are_kept_and_go_with_their_video(
    qtbot: QtBot, window: MainWindow, video: Path
) -> None:
    open_video(qtbot, window, video)
    thumbnails, seen = window.session.shown.thumbnails, []
    thumbnails.ready.connect(seen.append)
    for number in (*range(40), 7):  # of those that come too quickly only the newest is decoded
        thumbnails.ask(number)
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].pixelColor(20, 20).red() == pytest.approx(35, abs=6))
    assert len(seen) < 10
    before = len(seen)
    thumbnails.ask(7)
    assert len(seen) == before + 1  # at once
    window.session.shown.show(None)
    thumbnails.ask(7)
    qtbot.wait(50)
    assert len(seen) == before + 1
    assert not window.video.preview.isVisible()


def test_where_no_more_frames_have_faces_the_status_bar_says_how_to_go_on(
    qtbot: QtBot, window: MainWindow, video: Path
) -> None:
    open_video(qtbot, window, video)
    qtbot.keyClick(window.canvas, Qt.Key.Key_PageDown)
    assert "Ctrl+PgDown leaves the video" in window.statusBar().currentMessage()
    assert shown_number(window) == 0


def test_the_columns_of_faces_follow_the_height_of_the_bar(qtbot: QtBot) -> None:
    bar = FrameBar()
    qtbot.addWidget(bar)
    bar.set_frames(100)
    bar.set_marks([0, 25, 50], {0: 9, 1: 9, 2: 3})
    bar.resize(300, 38)
    high = bar.grab().toImage()
    bar.resize(300, 16)
    bar.grab()
    bar.resize(300, 38)
    assert bar.grab().toImage() == high
