"""The export dialog says before it writes what is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dialogs.export import ExportDialog, ExportOffer
from app.models.faces import FacesModel
from app.models.visible_faces import VisibleFaces
from app.settings import Settings
from tinyface_core.types import Detections, Face, FindResult


def _result(path: Path, count: int) -> FindResult:
    Image.new("RGB", (64, 48), "grey").save(path)
    faces = [Face((10 * n, 10, 10 * n + 8, 20), 0.9, 0.9) for n in range(count)]
    return FindResult(str(path), 64, 48, Detections.of_faces(faces), count, 0)


@pytest.fixture
def dialog(qtbot: QtBot, settings: Settings, tmp_path: Path) -> ExportDialog:
    """For one picture with one face, and one with three."""
    results = [_result(tmp_path / "one.png", 1), _result(tmp_path / "three.png", 3)]
    faces = FacesModel()
    for result in results:
        faces.add_result(result)
    (tmp_path / "out").mkdir()
    settings.export_folder = str(tmp_path / "out")
    settings.comparison_methods = ["nearest"]
    shown = ExportDialog(ExportOffer(faces, VisibleFaces(faces), results), settings)
    qtbot.addWidget(shown)
    qtbot.waitUntil(lambda: "crops" in shown.formats)
    shown.which.setCurrentIndex(shown.which.findData("all"))
    shown.tick("csv")
    return shown


def test_files_that_are_there_are_named_before_they_are_written_over(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: dialog.message.text() == "Faces: 4 · Pictures: 2")
    (tmp_path / "out" / "faces-csv.csv").write_text("of yesterday")
    dialog.formats["coco"].setChecked(True)
    qtbot.waitUntil(lambda: dialog.message.text() == "Faces: 4 · Pictures: 2 · writes over faces-csv.csv")
    assert dialog.start.isEnabled()


def test_a_file_where_a_folder_is_to_be_filled_is_told_before_the_run(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    (tmp_path / "out" / "faces-crops").write_text("a file of that name")
    dialog.formats["crops"].setChecked(True)
    qtbot.waitUntil(lambda: "faces-crops cannot be written (File exists)" in dialog.message.text())
    assert not dialog.start.isEnabled()
    dialog.formats["crops"].setChecked(False)
    qtbot.waitUntil(dialog.start.isEnabled)


def test_the_progress_of_enlarging_knows_all_faces_from_the_first_on(
    qtbot: QtBot, dialog: ExportDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    say = ExportDialog.progress_text
    monkeypatch.setattr(ExportDialog, "progress_text", lambda *said: told.append(say(*said)) or told[-1])
    dialog.tick("crops")
    qtbot.waitUntil(lambda: dialog.message.text().startswith("Faces: 4"))
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.open_folder.isEnabled, timeout=20_000)
    counted = [text for text in told if text.startswith("Enlarging")]
    assert counted and all(text.endswith("of 4") for text in counted)
