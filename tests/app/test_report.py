"""The report in a real browser engine, as a PDF, and from the export dialog."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.dialogs.export import ExportDialog, ExportOffer
from app.jobs.exporting import ExportRequest, FaceChoice, export_files
from app.main_window import MainWindow
from app.models.face_entry import FaceEntry
from app.settings import Settings
from tinyface_core.export.case import Case
from tinyface_core.export.material import ExportPicture
from tinyface_core.types import Cancelled, CancelToken, CropBatch, Detections, FindResult, Verdict, no_progress
from tinyface_core.upscalers.interpolation import Interpolation

CASE = Case("A title that is long enough to need more than one line on any screen " * 2, "117/26", "E", "today", "de")

_BROWSER = """
import json, sys
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

ASK = '''(() => {
  const page = document.documentElement;
  const wider = [...document.querySelectorAll("body *")].filter(
    part => part.getBoundingClientRect().right > page.clientWidth + 1 && !part.closest("svg")
  );
  const images = [...document.images];
  return JSON.stringify({
    width: page.clientWidth,
    overflow: page.scrollWidth - page.clientWidth,
    wider: wider.map(part => part.tagName + " " + part.className),
    scrolled: [...document.querySelectorAll(".scroll")].filter(part => part.scrollWidth > part.clientWidth + 1).length,
    shown: images.filter(image => image.complete && image.naturalWidth > 0).length,
    images: images.length,
    boxes: document.querySelectorAll(".picture a text").length,
  });
})()'''
application = QApplication(sys.argv)
view = QWebEngineView()
widths, told = [1280, 900], []

def ask():
    view.page().runJavaScript(ASK, take)

def take(answer):
    told.append(json.loads(answer))
    widths.pop(0)
    if widths:
        view.resize(widths[0], 700)
        QTimer.singleShot(200, ask)
    else:
        print(json.dumps(told))
        application.quit()

view.resize(widths[0], 700)
view.show()
view.loadFinished.connect(lambda _ok: QTimer.singleShot(50, ask))
view.load(QUrl.fromLocalFile(sys.argv[1]))
application.exec()
"""


@pytest.fixture
def request_(qapp: QApplication, tmp_path: Path) -> ExportRequest:
    """Forty faces with long notes and the longest names, by two methods."""
    path = tmp_path / f"{'a-very-long-name-' * 9}.png"
    noise = np.random.default_rng(0).integers(0, 255, (150, 300, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    boxes = [(n % 10 * 30, n // 10 * 36, n % 10 * 30 + 14, n // 10 * 36 + 18) for n in range(40)]
    result = FindResult(str(path), 300, 150, Detections.of(boxes, np.linspace(0.9, 0.4, 40)), 40, 0)
    note = "a note with one word_that_is_longer_than_any_column_of_the_table_can_be " * 2
    entries = tuple(
        FaceEntry(str(path), face, verdict=Verdict.UNSURE, note=note, key=n) for n, face in enumerate(result.faces)
    )
    request = ExportRequest((), ("html", "pdf", "csv"), tmp_path / "out", ("nearest", "bilinear"), case=CASE)
    return FaceChoice((result,), entries, lambda _face: True).fill(request)


def test_a_report_opens_in_a_browser_without_overflow_and_prints_as_a_pdf(request_: ExportRequest) -> None:
    stages: list[str] = []
    written = export_files(request_, Event(), lambda stage, *_: stages.append(stage))
    assert [path.name for path in written] == ["faces-csv.csv", "faces-html.html", "faces-pdf.pdf"]
    assert stages[0] == "csv" and set(stages[1:]) == {"crops"}  # the table at once, crops after it
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_CHROMIUM_FLAGS": "--no-sandbox"}
    command = [sys.executable, "-c", _BROWSER, str(written[1])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert "unsicher" in written[1].read_text("utf-8") and "a note with one word" in written[1].read_text("utf-8")
    for seen in json.loads(done.stdout.splitlines()[-1]):
        assert (seen["overflow"], seen["wider"], seen["scrolled"]) == (0, [], 0), seen
        assert seen["shown"] == seen["images"] == 1 + 40 * 3 and seen["boxes"] == 40
    pdf = written[2].read_bytes()
    assert pdf.startswith(b"%PDF-") and len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 3


def test_an_export_stops_between_two_faces_and_keeps_the_table(request_: ExportRequest) -> None:
    stop = Event()

    def progress(stage: str, done: int, total: int) -> None:
        if stage == "crops" and done == 3:
            stop.set()

    with pytest.raises(Cancelled):
        export_files(request_, stop, progress)
    assert [path.name for path in request_.folder.iterdir()] == ["faces-csv.csv"]


class CountedUpscaler:
    """A made generator that notes the sides of the crops that it enlarges."""

    name = "made-generator"

    def __init__(self) -> None:
        self.sides: list[int] = []

    def enlarge(self, crops: CropBatch, factor: int, _cancel: CancelToken | None = None) -> CropBatch:
        self.sides += [crops.shape[1]] * len(crops)
        return 255 - crops.repeat(factor, axis=1).repeat(factor, axis=2)


def test_each_face_is_enlarged_once_for_all_formats_and_a_large_one_never(
    request_: ExportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = CountedUpscaler()
    monkeypatch.setattr("tinyface_core.upscalers.registry.load_upscalers", lambda *_: [Interpolation("nearest"), made])
    picture = request_.pictures[0].result
    faces = picture.faces.take(slice(0, 5))
    faces.boxes[4] = 100, 20, 180, 100
    small = replace(request_, pictures=(ExportPicture(replace(picture, faces=faces), ()),))
    formats = ("crops", "contact", "sheets", "html", "pdf")
    written = {path.name: path for path in export_files(replace(small, formats=formats), Event(), no_progress)}
    assert made.sides == [25] * 4
    assert sorted(path.name for path in small.folder.iterdir()) == sorted(written), "nothing else is left behind"
    crops = sorted(path.name for path in written["faces-crops"].rglob("*.png"))
    assert [name for name in crops if "original" not in name] == [
        f"face-{number:03d}_{method}.png" for number in range(1, 5) for method in ("made-generator", "nearest")
    ]
    for form in ("contact", "html"):
        (alone,) = export_files(replace(small, formats=(form,), folder=small.folder / form), Event(), no_progress)
        for one in alone.iterdir() if alone.is_dir() else [alone]:
            assert one.read_bytes() == (small.folder / one.relative_to(small.folder / form)).read_bytes()


def test_the_head_of_a_report_is_asked_for_and_kept(qtbot: QtBot, window: MainWindow, settings: Settings) -> None:
    s = window.session
    dialog = ExportDialog(ExportOffer(s.faces, s.visible, []), settings)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.tick("csv")
    assert not dialog.case.isVisible()
    dialog.formats["pdf"].setChecked(True)
    assert dialog.case.isVisible()
    qtbot.keyClicks(dialog.case.number, "117/26")
    assert dialog.request().case.number == "117/26" and dialog.request().case.language == "en"
    dialog.case.keep()
    again = ExportDialog(ExportOffer(s.faces, s.visible, []), settings)
    qtbot.addWidget(again)
    assert again.case.number.text() == "117/26"
