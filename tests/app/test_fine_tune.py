"""The fine-tune dialog on a real, tiny training: set up, started, watched, judged, adopted, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QMessageBox, QSpinBox, QVBoxLayout
from pytestqt.qtbot import QtBot

import tinyface_core.weights
from app.dialogs.fine_tune import FineTuneDialog
from app.dialogs.fine_tune_numbers import NumbersForm
from app.dialogs.fine_tune_run import RunPage
from app.dialogs.weights import WeightsDialog
from app.jobs.training import CROP_SIDE, ListedRun, RunNews
from app.session.project import ProjectOffer
from app.settings import Settings
from app.views.change_pairs import ChangePairs, pair
from app.views.face_sheet import FaceSheet
from app.views.training_curves import CurvesView, smoothed
from tests.core.tiny_world import NUMBERS, install_tiny_weights, make_project
from tinyface_core.datasets.crops import Crops
from tinyface_core.gan.generator import Generator
from tinyface_core.own_weights import OwnWeights
from tinyface_core.presets import GAN_PRESETS
from tinyface_core.training.finetune.comparison import Change
from tinyface_core.training.finetune.request import NUMBERS as NUMBER_MEANINGS
from tinyface_core.training.finetune.request import DataSource, FineTuneRequest, Numbers
from tinyface_core.training.finetune.runs import RunState, all_runs, create_run
from tinyface_core.training.gan_samples import write_before_after

PATIENCE = 240_000


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectOffer:
    """A project of six complete pictures, with tiny weights installed."""
    install_tiny_weights(tmp_path / "weights")
    monkeypatch.setattr(tinyface_core.weights, "BUNDLED", tmp_path / "weights")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return ProjectOffer(make_project(tmp_path), "case", 6, 18, 6)


@pytest.fixture
def dialog(qtbot: QtBot, settings: Settings, offer: ProjectOffer) -> Iterator[FineTuneDialog]:
    settings.device = "cpu"
    shown = FineTuneDialog(settings, lambda: offer)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    for run in all_runs():
        run.discard()
    shown.stop()


def begin(qtbot: QtBot, dialog: FineTuneDialog, steps: int) -> None:
    qtbot.waitUntil(lambda: dialog.setup.start.isEnabled(), timeout=PATIENCE)
    dialog.setup._clock.stop()
    dialog.setup.form.show_numbers(NUMBERS)
    dialog.setup.form.field("detector_steps").setValue(steps)  # type: ignore[attr-defined]
    dialog.setup.name.setText("mine")
    qtbot.mouseClick(dialog.setup.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.running, timeout=PATIENCE)


def test_a_run_is_started_watched_judged_adopted_and_taken_back(
    qtbot: QtBot, dialog: FineTuneDialog, settings: Settings
) -> None:
    begin(qtbot, dialog, 30)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.outcome, timeout=PATIENCE)
    assert {"detector/loss/box", "detector/loss/classification"} <= set(dialog.running.losses.names())
    assert dialog.running.precision.names() == ["detector/validation/ap"]
    assert dialog.running.sharpness.isHidden()
    assert "held back" in dialog.running.log.toPlainText()
    qtbot.waitUntil(lambda: dialog.outcome.table.rowCount() > 1, timeout=PATIENCE)
    assert dialog.outcome.table.item(0, 1).text() == "6"
    assert dialog.outcome.verdict.text() and "without CenterFace" in dialog.outcome.measured.text()
    # Nothing uses the new weights before they are adopted.
    assert settings.detector == "" and OwnWeights().entries() == ()
    qtbot.mouseClick(dialog.outcome.adopt, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: settings.detector == "mine", timeout=PATIENCE)
    assert [entry.name for entry in OwnWeights().entries()] == ["mine"]
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.setup, timeout=PATIENCE)
    manager = WeightsDialog(settings)
    qtbot.addWidget(manager)
    assert [manager.list.item(row).text().split("\n")[0] for row in range(3)] == ["d", "g", "mine"]
    manager.list.setCurrentRow(2)
    assert manager.back.isEnabled()
    qtbot.mouseClick(manager.back, Qt.MouseButton.LeftButton)
    assert settings.detector == ""


def test_a_run_goes_on_without_the_dialog_and_is_found_again(
    qtbot: QtBot, dialog: FineTuneDialog, settings: Settings, offer: ProjectOffer
) -> None:
    begin(qtbot, dialog, 10_000)
    qtbot.waitUntil(lambda: "detector/loss/box" in dialog.running.losses.names(), timeout=PATIENCE)
    dialog.close()
    (run,) = all_runs()
    assert run.is_alive()
    again = FineTuneDialog(settings, lambda: offer)
    qtbot.addWidget(again)
    again.show()
    try:
        qtbot.waitUntil(lambda: again.list.count() > 0, timeout=PATIENCE)  # the page of the run is not made before
        qtbot.waitUntil(lambda: again.pages.currentWidget() is again.running, timeout=PATIENCE)
        qtbot.waitUntil(again.running.pause.isVisible, timeout=PATIENCE)
        qtbot.mouseClick(again.running.pause, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(again.running.resume.isVisible, timeout=PATIENCE)
        assert run.state() == RunState.PAUSED
    finally:
        run.discard()
        again.stop()


def test_a_run_is_thrown_away_only_after_a_question(
    qtbot: QtBot, dialog: FineTuneDialog, offer: ProjectOffer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(FineTuneRequest("mine", "detector", (DataSource("project", str(offer.path)),), numbers=NUMBERS))
    dialog._look(choose=run)
    qtbot.waitUntil(lambda: dialog.list.count() > 0, timeout=PATIENCE)  # the page of the run is not made before
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.running, timeout=PATIENCE)
    monkeypatch.setattr(QMessageBox, "exec", lambda box: 0)
    qtbot.mouseClick(dialog.running.discard, Qt.MouseButton.LeftButton)
    assert run.folder.exists()
    monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: box.buttons()[0])
    monkeypatch.setattr(QMessageBox, "exec", lambda box: 0)
    monkeypatch.setattr(QMessageBox, "addButton", _remembering(QMessageBox.addButton))
    monkeypatch.setattr(QMessageBox, "clickedButton", lambda box: box.first)
    qtbot.mouseClick(dialog.running.discard, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not run.folder.exists(), timeout=PATIENCE)
    qtbot.waitUntil(lambda: dialog.pages.currentWidget() is dialog.setup, timeout=PATIENCE)


def test_throwing_away_is_never_what_enter_does_after_pausing_and_going_on(
    qtbot: QtBot, offer: ProjectOffer, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create_run(FineTuneRequest("mine", "detector", (DataSource("project", str(offer.path)),), numbers=NUMBERS))
    monkeypatch.setattr(type(run), "ask", lambda *_: None)
    monkeypatch.setattr(type(run), "start", lambda *_: None)
    holder, page = QDialog(), RunPage()
    qtbot.addWidget(holder, before_close_func=lambda _: page.stop())
    QVBoxLayout(holder).addWidget(page)
    holder.show()
    page.show_run(ListedRun(run, RunState.RUNNING, run.request, 0))
    page._watcher.stop()
    for press, state, following in (
        (None, RunState.RUNNING, page.pause),
        (page.pause, RunState.PAUSED, page.resume),
        (page.resume, RunState.RUNNING, page.pause),
    ):
        if press is not None:
            press.setFocus()
            qtbot.keyClick(press, Qt.Key.Key_Space)
            assert holder.focusWidget() is not page.discard and not page.discard.isDefault()
        page._watcher.news.emit(RunNews(state, [], None))
        assert press is None or holder.focusWidget() is following
        assert holder.focusWidget() is not page.discard and not page.discard.isDefault()
    run.discard()


def _remembering(add: object) -> object:
    def remember(box: QMessageBox, *given: object) -> object:
        button = add(box, *given)  # type: ignore[operator]
        if not hasattr(box, "first"):
            box.first = button  # type: ignore[attr-defined]
        return button

    return remember


def test_the_dialog_closes_by_its_frame_and_by_escape(qtbot: QtBot, dialog: FineTuneDialog) -> None:
    dialog.show()
    dialog.close()
    assert not dialog.isVisible()
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_data_are_looked_over_before_anything_starts(qtbot: QtBot, dialog: FineTuneDialog, tmp_path: Path) -> None:
    setup = dialog.setup
    qtbot.waitUntil(lambda: setup.start.isEnabled(), timeout=PATIENCE)
    assert "Pictures: 6, complete: 6" in setup.data.sizes.text()
    setup.data.use_project.setChecked(False)
    qtbot.waitUntil(lambda: not setup.start.isEnabled(), timeout=PATIENCE)
    setup.data.add_source(DataSource("coco", str(tmp_path / "none.json"), str(tmp_path)))
    qtbot.waitUntil(lambda: setup.data.findings.count() == 1 and not setup.data._checking.is_busy, timeout=PATIENCE)
    assert not setup.start.isEnabled()


def test_the_papers_numbers_are_one_click_away(qtbot: QtBot) -> None:
    form = NumbersForm()
    qtbot.addWidget(form)
    assert form.numbers == Numbers()
    form.field("alpha").setValue(0.05)  # type: ignore[attr-defined]
    form.field("refine").setChecked(False)  # type: ignore[attr-defined]
    assert (form.numbers.alpha, form.numbers.refine) == (0.05, False)
    qtbot.mouseClick(form.paper, Qt.MouseButton.LeftButton)
    assert (form.numbers.alpha, form.numbers.beta, form.numbers.refine) == (0.001, 0.01, True)
    form.show_target("detector")
    assert form.field("alpha").isHidden() and not form.field("crop").isHidden()


def test_epochs_say_in_another_way_how_many_steps_there_are(qtbot: QtBot) -> None:
    form = NumbersForm()
    qtbot.addWidget(form)
    epochs, steps = form.field("gan_epochs"), form.field("gan_steps")
    assert not epochs.isEnabled(), "nobody knows yet how long an epoch is"
    form.set_epochs({"gan_steps": 50})
    assert epochs.value() == pytest.approx(form.numbers.gan_steps / 50)  # type: ignore[attr-defined]
    with qtbot.waitSignal(form.changed) as changed:
        epochs.setValue(3)  # type: ignore[attr-defined]
    assert changed.args == ["gan_steps"] and form.numbers.gan_steps == 150
    steps.setValue(75)  # type: ignore[attr-defined]
    assert epochs.value() == 1.5  # type: ignore[attr-defined]
    with qtbot.waitActive(form):
        form.show()
    steps.setFocus()
    steps.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(steps, "3")
    epochs.setFocus()
    assert epochs.value() == 0.2, "of the ten steps that are the fewest, although it has the focus by then"  # type: ignore[attr-defined]
    epochs.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(epochs, "0.1")
    assert epochs.text() == "0.1" and form.numbers.gan_steps == 10, "digits yet to come are waited for"  # type: ignore[attr-defined]
    qtbot.keyClick(epochs, Qt.Key.Key_Return)
    assert epochs.text() == "0.2"  # type: ignore[attr-defined]
    qtbot.mouseClick(form.paper, Qt.MouseButton.LeftButton)
    assert form.numbers.gan_steps == 300 and not form.numbers.keep_g1
    form.show_target("detector")
    assert epochs.isHidden() and not form.field("detector_epochs").isHidden()


def test_every_number_has_a_sentence_and_a_sound_range(qtbot: QtBot) -> None:
    form = NumbersForm()
    qtbot.addWidget(form)
    for number in NUMBER_MEANINGS:
        field, value = form.field(number.name), getattr(Numbers(), number.name)
        assert field.toolTip() and field.accessibleName()
        assert number.low <= value <= number.high
        if not isinstance(value, bool):
            assert (field.minimum(), field.maximum()) == (number.low, number.high)  # type: ignore[attr-defined]


def test_a_changed_place_is_shown_as_it_was_and_as_it_is(qtbot: QtBot) -> None:
    grey = QImage(CROP_SIDE, CROP_SIDE, QImage.Format.Format_RGB888)
    grey.fill(QColor(90, 90, 90))
    change = Change("found now", "a.png", (10.0, 10.0, 30.0, 30.0), 0.0, 0.8)

    def drawn(kind: str) -> tuple[bool, bool]:
        image = pair(grey, replace(change, kind=kind), QColor(0, 255, 0)).toImage()  # type: ignore[arg-type]
        halves = (range(CROP_SIDE), range(image.width() - CROP_SIDE, image.width()))
        middle = CROP_SIDE // 2
        return tuple(
            any(image.pixelColor(x, middle).green() > 240 > image.pixelColor(x, middle).red() for x in half)
            for half in halves
        )  # type: ignore[return-value]

    assert drawn("found now") == drawn("new false alarm") == (False, True)
    assert drawn("lost now") == drawn("false alarm gone") == (True, False)
    pairs = ChangePairs()
    qtbot.addWidget(pairs)
    pairs.add(grey, change, QColor("green"))
    assert "before not found" in pairs.item(0).text() and "after 0.80" in pairs.item(0).text()


def test_enlarged_faces_are_shown_before_and_after_beside_the_true_pixels(qtbot: QtBot, tmp_path: Path) -> None:
    preset = GAN_PRESETS["tiny"]
    before, after = Generator(preset), Generator(preset)
    side = 100
    pixels = np.random.default_rng(0).integers(0, 255, (3, side, side, 3), dtype=np.uint8)
    yes = np.ones(3, bool)
    crops = Crops(pixels, yes, yes, np.full(3, 80, np.float32), np.full((3, 4), np.nan, np.float32), pixels)
    for second, columns in ((after, 6), (Generator(preset, refine=False), 4)):
        write_before_after(tmp_path / "faces.png", before, second, crops, preset)
        sheet = FaceSheet()
        qtbot.addWidget(sheet)
        sheet.show_sheet(QImage(str(tmp_path / "faces.png")))
        assert (sheet.rows, sheet.columns) == (3, columns)
    untouched = np.asarray(Image.open(tmp_path / "faces.png"))
    assert untouched.shape == (3 * preset.high, 4 * preset.high, 3)


def test_no_menu_lies_open_over_the_curves(qtbot: QtBot) -> None:
    view = CurvesView("Loss")
    qtbot.addWidget(view)
    view.show()
    assert view.plot.isVisible() and not [menu for menu in view.findChildren(QMenu) if menu.isVisible()]


def test_curves_take_points_again_and_are_smoothed_without_a_pull_to_zero(qtbot: QtBot) -> None:
    view = CurvesView("losses")
    qtbot.addWidget(view)
    view.add_points("loss", [(20, 2.0), (10, 4.0), (30, float("nan"))])
    view.add_points("loss", [(20, 3.0)])
    steps, values = view.data("loss")
    assert steps.tolist() == [10, 20] and values.tolist() == [4.0, 3.0]
    assert "3" in view.values.text()
    drawn = view._curves["loss"][1]
    assert drawn.opts["symbol"] == "o", "a single measurement can be seen"
    view.add_points("loss", [(step, 1.0) for step in range(100)])
    assert drawn.opts["symbol"] is None
    constant = np.full(5, 7.0)
    assert smoothed(constant, 0.9) == pytest.approx(constant)
    assert smoothed(values, 0.0) is values
    # Under the cursor: the values of the step that is nearest, by name.
    view.resize(400, 300)
    view.show()
    box = view.plot.getPlotItem().getViewBox()
    qtbot.waitUntil(lambda: box.viewRange()[0][1] > 90)  # it fits itself to what is drawn
    view._point_at(box.mapViewToScene(QPointF(49.9, 1.0)))
    assert view.values.text().startswith("step 50: ") and "loss" in view.values.text()


def test_a_dot_at_the_first_step_and_the_largest_value_is_whole(qtbot: QtBot) -> None:
    view = CurvesView("AP", most=1.0)
    qtbot.addWidget(view)
    view.resize(400, 190)
    view.add_points("AP", [(0, 1.0), (40, 0.97), (80, 0.0)])
    view.show()
    box = view.plot.getPlotItem().getViewBox()
    qtbot.waitUntil(lambda: box.viewRange()[0][1] > 80)
    inside, radius = box.sceneBoundingRect(), 3
    for step, value in ((0, 1.0), (80, 0.0)):
        dot = box.mapViewToScene(QPointF(step, value))
        assert inside.contains(QRectF(dot.x() - radius, dot.y() - radius, 2 * radius, 2 * radius))


@pytest.mark.parametrize("height", [92, 150, 400])
@pytest.mark.parametrize(("least", "largest"), [(0.3, 0.36), (0.329, 0.3291), (0.25, 1.2), (0.9, 4.1), (1e-4, 30.0)])
def test_labels_of_a_logarithmic_axis_are_there_and_apart(
    qtbot: QtBot, height: int, least: float, largest: float
) -> None:
    view = CurvesView("losses", logarithmic=True)
    qtbot.addWidget(view)
    view.plot.setFixedHeight(height)
    view.add_points("loss", [(0, largest), (10, least)])
    view.show()
    axis = view.plot.getPlotItem().getAxis("left")
    qtbot.waitUntil(lambda: axis.range[1] < 2 and axis.range[1] != axis.range[0])
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        labels = axis.generateDrawSpecs(painter)[2]
    assert labels and len({text for _, _, text in labels}) == len(labels)
    for one, other in pairwise(sorted((rect for rect, _, _ in labels), key=lambda rect: rect.top())):
        assert one.bottom() < other.top()


def test_the_legend_of_curves_is_drawn_in_their_colours(qtbot: QtBot) -> None:
    view = CurvesView("losses")
    qtbot.addWidget(view)
    view.resize(500, 300)
    view.add_points("loss", [(1, 4.0)], "score")
    view.add_points("box", [(1, 2.0)], "box")
    view.show()
    drawn = view.values.grab().toImage()
    seen = {drawn.pixelColor(x, y).name() for x in range(drawn.width()) for y in range(drawn.height())}
    assert {view._colour(0), view._colour(1)} <= seen


def test_plots_of_a_run_keep_their_heights_when_the_first_points_come(qtbot: QtBot) -> None:
    page = RunPage()
    qtbot.addWidget(page)
    page.sharpness.hide()
    page.resize(900, 690)
    page.show()
    QApplication.processEvents()
    before = [page.losses.height(), page.precision.height()]
    page.precision.add_points("ap", [(0, 1.0)], "AP")
    page.losses.add_points("loss", [(5, 0.2)], "score")
    QApplication.processEvents()
    assert before == [page.losses.height(), page.precision.height()] and before[0] > before[1]
    box = page.precision.plot.getPlotItem().getViewBox()
    qtbot.waitUntil(lambda: 1 < box.viewRange()[1][1] < 1.06)  # it fits itself to what is drawn; nothing is above 1
    page.precision.add_points("ap", [(5, 0.999)], "AP")
    qtbot.waitUntil(lambda: box.viewRange()[0][1] > 4.9)
    low, high = box.viewRange()[1]
    assert high - low > 0.09, "a thousandth does not look like a fall"
    axis = page.precision.plot.getPlotItem().getAxis("bottom")
    assert min(spacing for spacing, _ in axis.tickSpacing(0, 4, 400)) == 1
    page.stop()


def test_of_a_number_that_cannot_be_the_nearest_that_can_is_taken(qtbot: QtBot) -> None:
    form = NumbersForm()
    qtbot.addWidget(form)
    steps = form.field("detector_steps")
    assert isinstance(steps, QSpinBox)
    steps.setValue(200)
    steps.selectAll()
    qtbot.keyClicks(steps, "8")
    steps.interpretText()
    assert steps.value() == steps.minimum() > 8


def test_a_run_that_is_paused_tells_no_time_left_and_no_memory(qtbot: QtBot) -> None:
    page = RunPage()
    qtbot.addWidget(page)
    progress = {"kind": "progress", "stage": "detector", "done": 10, "total": 60, "remaining_seconds": 64.0}
    memory = {"kind": "scalar", "name": "detector/memory", "step": 10, "value": 1800.0}
    page._take_news(RunNews(RunState.RUNNING, [progress, memory], None))
    assert page.figures.text() == "Training the detector: 10 / 60   64 s left of this stage   1.8 GB of memory"
    page._take_news(RunNews(RunState.PAUSED, [], None))
    assert page.figures.text() == "Training the detector: 10 / 60"
    page.stop()


@pytest.mark.parametrize(
    ("stage", "done", "total", "text", "most"),
    [
        ("measure after", 3, 6, "Measuring the new weights: 3 / 6", 6),
        ("measure after", 6, 6, "Measuring the new weights: 6 / 6", 0),
        ("export", 0, 1, "Exporting the networks", 0),
    ],
)
def test_what_cannot_be_counted_and_what_follows_a_stage_are_seen_to_be_at_work(
    qtbot: QtBot, stage: str, done: int, total: int, text: str, most: int
) -> None:
    page = RunPage()
    qtbot.addWidget(page)
    event = {"kind": "progress", "stage": stage, "done": done, "total": total, "remaining_seconds": None}
    page._take_events([event])
    assert (page.figures.text(), page.progress.maximum()) == (text, most)
    page.stop()
