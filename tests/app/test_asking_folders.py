"""The question for a folder."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.file_opener import ask_folder


@pytest.mark.parametrize("left_selected", [["/data", "/data/photos"], ["/data/photos", "/data"]])
def test_a_folder_that_is_typed_is_taken_and_not_one_on_the_way_there(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, left_selected: list[str]
) -> None:
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: 1)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda _dialog: left_selected)
    parent = QWidget()
    qtbot.addWidget(parent)

    assert ask_folder(parent, "Open a folder", "") == "/data/photos"


def test_no_folder_is_taken_where_the_question_is_left(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "exec", lambda _dialog: 0)
    parent = QWidget()
    qtbot.addWidget(parent)

    assert ask_folder(parent, "Open a folder", "/data") == ""
