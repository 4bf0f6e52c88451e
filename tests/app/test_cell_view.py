"""The view of equal cells that film strip and gallery are made of."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QItemSelection, QPoint, QPointF, QRect, QSize, QStringListModel, Qt
from PySide6.QtGui import QCursor, QHoverEvent
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate
from pytestqt.qtbot import QtBot

from app.views.cell_view import CellView


class Asked(QStyledItemDelegate):
    """Notes which rows are painted."""

    def __init__(self, parent: CellView) -> None:
        super().__init__(parent)
        self.rows: set[int] = set()
        self.hovered: set[int] = set()

    def paint(self, painter, option, index) -> None:  # type: ignore[no-untyped-def]
        self.rows.add(index.row())
        if option.state & QStyle.StateFlag.State_MouseOver:
            self.hovered.add(index.row())


def make(qtbot: QtBot, count: int, one_line: bool = False) -> tuple[CellView, Asked, QStringListModel]:
    view = CellView(QSize(50, 40), one_line)
    view.setSelectionMode(CellView.SelectionMode.ExtendedSelection)
    model = QStringListModel([str(number) for number in range(count)], view)
    view.setModel(model)
    delegate = Asked(view)
    view.setItemDelegate(delegate)
    qtbot.addWidget(view)
    view.resize(230, 140)
    with qtbot.waitExposed(view):
        view.show()
    return view, delegate, model


def chosen(view: CellView) -> list[int]:
    return sorted(index.row() for index in view.selectedIndexes())


def test_only_cells_in_sight_are_painted(qtbot: QtBot) -> None:
    view, delegate, _ = make(qtbot, 100_000)
    view.grab()
    assert view.columns == 4
    assert delegate.rows == set(range(16))
    delegate.rows.clear()
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    view.grab()
    assert max(delegate.rows) == 99_999
    assert len(delegate.rows) <= 20


def test_the_cell_under_the_mouse_is_painted_so_without_asking_the_display(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, delegate, _ = make(qtbot, 30)
    asked: list[object] = []
    monkeypatch.setattr(QCursor, "pos", lambda *_: asked.append(1) or QPoint(0, 0))

    def move(kind: QEvent.Type, to: QPointF) -> set[int]:
        QApplication.sendEvent(view.viewport(), QHoverEvent(kind, to, to, to))
        delegate.hovered.clear()
        view.grab()
        return set(delegate.hovered)

    assert move(QEvent.Type.HoverEnter, QPointF(10, 10)) == {0}
    assert move(QEvent.Type.HoverMove, QPointF(60, 50)) == {5}
    view.verticalScrollBar().setValue(40)
    assert move(QEvent.Type.HoverMove, QPointF(60, 50)) == {9}
    assert move(QEvent.Type.HoverLeave, QPointF(-1, -1)) == set() and not asked


def test_what_changes_of_a_selection_is_looked_for_in_it_alone(qtbot: QtBot) -> None:
    view, _, model = make(qtbot, 100_000)
    last = model.index(99_999)
    everything = QItemSelection(model.index(0), last)
    assert view.visualRegionForSelection(QItemSelection()).isEmpty()
    assert view.visualRegionForSelection(QItemSelection(last, last)).isEmpty()
    assert view.visualRegionForSelection(everything).boundingRect() == QRect(0, 0, 200, 160)
    assert view.visualRegionForSelection(QItemSelection(model.index(5), model.index(6))).rectCount() == 1


def test_arrow_keys_walk_in_lines_and_columns(qtbot: QtBot) -> None:
    view, _, model = make(qtbot, 30)
    view.setCurrentIndex(model.index(5))
    for key, row in (
        (Qt.Key.Key_Right, 6),
        (Qt.Key.Key_Down, 10),
        (Qt.Key.Key_Left, 9),
        (Qt.Key.Key_Up, 5),
        (Qt.Key.Key_End, 29),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(view, key)
        assert view.currentIndex().row() == row
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_shift_selects_as_one_reads_and_control_adds(qtbot: QtBot) -> None:
    view, _, model = make(qtbot, 30)

    def click(row: int, modifier: Qt.KeyboardModifier) -> None:
        qtbot.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, modifier, view.visualRect(model.index(row)).center()
        )

    click(2, Qt.KeyboardModifier.NoModifier)
    click(5, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(view) == [2, 3, 4, 5]
    click(8, Qt.KeyboardModifier.ControlModifier)
    assert chosen(view) == [2, 3, 4, 5, 8]
    click(3, Qt.KeyboardModifier.ControlModifier)
    assert chosen(view) == [2, 4, 5, 8]


def test_a_click_beside_the_cells_selects_nothing(qtbot: QtBot) -> None:
    view, _, model = make(qtbot, 3)
    view.setCurrentIndex(model.index(1))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.viewport().rect().bottomRight())
    assert chosen(view) == []


def test_the_scroll_bar_follows_rows_that_come_and_go(qtbot: QtBot) -> None:
    view, _, model = make(qtbot, 3, one_line=True)
    assert view.horizontalScrollBar().maximum() == 0
    model.setStringList([str(number) for number in range(100)])
    qtbot.waitUntil(lambda: view.horizontalScrollBar().maximum() == 100 * 50 - view.viewport().width())
    model.removeRows(10, 90)
    qtbot.waitUntil(lambda: view.horizontalScrollBar().maximum() == 10 * 50 - view.viewport().width())


def test_a_painter_that_something_still_holds_paints_no_more(qtbot: QtBot, qtlog: Any) -> None:
    view, delegate, _ = make(qtbot, 4)
    held: list[object] = []  # as the traceback of a failure holds it
    delegate.paint = lambda painter, *_: held.append(painter)  # type: ignore[method-assign]
    view.viewport().repaint()
    assert held and not [record.message for record in qtlog.records if "active painter" in record.message]


def test_new_cells_out_of_sight_paint_nothing_and_can_be_scrolled_to(qtbot: QtBot) -> None:
    view, delegate, model = make(qtbot, 100)
    qtbot.wait(20)
    delegate.rows.clear()
    before = view.verticalScrollBar().maximum()
    model.insertRows(100, 100)
    qtbot.wait(20)
    assert not delegate.rows and view.verticalScrollBar().maximum() > before
    model.insertRows(0, 1)
    qtbot.waitUntil(lambda: 0 in delegate.rows)
