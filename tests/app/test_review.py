"""Judging face after face, and a page of faces at a glance, by keys and mouse in the whole window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.images import cut_square
from app.models.review_round import MARKED_ROLE, Order
from app.style import colours_of
from tests.app.test_small_screens import LEAST
from tinyface_core.types import Verdict

MakePhoto = Callable[..., Path]
Key = Qt.Key


@pytest.fixture
def searched(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> MainWindow:
    """Three pictures with faces of scores 0.9, 0.6 and 0.4 each; 0.4 is the threshold."""
    window.session.opened.open_paths([photo(f"{name}.png") for name in "abc"])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 9)
    return window


def verdicts(window: MainWindow) -> list[tuple[float, Verdict]]:
    """Scores and verdicts of the faces of which something was said."""
    return sorted((entry.face.score, entry.verdict) for entry in window.session.faces.entries() if entry.verdict)


def press(qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        widget = QApplication.focusWidget()
        assert widget is not None
        qtbot.keyClick(widget, key)


def test_faces_are_judged_one_after_the_other_the_most_doubtful_first(qtbot: QtBot, searched: MainWindow) -> None:
    qtbot.keyClick(searched, Key.Key_R)
    page = searched.review.page
    assert page.isVisible() and page.progress_text.text() == "0 of 9 judged"
    press(qtbot, Key.Key_Y, Key.Key_N, Key.Key_U, Key.Key_N)
    wanted = [(0.4, Verdict.CONFIRMED), (0.4, Verdict.NOT_A_FACE), (0.4, Verdict.UNSURE), (0.6, Verdict.NOT_A_FACE)]
    assert sorted(verdicts(searched)) == sorted(wanted)
    assert page.progress_text.text() == "4 of 9 judged"
    entry = searched.review.faces.entry
    assert entry is not None and entry.face.score == 0.6
    qtbot.waitUntil(lambda: searched.canvas.selected == entry.key)
    press(qtbot, *[Key.Key_Y] * 5)
    assert page.ended.isVisible() and "All 9" in page.ended.text()
    press(qtbot, Key.Key_Escape)
    assert searched.canvas.isVisible() and not page.isVisible()


def test_the_crop_shows_the_face_with_what_is_round_it(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review.trigger()
    entry = searched.review.faces.entry
    assert entry is not None
    crop = searched.review.page.crop
    qtbot.waitUntil(lambda: searched.session.shown.frame is not None and searched.canvas.selected == entry.key)
    # 30 pixels with six tenths round them, cut at the picture's lower edge.
    pixels = np.asarray(Image.open(entry.source).convert("RGB")).astype(int)
    wanted = pixels[105, 75]
    seen = crop.shown.pixelColor(*(round((0.5 + 0.5 / 48) * crop.shown.width()),) * 2)
    assert (crop.shown.width(), crop.shown.height()) == (640, 640)
    assert np.abs(np.array(seen.getRgb()[:3]) - wanted).max() < 30


def test_undo_goes_back_to_the_face(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review.trigger()
    first = searched.review.faces.entry
    press(qtbot, Key.Key_N, Key.Key_N)
    searched.actions_.undo.trigger()
    searched.actions_.undo.trigger()
    assert searched.review.faces.entry == first
    assert searched.review.page.progress_text.text() == "0 of 9 judged"


def test_arrow_keys_pass_faces_by_which_come_again_at_the_end(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review.trigger()
    first = searched.review.faces.entry
    press(qtbot, Key.Key_Right, *[Key.Key_Y] * 8)
    assert searched.review.faces.entry == first
    press(qtbot, Key.Key_Left)
    assert searched.review.faces.entry == first


@pytest.mark.parametrize("by", ["figures", "mouse", "arrow keys"])
def test_one_key_judges_a_page_but_for_the_marked_faces(qtbot: QtBot, searched: MainWindow, by: str) -> None:
    searched.actions_.review_grid.trigger()
    grid = searched.review.page.grid
    qtbot.waitUntil(lambda: len(grid.rows_in_sight()) == 9)
    if by == "figures":
        qtbot.keyClicks(grid, "02")
    elif by == "mouse":
        place = grid.visualRect(searched.review.faces.index(1)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    else:
        press(qtbot, Key.Key_Right, Key.Key_Right, Key.Key_Space)
    press(qtbot, Key.Key_Y)
    assert Counter(verdicts(searched)) == {
        (0.4, Verdict.CONFIRMED): 2,
        (0.4, Verdict.NOT_A_FACE): 1,
        (0.6, Verdict.CONFIRMED): 3,
        (0.9, Verdict.CONFIRMED): 3,
    }
    assert searched.session.commands.stack.count() == 1
    searched.actions_.undo.trigger()
    assert not verdicts(searched) and len(searched.review.faces.page) == 9


def test_a_mark_is_taken_back_and_none_is_a_face_but_the_marked(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review_grid.trigger()
    qtbot.keyClicks(searched.review.page.grid, "010301")
    press(qtbot, Key.Key_N)
    assert Counter(verdict for _score, verdict in verdicts(searched)) == {
        Verdict.CONFIRMED: 1,
        Verdict.NOT_A_FACE: 8,
    }


def test_the_smallest_faces_can_come_first(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review.trigger()
    order = searched.review.page.order
    order.setCurrentIndex(order.findText("Smallest first"))
    order.activated.emit(order.currentIndex())
    entry = searched.review.faces.entry
    assert entry is not None and entry.face.size == 10


def test_the_window_comes_back_as_it_was_and_fits_a_small_screen_meanwhile(qtbot: QtBot, searched: MainWindow) -> None:
    docks = searched.panels.docks.values()
    qtbot.waitUntil(lambda: all(dock.isVisible() for dock in docks))
    size, places = searched.size(), [dock.geometry() for dock in docks]
    searched.actions_.review.trigger()
    assert not any(dock.isVisible() for dock in docks) and searched.comparison.isVisible()
    QApplication.processEvents()
    least = searched.minimumSizeHint()
    assert least.width() <= LEAST[0] and least.height() <= LEAST[1]
    searched.actions_.review.trigger()
    qtbot.waitUntil(lambda: [dock.geometry() for dock in docks] == places)
    assert searched.size() == size and searched.panels.docks["comparison"].widget() is searched.comparison


@pytest.mark.parametrize("grid", [False, True])
def test_escape_ends_the_judging_from_wherever_tab_leads(qtbot: QtBot, searched: MainWindow, grid: bool) -> None:
    begin = searched.actions_.review_grid if grid else searched.actions_.review
    begin.trigger()
    first, seen = QApplication.focusWidget(), []
    while QApplication.focusWidget() not in seen:
        seen.append(QApplication.focusWidget())
        press(qtbot, Key.Key_Tab)
    assert first in seen and searched.line.line in seen
    for widget in seen:
        begin.trigger() if not searched.review.is_on else None
        widget.setFocus()
        press(qtbot, Key.Key_Escape)
        assert not searched.review.is_on, widget.accessibleName()


def test_escape_ends_drawing_before_the_judging(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review.trigger()
    searched.actions_.draw.setChecked(True)
    searched.canvas.setFocus()
    press(qtbot, Key.Key_Escape)
    assert searched.review.is_on and not searched.actions_.draw.isChecked()
    press(qtbot, Key.Key_Escape)
    assert not searched.review.is_on


def test_closing_the_pictures_ends_the_judging(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review.trigger()
    searched.project.close()
    qtbot.waitUntil(searched.start_page.isVisible)
    assert not searched.review.is_on and not searched.actions_.review.isChecked()


def test_f3_goes_to_the_next_face_without_a_verdict_over_pictures(qtbot: QtBot, searched: MainWindow) -> None:
    entries = searched.session.visible.entries()
    searched.session.commands.set_verdicts([entry.key for entry in entries[1:5]], Verdict.CONFIRMED)
    searched.session.selection.visit(entries[0].key)
    searched.actions_.undecided_on.trigger()
    qtbot.waitUntil(lambda: searched.canvas.selected == entries[5].key)
    searched.actions_.undecided_back.trigger()
    qtbot.waitUntil(lambda: searched.canvas.selected == entries[0].key)
    searched.session.commands.set_verdicts([entry.key for entry in entries], Verdict.CONFIRMED)
    searched.actions_.undecided_on.trigger()
    assert "No undecided face" in searched.notice.sentence.text()


def test_a_verdict_right_after_f3_is_given_to_the_face_whose_picture_still_loads(searched: MainWindow) -> None:
    entries = searched.session.visible.entries()
    assert len({entry.source for entry in entries[:3]}) == 3
    for verdict in (Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE):
        searched.actions_.undecided_on.trigger()
        searched.actions_.verdicts[verdict].trigger()
    given = [entry.verdict for entry in searched.session.visible.entries()]
    assert given == [Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE, *[Verdict.UNDECIDED] * 6]


@pytest.mark.parametrize("key", [Key.Key_R, Key.Key_Y])
def test_where_nothing_is_left_to_judge_the_keys_stay_and_escape_ends(
    qtbot: QtBot, searched: MainWindow, key: Qt.Key
) -> None:
    effort = searched.settings.effort
    searched.effort.choice.setFocus()
    if key == Key.Key_R:  # nothing is undecided before it begins
        searched.session.selection.give_verdict([e.key for e in searched.session.faces.entries()], Verdict.CONFIRMED)
    qtbot.keyClick(searched, Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    if key == Key.Key_Y:  # a whole page, which is the last one
        press(qtbot, Key.Key_Y)
    assert searched.review.page.ended.isVisible()
    press(qtbot, Key.Key_Down)
    assert searched.settings.effort == effort and searched.review.is_on
    press(qtbot, Key.Key_Escape)
    assert not searched.review.is_on


def test_the_face_that_keys_mark_is_seen_whether_it_is_marked_or_not(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review_grid.trigger()
    grid = searched.review.page.grid
    qtbot.waitUntil(lambda: len(grid.rows_in_sight()) == 9)
    grid.setFocus()
    colours = colours_of(grid.palette())

    def framed(row: int, colour: str) -> bool:
        picture, place = grid.viewport().grab().toImage(), grid.visualRect(searched.review.faces.index(row))
        left = range(place.left(), place.left() + place.width() // 2)
        return any(picture.pixelColor(x, place.center().y()) == QColor(colour) for x in left)

    for row in (0, 1):
        grid.setCurrentIndex(searched.review.faces.index(row))
        assert [framed(other, colours.accent) for other in (0, 1, 2)] == [row == 0, row == 1, False]
        press(qtbot, Key.Key_Space)
        assert framed(row, colours.accent) and framed(row, colours.not_a_face)
    assert not framed(0, colours.accent) and framed(0, colours.not_a_face)


def marked(window: MainWindow) -> list[int]:
    model = window.review.faces
    return [row for row in range(model.rowCount()) if model.index(row).data(MARKED_ROLE)]


def test_undone_verdicts_of_a_page_leave_its_marks(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review_grid.trigger()
    qtbot.keyClicks(searched.review.page.grid, "2479")
    assert marked(searched) == [1, 3, 6, 8]
    press(qtbot, Key.Key_Y)
    assert Counter(verdict for _, verdict in verdicts(searched)) == {Verdict.CONFIRMED: 5, Verdict.NOT_A_FACE: 4}
    searched.actions_.undo.trigger()
    assert marked(searched) == [1, 3, 6, 8] and not verdicts(searched)
    press(qtbot, Key.Key_N)
    assert Counter(verdict for _, verdict in verdicts(searched)) == {Verdict.CONFIRMED: 4, Verdict.NOT_A_FACE: 5}


def test_a_number_of_one_figure_marks_its_face(qtbot: QtBot, searched: MainWindow, photo: MakePhoto) -> None:
    searched.session.opened.open_paths([photo("d.png")])
    qtbot.waitUntil(lambda: len(searched.session.faces.entries()) == 12)
    searched.actions_.review_grid.trigger()
    grid = searched.review.page.grid
    qtbot.keyClicks(grid, "3")
    assert marked(searched) == [2], "no face has a number from 30 on"
    qtbot.keyClicks(grid, "1")
    assert marked(searched) == [2], "it may become 10, 11 or 12"
    qtbot.waitUntil(lambda: marked(searched) == [0, 2])
    qtbot.keyClicks(grid, "12")
    assert marked(searched) == [0, 2, 11]
    qtbot.keyClicks(grid, "1")
    press(qtbot, Key.Key_Y)
    assert sum(verdict == Verdict.NOT_A_FACE for _score, verdict in verdicts(searched)) == 2


def test_the_keys_have_a_face_on_each_page(qtbot: QtBot, searched: MainWindow) -> None:
    searched.actions_.review_grid.trigger()
    grid = searched.review.page.grid
    press(qtbot, Key.Key_Right)
    searched.review.page.order_chosen.emit(Order.SMALLEST)
    assert grid.currentIndex().row() == 0


def test_the_crop_invents_nothing_beyond_the_picture() -> None:
    pixels = np.full((60, 60, 3), 200, np.uint8)
    crop = cut_square(pixels, (-10.0, 20.0, 10.0, 40.0), 0.5, 90)
    row = [crop.pixelColor(x, 45).alpha() for x in range(90)]
    assert row == [0] * 45 + [255] * 45
    whole = cut_square(pixels, (20.0, 20.0, 40.0, 40.0), 0.5, 90)
    assert {whole.pixelColor(x, y).getRgb() for x, y in ((0, 0), (89, 89), (45, 45))} == {(200, 200, 200, 255)}
