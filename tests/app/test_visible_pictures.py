"""The pictures of the film strip that answer a question: rows, neighbours, and what a view is told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.models.pictures import Picture, PicturesModel
from app.models.visible_pictures import VisiblePictures

NAMES = "abcdef"


@pytest.fixture
def shown(qapp: QCoreApplication) -> VisiblePictures:
    pictures = PicturesModel()
    pictures.add(Picture(name) for name in NAMES)
    return VisiblePictures(pictures)


def names(shown: VisiblePictures) -> str:
    return "".join(str(shown.index(row).data()) for row in range(shown.rowCount()))


def test_those_that_answer_are_shown_in_the_order_of_opening_and_all_again(shown: VisiblePictures) -> None:
    told: list[str] = []
    shown.thinned.connect(lambda: told.append(names(shown)))
    assert shown.shows_all and (names(shown), shown.row_of("c"), shown.row_of("x")) == (NAMES, 2, -1)
    shown.show_only({"e", "b", "x"})
    assert not shown.shows_all and [shown.row_of(name) for name in "aebx"] == [-1, 1, 0, -1]
    assert shown.sources(0, 2) == ["b", "e"] and shown.sources(1, 9) == ["e"]
    shown.show_only({"b", "e"})
    shown.show_only(None)
    shown.show_only(None)
    assert told == ["be", NAMES] and shown.sources(4, 6) == ["e", "f"]


@pytest.mark.parametrize(
    ("source", "by", "neighbour"),
    [
        ("b", 1, "d"), ("d", -1, "b"), ("b", -1, None), ("e", 1, None), ("b", 2, "e"), ("e", -2, "b"),
        ("c", 1, "d"), ("c", -1, "b"), ("a", 1, "b"), ("a", -1, None), ("f", 1, None), ("f", -1, "e"),
        ("c", -2, None), ("a", 2, "d"),
    ],
)  # fmt: skip
def test_neighbours_are_those_that_are_shown(
    shown: VisiblePictures, source: str, by: int, neighbour: str | None
) -> None:
    shown.show_only({"b", "d", "e"})
    assert shown.neighbour(source, by) == neighbour


def test_without_a_question_the_neighbours_are_all_pictures(shown: VisiblePictures) -> None:
    assert [shown.neighbour("b", by) for by in (-2, -1, 1, 4, 5)] == [None, "a", "c", "f", None]


@pytest.mark.parametrize("asked", [None, {"b", "d", "e"}])
def test_a_view_is_told_of_pictures_that_come_change_and_go(shown: VisiblePictures, asked: set[str] | None) -> None:
    tester = QAbstractItemModelTester(shown, QAbstractItemModelTester.FailureReportingMode.Warning)
    shown.show_only(asked)
    told: list[object] = []
    shown.rowsInserted.connect(lambda _parent, first, last: told.append(("came", first, last)))
    shown.rowsRemoved.connect(lambda _parent, first, last: told.append(("went", first, last)))
    shown.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    shown.all.add([Picture("x"), Picture("y")])
    shown.all.set_reviewed("d", True)
    shown.all.remove(["a", "d"])
    if asked is None:
        assert told == [("came", 6, 7), (3, 3), ("went", 3, 3), ("went", 0, 0)] and names(shown) == "bcefxy"
    else:
        assert told == [(0, 2), ("went", 1, 1)] and names(shown) == "be"
        assert shown.neighbour("b", 1) == "e" and shown.row_of("e") == 1 and shown.row_of("d") == -1
    assert tester.model() is shown and shown.rowCount(shown.index(0)) == 0
    shown.all.clear()
    assert shown.rowCount() == 0 and shown.shows_all


def test_a_question_that_nothing_answers_shows_nothing_and_data_come_from_the_right_picture(
    shown: VisiblePictures,
) -> None:
    shown.show_only(set())
    assert shown.rowCount() == 0 and shown.neighbour("b", 1) is None and not shown.shows_all
    shown.all.set_reviewed("a", True)
    shown.show_only({"f"})
    assert shown.index(0).data(Qt.ItemDataRole.ToolTipRole) == "f\nnot searched"
