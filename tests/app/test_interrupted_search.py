"""Searches that are interrupted go on where they were; what is looked at comes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.pictures import State
from app.settings import Settings
from tests.app.conftest import FakeFinder
from tinyface_core.media.video import Video
from tinyface_core.project.records import ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import CancelToken, Frame

MakePhoto = Callable[..., Path]


@pytest.fixture
def photos(photo: MakePhoto) -> list[Path]:
    return [photo(f"{number:02}.png") for number in range(12)]


def states(window: MainWindow) -> list[State]:
    return [picture.state for picture in window.session.pictures.pictures()]


def interrupt(qtbot: QtBot, window: MainWindow, finder: FakeFinder, after: int) -> None:
    finder.steps, finder.pause = 4, 0.02
    qtbot.waitUntil(lambda: len(window.session.searches.results) >= after)
    window.actions_.cancel.trigger()
    finder.steps, finder.pause = 1, 0.0
    qtbot.waitUntil(lambda: State.RUNNING not in states(window) and State.WAITING not in states(window))


def test_an_interrupted_search_goes_on_with_the_pictures_that_are_left(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photos: list[Path]
) -> None:
    finder.steps, finder.pause = 4, 0.02
    window.session.opened.open_paths(photos)
    interrupt(qtbot, window, finder, 3)
    done = states(window).count(State.DONE)
    assert 3 <= done < len(photos)
    left = f"{len(photos) - done} pictures are not searched yet"
    qtbot.waitUntil(lambda: left in window.status.sentence.text())
    qtbot.mouseClick(window.status.find_rest, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: states(window) == [State.DONE] * len(photos))
    # The one in work may have been done already when it was cancelled.
    assert set(finder.searched) == {str(path) for path in photos} and len(finder.searched) <= len(photos) + 1
    qtbot.waitUntil(lambda: window.status.sentence.text() == "Ready")
    assert not window.status.find_rest.isVisible()


def test_a_second_search_that_is_cancelled_takes_no_badge_away(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photos: list[Path]
) -> None:
    window.session.opened.open_paths(photos)
    qtbot.waitUntil(lambda: states(window) == [State.DONE] * len(photos))
    finder.searched.clear()
    finder.steps, finder.pause = 4, 0.02
    window.actions_.find_all.trigger()
    qtbot.waitUntil(lambda: len(finder.searched) >= 1)
    interrupt(qtbot, window, finder, 1)
    assert states(window) == [State.DONE] * len(photos)
    assert {picture.faces for picture in window.session.pictures.pictures()} == {3}


def test_a_reopened_project_says_how_many_pictures_are_not_searched(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photos: list[Path], tmp_path: Path
) -> None:
    with Project.create(tmp_path / "case.tinyface") as project:
        project.add_pictures([ProjectPicture(str(path)) for path in photos])
    window.opener.open_paths([tmp_path / "case.tinyface"])
    qtbot.waitUntil(lambda: "12 pictures are not searched yet" in window.status.sentence.text())
    qtbot.mouseClick(window.status.find_rest, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(finder.searched) == len(photos))


def test_a_project_that_comes_with_other_files_is_opened_alone_and_says_so(
    qtbot: QtBot, window: MainWindow, photos: list[Path], tmp_path: Path
) -> None:
    path = tmp_path / "case.tinyface"
    with Project.create(path) as project:
        project.add_pictures([ProjectPicture(str(photos[0]))])
    window.opener.open_paths([photos[1], path, photos[2]])
    qtbot.waitUntil(lambda: window.project.path == path and len(states(window)) == 1)
    assert window.notice.isVisible() and window.notice.sentence.text().startswith("Only case.tinyface is opened")


def test_a_picture_with_drawn_faces_alone_is_not_searched_yet_but_shows_their_number(
    qtbot: QtBot, window: MainWindow, settings: Settings, photos: list[Path], tmp_path: Path
) -> None:
    settings.search_on_open = False
    window.session.opened.open_paths(photos[:1])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    window.canvas.face_drawn.emit((10.0, 10.0, 40.0, 40.0))
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_named and window.project.is_saved)
    window.actions_.close_all.trigger()
    window.opener.open_paths([tmp_path / "case.tinyface"])
    qtbot.waitUntil(lambda: "1 picture is not searched yet" in window.status.sentence.text())
    (picture,) = window.session.pictures.pictures()
    assert (picture.state, picture.faces) == (State.IDLE, 1)


def test_the_pictures_in_sight_of_the_film_strip_are_searched_first(
    qtbot: QtBot, window: MainWindow, settings: Settings, finder: FakeFinder, photo: MakePhoto
) -> None:
    settings.search_on_open = False
    photos = [photo(f"{number:02}.png", 32, 24) for number in range(40)]
    window.session.opened.open_paths(photos)
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 40 and window.session.shown.frame is not None)
    strip = window.film_strip
    qtbot.waitUntil(lambda: strip.horizontalScrollBar().maximum() > 0)
    with qtbot.waitSignal(strip.in_sight):
        strip.horizontalScrollBar().setValue(1500)
    seen = strip.sources_in_sight()
    assert str(photos[0]) not in seen
    window.actions_.find_all.trigger()
    following = [str(path) for path in photos if str(path) > seen[-1]][:2]
    qtbot.waitUntil(lambda: len(finder.searched) >= len(seen) + 3)
    assert finder.searched[: len(seen) + 3] == [str(photos[0]), *seen, *following]


def begin_slow_search(qtbot: QtBot, window: MainWindow, finder: FakeFinder, video: Path) -> None:
    """Four frames, slow enough to be stopped between them."""
    window.settings.video_step = 10
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    finder.steps, finder.pause = 4, 0.02
    window.actions_.find_video.trigger()


def test_the_interrupted_search_of_a_video_goes_on_where_it_was(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, frames = list[int](), Video.frames
    begin_slow_search(qtbot, window, finder, video)
    interrupt(qtbot, window, finder, 2)
    searched = len(window.session.searches.results)

    def frames_from(self: Video, every: int = 1, cancel: CancelToken | None = None, start: int = 0) -> Iterator[Frame]:
        begun.append(start)
        return frames(self, every, cancel, start)

    monkeypatch.setattr(Video, "frames", frames_from)
    assert states(window) == [State.DONE] and 2 <= len(window.session.searches.results) < 4
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: len(window.video.timeline.bar.marks) == 4)
    qtbot.waitUntil(lambda: states(window) == [State.DONE])
    assert len(finder.searched) <= 5, "the one in work may have been done already when it was cancelled"
    assert begun[0] == 10 * (searched - 1), "what was searched is not decoded again"
    finder.searched.clear()
    # Once it came to its end, another search is a new one.
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: len(finder.searched) == 4)


def test_an_interrupted_search_of_a_video_that_goes_on_with_other_weights_searches_all_frames(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, video: Path
) -> None:
    begin_slow_search(qtbot, window, finder, video)
    interrupt(qtbot, window, finder, 2)
    finder.searched.clear()
    finder.weights = {"detector": "own 0123"}
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: len(finder.searched) >= 4)
    qtbot.waitUntil(lambda: states(window) == [State.DONE])


def test_a_video_that_is_asked_for_while_its_project_loads_goes_on_where_it_was(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, video: Path
) -> None:
    begin_slow_search(qtbot, window, finder, video)
    interrupt(qtbot, window, finder, 2)
    finder.searched.clear()
    results = dict(window.session.searches.results)
    window.session.searches.load(True)
    window.session.searches.results.clear()
    window.actions_.find_video.trigger()
    assert states(window) == [State.WAITING]
    window.session.searches.results.update(results)
    window.session.searches.load(False)
    qtbot.waitUntil(lambda: len(window.session.searches.results) == 4)
    assert len(finder.searched) == 4 - len(results)


def test_a_video_that_is_asked_for_while_it_stops_is_searched_behind_that(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, video: Path
) -> None:
    begin_slow_search(qtbot, window, finder, video)
    qtbot.waitUntil(lambda: len(window.session.searches.results) >= 1)
    window.actions_.cancel.trigger()
    window.actions_.find_video.trigger()
    assert states(window) == [State.WAITING]
    qtbot.waitUntil(lambda: len(window.video.timeline.bar.marks) == 4)
    qtbot.waitUntil(lambda: states(window) == [State.DONE])


def test_a_video_that_waits_is_searched_once_the_one_before_was_looked_at_again_and_followed(
    qtbot: QtBot, window: MainWindow, video: Path, tmp_path: Path
) -> None:
    other = tmp_path / "zz.mp4"
    other.write_bytes(video.read_bytes())
    window.settings.video_step = 10
    window.session.opened.open_paths([video, other])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None and len(states(window)) == 2)
    for source in (video, other):
        window.session.shown.show(str(source))
        qtbot.waitUntil(lambda: window.session.shown.frame is not None)
        window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: states(window) == [State.DONE, State.DONE])
    assert [picture.remaining for picture in window.session.pictures.pictures()] == ["", ""]
    followed = {entry.source for entry in window.session.faces.entries() if entry.moves_behind}
    assert followed == {str(video), str(other)}


@pytest.mark.parametrize("most", [3, 4])
def test_work_without_a_name_is_kept_where_many_frames_of_a_video_were_searched(
    qtbot: QtBot, window: MainWindow, video: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("app.session.project_file._MOST_FORGOTTEN", most)
    window.settings.video_step = 10
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: states(window) == [State.DONE])
    path = window.project.path
    window.close()
    assert path.exists() == (str(path) in window.settings.recent) == (most < 4)


def test_a_video_that_is_closed_is_searched_no_more(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, video: Path
) -> None:
    begin_slow_search(qtbot, window, finder, video)
    qtbot.waitUntil(lambda: len(window.session.searches.results) >= 1)
    window.session.opened.close_picture(str(video))
    qtbot.waitUntil(lambda: window.status.sentence.text() == "Ready")
    assert len(finder.searched) < 4


def test_a_second_video_waits_for_the_first_one_and_may_be_cancelled_meanwhile(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, video: Path, tmp_path: Path
) -> None:
    other = tmp_path / "zz.mp4"
    other.write_bytes(video.read_bytes())
    window.session.opened.open_paths([video, other])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None and len(states(window)) == 2)
    finder.steps, finder.pause = 1000, 0.02
    for source in (video, other):
        window.session.shown.show(str(source))
        qtbot.waitUntil(lambda: window.session.shown.frame is not None)
        window.actions_.find_video.trigger()
    assert states(window) == [State.RUNNING, State.WAITING]
    window.actions_.cancel.trigger()
    assert states(window)[1] == State.IDLE
    finder.steps = 1
    window.actions_.find_video.trigger()
    qtbot.waitUntil(lambda: states(window)[1] == State.DONE)
    assert str(other) in {source for source, _ in window.session.searches.results}
