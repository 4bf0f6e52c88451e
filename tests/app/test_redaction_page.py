"""The page of the export dialog that writes copies with faces covered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import main_window
from app.dialogs.export import ExportDialog, ExportOffer
from app.main_window import MainWindow
from app.models.face_commands import FaceCommands
from app.models.faces import FacesModel
from app.models.visible_faces import VisibleFaces
from app.settings import Settings
from app.style import apply_style
from tests.app.conftest import BOXES, FRAMES, FakeFinder
from tinyface_core.media.images import load_image
from tinyface_core.media.video import Video
from tinyface_core.redaction.order import Which
from tinyface_core.types import Frame, RgbImage, Verdict


@pytest.fixture
def dialog(
    qtbot: QtBot, settings: Settings, finder: FakeFinder, photo: Callable[..., Path], video: Path, tmp_path: Path
) -> ExportDialog:
    """Of a searched photo, of which one face is confirmed and one refused, and a video of which nothing is known."""
    path = photo()
    result = finder.find(Frame(load_image(path).pixels, str(path)))
    faces = FacesModel()
    commands = FaceCommands(faces)
    keys = faces.add_result(result)
    commands.set_verdicts([keys[0]], Verdict.CONFIRMED)
    commands.set_verdicts([keys[1]], Verdict.NOT_A_FACE)
    settings.export_folder = str(tmp_path / "out")
    sources = [str(path), str(video)]
    offer = ExportOffer(faces, VisibleFaces(faces), [result], str(path), sources, lambda: finder)
    shown = ExportDialog(offer, settings)
    qtbot.addWidget(shown)
    shown.show()
    shown.pages.setCurrentWidget(shown.redaction)
    shown.redaction.look.setCurrentIndex(shown.redaction.look.findData("solid"))
    return shown


def covered(pixels: RgbImage) -> list[bool]:
    middles = [(round((x1 + x2) / 2), round((y1 + y2) / 2)) for x1, y1, x2, y2 in BOXES]
    return [int(pixels[y - 2 : y + 2, x - 2 : x + 2].max()) < 20 for x, y in middles]


def run(qtbot: QtBot, dialog: ExportDialog) -> None:
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.start.isVisible, timeout=20_000)


def test_the_review_is_in_the_language_of_the_window(german: None, request: pytest.FixtureRequest) -> None:
    dialog: ExportDialog = request.getfixturevalue("dialog")
    assert dialog.redaction.order().language == "de"


def test_verdicts_say_whose_faces_stay_visible(
    qtbot: QtBot, dialog: ExportDialog, finder: FakeFinder, tmp_path: Path
) -> None:
    assert dialog.message.text() == "Photos and videos: 2"
    dialog.redaction.which.setCurrentIndex(dialog.redaction.which.findData(Which.ALL_BUT))
    searched = len(finder.searched)
    run(qtbot, dialog)
    assert dialog.message.text() == "4 files written." and dialog.open_folder.isEnabled()
    assert covered(np.asarray(Image.open(tmp_path / "out" / "photo.png"))) == [False, False, True]
    with Video(tmp_path / "out" / "clip.mp4") as copy:
        assert copy.count_frames() == FRAMES and covered(copy.frame(30).pixels) == [True, True, True]
    assert len(finder.searched) == searched + 1 + FRAMES // 2  # it has 25 a second
    assert "Review of clip.mp4" in (tmp_path / "out" / "clip-review.html").read_text()


def test_a_cancelled_copy_leaves_nothing_half_and_its_search_goes_on(
    qtbot: QtBot, dialog: ExportDialog, finder: FakeFinder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder.pause, at_rest = 0.2, dialog.buttons.y()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert dialog.progress.isVisible() and dialog.buttons.y() == at_rest, "no button moves under the mouse"
    qtbot.waitUntil(lambda: "Searching frames" in dialog.message.text(), timeout=20_000)
    assert not dialog.pages.isEnabled()
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.start.isVisible, timeout=20_000)
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert left == {"photo.png", "photo-review.html", "clip-search.jsonl"} and dialog.open_folder.isEnabled()
    said = "Cancelled. Finished, and kept: 1 (photo.png). Not finished: 1 (clip.mp4). Videos are taken up"
    assert dialog.message.text().startswith(said)
    kept = (tmp_path / "out" / "clip-search.jsonl").read_text().count('"index"')
    finder.pause, searched = 0, len(finder.searched)
    told, text_of = dict[str, str](), dialog.progress_text
    monkeypatch.setattr(dialog, "progress_text", lambda *stage: told.setdefault(stage[0], text_of(*stage)))
    run(qtbot, dialog)
    assert told["read"] == f"Reading what was searched before: 1 of {FRAMES // 2}"
    assert told["link"] == "Linking faces over the frames…"
    assert list(told)[-4:] == ["search", "link", "follow", "write"] and list(told).index("read") < len(told) - 4
    assert len(finder.searched) == searched + 1 + FRAMES // 2 - kept
    assert "clip-search.jsonl" not in {path.name for path in (tmp_path / "out").iterdir()}


def test_a_file_that_cannot_be_read_is_told_after_the_others(
    qtbot: QtBot, dialog: ExportDialog, video: Path, tmp_path: Path
) -> None:
    video.write_bytes(b"no video")
    run(qtbot, dialog)
    assert "clip.mp4 is not a video that can be read" in dialog.message.text()
    assert dialog.message.text().endswith("Not copied: 1 of 2 files.") and dialog.copy.isHidden()
    assert (tmp_path / "out" / "photo.png").exists()


def test_all_files_that_were_not_copied_can_be_copied_as_a_list(
    qtbot: QtBot, dialog: ExportDialog, video: Path, tmp_path: Path
) -> None:
    video.write_bytes(b"no video")
    (tmp_path / "photo.png").write_bytes(b"no photo")
    run(qtbot, dialog)
    assert dialog.message.text().endswith("Not copied: 2 of 2 files.")
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    told = QGuiApplication.clipboard().text()
    assert "clip.mp4 is not a video that can be read" in told and "photo.png is not a picture" in told


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_searched(
    qtbot: QtBot, dialog: ExportDialog, finder: FakeFinder, tmp_path: Path
) -> None:
    (tmp_path / "out").write_text("a file")
    searched = len(finder.searched)
    run(qtbot, dialog)
    assert dialog.message.text().startswith(f"Nothing can be written into {tmp_path / 'out'} (")
    assert len(finder.searched) == searched


def test_the_texts_of_all_buttons_are_whole_in_german(
    qtbot: QtBot, qapp: QApplication, german: None, request: pytest.FixtureRequest
) -> None:
    apply_style(qapp, "light")
    dialog: ExportDialog = request.getfixturevalue("dialog")
    dialog.tell_failure("", "details")
    qtbot.waitUntil(lambda: dialog.copy.width() >= dialog.copy.sizeHint().width())
    assert all(button.width() >= button.sizeHint().width() for button in dialog.buttons.buttons() if button.isVisible())


def test_the_style_picture_wants_a_file(qtbot: QtBot, dialog: ExportDialog, tmp_path: Path) -> None:
    page = dialog.redaction
    page.look.setCurrentIndex(page.look.findData("picture"))
    assert not dialog.start.isEnabled() and "choose the picture" in dialog.message.text()
    Image.new("RGB", (8, 8), (0, 200, 0)).save(tmp_path / "own.png")
    page.picture.setText(str(tmp_path / "own.png"))
    dialog.pictures.setCurrentIndex(dialog.pictures.findData("current"))
    assert dialog.start.isEnabled() and dialog.message.text() == "Photos and videos: 1"
    run(qtbot, dialog)
    pixels = np.asarray(Image.open(tmp_path / "out" / "photo.png").convert("RGB"))
    assert (pixels[22, 20] == (0, 200, 0)).all()


def test_a_home_that_nobody_has_is_a_name_like_others(dialog: ExportDialog) -> None:
    dialog.folder.setText("~nobody of that name/out")
    dialog.redaction.look.setCurrentIndex(dialog.redaction.look.findData("picture"))
    dialog.redaction.picture.setText("~nobody of that name/own.png")
    request = dialog.redaction_request()
    assert (request.folder, request.picture) == (
        Path("~nobody of that name/out"),
        Path("~nobody of that name/own.png"),
    )


@pytest.fixture
def beside(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: Callable[..., Path], tmp_path: Path
) -> ExportDialog:
    """Opened by the window of a searched photo; its copies are searched until they are cancelled."""
    window.settings.export_folder = str(tmp_path / "out")
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: bool(finder.searched) and not window.session.searches.queue.waiting_count)
    window.dialogs.show_export()
    (dialog,) = window.findChildren(ExportDialog)
    qtbot.waitUntil(dialog.isVisible)
    dialog.pages.setCurrentWidget(dialog.redaction)
    finder.steps, finder.pause = 100_000, 0.001
    return dialog


def test_the_window_can_be_used_while_copies_are_redacted_but_not_while_they_are_asked_for(
    qtbot: QtBot, window: MainWindow, beside: ExportDialog
) -> None:
    dialog = beside
    assert dialog.isModal()
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    assert dialog.isVisible() and not dialog.isModal() and dialog.cancel.isVisible()
    place = dialog.geometry()
    window.dialogs.show_export()
    assert window.findChildren(ExportDialog) == [dialog] and dialog.is_running and dialog.geometry() == place
    window.session.faces.clear()  # it has its own
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.start.isVisible)
    window.dialogs.show_export()
    qtbot.waitUntil(lambda: [one.isModal() for one in window.findChildren(ExportDialog) if one.isVisible()] == [True])


@pytest.mark.parametrize("leaves", [False, True])
def test_a_window_that_is_closed_while_copies_are_redacted_asks_first(
    qtbot: QtBot, window: MainWindow, beside: ExportDialog, monkeypatch: pytest.MonkeyPatch, leaves: bool
) -> None:
    qtbot.mouseClick(beside.start, Qt.MouseButton.LeftButton)
    asked: list[str] = []
    monkeypatch.setattr(main_window, "confirm", lambda _parent, question, *_: asked.append(question) or leaves)
    window.close()
    assert asked == ["Close, and stop the writing of redacted copies?"] and window.isVisible() != leaves
    if not leaves:
        beside.close()
    qtbot.waitUntil(lambda: window.dialogs.running() is None)
