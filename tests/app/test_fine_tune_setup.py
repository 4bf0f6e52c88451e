"""The pages of the fine-tune dialog do what was meant, and nothing by the way: by a wheel, by Enter, twice, unasked."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs import fine_tune, fine_tune_result, fine_tune_setup
from app.dialogs.fine_tune import FineTuneDialog
from app.dialogs.fine_tune_numbers import NumbersForm
from app.dialogs.fine_tune_result import ResultPage
from app.dialogs.fine_tune_run import RunPage
from app.dialogs.fine_tune_texts import epoch_texts, number_texts
from app.jobs.training import ListedRun, RunNews
from app.session.project import ProjectOffer
from app.settings import Settings
from app.views.change_pairs import ChangePairs
from tests.core.tiny_world import make_project
from tinyface_core.files import write_json
from tinyface_core.training.finetune.comparison import BandResult, Comparison
from tinyface_core.training.finetune.request import DataSource, FineTuneRequest
from tinyface_core.training.finetune.runs import Run, RunState, runs_folder
from tinyface_core.types import Cancelled
from tinyface_core.weights import WeightsEntry


@pytest.fixture
def measurements(monkeypatch: pytest.MonkeyPatch) -> list[threading.Event]:
    """Tokens of the measurements of time, none of which comes to an end by itself."""
    begun: list[threading.Event] = []

    def measure(_request: FineTuneRequest, cancel: threading.Event, _progress: object) -> None:
        begun.append(cancel)
        cancel.wait(20)
        raise Cancelled

    monkeypatch.setattr(fine_tune_setup, "measure_time", measure)
    return begun


@pytest.fixture
def dialog(
    qtbot: QtBot, settings: Settings, tmp_path: Path, measurements: list[threading.Event]
) -> Iterator[FineTuneDialog]:
    shown = FineTuneDialog(settings, lambda: ProjectOffer(make_project(tmp_path), "case", 6, 18, 6))
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: shown.pages.count() == 1)
    yield shown
    shown.stop()


def test_a_wheel_scrolls_past_numbers_and_turns_only_the_one_that_was_clicked(
    qtbot: QtBot, dialog: FineTuneDialog
) -> None:
    dialog.resize(900, 500)
    dialog.setup.expand.click()
    (scroll,) = dialog.setup.findChildren(QScrollArea)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    # What is found in the data is written above the numbers, and moves them: not between place and wheel.
    qtbot.waitUntil(lambda: dialog.setup.start.isEnabled() and dialog.setup.detector.count() > 0)

    def turn(field: QWidget) -> bool:
        """Whether the page moved."""
        QApplication.processEvents()  # it is laid out
        scroll.ensureWidgetVisible(field)
        before = scroll.verticalScrollBar().value()
        place = field.mapTo(dialog, field.rect().center())
        QTest.wheelEvent(dialog.windowHandle(), place, QPoint(0, -120 if before == 0 else 120))
        return scroll.verticalScrollBar().value() != before

    crop = dialog.setup.form.field("crop")
    assert isinstance(crop, QSpinBox)
    dialog.setup.detector.addItems(["one", "two"])
    dialog.setup.detector.setCurrentIndex(0)
    assert turn(crop) and turn(dialog.setup.detector)
    assert crop.value() == 512 and dialog.setup.detector.currentIndex() == 0 and not crop.hasFocus()
    crop.setFocus()
    qtbot.waitUntil(crop.hasFocus)
    assert not turn(crop) and crop.value() != 512


def test_a_page_that_has_room_does_not_scroll(qtbot: QtBot, dialog: FineTuneDialog) -> None:
    qtbot.waitUntil(dialog.setup.start.isEnabled)
    (scroll,) = dialog.setup.findChildren(QScrollArea)
    layout, rooms = scroll.widget().layout(), set[bool]()
    for height in range(500, 800, 20):
        dialog.resize(1120, height)
        QApplication.processEvents()
        has_room = layout.heightForWidth(scroll.viewport().width()) <= scroll.viewport().height()
        assert has_room == (scroll.verticalScrollBar().maximum() == 0), height
        rooms.add(has_room)
    assert rooms == {False, True}


def test_enter_in_a_field_presses_no_button(qtbot: QtBot, dialog: FineTuneDialog) -> None:
    qtbot.waitUntil(dialog.setup.start.isEnabled)
    dialog.setup.expand.click()
    pressed: list[object] = []
    for button in dialog.findChildren(QPushButton):
        button.pressed.connect(lambda button=button: pressed.append(button.text()))
    for field in (dialog.setup.name, dialog.setup.form.field("crop")):
        field.setFocus()
        qtbot.keyClick(field, Qt.Key.Key_Return)
    dialog.setup.data.add.setFocus()
    assert not pressed and not dialog.setup.data.add.isDefault(), "and none looks as if it would"


def test_what_takes_its_time_is_said_from_the_moment_the_data_are_known(
    qtbot: QtBot, dialog: FineTuneDialog, measurements: list[threading.Event]
) -> None:
    qtbot.waitUntil(dialog.setup.start.isEnabled)
    assert dialog.setup.measured.text().startswith("Taking a few real steps")
    assert not measurements and not dialog.setup.measuring.isHidden()


def test_a_run_is_started_once_and_has_the_device_for_itself(
    qtbot: QtBot,
    dialog: FineTuneDialog,
    measurements: list[threading.Event],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    run, may_start, asked = Run(tmp_path / "run"), threading.Event(), []

    def begin(request: FineTuneRequest) -> Run:
        asked.append(request)
        may_start.wait(5)
        run.folder.mkdir()
        request.save(run.folder / "request.json")
        return run

    monkeypatch.setattr(fine_tune, "begin", begin)
    monkeypatch.setattr("app.jobs.training.all_runs", lambda: [run] if (run.folder / "request.json").exists() else [])
    qtbot.waitUntil(lambda: len(measurements) == 1, timeout=10_000)
    qtbot.mouseClick(dialog.setup.start, Qt.MouseButton.LeftButton)
    assert measurements[0].is_set(), "it would take steps beside the run"
    enabled: list[bool] = []
    dialog.pages.currentChanged.connect(lambda _: enabled.append(dialog.setup.start.isEnabled()))
    may_start.set()
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.running, timeout=20_000)
    assert len(asked) == 1 and enabled == [False] and not dialog.message.text()
    assert dialog.focusWidget() is dialog.list, "no number of the page that came up"
    dialog.list.setCurrentRow(0)
    assert dialog.setup.start.isEnabled()
    qtbot.waitUntil(lambda: len(measurements) == 2)


def test_runs_of_one_name_are_told_apart_by_their_time(
    qtbot: QtBot, settings: Settings, tmp_path: Path, measurements: list[threading.Event]
) -> None:
    for day in ("28", "29"):
        request = runs_folder() / day / "request.json"
        FineTuneRequest("mine", "detector", ()).save(request)
        begun = datetime.fromisoformat(f"2026-11-{day} 21:58").timestamp()
        os.utime(request, (begun, begun))
    dialog = FineTuneDialog(settings, lambda: ProjectOffer(tmp_path / "case.tinyface", "case", 0, 0, 0))
    qtbot.addWidget(dialog, before_close_func=lambda _: dialog.stop())
    qtbot.waitUntil(lambda: dialog.list.count() == 3)
    dialog.show()
    assert dialog.pages.currentWidget().isVisible() and not dialog.setup.isVisible(), "not behind it"
    texts = [dialog.list.item(row).text() for row in (1, 2)]
    assert texts == ["mine\n2026-11-29 21:58\ninterrupted", "mine\n2026-11-28 21:58\ninterrupted"]


def test_a_source_is_named_in_the_words_of_the_menu_that_it_comes_from(
    german: None, request: pytest.FixtureRequest, qtbot: QtBot
) -> None:
    dialog: FineTuneDialog = request.getfixturevalue("dialog")
    data = dialog.setup.data
    qtbot.waitUntil(lambda: len(data.add.menu().actions()) > 1)
    for kind in ("voc", "project"):
        data.add_source(DataSource(kind, "Fall"))
    texts = {text.text() for text in data.findChildren(QLabel)}
    assert {"Pascal VOC  Fall", "Projekt dieses Programms  Fall"} <= texts


def test_networks_to_start_from_are_told_apart(dialog: FineTuneDialog) -> None:
    dialog.setup.targets["both"].click()
    labels = [text.text() for text in dialog.findChildren(QLabel) if text.buddy() and text.isVisible()]
    assert len(labels) == len(set(labels)) == 3


def test_the_papers_numbers_are_offered_where_the_paper_has_some(qtbot: QtBot) -> None:
    form = NumbersForm()
    qtbot.addWidget(form)
    form.show_target("gan")
    assert not form.paper.isVisible(), "alone, as a window of its own"
    form.show()
    form.show_target("detector")
    assert not form.paper.isVisible()
    form.show_target("gan")
    epochs = [button for button in form.findChildren(QPushButton) if button.text() == "Paper: 6"]
    assert form.paper.isVisible() and not epochs[0].isEnabled(), "an epoch's length is not known yet"
    form.set_epochs({"gan_steps": 50})
    epochs[0].click()
    assert form.numbers.gan_steps == 300


@pytest.mark.usefixtures("german")
def test_sizes_of_faces_are_told_in_the_users_language(qtbot: QtBot, dialog: FineTuneDialog) -> None:
    qtbot.waitUntil(dialog.setup.start.isEnabled)
    assert "unter 10 px" in dialog.setup.data.sizes.text() and "under" not in dialog.setup.data.sizes.text()


@pytest.mark.usefixtures("german")
def test_numbers_are_named_in_the_users_language() -> None:
    texts = number_texts() | epoch_texts()
    assert texts["detector_rate"][0] == "Lernrate" and texts["gan_steps"][0] == "Epochen"
    assert not [sentence for _, sentence in texts.values() if " the " in sentence]


def test_a_run_that_goes_on_is_not_called_interrupted_while_it_starts(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started = threading.Event()
    monkeypatch.setattr(Run, "start", lambda _run: started.wait(5))
    run, page = Run(tmp_path), RunPage()
    qtbot.addWidget(page, before_close_func=lambda _: page.stop())
    page.show()
    page.show_run(ListedRun(run, RunState.PAUSED, FineTuneRequest("mine", "detector", ()), 0))
    page._watcher.stop()
    tell = page._watcher.news.emit
    tell(RunNews(RunState.PAUSED, [], None))
    page.resume.click()
    tell(RunNews(RunState.INTERRUPTED, [], None))
    assert page.state.text() == "Starting…" and not page.resume.isEnabled()
    tell(RunNews(RunState.RUNNING, [], None))
    assert page.state.text().startswith("Running") and page.focusWidget() is page.pause
    started.set()
    qtbot.waitUntil(lambda: page._starting is None)
    tell(RunNews(RunState.FINISHED, [], None))
    assert page.focusWidget() is page, "not on what throws the run away"
    tell(RunNews(RunState.INTERRUPTED, [], None))
    assert page.state.text().startswith("It was interrupted") and page.resume.isEnabled()


def test_losses_of_the_network_in_training_are_told_apart_however_small(qtbot: QtBot, tmp_path: Path) -> None:
    page = RunPage()
    qtbot.addWidget(page, before_close_func=lambda _: page.stop())
    page.show_run(ListedRun(Run(tmp_path), RunState.RUNNING, FineTuneRequest("mine", "both", ()), 0))
    page._watcher.stop()
    values = {"detector/loss/box": 0.2, "gan/generator/adversarial": 10.0, "gan/discriminator/adversarial": 0.004}
    for step in (1, 2):
        of_step = [{"kind": "scalar", "name": name, "step": step, "value": value} for name, value in values.items()]
        page._take_news(RunNews(RunState.RUNNING, of_step, None))
    assert page.losses.names() == list(values)[1:]
    heights = [line.getData()[1][-1] for _faint, line in page.losses._curves.values()]
    assert heights == pytest.approx([1.0, np.log10(0.004)]), "by their exponents"


def result_page(
    qtbot: QtBot, settings: Settings, tmp_path: Path, pictures: int, figures: dict[str, tuple[float, float]]
) -> ResultPage:
    """The page of a run that was measured on so many pictures."""
    page, run = ResultPage(settings), Run(tmp_path / "run")
    qtbot.addWidget(page, before_close_func=lambda _: page.stop())
    band = BandResult("all sizes", 1234, 0.5, 0.4, 0.6, 0.55, 0.45, 0.65, 0.05, 0.01, 0.09)
    comparison = Comparison(pictures, (band,), figures, (), {}, (0.5, 0.5))
    write_json(run.folder / "comparison.json", asdict(comparison))
    page.show_run(run, "mine")
    return page


@pytest.mark.parametrize(("pictures", "sentence"), [(3, "Too few pictures were held back"), (6, "Better: average")])
def test_a_gain_on_few_pictures_is_not_called_one(
    qtbot: QtBot, settings: Settings, tmp_path: Path, pictures: int, sentence: str
) -> None:
    page = result_page(qtbot, settings, tmp_path, pictures, {})
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    assert page.verdict.text().startswith(sentence)
    row = [page.table.item(0, column).text() for column in range(1, 5)]
    assert row == (
        ["1,234", "0.500  (0.40 – 0.60)", "0.550  (0.45 – 0.65)", "+0.050  (+0.010 to +0.090)"]
        if pictures > 5
        else ["1,234", "0.500", "0.550", "+0.050"]
    )


def test_a_page_of_changes_without_any_says_so(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    page = result_page(qtbot, settings, tmp_path, 6, {})
    page.resize(900, 600)
    page.show()
    gallery = page.changes.currentWidget()
    assert isinstance(gallery, ChangePairs)
    qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    image = gallery.viewport().grab().toImage()
    pixels = {image.pixel(x, y) for x in range(image.width()) for y in range(0, image.height(), 2)}
    assert gallery.accessibleDescription() == "None" and len(pixels) > 1


@pytest.mark.parametrize(("after", "forgets"), [(31, False), (26, True)])
def test_how_it_does_on_a_photo_that_it_did_not_learn_from_is_told(
    qtbot: QtBot, settings: Settings, tmp_path: Path, after: int, forgets: bool
) -> None:
    figures = {"photo_found": (30.0, float(after)), "photo_false": (2.0, 1.0)}
    page = result_page(qtbot, settings, tmp_path, 9, figures)
    page.show()
    qtbot.waitUntil(page.elsewhere.isVisible)
    assert f"30 of 36 tiny faces found before, {after} after; other boxes 2 before, 1 after." in page.elsewhere.text()
    assert page.forgets.isVisible() == forgets


def test_a_page_ends_its_work_before_all_of_its_parts_are_made(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    page = fine_tune_setup.SetupPage(settings, ProjectOffer(tmp_path / "case.tinyface", "case", 0, 0, 0))
    qtbot.addWidget(page)
    next(page.making)
    page.stop()


def test_verdicts_that_are_given_beside_the_dialog_are_learned_from_too(
    qtbot: QtBot, settings: Settings, tmp_path: Path, measurements: list[threading.Event]
) -> None:
    path = make_project(tmp_path)
    said = [ProjectOffer(path, "case", 0, 0, 0)]
    dialog = FineTuneDialog(settings, lambda: said[-1])
    qtbot.addWidget(dialog, before_close_func=lambda _: dialog.stop())
    dialog.show()
    qtbot.waitUntil(lambda: dialog.pages.count() == 1)
    setup = dialog.setup
    assert not setup.data.use_project.isChecked()
    for offer in (ProjectOffer(path, "case", 6, 18, 6), ProjectOffer(path, "case", 1234, 18, 6)):
        said.append(offer)
        setup.data.sizes.clear()
        QApplication.setActiveWindow(None)
        QApplication.setActiveWindow(dialog)
        qtbot.waitUntil(lambda: bool(setup.data.sizes.text()), timeout=20_000)
        assert setup.data.use_project.isChecked()
    assert "Verdicts: 1,234." in setup.data.use_project.text()


def test_counts_have_their_thousands_in_groups(qtbot: QtBot, tmp_path: Path) -> None:
    form = NumbersForm()
    qtbot.addWidget(form)
    steps = form.field("detector_steps")
    assert isinstance(steps, QSpinBox)
    steps.setValue(12_000)
    assert steps.text() == "12,000"
    page = RunPage()
    qtbot.addWidget(page, before_close_func=lambda _: page.stop())
    page._show_progress({"stage": "detector", "done": 1200, "total": 12_000, "remaining_seconds": None})
    assert page.figures.text() == "Training the detector: 1,200 / 12,000"


def test_new_weights_are_deleted_only_after_a_question(
    qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page, run = ResultPage(settings), Run(tmp_path / "run")
    qtbot.addWidget(page, before_close_func=lambda _: page.stop())
    run.folder.mkdir()
    page.show_run(run, "mine")
    for answer in (False, True):
        monkeypatch.setattr(fine_tune_result, "confirm", lambda *_, answer=answer: answer)
        with qtbot.waitSignal(page.done) if answer else qtbot.assertNotEmitted(page.done, wait=100):
            page.discard.click()
        assert run.folder.exists() is not answer


def test_weights_that_are_adopted_are_used_though_the_dialog_is_closed_meanwhile(
    qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = result_page(qtbot, settings, tmp_path, 6, {})
    begun = threading.Event()

    def adopt(_run: Run) -> list[WeightsEntry]:
        begun.set()
        time.sleep(0.2)
        return [WeightsEntry("mine", "detector", "tiny", "mine.safetensors", "", "", "", "")]

    monkeypatch.setattr(fine_tune_result, "adopt", adopt)
    page.adopt.click()
    begun.wait(5)
    page.stop()
    assert settings.detector == "mine"
