"""Whatever a file is called, its name is shown as it is, and no dialog becomes wider than the screen for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as Texts
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QInputDialog, QLabel, QMessageBox, QToolButton
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.settings import Settings
from app.style.labels import left_to_right
from tinyface_core.names import output_stem, shown

MakePhoto = Callable[..., Path]
TAGGED = "a & b <b>bold<img src=x>.png"


def seen(tip: str) -> str:
    """What a tool tip shows."""
    if not Texts.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


@pytest.fixture
def tagged(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> MainWindow:
    """The window with a searched photo whose name looks like HTML."""
    window.session.opened.open_paths([photo(TAGGED)])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    return window


def test_tool_tips_of_pictures_and_faces_show_names_that_look_like_html(tagged: MainWindow) -> None:
    session, role = tagged.session, Qt.ItemDataRole.ToolTipRole
    picture, face = session.pictures.index(0, 0), session.faces.index(0, 0)
    assert seen(picture.data(role)).splitlines()[0].endswith(TAGGED)
    assert TAGGED in seen(face.data(role)) and TAGGED in face.data(Qt.ItemDataRole.AccessibleTextRole)
    tagged.canvas._hover(0)
    assert TAGGED in seen(tagged.canvas.toolTip())


def test_recent_files_and_questions_show_names_that_look_like_html(
    qtbot: QtBot, tagged: MainWindow, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[QMessageBox] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box) or 0)
    tagged.session.commands.set_note(tagged.session.selection.faces()[0].key, "seen")
    tagged.actions_.close.trigger()
    assert TAGGED in asked[0].text() and asked[0].textFormat() == Qt.TextFormat.PlainText
    tagged.actions_.close_all.trigger()
    qtbot.waitUntil(tagged.start_page.isVisible)
    (button,) = [one for one in tagged.start_page.findChildren(QToolButton) if TAGGED in seen(one.toolTip())]
    assert button.text().startswith(TAGGED.replace("&", "&&")), "a single & would underline the next letter"


def test_a_message_shows_a_name_that_looks_like_html(window: MainWindow) -> None:
    window.notice.say(f"{TAGGED} cannot be read.")
    (message,) = [one for one in window.notice.findChildren(QLabel) if TAGGED in one.text()]
    assert message.textFormat() == Qt.TextFormat.PlainText


def test_a_note_to_a_face_of_a_file_with_a_long_name_fits_the_screen(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    for name in ("a name of words " * 13 + ".png", "x" * 200 + ".png", "x.png"):
        window.session.opened.open_paths([photo(name)])
        qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
        window.session.selection.select(window.session.selection.faces()[0].key)
        window.actions_.note.trigger()
        (dialog,) = window.findChildren(QInputDialog)
        qtbot.waitUntil(dialog.isVisible)
        qtbot.wait(20)  # it is laid out
        assert 420 <= dialog.width() <= 700
        dialog.reject()
        qtbot.waitUntil(lambda: not window.findChildren(QInputDialog))


def test_a_name_written_from_right_to_left_leaves_titles_and_sentences_their_direction(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    name = "\u05ea\u05de\u05d5\u05e0\u05d4.png"
    window.session.opened.open_paths([photo(name)])
    qtbot.waitUntil(lambda: name in window.windowTitle())
    window.notice.say(f"{name} is empty: get a fresh copy of it.")
    window.session.shown.message.emit(f"{name} is empty: get a fresh copy of it.")
    window.status.sentence.setText(f"{name}: looking for faces")
    notice, status = QLabel.text(window.notice.sentence), window.status.sentence.shown_text
    for text in (window.windowTitle(), notice, window.canvas._message, status):
        assert text.startswith(f"\u200e{name}"), "a mark gives the text its direction"
    assert left_to_right("a \u05ea") == "a \u05ea"


def test_a_name_cannot_show_another_suffix_than_it_has() -> None:
    assert shown("evil\u202egpj.exe") == "evil\\u202egpj.exe"
    assert shown("caf\udce9\n\u05ea.jpg") == "caf\\xe9\\x0a\u05ea.jpg"
    assert output_stem("evil\u202egpj") == "evil_gpj"
