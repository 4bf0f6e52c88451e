"""A dialog with a running job closes only once the job has ended, and the window goes on meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QVBoxLayout
from pytestqt.qtbot import QtBot

from app.dialogs.job_dialog import JobDialog
from app.work import Report
from tinyface_core.types import Cancelled, CancelToken

Close = Callable[[QtBot, JobDialog], object]


class Stubborn:
    """Work that notices a cancellation only when it is let."""

    def __init__(self) -> None:
        self.go_on, self.ended = threading.Event(), False

    def __call__(self, cancel: CancelToken, report: Report) -> int:
        report("copy", 3, 2000)
        self.go_on.wait(20)
        self.ended = True
        if cancel.is_set():
            raise Cancelled
        return 7


def by_button(qtbot: QtBot, dialog: JobDialog) -> None:
    qtbot.mouseClick(dialog.buttons.button(QDialogButtonBox.StandardButton.Close), Qt.MouseButton.LeftButton)


def by_escape(qtbot: QtBot, dialog: JobDialog) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def by_frame(_qtbot: QtBot, dialog: JobDialog) -> None:
    dialog.close()


def running(qtbot: QtBot, work: Stubborn, taken: list[object]) -> JobDialog:
    dialog = JobDialog("Copy", "Begin")
    qtbot.addWidget(dialog)
    dialog.add_foot(QVBoxLayout(dialog))
    dialog.start.clicked.connect(lambda: dialog.run(work, taken.append))
    dialog.show()
    assert not dialog.cancel.isVisible()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.message.text() == "copy: 3 of 2,000")
    return dialog


@pytest.mark.parametrize("close", [by_button, by_escape, by_frame])
def test_closing_cancels_the_job_and_waits_for_it_without_blocking(qtbot: QtBot, close: Close) -> None:
    work, taken = Stubborn(), []  # type: tuple[Stubborn, list[object]]
    dialog = running(qtbot, work, taken)
    close(qtbot, dialog)
    assert dialog.isVisible() and not work.ended
    assert not dialog.cancel.isEnabled() and dialog.message.text() == "Stopping…"
    work.go_on.set()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert work.ended and taken == []


def test_a_dialog_without_a_job_closes_at_once(qtbot: QtBot) -> None:
    work, taken = Stubborn(), []  # type: tuple[Stubborn, list[object]]
    work.go_on.set()
    dialog = running(qtbot, work, taken)
    qtbot.waitUntil(lambda: taken == [7])
    assert dialog.start.isVisible() and not dialog.progress.isVisible()
    dialog.close()
    assert not dialog.isVisible()


def test_the_focus_goes_from_the_start_of_a_job_to_its_cancelling_and_back(qtbot: QtBot) -> None:
    work, taken = Stubborn(), []  # type: tuple[Stubborn, list[object]]
    dialog = running(qtbot, work, taken)
    assert dialog.focusWidget() is dialog.cancel
    dialog.cancel.click()
    work.go_on.set()
    qtbot.waitUntil(dialog.start.isVisible)
    assert dialog.focusWidget() is dialog.start
