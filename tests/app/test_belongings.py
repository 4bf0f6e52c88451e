"""What a dialog makes goes with it.

A widget without a parent that outlives its dialog is garbage of Python's; a worker thread that happens to collect it
ends the program.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.dialogs.evaluate import EvaluateDialog
from app.dialogs.export import ExportDialog, ExportOffer
from app.dialogs.fine_tune import FineTuneDialog
from app.dialogs.fine_tune_result import ResultPage
from app.dialogs.fine_tune_run import RunPage
from app.dialogs.grouping import GroupingDialog
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.voting import VotingDialog
from app.dialogs.weights import WeightsDialog
from app.models.faces import FacesModel
from app.models.visible_faces import VisibleFaces
from app.session.project import ProjectOffer
from app.settings import Settings


def _fine_tune(settings: Settings) -> QDialog:
    dialog = FineTuneDialog(settings, lambda: ProjectOffer(Path("none.tinyface"), "", 0, 0, 0))
    dialog.setup.expand.click()
    return dialog


def _holding(page: QWidget) -> QDialog:
    dialog = QDialog()
    QVBoxLayout(dialog).addWidget(page)
    return dialog


def _export(settings: Settings) -> QDialog:
    faces = FacesModel()
    return ExportDialog(ExportOffer(faces, VisibleFaces(faces), []), settings)


MAKERS: dict[str, Callable[[Settings], QDialog]] = {
    "export": _export,
    "fine-tune": _fine_tune,
    "result": lambda settings: _holding(ResultPage(settings)),
    "run": lambda _: _holding(RunPage()),
    "evaluate": EvaluateDialog,
    "grouping": lambda _: GroupingDialog(True),
    "preferences": PreferencesDialog,
    "voting": lambda settings: VotingDialog([], settings),
    "weights": WeightsDialog,
}


@pytest.mark.parametrize("name", MAKERS)
def test_no_widget_outlives_its_dialog(qtbot: QtBot, settings: Settings, name: str) -> None:
    before = set(QApplication.allWidgets())
    dialog = MAKERS[name](settings)
    dialog.show()
    qtbot.wait(50)
    dialog.close()
    dialog.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(dialog)
    assert set(QApplication.allWidgets()) <= before


_OF_EARLIER_TESTS: list[QDialog] = []


@pytest.mark.parametrize("number", [0, 1])
def test_no_dialog_of_a_test_is_there_in_the_next(qtbot: QtBot, settings: Settings, number: int) -> None:
    assert len(_OF_EARLIER_TESTS) == number and not any(map(isValid, _OF_EARLIER_TESTS))
    _OF_EARLIER_TESTS.append(_export(settings))
    qtbot.addWidget(_OF_EARLIER_TESTS[-1])
