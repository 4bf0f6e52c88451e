"""The face list, used as a person does: sliders, keys, buttons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QComboBox, QDialog
from pytestqt.qtbot import QtBot

from app.models.face_columns import Column, column_titles
from app.models.face_commands import FaceCommands
from app.models.faces import KEY_ROLE, FacesModel
from app.models.visible_faces import VisibleFaces
from app.settings import Settings
from app.views.face_delegates import figures_of
from app.views.face_list import FaceList
from tinyface_core.types import Detections, Face, FindResult, Verdict

SCORES = (0.95, 0.8, 0.6, 0.45)


@pytest.fixture
def faces(qtbot: QtBot) -> FacesModel:
    model = FacesModel()
    found = tuple(Face((0, 0, 10 * (i + 1), 10), score, score) for i, score in enumerate(SCORES))
    thumbnail = QImage(12, 12, QImage.Format.Format_RGB888)
    model.add_result(FindResult("a.jpg", 100, 100, Detections.of_faces(found), 4, 0), [thumbnail] * 4)
    return model


@pytest.fixture
def commands(faces: FacesModel) -> FaceCommands:
    return FaceCommands(faces)


@pytest.fixture
def face_list(qtbot: QtBot, faces: FacesModel, commands: FaceCommands, settings: Settings) -> FaceList:
    widget = FaceList(VisibleFaces(faces), commands, settings)
    qtbot.addWidget(widget)
    widget.resize(600, 400)
    widget.show()
    return widget


def work_on_gallery(qtbot: QtBot, face_list: FaceList) -> None:
    """Give the keys to the gallery."""
    face_list.activateWindow()
    face_list.gallery.setFocus()
    qtbot.waitUntil(face_list.gallery.hasFocus)


def test_y_confirms_the_face_and_goes_on_to_the_next(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel, commands: FaceCommands
) -> None:
    face_list.selection.select(1)
    qtbot.keyClick(face_list.table, Qt.Key.Key_Y)
    qtbot.keyClick(face_list.table, Qt.Key.Key_N)
    qtbot.keyClick(face_list.table, Qt.Key.Key_U)
    verdicts = [entry.verdict for entry in faces.entries()]
    assert verdicts == [Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE, Verdict.UNDECIDED]
    commands.stack.undo()
    assert faces.entries()[2].verdict == Verdict.UNDECIDED


def test_backspace_takes_a_verdict_back(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel, commands: FaceCommands
) -> None:
    commands.set_verdicts([1], Verdict.CONFIRMED)
    face_list.selection.select(1)
    qtbot.keyClick(face_list.table, Qt.Key.Key_Backspace)
    assert faces.entries()[0].verdict == Verdict.UNDECIDED


def test_one_key_gives_a_verdict_to_all_selected_faces(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel, commands: FaceCommands
) -> None:
    face_list.table.selectAll()
    qtbot.keyClick(face_list.table, Qt.Key.Key_N)
    assert {entry.verdict for entry in faces.entries()} == {Verdict.NOT_A_FACE}
    assert commands.stack.count() == 1


def test_verdict_button_does_what_its_key_does(qtbot: QtBot, face_list: FaceList, faces: FacesModel) -> None:
    face_list.selection.select(2)
    qtbot.mouseClick(face_list.verdict_buttons[Verdict.UNSURE], Qt.MouseButton.LeftButton)
    assert faces.entries()[1].verdict == Verdict.UNSURE


def test_with_undecided_ones_only_every_key_press_brings_the_next_face(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel
) -> None:
    face_list.filters.verdict_filter.setCurrentIndex(face_list.filters.verdict_filter.findData(Verdict.UNDECIDED))
    face_list.selection.select(1)
    judged = []
    for _ in SCORES:
        judged += face_list.selection.keys()
        qtbot.keyClick(face_list.table, Qt.Key.Key_Y)
    assert judged == [1, 2, 3, 4], "none is skipped"
    assert {entry.verdict for entry in faces.entries()} == {Verdict.CONFIRMED}
    assert face_list.table.model().rowCount() == 0


def test_score_slider_filters_at_once(face_list: FaceList) -> None:
    face_list.filters.score_slider.setValue((0.7, 1.0))
    assert face_list.table.model().rowCount() == 2
    face_list.filters.score_slider.setValue((0.7, 0.9))
    assert face_list.table.model().rowCount() == 1


def test_size_slider_filters_at_once(face_list: FaceList) -> None:
    face_list.filters.size_slider.setValue((25.0, 80.0))
    # Step 25 stands for 4 * 2 ** 2.5 = 23 pixels: the faces of 30 and 40 pixels stay.
    assert face_list.table.model().rowCount() == 2


def test_filters_do_not_load_the_networks(face_list: FaceList, monkeypatch: pytest.MonkeyPatch) -> None:
    import tinyface_core.search.finder as finder

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("A slider ran a search.")

    monkeypatch.setattr(finder.FaceFinder, "find", refuse)
    for low in (0.1, 0.5, 0.9):
        face_list.filters.score_slider.setValue((low, 1.0))
    assert face_list.table.model().rowCount() == 1


def test_filter_is_kept_for_the_next_start(qtbot: QtBot, face_list: FaceList, settings: Settings) -> None:
    face_list.filters.score_slider.setValue((0.7, 1.0))
    qtbot.waitUntil(lambda: settings.lowest_score == 0.7, timeout=2000)
    faces = FacesModel()
    again = FaceList(VisibleFaces(faces), FaceCommands(faces), settings)
    qtbot.addWidget(again)
    assert again.filters.score_slider.value()[0] == pytest.approx(0.7, abs=0.01)


def test_selecting_from_outside_does_not_echo_but_a_key_does(qtbot: QtBot, face_list: FaceList) -> None:
    with qtbot.assertNotEmitted(face_list.selection.chosen):
        face_list.selection.select(2)
    with qtbot.waitSignal(face_list.selection.chosen) as told:
        qtbot.keyClick(face_list.table, Qt.Key.Key_Down)
    assert told.args == [3]


def test_selection_lives_on_while_new_pictures_are_searched(face_list: FaceList, faces: FacesModel) -> None:
    face_list.selection.select(3)
    faces.add_result(FindResult("b.jpg", 9, 9, Detections.of([(0, 0, 5, 5)], [0.99]), 1, 0))
    faces.remove_picture("c.jpg")
    assert face_list.selection.keys() == [3]
    faces.remove_picture("b.jpg")
    assert face_list.selection.keys() == [3]


def test_gallery_keeps_the_selection_and_takes_verdict_keys(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel
) -> None:
    face_list.selection.select(2)
    face_list.show_gallery(True)
    assert face_list.gallery.isVisible() and face_list.selection.keys() == [2]
    qtbot.keyClick(face_list.gallery, Qt.Key.Key_Y)
    assert faces.entries()[1].verdict == Verdict.CONFIRMED


def test_note_typed_into_its_cell_is_kept_and_undone(
    face_list: FaceList, faces: FacesModel, commands: FaceCommands
) -> None:
    model = face_list.table.model()
    model.setData(model.index(0, Column.NOTE), "left of the flag")
    assert faces.entries()[0].note == "left of the flag"
    commands.stack.undo()
    assert faces.entries()[0].note == ""


def test_counts_say_how_many_faces_are_shown_and_judged(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel, commands: FaceCommands
) -> None:
    commands.set_verdicts([1, 2], Verdict.CONFIRMED)
    face_list.filters.score_slider.setValue((0.7, 1.0))
    qtbot.waitUntil(lambda: face_list.count.text() == "2 faces", timeout=2000)
    assert face_list.show_hidden.text() == "Show 2 hidden"


def test_show_all_sets_every_filter_back(qtbot: QtBot, face_list: FaceList) -> None:
    face_list.filters.score_slider.setValue((0.95, 1.0))
    face_list.filters.verdict_filter.setCurrentIndex(2)
    qtbot.waitUntil(lambda: face_list.nothing.isVisible())
    assert face_list.nothing.text().startswith("No candidate passes the filters.")
    assert "rotated copies" in face_list.nothing.text()
    qtbot.mouseClick(face_list.show_hidden, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: face_list.count.text() == "4 faces")
    assert not face_list.show_hidden.isVisible()


def test_only_the_faces_of_the_picture_on_the_screen_are_listed_where_wished(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel
) -> None:
    sources = sorted({entry.source for entry in faces.entries()})
    face_list.filters.reset()
    face_list.filters.set_picture(sources[0])
    qtbot.mouseClick(face_list.filters.this_picture, Qt.MouseButton.LeftButton)
    assert {entry.source for entry in face_list._visible.entries()} == {sources[0]}
    face_list.filters.set_picture("another picture")
    assert face_list._visible.rowCount() == 0


def test_the_order_is_chosen_from_a_menu_in_the_gallery_too(face_list: FaceList) -> None:
    action = next(a for a in face_list.sort_button.menu().actions() if a.text() == "Smallest first")
    action.trigger()
    sizes = [entry.face.size for entry in face_list._visible.entries()]
    assert sizes == sorted(sizes)
    face_list.sort_button.menu().aboutToShow.emit()
    assert [a.text() for a in face_list.sort_button.menu().actions() if a.isChecked()] == ["Smallest first"]


def test_columns_that_would_say_nothing_are_hidden(qtbot: QtBot, face_list: FaceList, faces: FacesModel) -> None:
    face_list.show_gallery(False)
    qtbot.wait(20)
    seconds = [entry.seconds for entry in faces.entries()]
    assert face_list.table.isColumnHidden(Column.TIME) == (not any(s is not None for s in seconds))
    judged = [entry.face.face_probability for entry in faces.entries()]
    assert face_list.table.isColumnHidden(Column.PROBABILITY) == (not any(p is not None for p in judged))


def test_every_control_has_a_name_and_a_tooltip(face_list: FaceList) -> None:
    controls = [
        control
        for kind in (QAbstractButton, QAbstractSlider, QComboBox)
        for control in face_list.findChildren(kind)
        if control.isVisible()
        and not control.objectName().startswith("qt_")
        and control.focusPolicy()
        and type(control.parent()).__name__ not in ("QTableView", "QListView", "QWidget")
    ]
    assert len(controls) >= 8
    assert not [c for c in controls if not (c.accessibleName() and c.toolTip())]


def test_nothing_moves_under_the_mouse_while_a_search_finds_more(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel
) -> None:
    def scores() -> list[float]:
        return [entry.face.score for entry in face_list._visible.entries()]

    def find(source: str, *found: float) -> None:
        faces.add_result(FindResult(source, 9, 9, Detections.of([(0, 0, 9, 9)] * len(found), found), 1, 0))

    inside = QPointF(10, 10)
    QApplication.sendEvent(face_list, QEnterEvent(inside, inside, inside))
    face_list.selection.select(2)
    before = scores()
    find("b.jpg", 0.99, 0.5)
    assert scores() == [*before, 0.99, 0.5]
    find("b.jpg", 0.98, 0.7)  # searched once more
    assert scores() == [*before, 0.98, 0.7]
    qtbot.waitUntil(face_list.sort_in.isVisible)
    assert face_list.sort_in.text() == "Sort in 2 new" and face_list.selection.keys() == [2]
    QApplication.sendEvent(face_list, QEvent(QEvent.Type.Leave))
    assert scores() == sorted([*before, 0.98, 0.7], reverse=True)
    assert face_list.selection.keys() == [2]
    qtbot.waitUntil(lambda: not face_list.sort_in.isVisible())


def test_a_list_that_is_worked_on_by_keys_keeps_its_order_until_it_is_asked_to_sort(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel
) -> None:
    work_on_gallery(qtbot, face_list)
    faces.add_result(FindResult("b.jpg", 9, 9, Detections.of([(0, 0, 9, 9)], [0.99]), 1, 0))
    assert face_list._visible.entries()[-1].face.score == 0.99
    qtbot.waitUntil(face_list.sort_in.isVisible)
    qtbot.mouseClick(face_list.sort_in, Qt.MouseButton.LeftButton)
    assert face_list._visible.entries()[0].face.score == 0.99


@pytest.mark.parametrize("language", ["en", "de"])
def test_titles_of_columns_are_not_cut(
    face_list: FaceList, settings: Settings, request: pytest.FixtureRequest, language: str
) -> None:
    if language == "de":
        request.getfixturevalue("german")
    listed = FaceList(face_list._visible, face_list._commands, settings)
    header = listed.table.horizontalHeader()
    for column, (title, _tip) in column_titles().items():
        listed.table.showColumn(column)
        if column != Column.NOTE:  # takes what is left
            assert listed.table.columnWidth(column) >= header.fontMetrics().horizontalAdvance(title) + 14, title


def test_faces_are_not_sorted_in_while_a_dialog_has_the_focus_of_a_list_that_is_worked_on(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel
) -> None:
    work_on_gallery(qtbot, face_list)
    dialog = QDialog(face_list)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    QApplication.sendEvent(face_list, QEvent(QEvent.Type.Leave))
    faces.add_result(FindResult("b.jpg", 9, 9, Detections.of([(0, 0, 9, 9)], [0.99]), 1, 0))
    assert face_list._visible.entries()[-1].face.score == 0.99
    dialog.close()


def test_the_selected_face_stays_in_sight_when_others_are_sorted_in(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel
) -> None:
    inside = QPointF(10, 10)
    QApplication.sendEvent(face_list, QEnterEvent(inside, inside, inside))
    face_list.selection.select(1)
    many = [0.99 - 0.0001 * number for number in range(200)]
    faces.add_result(FindResult("b.jpg", 9, 9, Detections.of([(0, 0, 9, 9)] * 200, many), 200, 0))
    qtbot.waitUntil(face_list.sort_in.isVisible)
    qtbot.mouseClick(face_list.sort_in, Qt.MouseButton.LeftButton)
    view = face_list._view
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_faces_of_a_project_that_is_being_loaded_stand_in_their_places_under_the_mouse(
    qtbot: QtBot, face_list: FaceList, faces: FacesModel
) -> None:
    inside = QPointF(10, 10)
    face_list.set_loading(True)
    QApplication.sendEvent(face_list, QEnterEvent(inside, inside, inside))
    faces.add_result(FindResult("b.jpg", 9, 9, Detections.of([(0, 0, 9, 9)], [0.99]), 1, 0))
    assert face_list._visible.entries()[0].face.score == 0.99


@pytest.mark.parametrize("gallery", [True, False])
def test_the_focus_alone_selects_nothing_and_the_first_arrow_key_the_first_face(
    qtbot: QtBot, face_list: FaceList, gallery: bool
) -> None:
    face_list.show_gallery(gallery)
    face_list.activateWindow()
    view = face_list._view
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert face_list.selection.is_empty
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert face_list.selection.rows() == [0]


def test_a_face_with_a_note_is_marked_in_the_gallery(
    face_list: FaceList, faces: FacesModel, commands: FaceCommands
) -> None:
    gallery = face_list.gallery

    def corners() -> list[QImage]:
        cells = [gallery.visualRect(gallery.model().index(row, 0)) for row in range(2)]
        shown = gallery.viewport().grab().toImage()
        return [shown.copy(cell.left() + 6, cell.center().y(), 20, cell.height() // 4) for cell in cells]

    before = corners()
    commands.set_note(gallery.model().index(0, 0).data(KEY_ROLE), "left of the flag")
    after = corners()
    assert after[0] != before[0] and after[1] == before[1]


def test_what_is_written_under_a_large_face_does_not_overlap(face_list: FaceList, faces: FacesModel) -> None:
    wide = FindResult("b.jpg", 9000, 9000, Detections.of_faces((Face((0, 0, 8888, 8888), 1.0, 1.0),)), 1, 0)
    faces.add_result(wide, [QImage(12, 12, QImage.Format.Format_RGB888)])
    entry = next(entry for entry in faces.entries() if entry.source == "b.jpg")
    metrics = face_list.gallery.fontMetrics()
    room = metrics.horizontalAdvance("1.00 8,888 px") - 1
    assert figures_of(entry, metrics, room) == ("1.00", "8,888")
    assert figures_of(entry, metrics, room + 1) == ("1.00", "8,888 px")
