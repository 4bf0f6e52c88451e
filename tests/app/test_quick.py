"""What opens, opens at once: the GUI thread does little, whatever there is to show.

Processor time of the thread is measured, so that a busy machine does not matter.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QFrame, QLabel
from pytestqt.qtbot import QtBot

from app.dialogs.export import ExportDialog, ExportOffer
from app.dialogs.fine_tune import FineTuneDialog
from app.dialogs.fine_tune_setup import SetupPage
from app.main_window import MainWindow
from app.models.face_commands import FaceCommands
from app.models.faces import FacesModel
from app.models.visible_faces import VisibleFaces
from app.session.project import ProjectOffer
from app.settings import Settings
from app.style.labels import SentenceLabel
from app.views.face_list import FaceList
from tinyface_core.types import Detections, FindResult, Verdict

LONGEST = 0.1


def seconds_of(work: Callable[[], object]) -> float:
    work()  # what is imported is imported beside the window
    began = time.thread_time()
    work()
    return time.thread_time() - began


def searched(pictures: int) -> tuple[FacesModel, list[FindResult]]:
    """So many pictures, with a hundred faces in each."""
    faces, results = FacesModel(), []
    corners = np.random.default_rng(0).uniform(0, 900, (100, 2))
    found = Detections.of(np.hstack([corners, corners + 20]).tolist(), np.linspace(0.1, 1, 100).tolist())
    for number in range(pictures):
        results.append(FindResult(f"{number}.jpg", 1000, 1000, found, 100, 0))
        faces.add_result(results[-1])
    return faces, results


def test_twenty_thousand_faces_are_selected_at_once(qtbot: QtBot, settings: Settings) -> None:
    faces, _results = searched(200)
    panel = FaceList(VisibleFaces(faces), FaceCommands(faces), settings)
    qtbot.addWidget(panel)
    panel.filters.reset()
    panel.show()

    def select() -> None:
        panel.gallery.selectAll()
        QApplication.processEvents()

    assert seconds_of(select) < LONGEST
    assert seconds_of(panel.selection.keys) < LONGEST
    assert len(panel.selection.keys()) == 20_000


def test_a_table_whose_rows_are_all_selected_is_painted_at_once(qtbot: QtBot, settings: Settings) -> None:
    faces, _results = searched(200)
    panel = FaceList(VisibleFaces(faces), FaceCommands(faces), settings)
    qtbot.addWidget(panel)
    panel.filters.reset()
    panel.show_gallery(False)
    panel.show()

    def select() -> None:
        panel.table.clearSelection()
        QApplication.processEvents()
        panel.table.selectAll()
        QApplication.processEvents()

    assert seconds_of(select) < LONGEST
    assert len(panel.selection.keys()) == 20_000
    panel.show_gallery(True)
    assert seconds_of(lambda: panel.show_gallery(False)) < LONGEST
    assert len(panel.selection.keys()) == 20_000


def test_a_verdict_on_ten_thousand_faces_is_given_and_undone_in_turns(qtbot: QtBot) -> None:
    faces, _results = searched(100)
    commands = FaceCommands(faces)
    keys = [entry.key for entry in faces.entries()]

    def given(verdict: Verdict) -> int:
        return sum(entry.verdict == verdict for entry in faces.entries())

    began = time.thread_time()
    commands.set_verdicts(keys, Verdict.CONFIRMED)
    assert time.thread_time() - began < LONGEST
    assert 0 < given(Verdict.CONFIRMED) < 10_000
    qtbot.waitUntil(lambda: given(Verdict.CONFIRMED) == 10_000)
    began = time.thread_time()
    commands.stack.undo()
    assert time.thread_time() - began < LONGEST
    qtbot.waitUntil(lambda: given(Verdict.UNDECIDED) == 10_000)


def test_refusing_thousands_of_drawn_faces_takes_no_longer_for_each_the_more_there_are(qtbot: QtBot) -> None:
    faces = FacesModel()
    commands = FaceCommands(faces)
    for number in range(3_000):
        commands.add_drawn_face("a.jpg", (number, 0, number + 9, 9))
    keys = [entry.key for entry in faces.entries()]
    began = time.thread_time()
    commands.set_verdicts(keys, Verdict.NOT_A_FACE)
    assert time.thread_time() - began < LONGEST
    assert not faces.entries()


def test_the_export_opens_at_once_over_fifty_thousand_faces(qtbot: QtBot, settings: Settings) -> None:
    faces, results = searched(500)
    visible = VisibleFaces(faces)
    opened: list[ExportDialog] = []

    def open_() -> None:
        opened.append(ExportDialog(ExportOffer(faces, visible, results), settings))
        qtbot.addWidget(opened[-1])
        opened[-1].show()

    assert seconds_of(open_) < LONGEST
    qtbot.waitUntil(lambda: opened[-1].message.text() == "Faces: 50,000 · Pictures: 500")
    assert seconds_of(lambda: opened[-1].which.setCurrentIndex(1 - opened[-1].which.currentIndex())) < LONGEST
    assert sum(len(picture.result.faces) for picture in opened[-1].request().pictures) == 50_000


def test_the_fine_tune_window_opens_at_once(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    opened: list[FineTuneDialog] = []

    def open_() -> None:
        opened.append(FineTuneDialog(settings, lambda: ProjectOffer(tmp_path / "case.tinyface", "case", 0, 0, 0)))
        qtbot.addWidget(opened[-1], before_close_func=lambda dialog: dialog.stop())
        opened[-1].show()

    assert seconds_of(open_) < LONGEST
    assert opened[-1].pages.count() == 0, "to make a page is a turn's work of its own"
    qtbot.waitUntil(lambda: opened[-1].pages.count() == 1)
    qtbot.wait(20)
    assert opened[-1].pages.count() == 1, "the pages of runs are made when there is a run to look at"


def test_runs_that_are_listed_early_do_not_make_the_page_of_a_new_one_at_once(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    dialog = FineTuneDialog(settings, lambda: ProjectOffer(tmp_path / "case.tinyface", "case", 0, 0, 0))
    qtbot.addWidget(dialog, before_close_func=lambda dialog: dialog.stop())
    dialog._take_runs([], first=True, choose=None)
    assert dialog.pages.count() == 0 and not dialog.list.count()
    qtbot.waitUntil(lambda: dialog.pages.count() == 1)
    assert dialog.list.count() == 1


def test_the_page_of_a_new_fine_tuning_is_made_a_part_at_a_time(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    page = SetupPage(settings, ProjectOffer(tmp_path / "case.tinyface", "case", 0, 0, 0))
    qtbot.addWidget(page, before_close_func=lambda page: page.stop())

    def cards() -> int:
        return len(page.findChildren(QFrame, "card"))

    assert [cards() for _ in page.making] == [0, 1, 2, 3, 4]
    assert page.made() is page and cards() == 4


def test_the_page_of_redacted_copies_is_made_before_the_export_shows_but_in_a_turn_of_its_own(
    qtbot: QtBot, window: MainWindow
) -> None:
    made: list[str] = []
    window.dialogs.show_export()
    (dialog,) = window.findChildren(ExportDialog)
    assert dialog.pages.count() == 1 and not dialog.isVisible()
    dialog.pages.tabBar().installEventFilter(spy := _Shown(lambda: made.append(f"{dialog.pages.count()} pages")))
    qtbot.waitUntil(dialog.isVisible)
    assert made[0] == "2 pages"
    dialog.pages.tabBar().removeEventFilter(spy)
    dialog.reject()


class _Shown(QObject):
    def __init__(self, told: Callable[[], object]) -> None:
        super().__init__()
        self._told = told

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._told()
        return False


def test_no_sentence_of_a_dialog_is_styled_anew_for_everything_that_it_is_put_into(
    qtbot: QtBot, qapp: QApplication, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    styled: Counter[int] = Counter()

    def count(sentence: SentenceLabel, event: QEvent) -> None:
        styled[id(sentence)] += event.type() == QEvent.Type.StyleChange
        QLabel.changeEvent(sentence, event)

    monkeypatch.setattr(SentenceLabel, "changeEvent", count, raising=False)
    qapp.setStyleSheet("QLabel { padding: 1px }")
    dialog = FineTuneDialog(settings, lambda: ProjectOffer(tmp_path / "case.tinyface", "case", 0, 0, 0))
    qtbot.addWidget(dialog, before_close_func=lambda dialog: dialog.stop())
    qtbot.waitUntil(lambda: dialog.pages.count() == 1)
    assert styled and max(styled.values()) <= 2


def test_the_many_numbers_of_a_fine_tuning_are_made_when_they_are_wanted(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    dialog = FineTuneDialog(settings, lambda: ProjectOffer(tmp_path / "case.tinyface", "case", 0, 0, 0))
    qtbot.addWidget(dialog, before_close_func=lambda dialog: dialog.stop())
    dialog.show()
    qtbot.waitUntil(lambda: dialog.pages.count() == 1)
    numbers = dialog.setup.form
    assert not numbers.findChildren(QAbstractSpinBox)
    numbers.show_target("gan")
    numbers.show_numbers(replace(numbers.numbers, gan_steps=77))
    dialog.setup.expand.click()
    assert numbers.field("gan_steps").isVisible() and not numbers.field("detector_steps").isVisible()
    assert numbers.field("gan_steps").value() == 77  # type: ignore[attr-defined]


def test_what_curves_need_is_imported_by_no_start_and_with_no_dialog() -> None:
    code = (
        "import sys; import app.main_window; from app.dialogs.window_dialogs import prepare\n"
        "prepare(); sys.exit('pyqtgraph' in sys.modules or 'app.dialogs.evaluate' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
