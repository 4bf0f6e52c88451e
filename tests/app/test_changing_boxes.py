"""Boxes are moved, resized and deleted; what was found first stays in the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.models.face_columns import Column
from app.models.face_entry import DRAWN, FaceEntry, describe
from app.views.box_grips import WHOLE, Grip, change
from app.views.face_boxes import FaceBoxes
from tests.app.conftest import BOXES, FakeFinder
from tinyface_core.project.store import Project
from tinyface_core.types import Box, Verdict

MakePhoto = Callable[..., Path]


@pytest.fixture
def chosen(qtbot: QtBot, window: MainWindow, photo: MakePhoto) -> int:
    """Key of a face that is selected, its box being changed."""
    window.session.opened.open_paths([photo()])
    qtbot.waitUntil(lambda: len(window.session.selection.faces()) == 3)
    entry = next(entry for entry in window.session.selection.faces() if entry.face.box == BOXES[2])
    window.session.selection.select(entry.key)
    qtbot.keyClick(window.canvas, Qt.Key.Key_E)
    window.canvas.view._flight.stop()
    window.canvas.view.zoom_at(QPointF(window.canvas.rect().center()), 2.0)
    return entry.key


def entry_of(window: MainWindow, key: int) -> FaceEntry:
    entry = window.session.faces.entry(key)
    assert entry is not None
    return entry


def drag(qtbot: QtBot, window: MainWindow, start: tuple[float, float], by: tuple[float, float]) -> None:
    canvas = window.canvas
    begin = canvas.view.from_picture(QPointF(*start)).toPoint()
    end = canvas.view.from_picture(QPointF(start[0] + by[0], start[1] + by[1])).toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=begin)
    qtbot.mouseMove(canvas, (begin + end) / 2)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


@pytest.mark.parametrize(
    ("grip", "by", "wanted"),
    [
        (WHOLE, (5, -3), (15, 17, 35, 47)),
        (WHOLE, (-50, 500), (0, 70, 20, 100)),
        (Grip(1, 1), (4, 6), (10, 20, 34, 56)),
        (Grip(-1, 0), (-4, 99), (6, 20, 30, 50)),
        (Grip(0, -1), (99, 100), (10, 48, 30, 50)),
        (Grip(1, 0), (-100, 0), (10, 20, 12, 50)),
    ],
)
def test_a_pulled_grip_changes_its_edges_alone_and_stays_in_the_picture(
    grip: Grip, by: tuple[float, float], wanted: Box
) -> None:
    assert change((10, 20, 30, 50), grip, *by, width=100, height=100) == wanted


def test_a_box_is_resized_at_a_corner_and_moved_by_its_inside(qtbot: QtBot, window: MainWindow, chosen: int) -> None:
    drag(qtbot, window, (90, 120), (10, -5))
    assert entry_of(window, chosen).face.box == pytest.approx((60, 90, 100, 115), abs=0.6)
    drag(qtbot, window, (78, 101), (-20, -10))
    assert entry_of(window, chosen).face.box == pytest.approx((40, 80, 80, 105), abs=0.6)
    assert entry_of(window, chosen).found == BOXES[2]
    assert window.session.selection.key == chosen
    # The list shows what is in the box now, and after undo what was.
    index = window.session.faces.index(window.session.faces.row_of(chosen) or 0, 0)
    now = index.data(Qt.ItemDataRole.DecorationRole)
    window.session.commands.stack.undo()
    assert now.size() != index.data(Qt.ItemDataRole.DecorationRole).size()


def test_arrow_keys_nudge_and_all_of_it_is_undone_at_once(qtbot: QtBot, window: MainWindow, chosen: int) -> None:
    assert window.canvas.hasFocus() or not window.isActiveWindow()
    for key, modifier in (
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier),
    ):
        qtbot.keyClick(window.canvas, key, modifier)
    assert entry_of(window, chosen).face.box == (59, 80, 88, 110)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (entry_of(window, chosen).face.box, entry_of(window, chosen).found) == (BOXES[2], None)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not window.actions_.change_box.isChecked() and window.session.selection.key == chosen


def test_a_changed_box_outlives_a_new_search_and_a_restart_with_the_first_one(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, chosen: int, tmp_path: Path
) -> None:
    window.canvas.box_changed.emit(chosen, (62.0, 92.0, 88.0, 118.0))
    window.actions_.find.trigger()
    qtbot.waitUntil(lambda: len(finder.searched) == 2 and window.session.faces.entry(chosen) is None)
    window.project.save_as(tmp_path / "case.tinyface")
    qtbot.waitUntil(lambda: window.project.is_named and window.project.is_saved)
    with Project.open(tmp_path / "case.tinyface") as project:
        faces = [face for face in project.faces(project.pictures()[0].source) if face.found]
    assert [(face.face.box, face.found) for face in faces] == [((62.0, 92.0, 88.0, 118.0), BOXES[2])]


@pytest.mark.parametrize("key", [Qt.Key.Key_N, Qt.Key.Key_Delete])
def test_a_drawn_box_that_is_no_face_is_deleted_and_comes_back_by_undo(
    qtbot: QtBot, window: MainWindow, chosen: int, key: Qt.Key
) -> None:
    faces = window.session.faces
    window.canvas.face_drawn.emit((100.0, 60.0, 120.0, 84.0))
    drawn = window.session.selection.key
    assert entry_of(window, drawn).drawn
    qtbot.keyClick(window.canvas, key)
    assert faces.entry(drawn) is None and len(faces.entries()) == 3
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert entry_of(window, drawn).verdict == Verdict.CONFIRMED
    qtbot.waitUntil(lambda: window.project.is_saved)
    with Project.open(window.project.path) as project:
        assert len(project.faces(entry_of(window, drawn).source)) == 4


def test_a_drawn_face_has_one_sign_everywhere_in_place_of_a_score(window: MainWindow, chosen: int) -> None:
    window.canvas.face_drawn.emit((100.0, 60.0, 120.0, 84.0))
    key, visible = window.session.selection.key, window.session.visible
    row = window.session.visible.index_of(key).row()
    boxes = FaceBoxes([entry_of(window, key)])
    assert visible.index(row, Column.SCORE).data() == DRAWN
    assert boxes.label(0) == f"✓ {DRAWN}" and boxes.label(0, long=True).startswith(f"✓ {DRAWN} · ")
    assert "that you drew" in describe(entry_of(window, key)) and "score" not in describe(entry_of(window, key))
    window.review.page.show_face(entry_of(window, key), QImage())
    assert window.review.page.crop._crop.title == f"24 px · {DRAWN}"


def test_a_found_and_a_drawn_face_are_refused_in_one_step(qtbot: QtBot, window: MainWindow, chosen: int) -> None:
    faces = window.session.faces
    window.canvas.face_drawn.emit((100.0, 60.0, 120.0, 84.0))
    drawn = window.session.selection.key
    window.session.commands.set_verdicts([chosen, drawn], Verdict.NOT_A_FACE)
    assert entry_of(window, chosen).verdict == Verdict.NOT_A_FACE and faces.entry(drawn) is None
    window.session.commands.stack.undo()
    assert entry_of(window, chosen).verdict == Verdict.UNDECIDED and faces.entry(drawn) is not None


def test_delete_still_closes_a_picture_in_the_film_strip(
    qtbot: QtBot, window: MainWindow, chosen: int, photo: MakePhoto
) -> None:
    window.session.opened.open_paths([photo("second.png")])
    qtbot.waitUntil(lambda: window.session.pictures.rowCount() == 2)
    window.session.shown.show(window.session.pictures.pictures()[1].source)
    qtbot.keyClick(window.film_strip, Qt.Key.Key_Delete)
    assert [picture.name for picture in window.session.pictures.pictures()] == ["photo.png"]
