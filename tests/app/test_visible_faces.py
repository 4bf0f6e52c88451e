"""What the list shows of many faces that come, change and go, against a plain list that is filtered and sorted anew."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from app.models.face_columns import Column
from app.models.face_commands import FaceCommands
from app.models.face_entry import FaceEntry
from app.models.faces import KEY_ROLE, FacesModel
from app.models.visible_faces import FaceFilter, VisibleFaces
from tinyface_core.types import LEFT_OUT, Detections, Face, FindResult, Verdict

SOURCES = ("b.jpg", "a.jpg", "walk.mp4")
DOWN, UP = Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder
ORDER = [Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNDECIDED, Verdict.UNSURE]

SORTED_BY: dict[Column, Callable[[FaceEntry], Any]] = {
    Column.FACE: lambda entry: entry.key,
    Column.VERDICT: lambda entry: ORDER.index(entry.verdict),
    Column.SCORE: lambda entry: entry.face.score,
    Column.PROBABILITY: lambda entry: -1 if entry.face.face_probability is None else entry.face.face_probability,
    Column.SIZE: lambda entry: entry.face.size,
    Column.PICTURE: lambda entry: entry.source,
    Column.TIME: lambda entry: -1 if entry.seconds is None else entry.seconds,
    Column.NOTE: lambda entry: entry.note,
    Column.GROUP: lambda entry: entry.id % 4 or math.inf,
    Column.LIKENESS: lambda entry: -2 if entry.id % 3 else -entry.id,
}


def found(random: np.random.Generator, source: str, index: int | None = None) -> FindResult:
    """Ten faces, some of equal score or size, one of a video that linking took for a mistake."""
    faces = []
    for column in range(10):
        side, score = float(random.integers(5, 12)), round(float(random.random()), 1)
        probability = None if column % 3 else score / 2
        track = LEFT_OUT if index is not None and column == 9 else -1
        faces.append(Face((50.0 * column, 0, 50.0 * column + side, 4), score, score, probability, track=track))
    return FindResult(source, 600, 40, Detections.of_faces(faces), 10, 0, index=index, seconds=index and index / 25)


@pytest.fixture
def faces(qapp: QCoreApplication) -> FacesModel:
    random, model = np.random.default_rng(3), FacesModel()
    commands = FaceCommands(model)
    for source, index in itertools.product(SOURCES[:2], (None,)):
        model.add_result(found(random, source, index))
    for index in (0, 30, 10):
        model.add_result(found(random, SOURCES[2], index))
    for number in range(4):
        commands.add_drawn_face("a.jpg", (10.0 * number, 20, 10.0 * number + 7, 30))
    keys = [entry.key for entry in model.entries()]
    for keep, verdict in ((3, Verdict.UNSURE), (4, Verdict.CONFIRMED)):
        commands.set_verdicts(keys[::keep], verdict)
    commands.set_verdicts(keys[1:30:5], Verdict.NOT_A_FACE)
    for key in keys[::6]:
        commands.set_note(key, f"note {key % 4}")
    return model


@pytest.fixture
def commands(faces: FacesModel) -> FaceCommands:
    return FaceCommands(faces)


def wanted_of(faces: FacesModel) -> list[FaceFilter]:
    ids = frozenset(entry.id for entry in faces.entries()[::2])
    return [
        FaceFilter(),
        FaceFilter(0.2, 0.7, 6, 10),
        FaceFilter(highest_score=0.5),
        FaceFilter(verdicts=frozenset({Verdict.UNSURE, Verdict.CONFIRMED})),
        FaceFilter(0.4, verdicts=frozenset({Verdict.UNDECIDED}), source="walk.mp4"),
        FaceFilter(source="a.jpg", ids=ids),
        FaceFilter(0.5, 0.9, largest=9, ids=ids),
        FaceFilter(ids=frozenset()),
    ]


def passes(wanted: FaceFilter, entry: FaceEntry) -> bool:
    in_range = wanted.lowest_score <= entry.face.score <= wanted.highest_score
    return (
        entry.face.track != LEFT_OUT
        and (in_range or entry.drawn)
        and wanted.smallest <= entry.face.size <= wanted.largest
        and (wanted.verdicts is None or entry.verdict in wanted.verdicts)
        and wanted.source in (None, entry.source)
        and (wanted.ids is None or entry.id in wanted.ids)
    )


def test_each_filter_and_order_shows_what_a_plain_list_has(faces: FacesModel) -> None:
    visible, entries = VisibleFaces(faces), faces.entries()
    faces.set_groups({entry.id: entry.id % 4 for entry in entries if entry.id % 4})
    faces.set_likeness({entry.id: -entry.id for entry in entries if not entry.id % 3})
    for wanted in wanted_of(faces):
        visible.set_filter(wanted)
        assert all(visible.accepts(entry) == passes(wanted, entry) for entry in entries)
        for (column, value), way in itertools.product(SORTED_BY.items(), (UP, DOWN)):
            visible.sort(column, way)
            assert visible.order == (column, way == DOWN)
            expected = sorted((e for e in entries if passes(wanted, e)), key=value, reverse=way == DOWN)
            assert [entry.key for entry in visible.entries()] == [entry.key for entry in expected], (wanted, column)
        visible.sort(-1)
        assert visible.order == (None, False)
        assert visible.entries() == [entry for entry in entries if passes(wanted, entry)]
        counts = {source: len([e for e in entries if e.source == source]) for source in SOURCES}
        anywhere = replace(wanted, source=None)
        counts = {s: sum(passes(anywhere, e) for e in entries if e.source == s) for s in counts}
        assert {source: visible.counts()[source] for source in SOURCES} == counts


class Mirror:
    """What a view makes of the signals alone: keys row by row, and one row that it holds on to."""

    def __init__(self, visible: VisibleFaces) -> None:
        self.visible = visible
        self.keys = self._all()
        self.held: dict[int, QPersistentModelIndex] = {}
        self.resets = 0
        visible.rowsInserted.connect(self._insert)
        visible.rowsRemoved.connect(self._remove)
        visible.modelReset.connect(self._reset)
        visible.layoutChanged.connect(lambda *_: setattr(self, "keys", self._all()))

    def hold(self) -> None:
        rows = range(0, self.visible.rowCount(), 3)
        self.held = {self.keys[row]: QPersistentModelIndex(self.visible.index(row, Column.NOTE)) for row in rows}

    def check(self) -> None:
        assert self.keys == [entry.key for entry in self.visible.entries()] == self._all()
        for key, index in self.held.items():
            assert (index.data(KEY_ROLE), index.column()) == (key, Column.NOTE)
        for row, key in enumerate(self.keys):
            assert self.visible.index_of(key, Column.SIZE) == self.visible.index(row, Column.SIZE)

    def _all(self) -> list[int]:
        return [self.visible.index(row, 0).data(KEY_ROLE) for row in range(self.visible.rowCount())]

    def _insert(self, _parent: QModelIndex, first: int, last: int) -> None:
        self.keys[first:first] = [self.visible.index(row, 0).data(KEY_ROLE) for row in range(first, last + 1)]

    def _remove(self, _parent: QModelIndex, first: int, last: int) -> None:
        for key in self.keys[first : last + 1]:
            self.held.pop(key, None)
        del self.keys[first : last + 1]

    def _reset(self) -> None:
        self.keys, self.held = self._all(), {}
        self.resets += 1


def test_by_picture_faces_stand_in_the_order_of_the_film_strip(qapp: QCoreApplication) -> None:
    model, random = FacesModel(), np.random.default_rng(1)
    names = ["IMG_1.jpg", "img_2.jpg", "IMG_10.jpg", "img_20.jpg"]
    for place in (3, 0, 2, 1):
        model.add_result(found(random, names[place]))
    visible = VisibleFaces(model)
    visible.sort(Column.PICTURE, UP)
    assert [source for source, _faces in itertools.groupby(entry.source for entry in visible.entries())] == names
    visible.sort(Column.PICTURE, DOWN)
    assert [source for source, _faces in itertools.groupby(e.source for e in visible.entries())] == names[::-1]


@pytest.mark.parametrize("order", [(-1, UP), (Column.SCORE, DOWN), (Column.PICTURE, UP)])
def test_a_view_that_follows_the_signals_shows_what_there_is(
    faces: FacesModel, commands: FaceCommands, order: tuple[int, Qt.SortOrder]
) -> None:
    random, visible = np.random.default_rng(5), VisibleFaces(faces)
    visible.sort(*order)
    mirror = Mirror(visible)
    for wanted in random.permutation(np.array(wanted_of(faces) * 2, object)).tolist():
        mirror.hold()
        visible.set_filter(wanted)
        mirror.check()
        commands.set_verdicts(mirror.keys[::4], Verdict(random.choice(["face", "unsure", ""])))
        mirror.check()
        commands.stack.undo()
        mirror.check()
    if order[0] == -1:
        mirror.hold()
        faces.add_result(found(random, "new.jpg"))
        mirror.check()
    resets = mirror.resets
    visible.set_filter(FaceFilter())
    visible.set_filter(FaceFilter(0.9))
    assert mirror.resets == resets, "selections live on where a filter is moved"
    faces.remove_picture("walk.mp4")
    mirror.check()
    assert mirror.resets == resets + 1


def test_while_the_order_is_held_what_comes_stands_at_the_end_and_is_counted(faces: FacesModel) -> None:
    random, visible = np.random.default_rng(7), VisibleFaces(faces)
    visible.sort(Column.SCORE, DOWN)
    before = [entry.key for entry in visible.entries()]
    visible.hold_order(True)
    faces.add_result(found(random, "new.jpg"))
    new = [entry.key for entry in sorted(faces.entries_of("new.jpg"), key=lambda entry: -entry.face.score)]
    assert [entry.key for entry in visible.entries()] == [*before, *new] and visible.unsorted == 10
    faces.remove_picture("a.jpg")
    stayed = [key for key in before if faces.entry(key) is not None]
    assert [entry.key for entry in visible.entries()] == [*stayed, *new] and visible.unsorted == 10
    faces.remove_picture("new.jpg")
    assert visible.unsorted == 0 and [entry.key for entry in visible.entries()] == stayed
    faces.add_result(found(random, "new.jpg"))
    visible.hold_order(False)
    scores = [entry.face.score for entry in visible.entries()]
    assert scores == sorted(scores, reverse=True) and visible.unsorted == 0 and len(scores) == len(stayed) + 10


def test_late_faces_that_are_linked_are_no_rows_to_be_sorted_in(faces: FacesModel) -> None:
    visible = VisibleFaces(faces)
    visible.hold_order(True)
    faces.add_result(found(np.random.default_rng(7), "walk.mp4", 20))
    assert visible.unsorted == 9
    late = [entry for entry in faces.entries_of("walk.mp4", 20) if entry.face.track != LEFT_OUT]
    faces.link({entry.key: (1, Verdict.UNDECIDED, "") for entry in late[:5]})
    assert visible.unsorted == 5 and visible.rowCount() == len(visible.entries())


def test_the_first_faces_are_in_their_places_though_the_order_is_held() -> None:
    random, faces = np.random.default_rng(7), FacesModel()
    visible = VisibleFaces(faces)
    visible.sort(Column.SCORE, DOWN)
    visible.hold_order(True)
    faces.add_result(found(random, "first.jpg"))
    scores = [entry.face.score for entry in visible.entries()]
    assert len(scores) == 10 and scores == sorted(scores, reverse=True) and visible.unsorted == 0


def test_an_excerpt_lists_its_faces_in_its_order_and_asks_for_more_until_it_has_all(faces: FacesModel) -> None:
    visible, keys = VisibleFaces(faces), [entry.key for entry in faces.entries()]
    asked: list[None] = []
    orders: list[None] = []
    visible.more_wanted.connect(lambda: asked.append(None))
    visible.order_changed.connect(lambda: orders.append(None))
    assert not visible.canFetchMore() and visible.listed_of is None
    some = [keys[7], keys[2], 10_000, keys[5]]
    visible.show_excerpt(some, 5)
    assert [entry.key for entry in visible.entries()] == [keys[7], keys[2], keys[5]] and visible.canFetchMore()
    visible.fetchMore()
    visible.sort(Column.SIZE, DOWN)
    assert (len(asked), len(orders), visible.order) == (1, 1, (Column.SIZE, True))
    assert [entry.key for entry in visible.entries()] == [keys[7], keys[2], keys[5]], "whoever lists them sorts them"
    visible.show_excerpt(some, 4)
    assert not visible.canFetchMore()
    visible.show_excerpt(None, None)
    sizes = [entry.face.size for entry in visible.entries()]
    assert sizes == sorted(sizes, reverse=True) and len(sizes) == len([e for e in faces.entries() if e.frames])
    assert len(orders) == 1
