"""A project with more faces than the window holds: the list begins with the first ones, and grows as it is scrolled."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event
from unittest.mock import patch

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dialogs.export import ExportDialog
from app.dialogs.window_dialogs import WindowDialogs
from app.main_window import MainWindow
from app.models.face_columns import Column
from app.models.pictures import State
from app.session import excerpt
from tests.app.conftest import BOXES, FRAMES, FakeFinder
from tinyface_core.export.material import FaceKey
from tinyface_core.export.stored import StoredPictures
from tinyface_core.project.listing import FaceCriteria, searched_frames
from tinyface_core.project.records import ProjectFace, ProjectPicture
from tinyface_core.project.store import Project
from tinyface_core.types import Detections, Face, FindResult, Verdict

FACES = 30


@pytest.fixture
def case(tmp_path: Path, photo: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Five photos of six faces each, the best in the last; one photo more without faces, and one not searched."""
    monkeypatch.setattr(excerpt, "MOST_ALONE", 10)
    monkeypatch.setattr(excerpt, "_PAGE", 8)
    monkeypatch.setattr(excerpt, "_PORTION", 3)
    path = tmp_path / "case.tinyface"
    with Project.create(path) as made:
        photos = [str(photo(f"{number}.png")) for number in range(7)]
        made.add_pictures(map(ProjectPicture, photos))
        for number, source in enumerate(photos[:6]):
            scores = [(6 * number + face + 1) / 40 for face in range(6)] if number < 5 else []
            faces = [ProjectFace(source, Face((*BOXES[0][:2], 20 + 40 * score, 40), score, 0.5)) for score in scores]
            made.put_result(FindResult(source, 160, 160, Detections.of([], []), 6, 0), faces)
    return path


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, case: Path) -> MainWindow:
    window.resize(1000, 600)  # a higher list would read all faces at once
    window.face_list.filters.reset()
    with qtbot.waitSignal(window.project.loaded):
        window.project.open(case)
    qtbot.waitUntil(lambda: window.session.visible.rowCount() >= 8)
    return window


def listed(window: MainWindow) -> list[int]:
    """Scores in fortieths."""
    return [round(entry.face.score * 40) for entry in window.session.visible.entries()]


def test_what_was_said_is_found_by_the_frame_of_a_video_too(tmp_path: Path) -> None:
    video, said = str(tmp_path / "clip.mp4"), (Verdict.CONFIRMED, Verdict.NOT_A_FACE, Verdict.UNSURE)
    with Project.create(tmp_path / "case.tinyface") as made:
        made.add_pictures([ProjectPicture(video, is_video=True)])
        for index, verdict in zip((0, 10, 20), said, strict=True):
            result = FindResult(video, 160, 160, Detections.of([], []), 1, 0, index=index, seconds=index / 25)
            made.put_result(result, [ProjectFace(video, Face(BOXES[0], 0.5, 0.5), index, index / 25, verdict)])
        statements = StoredPictures(made, FaceCriteria(), searched_frames(made)).statements
        assert [statements[FaceKey(video, index, 0)].verdict for index in (20, 0, 10)] == [said[2], said[0], said[1]]
        assert FaceKey(video, 10, 1) not in statements
        assert all(FaceKey(video, index, 0) not in statements for index in (None, 15, 30))


def test_the_best_of_all_faces_come_first_and_more_are_read_as_the_list_is_scrolled(
    qtbot: QtBot, opened: MainWindow
) -> None:
    count = len(listed(opened))
    assert listed(opened) == [*range(30, 30 - count, -1)] and 8 <= count < 30
    qtbot.waitUntil(lambda: opened.face_list.count.text() == f"30 faces · the first {len(listed(opened))} are listed")
    assert len(opened.session.faces.entries()) < FACES, "not all are in the window"
    while opened.session.visible.canFetchMore():
        before = opened.session.visible.rowCount()
        opened.session.visible.fetchMore()
        qtbot.waitUntil(lambda before=before: opened.session.visible.rowCount() > before)  # type: ignore[misc]
    assert listed(opened) == [*range(30, 0, -1)]


def test_filter_and_order_look_at_the_whole_project(qtbot: QtBot, opened: MainWindow) -> None:
    opened.session.visible.sort(Column.SCORE, Qt.SortOrder.AscendingOrder)
    qtbot.waitUntil(lambda: listed(opened)[:8] == [*range(1, 9)])
    opened.face_list.filters.score_slider.setValue((0.5, 1.0))
    qtbot.waitUntil(lambda: listed(opened)[:8] == [*range(20, 28)])
    qtbot.waitUntil(lambda: opened.face_list.count.text().startswith("11 faces"))


def test_pictures_are_all_there_and_their_faces_come_as_they_are_shown(qtbot: QtBot, opened: MainWindow) -> None:
    pictures = opened.session.pictures.pictures()
    states = [picture.state for picture in pictures]
    assert states == [State.DONE] * 6 + [State.IDLE] and [picture.faces for picture in pictures] == [6] * 5 + [0] * 2
    assert opened.session.pictures.unsearched_count == 1
    source = pictures[1].source
    opened.session.shown.show(source)
    qtbot.waitUntil(lambda: len(opened.session.faces.entries_of(source)) == 6)
    qtbot.waitUntil(lambda: (source, None) in opened.session.searches.results)
    listed = {entry.source for entry in opened.session.visible.entries()}
    assert source not in listed, "the list goes on as it was"


def test_what_is_said_of_a_face_is_in_the_file_and_stays_while_the_list_changes(
    qtbot: QtBot, opened: MainWindow, case: Path
) -> None:
    best = opened.session.visible.entries()[0]
    opened.session.selection.give_verdict([best.key], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: opened.project.is_saved)
    with Project.open(case) as project:
        assert {f.id for faces in project.all_faces() for f in faces if f.verdict == Verdict.CONFIRMED} == {best.id}
    opened.face_list.filters.verdict_filter.setCurrentIndex(2)
    qtbot.waitUntil(lambda: [entry.key for entry in opened.session.visible.entries()] == [best.key])
    opened.actions_.undo.trigger()
    qtbot.waitUntil(lambda: not opened.session.visible.entries())


def test_a_small_project_opened_then_is_loaded_whole(qtbot: QtBot, opened: MainWindow, tmp_path: Path) -> None:
    with Project.create(tmp_path / "small.tinyface") as made:
        photo = opened.session.pictures.pictures()[0].source
        made.add_pictures([ProjectPicture(photo)])
        made.put_faces([ProjectFace(photo, Face(BOXES[0], 0.5, 0.5))])
    opened.project.open(tmp_path / "small.tinyface")
    qtbot.waitUntil(lambda: opened.face_list.count.text() == "1 face")
    assert opened.session.visible.listed_of is None and not opened.session.visible.canFetchMore()


def test_the_filter_line_asks_the_whole_project(qtbot: QtBot, opened: MainWindow) -> None:
    opened.line.ask("score > 0.5 and path contains 3.png")
    qtbot.waitUntil(lambda: listed(opened) == [24, 23, 22, 21])
    assert opened.session.shown.listed.rowCount() == 1
    opened.line.ask("searched is no")
    qtbot.waitUntil(lambda: listed(opened) == [])
    assert [Path(source).name for source in opened.session.shown.listed.sources(0, 9)] == ["6.png"]
    opened.face_list.filters.reset()
    qtbot.waitUntil(lambda: listed(opened)[:8] == [*range(30, 22, -1)])


def exported(qtbot: QtBot, opened: MainWindow, which: str, tmp_path: Path) -> list[dict[str, str]]:
    with patch.object(WindowDialogs, "_run") as run:
        opened.dialogs.show_export("csv")
    dialog: ExportDialog = run.call_args[0][0]
    qtbot.waitUntil(lambda: "csv" in dialog.formats)
    dialog.tick("csv")
    dialog.folder.setText(str(tmp_path / which))
    dialog.which.setCurrentIndex(dialog.which.findData(which))
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.open_folder.isEnabled)
    with (tmp_path / which / "faces-csv.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_all_faces_of_the_project_are_exported_though_the_window_has_few_of_them(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    assert len(listed(opened)) < 30
    best = opened.session.visible.entries()[0]
    opened.session.selection.give_verdict([best.key], Verdict.CONFIRMED)
    qtbot.waitUntil(lambda: opened.project.is_saved)
    scores = sorted(round(float(row["score"]) * 40) for row in exported(qtbot, opened, "all", tmp_path))
    assert scores == list(range(1, 31))
    (confirmed,) = exported(qtbot, opened, "confirmed", tmp_path)
    assert (confirmed["verdict"], round(float(confirmed["score"]) * 40)) == ("confirmed", 30)
    opened.session.visible.set_filter(replace(opened.session.visible.filter, lowest_score=0.5))
    assert len(exported(qtbot, opened, "visible", tmp_path)) == 11


def test_a_video_with_more_faces_than_the_window_takes_in_at_once_comes_part_by_part(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excerpt, "MOST_FACES", 30)
    monkeypatch.setattr(excerpt, "_PAGE", 8)
    monkeypatch.setattr(excerpt, "_PORTION", 3)
    source, frames = str(video), range(20)
    with Project.create(tmp_path / "video.tinyface") as made:
        made.add_pictures([ProjectPicture(source, is_video=True)])
        for index in frames:
            faces = [ProjectFace(source, Face(BOXES[0], 0.5, 0.5, track=track), index, index / 25) for track in (0, 1)]
            made.put_result(FindResult(source, 160, 160, Detections.of([], []), 2, 0, index=index, seconds=0), faces)
    parts, told = list[int](), list[object]()
    window.session.faces.rowsInserted.connect(lambda _parent, first, last: parts.append(last - first + 1))
    window.session.pictures.dataChanged.connect(lambda *_: told.append(None))
    window.project.open(tmp_path / "video.tinyface")
    qtbot.waitUntil(lambda: len(window.session.searches.results) == len(frames))
    assert window.project.is_excerpt and len(window.session.faces.entries()) == 2 * len(frames)
    assert max(parts) <= 8 and len(told) < len(frames), "the window stays awake"
    assert [entry.frames for entry in window.session.visible.entries()] == [20, 20]


def test_the_search_of_a_video_waits_until_what_was_searched_of_it_is_read(
    qtbot: QtBot, window: MainWindow, finder: FakeFinder, tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, tell = Event(), excerpt._tell_picture
    monkeypatch.setattr(excerpt, "MOST_FACES", 10)
    monkeypatch.setattr(excerpt, "_tell_picture", lambda *given: (held.wait(), tell(*given)))
    window.settings.video_step = 1
    source, searched = str(video), FRAMES - 10
    with Project.create(tmp_path / "video.tinyface") as made:
        made.add_pictures([ProjectPicture(source, is_video=True)])
        for index in range(searched):
            face = ProjectFace(source, Face(BOXES[0], 0.5, 0.5, track=0), index, index / 20)
            made.put_result(FindResult(source, 160, 128, Detections.of([], []), 1, 0, index=index, seconds=0), [face])
    with qtbot.waitSignal(window.project.loaded):
        window.project.open(tmp_path / "video.tinyface")
    qtbot.waitUntil(lambda: window.session.shown.frame is not None)
    window.actions_.find_video.trigger()
    assert window.session.pictures.pictures()[0].state == State.WAITING and not finder.searched
    held.set()
    qtbot.waitUntil(lambda: len(window.session.searches.results) == FRAMES)
    assert len(finder.searched) < searched
