"""Palette, icons and translation."""

from __future__ import annotations

import ctypes
import itertools
import re
import sys
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette, QPixmap, QPixmapCache
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel, QLineEdit, QMainWindow, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.models.verdict import verdict_label
from app.style import apply_style, box_colour, icon, score_colour
from app.style.colours import DARK, LIGHT, Colours
from app.style.widgets import Mark, empty, lay_out
from app.translations import load_translation
from app.views.notice import Notice
from tinyface_core.bundled import resource
from tinyface_core.types import Verdict


def luminance(colour: QColor) -> float:
    """Relative luminance after WCAG 2."""
    parts = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(QColor(a)), luminance(QColor(b))), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.name)
def test_text_reads_well_on_every_surface(colours: Colours) -> None:
    texts = (colours.text, colours.faint_text, colours.confirmed, colours.not_a_face, colours.unsure, colours.warning)
    for text, surface in itertools.product(texts, (colours.window, colours.panel)):
        assert contrast(text, surface) >= 4.5, (text, surface)
    assert contrast(colours.on_accent, colours.accent) >= 4.5


def test_certainty_grows_in_lightness_so_that_every_eye_sees_its_order() -> None:
    steps = [luminance(score_colour(step / 20)) for step in range(21)]
    assert steps == sorted(steps) and steps[-1] > 3 * steps[0]


def test_a_verdict_outweighs_certainty_in_a_boxs_colour() -> None:
    assert box_colour(Verdict.CONFIRMED, 0.1) == box_colour(Verdict.CONFIRMED, 0.9)
    assert box_colour(Verdict.UNDECIDED, 0.1) != box_colour(Verdict.UNDECIDED, 0.9)


def test_a_change_of_theme_reaches_palette_and_icons(qapp: QApplication) -> None:
    def ink() -> int:
        image = icon("table").pixmap(QSize(40, 40)).toImage()
        inked = [image.pixelColor(x, y) for x in range(40) for y in range(40)]
        return max(inked, key=lambda colour: colour.alpha()).lightness()

    apply_style(qapp, "dark")
    dark = ink()
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    apply_style(qapp, "light")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == LIGHT.window
    assert dark > 180 > 80 > ink()


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=lambda colours: colours.name)
def test_a_tab_that_has_the_focus_has_a_border(qtbot: QtBot, qapp: QApplication, colours: Colours) -> None:
    apply_style(qapp, "dark" if colours is DARK else "light")
    window = QWidget()
    bar, other = QTabBar(window), QLineEdit(window)
    bar.addTab("One")
    bar.addTab("Two")
    lay_out(QVBoxLayout(window), bar, other)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    place = bar.tabRect(0)
    borders = []
    for widget in (other, bar):
        widget.setFocus()
        qtbot.waitUntil(widget.hasFocus)
        borders.append(bar.grab().toImage().pixelColor(place.center().x(), place.top()).name())
    assert borders == [colours.window, colours.accent] and contrast(*borders) >= 3


@pytest.mark.parametrize("path", sorted(resource("icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(qapp: QApplication, path: object) -> None:
    image = icon(path.stem).pixmap(QSize(20, 20)).toImage()  # type: ignore[attr-defined]
    assert any(image.pixelColor(x, y).alpha() > 100 for x in range(20) for y in range(20))


def test_an_icon_that_does_not_exist_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_german_reaches_lists_and_dialogs(german: None) -> None:
    assert verdict_label(Verdict.CONFIRMED) == "Bestätigt"
    remark = QCoreApplication.translate("ComparisonPanel", "Refined pixels are generated, not evidence.")
    assert remark == "Verfeinerte Pixel sind erzeugt, kein Beweis."


def test_german_says_everything_and_keeps_what_is_filled_in() -> None:
    for message in ElementTree.parse(resource("translations") / "tinyface_de.ts").iter("message"):
        english, german = message.findtext("source", ""), message.findtext("translation", "")
        assert german, english
        assert sorted(re.findall(r"{\w+}", german)) == sorted(re.findall(r"{\w+}", english)), german


def test_english_needs_no_translation(qapp: QApplication) -> None:
    assert not load_translation(qapp, "en")


def test_icons_that_were_shown_are_not_kept_without_bounds(qapp: QApplication) -> None:
    try:
        apply_style(qapp, "dark")
        for number in range(100):
            QPixmapCache.insert(f"shown {number}", QPixmap(128, 128))
        kept = [number for number in range(100) if QPixmapCache.find(f"shown {number}")]
        assert 0 < len(kept) < 50 and kept[-1] == 99
    finally:
        QPixmapCache.clear()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the C library of Linux")
def test_what_is_taken_out_of_a_layout_is_deleted_with_its_place(qapp: QApplication) -> None:
    class Usage(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in "abcdefguhi"]  # u: bytes that are in use

    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = Usage
    layout = QVBoxLayout(box := QWidget())

    class Row(QLabel):
        def deleteLater(self) -> None:
            """Used again."""

    row = Row("row")

    def more_in_use() -> int:
        before = ask().u
        for _ in range(500):
            layout.addWidget(row)
            empty(layout)
        return int(ask().u) - int(before)

    # Other threads allocate, too, but not every time.
    assert min(more_in_use() for _ in range(4)) < 500 * 48 and layout.count() == 0
    box.deleteLater()


def test_the_sign_of_a_message_follows_a_change_of_theme(qapp: QApplication, qtbot: QtBot) -> None:
    apply_style(qapp, "light")
    notice = Notice()
    qtbot.addWidget(notice)
    notice.resize(400, 40)
    notice.say("A message.")
    (mark,) = notice.findChildren(Mark)
    for theme, colours in (("light", LIGHT), ("dark", DARK)):
        apply_style(qapp, theme)  # type: ignore[arg-type]
        shown = mark.grab().toImage()
        seen = {shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height())}
        assert colours.warning in seen


def test_letters_below_the_line_are_whole_in_the_title_of_a_panel(qtbot: QtBot, qapp: QApplication) -> None:
    apply_style(qapp, "light")

    def last_row(title: str) -> int:
        window, dock, content = QMainWindow(), QDockWidget(title), QLabel()
        qtbot.addWidget(window)
        dock.setWidget(content)
        content.setMinimumSize(200, 50)
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
        window.show()
        image = dock.grab(QRect(0, 0, 100, content.y() - 2)).toImage()
        inked = (y for y in range(image.height()) if any(image.pixelColor(x, y).lightness() < 120 for x in range(100)))
        return max(inked)

    font = QFont(qapp.font())
    font.setWeight(QFont.Weight.DemiBold)
    metrics = QFontMetrics(font)
    deeper = metrics.tightBoundingRect("g").bottom() - metrics.tightBoundingRect("x").bottom()
    assert last_row("g") - last_row("x") == deeper > 0
