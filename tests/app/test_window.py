"""The window as its user meets it: open, search, select, judge, cancel, close."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QInputDialog,
    QLabel,
    QMenu,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.dialogs.about import AboutDialog
from app.dialogs.evaluate import EvaluateDialog
from app.dialogs.export import ExportDialog, ExportOffer
from app.dialogs.file_opener import SAMPLES
from app.dialogs.fine_tune import FineTuneDialog
from app.dialogs.preferences import PreferencesDialog
from app.dialogs.shortcuts import ShortcutsDialog
from app.dialogs.voting import VotingDialog
from app.dialogs.weights import WeightsDialog
from app.jobs.exporting import ExportRequest
from app.jobs.finding import Engine, FindQueue
from app.jobs.loading import Listed
from app.main_window import MainWindow
from app.menus import RecentMenu
from app.models.pictures import Picture, State
from app.session.project import ProjectOffer
from app.session.status import Status
from app.settings import Settings
from app.views.pair_view import Look
from app.views.tool_bar import ToolBar
from app.work import Worker
from tests.app.conftest import BOXES, FakeFinder
from tinyface_core.evaluation.voting import VotedFace
from tinyface_core.runtime import Device
from tinyface_core.types import Cancelled, CancelToken, Detections, Frame, Progress, Verdict

MakePhoto = Callable[..., Path]
Finished = Callable[[str], object]


def state_of(window: MainWindow, path: Path) -> State:
    picture = window.session.pictures.picture(str(path))
    assert picture is not None
    return picture.state


def open_and_search(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() > 0)
    qtbot.waitUntil(lambda: state_of(window, path) == State.DONE)
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)


def point_of(window: MainWindow, box: tuple[float, float, float, float]) -> QPoint:
    middle = QPointF((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return window.canvas.view.from_picture(middle).toPoint()


def test_an_empty_window_invites_to_open_and_hides_its_panels(window: MainWindow) -> None:
    assert window.start_page.isVisible()
    assert not window.canvas.isVisible()
    assert not any(dock.isVisible() for dock in window.panels.docks.values())
    assert not window.actions_.find.isEnabled()


def test_panels_that_come_with_the_first_photo_are_painted_one_by_one(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    panels, steps = [dock.widget() for dock in window.panels.docks.values()], list[Iterator[object]]()
    monkeypatch.setattr("app.panels.in_turns", lambda _window, taken: steps.append(taken))
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.panels.docks["faces"].isVisible())
    painted = [sum(panel.updatesEnabled() for panel in panels)]
    painted += [sum(panel.updatesEnabled() for panel in panels) for _ in chain(*steps)]
    assert list(dict.fromkeys(painted)) == [0, 1, 2, 3]


def test_an_opened_photo_is_shown_and_searched_without_being_asked(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    path = photo()
    open_and_search(qtbot, window, path)
    assert window.canvas.isVisible()
    assert finder.searched == [str(path)]
    assert window.windowTitle().startswith("photo.png")
    assert window.panels.docks["faces"].isVisible() and window.panels.docks["comparison"].isVisible()


def test_the_film_strip_comes_with_the_second_picture_unless_the_user_closed_it(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    strip = window.panels.docks["pictures"]
    open_and_search(qtbot, window, photo("a.png"))
    assert not strip.isVisible()
    open_and_search(qtbot, window, photo("b.png"))
    assert strip.isVisible()
    strip.close()
    window.actions_.close_all.trigger()
    assert not window.panels.docks["faces"].isVisible()
    window.session.opened.open_paths([photo("a.png"), photo("b.png")])
    qtbot.waitUntil(lambda: window.panels.docks["faces"].isVisible())
    assert not strip.isVisible()
    strip.toggleViewAction().trigger()
    assert strip.isVisible()


def test_an_export_that_escape_ends_says_what_is_finished(
    qtbot: QtBot, window: MainWindow, settings: Settings, photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(_request: ExportRequest, cancel: CancelToken, _progress: Progress, finished: Finished) -> list[Path]:
        finished("csv")
        begun.set()
        cancel.wait(20)
        raise Cancelled

    begun = threading.Event()
    monkeypatch.setattr("app.dialogs.export.export_files", written)
    settings.export_formats, settings.export_folder = ["csv", "html"], str(photo().parent / "out")
    open_and_search(qtbot, window, photo())
    window.actions_.export.trigger()
    qtbot.waitUntil(lambda: any(dialog.isVisible() for dialog in window.findChildren(ExportDialog)))
    (dialog,) = window.findChildren(ExportDialog)
    qtbot.waitUntil(dialog.start.isEnabled)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(begun.is_set)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    said = "Cancelled. Finished, and kept: 1 (CSV table). Not finished: 1 (HTML report)."
    qtbot.waitUntil(lambda: window.statusBar().currentMessage() == said)
    qtbot.waitUntil(lambda: not window.findChildren(ExportDialog))


def test_opened_photos_are_not_searched_where_the_user_does_not_want_it(
    qtbot: QtBot, window: MainWindow, settings: Settings, finder: FakeFinder, photo: MakePhoto
) -> None:
    settings.search_on_open = False
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    assert finder.searched == []
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)


def test_the_first_picture_of_a_folder_is_seen_while_the_others_are_still_looked_for(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, go_on = photo("a.png"), threading.Event()

    def endless(_paths: object, _cancel: object, tell: Callable[[list[Picture]], None], state: State) -> Listed:
        tell([Picture(str(first), state=state)])
        go_on.wait(10)
        return Listed(1)

    monkeypatch.setattr("app.session.pictures.list_pictures", endless)
    window.session.opened.open_paths([first.parent])
    try:
        qtbot.waitUntil(lambda: window.session.shown.frame is not None, timeout=5000)
        assert not go_on.is_set()
    finally:
        go_on.set()


def test_the_status_bar_says_where_the_networks_run_and_lets_choose(
    qtbot: QtBot, window: MainWindow, settings: Settings
) -> None:
    picker = window.status.device
    assert not picker.isVisible()
    window.session.searches.devices_found.emit([Device("cuda:0", "Fast Card, 24 GiB"), Device("cpu", "2 threads")])
    assert picker.isVisible() and picker.text() == "CUDA 0 (Fast Card, 24 GiB)"
    actions = {action.text(): action for action in picker.menu().actions() if action.text()}
    assert list(actions) == ["Automatic: CUDA 0 (Fast Card, 24 GiB)", "CUDA 0 (Fast Card, 24 GiB)", "CPU (2 threads)"]
    actions["CPU (2 threads)"].trigger()
    assert (settings.device, picker.text()) == ("cpu", "CPU (2 threads)")
    settings.device = "mps"
    assert picker.text() == "mps" and "no mps" in picker.toolTip()


def test_loading_the_models_tells_the_devices(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.session.searches.devices_found, timeout=20_000) as told:
        window.session.warm_up()
    assert told.args is not None and told.args[0][-1].name == "cpu"


def test_what_else_is_prepared_comes_after_the_models_and_beside_the_window(qtbot: QtBot, window: MainWindow) -> None:
    did: list[int | str] = []
    window.session.searches.devices_found.connect(lambda _devices: did.append("devices"))
    window.session.warm_up(lambda: did.append(threading.get_ident()))
    qtbot.waitUntil(lambda: len(did) == 2, timeout=20_000)
    assert "imagehash" in sys.modules and threading.get_ident() not in did


def test_a_project_that_is_opened_at_the_start_stops_nothing_of_what_is_prepared(
    qtbot: QtBot, window: MainWindow
) -> None:
    did: list[str] = []
    window.session.searches.devices_found.connect(lambda _devices: did.append("devices"))
    window.session.warm_up(lambda: did.append("dialogs"))
    window.session.opened.close_all()  # as a project does that takes the place of what is open
    qtbot.waitUntil(lambda: len(did) == 2, timeout=10_000)
    assert set(did) == {"devices", "dialogs"}


def test_dropped_files_are_opened(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo()))])
    drop = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(drop)
    assert drop.isAccepted()
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)


def test_only_what_can_be_opened_is_invited_to_be_dropped(window: MainWindow, tmp_path: Path) -> None:
    def is_welcome(data: QMimeData) -> bool:
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        drag = QDragEnterEvent(QPointF(50, 50), copy, data, left, none)
        drag.ignore()
        window.dragEnterEvent(drag)
        return drag.isAccepted()

    link, folder, picture = QMimeData(), QMimeData(), QMimeData()
    link.setUrls([QUrl("https://example.org/photo.jpg")])
    folder.setUrls([QUrl("https://example.org/photo.jpg"), QUrl.fromLocalFile(str(tmp_path))])
    picture.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    assert [is_welcome(data) for data in (link, folder, picture)] == [False, True, True]


def test_a_pasted_picture_is_opened_and_searched(qtbot: QtBot, window: MainWindow) -> None:
    image = QImage(150, 130, QImage.Format.Format_ARGB32)
    image.fill(QColor(10, 200, 30))
    QGuiApplication.clipboard().setImage(image)
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    frame = window.session.shown.frame
    assert frame is not None
    assert frame.pixels.shape == (130, 150, 3)
    assert tuple(frame.pixels[0, 0]) == (10, 200, 30)


def test_pasting_nothing_says_what_to_do(qtbot: QtBot, window: MainWindow) -> None:
    QGuiApplication.clipboard().setText("no picture")
    window.actions_.paste.trigger()
    assert window.notice.isVisible()
    assert "copy a picture" in window.notice.sentence.text()


def test_a_file_that_is_no_picture_gives_one_sentence_in_its_place(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, photo: MakePhoto
) -> None:
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"this is not a picture")
    window.session.opened.open_paths([path])
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 1)
    qtbot.waitUntil(lambda: state_of(window, path) == State.FAILED)
    qtbot.waitUntil(lambda: window.notice.isVisible())
    assert "broken.jpg" in window.notice.sentence.text()
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    assert not window.notice.isVisible(), "it is not about the picture that is looked at now"


def test_what_could_not_be_opened_is_told_until_others_are_opened(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, photo: MakePhoto
) -> None:
    window.session.opened.open_paths([photo("a.png"), tmp_path / "gone.png"])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    qtbot.waitUntil(lambda: window.notice.isVisible())
    window.session.opened.open_paths([photo("b.png")])
    assert not window.notice.isVisible()


def test_the_status_bar_tells_no_size_of_what_cannot_be_shown(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, photo: MakePhoto
) -> None:
    good, broken = photo(), tmp_path / "broken.jpg"
    broken.write_bytes(b"this is not a picture")
    window.session.opened.open_paths([good, broken])
    qtbot.waitUntil(lambda: bool(window.status.picture_size.text()) and bool(window.status.zoom.text()))
    window.session.shown.show(str(broken))
    qtbot.waitUntil(lambda: state_of(window, broken) == State.FAILED)
    assert (window.status.picture_size.text(), window.status.zoom.text()) == ("", "")
    window.session.shown.show(str(good))
    qtbot.waitUntil(lambda: bool(window.status.picture_size.text()) and bool(window.status.zoom.text()))


def test_the_sample_opens_with_the_picture_of_tiny_faces(qtbot: QtBot, window: MainWindow) -> None:
    window.actions_.open_sample.trigger()
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 3)
    qtbot.waitUntil(lambda: Path(window.session.shown.source or "").name == "orchestra.webp")
    qtbot.waitUntil(lambda: window.settings.recent == [str(SAMPLES)])


def test_a_failed_search_can_be_copied_with_its_details(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    finder.error = RuntimeError("The device is not there.")
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.notice.isVisible())
    assert window.notice.sentence.text() == (
        "Something in the program went wrong (RuntimeError: The device is not there.)."
    )
    qtbot.mouseClick(window.notice.copy, Qt.MouseButton.LeftButton)
    assert "Traceback" in QGuiApplication.clipboard().text()


def test_a_click_on_a_box_selects_the_face_in_canvas_and_list(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    open_and_search(qtbot, window, photo())
    window.canvas.view.fit(animated=False)
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=point_of(window, BOXES[1]))
    entry = window.session.faces.entry(window.session.selection.key)
    assert entry is not None
    assert entry.face.box == BOXES[1]
    assert window.face_list.selection.keys() == [entry.key]


def test_a_verdict_is_given_by_key_and_taken_back_by_undo(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    open_and_search(qtbot, window, photo())
    qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=point_of(window, BOXES[0]))
    key = window.session.selection.key
    qtbot.keyClick(window.canvas, Qt.Key.Key_Y)
    entry = window.session.faces.entry(key)
    assert entry is not None and entry.verdict == Verdict.CONFIRMED
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    entry = window.session.faces.entry(key)
    assert entry is not None and entry.verdict == Verdict.UNDECIDED


def test_a_face_selected_in_the_list_opens_its_picture(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    first, second = photo("a.png"), photo("b.png")
    open_and_search(qtbot, window, first)
    window.session.opened.open_paths([second])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 6)
    target = window.session.faces.entries_of(str(first))[2]
    window.face_list.selection.chosen.emit(target.key)
    qtbot.waitUntil(lambda: window.canvas.selected == target.key)
    assert window.session.shown.source == str(first)


def test_a_narrow_window_keeps_every_tool_in_sight(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.findChild(ToolBar)
    assert bar is not None
    export = bar.widgetForAction(window.actions_.export)
    window.resize(1300, 700)
    qtbot.waitUntil(lambda: export.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    window.resize(900, 700)
    qtbot.waitUntil(lambda: export.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly)
    qtbot.waitUntil(export.isVisible)
    assert export.accessibleName()


def test_escape_ends_drawing_and_only_then_lets_go_of_the_face(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    open_and_search(qtbot, window, photo())
    window.session.selection.select(1)
    window.actions_.draw.setChecked(True)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not window.actions_.draw.isChecked() and window.session.selection.key == 1
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.session.selection.key == -1


def test_a_missed_face_is_drawn_by_dragging(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    open_and_search(qtbot, window, photo())
    window.actions_.draw.setChecked(True)
    canvas = window.canvas
    start = canvas.view.from_picture(QPointF(120, 60)).toPoint()
    end = canvas.view.from_picture(QPointF(140, 84)).toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    drawn = [entry for entry in window.session.faces.entries() if entry.drawn]
    assert len(drawn) == 1
    assert drawn[0].face.box == pytest.approx((120, 60, 140, 84), abs=1)
    assert window.session.selection.key == drawn[0].key


def test_the_filter_hides_boxes_without_searching_again(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    from dataclasses import replace

    open_and_search(qtbot, window, photo())
    visible = window.session.visible
    with qtbot.waitSignal(window.session.selection.faces_shown) as shown:
        visible.set_filter(replace(visible.filter, lowest_score=0.5))
    assert [entry.face.score for entry in shown.args[0]] == [0.9, 0.6]
    assert len(finder.searched) == 1


def test_remarks_on_a_picture_wait_until_it_is_shown(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto, tmp_path: Path
) -> None:
    transparent = tmp_path / "transparent.png"
    Image.new("RGBA", (200, 150), (200, 30, 30, 90)).save(transparent)
    window.session.opened.open_paths([photo("a.png"), transparent])
    qtbot.waitUntil(lambda: len(finder.searched) == 2 and window.status.sentence.text() == "Ready")
    assert window.session.shown.source == str(photo("a.png")) and not window.notice.isVisible()
    window.actions_.next.trigger()
    qtbot.waitUntil(window.notice.isVisible)
    assert "transparent.png" in window.notice.sentence.text()


def test_cancel_stops_what_is_searched_and_what_waits_and_leaves_the_window_usable(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    assert not window.actions_.cancel.isEnabled()
    finder.steps, finder.pause = 1000, 0.02
    paths = [photo(f"{i}.png") for i in range(5)]
    window.session.opened.open_paths(paths)
    qtbot.waitUntil(lambda: window.session.searches.queue.waiting_count == 5)
    qtbot.waitUntil(lambda: window.status.progress.isVisible())
    assert window.actions_.cancel.isEnabled()
    qtbot.mouseClick(window.status.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.searches.queue.waiting_count == 0)
    assert not window.status.progress.isVisible() and not window.actions_.cancel.isEnabled()
    assert finder.searched == []
    finder.steps = 1
    window.actions_.find.trigger()
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)


def test_progress_tells_stage_and_remaining_time(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    finder.steps, finder.pause = 100, 0.06
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.status.remaining.isVisible())
    assert "looking for faces" in window.status.sentence.text()
    assert window.status.remaining.text().endswith("s left")
    assert window.status.progress.maximum() == 100
    window.session.searches.cancel()


def test_the_pictures_in_sight_are_searched_before_the_others(qtbot: QtBot, finder: FakeFinder) -> None:
    worker = Worker()
    queue = FindQueue(
        Engine(lambda _choice: finder),
        lambda source: Frame(np.zeros((200, 200, 3), np.uint8), source),
        lambda _source: None,
        worker,
    )
    queue.prefer(["6", "4", "5"])
    with qtbot.waitSignal(queue.idle, timeout=20000):
        queue.add([str(number) for number in range(8)])
    assert finder.searched == ["6", "4", "5", "0", "1", "2", "3", "7"]


def test_the_current_picture_is_searched_first(
    qtbot: QtBot, window: MainWindow, settings: Settings, finder: FakeFinder, photo: MakePhoto
) -> None:
    settings.search_on_open = False
    paths = [photo(f"{i}.png") for i in range(4)]
    window.session.opened.open_paths(paths)
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    window.session.shown.show(str(paths[2]))
    window.actions_.find_all.trigger()
    qtbot.waitUntil(lambda: len(finder.searched) == 4)
    assert finder.searched[0] == str(paths[2])


def test_closing_a_picture_forgets_its_faces_and_shows_the_next(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    first, second = photo("a.png"), photo("b.png")
    window.session.opened.open_paths([first, second])
    qtbot.waitUntil(lambda: len(window.session.faces.entries()) == 6)
    window.actions_.close.trigger()
    assert window.session.shown.source == str(second)
    assert len(window.session.faces.entries()) == 3
    window.actions_.close.trigger()
    assert window.session.shown.source is None
    assert window.start_page.isVisible()


def test_page_keys_walk_through_the_pictures(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    first, second = photo("a.png"), photo("b.png")
    window.session.opened.open_paths([first, second])
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    qtbot.keyClick(window.canvas, Qt.Key.Key_PageDown)
    assert window.session.shown.source == str(second)
    qtbot.keyClick(window.canvas, Qt.Key.Key_PageUp)
    assert window.session.shown.source == str(first)


def test_the_start_page_lists_nothing_while_a_picture_hides_it(
    qtbot: QtBot, window: MainWindow, settings: Settings, photo: MakePhoto
) -> None:
    open_and_search(qtbot, window, photo())
    before = window.start_page.findChildren(QToolButton)
    settings.recent = ["/photos/one.png", "/photos/two.png"]
    assert window.start_page.findChildren(QToolButton) == before
    window.actions_.close_all.trigger()
    qtbot.waitUntil(window.start_page.isVisible)

    def listed() -> list[str]:  # asked anew each time: those of before are deleted meanwhile
        return [one.toolTip() for one in window.start_page.findChildren(QToolButton) if one.isVisible()]

    qtbot.waitUntil(lambda: listed() == settings.recent)


def test_work_without_a_name_is_offered_in_the_users_language(
    german: None, request: pytest.FixtureRequest, qtbot: QtBot, settings: Settings
) -> None:
    settings.recent = ["/projects/Unsaved work 2026-11-30 09.41.07.250.tinyface"]
    window: MainWindow = request.getfixturevalue("window")
    qtbot.waitUntil(window.start_page.isVisible)
    (button,) = [one for one in window.start_page.findChildren(QToolButton) if one.toolTip() == settings.recent[0]]
    assert button.text() == "Arbeit ohne Namen, 30.11.26 09:41"
    (menu,) = window.findChildren(RecentMenu)
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == button.text()


def test_the_selected_face_stays_selected_when_its_picture_is_searched_again(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto, finder: FakeFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_and_search(qtbot, window, photo())
    selection = window.session.selection
    before = window.session.visible.entries()[1]
    selection.select(before.key, go_there=True)
    window.actions_.find.trigger()
    qtbot.waitUntil(lambda: window.session.faces.entry(before.key) is None)
    qtbot.waitUntil(lambda: selection.key != before.key)
    after = window.session.faces.entry(selection.key)
    assert after is not None and after.face.box == before.face.box
    assert window.face_list.selection.keys() == [after.key] and window.canvas.selected == after.key
    find = finder.find
    monkeypatch.setattr(finder, "find", lambda *given: replace(find(*given), faces=Detections.of([], [])))
    window.actions_.find.trigger()
    qtbot.waitUntil(lambda: selection.key == -1)


def test_opened_files_are_offered_again_on_the_start_page(
    qtbot: QtBot, window: MainWindow, settings: Settings, photo: MakePhoto
) -> None:
    path = photo("remember me.png")
    open_and_search(qtbot, window, path)
    window.actions_.close_all.trigger()
    qtbot.waitUntil(lambda: settings.recent == [str(path)])
    qtbot.waitUntil(window.start_page.isVisible)
    buttons = [b for b in window.start_page.findChildren(QToolButton) if b.toolTip() == str(path)]
    qtbot.waitUntil(lambda: buttons[0].height() > 10)
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.shown.source == str(path))


def test_a_search_that_runs_does_not_keep_the_window_from_closing(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    finder.steps, finder.pause = 1000, 0.02
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: window.session.searches.queue.waiting_count == 1)
    qtbot.waitUntil(lambda: window.status.progress.isVisible())
    window.close()
    assert finder.searched == [], "the search was left where it was"


def test_every_control_has_a_name_and_every_command_a_tool_tip(window: MainWindow) -> None:
    nameless = [
        widget
        for kind in (QAbstractButton, QComboBox, QAbstractSlider)
        for widget in window.findChildren(kind)
        if not (widget.accessibleName() or getattr(widget, "text", str)() or widget.toolTip())
        and not widget.objectName().startswith("qt_")
        and type(widget).__name__ not in ("QScrollBar", "QTableCornerButton", "QDockWidgetTitleButton")
    ]
    assert [repr(widget) for widget in nameless if type(widget) not in (QAbstractButton,)] == []
    assert [action.text() for action in window.actions_.all() if not action.toolTip()] == []


def test_no_two_commands_share_a_key(window: MainWindow) -> None:
    keys = [key.toString() for action in window.actions_.all() for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))


def test_a_note_is_written_by_key_and_taken_back_by_undo(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    open_and_search(qtbot, window, photo())
    qtbot.keyClick(window.canvas, Qt.Key.Key_F2)
    assert "Select a face first" in window.notice.sentence.text()
    key = window.session.selection.faces()[0].key
    window.session.selection.select(key)
    qtbot.keyClick(window.canvas, Qt.Key.Key_F2)
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue("left of the flag")
    dialog.accept()
    entry = window.session.faces.entry(key)
    assert entry is not None and entry.note == "left of the flag"
    window.actions_.undo.trigger()
    entry = window.session.faces.entry(key)
    assert entry is not None and entry.note == ""


def test_a_folder_tells_how_far_all_its_pictures_are(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, photo: MakePhoto
) -> None:
    finder.steps, finder.pause = 4, 0.06
    told: list[Status] = []
    window.session.searches.status_changed.connect(told.append)
    with qtbot.waitSignal(window.session.searches.queue.idle, timeout=60_000):
        window.session.opened.open_paths([photo(f"{i}.png") for i in range(4)])
    third = [status for status in told if status.sentence.startswith("2 of 4 pictures")]
    assert third
    assert {(status.done, status.total) for status in third} == {(2, 4)}
    # Two were finished, so two more take about as long.
    assert all(status.remaining > 0.2 for status in third)


def test_the_film_strip_counts_the_faces_that_pass_the_filters(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    path = photo()
    open_and_search(qtbot, window, path)
    pictures = window.session.pictures
    qtbot.waitUntil(lambda: pictures.picture(str(path)).faces == 3)
    window.face_list.filters.score_slider.setValue((0.5, 1.0))
    qtbot.waitUntil(lambda: pictures.picture(str(path)).faces == 2)


def test_the_program_ends_without_a_crash_after_its_dialogs_were_open(tmp_path: Path, photo: MakePhoto) -> None:
    """In a process of its own: what goes wrong here goes wrong after Python has ended."""
    story = f"""
import sys
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog
import app.__main__ as program
from app.main_window import MainWindow

def close_dialogs():
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, QDialog):
            widget.close()

def tell(window):
    a = window.actions_
    for action in (a.preferences, a.weights, a.export, a.about, a.shortcuts, a.weights):
        action.trigger()
        shown = QEventLoop()
        QTimer.singleShot(50, shown.quit)
        shown.exec()
        close_dialogs()
    window.close()

def begin():
    window = next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))
    if window.session.shown.frame is None:
        QTimer.singleShot(20, begin)
    else:
        tell(window)

shown = MainWindow.showEvent
def show(window, event):
    QTimer.singleShot(100, begin)
    shown(window, event)
MainWindow.showEvent = show
sys.exit(program.main(["tinyface", {str(photo())!r}]))
"""
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", story],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "malformed" not in done.stderr


def nameless_controls(top: QWidget) -> list[str]:
    """Widgets that take the keyboard or show something of their own, and tell a screen reader nothing."""

    def named(widget: QWidget) -> bool:
        text = getattr(widget, "text", None)
        buddies = [label for label in top.findChildren(QLabel) if label.buddy() is widget]
        return bool(widget.accessibleName() or (callable(text) and text()) or buddies)

    # Parts that Qt makes itself, inside of controls that have names.
    parts = ("QScrollBar", "QTableCornerButton", "QHeaderView", "QToolBarExtension", "QTabBar", "QMenu", "QMenuBar")
    return [
        f"{type(widget).__name__} {widget.objectName()} in {type(widget.parentWidget()).__name__}"
        for widget in top.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.objectName().startswith("qt_")
        and type(widget).__name__ not in parts
        and not isinstance(widget, QMenu)
        and not any(isinstance(menu, QMenu) and menu.isAncestorOf(widget) for menu in top.findChildren(QMenu))
        and not isinstance(widget.parentWidget().parentWidget(), QComboBox)
        and not named(widget)
    ]


def test_every_control_of_the_window_has_an_accessible_name(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    open_and_search(qtbot, window, photo())
    window.comparison.show_as(Look.BORDER)
    assert nameless_controls(window) == []
    assert [action for action in window.actions_.all() if not action.text()] == []


def test_the_tab_key_goes_through_all_panels_and_comes_back(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    window.session.opened.open_paths([photo("a.png"), photo("b.png")])
    qtbot.waitUntil(lambda: window.session.visible.rowCount() == 6 and window.film_strip.isVisible())
    with qtbot.waitSignal(window.comparison.queue.ready):
        window.session.selection.select(window.session.selection.faces()[0].key)
    qtbot.waitUntil(window.comparison.bar.copy.isEnabled)
    window.activateWindow()
    met: list[QWidget] = [window.face_list.filters.score_slider]
    met[0].setFocus()
    qtbot.waitUntil(met[0].hasFocus)
    while met[-1] is not window.canvas:
        qtbot.keyClick(met[-1], Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None and focused not in met, f"the keys never leave {met}"
        met.append(focused)
    faces, crops = window.face_list, window.comparison.grid.crops
    wanted = [
        faces.filters.score_slider,
        faces.gallery,
        faces.verdict_buttons[Verdict.CONFIRMED],
        window.comparison.bar.methods,
    ]
    wanted += [*crops, window.film_strip, window.line.line]
    assert [part for part in met if part in wanted] == wanted, [part.accessibleName() for part in met]


def test_f6_gives_the_keys_to_the_list_of_faces(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> None:
    open_and_search(qtbot, window, photo())
    window.activateWindow()
    window.face_list.setFocus()
    qtbot.waitUntil(window.face_list.gallery.hasFocus)
    window.face_list.show_gallery(False)
    window.face_list.setFocus()
    qtbot.waitUntil(window.face_list.table.hasFocus)


def test_every_control_of_the_dialogs_has_an_accessible_name(
    qtbot: QtBot, window: MainWindow, settings: Settings
) -> None:
    c = window.session
    evaluate = EvaluateDialog(settings, window)
    qtbot.waitUntil(lambda: hasattr(evaluate, "heights"))
    dialogs = [
        PreferencesDialog(settings, window),
        WeightsDialog(settings, window),
        ExportDialog(ExportOffer(c.faces, c.visible, []), settings, window),
        ShortcutsDialog(window.actions_.all(), window),
        AboutDialog(window),
        FineTuneDialog(settings, lambda: ProjectOffer(Path("none.tinyface"), "", 0, 0, 0), window),
        VotingDialog([VotedFace("a.jpg", None, BOXES[0])], settings, window),
        evaluate,
    ]
    qtbot.waitUntil(lambda: "CPU" in dialogs[0].devices_found.text(), timeout=20_000)
    assert {type(dialog).__name__: nameless_controls(dialog) for dialog in dialogs} == {
        type(dialog).__name__: [] for dialog in dialogs
    }


def test_a_missing_file_stops_none_of_the_others_and_no_project_leaves_the_recent_ones_for_them(
    qtbot: QtBot, window: MainWindow, settings: Settings, photo: MakePhoto, tmp_path: Path
) -> None:
    projects = [f"/cases/{number}.tinyface" for number in range(6)]
    settings.recent = [*projects, *(f"/photos/{number}.png" for number in range(6))]
    good = [photo(f"{number}.png") for number in range(8)]
    missing = tmp_path / "missing.png"
    window.opener.open_paths([good[0], missing, *good[1:]])
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 8)
    qtbot.waitUntil(window.notice.isVisible)
    assert "missing.png does not exist" in window.notice.sentence.text()
    assert settings.recent[0] == str(good[0]) and str(missing) not in settings.recent
    assert set(projects) <= set(settings.recent)


def test_several_files_that_cannot_be_opened_are_told_in_one_sentence(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto, tmp_path: Path
) -> None:
    window.opener.open_paths([tmp_path / "a.png", photo("b.png"), tmp_path / "c.png"])
    qtbot.waitUntil(window.notice.isVisible)
    said = window.notice.sentence.text()
    assert said.startswith("2 of 3") and "a.png does not exist" in said
    qtbot.mouseClick(window.notice.copy, Qt.MouseButton.LeftButton)
    assert "c.png does not exist" in QGuiApplication.clipboard().text()


def test_an_empty_list_speaks_of_turned_pictures_only_after_a_search(
    qtbot: QtBot, window: MainWindow, photo: MakePhoto
) -> None:
    window.settings.search_on_open = False
    window.settings.lowest_score = 0.99
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: "not searched" in window.status.sentence.text())
    qtbot.wait(100)
    assert window.face_list.nothing.text() == "No faces were found so far."
    window.actions_.find.trigger()
    qtbot.waitUntil(lambda: "lie on their sides" in window.face_list.nothing.text())
