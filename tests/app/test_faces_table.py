"""What a view reads off the model of faces: texts, roles, headers, changes that are told, and steps of undo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QModelIndex, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QAbstractItemModelTester

from app.models.face_columns import Column
from app.models.face_commands import FaceCommands
from app.models.faces import CROPS_ROLE, ENTRY_ROLE, GROUP_ROLE, KEY_ROLE, FacesModel
from app.models.visible_faces import FaceFilter, VisibleFaces
from tinyface_core.project.records import ProjectFace
from tinyface_core.types import LEFT_OUT, Detections, Face, FindResult, Verdict

Role, Flag = Qt.ItemDataRole, Qt.ItemFlag
WALK = "/videos/walk.mp4"


def seen(source: str, *faces: Face, index: int | None = None, seconds: float | None = None) -> FindResult:
    return FindResult(source, 400, 300, Detections.of_faces(faces), 9, 0, index=index, seconds=seconds)


def face(size: float, score: float, probability: float | None = None, track: int = -1) -> Face:
    return Face((0.0, 0.0, size, size / 2), score, score, probability, track=track)


def image(shade: int) -> QImage:
    made = QImage(4, 4, QImage.Format.Format_RGB32)
    made.fill(QColor(shade, shade, shade))
    return made


@pytest.fixture
def faces(qapp: QCoreApplication) -> FacesModel:
    """Two faces of a photo (keys 1 and 2), and a person in frames 0, 10 and 20 of a video (3 to 5)."""
    model = FacesModel()
    model.add_result(seen("/photos/a.jpg", face(12.4, 0.904, 0.456), face(30, 0.5)))
    for index, (size, score) in enumerate([(10, 0.4), (26, 0.6), (14, 0.8)]):
        model.add_result(seen(WALK, face(size, score, track=3), index=10 * index, seconds=index / 2), sharpness=[0.5])
    return model


@pytest.fixture
def commands(faces: FacesModel) -> FaceCommands:
    return FaceCommands(faces)


class Told:
    """What the model told of changed cells: rows, columns."""

    def __init__(self, model: FacesModel) -> None:
        self.spans: list[tuple[int, int, int, int]] = []
        model.dataChanged.connect(self._note)

    def _note(self, first: QModelIndex, last: QModelIndex) -> None:
        self.spans.append((first.row(), last.row(), first.column(), last.column()))


def texts(model: FacesModel, row: int) -> list[str]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_columns_stand_in_their_order_with_titles_and_what_they_mean(faces: FacesModel) -> None:
    header = [faces.headerData(column, Qt.Orientation.Horizontal) for column in range(faces.columnCount())]
    assert header == [
        "Face", "Verdict", "Score", "P(face)", "Size", "Picture", "Time", "Frames", "Group", "Alike", "Note",
    ]  # fmt: skip
    assert "own pixels" in faces.headerData(0, Qt.Orientation.Horizontal, Role.ToolTipRole)
    assert faces.headerData(0, Qt.Orientation.Horizontal, Role.DecorationRole) is None
    assert [faces.headerData(row, Qt.Orientation.Vertical) for row in (0, 4)] == [1, 5]
    assert faces.headerData(0, Qt.Orientation.Vertical, Role.ToolTipRole) is None
    visible = VisibleFaces(faces)
    assert visible.columnCount() == 11 and visible.headerData(2, Qt.Orientation.Horizontal) == "Score"


def test_each_column_says_of_a_face_and_of_a_track_what_it_is_for(faces: FacesModel, commands: FaceCommands) -> None:
    commands.set_verdicts([1], Verdict.CONFIRMED)
    commands.set_note(3, "the mayor")
    faces.set_groups({faces.entries()[0].id: 7})
    assert texts(faces, 0) == ["", "Confirmed", "0.90", "0.46", "12", "a.jpg", "", "", "7", "", ""]
    assert texts(faces, 1)[2:5] == ["0.50", "", "30"]
    assert texts(faces, 2) == ["", "", "0.80", "", "26", "walk.mp4", "0:00.00 – 0:01.00", "3", "", "", "the mayor"]


def test_roles_give_key_entry_group_and_sentence(faces: FacesModel, commands: FaceCommands) -> None:
    first = faces.index(0, Column.SCORE)
    faces.set_groups({faces.entries()[0].id: 7})
    assert [first.data(role) for role in (KEY_ROLE, ENTRY_ROLE, GROUP_ROLE)] == [1, faces.entries()[0], 7]
    assert first.data(Role.ToolTipRole) == "Face of 12 pixels in a.jpg, score 0.90, undecided"
    assert "One face in 3 frames of walk.mp4" in faces.index(2, 0).data(Role.AccessibleTextRole)
    assert len({KEY_ROLE, ENTRY_ROLE, GROUP_ROLE, CROPS_ROLE}) == 4 and first.data(Role.WhatsThisRole) is None
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    aligned = {column for column in Column if faces.index(0, column).data(Role.TextAlignmentRole) == right}
    assert aligned == set(Column) - {Column.FACE, Column.VERDICT, Column.PICTURE, Column.NOTE}
    commands.set_verdicts([1], Verdict.CONFIRMED)
    with_icon = [
        (row, column) for row in (0, 1) for column in Column
        if column != Column.FACE and faces.index(row, column).data(Role.DecorationRole) is not None
    ]  # fmt: skip
    assert with_icon == [(0, Column.VERDICT)]
    assert faces.data(QModelIndex()) is None and faces.flags(QModelIndex()) == Flag.NoItemFlags


def test_only_notes_are_edited_in_place(faces: FacesModel, commands: FaceCommands) -> None:
    editable = [column for column in Column if faces.index(0, column).flags() & Flag.ItemIsEditable]
    assert editable == [Column.NOTE]
    assert faces.index(0, 0).flags() == Flag.ItemIsEnabled | Flag.ItemIsSelectable
    assert not faces.setData(faces.index(0, Column.SIZE), "x") and commands.stack.count() == 0
    assert not faces.setData(faces.index(0, Column.NOTE), "x", Role.DisplayRole)
    assert faces.setData(faces.index(0, Column.NOTE), "x") and faces.entries()[0].note == "x"


def test_a_row_shows_its_own_pixels_and_a_track_its_best_ones(faces: FacesModel) -> None:
    wanted: list[int] = []
    faces.thumbnail_wanted.connect(lambda entry: wanted.append(entry.key))
    assert faces.index(0, 0).data(Role.DecorationRole).isNull() and wanted == [1]
    summary = faces.entries()[2].summary
    assert summary is not None and [crop.key for crop in summary.crops] == [4, 5, 3]
    told = Told(faces)
    faces.set_thumbnails({1: image(10), 4: image(40), 5: image(50), 99: image(99)})
    assert told.spans == [(0, 2, 0, 0)], "the row of the track shows those of all its faces"
    assert set(faces.known_thumbnails(range(100))) == {1, 4, 5}
    best = faces.index(2, 0).data(Role.DecorationRole).pixelColor(0, 0).red()
    others = [crop.pixelColor(0, 0).red() for crop in faces.index(2, 0).data(CROPS_ROLE)]
    assert best == 40 and others == [50], "that of 3 is not there yet"
    assert faces.index(0, 0).data(CROPS_ROLE) == [] and wanted == [1, 3]


def test_what_a_verdict_on_many_faces_changes_is_found_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    faces, looked_at = FacesModel(), list[int]()
    commands, members = FaceCommands(faces), faces.tracks.members
    boxes = Detections.of([[n, 1.0, n + 8.0, 9.0] for n in range(2000)], [0.9] * 2000)
    keys = faces.add_result(FindResult("a.jpg", 3000, 99, boxes, 2000, 0))
    monkeypatch.setattr(faces.tracks, "members", lambda entry: looked_at.append(entry.key) or members(entry))
    commands.set_verdicts(keys, Verdict.CONFIRMED)
    assert len(looked_at) <= 502, "more would hold up the window"
    commands.stack.undo()
    faces.finish_changes()
    assert {entry.verdict for entry in faces.entries()} == {Verdict.UNDECIDED}
    commands.stack.redo()
    faces.finish_changes()
    assert {entry.verdict for entry in faces.entries()} == {Verdict.CONFIRMED}
    commands.set_verdicts(keys, Verdict.CONFIRMED)
    assert commands.stack.count() == 1, "nothing is changed by it"


def test_thumbnails_that_were_not_shown_for_long_are_dropped_and_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.models.faces._MOST_THUMBNAILS", 3)
    faces, wanted = FacesModel(), list[int]()
    faces.thumbnail_wanted.connect(lambda entry: wanted.append(entry.key))
    found = FindResult("a.jpg", 99, 99, Detections.of([[n, 1.0, n + 8.0, 9.0] for n in range(3)], [0.9] * 3), 3, 0)
    first = faces.add_result(found, [image(number) for number in range(3)])
    assert not faces.thumbnail(first[0]).isNull()
    (later,) = faces.add_result(replace(found, source="b.jpg", faces=found.faces.take(slice(1))), [image(9)])
    assert faces.known_thumbnails((*first, later)).keys() == {first[0], first[2], later} and not wanted
    assert faces.thumbnail(first[1]).isNull() and wanted == [first[1]]


def test_what_changes_is_told_with_all_of_its_cells(faces: FacesModel, commands: FaceCommands) -> None:
    told, last = Told(faces), len(Column) - 1
    keys: list[tuple[int, ...]] = []
    faces.verdicts_changed.connect(keys.append)
    commands.set_verdicts([1, 3], Verdict.UNSURE)
    assert told.spans[0] == (0, 4, 0, last) and keys == [(1, 3, 4, 5)], "said of the whole track"
    del told.spans[:]
    faces.set_groups({})
    assert told.spans == [], "as it was"
    faces.set_groups({faces.entries()[0].id: 1})
    faces.set_likeness({})
    assert told.spans == [(0, 4, Column.GROUP, Column.GROUP), (0, 4, Column.LIKENESS, Column.LIKENESS)]
    del told.spans[:]
    faces.add_result(seen(WALK, face(40, 0.9, track=3), index=30, seconds=1.5))
    assert told.spans == [(2, 2, 0, last)] and texts(faces, 2)[4:8] == ["40", "walk.mp4", "0:00.00 – 0:01.50", "4"]


def test_values_to_sort_by_follow_every_change(faces: FacesModel, commands: FaceCommands) -> None:
    def values(column: Column) -> list[object]:
        return list(faces.values(column).tolist())

    before = {column: values(column) for column in Column}
    assert before[Column.PROBABILITY] == [0.456, -1, -1, -1, -1] and before[Column.FRAMES] == [1, 1, 3, 0, 0]
    assert before[Column.TIME] == [-1, -1, 0, 0.5, 1] and before[Column.SIZE][2] == 26
    commands.set_verdicts([1], Verdict.CONFIRMED)
    commands.set_note(2, "a note that is longer than all before")
    commands.change_box(2, (0.0, 0.0, 77.0, 5.0), image(1))
    faces.add_result(seen("/photos/b.jpg", face(5, 0.0, 0.0)))
    commands.set_verdicts([6], Verdict.CONFIRMED)
    assert (
        values(Column.VERDICT) == [0, 2, 2, 2, 2, 0]
        and values(Column.NOTE)[1] == "a note that is longer than all before"
    )
    assert values(Column.SIZE)[1] == 77 and [values(column)[5] for column in (Column.SIZE, Column.SCORE)] == [5, 0]
    assert values(Column.PROBABILITY)[5] == 0 > values(Column.PROBABILITY)[1]
    faces.remove_picture("/photos/a.jpg")
    assert values(Column.SIZE) == [26, 26, 14, 5] and values(Column.FACE) == [3, 4, 5, 6]
    assert [faces.row_of(key) for key in (1, 3, 6)] == [None, 0, 3]


def test_verdicts_on_found_and_drawn_faces_are_one_step_and_refused_drawn_ones_are_deleted(
    faces: FacesModel, commands: FaceCommands, qtlog: Any
) -> None:
    drawn = commands.add_drawn_face("/photos/a.jpg", (1, 2, 30, 40), thumbnail=image(70))
    entry = faces.entry(drawn)
    assert entry is not None and entry.drawn and not entry.settled and entry.verdict == Verdict.CONFIRMED
    assert (entry.face.score, entry.face.detector_score, entry.face.track) == (1, 1, -1)
    taken: list[tuple[int, ...]] = []
    faces.taken.connect(lambda gone: taken.append(tuple(one.key for one in gone)))
    commands.set_verdicts([1, drawn], Verdict.NOT_A_FACE)
    assert commands.stack.count() == 2 and commands.stack.text(1) == "Not a face: 1 face"
    assert faces.entry(drawn) is None and faces.entries()[0].verdict == Verdict.NOT_A_FACE and taken == [(drawn,)]
    commands.stack.undo()
    assert faces.entry(drawn) == entry and faces.entries()[0].verdict == Verdict.UNDECIDED
    assert faces.thumbnail(drawn).pixelColor(0, 0).red() == 70
    commands.set_verdicts([drawn], Verdict.NOT_A_FACE)
    assert faces.entry(drawn) is None and commands.stack.count() == 2
    commands.set_verdicts([1], Verdict.UNDECIDED)
    assert commands.stack.count() == 2, "nothing changed"
    assert [record.message for record in qtlog.records] == []


def test_a_face_that_is_drawn_into_a_track_is_as_its_others_and_stays_when_refused(
    faces: FacesModel, commands: FaceCommands
) -> None:
    commands.set_verdicts([3], Verdict.UNSURE)
    commands.set_note(3, "walks by")
    first = faces.link({4: (0, Verdict.UNDECIDED, ""), 5: (0, Verdict.CONFIRMED, "other")})
    assert first is None
    moved = [faces.entry(key) for key in (4, 5)]
    assert [(one.face.track, one.verdict, one.note, one.settled) for one in moved if one] == [
        (0, Verdict.UNSURE, "walks by", False)
    ] * 2
    key = commands.add_drawn_face(WALK, (5, 5, 9, 9), 15, 0.75, lead=moved[0])
    drawn = faces.entry(key)
    assert drawn is not None and (drawn.verdict, drawn.note, drawn.settled) == (Verdict.UNSURE, "walks by", True)
    assert drawn.face.track == 0 and faces.lead(drawn).key == 4
    commands.set_verdicts([key], Verdict.NOT_A_FACE)
    assert [one.verdict for one in faces.entries_of(WALK, 15)] == [Verdict.NOT_A_FACE]
    faces.link({key: (9, Verdict.UNDECIDED, "")})
    assert faces.entry(key).face.track == 0, "what the analyst settled stays"  # type: ignore[union-attr]
    commands.set_tracks({3: 5, 99: 5}, "Split")
    split = faces.entry(3)
    assert split is not None and split.settled and split.face.track == 5 and commands.stack.undoText() == "Split"
    count = commands.stack.count()
    commands.set_tracks({99: 5}, "Split")
    assert commands.stack.count() == count


def test_a_box_or_note_that_stays_makes_no_step_of_undo(faces: FacesModel, commands: FaceCommands) -> None:
    commands.change_box(1, faces.entries()[0].face.box, image(1))
    commands.set_note(1, "")
    commands.change_box(99, (0, 0, 1, 1), image(1))
    commands.set_note(99, "nobody")
    assert commands.stack.count() == 0
    commands.change_box(1, (0, 0, 9, 9), image(33))
    assert faces.thumbnail(1).pixelColor(0, 0).red() == 33
    commands.stack.undo()
    assert faces.entries()[0].face.size == 12.4 and faces.thumbnail(1).isNull()


def test_faces_of_a_project_come_once_and_those_that_others_wrote_are_followed(faces: FacesModel) -> None:
    written: list[tuple[int, ...]] = []
    faces.written.connect(lambda entries: written.append(tuple(entry.key for entry in entries)))
    known = faces.entries()[0]
    new = ProjectFace(known.source, face(8, 0.7), verdict=Verdict.CONFIRMED)
    faces.add_saved([replace(new, id=known.id), new])
    assert [entry.face.size for entry in faces.entries_of(known.source)] == [12.4, 30, 8] and written == []
    assert faces.key_of(known.source, None, new.id) == faces.entries()[-1].key
    assert faces.key_of(known.source, None, -5) is None
    faces.follow([replace(known, note="theirs")], [], [2])
    assert [entry.note for entry in faces.entries_of(known.source)] == ["theirs", ""] and written == []
    faces.add_found([ProjectFace("/photos/c.jpg", face(9, 0.2))])
    assert written == [(faces.entries()[-1].key,)]
    faces.clear()
    assert faces.rowCount() == 0 and not faces.known_thumbnails(range(50))


def test_qt_finds_no_fault_with_the_table(faces: FacesModel, commands: FaceCommands, qtlog: Any) -> None:
    told_as = QAbstractItemModelTester.FailureReportingMode.Warning
    models = (faces, VisibleFaces(faces))
    testers = [QAbstractItemModelTester(model, told_as) for model in models]
    faces.add_result(seen("/photos/b.jpg", face(5, 0.1), face(6, 0.2)))
    commands.set_verdicts([2], Verdict.CONFIRMED)
    for model, tester in zip(models, testers, strict=True):
        assert model.rowCount(model.index(0, 0)) == model.columnCount(model.index(0, 0)) == 0
        assert tester.model() is model
    faces.remove_picture("/photos/a.jpg")
    assert [record.message for record in qtlog.records] == []


def test_a_filter_takes_its_bounds_in(faces: FacesModel, commands: FaceCommands) -> None:
    visible = VisibleFaces(faces)

    def shown(wanted: FaceFilter) -> list[int]:
        visible.set_filter(wanted)
        keys = [entry.key for entry in visible.entries()]
        assert keys == [entry.key for entry in faces.entries() if visible.filter.accepts(entry)]
        return keys

    assert shown(FaceFilter(lowest_score=0.5)) == [1, 2, 3]
    assert shown(FaceFilter(highest_score=0.5)) == [2]
    assert shown(FaceFilter(smallest=26)) == [2, 3] and shown(FaceFilter(largest=26)) == [1, 3]
    assert shown(FaceFilter(0.501)) == [1, 3] and shown(FaceFilter(smallest=26.5)) == [2]
    drawn = commands.add_drawn_face("/photos/a.jpg", (1, 2, 30, 40))
    faces.add_result(seen("/photos/sure.jpg", face(20, 1.0)))
    assert shown(FaceFilter(highest_score=0.5)) == [2, drawn]
    assert shown(FaceFilter(highest_score=1.0, source="/photos/sure.jpg")) == [drawn + 1]
    faces.add_result(seen(WALK, face(12, 0.9, track=LEFT_OUT), index=40, seconds=2.0))
    assert shown(FaceFilter(source=WALK)) == [3], "a track has one row, what linking left out has none"


def test_changed_cells_are_passed_on_where_they_are_shown(faces: FacesModel, commands: FaceCommands) -> None:
    visible = VisibleFaces(faces)
    visible.sort(Column.SIZE)
    assert [entry.key for entry in visible.entries()] == [1, 3, 2]
    spans: list[tuple[int, int, int, int]] = []
    visible.dataChanged.connect(lambda a, b: spans.append((a.row(), b.row(), a.column(), b.column())))
    commands.set_verdicts([2], Verdict.CONFIRMED)
    commands.set_note(1, "first")
    commands.set_verdicts([1, 2], Verdict.UNSURE)
    assert spans == [(2, 2, 0, 10), (0, 0, 0, 10), (0, 2, 0, 10)]
    visible.set_filter(FaceFilter(source=WALK))
    del spans[:]
    commands.set_verdicts([1], Verdict.CONFIRMED)
    assert spans == [] and visible.mapFromSource(faces.index(0, 0)) == QModelIndex()
    assert visible.index_of(3, Column.NOTE) == visible.index(0, Column.NOTE) and not visible.index_of(1).isValid()
    assert visible.index_of(3).column() == 0 and visible.keys([0, 1, 7]) == [3]
    for row, column in ((-1, 0), (1, 0), (0, -1), (0, 11)):
        assert not visible.index(row, column).isValid()
    assert not visible.mapToSource(QModelIndex()).isValid() and not visible.mapFromSource(QModelIndex()).isValid()


def test_faces_that_come_are_sorted_in_and_not_there_before_the_list_has_them(qapp: QCoreApplication) -> None:
    faces, early = FacesModel(), list[bool]()
    faces.rowsInserted.connect(lambda *_: early.append(visible.index_of(faces.entries()[-1].key).isValid()))
    visible = VisibleFaces(faces)
    visible.sort(Column.SIZE)
    for size in (20, 30, 10):
        faces.add_result(seen(f"/photos/{size}.jpg", face(size, 0.5)))
    assert [entry.size for entry in visible.entries()] == [10, 20, 30] and visible.unsorted == 0
    assert early == [False] * 3


def test_a_large_change_of_the_filter_begins_anew_and_a_small_one_does_not(qapp: QCoreApplication) -> None:
    faces = FacesModel()
    visible = VisibleFaces(faces)
    scores = np.tile([0.9, 0.1], 40)
    faces.add_result(seen("/photos/many.jpg", *(face(10, float(score)) for score in scores)))
    resets: list[None] = []
    visible.modelReset.connect(lambda: resets.append(None))
    visible.set_filter(FaceFilter(0.05))
    visible.set_filter(FaceFilter(0.95))
    visible.set_filter(FaceFilter())
    assert resets == [] and visible.rowCount() == 80
    visible.set_filter(FaceFilter(0.5))
    assert len(resets) == 0 and visible.rowCount() == 40
