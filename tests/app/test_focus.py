"""Who uses the keyboard alone sees where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.settings import Settings
from app.style import apply_style
from tests.app.test_belongings import MAKERS


@pytest.fixture(params=["light", "dark"])
def dressed(qapp: QApplication, request: pytest.FixtureRequest) -> None:
    """In each of the program's styles."""
    apply_style(qapp, request.param)


def activate(qtbot: QtBot, window: QWidget) -> None:
    """Only in the active window has anything the keys."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def reached_by_tab(window: QWidget) -> Iterator[QWidget]:
    """Everything that Tab leads to."""
    for widget in window.findChildren(QWidget):
        by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if by_tab and widget.isVisibleTo(window) and widget.isEnabled() and widget.window() is window:
            yield widget


def unseen(window: QWidget) -> list[str]:
    """What looks the same with the keys as without them."""

    def look() -> QImage:
        return window.grab().toImage()

    found = []
    for widget in reached_by_tab(window):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        with_keys = look()
        widget.clearFocus()
        if with_keys == look():
            found.append(f"{type(widget).__name__} {widget.accessibleName() or widget.property('text')}")
    return found


@pytest.mark.parametrize("name", MAKERS)
def test_the_part_of_a_dialog_that_has_the_keys_is_marked(
    qtbot: QtBot, dressed: None, settings: Settings, name: str
) -> None:
    dialog = MAKERS[name](settings)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    activate(qtbot, dialog)
    assert unseen(dialog) == []


def test_the_part_of_the_window_that_has_the_keys_is_marked(
    qtbot: QtBot, dressed: None, window: MainWindow, photo: Callable[..., Path]
) -> None:
    activate(qtbot, window)
    assert unseen(window) == []
    window.session.opened.open_paths([photo("a.png"), photo("b.png")])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 6 and window.film_strip.isVisible())
    qtbot.waitUntil(lambda: window.film_strip.updatesEnabled() and window.comparison.updatesEnabled())
    assert unseen(window) == []


def test_the_panel_that_f6_leads_to_is_marked_also_without_faces(
    qtbot: QtBot, dressed: None, window: MainWindow, photo: Callable[..., Path]
) -> None:
    window.settings.search_on_open = False
    window.session.opened.open_paths([photo("a.png"), photo("b.png")])
    qtbot.waitUntil(lambda: window.film_strip.isVisible() and window.session.shown.frame is not None)
    qtbot.waitUntil(lambda: window.film_strip.updatesEnabled() and window.comparison.updatesEnabled())
    activate(qtbot, window)
    for _ in range(4):
        window.actions_.panel_on.trigger()
        focused = QApplication.focusWidget()
        assert focused is not None
        with_keys = window.grab().toImage()
        focused.clearFocus()
        assert with_keys != window.grab().toImage(), focused
        focused.setFocus()
