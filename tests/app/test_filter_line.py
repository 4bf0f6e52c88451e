"""Faces and pictures asked for in the filter line, in the language of `tinyface query`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QInputDialog, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tinyface_core.project.records import ProjectFace
from tinyface_core.types import Face, Verdict

MakePhoto = Callable[..., Path]


@pytest.fixture
def searched(qtbot: QtBot, window: MainWindow, photo: MakePhoto, tmp_path: Path) -> MainWindow:
    """Two searched pictures of three faces each (24, 10 and 30 pixels), and one that is no picture."""
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    window.session.opened.open_paths([photo("a.png"), photo("b.png"), broken])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 6)
    qtbot.waitUntil(lambda: window.session.pictures.pictures()[2].reason != "")
    qtbot.waitUntil(lambda: window.project.is_saved)
    return window


def ask(qtbot: QtBot, window: MainWindow, question: str) -> None:
    line = window.line.line
    line.selectAll()
    with qtbot.waitSignal(window.filtering.answered):
        qtbot.keyClicks(line, question)
        qtbot.keyClick(line, Qt.Key.Key_Return)


def sizes(window: MainWindow) -> list[int]:
    return sorted(round(entry.face.size) for entry in window.session.visible.entries())


def strip(window: MainWindow) -> list[str]:
    model = window.film_strip.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_a_question_filters_faces_and_pictures(qtbot: QtBot, searched: MainWindow) -> None:
    ask(qtbot, searched, "size < 16 or size > 29 and path contains a.png")
    assert sizes(searched) == [10, 10, 30] and strip(searched) == ["a.png", "b.png"]
    ask(qtbot, searched, "size > 29 and path contains a.png")
    assert sizes(searched) == [30] and strip(searched) == ["a.png"]
    assert searched.panels.docks["pictures"].windowTitle() == "Pictures · 1 of 1 · filtered from 3"
    ask(qtbot, searched, "path contains b.png")
    assert searched.panels.docks["pictures"].windowTitle() == "Pictures · 1 · filtered from 3", (
        "the picture shown is none"
    )
    searched.line.line.clear()
    qtbot.waitUntil(lambda: len(sizes(searched)) == 6)
    assert strip(searched) == ["a.png", "b.png", "broken.png"]


def test_a_question_that_makes_no_sense_says_why_and_leaves_the_lists(qtbot: QtBot, searched: MainWindow) -> None:
    ask(qtbot, searched, "size < 16")
    line = searched.line
    line.ask("size <")
    qtbot.waitUntil(lambda: line.line.accessibleDescription() != "")
    assert "ends where" in line.line.accessibleDescription() and sizes(searched) == [10, 10]
    ask(qtbot, searched, "size > 16")
    assert line.line.accessibleDescription() == ""


def test_a_track_is_listed_where_any_of_its_faces_answers(qtbot: QtBot, window: MainWindow, video: Path) -> None:
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 1)
    boxes = [(10.0, 10.0, 20.0, 20.0), (10.0, 10.0, 20.0, 20.0), (10.0, 10.0, 40.0, 40.0)]
    faces = [
        ProjectFace(str(video), Face(box, 0.9, 0.9, track=track), number, number / 20)
        for track, of_track in enumerate((boxes, boxes[:2]))
        for number, box in enumerate(of_track)
    ]
    window.session.faces.add_found(faces)
    qtbot.waitUntil(lambda: window.project.is_saved)
    ask(qtbot, window, "size > 20")
    assert [entry.id for entry in window.session.visible.entries()] == [faces[0].id]


def test_verdicts_change_the_answer(qtbot: QtBot, searched: MainWindow) -> None:
    ask(qtbot, searched, "verdict is none")
    searched.face_list.selection.select(searched.session.visible.entries()[0].key)
    qtbot.keyClick(searched.face_list.gallery, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: len(sizes(searched)) == 5)
    assert all(entry.verdict == Verdict.UNDECIDED for entry in searched.session.visible.entries())


def test_a_face_that_answers_again_after_an_undo_is_selected_everywhere(qtbot: QtBot, searched: MainWindow) -> None:
    selection, key = searched.session.selection, searched.session.visible.entries()[0].key
    ask(qtbot, searched, "verdict is none")
    selection.visit(key)
    qtbot.waitUntil(lambda: searched.canvas.selected == key)
    searched.actions_.verdicts[Verdict.CONFIRMED].trigger()
    qtbot.waitUntil(lambda: len(sizes(searched)) == 5)
    searched.actions_.undo.trigger()
    qtbot.waitUntil(lambda: len(sizes(searched)) == 6)
    qtbot.waitUntil(lambda: searched.face_list.selection.keys() == [key])
    assert searched.canvas.selected == key and searched.session.selection.key == key


@pytest.mark.parametrize(
    ("title", "pictures"),
    [
        ("Pictures that failed", ["broken.png"]),
        ("Pictures not searched", ["broken.png"]),
        ("Pictures not complete", ["b.png", "broken.png"]),
        ("Pictures without faces", []),
        ("Faces with a note", ["b.png"]),
    ],
)
def test_questions_are_at_hand(qtbot: QtBot, searched: MainWindow, title: str, pictures: list[str]) -> None:
    sources = [picture.source for picture in searched.session.pictures.pictures()]
    searched.session.pictures.set_reviewed(sources[0], True)
    searched.session.commands.set_note(searched.session.faces.entries_of(sources[1])[0].key, "who is this?")
    qtbot.waitUntil(lambda: searched.project.is_saved)
    choose(qtbot, searched, title)
    assert strip(searched) == pictures


def choose(qtbot: QtBot, window: MainWindow, title: str) -> None:
    menu = window.line.choices.menu()
    menu.aboutToShow.emit()
    action = next(action for action in menu.actions() if action.text() == title)
    with qtbot.waitSignal(window.filtering.answered, raising=False, timeout=1000):
        action.trigger()


def test_questions_are_kept_under_names_renamed_and_removed(qtbot: QtBot, searched: MainWindow) -> None:
    def menus() -> dict[str, QMenu]:
        menu = searched.line.choices.menu()
        menu.aboutToShow.emit()
        return {"": menu} | {one.title(): one for one in menu.findChildren(QMenu)}

    def texts(title: str = "") -> list[str]:
        return [action.text() for action in menus()[title].actions()]

    def answer(name: str) -> None:
        dialog = searched.line.findChildren(QInputDialog)[-1]
        dialog.setTextValue(name)
        dialog.accept()

    ask(qtbot, searched, "size = 24")
    choose(qtbot, searched, "Save this filter…")
    answer("Large & small ones")
    assert "Large && small ones" in texts()
    searched.line.line.clear()
    choose(qtbot, searched, "Large && small ones")
    assert sizes(searched) == [24, 24] and searched.line.line.text() == "size = 24"
    menus()["Rename"].actions()[0].trigger()
    answer("Large ones")
    assert texts("Remove") == ["Large ones"] and "Large && small ones" not in texts()
    menus()["Remove"].actions()[0].trigger()
    assert "Large ones" not in texts() and not menus()["Remove"].isEnabled()


def test_page_keys_and_the_strip_keep_to_the_pictures_that_answer(qtbot: QtBot, searched: MainWindow) -> None:
    sources = [picture.source for picture in searched.session.pictures.pictures()]
    ask(qtbot, searched, "path contains b")
    assert strip(searched) == ["b.png", "broken.png"]
    searched.actions_.next.trigger()
    assert searched.session.shown.source == sources[1]
    row = searched.film_strip.currentIndex().row()
    assert row == 0 and searched.film_strip.selectionMode() == QAbstractItemView.SelectionMode.SingleSelection
    searched.actions_.previous.trigger()
    assert searched.session.shown.source == sources[1]
    searched.opener.close_picture(sources[2])
    assert strip(searched) == ["b.png"]
    searched.project.close()
    assert strip(searched) == []


def test_a_picture_that_can_be_searched_again_has_failed_no_more(qtbot: QtBot, searched: MainWindow) -> None:
    broken = searched.session.pictures.pictures()[2].source
    Path(broken).write_bytes((Path(broken).parent / "a.png").read_bytes())
    searched.session.searches.search([broken])
    qtbot.waitUntil(lambda: len(searched.session.faces.entries()) == 9)
    qtbot.waitUntil(lambda: searched.project.is_saved)
    choose(qtbot, searched, "Pictures that failed")
    assert strip(searched) == []


def test_every_shown_button_without_text_has_a_name_and_a_tip(window: MainWindow) -> None:
    window.line.line.setText("size < 16")
    buttons = [b for b in window.findChildren(QToolButton) if not b.isHidden() and not b.text()]
    told = [(b.accessibleName(), b.toolTip()) for b in buttons if not b.objectName().startswith("qt_")]
    assert told and all(name and tip for name, tip in told), told
