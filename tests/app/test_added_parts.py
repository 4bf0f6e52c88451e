"""A part that an installed package adds appears in the window and does its work there; nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import tinyface_core.weights
from app.dialogs.evaluate import EvaluateDialog
from app.dialogs.export import ExportDialog, ExportOffer
from app.dialogs.fine_tune_setup import SetupPage
from app.dialogs.weights import WeightsDialog
from app.jobs.finding import Engine
from app.main_window import MainWindow
from app.models.faces import FacesModel
from app.models.visible_faces import VisibleFaces
from app.session.project import ProjectOffer
from app.session.session import Session
from app.settings import Settings
from app.views.comparison import ComparisonPanel
from tests.core.tiny_world import install_tiny_weights
from tests.plugins import example
from tinyface_core.types import Face, FindResult, Frame

FACE = Face((20, 20, 60, 60), 0.9, 0.9)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.device = "cpu"
    return settings


def test_a_detector_is_offered_used_by_the_search_and_measured(
    qtbot: QtBot, add, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add("tinyface.detectors", example("A detector"))
    install_tiny_weights(tmp_path / "weights")
    monkeypatch.setattr(tinyface_core.weights, "BUNDLED", tmp_path / "weights")
    settings.refine = settings.frame_selected = False
    dialog = WeightsDialog(settings)
    qtbot.addWidget(dialog)

    def place() -> int:
        names = [dialog.list.item(row).text().split("\n")[0] for row in range(dialog.list.count())]
        return names.index("theirs") if "theirs" in names else -1

    qtbot.waitUntil(lambda: place() >= 0)
    dialog.list.setCurrentRow(place())
    assert "From the package their-package" in dialog.card.toPlainText() and not dialog.export.isEnabled()
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert settings.detector == "theirs"

    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[16:32, 32:48] = 204
    Image.fromarray(pixels).save(tmp_path / "spot.png")
    window = MainWindow(Session(settings, Engine()))
    qtbot.addWidget(window)
    window.session.opened.open_paths([tmp_path / "spot.png"])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 1, timeout=60_000)
    assert window.session.selection.faces()[0].face.box == (32, 16, 48, 32)
    window.close()

    measuring = EvaluateDialog(settings)
    qtbot.addWidget(measuring)
    qtbot.waitUntil(lambda: measuring.detector.currentData() == "theirs")
    (tmp_path / "list.txt").write_text("spot.png\n1\n32 16 16 16 0 0 0 0 0 0\n")
    measuring.images.setText(str(tmp_path))
    measuring.annotations.setText(str(tmp_path / "list.txt"))
    qtbot.mouseClick(measuring.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: measuring.table.rowCount() > 0, timeout=60_000)
    assert (measuring.table.item(0, 0).text(), measuring.table.item(0, 1).text()) == ("All", "1.0000")


def test_an_upscaler_is_offered_in_the_comparison_and_enlarges(qtbot: QtBot, add, settings: Settings) -> None:
    add("tinyface.upscalers", example("An upscaler"))
    settings.comparison_methods = ["nearest"]
    panel = ComparisonPanel(settings)
    qtbot.addWidget(panel, before_close_func=lambda panel: panel.stop())
    menu = panel.bar.methods.menu()
    qtbot.waitUntil(lambda: any(action.text() == "theirs" for action in menu.actions()))
    action = next(action for action in menu.actions() if action.text() == "theirs")
    assert action.toolTip() == "From the package their-package"
    pixels = np.full((120, 120, 3), 200, np.uint8)
    panel.set_face(Frame(pixels, "a.jpg"), FACE)
    action.trigger()
    qtbot.waitUntil(lambda: len(panel.grid.crops) == 3 and panel.bar.copy.isEnabled(), timeout=20_000)
    shown = [crop.grab().toImage() for crop in panel.grid.crops[1:]]
    shades = [image.pixelColor(image.width() // 2, image.height() // 2).red() for image in shown]
    assert shades == [200, 100]


def test_an_export_format_is_offered_and_written(qtbot: QtBot, add, settings: Settings, tmp_path: Path) -> None:
    add("tinyface.exports", example("An export format"))
    Image.new("RGB", (100, 80)).save(tmp_path / "crowd.png")
    result = FindResult(str(tmp_path / "crowd.png"), 100, 80, (FACE,), 1, 0)
    faces = FacesModel()
    faces.add_result(result)
    settings.export_folder, settings.export_formats = str(tmp_path / "out"), ["theirs"]
    dialog = ExportDialog(ExportOffer(faces, VisibleFaces(faces), [result]), settings)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "theirs" in dialog.formats)
    assert dialog.formats["theirs"].isChecked() and dialog.start.isEnabled()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.open_folder.isEnabled, timeout=20_000)
    assert (tmp_path / "out" / "faces-theirs.count").read_text() == "crowd 1\n"


def test_a_form_of_annotations_is_offered_where_weights_are_measured_and_where_they_are_trained(
    qtbot: QtBot, add, settings: Settings
) -> None:
    add("tinyface.datasets", example("A form of annotations"))
    dialog = EvaluateDialog(settings)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.kind.findData("theirs") >= 0)
    dialog.kind.setCurrentIndex(dialog.kind.findData("theirs"))
    assert dialog.request().kind == "theirs"
    page = SetupPage(settings, ProjectOffer(Path("case.tinyface"), "case", 0, 0, 0)).made()
    qtbot.addWidget(page)
    for button in (page.data.add, page.data.add_old):
        qtbot.waitUntil(lambda button=button: any("theirs" in a.text() for a in button.menu().actions()))
        texts = [action.text() for action in button.menu().actions() if "theirs" in action.text()]
        assert texts == [
            "theirs: file and folder of pictures",
            "theirs: folder of annotations and folder of pictures",
        ]
