"""Export, preferences, weights, about and shortcuts."""

from __future__ import annotations

import csv
import json
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.about import AboutDialog
from app.dialogs.export import ExportDialog, ExportOffer
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.dialogs.voting import VotingDialog
from app.dialogs.weights import WeightsDialog
from app.jobs.exporting import ExportRequest, export_files
from app.models.face_commands import FaceCommands
from app.models.faces import FacesModel
from app.models.visible_faces import FaceFilter, VisibleFaces
from app.settings import Settings
from app.views.device_picker import DevicePicker
from app.views.effort import EffortPicker
from app.views.methods_button import MethodsButton
from app.work import Worker
from tinyface_core.export import registry
from tinyface_core.export.material import Format, Material
from tinyface_core.search_settings import Effort, SearchSettings
from tinyface_core.types import Cancelled, Detections, Face, FindResult, UserError, Verdict
from tinyface_core.weights import Manifest, WeightsEntry


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    settings.export_folder = str(tmp_path / "out")
    settings.comparison_methods = ["bilinear"]
    settings.device = "cpu"
    return settings


@pytest.fixture
def searched(qtbot: QtBot, tmp_path: Path) -> tuple[FacesModel, VisibleFaces, list[FindResult]]:
    pixels = np.random.default_rng(2).integers(0, 256, (80, 100, 3), np.uint8)
    path = tmp_path / "crowd.png"
    Image.fromarray(pixels).save(path)
    found = (Face((10, 10, 30, 30), 0.9, 0.9), Face((50, 20, 60, 32), 0.6, 0.6), Face((5, 50, 15, 60), 0.1, 0.1))
    result = FindResult(str(path), 100, 80, Detections.of_faces(found), 3, 0)
    faces = FacesModel()
    faces.add_result(result)
    visible = VisibleFaces(faces)
    visible.set_filter(FaceFilter(0.5))
    return faces, visible, [result]


def test_export_writes_the_faces_that_pass_the_filter_in_every_format(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]], tmp_path: Path
) -> None:
    faces, visible, results = searched
    commands = FaceCommands(faces)
    commands.set_verdicts([1], Verdict.CONFIRMED)
    commands.set_note(1, "left of the flag")
    dialog = ExportDialog(ExportOffer(faces, visible, results, results[0].source), settings)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.cancel.isVisible()
    for box in dialog.formats.values():
        box.setChecked(True)
    qtbot.waitUntil(lambda: dialog.message.text() == "Faces: 2 · Pictures: 1")
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.open_folder.isEnabled, timeout=20_000)
    out = tmp_path / "out"
    rows = list(csv.DictReader((out / "faces-csv.csv").open(encoding="utf-8-sig")))
    assert len(rows) == 2 and "left of the flag" in rows[0].values()
    assert len(json.loads((out / "faces-coco.json").read_text())["annotations"]) == 2
    assert (out / "faces-html.html").stat().st_size > 1000
    assert len(list((out / "faces-crops").rglob("*bilinear.png"))) == 2
    assert list((out / "faces-yolo").rglob("*.txt")) and list((out / "faces-annotated").rglob("*.png"))


def test_tab_goes_through_the_export_dialog_from_top_to_bottom(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]]
) -> None:
    faces, visible, results = searched
    settings.export_formats = ["html"]
    dialog = ExportDialog(ExportOffer(faces, visible, results, results[0].source, [results[0].source]), settings)
    qtbot.addWidget(dialog)
    page = dialog.redaction
    qtbot.waitUntil(lambda: len(dialog.formats) > 1)
    dialog.show()
    qtbot.waitUntil(dialog.start.isEnabled)
    foot = [dialog.folder, dialog.choose, dialog.start, dialog.buttons.button(QDialogButtonBox.StandardButton.Close)]
    head, case = [dialog.pictures, dialog.pages.tabBar()], dialog.case
    of_faces = [dialog.which, *dialog.formats.values(), case.title_, case.number, case.examiner]
    of_copies = [page.which, page.look, page.shape, page.margin, page.head, page.least, page.confirmed_by]
    for shown, fields in ((0, of_faces), (1, of_copies)):
        dialog.pages.setCurrentIndex(shown)
        walked: list[QWidget] = [dialog.pictures]
        while (widget := walked[-1].nextInFocusChain()) is not dialog.pictures:
            walked.append(widget)
        focus = Qt.FocusPolicy.TabFocus
        able = [one for one in walked if one.focusPolicy() & focus and one.focusProxy() is None]
        reached = [one for one in able if one.isVisible() and one.isEnabled()]
        assert reached == [*head, *fields, *foot]


def test_export_counts_a_video_once(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]]
) -> None:
    faces, visible, (photo,) = searched
    frames = [replace(photo, source="/street.mp4", index=index) for index in range(3)]
    dialog = ExportDialog(ExportOffer(faces, visible, [photo, *frames]), settings)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.message.text() == "Faces: 2 · Pictures: 2")


def test_export_of_confirmed_faces_leaves_the_others_out(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]]
) -> None:
    faces, visible, results = searched
    commands = FaceCommands(faces)
    commands.set_verdicts([3], Verdict.CONFIRMED)
    dialog = ExportDialog(ExportOffer(faces, visible, results), settings)
    qtbot.addWidget(dialog)
    dialog.which.setCurrentIndex(dialog.which.findData("confirmed"))
    (picture,) = dialog.request().pictures
    assert [face.score for face in picture.result.faces] == [0.1]


def test_only_the_picture_on_the_screen_and_only_what_is_ticked_is_exported(
    qtbot: QtBot,
    settings: Settings,
    searched: tuple[FacesModel, VisibleFaces, list[FindResult]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faces, visible, results = searched
    other = replace(results[0], source=str(tmp_path / "other.png"))
    faces.add_result(other)
    settings.export_formats = ["coco"]
    asked: list[ExportRequest] = []

    def export(request: ExportRequest, *_: object) -> list[Path]:
        asked.append(request)
        return []

    monkeypatch.setattr("app.dialogs.export.export_files", export)
    dialog = ExportDialog(ExportOffer(faces, visible, [*results, other], other.source), settings)
    qtbot.addWidget(dialog)
    assert [name for name, box in dialog.formats.items() if box.isChecked()] == ["coco"]
    assert [picture.result.source for picture in dialog.request().pictures] == [results[0].source, other.source]
    dialog.pictures.setCurrentIndex(dialog.pictures.findData("current"))
    dialog.formats["coco"].setChecked(False)
    assert not dialog.start.isEnabled(), "nothing is ticked"
    for name in ("csv", "yolo"):
        dialog.formats[name].setChecked(True)
    qtbot.waitUntil(lambda: dialog.message.text() == "Faces: 2 · Pictures: 1")
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(asked))
    assert [picture.result.source for picture in asked[0].pictures] == [other.source]
    assert set(asked[0].formats) == set(settings.export_formats) == {"csv", "yolo"}
    qtbot.waitUntil(dialog.open_folder.isEnabled)


def test_faces_are_exported_best_first_and_all_but_refused_ones_where_wished(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]]
) -> None:
    faces, visible, results = searched
    commands = FaceCommands(faces)
    best = commands.add_drawn_face(results[0].source, (60, 60, 70, 70))
    commands.set_verdicts([2], Verdict.NOT_A_FACE)
    commands.set_verdicts([3], Verdict.UNSURE)
    dialog = ExportDialog(ExportOffer(faces, visible, results), settings)
    qtbot.addWidget(dialog)
    for which, scores in {"not refused": [1.0, 0.9, 0.1], "all": [1.0, 0.9, 0.6, 0.1], "confirmed": [1.0]}.items():
        dialog.which.setCurrentIndex(dialog.which.findData(which))
        (picture,) = dialog.request().pictures
        assert [face.score for face in picture.result.faces] == scores
        assert [entry.face.score for entry in picture.entries] == scores
    assert faces.entry(best) is not None


def test_crops_are_exported_with_the_weights_that_the_user_chose(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]]
) -> None:
    settings.gan = "mine"
    dialog = ExportDialog(ExportOffer(*searched), settings)
    qtbot.addWidget(dialog)
    assert dialog.request().gan == "mine"


def test_enlarging_for_an_export_is_counted_by_face_and_stops_between_two_methods(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]], tmp_path: Path
) -> None:
    settings.comparison_methods = ["nearest", "bilinear"]
    dialog = ExportDialog(ExportOffer(*searched), settings)
    qtbot.addWidget(dialog)
    dialog.which.setCurrentIndex(dialog.which.findData("all"))
    request = replace(dialog.request(), formats=("crops",), folder=tmp_path)
    stop = threading.Event()
    told: list[tuple[str, int, int]] = []

    def progress(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))
        if done == 1:
            stop.set()

    with pytest.raises(Cancelled):
        export_files(request, stop, progress)
    assert told == [("crops", 0, 3), ("crops", 1, 3)]
    stop.clear()
    (folder,) = export_files(request, stop, lambda *_: None)
    assert len(list(folder.rglob("face-001_*.png"))) == 3  # original and both methods


def test_an_export_never_writes_over_what_the_window_has_opened(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]], tmp_path: Path
) -> None:
    photo, project = Path(searched[2][0].source), tmp_path / "case.tinyface"
    project.write_bytes(b"a project")
    dialog = ExportDialog(ExportOffer(*searched, sources=[str(photo)], opened=[str(project)]), settings)
    qtbot.addWidget(dialog)
    request = replace(dialog.request(), formats=("csv",), folder=tmp_path)
    for original in (photo, project):
        (tmp_path / "faces-csv.csv").unlink(missing_ok=True)
        (tmp_path / "faces-csv.csv").symlink_to(original)
        before = original.read_bytes()
        with pytest.raises(UserError, match="never written over"):
            export_files(request, threading.Event(), lambda *_: None)
        assert original.read_bytes() == before


def test_export_without_a_format_cannot_be_started(
    qtbot: QtBot, settings: Settings, searched: tuple[FacesModel, VisibleFaces, list[FindResult]]
) -> None:
    dialog = ExportDialog(ExportOffer(*searched), settings)
    qtbot.addWidget(dialog)
    for box in dialog.formats.values():
        box.setChecked(False)
    assert not dialog.start.isEnabled()


def test_a_running_export_is_cancelled_within_a_second_and_says_what_is_finished(
    qtbot: QtBot,
    settings: Settings,
    searched: tuple[FacesModel, VisibleFaces, list[FindResult]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def endless(form: Format, material: Material, target: Path) -> None:
        if not form.crops:
            return write(form, material, target)
        begun.set()
        while True:
            time.sleep(0.005)
            material.load(material.results[0])  # asks whether to stop

    begun, write = threading.Event(), registry.write
    monkeypatch.setattr(registry, "write", endless)
    settings.comparison_methods = ["nearest"]
    dialog = ExportDialog(ExportOffer(*searched), settings)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "crops" in dialog.formats)
    dialog.tick("csv")
    dialog.formats["crops"].setChecked(True)
    dialog.show()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(begun.is_set, timeout=20_000)
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.start.isVisible, timeout=1000)
    assert dialog.message.text() == "Cancelled. Finished, and kept: 1 (CSV table). Not finished: 1 (Face crops)."


def test_a_failed_export_says_why(
    qtbot: QtBot,
    settings: Settings,
    searched: tuple[FacesModel, VisibleFaces, list[FindResult]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> list[Path]:
        raise OSError("The disk is full: make room.")

    monkeypatch.setattr("app.dialogs.export.export_files", broken)
    dialog = ExportDialog(ExportOffer(*searched), settings)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.message.text() == "The disk is full: make room.", timeout=2000)


def test_preferences_are_kept_at_once_and_told(qtbot: QtBot, settings: Settings) -> None:
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(settings.changed) as told:
        dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    assert (told.args, settings.theme) == (["theme"], "dark")
    choice = dialog.effort.choice
    choice.setCurrentIndex(choice.findData("thorough"))
    dialog.searched_frames.step.setValue(25)
    assert (settings.effort, settings.video_step) == ("thorough", 25)
    # The answer on devices comes from another thread, which is waited for so that it ends with the test.
    qtbot.waitUntil(lambda: dialog.devices_found.text().startswith("Automatic takes"), timeout=20_000)
    assert "thread" in dialog.device.itemText(dialog.device.findData("cpu"))


def test_the_sentence_on_another_language_takes_no_room_from_the_fields(qtbot: QtBot, settings: Settings) -> None:
    dialog = PreferencesDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    before = dialog.effort.height()
    dialog.language.setCurrentIndex(dialog.language.findData("en"))
    qtbot.waitUntil(lambda: dialog.restart.isVisible() and dialog.restart.height() < 100)
    assert dialog.effort.height() == before
    qtbot.waitUntil(lambda: dialog.devices_found.text().startswith("Automatic takes"), timeout=20_000)


def test_a_changed_number_is_searched_with_and_shown_beside_the_effort(qtbot: QtBot, settings: Settings) -> None:
    picker = EffortPicker(settings)
    qtbot.addWidget(picker)
    picker.choice.setCurrentIndex(picker.choice.findData("thorough"))
    assert (picker.numbers.budget.value(), picker.choice.currentText()) == (600, "Thorough")
    assert settings.search == SearchSettings.of(Effort.THOROUGH, device=settings.device)
    picker.numbers.budget.setValue(300)
    assert picker.choice.currentText() == "Thorough *"
    assert settings.search == SearchSettings.of(Effort.THOROUGH, budget=300, device=settings.device)
    picker.choice.setCurrentIndex(picker.choice.findData("fast"))
    assert settings.search == SearchSettings.of(Effort.FAST, device=settings.device)
    assert (picker.numbers.budget.value(), picker.choice.currentText()) == (32, "Fast")
    picker.numbers.turned.click()
    assert picker.choice.currentText() == "Fast *"
    assert settings.search == SearchSettings.of(Effort.FAST, turned=True, device=settings.device)
    picker.numbers.turned.click()
    picker.numbers.tilted.click()
    assert picker.choice.currentText() == "Fast *"
    assert settings.search == SearchSettings.of(Effort.FAST, tilted=True, device=settings.device)


def test_weights_are_chosen_by_their_card(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def entry(name: str) -> WeightsEntry:
        return WeightsEntry(
            name, "detector", "desktop", "d.safetensors", "0" * 64, "own", "MIT", "2026-01-01", {"AP": 0.4}
        )

    Manifest(tmp_path, (entry("first"), entry("second"))).save()
    monkeypatch.setattr("tinyface_core.weights.BUNDLED", tmp_path)
    dialog = WeightsDialog(settings)
    qtbot.addWidget(dialog)
    assert not dialog.use.isEnabled()
    dialog.list.setCurrentRow(1)
    assert "second" in dialog.card.toPlainText() and "0.4" in dialog.card.toPlainText()
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert settings.detector == "second"


def test_weights_that_are_missing_are_told_in_a_sentence(
    qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinyface_core.weights.BUNDLED", tmp_path / "nowhere")
    dialog = WeightsDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.trouble.isVisible() and "cannot be read" in dialog.trouble.sentence.text()


def test_about_names_the_version_of_torch(qtbot: QtBot) -> None:
    from importlib.metadata import version

    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    assert f"torch {version('torch')}" in dialog.text()


def test_shortcuts_lists_actions_and_searches_them(qtbot: QtBot) -> None:
    action = QAction("&Open a folder…")
    action.setShortcut(QKeySequence("Ctrl+Shift+O"))
    dialog = ShortcutsDialog([action, QAction("No key")])
    qtbot.addWidget(dialog)
    assert dialog.table.item(0, 0).text() == "Open a folder" and dialog.table.item(0, 1).text() == "Ctrl+Shift+O"
    dialog.search.setText("folder")
    shown = [row for row in range(dialog.table.rowCount()) if not dialog.table.isRowHidden(row)]
    assert shown == [0]


def test_what_is_closed_follows_no_settings_any_more(qtbot: QtBot, settings: Settings) -> None:
    worker = Worker()
    for widget in (
        PreferencesDialog(settings, None),
        VotingDialog([], settings, None),
        EffortPicker(settings),
        DevicePicker(settings),
        MethodsButton(settings, worker),
    ):
        widget.deleteLater()
    worker.stop()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    settings.budget, settings.device, settings.comparison_methods = 7, "cpu", ["bicubic"]  # errors in slots fail a test
