"""Judging faces in the whole window: each key counts, over pictures and frames."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.faces import KEY_ROLE
from tinyface_core.types import Verdict

MakePhoto = Callable[..., Path]


@pytest.fixture
def three(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> list[str]:
    """Three searched pictures of three faces each; the list shows the best score first."""
    paths = [photo(f"{name}.png") for name in "abc"]
    window.session.opened.open_paths(paths)
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 9)
    qtbot.waitUntil(lambda: window.face_list.count.text().startswith("9"))
    return [str(path) for path in paths]


def key_at(window: MainWindow, row: int) -> int:
    return int(window.session.visible.index(row, 0).data(KEY_ROLE))


def verdicts(window: MainWindow) -> list[Verdict]:
    return [entry.verdict for entry in window.session.visible.entries()]


def click(qtbot: QtBot, window: MainWindow, row: int, modifier: Qt.KeyboardModifier) -> None:
    gallery = window.face_list.gallery
    index = window.session.visible.index(row, 0)
    gallery.scrollTo(index)
    place = gallery.visualRect(index).center()
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_verdict_keys_in_the_list_go_on_from_face_to_face_without_losing_one(
    qtbot: QtBot, window: MainWindow, three: list[str]
) -> None:
    click(qtbot, window, 0, Qt.KeyboardModifier.NoModifier)
    for key in (Qt.Key.Key_Y, Qt.Key.Key_N, Qt.Key.Key_U, Qt.Key.Key_Y):
        qtbot.keyClick(window.face_list.gallery, key)
    wanted = [Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE, Verdict.CONFIRMED]
    assert verdicts(window) == wanted + [Verdict.UNDECIDED] * 5
    qtbot.waitUntil(lambda: window.canvas.selected == key_at(window, 4))
    assert window.face_list.selection.keys() == [key_at(window, 4)]


@pytest.mark.parametrize("place", ["button", "filter"])
def test_verdict_keys_go_on_wherever_the_focus_is_in_the_panel(
    qtbot: QtBot, window: MainWindow, three: list[str], place: str
) -> None:
    panel = window.face_list
    widget: QWidget = panel.verdict_buttons[Verdict.CONFIRMED] if place == "button" else panel.filters.verdict_filter
    click(qtbot, window, 0, Qt.KeyboardModifier.NoModifier)
    qtbot.keyClick(widget, Qt.Key.Key_N)
    qtbot.keyClick(widget, Qt.Key.Key_N)
    assert verdicts(window)[:3] == [Verdict.NOT_A_FACE, Verdict.NOT_A_FACE, Verdict.UNDECIDED]
    assert panel.filters.verdict_filter.currentIndex() == 0


def test_a_verdict_on_the_picture_stays_with_its_face(qtbot: QtBot, window: MainWindow, three: list[str]) -> None:
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    key = window.session.selection.faces()[0].key
    window.canvas.face_clicked.emit(key)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Y)
    assert window.session.selection.key == key


def test_faces_of_several_pictures_are_judged_at_once(qtbot: QtBot, window: MainWindow, three: list[str]) -> None:
    click(qtbot, window, 1, Qt.KeyboardModifier.NoModifier)
    click(qtbot, window, 6, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.canvas.selected == key_at(window, 6))
    assert window.face_list.selection.keys() == [key_at(window, row) for row in range(1, 7)]
    click(qtbot, window, 3, Qt.KeyboardModifier.ControlModifier)
    click(qtbot, window, 8, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.canvas.selected == key_at(window, 8))
    qtbot.keyClick(window.face_list.gallery, Qt.Key.Key_N)
    judged = [row for row, verdict in enumerate(verdicts(window)) if verdict == Verdict.NOT_A_FACE]
    assert judged == [1, 2, 4, 5, 6, 8]
    assert window.session.commands.stack.count() == 1


def test_a_click_on_the_picture_selects_that_face_alone(qtbot: QtBot, window: MainWindow, three: list[str]) -> None:
    click(qtbot, window, 0, Qt.KeyboardModifier.NoModifier)
    click(qtbot, window, 8, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.canvas.selected == key_at(window, 8))
    window.canvas.view.fit(animated=False)
    x1, y1, x2, y2 = window.session.visible.entries()[8].face.box
    middle = window.canvas.view.from_picture(QPointF((x1 + x2) / 2, (y1 + y2) / 2)).toPoint()
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert window.face_list.selection.keys() == [key_at(window, 8)]


def test_a_face_whose_picture_is_gone_does_not_come_back_with_the_next_picture(
    qtbot: QtBot, window: MainWindow, three: list[str]
) -> None:
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    window.session.shown.cache.forget(three[1])
    Path(three[1]).unlink()
    lost = window.session.faces.entries_of(three[1])[0]
    window.session.selection.select(lost.key, go_there=True)
    qtbot.waitUntil(lambda: window.session.shown.source == three[1])
    window.session.shown.show(three[2])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    qtbot.wait(50)
    assert window.session.shown.source == three[2] and window.session.selection.key == -1


def test_undo_and_redo_go_to_the_face_though_it_is_of_another_picture(
    qtbot: QtBot, window: MainWindow, three: list[str]
) -> None:
    said = window.session.faces.entries_of(three[1])[2]
    window.session.selection.give_verdict([said.key], Verdict.NOT_A_FACE)
    qtbot.waitUntil(lambda: window.session.shown.source == three[0])
    window.actions_.undo.trigger()
    qtbot.waitUntil(lambda: window.canvas.selected == said.key)
    assert window.session.shown.source == three[1] and window.face_list.selection.keys() == [said.key]
    window.session.shown.show(three[2])
    window.actions_.redo.trigger()
    qtbot.waitUntil(lambda: window.canvas.selected == said.key and window.session.shown.source == three[1])


def test_undo_of_a_drawn_face_goes_to_its_picture(qtbot: QtBot, window: MainWindow, three: list[str]) -> None:
    window.session.commands.add_drawn_face(three[2], (1.0, 1.0, 20.0, 20.0))
    qtbot.waitUntil(lambda: window.session.shown.source == three[0])
    window.actions_.undo.trigger()
    qtbot.waitUntil(lambda: window.session.shown.source == three[2])


def test_a_verdict_on_no_face_says_what_to_do_until_a_face_is_selected(
    qtbot: QtBot, window: MainWindow, three: list[str]
) -> None:
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Y)
    assert window.notice.isVisible() and window.notice.sentence.text() == "Select a face first."
    window.canvas.face_clicked.emit(window.session.selection.faces()[0].key)
    assert not window.notice.isVisible()


def test_a_key_goes_from_panel_to_panel_that_is_seen(qtbot: QtBot, window: MainWindow, three: list[str]) -> None:
    def focused() -> str:
        parts = {
            "picture": window.canvas,
            "strip": window.film_strip,
            "list": window.face_list.gallery,
            "comparison": window.comparison,
        }
        widget = QApplication.focusWidget()
        return next(name for name, part in parts.items() if part is widget or part.isAncestorOf(widget))

    def press(modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> str:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, modifier)
        return focused()

    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(window.canvas.hasFocus)
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    assert [press() for _ in range(4)] == ["strip", "list", "comparison", "picture"]
    assert [press(Qt.KeyboardModifier.ShiftModifier) for _ in range(2)] == ["comparison", "list"]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Y)
    assert sum(verdict == Verdict.CONFIRMED for verdict in verdicts(window)) == 1
    window.panels.docks["comparison"].hide()
    assert press() == "picture"


def test_the_key_that_goes_to_the_list_stays_with_the_picture(
    qtbot: QtBot, window: MainWindow, three: list[str]
) -> None:
    window.session.shown.show(three[1])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    best = window.session.selection.faces()[0].key
    assert window.session.selection.key == -1 and window.session.visible.index_of(best).row() > 0
    window.activateWindow()
    window.film_strip.setFocus()
    window.actions_.panel_on.trigger()
    qtbot.waitUntil(window.face_list.gallery.hasFocus)
    assert window.session.selection.key == best and window.session.shown.source == three[1]
    assert window.face_list.selection.keys() == [best]


@pytest.mark.parametrize("by_tab", [False, True])
def test_the_keys_come_to_the_list_from_a_picture_without_faces_and_it_stays(
    qtbot: QtBot, window: MainWindow, three: list[str], by_tab: bool
) -> None:
    window.session.shown.show(three[1])
    window.session.faces.remove_picture(three[1])
    qtbot.waitUntil(lambda: window.session.shown.source == three[1] and not window.session.selection.faces())
    window.activateWindow()
    window.film_strip.setFocus()
    if by_tab:
        window.face_list.gallery.setFocus(Qt.FocusReason.TabFocusReason)
    else:
        window.actions_.panel_on.trigger()
    qtbot.waitUntil(window.face_list.gallery.hasFocus)
    assert window.session.selection.key == -1 and window.face_list.selection.is_empty
    assert window.session.shown.source == three[1]
    qtbot.keyClick(window.face_list.gallery, Qt.Key.Key_Down)
    assert window.face_list.selection.keys() == [key_at(window, 0)]
