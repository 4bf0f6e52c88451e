"""Evaluating weights from the window: what is asked for, what is shown, cancelling, saving."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.dialogs.evaluate import EvaluateDialog
from app.jobs.evaluating import Evaluation, EvaluationRequest
from app.settings import Settings
from app.views.training_curves import CurvesView
from tinyface_core.datasets.annotations import AnnotatedPicture, Oddities
from tinyface_core.detector.registry import default_detectors
from tinyface_core.evaluation.annotated import annotated_truth
from tinyface_core.evaluation.wider import evaluate_wider
from tinyface_core.own_weights import installed_weights
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Cancelled, CancelToken, Progress, UserError


def measured(request: EvaluationRequest, cancel: CancelToken, progress: Progress) -> Evaluation:
    """Two pictures with a face each, of which one is found."""
    progress("evaluate", 1, 2)
    box = np.array([[10, 20, 22, 34]], np.float32)
    pictures = [AnnotatedPicture(name, Path(name), box, np.zeros(1, bool)) for name in "ab"]
    found = {"a": np.array([[10, 20, 12, 14, 0.9]]), "b": np.zeros((0, 5))}
    report = evaluate_wider(found, annotated_truth(pictures), rounds=10)
    report = replace(report, oddities=Oddities(("gone.jpg",), ("b",), ("bus", "car")))
    return Evaluation(request, {"detector": "d 12ab"}, report, 52.0)


@pytest.fixture(autouse=True)
def _quickly_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.dialogs.evaluate.evaluate", measured)


def make(qtbot: QtBot, settings: Settings) -> EvaluateDialog:
    dialog = EvaluateDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.detector.count() > 0)
    dialog.images.setText("/pictures")
    assert not dialog.start.isEnabled()
    dialog.annotations.setText("/faces.json")
    return dialog


def test_the_dialog_asks_for_what_it_shows(qtbot: QtBot, settings: Settings) -> None:
    settings.device = "cpu"
    dialog = make(qtbot, settings)
    dialog.kind.setCurrentIndex(dialog.kind.findData("coco"))
    default = default_detectors(installed_weights(), SearchSettings())
    assert dialog.detector.currentData() == default
    dialog.second_stage.setChecked(False)
    dialog.pictures.setValue(40)
    wanted = EvaluationRequest(
        "coco",
        Path("/pictures"),
        Path("/faces.json"),
        SearchSettings(detector=default, second_stage=False, device="cpu"),
        pictures=40,
    )
    assert dialog.request() == wanted


@pytest.mark.parametrize(
    ("effort", "chosen", "measured"),
    [
        (Effort.THOROUGH, "", "detector-desktop + CenterFace"),
        (Effort.THOROUGH, "detector-quick", "detector-quick + CenterFace"),
        (Effort.THOROUGH, "centerface", "CenterFace"),
        (Effort.FAST, "", "detector-quick"),
    ],
)
def test_what_is_measured_is_what_searches_use(
    qtbot: QtBot, settings: Settings, effort: Effort, chosen: str, measured: str
) -> None:
    settings.effort, settings.detector = effort, chosen
    dialog = make(qtbot, settings)
    assert dialog.detector.currentText() == measured
    default = default_detectors(installed_weights(), SearchSettings(effort=effort))
    offered = [dialog.detector.itemData(row) for row in range(dialog.detector.count())]
    assert offered[0] == default and len(set(offered)) == len(offered)


def test_no_menu_lies_open_over_the_curves(qtbot: QtBot, settings: Settings) -> None:
    dialog = make(qtbot, settings)
    qtbot.waitUntil(dialog.curves.isVisible)
    assert not [menu for menu in dialog.findChildren(QMenu) if menu.isVisible()]


def test_axes_write_numbers_in_the_users_language(qtbot: QtBot, german: None, settings: Settings) -> None:
    dialog, losses = make(qtbot, settings), CurvesView("Verluste")
    qtbot.addWidget(losses)
    for plot in (dialog.curves, losses.plot):
        assert plot.getAxis("left").tickStrings([0.2, 0.4], 1.0, 0.2) == ["0,2", "0,4"]


def test_sizes_of_faces_are_told_in_german(qtbot: QtBot, german: None, settings: Settings) -> None:
    dialog = make(qtbot, settings)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.save.isEnabled)
    names = [dialog.table.item(row, 0).text() for row in (0, 1, 6)]
    assert names == ["Alle", "unter 16 px", "über 64 px"]


def test_curves_bars_and_figures_are_shown_and_saved(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    dialog = make(qtbot, settings)
    assert not dialog.save.isEnabled()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.save.isEnabled)
    told = dialog.message.text()
    assert told.startswith(
        "Pictures: 2. Faces: 2. 52 ms a picture. "
        "Listed pictures without a file, left out with all of their faces: 1 (gone.jpg). "
        "Pictures in which boxes have no area and are left out: 1 (b). None of the 2 classes of boxes is called face,"
    )
    (curve,) = dialog.curves.listDataItems()
    assert curve.name() == "All: AP 0.500" and curve.xData[-1] == 0.5
    assert dialog.heights.getAxis("bottom")._tickLevels[0][1] == (1, "10 – 16")
    cells = [[dialog.table.item(row, column).text() for column in (0, 1, 3, 5, 6)] for row in (0, 2, 3)]
    assert cells[0] == ["All", "0.5000", "", "1.000", "2"], "the found face has a box close to its own"
    assert cells[1:] == [["under 10 px", "", "", "", "0"], ["10 – 16 px", "0.5000", "0.5000", "1.000", "2"]]
    dialog.save_to(tmp_path / "report")
    qtbot.waitUntil(lambda: "The report is in" in dialog.message.text(), timeout=20_000)
    report = json.loads((tmp_path / "report" / "wider.json").read_text())
    assert report["subsets"]["all"]["ap"] == 0.5 and report["milliseconds_per_picture"] == 52
    assert report["weights"] == {"detector": "d 12ab"}
    assert (tmp_path / "report" / "wider_all.csv").is_file()


def test_cancelling_takes_less_than_a_second_and_leaves_the_dialog_ready(
    qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_request: EvaluationRequest, cancel: CancelToken, progress: Progress) -> Evaluation:
        for done in range(1000):
            if cancel.is_set():
                raise Cancelled
            progress("evaluate", done, 1000)
            time.sleep(0.01)
        raise AssertionError("It was not cancelled.")

    monkeypatch.setattr("app.dialogs.evaluate.evaluate", slow)
    dialog = make(qtbot, settings)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "of 1,000 pictures" in dialog.message.text())
    assert not dialog.images.isEnabled() and dialog.progress.isVisible()
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.message.text() == "Cancelled.", timeout=1000)
    assert dialog.start.isEnabled() and dialog.images.isEnabled() and not dialog.save.isEnabled()


def test_what_goes_wrong_is_said_in_one_sentence(
    qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Evaluation:
        raise UserError("faces.json is not a COCO file.")

    monkeypatch.setattr("app.dialogs.evaluate.evaluate", broken)
    dialog = make(qtbot, settings)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.message.text() == "faces.json is not a COCO file.")
    assert dialog.start.isEnabled() and dialog.copy.isHidden()


def test_a_defect_is_called_one_and_its_details_can_be_copied(
    qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Evaluation:
        raise ValueError("too many values to unpack")

    monkeypatch.setattr("app.dialogs.evaluate.evaluate", broken)
    dialog = make(qtbot, settings)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.copy.isVisible())
    sentence = "Something in the program went wrong (ValueError: too many values to unpack)."
    assert dialog.message.text() == sentence
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(sentence) and "Traceback" in copied
