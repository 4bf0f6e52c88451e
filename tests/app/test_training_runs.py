"""Fine-tunings beside the window: found at the start, offered in a quiet bar, asked about at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tinyface_core.training.finetune.request import DataSource, FineTuneRequest
from tinyface_core.training.finetune.runs import Outcome, Run, RunState, runs_folder

MakeRun = Callable[..., Run]


@pytest.fixture
def make_run() -> Iterator[MakeRun]:
    """Makes the folder of a run; one at work has its lock held, as its process would."""
    locks: list[FileLock] = []

    def make(name: str, at_work: bool = False, wish: str = "run", project: str = "case.tinyface") -> Run:
        run = Run(runs_folder() / name)
        run.folder.mkdir(parents=True)
        FineTuneRequest(name, "detector", (DataSource("project", project),)).save(run.folder / "request.json")
        run.ask(wish)  # type: ignore[arg-type]
        if at_work:
            lock = run.lock()
            lock.acquire()
            locks.append(lock)
        return run

    yield make
    for lock in locks:
        lock.release()


def look(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.runs.offered):
        window.look_for_runs()


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    """Answer the question by its button; the texts of all questions that were asked."""
    asked: list[str] = []

    def run(box: QMessageBox) -> int:
        asked.append(box.text())
        next(button for button in box.buttons() if button.text() == text).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", run)
    return asked


@pytest.fixture(autouse=True)
def _nobody_waits_for_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "Leave it running")


def test_closing_asks_while_a_training_runs_and_stays_where_the_user_wants_that(
    qtbot: QtBot, window: MainWindow, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run("mine", at_work=True)
    look(qtbot, window)
    asked = answer(monkeypatch, "Stay")
    assert not window.close() and window.isVisible()
    assert asked == ["The fine-tuning “mine” is still running."]
    assert run.wish() == "run"
    answer(monkeypatch, "Pause it")
    assert window.close() and not window.isVisible()
    assert run.wish() == "pause"


def test_the_question_has_the_quotation_marks_of_its_language(
    german: None, request: pytest.FixtureRequest, qtbot: QtBot, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    window: MainWindow = request.getfixturevalue("window")
    make_run("mine", at_work=True)
    look(qtbot, window)
    asked = answer(monkeypatch, "Weiterlaufen lassen")
    assert window.close()
    assert asked == ["Die Feinabstimmung „mine“ läuft noch."]


def test_a_training_can_be_left_running(
    qtbot: QtBot, window: MainWindow, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run("mine", at_work=True)
    look(qtbot, window)
    asked = answer(monkeypatch, "Leave it running")
    assert window.close()
    assert len(asked) == 1 and run.wish() == "run" and run.is_alive()


def test_closing_asks_nothing_where_nothing_runs(
    qtbot: QtBot, window: MainWindow, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run("paused", wish="pause")
    look(qtbot, window)
    asked = answer(monkeypatch, "Stay")
    assert window.close() and asked == []


def test_an_interrupted_run_is_offered_without_a_box_in_the_way_and_can_be_taken_up(
    qtbot: QtBot, window: MainWindow, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run("night")
    started: list[Run] = []
    monkeypatch.setattr(Run, "start", lambda self: started.append(self))
    assert not window.run_bar.isVisible()
    look(qtbot, window)
    assert QApplication.activeModalWidget() is None
    assert "night" in window.run_bar.sentence.text() and "interrupted" in window.run_bar.sentence.text()
    qtbot.mouseClick(window.run_bar.resume, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: started == [run])


def test_runs_of_the_open_project_come_first_then_those_that_run(
    qtbot: QtBot, window: MainWindow, make_run: MakeRun
) -> None:
    make_run("2 interrupted")
    make_run("1 at work", at_work=True)
    look(qtbot, window)
    assert "1 at work" in window.run_bar.sentence.text() and "Other runs: 1" in window.run_bar.sentence.text()
    assert not window.run_bar.resume.isVisible()
    make_run("3 of this project", wish="pause", project=str(window.project.path))
    look(qtbot, window)
    assert "3 of this project" in window.run_bar.sentence.text() and "paused" in window.run_bar.sentence.text()


def test_what_was_read_is_not_offered_again_until_it_stands_otherwise(
    qtbot: QtBot, window: MainWindow, make_run: MakeRun
) -> None:
    run = make_run("night")
    look(qtbot, window)
    window.run_bar.close_button.click()
    assert not window.run_bar.isVisible()
    with qtbot.assertNotEmitted(window.runs.offered, wait=300):
        window.look_for_runs()
    run.end(Outcome(RunState.FINISHED))
    look(qtbot, window)
    assert "finished" in window.run_bar.sentence.text()


def test_the_end_of_a_run_is_told_while_the_window_is_open(qtbot: QtBot, window: MainWindow, make_run: MakeRun) -> None:
    window.runs._timer.setInterval(50)
    run = make_run("mine")
    lock = run.lock()
    with lock:
        look(qtbot, window)
        assert "running" in window.run_bar.sentence.text()
        window.runs.dismiss()
        run.end(Outcome(RunState.FINISHED))
    qtbot.waitUntil(lambda: "finished" in window.run_bar.sentence.text())
    assert window.run_bar.isVisible()


def test_looking_at_a_run_opens_the_fine_tune_window_at_it(
    qtbot: QtBot, window: MainWindow, make_run: MakeRun, tmp_path: Path
) -> None:
    make_run("a")
    make_run("b", wish="pause")
    look(qtbot, window)
    offered = window.run_bar.sentence.text()
    window.run_bar.look.click()
    dialog = window.dialogs.fine_tune
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.running, timeout=20_000)
    assert dialog.running.title.text() in offered
    qtbot.waitUntil(lambda: not window.run_bar.isVisible(), timeout=20_000)
