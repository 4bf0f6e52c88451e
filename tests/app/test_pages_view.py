"""The pages of a TIFF in the window: searched like photos, turned over like the frames of a video."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.face_columns import Column
from app.models.pictures import State
from tests.app.conftest import FakeFinder
from tinyface_core.project.store import Project

PAGES = 3


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Each page as bright as its number tells."""
    first, *others = (Image.fromarray(np.full((120, 160, 3), 60 * n, np.uint8)) for n in range(1, PAGES + 1))
    first.save(tmp_path / "scan.tif", save_all=True, append_images=others)
    return tmp_path / "scan.tif"


def brightness(window: MainWindow) -> int:
    frame = window.session.shown.frame
    return -1 if frame is None else int(frame.pixels.mean())


def open_searched(qtbot: QtBot, window: MainWindow, scan: Path) -> None:
    window.session.opened.open_paths([scan])
    qtbot.waitUntil(lambda: [p.state for p in window.session.pictures.pictures()] == [State.DONE])


def test_all_pages_are_searched_when_the_file_is_opened(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, scan: Path
) -> None:
    open_searched(qtbot, window, scan)
    assert [index for _source, index in window.session.searches.results] == list(range(PAGES))
    visible = window.session.visible
    times = {visible.index(row, Column.TIME).data() for row in range(visible.rowCount())}
    assert times == {"page 1", "page 2", "page 3"}
    qtbot.waitUntil(lambda: window.project.is_saved)
    with Project.open(window.project.path) as project:
        assert {face.index for face in project.faces(str(scan))} == {0, 1, 2} and project.pictures()[0].has_pages


def test_pages_are_turned_over_by_keys_and_by_their_number(qtbot: QtBot, window: MainWindow, scan: Path) -> None:
    open_searched(qtbot, window, scan)
    line = window.video.timeline
    qtbot.waitUntil(lambda: brightness(window) == 60)
    assert line.isVisible() and not line.play.isVisible() and not line.time.isVisible()
    assert not line.searched_frames.isVisible()
    assert line.number.text() == "page 1 of 3" and line.search.text() == "Search all pages"
    window.canvas.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: brightness(window) == 120)
    assert line.number.text() == "page 2 of 3"
    line.number.setValue(3)
    qtbot.waitUntil(lambda: brightness(window) == 180)
    assert window.actions_.find_video.isEnabled() and not window.actions_.play.isEnabled()
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)


def test_a_face_of_another_page_is_shown_where_it_is(qtbot: QtBot, window: MainWindow, scan: Path) -> None:
    open_searched(qtbot, window, scan)
    last = window.session.faces.entries_of(str(scan), 2)[0]
    window.session.selection.visit(last.key)
    qtbot.waitUntil(lambda: brightness(window) == 180)
    window.actions_.find.trigger()  # this page alone
    qtbot.waitUntil(lambda: len(window.session.faces.entries_of(str(scan), 2)) == 3)


def test_the_pages_of_a_project_come_back(qtbot: QtBot, window: MainWindow, tmp_path: Path, scan: Path) -> None:
    open_searched(qtbot, window, scan)
    path = tmp_path / "case.tinyface"
    window.project.save_as(path)
    qtbot.waitUntil(lambda: window.project.is_named and window.project.is_saved)
    with qtbot.waitSignal(window.project.loaded):
        window.project.open(path)
    assert window.session.pictures.pictures()[0].has_pages
    assert len(window.session.faces.entries_of(str(scan), 1)) == 3
    qtbot.waitUntil(lambda: window.video.timeline.number.text() == "page 1 of 3")


def test_pointing_at_pages_shows_no_time_as_they_have_none(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """An animation is pages too, though it could be read as a video."""
    first, *others = (Image.fromarray(np.full((64, 80, 3), 60 * n, np.uint8)) for n in range(1, PAGES + 1))
    first.save(tmp_path / "a.gif", save_all=True, append_images=others)
    open_searched(qtbot, window, tmp_path / "a.gif")
    qtbot.waitUntil(lambda: brightness(window) == 60)
    seen: list[object] = []
    window.session.shown.thumbnails.ready.connect(seen.append)
    window.video.timeline.bar.pointed.emit(1)
    qtbot.wait(200)
    assert not seen and not window.video.preview.isVisible()


def test_page_keys_go_on_to_the_next_picture_from_the_last_page(
    qtbot: QtBot, window: MainWindow, scan: Path, photo: Callable[..., Path]
) -> None:
    window.session.opened.open_paths([photo("a.png"), scan, photo("z.png")])
    qtbot.waitUntil(lambda: [p.state for p in window.session.pictures.pictures()] == [State.DONE] * 3)

    def press(key: Qt.Key) -> str:
        qtbot.keyClick(window.canvas, key)
        qtbot.waitUntil(lambda: window.session.shown.frame is not None)
        name = Path(window.session.shown.source or "").name
        qtbot.waitUntil(lambda: name != "scan.tif" or len(window.video.timeline.bar.marks) == PAGES)
        return name

    assert [press(Qt.Key.Key_PageDown) for _ in range(PAGES + 1)] == ["scan.tif"] * PAGES + ["z.png"]
    assert [press(Qt.Key.Key_PageUp) for _ in range(2)] == ["scan.tif", "a.png"]
