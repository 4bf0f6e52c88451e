"""What the window says: one face is not "1 faces", German has German numbers, every command has a key."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.dialogs.job_dialog import JobDialog
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.jobs.exporting import EXPORTS
from app.main_window import MainWindow
from app.menus import make_face_menu, make_picture_menu
from app.parts import about_of
from app.session.status import Status
from app.settings import Settings
from app.style.figures import counted, decimal, duration, time_stamp, whole
from tinyface_core.redaction.styles import STYLES
from tinyface_core.types import Verdict
from tinyface_core.upscalers.registry import standard_upscalers


@pytest.fixture
def german_window(german: None, request: pytest.FixtureRequest) -> Iterator[MainWindow]:
    yield request.getfixturevalue("window")


def test_numbers_are_written_as_the_language_does(german: None) -> None:
    assert (whole(12345), decimal(0.956, 2), time_stamp(3723.5)) == ("12.345", "0,96", "1:02:03,50")
    assert counted(1, "1 Bild", "{count} Bilder") == "1 Bild"
    assert counted(1200, "1 Bild", "{count} Bilder") == "1.200 Bilder"


def test_what_the_parts_of_the_program_are_for_is_told_in_german(german: None) -> None:
    entries = [entry for registry in (EXPORTS, STYLES, standard_upscalers()) for entry in registry.own() if entry.about]
    assert len(entries) > 15
    assert [entry.name for entry in entries if about_of(entry) == entry.about] == []


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (80, "80 s"), (4525, "75 min"), (5400, "1.5 h"), (7190, "2 h")]
)
def test_long_times_are_told_in_minutes_and_hours(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_every_place_that_tells_a_remaining_time_tells_it_so(qtbot: QtBot, window: MainWindow) -> None:
    window.status.show_status(Status("Searching", 1, 10, 4525.0, busy=True))
    assert window.status.remaining.text() == "75 min left"
    dialog = JobDialog("Export", "Begin")
    qtbot.addWidget(dialog)
    dialog._tell_progress("write", 1, 10, 4525.0)
    assert dialog.message.text().endswith(", 75 min left")


def test_german_has_german_numbers_in_lists_labels_and_filters(
    qtbot: QtBot, german_window: MainWindow, photo: Callable[..., Path]
) -> None:
    window = german_window
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    entry = window.session.faces.entries()[0]
    texts = [window.session.visible.index(0, column).data() or "" for column in range(8)]
    assert "0,90" in texts and "0.90" not in texts
    assert window.canvas._boxes.label(0).endswith("0,90")
    assert window.face_list.filters._score_text.text() == "0,40 – 1,00"
    window.session.commands.set_verdicts([entry.key], Verdict.CONFIRMED)
    assert window.session.commands.stack.undoText() == "Bestätigt: 1 Gesicht"


def test_one_face_is_one_face(qtbot: QtBot, window: MainWindow, photo: Callable[..., Path]) -> None:
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    window.face_list.filters.score_slider.setValue((0.8, 1.0))
    qtbot.waitUntil(lambda: window.canvas.accessibleDescription() == "1 face")
    window.session.commands.set_verdicts([window.session.faces.entries()[0].key], Verdict.CONFIRMED)
    assert window.session.commands.stack.undoText() == "Confirmed: 1 face"


def test_every_command_in_the_menus_has_a_key(window: MainWindow) -> None:
    menus = [menu for menu in window.menuBar().findChildren(QMenu) if menu is not window._recent]
    commands = {action for menu in menus for action in menu.actions() if action.text() and action.menu() is None}
    assert [action.text() for action in commands if action.shortcut().isEmpty()] == []
    keys = [key.toString() for action in commands for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize("language", ["english", "german"])
def test_no_letter_stands_for_two_commands_of_a_menu(language: str, request: pytest.FixtureRequest) -> None:
    window: MainWindow = request.getfixturevalue("window" if language == "english" else "german_window")
    commands = window.actions_
    menus = [
        *window.menuBar().findChildren(QMenu),
        make_face_menu(commands, window),
        make_picture_menu(commands, window),
    ]
    for actions in (window.menuBar().actions(), *(menu.actions() for menu in menus)):
        texts = [action.text().replace("&&", "").lower() for action in actions]
        letters = [text.partition("&")[2][0] for text in texts if "&" in text]
        assert sorted(letters) == sorted(set(letters)), texts


def test_the_list_of_keys_has_none_that_keyboards_do_not_have(qtbot: QtBot) -> None:
    save, media = QAction("Save"), QAction("Only on a remote control")
    save.setShortcuts([QKeySequence("Ctrl+Shift+S"), QKeySequence("F14"), QKeySequence("Shift+Save")])
    media.setShortcut(QKeySequence("Save"))
    dialog = ShortcutsDialog([save, media])
    qtbot.addWidget(dialog)
    assert [dialog.table.item(0, column).text() for column in range(2)] == ["Save", "Ctrl+Shift+S"]
    assert dialog.table.item(1, 0).text() != "Only on a remote control"


def test_another_language_says_that_the_program_is_to_be_started_again(qtbot: QtBot, settings: Settings) -> None:
    settings.language = "en"
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.restart.isVisible()
    dialog.language.setCurrentIndex(dialog.language.findData("de"))
    assert dialog.restart.isVisible()
    dialog.language.setCurrentIndex(dialog.language.findData("en"))
    assert not dialog.restart.isVisible()
    qtbot.waitUntil(lambda: dialog.devices_found.text().startswith("Automatic takes"), timeout=20_000)


def test_no_text_hides_in_an_f_string_where_the_translator_does_not_see_it() -> None:
    for path in (Path(__file__).parents[2] / "app").rglob("*.py"):
        for part in ast.walk(ast.parse(path.read_text("utf-8"))):
            calls = ast.walk(part) if isinstance(part, ast.JoinedStr) else ()
            hidden = [call.lineno for call in calls if isinstance(call, ast.Attribute) and call.attr == "tr"]
            assert not hidden, (path.name, hidden)
