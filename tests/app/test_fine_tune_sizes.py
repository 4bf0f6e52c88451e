"""The fine-tune dialog is readable as narrow as it can be made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.fine_tune import FineTuneDialog
from app.session.project import ProjectOffer
from app.settings import Settings

LEAST_SCREEN = 1000


@pytest.fixture
def narrowest(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[FineTuneDialog]:
    """As narrow as it can be made, with a project of a long name and times that were measured."""
    offer = ProjectOffer(tmp_path / "case.tinyface", "A case with a name that goes on and on and on " * 3, 12, 30, 6)
    dialog = FineTuneDialog(settings, lambda: offer)
    qtbot.addWidget(dialog)
    for choice in dialog.setup.presets.values():
        choice.set_sentence("about 12 h 30 min, 20,000 + 12,000 steps")
    dialog.show()
    dialog.resize(300, 400)
    yield dialog
    dialog.stop()


@pytest.mark.parametrize("with_numbers", [False, True])
def test_nothing_is_cut_however_narrow_it_is(narrowest: FineTuneDialog, qtbot: QtBot, with_numbers: bool) -> None:
    if with_numbers:
        narrowest.setup.expand.click()
        narrowest.resize(300, 400)
    scroll = narrowest.setup.findChild(QScrollArea)
    assert scroll is not None
    column: QWidget = scroll.widget()
    qtbot.waitUntil(lambda: column.width() <= scroll.viewport().width() and narrowest.width() <= LEAST_SCREEN)
    qtbot.waitUntil(lambda: not _cut(column))


def _cut(column: QWidget) -> list[str]:
    """Texts that are not seen whole."""
    cut = []
    for text in column.findChildren(QLabel):
        if text.isVisible() and text.text():
            width, height = text.width(), text.height()
            fits = text.heightForWidth(width) <= height if text.wordWrap() else text.sizeHint().width() <= width
            if not fits or not text.parentWidget().rect().contains(text.geometry()):
                cut.append(text.text())
    for button in column.findChildren(QAbstractButton):
        place = button.rect().translated(button.mapTo(column, button.rect().topLeft()))
        if button.isVisible() and not column.rect().contains(place):
            cut.append(button.text())
    return cut
