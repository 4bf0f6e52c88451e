"""Turning a picture by hand: boxes and verdicts turn along, undo turns back, the project remembers it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.face_entry import FaceEntry
from app.models.pictures import State
from tests.app.conftest import BOXES, FakeFinder
from tinyface_core.project.store import Project
from tinyface_core.types import Verdict

MakePhoto = Callable[..., Path]
WIDTH, HEIGHT = 160, 120


def open_searched(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: [p.state for p in window.session.pictures.pictures()] == [State.DONE])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)


def shown_size(window: MainWindow) -> tuple[int, int]:
    frame = window.session.shown.frame
    return (0, 0) if frame is None else (frame.width, frame.height)


def judged(window: MainWindow) -> list[FaceEntry]:
    return [entry for entry in window.session.faces.entries() if entry.verdict]


def turned_right(box: tuple[float, ...]) -> tuple[float, ...]:
    x1, y1, x2, y2 = box
    return (HEIGHT - y2, x1, HEIGHT - y1, x2)


def test_a_turned_picture_is_shown_and_searched_turned_and_keeps_what_was_said(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    path = photo(width=WIDTH, height=HEIGHT)
    open_searched(qtbot, window, path)
    first = window.session.faces.entries()[0]
    window.session.commands.set_verdicts([first.key], Verdict.CONFIRMED)
    drawn = window.session.commands.add_drawn_face(str(path), (100, 80, 110, 90))
    window.canvas.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: shown_size(window) == (HEIGHT, WIDTH))
    frame = window.session.shown.frame
    assert frame is not None and np.array_equal(frame.pixels, np.rot90(np.asarray(Image.open(path)), -1))
    boxes = {entry.key: entry.face.box for entry in judged(window)}
    assert turned_right(first.face.box) in boxes.values() and boxes[drawn] == turned_right((100, 80, 110, 90))
    # It is searched again, as it is now: what was said is kept beside what is found.
    qtbot.waitUntil(lambda: len(finder.searched) == 2 and window.session.searches.queue.waiting_count == 0)
    assert turned_right(first.face.box) in {entry.face.box for entry in judged(window)}
    result = window.session.searches.results[str(path), None]
    assert (result.turn, result.width, result.height) == (90, HEIGHT, WIDTH)
    qtbot.waitUntil(lambda: window.project.is_saved)
    with Project.open(window.project.path) as project:
        assert project.pictures()[0].turn == 90 and project.results()[0].width == HEIGHT
        said = {face.face.box for face in project.faces(str(path)) if face.verdict}
        assert said == {turned_right(first.face.box), turned_right((100, 80, 110, 90))}


def test_undo_turns_a_picture_back(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    window.settings.search_on_open = False
    path = photo(width=WIDTH, height=HEIGHT)
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: shown_size(window) == (WIDTH, HEIGHT))
    window.session.commands.add_drawn_face(str(path), (10, 20, 30, 50))
    window.actions_.turn_left.trigger()
    qtbot.waitUntil(lambda: shown_size(window) == (HEIGHT, WIDTH))
    window.actions_.turn_over.trigger()
    qtbot.waitUntil(lambda: shown_size(window) == (HEIGHT, WIDTH))
    assert window.session.pictures.pictures()[0].turn == 90
    window.actions_.undo.trigger()
    qtbot.waitUntil(lambda: shown_size(window) == (HEIGHT, WIDTH))
    window.actions_.undo.trigger()
    qtbot.waitUntil(lambda: shown_size(window) == (WIDTH, HEIGHT))
    assert [entry.face.box for entry in window.session.faces.entries()] == [(10, 20, 30, 50)]
    qtbot.waitUntil(lambda: window.project.is_saved)
    with Project.open(window.project.path) as project:
        assert project.pictures()[0].turn == 0 and project.faces(str(path))[0].face.box == (10, 20, 30, 50)


def test_undo_turns_a_picture_back_by_its_own_size_whatever_is_shown(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    window.settings.search_on_open = False
    path, other = photo("a.png", WIDTH, HEIGHT), photo("b.png", 40, 30)
    window.session.opened.open_paths([path, other])
    qtbot.waitUntil(lambda: shown_size(window) == (WIDTH, HEIGHT))
    window.session.commands.add_drawn_face(str(path), (10, 20, 30, 50))
    window.actions_.turn_right.trigger()
    qtbot.waitUntil(lambda: shown_size(window) == (HEIGHT, WIDTH))
    window.session.shown.show(str(other))
    qtbot.waitUntil(lambda: shown_size(window) == (40, 30))
    window.actions_.undo.trigger()
    assert [entry.face.box for entry in window.session.faces.entries()] == [(10, 20, 30, 50)]
    window.actions_.redo.trigger()
    assert [entry.face.box for entry in window.session.faces.entries()] == [turned_right((10, 20, 30, 50))]


def test_a_searched_picture_that_undo_turns_back_is_searched_again_as_it_stands(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    path = photo(width=WIDTH, height=HEIGHT)
    open_searched(qtbot, window, path)
    found = [entry.face.box for entry in window.session.faces.entries()]
    for action, searches in ((window.actions_.turn_left, 2), (window.actions_.undo, 3)):
        action.trigger()
        qtbot.waitUntil(lambda done=searches: len(finder.searched) == done)
        qtbot.waitUntil(lambda: window.session.searches.queue.waiting_count == 0)
    qtbot.waitUntil(lambda: [entry.face.box for entry in window.session.faces.entries()] == found)
    assert window.session.searches.results[str(path), None].turn == 0


def test_a_project_shows_its_pictures_as_they_were_turned(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, photo: MakePhoto
) -> None:
    path = photo(width=WIDTH, height=HEIGHT)
    open_searched(qtbot, window, path)
    window.actions_.turn_right.trigger()
    qtbot.waitUntil(lambda: [p.state for p in window.session.pictures.pictures()] == [State.DONE])
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_named and window.project.is_saved)
    with qtbot.waitSignal(window.project.loaded):
        window.project.open(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: shown_size(window) == (HEIGHT, WIDTH))
    assert {entry.face.box for entry in window.session.faces.entries()} == {tuple(map(float, box)) for box in BOXES}
    assert window.session.searches.results[str(path), None].turn == 90


def test_all_pages_of_a_file_are_turned(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    first, *others = (Image.new("RGB", (WIDTH, HEIGHT), (60 * n,) * 3) for n in (1, 2, 3))
    first.save(tmp_path / "scan.tif", save_all=True, append_images=others)
    open_searched(qtbot, window, tmp_path / "scan.tif")
    qtbot.waitUntil(lambda: shown_size(window) == (WIDTH, HEIGHT))
    window.session.shown.player.seek(1)
    qtbot.waitUntil(lambda: window.session.shown.player.number == 1)
    window.actions_.turn_right.trigger()
    qtbot.waitUntil(lambda: shown_size(window) == (HEIGHT, WIDTH))
    assert window.session.shown.player.number == 1
    qtbot.waitUntil(lambda: [p.state for p in window.session.pictures.pictures()] == [State.DONE])
    assert {result.turn for result in window.session.searches.results.values()} == {90}
