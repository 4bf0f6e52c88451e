"""A right click offers what can be done; double click and Enter do the obvious."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tests.app.conftest import BOXES
from tinyface_core.types import Verdict

MakePhoto = Callable[..., Path]


@pytest.fixture
def searched(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> Path:
    path = photo()
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    window.canvas.view.fit(animated=False)
    return path


def right_click(widget: QWidget, at: QPoint) -> None:
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at)))


def shown_menu(qtbot: QtBot) -> QMenu:
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def point_of(window: MainWindow, number: int) -> QPoint:
    x1, y1, x2, y2 = BOXES[number]
    return window.canvas.view.from_picture(QPointF((x1 + x2) / 2, (y1 + y2) / 2)).toPoint()


def test_a_right_click_on_a_face_selects_it_and_offers_verdicts(
    qtbot: QtBot, window: MainWindow, searched: Path
) -> None:
    right_click(window.canvas, point_of(window, 0))
    menu = shown_menu(qtbot)
    confirm = next(action for action in menu.actions() if action.text() == "Confirmed")
    confirm.trigger()
    menu.close()
    entry = window.session.faces.entry(window.session.selection.key)
    assert entry is not None and (entry.face.box, entry.verdict) == (BOXES[0], Verdict.CONFIRMED)


def test_a_right_click_beside_the_faces_offers_what_can_be_done_with_the_picture(
    qtbot: QtBot, window: MainWindow, searched: Path
) -> None:
    right_click(window.canvas, window.canvas.view.from_picture(QPointF(140, 100)).toPoint())
    menu = shown_menu(qtbot)
    assert window.actions_.find in menu.actions() and window.actions_.close in menu.actions()
    menu.close()


def test_list_and_strip_have_their_menus(qtbot: QtBot, window: MainWindow, searched: Path, photo: MakePhoto) -> None:
    gallery = window.face_list.gallery
    qtbot.waitUntil(lambda: gallery.indexAt(QPoint(20, 20)).isValid())
    gallery.customContextMenuRequested.emit(QPoint(20, 20))
    menu = shown_menu(qtbot)
    assert window.actions_.copy_face in menu.actions()
    menu.close()
    window.session.opened.open_paths([photo("b.png")])
    qtbot.waitUntil(window.film_strip.isVisible)
    right_click(window.film_strip.viewport(), QPoint(20, 20))
    menu = shown_menu(qtbot)
    assert window.actions_.show_folder in menu.actions()
    menu.close()


def test_a_face_is_copied_and_saved_with_its_own_pixels(
    qtbot: QtBot, window: MainWindow, searched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = next(entry for entry in window.session.selection.faces() if entry.face.box == BOXES[2])
    window.session.selection.select(entry.key)
    qtbot.keyClick(window.canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().image()
    # The face of 30 pixels with three tenths of it round it, cut at the edge of the picture.
    pixels = np.asarray(Image.open(searched).convert("RGB"))[85:120, 55:95]
    assert (copied.width(), copied.height()) == (40, 35)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "crop"), ""))
    window.actions_.save_face.trigger()
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == "Saved as crop.png")
    assert (np.asarray(Image.open(tmp_path / "crop.png").convert("RGB")) == pixels).all()


def test_a_face_that_cannot_be_saved_says_why(
    qtbot: QtBot, window: MainWindow, searched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.selection.select(window.session.selection.faces()[0].key)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(searched / "crop.png"), ""))
    window.actions_.save_face.trigger()
    qtbot.waitUntil(window.notice.isVisible)
    assert "choose another folder" in window.notice.sentence.text()


def test_copying_without_a_face_says_what_to_do(qtbot: QtBot, window: MainWindow, searched: Path) -> None:
    window.actions_.copy_face.trigger()
    assert "Select a face" in window.notice.sentence.text()


def test_the_folder_of_a_picture_is_shown(window: MainWindow, searched: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    window.actions_.show_folder.trigger()
    assert opened == [QUrl.fromLocalFile(str(searched.parent))]


@pytest.mark.parametrize("by", ["double click", "Enter"])
def test_a_face_is_zoomed_to_by_double_click_and_enter(
    qtbot: QtBot, window: MainWindow, searched: Path, by: str
) -> None:
    gallery, before = window.face_list.gallery, window.canvas.view.scale
    tiny = window.session.visible.index(1, 0)  # the others may be well visible already, by the size of the window
    qtbot.waitUntil(lambda: gallery.indexAt(gallery.visualRect(tiny).center()) == tiny)
    place = gallery.visualRect(tiny).center()
    qtbot.mouseClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.canvas.view.scale == before, "the settings say that a selected face is not zoomed to"
    if by == "Enter":
        qtbot.keyClick(gallery, Qt.Key.Key_Return)
    else:
        qtbot.mouseDClick(gallery.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.canvas.view.scale > before * 1.2)


def test_a_changed_box_goes_back_to_what_was_found(qtbot: QtBot, window: MainWindow, searched: Path) -> None:
    entry = window.session.selection.faces()[0]
    window.session.selection.select(entry.key)
    window.canvas.box_changed.emit(entry.key, (1.0, 2.0, 30.0, 40.0))
    window.actions_.restore_box.trigger()
    restored = window.session.faces.entry(entry.key)
    assert restored is not None and (restored.face.box, restored.found) == (entry.face.box, None)
