"""The model of all faces, its undo, and the proxy that filters and sorts it."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester

from app.models.face_columns import Column
from app.models.face_commands import FaceCommands
from app.models.faces import FacesModel
from app.models.images import cut_thumbnail, to_pixels
from app.models.visible_faces import FaceFilter, VisibleFaces
from app.style.figures import time_stamp
from tinyface_core.types import Detections, Face, FindResult, Verdict


def result(source: str, *sizes_and_scores: tuple[float, float]) -> FindResult:
    faces = tuple(
        Face((100.0 * i, 0, 100.0 * i + size, size), score, score) for i, (size, score) in enumerate(sizes_and_scores)
    )
    return FindResult(source, 4000, 400, Detections.of_faces(faces), len(faces), 0)


@pytest.fixture
def faces(qapp: QCoreApplication) -> FacesModel:
    model = FacesModel()
    model.add_result(result("a.jpg", (10, 0.9), (40, 0.5), (20, 0.7)))
    model.add_result(result("b.jpg", (80, 0.3)))
    return model


@pytest.fixture
def commands(faces: FacesModel) -> FaceCommands:
    return FaceCommands(faces)


def test_verdicts_are_one_step_of_undo_and_redo(faces: FacesModel, commands: FaceCommands) -> None:
    keys = [entry.key for entry in faces.entries()][:3]
    commands.set_verdicts(keys, Verdict.CONFIRMED)
    commands.set_verdicts(keys[:1], Verdict.UNSURE)
    commands.stack.undo()
    assert [entry.verdict for entry in faces.entries()] == [Verdict.CONFIRMED] * 3 + [Verdict.UNDECIDED]
    commands.stack.undo()
    assert all(entry.verdict == Verdict.UNDECIDED for entry in faces.entries())
    commands.stack.redo()
    assert faces.entries()[2].verdict == Verdict.CONFIRMED


@pytest.mark.parametrize("frames", [3, 600])
def test_undo_of_two_verdicts_on_one_track_gives_each_of_its_faces_its_own_back(
    qapp: QCoreApplication, frames: int
) -> None:
    faces = FacesModel()
    commands = FaceCommands(faces)
    for number in range(frames):
        faces.add_result(replace(result("clip.mp4", (10, 0.9)), index=number))
    keys = [entry.key for entry in faces.entries()]
    said = [list(Verdict)[number % 4] for number in range(frames)]
    faces.put([replace(entry, verdict=one) for entry, one in zip(faces.entries(), said, strict=True)])
    commands.set_tracks(dict.fromkeys(keys, 5), "One track")
    faces.finish_changes()
    before = [entry.verdict for entry in faces.entries()]
    commands.set_each({keys[0]: Verdict.CONFIRMED, keys[-1]: Verdict.UNSURE})
    for _ in range(2):
        faces.finish_changes()
        assert {entry.verdict for entry in faces.entries()} == {Verdict.UNSURE}
        commands.stack.undo()
        faces.finish_changes()
        assert [entry.verdict for entry in faces.entries()] == before
        commands.stack.redo()


def test_a_verdict_on_many_faces_is_whole_before_they_are_searched_anew_or_closed(qapp: QCoreApplication) -> None:
    faces = FacesModel()
    commands = FaceCommands(faces)
    found = [result(f"{number}.jpg", *[(10, 0.9)] * 100) for number in range(12)]
    for one in found:
        faces.add_result(one)
    keys, written = [entry.key for entry in faces.entries()], []
    faces.written.connect(lambda entries: written.extend(entry.key for entry in entries))
    commands.set_verdicts(keys, Verdict.CONFIRMED)
    assert faces.entries()[-1].verdict == Verdict.UNDECIDED
    faces.add_result(found[-1])
    assert {entry.verdict for entry in faces.entries()} == {Verdict.CONFIRMED}
    written.clear()
    commands.stack.undo()
    commands.stack.redo()
    faces.clear()
    qapp.processEvents()
    assert len(written) == 2 * 1100
    assert len(set(written)) == 1100, "the new face has its verdict from the one before, and no step of undo"


def test_a_verdict_given_twice_makes_no_second_step_of_undo(faces: FacesModel, commands: FaceCommands) -> None:
    commands.set_verdicts([1], Verdict.CONFIRMED)
    commands.set_verdicts([1], Verdict.CONFIRMED)
    assert commands.stack.count() == 1


def test_what_changes_in_one_row_of_a_long_list_is_not_gathered_from_all_rows_anew(
    faces: FacesModel, commands: FaceCommands
) -> None:
    notes, pictures = faces.values(Column.NOTE), faces.values(Column.PICTURE)
    commands.set_note(2, "a note that is longer than any other")
    assert faces.values(Column.NOTE) is notes and faces.values(Column.PICTURE) is pictures
    assert notes.tolist() == ["", "a note that is longer than any other", "", ""]


def test_undo_survives_that_the_picture_was_closed(faces: FacesModel, commands: FaceCommands) -> None:
    commands.set_verdicts([1], Verdict.CONFIRMED)
    faces.remove_picture("a.jpg")
    commands.stack.undo()
    assert [entry.source for entry in faces.entries()] == ["b.jpg"]


def test_a_new_search_keeps_verdicts_of_faces_that_it_finds_again_and_drawn_faces(
    faces: FacesModel, commands: FaceCommands
) -> None:
    commands.set_verdicts([1], Verdict.CONFIRMED)
    drawn = commands.add_drawn_face("a.jpg", (500, 0, 530, 30))
    faces.add_result(result("a.jpg", (11, 0.8), (40, 0.5)))
    verdicts = {entry.face.size: entry.verdict for entry in faces.entries_of("a.jpg")}
    assert verdicts == {30: Verdict.CONFIRMED, 11: Verdict.CONFIRMED, 40: Verdict.UNDECIDED}
    assert faces.entry(drawn) is not None


def test_a_verdict_without_a_note_on_a_face_that_is_not_found_again_stays(
    faces: FacesModel, commands: FaceCommands
) -> None:
    commands.set_verdicts([1], Verdict.NOT_A_FACE)
    commands.set_note(2, "the mayor")
    new = faces.add_result(result("a.jpg", (200, 0.8)))
    said = {entry.face.size: (entry.verdict, entry.note) for entry in faces.entries_of("a.jpg")}
    nothing = (Verdict.UNDECIDED, "")
    assert said == {200: nothing, 10: (Verdict.NOT_A_FACE, ""), 40: (Verdict.UNDECIDED, "the mayor")}
    assert [faces.entry(key).face.size for key in new] == [200]  # type: ignore[union-attr]


def test_a_drawn_face_can_be_taken_back_with_its_note_and_given_again(
    faces: FacesModel, commands: FaceCommands
) -> None:
    key = commands.add_drawn_face("a.jpg", (500, 0, 530, 30))
    commands.set_note(key, "behind the flag")
    commands.stack.undo()
    commands.stack.undo()
    assert faces.entry(key) is None
    commands.stack.redo()
    commands.stack.redo()
    entry = faces.entry(key)
    assert entry is not None and entry.note == "behind the flag"


def test_changes_of_one_box_in_a_row_are_one_step_of_undo_with_its_thumbnail(
    faces: FacesModel, commands: FaceCommands
) -> None:
    before, image = faces.entries()[0].face.box, QImage(7, 5, QImage.Format.Format_RGB888)
    for key, side in ((1, 30), (1, 35), (1, 35), (2, 40)):
        commands.change_box(key, (0, 0, side, side), image)
    assert commands.stack.count() == 2 and faces.thumbnail(1).width() == 7
    commands.stack.undo()
    commands.stack.undo()
    assert faces.entries()[0].face.box == before and faces.thumbnail(1).isNull()
    commands.stack.redo()
    assert faces.entries()[0].face.box == (0, 0, 35, 35) and faces.thumbnail(1).width() == 7


def test_each_step_of_undo_is_named(faces: FacesModel, commands: FaceCommands) -> None:
    drawn = [commands.add_drawn_face("a.jpg", (500 + n, 0, 530, 30)) for n in range(3)]
    commands.set_verdicts(drawn[:1], Verdict.NOT_A_FACE)
    commands.set_verdicts(drawn[1:], Verdict.NOT_A_FACE)
    commands.set_each({1: Verdict.CONFIRMED, 2: Verdict.CONFIRMED, 3: Verdict.UNSURE})
    commands.set_note(1, "x")
    commands.change_box(1, (0, 0, 9, 9), QImage())
    assert [commands.stack.text(place) for place in range(commands.stack.count())][2:] == [
        "Draw a face", "Delete a drawn face", "Delete 2 drawn faces",
        "Confirmed: 2 faces, Unsure: 1 face", "Note", "Change the box",
    ]  # fmt: skip


def test_steps_pass_over_faces_whose_picture_was_closed(faces: FacesModel, commands: FaceCommands) -> None:
    commands.set_tracks({1: 3, 4: 3}, "One track")
    commands.set_note(2, "x")
    commands.change_box(3, (0, 0, 9, 9), QImage())
    faces.remove_picture("a.jpg")
    for step in [commands.stack.undo] * 3 + [commands.stack.redo] * 3:
        step()
    assert [(entry.key, entry.face.track) for entry in faces.entries()] == [(4, 3)]
    commands.stack.setIndex(0)
    assert faces.entries()[0].face.track == -1


def test_a_face_is_sorted_by_its_group_and_likeness_and_says_both(faces: FacesModel) -> None:
    ids = [entry.id for entry in faces.entries()]
    faces.set_groups({ids[0]: 2, ids[2]: 1})
    faces.set_likeness({ids[0]: -1.0, ids[1]: 0.876})
    assert faces.values(Column.GROUP).tolist() == [2, float("inf"), 1, float("inf")]
    assert np.argsort(faces.values(Column.LIKENESS), kind="stable").tolist() == [2, 3, 0, 1]
    texts = [[faces.index(row, column).data() for row in range(3)] for column in (Column.GROUP, Column.LIKENESS)]
    assert texts == [["2", "", "1"], ["-1.00", "0.88", ""]]


def test_qt_finds_no_fault_with_the_proxy_while_faces_come_and_go(qapp: QCoreApplication) -> None:
    faces = FacesModel()
    commands = FaceCommands(faces)
    visible = VisibleFaces(faces)
    tester = QAbstractItemModelTester(visible, QAbstractItemModelTester.FailureReportingMode.Warning)
    random = np.random.default_rng(5)
    for name in ("a.jpg", "b.jpg"):
        faces.add_result(result(name, *zip(random.uniform(5, 90, 9), random.random(9), strict=True)))
        visible.sort(Column.SIZE)
        visible.set_filter(FaceFilter(0.4, verdicts=frozenset({Verdict.UNDECIDED})))
        commands.set_verdicts([entry.key for entry in visible.entries()][::2], Verdict.CONFIRMED)
        commands.stack.undo()
        visible.set_filter(FaceFilter(0.1))
    faces.remove_picture("a.jpg")
    assert tester.model() is visible
    assert visible.rowCount() == sum(entry.face.score >= 0.1 for entry in faces.entries())


def test_a_face_that_got_its_verdict_leaves_a_list_of_undecided_ones(faces: FacesModel, commands: FaceCommands) -> None:
    visible = VisibleFaces(faces)
    visible.set_filter(FaceFilter(verdicts=frozenset({Verdict.UNDECIDED})))
    commands.set_verdicts([2], Verdict.NOT_A_FACE)
    assert 2 not in {entry.key for entry in visible.entries()}
    commands.stack.undo()
    assert 2 in {entry.key for entry in visible.entries()}


def test_twenty_thousand_faces_are_filtered_between_two_frames_of_the_screen(qapp: QCoreApplication) -> None:
    random = np.random.default_rng(1)
    faces = FacesModel()
    visible = VisibleFaces(faces)
    faces.add_result(result("a.jpg", *zip(random.uniform(5, 90, 20_000), random.random(20_000), strict=True)))
    visible.sort(Column.SCORE, Qt.SortOrder.DescendingOrder)
    started = time.process_time()
    visible.set_filter(FaceFilter(0.5, smallest=20))
    # Processor time, so that other programs do not count.
    assert time.process_time() - started < 0.2


def test_thumbnail_has_the_pixels_of_the_face_and_of_a_margin_around_it(qapp: QCoreApplication) -> None:
    pixels = np.zeros((60, 80, 3), np.uint8)
    pixels[20:30, 40:50] = (250, 10, 20)
    thumbnail = cut_thumbnail(pixels, (40, 20, 50, 30))
    shown = to_pixels(thumbnail)
    assert shown.shape == (14, 14, 3), "6.5 pixels to each side of the centre, rounded outwards"
    assert np.array_equal(shown[2:12, 2:12], pixels[20:30, 40:50]) and not shown[:2].any() and not shown[12:].any()


def test_thumbnail_of_a_face_outside_the_picture_is_empty(qapp: QCoreApplication) -> None:
    thumbnail = cut_thumbnail(np.zeros((9, 9, 3), np.uint8), (40, 20, 50, 30))
    assert thumbnail.isNull()


def test_time_stamps_read_as_clocks_do() -> None:
    assert (time_stamp(12.48), time_stamp(3723.5)) == ("0:12.48", "1:02:03.50")
