"""The window on small screens, with the longest names and everything open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.export import ExportDialog, ExportOffer
from app.jobs.finding import Engine
from app.jobs.video_player import VideoInfo
from app.main_window import MainWindow
from app.models.face_columns import Column
from app.models.face_commands import FaceCommands
from app.models.faces import FacesModel
from app.models.visible_faces import VisibleFaces
from app.session.session import Session
from app.session.status import Status
from app.settings import Settings
from app.style import apply_style
from app.style.colours import LIGHT
from app.views.cell_view import CellView
from app.views.face_list import FaceList
from app.views.timeline import Timeline
from tests.app.conftest import FakeFinder
from tinyface_core.runtime import Device
from tinyface_core.types import Detections, Face, FindResult, Verdict

LONG = "IMG_20260101_" + "of_the_market_place" * 8
LEAST = (1000, 600)
TITLE_BAR = 30
SMALL_SCREEN = 720
PIXELS = QImage.Format.Format_RGB888


@pytest.fixture(params=["en", "de"])
def dressed(qapp: QApplication, request: pytest.FixtureRequest) -> None:
    """As users see it: in the program's style, in each of its languages."""
    if request.param == "de":
        request.getfixturevalue("german")
    apply_style(qapp, "light")


def in_window(window: MainWindow, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_with_everything_open_the_window_fits_a_small_screen(
    qtbot: QtBot, dressed: None, window: MainWindow, photo: Callable[..., Path], video: Path
) -> None:
    window.session.opened.open_paths([video.rename(video.with_name(f"{LONG}.mp4")), photo(f"{LONG}.png")])
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 2 and window.session.shown.frame is not None)
    window.settings.comparison_methods = ["bilinear", "bicubic", f"/models/{LONG}.pth"]
    window.session.searches.search_shown()
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    window.status.device.show_devices([Device("cuda:0", "A Card Of A Very Long Name, 141 GiB of memory")])
    said = f"/home/somebody/{LONG}.png cannot be read: open another."
    window.notice.say(said, "details", offers={"Öffnen, was offen war": str, "Den Bericht zeigen": str})
    with qtbot.waitSignal(window.comparison.queue.ready, timeout=20_000):
        window.session.selection.select(window.session.selection.faces()[0].key)
    window.status.show_status(Status(f"{LONG}.png: looking for faces", 1, 10, 4000.0, busy=True))
    window.resize(*LEAST)
    qtbot.waitUntil(lambda: window.video.timeline.bar.width() >= 160)
    QApplication.processEvents()
    assert (window.width(), window.height()) == LEAST
    shown = (
        window.status.cancel,
        window.video.timeline.search,
        window.notice.copy,
        window.film_strip,
        window.comparison.remark,
    )
    for widget in shown:
        assert widget.isVisible() and window.rect().contains(in_window(window, widget)), widget.accessibleName()


def test_a_long_name_in_the_status_bar_is_cut_and_the_window_stays_as_it_is(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(*LEAST)
    window.status.show_status(Status(f"{LONG}.png: looking for faces", 1, 10, 40.0, busy=True))
    QApplication.processEvents()
    assert window.width() == LEAST[0] and window.minimumSizeHint().width() <= LEAST[0]
    sentence = window.status.sentence
    assert sentence.shown_text.endswith("looking for faces") and len(sentence.shown_text) < len(sentence.text())
    assert sentence.toolTip() == f"{LONG}.png: looking for faces"


def test_a_long_path_in_a_message_is_cut_and_stands_whole_in_its_tip(window: MainWindow) -> None:
    window.notice.say(f"/home/somebody/{LONG}.png cannot be read: open another.")
    assert window.notice.minimumSizeHint().width() <= 600
    assert LONG in window.notice.sentence.toolTip() and LONG in window.notice.sentence.text()
    window.notice.say("Short.")
    assert window.notice.sentence.toolTip() == ""


def test_a_tip_leaves_the_button_that_stops_the_search_in_its_place(qtbot: QtBot, window: MainWindow) -> None:
    window.status.show_status(Status("Looking for pictures…", busy=True))
    window.status.showMessage("Stop searching")
    assert window.status.cancel.isVisible() and window.status.progress.isVisible()
    assert not window.status.sentence.isVisible()


def test_the_first_start_fits_the_screen(qtbot: QtBot, settings: Settings, finder: FakeFinder) -> None:
    first = MainWindow(Session(settings, Engine(lambda _choice: finder)))
    qtbot.addWidget(first)
    first.show()
    assert (
        first.screen().availableGeometry().contains(QRect(first.screen().availableGeometry().topLeft(), first.size()))
    )
    first.close()


def test_recent_files_are_scrolled_to_in_a_low_window(dressed: None, window: MainWindow, settings: Settings) -> None:
    settings.recent = [f"/home/somebody/{number}/{LONG}" for number in range(12)]
    window.resize(*LEAST)
    QApplication.processEvents()
    assert (window.width(), window.height()) == LEAST


def test_the_search_of_a_video_stands_below_where_the_time_line_is_narrow(
    qtbot: QtBot, window: MainWindow, video: Path
) -> None:
    window.session.opened.open_paths([video])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    line = window.video.timeline
    window.resize(1600, 800)
    qtbot.waitUntil(lambda: line.search.y() < line.bar.geometry().bottom())
    window.resize(*LEAST)
    qtbot.waitUntil(lambda: line.search.y() > line.bar.geometry().bottom())


def test_the_number_of_the_frame_can_be_read(qtbot: QtBot, dressed: None, settings: Settings) -> None:
    timeline = Timeline(settings)
    qtbot.addWidget(timeline)
    timeline.set_video(VideoInfo(frames=10_000, fps=25))
    timeline.show()
    timeline.set_position(9_999, 400.0)
    edit = timeline.number.lineEdit()
    assert edit.width() >= edit.fontMetrics().horizontalAdvance("# 9999")


def test_the_export_dialog_fits_the_least_screen_with_its_title_bar(
    qtbot: QtBot, dressed: None, settings: Settings
) -> None:
    faces = FacesModel()
    dialog = ExportDialog(ExportOffer(faces, VisibleFaces(faces), [], "a.jpg", ["a.jpg"]), settings)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "html" in dialog.formats)
    dialog.tick("html")
    assert dialog.case.isVisible()
    dialog.show_running(True)
    qtbot.wait(10)
    assert dialog.minimumSizeHint().height() <= LEAST[1] - TITLE_BAR


def test_every_menu_fits_a_small_screen_in_one_column(dressed: None, window: MainWindow) -> None:
    for menu in window.menuBar().findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
        menu.ensurePolished()
        rows = [menu.actionGeometry(action) for action in menu.actions()]
        assert len({row.left() for row in rows}) <= 1, menu.title()
        assert menu.sizeHint().height() <= SMALL_SCREEN, menu.title()


def test_a_command_with_an_icon_shows_in_the_menu_whether_it_is_on(dressed: None, window: MainWindow) -> None:
    boxes = window.actions_.boxes
    menu = next(menu for menu in window.menuBar().findChildren(QMenu) if boxes in menu.actions())
    menu.ensurePolished()
    looks = []
    for on in (False, True):
        boxes.setChecked(on)
        looks.append(menu.grab().toImage())
    assert looks[0] != looks[1]


def test_verdicts_are_read_whole_in_the_table(
    qtbot: QtBot, dressed: None, window: MainWindow, photo: Callable[..., Path]
) -> None:
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 3)
    table, faces = window.face_list.table, window.session.faces
    for entry, verdict in zip(faces.entries(), (Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE), strict=True):
        window.session.commands.set_verdicts([entry.key], verdict)
    for row in range(3):
        index = window.session.visible.index(row, Column.VERDICT)
        assert index.data() and table.sizeHintForIndex(index).width() <= table.columnWidth(Column.VERDICT)


def test_the_list_that_has_the_keys_is_framed(
    qtbot: QtBot, dressed: None, window: MainWindow, photo: Callable[..., Path]
) -> None:
    window.session.opened.open_paths([photo("a.png"), photo("b.png")])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 6 and window.film_strip.isVisible())
    window.activateWindow()

    def is_framed(view: QWidget) -> bool:
        return view.grab().toImage().pixelColor(0, view.height() // 2) == QColor(LIGHT.accent)

    views = (window.film_strip, window.face_list.gallery)
    for focused in views:
        focused.setFocus()
        qtbot.waitUntil(focused.hasFocus)
        assert [is_framed(view) for view in views] == [view is focused for view in views]


def whole_rows(gallery: CellView) -> int:
    """Lines of cells that are seen whole."""
    return gallery.viewport().height() // gallery.visualRect(gallery.model().index(0, 0)).height()


def test_on_a_small_screen_the_gallery_shows_two_rows_of_six_and_the_comparison_has_room(
    qtbot: QtBot, dressed: None, settings: Settings, finder: FakeFinder, photo: Callable[..., Path]
) -> None:
    window = MainWindow(Session(settings, Engine(lambda _choice: finder)))
    qtbot.addWidget(window)
    window.resize(1280, SMALL_SCREEN - TITLE_BAR)
    window.show()
    window.session.opened.open_paths([photo(f"{number}.png") for number in range(6)])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 18 and window.film_strip.isVisible())
    gallery = window.face_list.gallery
    assert whole_rows(gallery) >= 2 and gallery.columns >= 6
    # Four crops side by side, each with its captions above and below.
    assert window.comparison.grid.parentWidget().height() >= 145
    for button in window.face_list.verdict_buttons.values():
        assert gallery.isVisible() and window.rect().contains(in_window(window, button))
    window.resizeDocks([window.panels.docks["pictures"]], [10], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: window.film_strip.height() < 90)
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: window.face_list.verdict_buttons[Verdict.CONFIRMED].text().endswith("  Y"))
    assert len(window.face_list.verdict_buttons[Verdict.CONFIRMED].text()) > len("  Y")
    window.close()


def test_what_is_said_under_the_list_makes_no_panel_wider(
    qtbot: QtBot, dressed: None, window: MainWindow, photo: Callable[..., Path]
) -> None:
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 3)
    window.resize(*LEAST)
    faces, wide = window.face_list, window.face_list.width()
    faces.sort_in.setText("Sort in 12,345 new")
    faces.sort_in.show()
    faces.filters.score_slider.setValue((0.5, 1.0))
    qtbot.waitUntil(faces.show_hidden.isVisible)
    QApplication.processEvents()
    assert faces.width() == wide and "2" in faces.count.shown_text


def test_the_line_for_queries_takes_the_room_that_the_tool_bar_has(dressed: None, window: MainWindow) -> None:
    window.resize(1280, SMALL_SCREEN)
    QApplication.processEvents()
    line = window.line.line
    assert line.width() > line.fontMetrics().horizontalAdvance(line.placeholderText()) + 16


def test_a_tip_begins_where_the_sentence_of_the_status_bar_does(dressed: None, window: MainWindow) -> None:
    def look() -> list[QColor]:
        QApplication.processEvents()
        shown = window.status.grab().toImage()
        return [shown.pixelColor(x, y) for x in range(60) for y in range(6, shown.height() - 4)]

    window.status.show_status(Status("Hamburg"))
    before = look()
    window.status.showMessage("Hamburg")
    assert look() == before and before.count(before[0]) < len(before)


def test_the_table_of_a_narrow_panel_needs_no_scrolling_to_the_side(
    qtbot: QtBot, dressed: None, settings: Settings
) -> None:
    faces = FacesModel()
    commands = FaceCommands(faces)
    for name in ("a.jpg", "b.jpg"):
        found = Face((0, 0, 16, 16), 0.9, 0.9, 0.8)
        faces.add_result(FindResult(name, 160, 120, Detections.of_faces([found]), 1, 0), [QImage(8, 8, PIXELS)])
    table = FaceList(VisibleFaces(faces), FaceCommands(faces), settings)
    qtbot.addWidget(table)
    table.show_gallery(False)
    table.resize(490, 300)
    table.show()
    qtbot.waitUntil(lambda: table.table.isColumnHidden(Column.NOTE))
    assert not table.table.isColumnHidden(Column.PROBABILITY) and not table.table.isColumnHidden(Column.PICTURE)
    QApplication.processEvents()
    assert table.table.horizontalScrollBar().maximum() == 0
    commands.set_note(faces.entries()[0].key, "left of the flag")
    qtbot.waitUntil(lambda: not table.table.isColumnHidden(Column.NOTE))


def panel_heights(window: MainWindow) -> list[int]:
    return [window.panels.docks[name].height() for name in ("faces", "comparison")]


@pytest.mark.parametrize("height", [SMALL_SCREEN - TITLE_BAR, 900 - TITLE_BAR])
def test_what_two_rows_of_faces_leave_is_for_the_enlargements(
    qtbot: QtBot, window: MainWindow, photo: Callable[..., Path], height: int
) -> None:
    window.resize(1440, height)
    window.session.opened.open_paths([photo(f"{number}.png") for number in range(6)])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 18)
    assert 2 <= whole_rows(window.face_list.gallery) < 3
    faces, comparison = panel_heights(window)
    assert (comparison > faces) == (height > SMALL_SCREEN)


def test_a_column_that_the_user_divided_stays_so(
    qtbot: QtBot, window: MainWindow, settings: Settings, finder: FakeFinder, photo: Callable[..., Path]
) -> None:
    path = photo()
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 3)
    window.resizeDocks(
        [window.panels.docks["faces"], window.panels.docks["comparison"]], [500, 200], Qt.Orientation.Vertical
    )
    qtbot.waitUntil(lambda: panel_heights(window)[0] > 430)
    divided = panel_heights(window)
    window.project.close()
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 3)
    assert panel_heights(window) == divided
    window.close()
    again = MainWindow(Session(settings, Engine(lambda _choice: finder)))
    qtbot.addWidget(again)
    again.show()
    again.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: again.session.visible.rowCount() == 3)
    faces, comparison = panel_heights(again)  # of a window that fits the screen of the tests
    assert faces / comparison == pytest.approx(divided[0] / divided[1], rel=0.02)
    again.close()
